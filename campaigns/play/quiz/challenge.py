"""Challenges (下战书): a link to a finished play, taking it up with the same draw, and the other's play running along.

What an opponent's play came to never changes, so each process remembers it; a play whose steps have been condensed away
still has its result: then there is a duel without a ghost. Who has played a draw is read off plays: a link can be taken up
for as long as the play is there that was the first to have it.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, exists, select, text

from campaigns.bootstrap import Services
from campaigns.db.models import Fan, Participation, Question, QuestionVersion, Run
from campaigns.db.plays import Play, PlayResult, PlayStep, PlayVoid
from campaigns.domain.draw import Draw
from campaigns.domain.duel import Outcome, Place, Trace, outcome, traces
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.progress import PlayFacts, PlayState, Verdict
from campaigns.domain.sealed_id import seal, unseal
from campaigns.play.quiz.rows import step_of

if TYPE_CHECKING:
    from campaigns.play.quiz.plays import Playing
    from campaigns.play.quiz.season import Season

PURPOSE = "challenge"
MOST_KEPT = 5_000  # opponents: some kilobytes each
# From a play to the one whose link it took up, and on. The first ended first of all that have the draw, so none of them is
# condensed before it (but for the minutes of one sweep: settle/quiz/condense.py).
FIRST_THERE = text("""
WITH RECURSIVE up AS (
  SELECT challenge_id FROM play WHERE id = :play
  UNION ALL SELECT play.challenge_id FROM up JOIN play ON play.id = up.challenge_id)
SELECT EXISTS (SELECT FROM up WHERE challenge_id IS NULL)
""")


@dataclass(frozen=True, slots=True)
class Side:
    """What a play came to."""

    score: int
    right: int
    asked: int
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Challenger:
    """Who sent the link, and what is to be beaten. `name` None: no longer to be named (banned)."""

    name: str | None
    fan: str
    score: int
    right: int
    asked: int
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class DuelView:
    """The card with both. `own` and `outcome` once the own play has ended."""

    challenger: Challenger
    own: Side | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class GhostView:
    """What the challenger made of the question that this fan has just answered."""

    right: bool
    elapsed_ms: int
    score: int
    helped: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """What a link leads to, for this fan. `refused` None: it can be taken up."""

    refused: PlayOutcome | None
    challenger: Challenger | None


@dataclass(frozen=True, slots=True)
class Opponent:
    """The play behind a link. `open`: it can still be taken up (it was not voided)."""

    play_id: int
    fan_id: int
    draw: Draw
    challenger: Challenger
    open: bool
    traces: Mapping[Place, Trace] = field(default_factory=dict)


def link_token(secret: bytes, play_id: int) -> str:
    """What stands behind ?d= in the link to this play."""
    return seal(secret, PURPOSE, play_id)


class Duels:
    """One per process. `facts`: what a play of a season with this draw is judged by."""

    def __init__(self, services: Services, facts: Callable[[int, Draw], PlayFacts]) -> None:
        self._services, self._facts = services, facts
        self._kept: OrderedDict[int, Opponent] = OrderedDict()
        self._lock = threading.Lock()

    def link(self, playing: Playing) -> str | None:
        """For a play that has ended and counts, with at least its first level decided: there must be something to beat."""
        decided = playing.progress.state is PlayState.ENDED and bool(playing.progress.levels)
        return link_token(self._services.secret, playing.play_id) if decided and not playing.practice else None

    def find(self, run_id: int, token: str) -> Opponent | None:
        return opponent_of(self._services, run_id, token)

    def look(self, season: Season, fan_id: int, token: str) -> Looked:
        """Before it is taken up: from whom, and what is to be beaten."""
        opponent = self.find(season.run_id, token)
        return Looked(self.refusal(season, fan_id, opponent), opponent.challenger if opponent is not None else None)

    def refusal(self, season: Season, fan_id: int, opponent: Opponent | None) -> PlayOutcome | None:
        """Why this fan may not take it up. Nobody plays a draw twice, whoever sent it."""
        if opponent is None or not opponent.open:
            return PlayOutcome.NO_CHALLENGE
        if opponent.fan_id == fan_id:
            return PlayOutcome.OWN_CHALLENGE
        with self._services.reading() as sql:
            if _knows(sql, season.run_id, fan_id, opponent.draw.seed):
                return PlayOutcome.CHALLENGE_TAKEN
            if not sql.scalar(FIRST_THERE, {"play": opponent.play_id}):
                return PlayOutcome.NO_CHALLENGE
            return PlayOutcome.OWN_QUESTION if _wrote_one(sql, fan_id, opponent.draw) else None

    def duel(self, playing: Playing) -> DuelView | None:
        opponent = self._opponent(playing)
        if opponent is None:
            return None
        progress = playing.progress
        if progress.state is not PlayState.ENDED:
            return DuelView(opponent.challenger, None, None)
        own = Side(progress.banked, progress.right, progress.asked, progress.elapsed_ms)
        came_to = own.score if own.asked else None
        return DuelView(opponent.challenger, own, outcome(came_to, opponent.challenger.score))

    def ghost(self, playing: Playing, verdict: Verdict) -> GhostView | None:
        """For a verdict that this fan has been given; None: the challenger was not asked this here."""
        opponent = self._opponent(playing)
        trace = opponent.traces.get((playing.progress.now.n, verdict.version_id)) if opponent is not None else None
        return GhostView(trace.right, trace.elapsed_ms, trace.score, trace.helped) if trace is not None else None

    def _opponent(self, playing: Playing) -> Opponent | None:
        if playing.challenge_id is None:
            return None
        with self._lock:
            known = self._kept.get(playing.challenge_id)
        if known is not None:
            return known
        found = _read(self._services, playing.challenge_id)
        return self._keep(found[0], found[1]) if found is not None else None

    def _keep(self, run_id: int, opponent: Opponent) -> Opponent:
        steps = select(PlayStep).where(PlayStep.play_id == opponent.play_id).order_by(PlayStep.n)
        with self._services.reading() as sql:
            rows = sql.execute(steps).all()
        marks = traces(self._facts(run_id, opponent.draw), (step_of(row) for row in rows)) if rows else {}
        who = (opponent.play_id, opponent.fan_id, opponent.draw, opponent.challenger, opponent.open)
        known = Opponent(*who, marks)
        with self._lock:
            self._kept[opponent.play_id] = known
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return known


def opponent_of(services: Services, run_id: int, token: str) -> Opponent | None:
    """As the record has it now; None for a link that is not ours, or another run's."""
    play_id = unseal(services.secret, PURPOSE, token)
    found = _read(services, play_id) if play_id is not None else None
    return found[1] if found is not None and found[0] == run_id else None


def _read(services: Services, play_id: int) -> tuple[int, Opponent] | None:
    """(its run, the opponent) of a play that has ended and counts."""
    result = (PlayResult.score, PlayResult.right, PlayResult.asked, PlayResult.elapsed_ms)
    columns = (Play.id, Play.run_id, Play.fan_id, Play.seed, Play.drawn, Fan.public)
    voided = exists().where(PlayVoid.play_id == Play.id, PlayVoid.lifted.is_(None)).label("voided")
    named = (Participation.fan_id == Play.fan_id) & (Participation.campaign_id == Run.campaign_id)
    found = (
        select(*columns, *result, voided, Participation.nickname, Participation.banned_at)
        .join(PlayResult, PlayResult.play_id == Play.id)
        .join(Run, Run.id == Play.run_id)
        .join(Fan, Fan.id == Play.fan_id)
        .outerjoin(Participation, named)
        .where(Play.id == play_id)
    )
    with services.reading() as sql:
        row = sql.execute(found).one_or_none()
    return (row.run_id, _opponent(row)) if row is not None else None


def _opponent(row: Any) -> Opponent:
    name = row.nickname if row.banned_at is None else None
    challenger = Challenger(name, row.public, row.score, row.right, row.asked, row.elapsed_ms)
    return Opponent(row.id, row.fan_id, Draw.from_dict(row.drawn, row.seed), challenger, not row.voided)


def _knows(sql: Connection, run_id: int, fan_id: int, seed: int) -> bool:
    """This fan has played the draw already: taken up from this link or from a friend's friend's, or sent out."""
    mine = select(Play.id).where(Play.run_id == run_id, Play.fan_id == fan_id, Play.seed == seed)
    return sql.scalar(mine.limit(1)) is not None


def _wrote_one(sql: Connection, fan_id: int, draw: Draw) -> bool:
    own = select(QuestionVersion.id).join(Question, Question.id == QuestionVersion.question_id)
    drawn = own.where(Question.author_fan_id == fan_id, QuestionVersion.id.in_(draw.versions))
    return sql.scalar(drawn.limit(1)) is not None
