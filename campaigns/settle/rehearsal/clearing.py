"""Nothing is left of a rehearsal but its run's name, its events and its report: no people, names, devices, answers, scores.

Waits a minute and a half after the end, so that the last picture stays on the screens for as long as after a real show.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

from redis import RedisError
from sqlalchemy import ColumnElement, Connection, delete, exists, select, text, update

from campaigns.bootstrap import Services
from campaigns.control.warm_ups import SOURCE
from campaigns.db.models import ActivityQuestion, Campaign, Question, QuestionVersion, Round, Run, RunFan
from campaigns.db.naming import DeviceMark
from campaigns.db.records import Answer, Fallen, Score, Standing
from campaigns.db.rehearsals import Rehearsal, RehearsalGuest
from campaigns.db.visits import RunVisit
from campaigns.domain.bank import BankState
from campaigns.domain.run import RunState
from campaigns.live import keys

STANDS = timedelta(seconds=90)
BEGINS = timedelta(seconds=10)  # a process needs a moment to start
LOCK = 0x52454845  # "REHE": the class of the advisory lock that a rehearsal's process holds
OVER = (RunState.ENDED, RunState.CANCELLED)

# A guest who has become a member since took the place along (campaigns/identity/moving.py). Who was banned stays banned.
_PLACES = text("""
DELETE FROM participation AS p USING rehearsal_guest AS g
  LEFT JOIN fan_alias AS a ON a.from_id = g.fan_id, rehearsal AS r
 WHERE g.run_id = :run AND r.run_id = :run AND p.campaign_id = g.campaign_id AND p.fan_id IN (g.fan_id, a.to_id)
   AND p.joined_at >= r.made_at
   AND (p.banned_at IS NULL OR EXISTS (SELECT FROM extra AS e WHERE e.fan_id = p.fan_id))
   AND NOT EXISTS (SELECT FROM run_fan AS f JOIN run ON run.id = f.run_id
                    WHERE f.fan_id = p.fan_id AND run.campaign_id = p.campaign_id AND f.run_id <> :run)""")


def rehearsals_to_clear(services: Services) -> list[int]:
    """Run ids."""
    over = select(Rehearsal.run_id).join(Run, Run.id == Rehearsal.run_id)
    over = over.where(Rehearsal.cleared_at.is_(None), Run.state.in_(OVER), Run.ended_at < services.now().at - STANDS)
    with services.reading() as sql:
        return list(sql.scalars(over))


def clear_rehearsal(services: Services, run_id: int) -> bool:
    """False: it is not over, or cleared already. Holds the campaign's lock: no press and no settlement comes between."""
    with services.transition(run_id) as change:
        over = exists().where(Run.id == run_id, Run.state.in_(OVER))
        mine = update(Rehearsal).where(Rehearsal.run_id == run_id, Rehearsal.cleared_at.is_(None), over)
        sql = change.sql
        if sql.execute(mine.values(cleared_at=change.now.at).returning(Rehearsal.run_id)).first() is None:
            return False
        sql.execute(_PLACES, {"run": run_id})
        for table in (RehearsalGuest, RunFan, Standing, Fallen, DeviceMark, RunVisit):
            sql.execute(delete(table).where(table.run_id == run_id))
        typed = _typed_in(sql, run_id)
        sql.execute(update(Run).where(Run.id == run_id).values(round_id=None))
        _forget_rounds(sql, run_id)
        sql.execute(delete(Question).where(Question.id.in_(typed), ~_used()))
        wall = update(Campaign).where(Campaign.id == change.campaign_id, Campaign.wall_run_id == run_id)
        sql.execute(wall.values(wall_run_id=None))
    with contextlib.suppress(RedisError):  # it expires by itself
        services.live.delete(keys.board(run_id), keys.board_edition(run_id))
    return True


def _forget_rounds(sql: Connection, run_id: int) -> None:
    rounds = sql.scalars(
        select(Round.id).where(Round.run_id == run_id).with_for_update()
    ).all()  # no answer comes between
    sql.execute(delete(Answer).where(Answer.round_id.in_(rounds)))
    sql.execute(delete(Score).where(Score.round_id.in_(rounds)))
    sql.execute(delete(Round).where(Round.id.in_(rounds)))  # settlements go with it


def _typed_in(sql: Connection, run_id: int) -> list[int]:
    """Questions that were typed as this rehearsal's warm-ups, and that nobody has made anything of since."""
    asked = select(QuestionVersion.question_id).join(Round, Round.question_version_id == QuestionVersion.id)
    asked = asked.where(Round.run_id == run_id, Round.warm_up > 0)
    since = select(Rehearsal.made_at).where(Rehearsal.run_id == run_id).scalar_subquery()
    typed = select(Question.id).where(Question.id.in_(asked), Question.created_at >= since)
    return list(sql.scalars(typed.where(Question.source == SOURCE, Question.state == BankState.DRAFT, Question.n == 1)))


def _used() -> ColumnElement[bool]:
    placed = exists().where(ActivityQuestion.question_id == Question.id)
    asked = exists().where(QuestionVersion.question_id == Question.id, Round.question_version_id == QuestionVersion.id)
    return placed | asked


def rehearsals_to_play(services: Services) -> list[int]:
    """Run ids of rehearsals that have begun and nobody plays: their process is gone, and with it its lock."""
    held = text(
        "NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = :class"
        " AND objid = rehearsal.run_id AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    begun = select(Rehearsal.run_id).where(Rehearsal.report.is_(None), Rehearsal.cleared_at.is_(None))
    begun = begun.where(Rehearsal.made_at < services.now().at - BEGINS).where(held)
    with services.reading() as sql:
        return list(sql.scalars(begun, {"class": LOCK}))
