"""The road of a quiz's run, read from SQL: the packet for everybody, and a fan's own part beside it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from campaigns.bootstrap import Services
from campaigns.db.models import Activity, Campaign, Run, RunFan
from campaigns.db.plays import PlayResult, Tally
from campaigns.db.records import Award
from campaigns.domain.badge_bits import badges_in
from campaigns.domain.daily import attempts_left
from campaigns.domain.moment import Moment
from campaigns.domain.periods import day_span
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.road import RoadPacket, RoadRun, road_levels, road_rules, road_scene
from campaigns.domain.run import RunState
from campaigns.play.quiz import begin
from campaigns.play.quiz.plays import Plays
from campaigns.play.quiz.season import Season
from campaigns.play.quiz.view import PlayView, view
from campaigns.play.quiz.waves import waits_until
from campaigns.play.seat import Seat


@dataclass(frozen=True, slots=True)
class RoadYou:
    """`attempts_left` None: no limit; `again_at`: when the day's attempts are new. `best_by_level`: from level 1, None:
    never reached. `passed`: the highest level. `opens_at`: when the season opens for this fan, while that is to come."""

    fan: str
    name: str
    play: PlayView | None
    attempts_left: int | None
    again_at: str | None
    streak: int
    plays: int
    best: int
    total: int
    passed: int
    best_by_level: tuple[int | None, ...]
    badges: tuple[str, ...]
    opens_at: str | None = None


def load_road(sql: Connection, run_id: int) -> RoadPacket:
    """Everything that everybody may see of this quiz now."""
    columns = (Run.seq, Run.code, Run.state, Run.rules, Run.starts_at, Run.ends_at, Campaign.title)
    over = (Run.brand_shown, Run.names_hidden)
    found = select(*columns, *over, Activity.title.label("activity")).join(Campaign, Campaign.id == Run.campaign_id)
    row = sql.execute(found.join(Activity, Activity.id == Run.activity_id).where(Run.id == run_id)).one()
    joined = select(func.count()).where(RunFan.run_id == run_id, RunFan.kicked_at.is_(None))
    rules, scene = QuizRules.from_dict(row.rules), road_scene(RunState(row.state))
    opens, closes = (at.isoformat() if at is not None else None for at in (row.starts_at, row.ends_at))
    run = RoadRun(row.code, row.title, row.activity, sql.scalar(joined) or 0, opens, closes, row.names_hidden)
    return RoadPacket(row.seq, scene, run, road_rules(rules), road_levels(rules), row.brand_shown)


def road_you(plays: Plays, seat: Seat, now: Moment) -> RoadYou:
    """What this fan alone sees beside the road."""
    season = plays.seasons.season(seat.run_id, now)
    playing = begin.open_play(plays, seat.run_id, seat.fan_id, now)
    return own_part(plays.services, season, seat, now, view(plays, playing, now) if playing is not None else None)


def own_part(services: Services, season: Season, seat: Seat, now: Moment, shown: PlayView | None) -> RoadYou:
    """The fan's own figures, beside the play as it is `shown`."""
    with services.reading() as sql:
        day = season.day(now.at)
        tally = sql.execute(select(Tally).where(Tally.run_id == seat.run_id, Tally.fan_id == seat.fan_id)).one_or_none()
        streak = begin.streak(sql, seat.run_id, seat.fan_id, day)
        begun = begin.begun_today(sql, season, seat.fan_id, day)
        levels = _best_by_level(sql, season, seat.fan_id)
        badges = _badges(sql, seat, tally.badges if tally is not None else 0)
        waits = waits_until(sql, season, seat.fan_id, now.at)
    totals: tuple[int, int, int, int] = (0, 0, 0, 0)
    if tally is not None:
        totals = (tally.plays, tally.best, tally.total, tally.passed)
    left = attempts_left(season.rules, begun, streak)
    again = day_span(day, season.zone)[1].isoformat() if left is not None else None
    opens = waits.isoformat() if waits is not None else None
    return RoadYou(seat.public, seat.name, shown, left, again, streak, *totals, levels, badges, opens)


def _best_by_level(sql: Connection, season: Season, fan_id: int) -> tuple[int | None, ...]:
    """From the record, not from a board: it must be right at once, and a fan has few plays."""
    mine = select(PlayResult.level_scores).where(PlayResult.run_id == season.run_id, PlayResult.fan_id == fan_id)
    mine = mine.where(PlayResult.challenge_id.is_(None))
    best: list[int | None] = [None] * len(season.rules.levels)
    for scores in sql.scalars(mine):
        for i, score in enumerate(scores[: len(best)]):
            if score is not None:
                best[i] = max(score, best[i] or 0)
    return tuple(best)


def _badges(sql: Connection, seat: Seat, bits: int) -> tuple[str, ...]:
    """Those that the tally holds, and those awarded one by one."""
    held = select(Award.badge).where(Award.run_id == seat.run_id, Award.fan_id == seat.fan_id).group_by(Award.badge)
    return tuple(sorted({*badges_in(bits), *sql.scalars(held.having(func.sum(Award.delta) > 0))}))
