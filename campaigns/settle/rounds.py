"""Settling one round: from the record to scores, totals and the board. Done twice it is harmless, done late it is the same.

1. closed → settling by compare-and-set, in a transaction of its own: from here on the journal refuses (`too late`), and the
   UPDATE has waited for the batches that were under way.
2. One transaction claims the run's waiting settlements (their row locks are the sign that a worker lives: they die with its
   connection), judges the answers case by case (cases.py), writes the scores of this version and adds up the totals.
   Only then it takes the campaign's lock, looks what has happened meanwhile, and makes it count: version, result, events.
3. After the commit: the board to Redis, absolutely.

Work to do is a settlement row without a result; a correction orders the next round's settlement in the same transaction.
Settlements of one run never overlap, so what a round's judgement builds on (the round before) cannot change under it.
"""

from __future__ import annotations

import logging
import time
from enum import StrEnum
from typing import Any

from psycopg.errors import LockNotAvailable
from redis import RedisError
from sqlalchemy import Connection, Row, Select, select, text, update
from sqlalchemy.exc import OperationalError

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.db.editions import board_edition
from campaigns.db.events import Transition, lock_campaign
from campaigns.db.models import Campaign, QuestionVersion, Round, Run
from campaigns.db.records import FOLLOWS, Event, Settlement, Standing
from campaigns.db.turns import IN_TURN, after_it
from campaigns.domain.round import RoundEvent, RoundState
from campaigns.domain.run import BEFORE_REVEAL, RunState, Scene
from campaigns.live.leaderboards import write_board
from campaigns.settle.cases import judge_round
from campaigns.settle.projections import (
    board_result,
    close_ranks,
    recompute_standings,
    round_result,
)

log = logging.getLogger("fanfare.settle")
ACTOR = "worker"
HOLD_NS = 150_000_000  # answers received in time may still be on their way into SQL: their batch gets this long
# No join: of a run just begun PostgreSQL knows nothing, and looked through all answers once for each fan, for seconds.
MISSING = text("""
SELECT fan_id FROM run_fan WHERE run_id = :run AND kicked_at IS NULL
EXCEPT SELECT fan_id FROM answer WHERE round_id = :round LIMIT 1
""")
# A million rows are written by one statement: minutes, if the machine is busy; sorted and hashed in memory. Nothing is known
# yet of tables just made: nested loops over them are quadratic, and a merge join would sort each of them. What is compiled for
# a statement serves it once.
SETTINGS = text("""
SELECT set_config('statement_timeout', '600s', true), set_config('work_mem', '128MB', true), set_config('jit', 'off', true),
       set_config('enable_nestloop', 'off', true), set_config('enable_mergejoin', 'off', true)
""")


class Attempt(StrEnum):
    """What came of one try. `overtaken`: another worker has just settled that one; there may be more to do."""

    SETTLED = "settled"
    OVERTAKEN = "overtaken"
    REFUSED = "refused"


def settle_round(services: Services, round_id: int) -> bool:
    """Settle whatever is to be settled of this round's run, in order. False: nothing to do, or another worker is at it.

    All of the run, because whoever came for another round of it while we were at work went away again.
    """
    run_id = _run_of(services, round_id)
    settled = False
    while (pending := _pending(services, run_id)) is not None:
        if not _begin(services, pending) or (attempt := _settle(services, pending)) is Attempt.REFUSED:
            break
        settled = settled or attempt is Attempt.SETTLED
    if settled:
        rebuild_board(services, run_id)
    return settled


def rebuild_board(services: Services, run_id: int) -> None:
    """The run's board in Redis from SQL; losing Redis costs speed only, so its absence is logged and survived."""
    rows = select(Standing.fan_id, Standing.score, Standing.elapsed_ms).where(Standing.run_id == run_id)
    with services.sql.connect().execution_options(isolation_level="REPEATABLE READ") as sql:
        edition = sql.scalar(select(board_edition(run_id))) or 0
        places = [(fan, score, elapsed_ms) for fan, score, elapsed_ms in sql.execute(rows)]
    try:
        write_board(services.live, run_id, edition, places)
    except RedisError as error:
        log.warning("board of run %s not written: %s", run_id, error)


def waiting() -> Select[*tuple[Any, ...]]:
    """Settlements without a result, with their round; a cancelled run settles nothing any more."""
    columns = (Settlement.round_id, Settlement.version, Round.run_id, Round.state, Round.closes_ns, Round.boot_id)
    joined = select(*columns).join(Round, Round.id == Settlement.round_id).join(Run, Run.id == Round.run_id)
    return joined.where(Settlement.settled_at.is_(None), Run.state != RunState.CANCELLED)


def _pending(services: Services, run_id: int) -> Any:
    first = waiting().where(Round.run_id == run_id).order_by(*IN_TURN, Settlement.version).limit(1)
    with services.sql.connect() as sql:
        return sql.execute(first).one_or_none()


def _begin(services: Services, pending: Any) -> bool:
    """closed → settling. True when the round may be judged now, by us or by whoever died in the middle of it.

    No screen shows the difference between the two states, so nobody is told: the result's own packet comes in a moment.
    """
    if pending.state != RoundState.CLOSED:
        return pending.state in (RoundState.SETTLING, RoundState.VOID)
    now = services.now()
    if pending.boot_id == now.boot_id and pending.closes_ns is not None:
        left_ns = min(HOLD_NS, pending.closes_ns + HOLD_NS - now.ns)
        if left_ns > 0 and _somebody_is_missing(services, pending):
            time.sleep(left_ns / 1e9)  # a worker has nothing else to do here: the last batch may be under way
    with services.transition(pending.run_id) as change:
        if transitions.move_round(change, pending.round_id, RoundEvent.SETTLING_BEGUN, RoundState.SETTLING):
            change.note(pending.run_id, "settling_begun", ACTOR, round=pending.round_id)
    return True


def _somebody_is_missing(services: Services, pending: Any) -> bool:
    """Somebody seated has no answer in the record; if nobody, none can be under way."""
    with services.reading() as sql:
        return sql.execute(MISSING, {"run": pending.run_id, "round": pending.round_id}).first() is not None


def _settle(services: Services, pending: Any) -> Attempt:
    """One transaction. Refused while another worker is at work on this run, and when the run has been cancelled."""
    with services.sql.connect() as sql:
        if not claim(sql, pending.run_id):
            return Attempt.REFUSED
        still = select(Settlement).where(Settlement.round_id == pending.round_id, Settlement.version == pending.version)
        order = sql.execute(still.where(Settlement.settled_at.is_(None))).one_or_none()
        if order is None:
            return Attempt.OVERTAKEN
        row = _round_row(sql, pending.round_id)
        if RoundState(row.state) not in (RoundState.SETTLING, RoundState.VOID):
            return Attempt.REFUSED
        result = _judge(sql, row, order)
        change = lock_campaign(sql, row.run_id, services.now)
        if not _make_it_count(change, row, order, result):
            return Attempt.REFUSED
        sql.commit()
    services.tell(change)
    return Attempt.SETTLED


def claim(sql: Connection, run_id: int) -> bool:
    """Lock every waiting settlement of the run, all or none, until this transaction ends.

    Whoever is at work holds the row that it works on, and that row waits until its commit: so two never work on one run.
    """
    mine = waiting().where(Round.run_id == run_id).with_for_update(of=Settlement, nowait=True)
    try:
        return bool(sql.execute(mine).all())
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            return False
        raise


def _round_row(sql: Connection, round_id: int) -> Row[Any]:
    """What the judgement depends on; none of it changes while the round is settling. `seq`: where the events stood."""
    columns = (Round, QuestionVersion.body, Run.rules, Run.seed, Campaign.seq)
    joined = select(*columns).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    joined = joined.join(Run, Run.id == Round.run_id).join(Campaign, Campaign.id == Run.campaign_id)
    return sql.execute(joined.where(Round.id == round_id)).one()


def _judge(sql: Connection, row: Row[Any], order: Row[Any]) -> dict[str, Any]:
    """Everything that takes long, without the campaign's lock. Nobody sees any of it before the commit."""
    sql.execute(SETTINGS)
    judged = judge_round(sql, row, order)
    if row.warm_up:
        close_ranks(sql, row.run_id)  # no total changes; who was sent away meanwhile was left to us
    else:
        recompute_standings(sql, row, order.version)
    return round_result(row, judged) | {"board": board_result(sql, row, order.version)}


def _make_it_count(change: Transition, row: Row[Any], order: Row[Any], result: dict[str, Any]) -> bool:
    """Under the campaign's lock, and short. False: the run has been cancelled, so nothing of this may stay."""
    columns = (Run.state, Run.scene, Run.round_id, Run.auto_reveal, Run.rehearsal, Run.award_version)
    run: Any = change.sql.execute(select(*columns).where(Run.id == row.run_id)).one()
    if run.state == RunState.CANCELLED:
        return False
    change.sql.execute(update(Round).where(Round.id == row.id).values(version=order.version))
    if _somebody_was_removed(change, row):
        close_ranks(change.sql, row.run_id)
        result = result | {"board": board_result(change.sql, row, order.version)}
    settled = update(Settlement).where(Settlement.round_id == row.id, Settlement.version == order.version)
    change.sql.execute(settled.values(settled_at=change.now.at, result=result))
    _tell(change, run, row, order)
    _order_what_follows(change, run, row)
    return True


def _somebody_was_removed(change: Transition, row: Row[Any]) -> bool:
    """Since we began: their standing, which kicking leaves to us, may have been written all the same."""
    since = (Event.campaign_id == change.campaign_id) & (Event.seq > row.seq) & (Event.run_id == row.run_id)
    return change.sql.scalar(select(Event.seq).where(since, Event.kind.in_(("kicked", "banned"))).limit(1)) is not None


def _tell(change: Transition, run: Any, row: Row[Any], order: Row[Any]) -> None:
    """settling → settled, and revealed at once where that is due: by the switch, or because it had been revealed before.

    A correction can also come before the reveal (of this round, or of an earlier one whose tail this is): nothing is told then.
    A result that comes while the run is paused is not told into the pause: *next* does it.
    That a round is void is told as soon as it is counted so, but a settlement that a void has overtaken tells nothing.
    """
    told = run.round_id != row.id or Scene(run.scene) not in BEFORE_REVEAL
    if order.voided and not told:
        transitions.show(change, row.run_id, Scene.REVEAL)
    elif not order.voided:
        transitions.move_round(change, row.id, RoundEvent.SETTLED, RoundState.SETTLED)
    change.record(row.run_id, "settled", ACTOR, round=row.id, version=order.version)
    if order.voided:
        return
    if order.version > 1 and told:
        transitions.move_round(change, row.id, RoundEvent.REVEALED, RoundState.REVEALED)
    elif run.auto_reveal and not told and run.state != RunState.PAUSED:
        transitions.reveal(change, row.run_id, row.id, ACTOR)


def _run_of(services: Services, round_id: int) -> int:
    with services.sql.connect() as sql:
        return sql.execute(select(Round.run_id).where(Round.id == round_id)).scalar_one()


def _order_what_follows(change: Transition, run: Any, row: Row[Any]) -> None:
    """A correction's tail, in the same transaction: the next judged round again, or after the last one the awards."""
    later = select(Round.id, Round.state).where(
        Round.run_id == row.run_id, after_it(row.n, row.warm_up), Round.version > 0
    )
    following = change.sql.execute(later.order_by(*IN_TURN).limit(1)).one_or_none()
    if following is not None:
        _order_again(change, row.run_id, following.id)
    elif run.award_version and not run.rehearsal:
        change.sql.execute(update(Run).where(Run.id == row.run_id).values(award_version=Run.award_version + 1))
        change.enqueue("award_badges", row.run_id)


def _order_again(change: Transition, run_id: int, round_id: int) -> None:
    last = select(Settlement).where(Settlement.round_id == round_id).order_by(Settlement.version.desc()).limit(1)
    order = change.sql.execute(last).one()
    if order.settled_at is None:
        return  # it waits to be judged anyway
    if not order.voided:
        transitions.move_round(change, round_id, RoundEvent.CORRECTED, RoundState.SETTLING)
    transitions.order_settlement(change, round_id, order.version + 1, order.key, voided=order.voided, why=FOLLOWS)
    change.note(run_id, "settling_begun", ACTOR, round=round_id)
