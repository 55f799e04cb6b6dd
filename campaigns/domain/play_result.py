"""What a finished play comes to: the one condensed row that boards, awards and badges are made of.

Made from the last Progress and nothing else, so condensing away the steps changes no board, and judging them again
gives the same row. Bit masks keep the row small: 18 million of them are read at a settlement.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.domain.errors import BadInput
from campaigns.domain.progress import Flag, PlayState, Progress

_BITS: dict[Flag, int] = {Flag.SUPERHUMAN: 1, Flag.HASTY: 2, Flag.PERFECT_FAST: 4}  # in the record: never renumber


@dataclass(frozen=True, slots=True)
class PlayResult:
    """`level_scores[n-1]`: without the bonus, None: not reached, 0: failed. `perfect`: bit n-1 for each flawless level.

    `passed`: how many levels, always the first ones. `elapsed_ms`: of all answers and silences.
    """

    score: int
    elapsed_ms: int
    right: int
    asked: int
    level_scores: tuple[int | None, ...]
    perfect: int
    passed: int
    flags: int

    @property
    def played(self) -> bool:
        """A play left before its first question brings nothing: no result, no day of a streak, no link."""
        return self.asked > 0


def condensed(progress: Progress) -> PlayResult:
    """BadInput for a play that has not ended."""
    if progress.state is not PlayState.ENDED:
        raise BadInput("play", progress.state.value, "a play that has ended")
    scores: list[int | None] = [None] * len(progress.facts.rules.levels)
    for level in progress.levels:
        scores[level.n - 1] = level.score
    return PlayResult(
        score=progress.banked,
        elapsed_ms=progress.elapsed_ms,
        right=progress.right,
        asked=progress.asked,
        level_scores=tuple(scores),
        perfect=sum(1 << level.n - 1 for level in progress.levels if level.perfect),
        passed=progress.passed,
        flags=flag_mask(progress.flags),
    )


def flag_mask(flags: Iterable[Flag]) -> int:
    return sum(_BITS[flag] for flag in set(flags))


def flags_in(mask: int) -> tuple[Flag, ...]:
    """The reasons in a recorded mask, in a fixed order."""
    return tuple(flag for flag, bit in _BITS.items() if mask & bit)


def perfect_levels(mask: int) -> tuple[int, ...]:
    """The levels, from 1, whose bit is set."""
    return tuple(n for n in range(1, mask.bit_length() + 1) if mask >> n - 1 & 1)
