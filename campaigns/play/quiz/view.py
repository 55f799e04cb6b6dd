"""What one fan is shown of a play (docs/messages.md, "The quiz"). Built from a Progress; never holds an untold key.

A question leaves as `PublicQuestion` in the fan's own order. The key leaves in the verdict only, which exists once the
fan's answer (or silence) to this very question has been committed.
"""

from __future__ import annotations

from dataclasses import dataclass

from campaigns.domain.level import Help, Helps
from campaigns.domain.lineup import order
from campaigns.domain.moment import Moment
from campaigns.domain.play_gate import helps_now
from campaigns.domain.progress import OpenQuestion, PlayState, Progress, Verdict
from campaigns.domain.question import PublicQuestion, ValueKey, Words, public
from campaigns.play.quiz.challenge import DuelView, GhostView
from campaigns.play.quiz.media import picture_name
from campaigns.play.quiz.plays import Playing, Plays
from campaigns.play.quiz.result import ResultView, result_view


@dataclass(frozen=True, slots=True)
class HelpsView:
    fifty: int
    time: int
    swap: int


@dataclass(frozen=True, slots=True)
class LevelView:
    """A level that is decided."""

    n: int
    score: int
    bonus: int
    passed: bool
    perfect: bool


@dataclass(frozen=True, slots=True)
class OpenView:
    """The question before the fan. Times are readings of the server's monotonic clock, as `now_ms`."""

    n: int
    question: PublicQuestion
    hidden: tuple[int, ...]
    helps: tuple[str, ...]
    opened_ms: float
    closes_ms: float
    media: str | None
    author: str | None


@dataclass(frozen=True, slots=True)
class SaidView:
    places: tuple[int, ...]
    value: float | None


@dataclass(frozen=True, slots=True)
class KeyView:
    places: tuple[int, ...] | None = None
    value: float | None = None
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class VerdictView:
    """One answer judged, with its question as the fan saw it. `said` None: silence, or too late."""

    n: int
    question: PublicQuestion
    media: str | None
    right: bool
    late: bool
    key: KeyView
    said: SaidView | None
    explanation: Words
    gained: int
    elapsed_ms: int
    raw_ms: int
    network_ms: int
    receipt: str | None
    author: str | None
    ghost: GhostView | None


@dataclass(frozen=True, slots=True)
class PlayView:
    """`n`: the step that the next action must name. `staked`: the bonus at stake; `won`: the one to decide on.

    `challenge`: what stands behind ?d= in the link by which friends may take this play up; once it has ended and counts.
    """

    id: str
    practice: bool
    state: PlayState
    n: int
    level: int
    question: int
    of: int
    lives: int
    combo: int
    level_score: int
    pass_mark: int
    banked: int
    won: int
    staked: int
    dared: bool
    helps: HelpsView
    retries: int
    levels: tuple[LevelView, ...]
    open: OpenView | None
    verdict: VerdictView | None
    challenge: str | None
    duel: DuelView | None
    result: ResultView | None


def view(plays: Plays, playing: Playing, now: Moment) -> PlayView:
    """The play as its fan sees it now."""
    progress, opened, verdict = playing.progress, playing.progress.open, playing.progress.verdict
    shown = judged = None
    if opened is not None:
        shown = open_view(progress, opened, now, *_signed(plays, playing, opened.version_id, opened.n, now))
    if verdict is not None:
        signed = _signed(plays, playing, verdict.version_id, verdict.opened_n, now)
        judged = verdict_view(progress, verdict, *signed, plays.duels.ghost(playing, verdict))
    result = result_view(plays, playing, now) if progress.state is PlayState.ENDED else None
    duels = plays.duels.link(playing), plays.duels.duel(playing)
    return play_view(playing.play_id, playing.practice, progress, shown, judged, *duels, result)


def play_view(
    play_id: int,
    practice: bool,
    progress: Progress,
    shown: OpenView | None,
    judged: VerdictView | None,
    challenge: str | None,
    duel: DuelView | None,
    result: ResultView | None,
) -> PlayView:
    """What follows from the Progress, with what does not."""
    level, stake = progress.now, progress.stake
    return PlayView(
        id=str(play_id),
        practice=practice,
        state=progress.state,
        n=progress.n + 1,
        level=level.n,
        question=level.question,
        of=len(level.lineup),
        lives=level.lives,
        combo=progress.combo,
        level_score=level.score,
        pass_mark=progress.level.pass_mark,
        banked=progress.banked,
        won=stake.won,
        staked=stake.staked,
        dared=stake.dared,
        helps=_helps(level.helps),
        retries=level.retries,
        levels=tuple(LevelView(done.n, done.score, done.bonus, done.passed, done.perfect) for done in progress.levels),
        open=shown,
        verdict=judged,
        challenge=challenge,
        duel=duel,
        result=result,
    )


def _helps(helps: Helps) -> HelpsView:
    return HelpsView(helps.of(Help.FIFTY), helps.of(Help.TIME), helps.of(Help.SWAP))


def _signed(plays: Plays, playing: Playing, version_id: int, n: int, now: Moment) -> tuple[str | None, str | None]:
    """The name of the question's picture in this play, and the fan who wrote it, by name."""
    campaign_id = plays.seasons.season(playing.run_id, now).campaign_id
    return _media(plays, playing, version_id, n), plays.authors.name(campaign_id, version_id, now)


def open_view(progress: Progress, opened: OpenQuestion, now: Moment, media: str | None, author: str | None) -> OpenView:
    """`now` brings a question of an earlier boot to the clock the page is kept in step with."""
    raw_ms = opened.clock.raw_ns(now) / 1e6
    opened_ms = now.ns / 1e6 - raw_ms
    return OpenView(
        n=opened.n,
        question=_shown(progress, opened.version_id, opened.shown),
        hidden=opened.hidden,
        helps=tuple(sorted(help.value for help in helps_now(progress))),
        opened_ms=opened_ms,
        closes_ms=opened_ms + opened.clock.lasts_ns / 1e6,
        media=media,
        author=author,
    )


def _shown(progress: Progress, version_id: int, shown: tuple[int, ...]) -> PublicQuestion:
    question = progress.facts.questions[version_id]
    return public(question, tuple(question.choices[place].id for place in shown))


def _media(plays: Plays, playing: Playing, version_id: int, n: int) -> str | None:
    media_id = plays.shelf.media_of(version_id)
    if media_id is None:
        return None
    return picture_name(plays.services.secret, playing.play_id, n, media_id)


def verdict_view(
    progress: Progress, verdict: Verdict, media: str | None, author: str | None, ghost: GhostView | None
) -> VerdictView:
    question = progress.facts.questions[verdict.version_id]
    said, key = verdict.said, verdict.key
    told = (
        KeyView(value=key.value, margin=key.margin) if isinstance(key, ValueKey) else KeyView(tuple(sorted(key.right)))
    )
    return VerdictView(
        n=verdict.n,
        question=_shown(progress, verdict.version_id, _order(progress, verdict)),
        media=media,
        right=verdict.right,
        late=verdict.late,
        key=told,
        said=SaidView(said.places, said.value) if said is not None else None,
        explanation=question.explanation,
        gained=verdict.gained,
        elapsed_ms=verdict.elapsed_ms,
        raw_ms=verdict.raw_ms,
        network_ms=verdict.network_ms,
        receipt=verdict.receipt,
        author=author,
        ghost=ghost,
    )


def _order(progress: Progress, verdict: Verdict) -> tuple[int, ...]:
    return order(progress.facts.questions[verdict.version_id], progress.facts.draw.seed, verdict.opened_n)
