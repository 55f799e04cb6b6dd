"""Settling one round: from the record to scores, totals and the board. Done twice it is harmless, done late it is the same.

1. closed → settling by compare-and-set, in a transaction of its own: from here on the journal refuses (`too late`), and the
   UPDATE has waited for the batches that were under way.
2. One transaction under an advisory lock (a dead worker's lock dies with its connection): read the answers once, judge in
   the domain, write the scores of this settlement version, totals by set-based SQL, the result, the event.
3. After the commit: the board to Redis, absolutely.

Work to do is a settlement row without a result; a correction orders the next round's settlement in the same transaction.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from redis import RedisError
from sqlalchemy import Connection, Row, func, select, update

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.db.events import Transition
from campaigns.db.models import QuestionVersion, Round, Run
from campaigns.db.records import Settlement, Standing
from campaigns.domain.round import RoundEvent, RoundState
from campaigns.domain.run import BEFORE_REVEAL, Scene
from campaigns.domain.rush import judge
from campaigns.live.leaderboards import write_board
from campaigns.settle.projections import board_result, recompute_standings, round_result, write_scores
from campaigns.settle.record import Judged, judgement

log = logging.getLogger("fanfare.settle")
ACTOR = "worker"
HOLD_NS = 150_000_000  # answers received in time may still be on their way into SQL: their batch gets this long


def settle_round(services: Services, round_id: int) -> bool:
    """Settle whatever is to be settled of this round. False: nothing to do, or another worker is at it."""
    settled = False
    while (pending := _pending(services, round_id)) is not None:
        if not _begin(services, pending) or not _judge(services, pending):
            break
        settled = True
    if settled:
        rebuild_board(services, _run_of(services, round_id))
    return settled


def rebuild_board(services: Services, run_id: int) -> None:
    """The run's board in Redis from SQL; losing Redis costs speed only, so its absence is logged and survived."""
    rows = select(Standing.fan_id, Standing.score, Standing.elapsed_ms).where(Standing.run_id == run_id)
    with services.sql.connect() as sql:
        places = [(row.fan_id, row.score, row.elapsed_ms) for row in sql.execute(rows)]
    try:
        write_board(services.live, run_id, places)
    except RedisError as error:
        log.warning("board of run %s not written: %s", run_id, error)


def _pending(services: Services, round_id: int) -> Any:
    columns = (Settlement.round_id, Settlement.version, Round.run_id, Round.state, Round.closes_ns, Round.boot_id)
    waiting = select(*columns).join(Round, Round.id == Settlement.round_id)
    waiting = waiting.where(Settlement.round_id == round_id, Settlement.settled_at.is_(None))
    with services.sql.connect() as sql:
        return sql.execute(waiting.order_by(Settlement.version).limit(1)).one_or_none()


def _begin(services: Services, pending: Any) -> bool:
    """closed → settling. True when the round may be judged now, by us or by whoever died in the middle of it."""
    if pending.state != RoundState.CLOSED:
        return pending.state in (RoundState.SETTLING, RoundState.VOID)
    now = services.now()
    if pending.boot_id == now.boot_id and pending.closes_ns is not None:
        time.sleep(max(0, min(HOLD_NS, pending.closes_ns + HOLD_NS - now.ns)) / 1e9)
    with services.transition(pending.run_id) as change:
        if transitions.move_round(change, pending.round_id, RoundEvent.SETTLING_BEGUN, RoundState.SETTLING):
            change.record(pending.run_id, "settling_begun", ACTOR, round=pending.round_id)
    return True


def _judge(services: Services, pending: Any) -> bool:
    """One transaction. False when another worker holds the lock or was faster."""
    with services.transition(pending.run_id) as change:
        mine = change.sql.scalar(select(func.pg_try_advisory_xact_lock(pending.round_id)))
        still = select(Settlement).where(Settlement.round_id == pending.round_id, Settlement.version == pending.version)
        order = change.sql.execute(still.where(Settlement.settled_at.is_(None))).one_or_none()
        if not mine or order is None:
            return False
        row = _round_row(change.sql, pending.round_id)
        if RoundState(row.state) not in (RoundState.SETTLING, RoundState.VOID):
            return False
        _write(change, row, order)
        return True


def _round_row(sql: Connection, round_id: int) -> Row[Any]:
    columns = (Round, QuestionVersion.body, Run.rules, Run.seed, Run.scene, Run.award_version, Run.campaign_id)
    joined = select(*columns, Run.round_id.label("current_id"), Run.auto_reveal, Run.rehearsal)
    joined = joined.join(QuestionVersion, QuestionVersion.id == Round.question_version_id).join(
        Run, Run.id == Round.run_id
    )
    return sql.execute(joined.where(Round.id == round_id)).one()


def _write(change: Transition, row: Row[Any], order: Row[Any]) -> None:
    judged: Judged = judgement(change.sql, row, order)
    verdicts = judge(**judged.arguments)
    write_scores(change.sql, row, order.version, verdicts)
    change.sql.execute(update(Round).where(Round.id == row.id).values(version=order.version))
    recompute_standings(change.sql, row.run_id)
    result = round_result(row, judged, verdicts) | {"board": board_result(change.sql, row, order.version)}
    settled = update(Settlement).where(Settlement.round_id == row.id, Settlement.version == order.version)
    change.sql.execute(settled.values(settled_at=change.now.at, result=result))
    _tell(change, row, order)
    _order_what_follows(change, row)


def _tell(change: Transition, row: Row[Any], order: Row[Any]) -> None:
    """settling → settled, and revealed at once where that is due: by the switch, or because it had been revealed before.

    A correction can also come before the reveal (of this round, or of an earlier one whose tail this is): nothing is told then.
    """
    if not order.voided:
        transitions.move_round(change, row.id, RoundEvent.SETTLED, RoundState.SETTLED)
    change.record(row.run_id, "settled", ACTOR, round=row.id, version=order.version)
    if order.voided:
        return
    told = row.current_id != row.id or Scene(row.scene) not in BEFORE_REVEAL
    if order.version > 1 and told:
        transitions.move_round(change, row.id, RoundEvent.REVEALED, RoundState.REVEALED)
    elif row.auto_reveal and not told:
        transitions.reveal(change, row.run_id, row.id, ACTOR)


def _run_of(services: Services, round_id: int) -> int:
    with services.sql.connect() as sql:
        return sql.execute(select(Round.run_id).where(Round.id == round_id)).scalar_one()


def _order_what_follows(change: Transition, row: Row[Any]) -> None:
    """A correction's tail, in the same transaction: the next judged round again, or after the last one the awards."""
    later = select(Round.id, Round.state).where(Round.run_id == row.run_id, Round.n > row.n, Round.version > 0)
    following = change.sql.execute(later.order_by(Round.n).limit(1)).one_or_none()
    if following is not None:
        _order_again(change, row.run_id, following.id)
    elif row.award_version and not row.rehearsal:
        change.sql.execute(update(Run).where(Run.id == row.run_id).values(award_version=Run.award_version + 1))
        change.enqueue("award_badges", row.run_id)


def _order_again(change: Transition, run_id: int, round_id: int) -> None:
    last = select(Settlement).where(Settlement.round_id == round_id).order_by(Settlement.version.desc()).limit(1)
    order = change.sql.execute(last).one()
    if order.settled_at is None:
        return  # it waits to be judged anyway
    if not order.voided:
        transitions.move_round(change, round_id, RoundEvent.CORRECTED, RoundState.SETTLING)
    why = "follows the correction of an earlier round"
    transitions.order_settlement(change, round_id, order.version + 1, order.key, voided=order.voided, why=why)
    change.record(run_id, "settling_begun", ACTOR, round=round_id)
