"""Seasons as operators read them: their numbers, their plays, and one play step by step, in the words of its questions.

A season has millions of plays: lists go by the newest first, in pages that begin below an id, and a name is looked for
among the campaign's people before their plays are. Counting goes over an index and is asked for one season at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Subquery, exists, false, func, null, select

from campaigns.bootstrap import Services
from campaigns.db.models import Activity, Fan, Participation, Run, RunFan
from campaigns.db.plays import Play, PlayResult, PlayVoid, SentAway
from campaigns.domain.activity import ActivityKind
from campaigns.domain.duel import PLAYED_TWICE
from campaigns.domain.errors import NotFound
from campaigns.domain.play_result import flags_in
from campaigns.domain.progress import Flag
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.run import RunState
from campaigns.domain.waves import Wave, waves_from

PAGE = 50
MOST_NAMES = 200

PLAYS = select(
    Play.id, Play.run_id, Play.fan_id, Play.attempt, Play.practice, Play.challenge_id, Play.begun_at, Play.ended_at
).subquery("line")
# their results stand alone (settle/quiz/condense.py)
CONDENSED = (
    select(
        PlayResult.play_id.label("id"),
        PlayResult.run_id,
        PlayResult.fan_id,
        null().label("attempt"),
        false().label("practice"),
        PlayResult.challenge_id,
        PlayResult.ended_at.label("begun_at"),
        PlayResult.ended_at,
    )
    .where(~exists().where(Play.id == PlayResult.play_id))
    .subquery("line")
)


@dataclass(frozen=True, slots=True)
class SeasonSheet:
    """`fans` have joined, `plays` were begun (practice too), `playing` of them have not ended."""

    id: int
    campaign_id: int
    quiz_id: int
    code: str
    state: RunState
    rules: QuizRules
    starts_at: datetime | None
    ends_at: datetime | None
    begun_at: datetime
    ended_at: datetime | None
    fans: int
    plays: int
    playing: int
    waves: tuple[Wave, ...]
    freeze_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlayLine:
    """One play in a list. `score` None: not ended. `void`: why it does not count; `away`: nothing of this
    fan counts. `fan`: the public id. `attempt` None: condensed to its result, and `begun_at` is when it ended."""

    id: int
    fan_id: int
    fan: str
    name: str
    attempt: int | None
    practice: bool
    challenge: bool
    begun_at: datetime
    ended: bool
    score: int | None
    right: int | None
    asked: int | None
    passed: int | None
    elapsed_ms: int | None
    flags: tuple[Flag, ...]
    void: str | None
    away: bool

    @property
    def twice(self) -> bool:
        """A second play of one draw, void since a guest became this fan (identity/moving.py)."""
        return self.void == PLAYED_TWICE


def seasons_of(services: Services, quiz_id: int) -> list[SeasonSheet]:
    """Newest first."""
    with services.reading() as sql:
        rows = sql.execute(_sheets().where(Run.activity_id == quiz_id).order_by(Run.id.desc()))
        return [_sheet(row) for row in rows]


def season_sheet(services: Services, run_id: int) -> SeasonSheet:
    """Raises NotFound, also for a run of a rush."""
    with services.reading() as sql:
        row = sql.execute(_sheets().where(Run.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"season {run_id}")
    return _sheet(row)


def is_quiz_run(services: Services, run_id: int) -> bool:
    kind = select(Activity.kind).join(Run, Run.activity_id == Activity.id).where(Run.id == run_id)
    with services.reading() as sql:
        return sql.scalar(kind) == ActivityKind.QUIZ


def plays_in(
    services: Services, sheet: SeasonSheet, name: str = "", *, flagged: bool = False, below: int | None = None
) -> list[PlayLine]:
    """The newest first, at most PAGE: of fans whose name has `name` in it, of flagged plays only, with ids under `below`."""
    with services.reading() as sql:
        fans = _named(sql.scalars, sheet.campaign_id, name.strip()) if name.strip() else None
        found: list[PlayLine] = []
        # of a fan all plays, of everybody those of late: of all the others is no index by their ids
        for line in (PLAYS, CONDENSED) if fans is not None else (PLAYS,):
            wanted = _lines(sheet, line).order_by(line.c.id.desc()).limit(PAGE)
            if fans is not None:
                wanted = wanted.where(line.c.fan_id.in_(fans))
            if flagged:
                wanted = wanted.where(PlayResult.flags != 0)
            if below is not None:
                wanted = wanted.where(line.c.id < below)
            found += [_line(row) for row in sql.execute(wanted)]
    return sorted(found, key=lambda each: -each.id)[:PAGE]


def play_line(services: Services, sheet: SeasonSheet, play_id: int) -> PlayLine:
    """Raises NotFound, also for a play of another season."""
    with services.reading() as sql:
        for line in (PLAYS, CONDENSED):
            row = sql.execute(_lines(sheet, line).where(line.c.id == play_id)).one_or_none()
            if row is not None:
                return _line(row)
    raise NotFound(f"play {play_id} of season {sheet.id}")


def _named(scalars: Any, campaign_id: int, name: str) -> Sequence[int]:
    has = Participation.nickname.icontains(name[:60], autoescape=True)
    found = select(Participation.fan_id).where(Participation.campaign_id == campaign_id, has)
    return list(scalars(found.order_by(Participation.nickname).limit(MOST_NAMES)))


def _sheets() -> Select[Any]:
    fans = select(func.count()).where(RunFan.run_id == Run.id, RunFan.kicked_at.is_(None)).scalar_subquery()
    begun = select(func.count()).where(Play.run_id == Run.id).scalar_subquery()
    playing = select(func.count()).where(Play.run_id == Run.id, Play.ended_at.is_(None)).scalar_subquery()
    counted = (fans.label("fans"), begun.label("plays"), playing.label("playing"))
    here = select(Run, *counted).join(Activity, Activity.id == Run.activity_id)
    return here.where(Activity.kind == ActivityKind.QUIZ)


def _sheet(row: Row[Any]) -> SeasonSheet:
    numbers = (row.id, row.campaign_id, row.activity_id, row.code, RunState(row.state), QuizRules.from_dict(row.rules))
    hours = (row.starts_at, row.ends_at, row.started_at or row.starts_at or row.created_at, row.ended_at)
    counted = (row.fans, row.plays, row.playing)
    return SeasonSheet(*numbers, *hours, *counted, waves_from(row.waves), row.freeze_at)


def _lines(sheet: SeasonSheet, line: Subquery) -> Select[Any]:
    result = (PlayResult.score, PlayResult.right, PlayResult.asked, PlayResult.passed, PlayResult.elapsed_ms)
    columns = (*line.c, Fan.public, Participation.nickname, *result, PlayResult.flags, PlayVoid.why)
    who = (Participation.fan_id == line.c.fan_id) & (Participation.campaign_id == sheet.campaign_id)
    joined: Any = select(*columns, SentAway.fan_id.label("away")).join(Participation, who)
    joined = joined.join(Fan, Fan.id == line.c.fan_id).outerjoin(PlayResult, PlayResult.play_id == line.c.id)
    joined = joined.outerjoin(SentAway, (SentAway.run_id == line.c.run_id) & (SentAway.fan_id == line.c.fan_id))
    joined = joined.outerjoin(PlayVoid, (PlayVoid.play_id == line.c.id) & PlayVoid.lifted.is_(None))
    lines: Select[Any] = joined.where(line.c.run_id == sheet.id)
    return lines


def _line(row: Row[Any]) -> PlayLine:
    who = (row.id, row.fan_id, row.public, row.nickname, row.attempt)
    kind = (row.practice, row.challenge_id is not None, row.begun_at, row.ended_at is not None)
    result = (row.score, row.right, row.asked, row.passed, row.elapsed_ms)
    return PlayLine(*who, *kind, *result, flags_in(row.flags or 0), row.why, row.away is not None)
