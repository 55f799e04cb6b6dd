"""The draw: which questions a play asks, fixed when it begins, from a recorded seed.

No question comes twice in a play, whatever its version. Of those that fit, what the fan has seen least comes first; the
seed decides among equals. First every level gets the difficulties its pools name, the narrowest pools first; then what
is still missing is filled with the nearest difficulty (of two equally near ones the easier). What is still missing
after that is a refusal. Last come the reserves: for each retry the same mix again, for each swap one of every
difficulty, as far as the bank goes; a short reserve refuses nobody (a retry then asks the level's questions again).

A challenge (下战书) plays the challenger's Draw, seed and all. Rejected: storing only the seed (the bank grows, and the
draw would be another); sorting the bank for each play (a draw looks at few more questions than it takes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from campaigns.domain.level import EASIEST, HARDEST, Level, Pool


@dataclass(frozen=True, slots=True)
class BankItem:
    """A question of the bank as far as drawing must know it. `tags` as reviewed; `author_id`: the fan who proposed it."""

    version_id: int
    question_id: int
    tags: tuple[str, ...]
    difficulty: int
    author_id: int | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """Question versions by level, in the order asked, and each level's reserve. The seed also shuffles the choices."""

    seed: int
    levels: tuple[tuple[int, ...], ...]
    reserve: tuple[tuple[int, ...], ...]

    @property
    def versions(self) -> frozenset[int]:
        """All that the play can come to ask: what must be loaded to judge it."""
        return frozenset(version for drawn in (*self.levels, *self.reserve) for version in drawn)

    def to_dict(self) -> dict[str, object]:
        """Without the seed, which has a column of its own."""
        return {"levels": [list(drawn) for drawn in self.levels], "reserve": [list(drawn) for drawn in self.reserve]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Sequence[Sequence[int]]], seed: int) -> Draw:
        levels, reserve = (tuple(tuple(drawn) for drawn in data[name]) for name in ("levels", "reserve"))
        return cls(seed, levels, reserve)


@dataclass(frozen=True, slots=True)
class Shortage:
    """Why nothing was drawn: level `level` (from 1) wanted `wanted` questions, the bank had `found` for it."""

    level: int
    wanted: int
    found: int


class Bank:
    """The reviewed questions, sorted once and asked many times. The order of `items` does not matter."""

    def __init__(self, items: Sequence[BankItem]) -> None:
        self._items = sorted(items, key=lambda item: item.version_id)
        self._by_tags: dict[frozenset[str], dict[int, tuple[BankItem, ...]]] = {}

    def __len__(self) -> int:
        return len(self._items)

    def fitting(self, pool: Pool) -> Mapping[int, tuple[BankItem, ...]]:
        """By difficulty, what the pool may draw."""
        tags = frozenset(pool.tags)
        if tags not in self._by_tags:
            fitting = [item for item in self._items if not tags or not tags.isdisjoint(item.tags)]
            self._by_tags[tags] = {
                d: tuple(item for item in fitting if item.difficulty == d) for d in range(EASIEST, HARDEST + 1)
            }
        return self._by_tags[tags]


def draw(
    levels: Sequence[Level], bank: Bank, seed: int, seen: Mapping[int, int], fan_id: int | None = None
) -> Draw | Shortage:
    """`seen`: how often this fan was asked each question, by question id (empty where the rules draw evenly).

    What `fan_id` wrote is not drawn.
    """
    hand = _Hand(bank, Random(seed), seen, fan_id)
    places = [_Place(i, pool, d) for i, level in enumerate(levels) for pool in level.pools for d in _difficulties(pool)]
    hand.fill(sorted(places, key=lambda place: len(bank.fitting(place.pool)[place.difficulty])))
    for place in (place for place in places if place.item is None):
        found = (hand.take(place.pool, difficulty) for difficulty in _nearest(place.difficulty))
        place.item = next((item for item in found if item), None)
    drawn = [[place.item.version_id for place in places if place.level == i and place.item] for i in range(len(levels))]
    for i, level in enumerate(levels):
        if len(drawn[i]) < level.count:
            return Shortage(i + 1, level.count, len(drawn[i]))
    reserve = [_reserve(hand, i, level) for i, level in enumerate(levels)]
    return Draw(seed, tuple(tuple(versions) for versions in drawn), tuple(reserve))


@dataclass(slots=True)
class _Place:
    """One question to be drawn."""

    level: int
    pool: Pool
    difficulty: int
    item: BankItem | None = None


@dataclass(slots=True)
class _Hand:
    """What draws: takes each question once, and walks through each heap in an order of its own, seen least first."""

    bank: Bank
    dice: Random
    seen: Mapping[int, int]
    fan_id: int | None = None
    taken: set[int] = field(default_factory=set)
    heaps: dict[tuple[frozenset[str], int], Iterator[BankItem]] = field(default_factory=dict)

    def fill(self, places: Sequence[_Place]) -> None:
        for place in places:
            place.item = self.take(place.pool, place.difficulty)

    def take(self, pool: Pool, difficulty: int) -> BankItem | None:
        name = (frozenset(pool.tags), difficulty)
        if name not in self.heaps:
            self.heaps[name] = self._walk(self.bank.fitting(pool)[difficulty])
        for item in self.heaps[name]:
            own = item.author_id is not None and item.author_id == self.fan_id
            if item.question_id not in self.taken and not own:
                self.taken.add(item.question_id)
                return item
        return None

    def _walk(self, heap: Sequence[BankItem]) -> Iterator[BankItem]:
        """A shuffle on demand (Fisher–Yates over the few places it touches); what was seen before waits for the end."""
        moved: dict[int, BankItem] = {}
        waiting: list[BankItem] = []
        for i in range(len(heap)):
            j = self.dice.randrange(i, len(heap))
            item = moved.get(j, heap[j])
            moved[j] = moved.get(i, heap[i])
            if self.seen.get(item.question_id, 0):
                waiting.append(item)
            else:
                yield item
        yield from sorted(waiting, key=lambda item: self.seen[item.question_id])


def _difficulties(pool: Pool) -> list[int]:
    """The pool's mix spread out, the easy ones first: the order in which they are asked."""
    return [difficulty for difficulty, count in sorted(pool.mix.items()) for _ in range(count)]


def _nearest(difficulty: int) -> list[int]:
    """The other difficulties, nearest first, of two the easier."""
    others = [d for d in range(EASIEST, HARDEST + 1) if d != difficulty]
    return sorted(others, key=lambda d: (abs(d - difficulty), d))


def _reserve(hand: _Hand, index: int, level: Level) -> tuple[int, ...]:
    swaps = [(pool, d) for pool in level.pools for d in sorted(pool.mix)] * level.helps.swap
    again = [(pool, d) for pool in level.pools for d in _difficulties(pool)] * level.retries
    places = [_Place(index, pool, difficulty) for pool, difficulty in swaps + again]
    hand.fill(places)
    return tuple(place.item.version_id for place in places if place.item)
