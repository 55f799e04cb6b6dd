"""A fan's own page: points, badges and the runs taken part in; and what one finished run brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from campaigns.bootstrap import Services
from campaigns.db.cohorts import Cohort
from campaigns.db.identities import seats_of
from campaigns.db.models import Activity, Campaign, Participation, Run, RunFan
from campaigns.db.plays import Tally
from campaigns.db.prizes import Claim
from campaigns.db.records import Award, Balance, LedgerEntry, Standing
from campaigns.db.themes import ThemeRow
from campaigns.domain.activity import ActivityKind
from campaigns.domain.badge_bits import badges_in
from campaigns.domain.badge_wall import described
from campaigns.domain.question import Words
from campaigns.domain.run import RunState
from campaigns.play.cards import card_token
from campaigns.play.prizes import WonPrize, won_prizes

MOST_RUNS = 50


@dataclass(frozen=True, slots=True)
class HeldBadge:
    code: str
    name: Words
    why: Words
    count: int


@dataclass(frozen=True, slots=True)
class PastRun:
    title: Words
    code: str
    at: datetime
    rank: int | None
    of: int
    score: int
    state: RunState
    quiz: bool
    card: str | None  # the token of its public page
    campaign_id: int
    look: Mapping[str, Any] | None  # its campaign's theme, as stored
    stream: str | None  # the name of the cohort whose board this was


@dataclass(frozen=True, slots=True)
class OwnPage:
    nickname: str | None
    points: int
    badges: tuple[HeldBadge, ...]
    runs: tuple[PastRun, ...]
    prizes: tuple[WonPrize, ...]


@dataclass(frozen=True, slots=True)
class Awarded:
    """docs/messages.md, `awards`: what one run brought this fan."""

    points: int
    balance: int
    badges: tuple[HeldBadge, ...]
    rank: int | None
    of: int
    score: int
    prizes: tuple[WonPrize, ...]
    card: str  # the token of its public page


def own_page(services: Services, fan_id: int) -> OwnPage:
    with services.reading() as sql:
        newest = select(Participation.nickname).where(Participation.fan_id == fan_id)
        return OwnPage(
            nickname=sql.scalar(newest.order_by(Participation.joined_at.desc()).limit(1)),
            points=_balance(sql, fan_id),
            badges=_badges(
                sql, Award.fan_id == fan_id, sql.scalars(select(Tally.badges).where(Tally.fan_id == fan_id))
            ),
            runs=_runs(sql, fan_id, services.secret),
            prizes=won_prizes(sql, Claim.fan_id.in_(seats_of(fan_id))),
        )


def awards_of(services: Services, run_id: int, fan_id: int) -> Awarded | None:
    """None until the run's awards are written in their newest version."""
    with services.reading() as sql:
        run = sql.execute(select(Run.award_version, Run.awarded_version).where(Run.id == run_id)).one()
        if not run.awarded_version or run.award_version != run.awarded_version:
            return None
        own = (LedgerEntry.run_id == run_id) & (LedgerEntry.fan_id == fan_id)
        points = sql.scalar(select(func.coalesce(func.sum(LedgerEntry.amount), 0)).where(own)) or 0
        place = select(Standing).where(Standing.run_id == run_id, Standing.fan_id == fan_id)
        standing = sql.execute(place).one_or_none()
        of = sql.scalar(select(func.count()).where(Standing.run_id == run_id)) or 0
        badges = _badges(sql, (Award.fan_id == fan_id) & (Award.run_id == run_id))
        rank, score = (standing.rank, standing.score) if standing is not None else (None, 0)
        prizes = won_prizes(sql, (Claim.run_id == run_id) & (Claim.fan_id == fan_id))
        card = card_token(services.secret, run_id, fan_id)
        return Awarded(int(points), _balance(sql, fan_id), badges, rank, of, score, prizes, card)


def _balance(sql: Connection, fan_id: int) -> int:
    return sql.scalar(select(Balance.points).where(Balance.fan_id == fan_id)) or 0


def _badges(sql: Connection, whose: Any, bits: Iterable[int] = ()) -> tuple[HeldBadge, ...]:
    """Those awarded one by one, and those that the tallies of quizzes hold as `bits`; as they hang on the wall."""
    sums = select(Award.badge, func.sum(Award.delta).label("held")).where(whose).group_by(Award.badge)
    held = Counter({row.badge: int(row.held) for row in sql.execute(sums)})
    held.update(badge for each in bits for badge in badges_in(each))
    wall = sorted(filter(None, (described(badge) for badge in held if held[badge] > 0)), key=lambda each: each.place)
    return tuple(HeldBadge(each.badge, each.name, each.why, held[each.badge]) for each in wall)


def _runs(sql: Connection, fan_id: int, secret: bytes) -> tuple[PastRun, ...]:
    seats = select(func.count()).where(RunFan.run_id == Run.id, RunFan.kicked_at.is_(None))
    others = seats.correlate(Run).scalar_subquery()
    columns = (Campaign.title, Activity.title.label("activity"), Activity.kind, Run.code, Run.state, RunFan.joined_at)
    whose = (
        Run.id.label("run_id"),
        RunFan.fan_id,
        Run.rehearsal,
        Run.campaign_id,
        ThemeRow.look,
        Cohort.name.label("stream"),
    )
    mine = (Standing.run_id == Run.id) & (Standing.fan_id == RunFan.fan_id)
    joined = select(*columns, *whose, Standing.rank, Standing.score, others.label("of")).join(
        Run, Run.id == RunFan.run_id
    )
    joined = joined.join(Campaign, Campaign.id == Run.campaign_id).join(Activity, Activity.id == Run.activity_id)
    joined = joined.outerjoin(ThemeRow, ThemeRow.campaign_id == Run.campaign_id)
    joined = joined.outerjoin(Cohort, Cohort.run_id == Run.id)
    rows = joined.outerjoin(Standing, mine).where(RunFan.fan_id.in_(seats_of(fan_id))).order_by(RunFan.joined_at.desc())
    return tuple(_past_run(row, secret) for row in sql.execute(rows.limit(MOST_RUNS)))


def _past_run(row: Any, secret: bytes) -> PastRun:
    """A run still going on shows no rank: its standings may hold a round that has not been revealed."""
    over = row.state == RunState.ENDED
    rank, score = (row.rank, row.score or 0) if over else (None, 0)
    quiz = row.kind == ActivityKind.QUIZ
    card = None if rank is None or quiz or row.rehearsal else card_token(secret, row.run_id, row.fan_id)
    shown = (row.activity, row.code, row.joined_at, rank, row.of, score, RunState(row.state), quiz, card)
    return PastRun(*shown, row.campaign_id, row.look, row.stream)
