"""One action of a fan at the gate of their play: may it be written as the step it names?

Expected refusals are values. None from `admit` means: write the step; if another device or an own repetition has
written that n already, the record answers. An answer after the closing is admitted and recorded (it is judged as
silence), so that the question is decided; any other action on a question whose time is over is first answered by
writing the silence (`overdue`).
"""

from __future__ import annotations

from enum import StrEnum
from math import isfinite

from campaigns.domain.answer import Said
from campaigns.domain.level import Help
from campaigns.domain.lineup import substitute, takes_fifty
from campaigns.domain.moment import Moment
from campaigns.domain.progress import OpenQuestion, PlayState, Progress
from campaigns.domain.question import MAX_VALUE, Kind, Question
from campaigns.domain.step import HELPS, Step, StepKind


class PlayOutcome(StrEnum):
    """What an action of the page is answered."""

    STARTED = "started"
    RESUMED = "resumed"
    NO_ATTEMPTS = "no_attempts"
    NOT_YET = "not_yet"  # the season is open, but not for this fan's wave
    BANK_TOO_SMALL = "bank_too_small"
    NO_CHALLENGE = "no_challenge"  # the link is not ours, or what it led to does not count any more
    OWN_CHALLENGE = "own_challenge"
    CHALLENGE_TAKEN = "challenge_taken"  # this fan has played this draw
    NO_DUELS = "no_duels"  # none of the day's challenges is left
    OWN_QUESTION = "own_question"  # the draw has a question that this fan wrote
    DONE = "done"
    DUPLICATE = "duplicate"
    STALE = "stale"  # the play stands elsewhere; the answer carries where
    TOO_LATE = "too_late"
    NOT_OPEN = "not_open"
    UNKNOWN_CHOICE = "unknown_choice"
    NOT_YOURS = "not_yours"
    ENDED = "ended"
    NO_HELP = "no_help"
    BUSY = "busy"


_S, _K = PlayState, StepKind
_LEGAL: dict[PlayState, frozenset[StepKind]] = {
    _S.READY: frozenset({_K.ASKED, _K.STOP}),
    _S.ASKED: frozenset({_K.ANSWERED, _K.FIFTY, _K.TIME, _K.SWAP, _K.STOP}),
    _S.VERDICT: frozenset({_K.ASKED, _K.STOP}),
    _S.FAILED: frozenset({_K.RETRY, _K.STOP}),
    _S.ENDED: frozenset(),
}


def legal(progress: Progress) -> frozenset[StepKind]:
    """Which steps the play's state allows; whether a help is left, or the time over, is another question."""
    if progress.state is PlayState.PASSED:
        return frozenset({_K.BANK, _K.DARE, _K.STOP} if progress.facts.rules.dare else {_K.ASKED, _K.STOP})
    return _LEGAL[progress.state]


def overdue(progress: Progress, moment: Moment, allowance_ns: int = 0) -> bool:
    """The open question's time is over and nobody has said so: silence is the next step to write."""
    return progress.open is not None and not progress.open.clock.in_time(moment, allowance_ns)


def admit(progress: Progress, step: Step) -> PlayOutcome | None:
    """None when the step may be written, otherwise why not."""
    if progress.state is PlayState.ENDED:
        return PlayOutcome.ENDED
    if step.n != progress.n + 1:
        return PlayOutcome.STALE
    if step.kind not in legal(progress):
        return PlayOutcome.NOT_OPEN if step.kind is _K.ANSWERED else PlayOutcome.STALE
    opened, question = progress.open, progress.question
    if opened is None or question is None:
        return _as_drawn(progress, step)
    if step.kind is _K.ANSWERED:
        return _answer(opened, question, step)
    return _help(progress, opened, step) if step.kind in HELPS else None


def helps_now(progress: Progress) -> frozenset[Help]:
    """Which helps the open question can still be given (time aside)."""
    if progress.open is None or progress.question is None:
        return frozenset()
    left = {help for help in Help if progress.now.helps.of(help) and help not in progress.open.helped}
    if not takes_fifty(progress.question):
        left -= {Help.FIFTY}
    if swap_for(progress) is None:
        left -= {Help.SWAP}
    return frozenset(left)


def swap_for(progress: Progress) -> int | None:
    """The question version that would come instead of the open one."""
    if progress.open is None:
        return None
    facts, used = progress.facts, progress.used.union(progress.now.lineup)
    return substitute(facts.draw, progress.now.n, facts.questions, used, progress.open.version_id)


def fits(question: Question, opened: OpenQuestion, said: Said) -> bool:
    """The answer is one that this question can have, as it is shown now."""
    if question.kind is Kind.ESTIMATE:
        return not said.places and said.value is not None and isfinite(said.value) and abs(said.value) <= MAX_VALUE
    several = len(said.places)
    if said.value is not None or not several or len(set(said.places)) != several:
        return False
    if question.kind is not Kind.MULTIPLE and several != 1:
        return False
    return all(0 <= place < len(opened.shown) and place not in opened.hidden for place in said.places)


def _as_drawn(progress: Progress, step: Step) -> PlayOutcome | None:
    """Only what the draw says may be asked."""
    if step.kind is _K.ASKED and step.question_version_id != progress.next_version:
        return PlayOutcome.STALE
    return None


def _answer(opened: OpenQuestion, question: Question, step: Step) -> PlayOutcome | None:
    if step.said is None:  # silence cannot be said, only come
        return PlayOutcome.NOT_OPEN if opened.clock.in_time(step.moment, step.allowance_ns) else None
    return None if fits(question, opened, step.said) else PlayOutcome.UNKNOWN_CHOICE


def _help(progress: Progress, opened: OpenQuestion, step: Step) -> PlayOutcome | None:
    if not opened.clock.in_time(step.moment):
        return PlayOutcome.TOO_LATE
    if HELPS[step.kind] not in helps_now(progress):
        return PlayOutcome.NO_HELP
    swaps = step.kind is _K.SWAP
    return PlayOutcome.STALE if swaps and step.question_version_id != swap_for(progress) else None
