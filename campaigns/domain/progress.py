"""Where a play stands: its states as a table, and everything a fan sees of it as one value.

A Progress is never stored: play.py makes it of the recorded steps, a process may keep it in memory. `banked` and the
final score are read off `levels`, so that no sum can drift from its parts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from campaigns.domain.answer import Said
from campaigns.domain.draw import Draw
from campaigns.domain.level import Help, Helps, Level
from campaigns.domain.level_scoring import Stake
from campaigns.domain.lineup import Questions
from campaigns.domain.moment import Moment
from campaigns.domain.play_clock import PlayClock
from campaigns.domain.question import Question, ValueKey
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.rush import PlacesKey


class PlayState(StrEnum):
    READY = "ready"  # a level waits for its first question
    ASKED = "asked"
    VERDICT = "verdict"
    PASSED = "passed"  # and there is a next level
    FAILED = "failed"  # and a retry is left
    ENDED = "ended"


class PlayEvent(StrEnum):
    ASKED = "asked"
    HELPED = "helped"
    JUDGED = "judged"
    LEVEL_PASSED = "level_passed"
    LEVEL_FAILED = "level_failed"
    PLAY_DECIDED = "play_decided"
    BANKED = "banked"
    DARED = "dared"
    RETRIED = "retried"
    STOPPED = "stopped"


_S, _E = PlayState, PlayEvent

TABLE: dict[PlayState, dict[PlayEvent, PlayState]] = {
    _S.READY: {_E.ASKED: _S.ASKED, _E.STOPPED: _S.ENDED},
    _S.ASKED: {
        _E.HELPED: _S.ASKED,
        _E.JUDGED: _S.VERDICT,
        _E.LEVEL_PASSED: _S.PASSED,
        _E.LEVEL_FAILED: _S.FAILED,
        _E.PLAY_DECIDED: _S.ENDED,
        _E.STOPPED: _S.ENDED,
    },
    _S.VERDICT: {_E.ASKED: _S.ASKED, _E.STOPPED: _S.ENDED},
    _S.PASSED: {_E.BANKED: _S.READY, _E.DARED: _S.READY, _E.ASKED: _S.ASKED, _E.STOPPED: _S.ENDED},
    _S.FAILED: {_E.RETRIED: _S.READY, _E.STOPPED: _S.ENDED},
    _S.ENDED: {},
}


class Flag(StrEnum):
    """Why a play looks unlike a human's. It counts until an operator voids it."""

    SUPERHUMAN = "superhuman"  # a right answer faster than 120 ms
    HASTY = "hasty"  # three questions in a row asked faster than the rules' pace
    PERFECT_FAST = "perfect_fast"  # the whole road without a mistake, half of the answers below a second


@dataclass(frozen=True, slots=True)
class PlayFacts:
    """What a play was begun with. `questions` must hold every version of the draw, with keys."""

    rules: QuizRules
    draw: Draw
    questions: Questions


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """The question before the fan. `n`: the step that opened it; `shown[place]`: which authored choice stands there."""

    version_id: int
    n: int
    clock: PlayClock
    shown: tuple[int, ...]
    hidden: tuple[int, ...] = ()
    helped: frozenset[Help] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer judged, for this fan's eyes. `said` None: silence; `late`: said after the closing, judged as silence.

    raw_ms − network_ms = elapsed_ms, to the millisecond. Silence took all the time there was.
    """

    version_id: int
    opened_n: int
    n: int
    right: bool
    key: PlacesKey | ValueKey
    said: Said | None
    late: bool
    gained: int
    elapsed_ms: int
    raw_ms: int
    network_ms: int
    receipt: str | None


@dataclass(frozen=True, slots=True)
class LevelNow:
    """The level being played (in `passed` and `failed`: just played). `question`: the last one asked, from 1; 0: none."""

    n: int
    lineup: tuple[int, ...]
    lives: int
    helps: Helps
    retries: int
    question: int = 0
    score: int = 0
    flawless: bool = True
    retried: bool = False

    @property
    def begun(self) -> bool:
        return self.question > 0 or self.retried


@dataclass(frozen=True, slots=True)
class LevelDone:
    """A level that is decided. `score` 0 if failed; `bonus`: what of it is secured (0 while it is at stake)."""

    n: int
    score: int
    bonus: int
    passed: bool
    perfect: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """`n`: the newest step. `times_ms`: of the right answers. `elapsed_ms`: of all answers and silences."""

    facts: PlayFacts
    state: PlayState
    now: LevelNow
    n: int = 0
    open: OpenQuestion | None = None
    verdict: Verdict | None = None
    levels: tuple[LevelDone, ...] = ()
    stake: Stake = field(default_factory=Stake)
    combo: int = 0
    used: frozenset[int] = frozenset()
    asked: int = 0
    right: int = 0
    elapsed_ms: int = 0
    times_ms: tuple[int, ...] = ()
    asked_last: Moment | None = None
    hurried: int = 0
    flags: frozenset[Flag] = frozenset()
    ended_at: datetime | None = None

    @property
    def level(self) -> Level:
        return self.facts.rules.level(self.now.n)

    @property
    def question(self) -> Question | None:
        """The open one, with its key: never to leave the house as it is."""
        return self.facts.questions[self.open.version_id] if self.open else None

    @property
    def banked(self) -> int:
        """Secured so far; of an ended play: its score."""
        return sum(level.score + level.bonus for level in self.levels)

    @property
    def passed(self) -> int:
        """How many levels are passed: always the first ones."""
        return sum(level.passed for level in self.levels)

    @property
    def finished(self) -> bool:
        """The whole road."""
        return self.passed == len(self.facts.rules.levels)

    @property
    def next_version(self) -> int | None:
        """What `ask` would open; None where asking is not the next thing to do."""
        if self.state is PlayState.PASSED and not self.facts.rules.dare:
            return self.facts.draw.levels[self.now.n][0]
        if self.state in (PlayState.READY, PlayState.VERDICT):
            return self.now.lineup[self.now.question]
        return None
