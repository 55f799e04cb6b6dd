"""What an answer adds to the score of its level, and what 收/闯 does to bonuses. Whole numbers.

`road` (the rules of 股东来了): the 1st right answer in a row +10, the 2nd +20, the 3rd +30 …; wrong or silent −10, and
the row ends. The last question of the level, if right, doubles the sum of those before it, when that is above 0;
otherwise it is a right answer like any other. Five questions: −50 … 200. `speed`: possible × (1 − (t/T)/2), all of it
below half a second, wrong 0 (scoring.py); T is the level's seconds, with extra time too. Estimates pay by closeness.
"""

from __future__ import annotations

from dataclasses import dataclass

from campaigns.domain import scoring
from campaigns.domain.answer import Said
from campaigns.domain.question import ValueKey
from campaigns.domain.rush import PlacesKey

STEP = 10


def is_right(key: PlacesKey | ValueKey, said: Said) -> bool:
    """Choices: all the right ones and nothing else. Estimates: within the margin."""
    if isinstance(key, PlacesKey):
        return frozenset(said.places) == key.right
    return said.value is not None and scoring.within(said.value, key)


def road(score: int, in_a_row: int, right: bool, last: bool) -> int:
    """What the answer adds to the level's `score`. `in_a_row`: right answers of the level just before this one."""
    if not right:
        return -STEP
    return score if last and score > 0 else STEP * (in_a_row + 1)


def speed(key: PlacesKey | ValueKey, said: Said, possible: int, elapsed_ms: int, limit_ms: int) -> int:
    """What an answer in time adds; an estimate also between once and twice the margin."""
    base = scoring.speed(possible, elapsed_ms, limit_ms)
    if isinstance(key, PlacesKey):
        return base if is_right(key, said) else 0
    return 0 if said.value is None else scoring.estimated(base, said.value, key)


@dataclass(frozen=True, slots=True)
class Stake:
    """The bonuses on the way. `won`: of the level just passed, not decided yet. `staked`: at stake in the level now played.

    Every bonus ends once: secured, or lost. A dare with nothing to stake still doubles.
    """

    won: int = 0
    staked: int = 0
    dared: bool = False

    def banked(self) -> tuple[Stake, int]:
        """收: (after it, what is secured)."""
        return Stake(), self.won

    def dare(self) -> Stake:
        """闯: what was won is at stake."""
        return Stake(staked=self.won, dared=True)

    def passed(self, bonus: int) -> tuple[Stake, int]:
        """A level with this bonus is passed: (after it, what comes back of the stake and is secured)."""
        return Stake(won=2 * bonus if self.dared else bonus), self.staked

    def lost(self) -> Stake:
        """The dared level has failed for good."""
        return Stake()
