"""One action of a fan in a play: gate in memory, the step into the journal, after the commit what came of it.

Every action names the step it wants to be. If that step is written already, by a second tap, another device or a lost
acknowledgement, the record answers. An action on a question whose time is over first lets the silence be written: that
is what the fan is then shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from campaigns.db.step_journal import Ending, StepEntry
from campaigns.domain.answer import Said, content
from campaigns.domain.level import Help
from campaigns.domain.moment import Moment
from campaigns.domain.play import apply
from campaigns.domain.play_clock import allowance_ns
from campaigns.domain.play_gate import PlayOutcome, admit, overdue, swap_for
from campaigns.domain.play_result import condensed
from campaigns.domain.progress import PlayState, Progress
from campaigns.domain.receipt import receipt
from campaigns.domain.step import KIND_OF, Step, StepKind
from campaigns.play.quiz.plays import Playing, Plays, is_owner
from campaigns.play.quiz.season import Season

PATIENCE_S = 8.0  # then there is no acknowledgement and the page repeats; the journal goes on trying
NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Intent:
    """What the page wants: step `n` to be of this kind. `said`: answers only, `help`: helps only."""

    n: int
    kind: StepKind
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """When the frame was read, and the lowest round trip measured."""

    moment: Moment
    rtt_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the page hears; `playing` None: there is nothing of it to show. None instead of Told: SQL is away, say nothing."""

    outcome: PlayOutcome
    playing: Playing | None = None


def helping(n: int, help: Help) -> Intent:
    return Intent(n, KIND_OF[help])


def act(plays: Plays, fan_id: int, play_id: int, intent: Intent, came: Came) -> Told | None:
    """Do it, or say why not. None when the record could not be reached in time: the page asks again."""
    playing = _own(plays, fan_id, play_id, came.moment)
    if playing is None:
        return Told(PlayOutcome.NOT_YOURS)
    season = plays.seasons.season(playing.run_id, came.moment)
    progress = playing.progress
    step = _step(plays, season, playing, intent, came)
    if intent.n > progress.n + 1:  # another process has written since
        playing = plays.reread(play_id, came.moment) or playing
        progress = playing.progress
        step = _step(plays, season, playing, intent, came)
    if intent.n <= progress.n:
        return _repeated(playing, intent)
    if not season.open_at(came.moment.at):
        return Told(PlayOutcome.NOT_OPEN, playing)
    if intent.kind is not StepKind.ANSWERED and overdue(progress, came.moment):
        silence = Step(progress.n + 1, StepKind.ANSWERED, came.moment.ns, came.moment.boot_id, came.moment.at)
        told = _write(plays, season, playing, silence)
        return told and replace(told, outcome=PlayOutcome.TOO_LATE)
    refusal = admit(progress, step)
    if refusal is not None:
        return Told(refusal, playing)
    return _write(plays, season, playing, step)


def _own(plays: Plays, fan_id: int, play_id: int, now: Moment) -> Playing | None:
    """The play, if it is this fan's: by the connection, by what this process remembers, or by a guest's having become
    another fan since. Whose it is costs one look by key; only a fan's own play is read whole."""
    known = plays.known(play_id)
    if known is not None and known.fan_id == fan_id:
        return known
    return plays.reread(play_id, now) if is_owner(plays.services, play_id, fan_id) else None


def _step(plays: Plays, season: Season, playing: Playing, intent: Intent, came: Came) -> Step:
    progress, moment = playing.progress, came.moment
    version_id = None
    if intent.kind is StepKind.ASKED:
        version_id = progress.next_version
    elif intent.kind is StepKind.SWAP:
        version_id = swap_for(progress)
    step = Step(intent.n, intent.kind, moment.ns, moment.boot_id, moment.at, version_id)
    if intent.said is None:
        return step
    signed = receipt(plays.services.secret, playing.play_id, playing.fan_id, moment.ns, content(intent.said))
    return replace(
        step,
        places=tuple(sorted(intent.said.places)) if intent.said.value is None else None,
        value=intent.said.value,
        allowance_ns=allowance_ns(came.rtt_ns, season.rules.cap_ms * NS_PER_MS),
        rtt_ns=came.rtt_ns,
        receipt=signed,
    )


def _repeated(playing: Playing, intent: Intent) -> Told:
    """The step is in the record. Its own verdict is the answer as long as it is the newest; else where the play stands."""
    verdict = playing.progress.verdict
    same = intent.kind is StepKind.ANSWERED and verdict is not None and verdict.n == intent.n
    return Told(PlayOutcome.DUPLICATE if same else PlayOutcome.STALE, playing)


def _write(plays: Plays, season: Season, playing: Playing, step: Step) -> Told | None:
    after = apply(playing.progress, step)
    promise, first = plays.journal.put(entry_of(season, playing, step, after))
    try:
        written = promise.result(timeout=PATIENCE_S)
    except TimeoutError:
        return None
    if not (first and written):
        return _taken(plays, playing, step)
    outcome = PlayOutcome.DONE
    if after.verdict is not None and after.verdict.n == step.n and after.verdict.late:
        outcome = PlayOutcome.TOO_LATE
    if after.state is PlayState.ENDED:
        plays.seasons.hint_results(playing.run_id, step.moment)
    return Told(outcome, plays.advance(playing, after))


def _taken(plays: Plays, playing: Playing, step: Step) -> Told:
    """Somebody else wrote this step, or nobody could: the record says which."""
    now = plays.reread(playing.play_id, step.moment)
    if now is None or now.progress.n < step.n:
        return Told(PlayOutcome.BUSY, now)
    return _repeated(now, Intent(step.n, step.kind))


def entry_of(season: Season, playing: Playing, step: Step, after: Progress) -> StepEntry:
    """The row of this step, and with the play's last one its result."""
    places = None if step.places is None else "{" + ",".join(str(place) for place in step.places) + "}"
    return StepEntry(
        play_id=playing.play_id,
        n=step.n,
        kind=int(step.kind),
        question_version_id=step.question_version_id,
        places=places,
        value=step.value,
        ns=step.ns,
        boot=step.boot,
        at=step.at,
        allowance_ns=step.allowance_ns,
        rtt_ns=step.rtt_ns,
        receipt=step.receipt,
        ending=_ending(season, playing, step, after) if after.state is PlayState.ENDED else None,
    )


def _ending(season: Season, playing: Playing, step: Step, after: Progress) -> Ending:
    result = condensed(after)
    scores = ",".join("NULL" if score is None else str(score) for score in result.level_scores)
    return Ending(
        activity_id=season.activity_id,
        run_id=playing.run_id,
        fan_id=playing.fan_id,
        day=playing.day,
        ended_at=step.at,
        challenge_id=playing.challenge_id,
        score=result.score,
        elapsed_ms=result.elapsed_ms,
        right=result.right,
        asked=result.asked,
        passed=result.passed,
        perfect=result.perfect,
        flags=result.flags,
        level_scores="{" + scores + "}",
        counts=not playing.practice and result.played,
    )
