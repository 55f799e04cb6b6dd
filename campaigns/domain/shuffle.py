"""A fan's own order of the choices, from one recorded seed: of a rush in the open, of a quiz concealed.

`shuffle` is a rush's, where the page knows its seed: the same in Python and in static/js/shared/shuffle.js; tests hold
both to the same vectors. mulberry32 because it is four lines in either language and 32-bit exact in JavaScript.
`concealed` is a quiz's. There the seed stays in the house until long after, and verdicts show orders one by one: a
seed of 32 bits is found from a few of them in minutes, and the orders to come follow. So seeds have 62 random bits,
and orders come from SHA-256, which tells nothing of one order by another.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

_MASK = 0xFFFFFFFF
SEED_BITS = 62
_CONCEALED = 1 << SEED_BITS  # set in every seed of a quiz; plays recorded without it were shuffled as a rush is


def fnv1a32(text: str) -> int:
    """FNV-1a over the UTF-8 bytes, 32 bits."""
    value = 0x811C9DC5
    for byte in text.encode():
        value = (value ^ byte) * 0x01000193 & _MASK
    return value


def mulberry32(seed: int) -> Iterator[int]:
    """Endless 32-bit numbers (public-domain generator by Tommy Ettinger)."""
    state = seed & _MASK
    while True:
        state = (state + 0x6D2B79F5) & _MASK
        z = state
        z = (z ^ z >> 15) * (z | 1) & _MASK
        z ^= (z + ((z ^ z >> 7) * (z | 61) & _MASK)) & _MASK
        yield (z ^ z >> 14) & _MASK


def shuffle(count: int, fan_seed: int, round_id: str) -> list[int]:
    """Places 0…count-1 in the fan's own order for this round."""
    order = list(range(count))
    numbers = mulberry32(fan_seed ^ fnv1a32(round_id))
    for i in range(count - 1, 0, -1):
        j = next(numbers) % (i + 1)
        order[i], order[j] = order[j], order[i]
    return order


def concealed_seed(random_bits: int) -> int:
    """Of SEED_BITS random bits, what a play of a quiz records."""
    return _CONCEALED | random_bits


def concealed(count: int, seed: int, what: str) -> list[int]:
    """Places 0…count-1 in the order that a play's seed gives to `what`."""
    if not seed & _CONCEALED:
        return shuffle(count, seed, what)
    return sorted(range(count), key=lambda place: sha256(f"{seed}:{what}:{place}".encode()).digest())
