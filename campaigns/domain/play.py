"""A play (人次): one fan's way along the road. Everything of it is a fold over its recorded steps (decision 0008).

`begin` is the play before its first step, `apply` adds one, `fold` all of them; nothing else knows what a step does, so
a play judged again from its record is the play that was shown. States and values: progress.py. Who may do which step
when, and what an arrival is answered: play_gate.py. An answered step leads on by how it is judged: to a verdict, a
passed or failed level, or the end. Stopping collects a bonus not yet decided on; a bonus at stake is lost by it, or
running away from a dared level would save it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from campaigns.domain import level_scoring
from campaigns.domain.allowance import superhuman
from campaigns.domain.errors import BadInput
from campaigns.domain.level_scoring import Stake
from campaigns.domain.lineup import hidden, key_of, order, retried
from campaigns.domain.play_clock import MS, PlayClock, between_ns
from campaigns.domain.progress import (
    TABLE,
    Flag,
    LevelDone,
    LevelNow,
    OpenQuestion,
    PlayEvent,
    PlayFacts,
    PlayState,
    Progress,
    Verdict,
)
from campaigns.domain.quiz_rules import Scoring
from campaigns.domain.step import HELPS, Step, StepKind

__all__ = ["TABLE", "PlayEvent", "PlayFacts", "PlayState", "Progress", "apply", "begin", "fold"]

HASTY_TIMES = 3
FAST_MEDIAN_MS = 1000
Move = tuple[PlayEvent, Progress]


def begin(facts: PlayFacts) -> Progress:
    """Before the first step: level 1 is ready."""
    return Progress(facts, PlayState.READY, _entered(facts, 1))


def fold(facts: PlayFacts, steps: Iterable[Step]) -> Progress:
    """The play after all its `steps`, in the order of n. BadInput: the record has a gap or an impossible step."""
    progress = begin(facts)
    for step in steps:
        progress = apply(progress, step)
    return progress


def apply(progress: Progress, step: Step) -> Progress:
    """The play after one more step. BadInput for a step that cannot follow; admission is the gate's (play_gate.py)."""
    if step.n != progress.n + 1:
        raise BadInput("step", step.n, f"step {progress.n + 1}")
    event, after = _MOVES[step.kind](progress, step)
    state = TABLE[progress.state].get(event)
    if state is None:
        raise BadInput(f"step {step.n}", step.kind.name, f"what may follow {progress.state.value}")
    if state is not PlayState.ENDED:
        return replace(after, n=step.n, state=state)
    return replace(after, n=step.n, state=state, open=None, ended_at=step.at, flags=after.flags | _fast(after))


def _asked(progress: Progress, step: Step) -> Move:
    version_id = step.question_version_id
    if progress.next_version is None or version_id is None:
        raise BadInput(f"step {step.n}", "ASKED", f"what may follow {progress.state.value}")
    if progress.state is PlayState.PASSED:
        progress = _next_level(progress, progress.stake)
    now = replace(progress.now, question=progress.now.question + 1)
    last = progress.asked_last
    hasty = last is not None and between_ns(last, step.moment) < progress.facts.rules.pace_ms * MS
    hurried = progress.hurried + 1 if hasty else 0
    flags = progress.flags | ({Flag.HASTY} if hurried >= HASTY_TIMES else set())
    opened = _opened(progress, step, version_id)
    return PlayEvent.ASKED, replace(
        opened, now=now, verdict=None, asked=opened.asked + 1, asked_last=step.moment, hurried=hurried, flags=flags
    )


def _opened(progress: Progress, step: Step, version_id: int) -> Progress:
    """With this question before the fan, its clock starting now."""
    facts = progress.facts
    shown = order(facts.questions[version_id], facts.draw.seed, step.n)
    clock = PlayClock(step.moment, progress.level.seconds)
    opened = OpenQuestion(version_id, step.n, clock, shown)
    return replace(progress, open=opened, used=progress.used | {version_id})


def _helped(progress: Progress, step: Step) -> Move:
    opened, help = _open(progress, step), HELPS[step.kind]
    left = progress.now.helps.without(help)
    progress = replace(progress, now=replace(progress.now, helps=left))
    helped = opened.helped | {help}
    if step.kind is StepKind.FIFTY:
        question = progress.facts.questions[opened.version_id]
        gone = hidden(question, opened.shown, progress.facts.draw.seed, step.n)
        return PlayEvent.HELPED, replace(progress, open=replace(opened, hidden=gone, helped=helped))
    if step.kind is StepKind.TIME:
        clock = replace(opened.clock, extended=True)
        return PlayEvent.HELPED, replace(progress, open=replace(opened, clock=clock, helped=helped))
    if step.question_version_id is None:
        raise BadInput(f"step {step.n}", None, "the question that comes instead")
    lineup = tuple(step.question_version_id if v == opened.version_id else v for v in progress.now.lineup)
    swapped = _opened(replace(progress, now=replace(progress.now, lineup=lineup)), step, step.question_version_id)
    return PlayEvent.HELPED, replace(swapped, open=replace(_open(swapped, step), helped=helped))


def _answered(progress: Progress, step: Step) -> Move:
    verdict = _judged(progress, _open(progress, step), step)
    now, level = progress.now, progress.level
    lives = now.lives - (1 if level.lives and not verdict.right else 0)
    flawless = now.flawless and verdict.right
    now = replace(now, score=now.score + verdict.gained, lives=lives, flawless=flawless)
    quick = verdict.right and superhuman(verdict.elapsed_ms * MS)
    after = replace(
        progress,
        now=now,
        open=None,
        verdict=verdict,
        combo=progress.combo + 1 if verdict.right else 0,
        right=progress.right + verdict.right,
        elapsed_ms=progress.elapsed_ms + verdict.elapsed_ms,
        times_ms=(*progress.times_ms, verdict.elapsed_ms) if verdict.right else progress.times_ms,
        flags=progress.flags | ({Flag.SUPERHUMAN} if quick else set()),
    )
    if level.lives and not lives:
        return _level_failed(after)
    if now.question < len(now.lineup):
        return PlayEvent.JUDGED, after
    return _level_passed(after) if now.score >= level.pass_mark else _level_failed(after)


def _judged(progress: Progress, opened: OpenQuestion, step: Step) -> Verdict:
    question, level, now = progress.facts.questions[opened.version_id], progress.level, progress.now
    key, said, late = key_of(question, opened.shown), step.said, False
    if said is not None and not opened.clock.in_time(step.moment, step.allowance_ns):
        said, late = None, True
    raw_ms = elapsed_ms = opened.clock.lasts_ns // MS
    if said is not None:
        raw_ms = opened.clock.raw_ns(step.moment) // MS
        elapsed_ms = opened.clock.elapsed_ns(step.moment, step.allowance_ns) // MS
    right = said is not None and level_scoring.is_right(key, said)
    if progress.facts.rules.scoring is Scoring.ROAD:
        gained = level_scoring.road(now.score, progress.combo, right, last=now.question == len(now.lineup))
    else:
        limit_ms = level.seconds * 1000
        gained = 0 if said is None else level_scoring.speed(key, said, question.possible, elapsed_ms, limit_ms)
    network_ms = raw_ms - elapsed_ms
    return Verdict(
        opened.version_id,
        opened.n,
        step.n,
        right,
        key,
        said,
        late,
        gained,
        elapsed_ms,
        raw_ms,
        network_ms,
        step.receipt,
    )


def _level_passed(progress: Progress) -> Move:
    """The level's own score is safe. Its bonus is, too, where nobody can dare: without dares, and at the end."""
    now = progress.now
    stake, back = progress.stake.passed(progress.level.bonus)
    levels = (*_secured(progress.levels, back), LevelDone(now.n, now.score, 0, True, now.flawless))
    passed = replace(progress, levels=levels, stake=stake)
    last = now.n == len(progress.facts.rules.levels)
    if last or not progress.facts.rules.dare:
        passed = _collected(passed)
    return (PlayEvent.PLAY_DECIDED if last else PlayEvent.LEVEL_PASSED), passed


def _level_failed(progress: Progress) -> Move:
    if progress.now.retries:
        return PlayEvent.LEVEL_FAILED, progress
    return PlayEvent.PLAY_DECIDED, _given_up(progress)


def _given_up(progress: Progress) -> Progress:
    """The level under way counts as failed; what was staked on it is lost."""
    failed = (LevelDone(progress.now.n, 0, 0, False, False),) if progress.now.begun else ()
    return replace(progress, levels=(*progress.levels, *failed), stake=progress.stake.lost())


def _collected(progress: Progress) -> Progress:
    stake, won = progress.stake.banked()
    return replace(progress, levels=_secured(progress.levels, won), stake=stake)


def _secured(levels: tuple[LevelDone, ...], bonus: int) -> tuple[LevelDone, ...]:
    """`bonus` goes to the level it was won in, which is the newest."""
    return (*levels[:-1], replace(levels[-1], bonus=levels[-1].bonus + bonus)) if levels and bonus else levels


def _decided(progress: Progress, step: Step) -> Move:
    if not progress.facts.rules.dare or progress.state is not PlayState.PASSED:
        raise BadInput(f"step {step.n}", step.kind.name, f"what may follow {progress.state.value}")
    if step.kind is StepKind.DARE:
        return PlayEvent.DARED, _next_level(progress, progress.stake.dare())
    collected = _collected(progress)
    return PlayEvent.BANKED, _next_level(collected, collected.stake)


def _retried(progress: Progress, step: Step) -> Move:
    facts, now = progress.facts, progress.now
    if progress.state is not PlayState.FAILED:
        raise BadInput(f"step {step.n}", step.kind.name, f"what may follow {progress.state.value}")
    lineup = retried(facts.draw, now.n, facts.questions, progress.used, step.n)
    again = LevelNow(now.n, lineup, progress.level.lives, now.helps, now.retries - 1, retried=True)
    return PlayEvent.RETRIED, replace(progress, now=again, verdict=None, combo=_carried(progress))


def _stopped(progress: Progress, step: Step) -> Move:
    if progress.state is PlayState.PASSED:
        return PlayEvent.STOPPED, _collected(progress)
    return PlayEvent.STOPPED, _given_up(progress)


def _next_level(progress: Progress, stake: Stake) -> Progress:
    now = _entered(progress.facts, progress.now.n + 1)
    return replace(progress, now=now, stake=stake, verdict=None, combo=_carried(progress))


def _entered(facts: PlayFacts, n: int) -> LevelNow:
    level = facts.rules.level(n)
    return LevelNow(n, facts.draw.levels[n - 1], level.lives, level.helps, level.retries)


def _carried(progress: Progress) -> int:
    """Right answers in a row live on into the next level, but not in `road`, where each level begins its own."""
    return 0 if progress.facts.rules.scoring is Scoring.ROAD else progress.combo


def _open(progress: Progress, step: Step) -> OpenQuestion:
    if progress.open is None:
        raise BadInput(f"step {step.n}", step.kind.name, f"what may follow {progress.state.value}")
    return progress.open


def _fast(progress: Progress) -> frozenset[Flag]:
    times = sorted(progress.times_ms)
    perfect = progress.finished and progress.right == progress.asked
    return frozenset({Flag.PERFECT_FAST} if perfect and times[len(times) // 2] < FAST_MEDIAN_MS else ())


_MOVES: dict[StepKind, Callable[[Progress, Step], Move]] = {
    StepKind.ASKED: _asked,
    StepKind.ANSWERED: _answered,
    StepKind.FIFTY: _helped,
    StepKind.TIME: _helped,
    StepKind.SWAP: _helped,
    StepKind.BANK: _decided,
    StepKind.DARE: _decided,
    StepKind.RETRY: _retried,
    StepKind.STOP: _stopped,
}
