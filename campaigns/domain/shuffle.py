"""A fan's own order of the choices: the same in Python and in the page, from one recorded seed.

The page's twin is static/js/shared/shuffle.js; tests hold both to the same vectors. mulberry32 because it is four
lines in either language and 32-bit exact in JavaScript; `random.Random` is not to be had in a browser.
"""

from __future__ import annotations

from collections.abc import Iterator

_MASK = 0xFFFFFFFF


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
