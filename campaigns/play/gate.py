"""The gate of a run's current round, read from SQL once per event and kept in memory by the web process."""

from __future__ import annotations

from sqlalchemy import Connection, select

from campaigns.db.models import QuestionVersion, Round, Run
from campaigns.domain.answer import RoundGate
from campaigns.domain.clock import RoundClock
from campaigns.domain.question import Kind
from campaigns.domain.round import TAKES_ANSWERS, RoundState


def load_gate(sql: Connection, run_id: int) -> RoundGate | None:
    """None while no round has been asked."""
    columns = (Round.id, Round.state, Round.opens_ns, Round.closes_ns, Round.choice_order, QuestionVersion.body)
    current = select(*columns).join(Run, Run.round_id == Round.id)
    current = current.join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    row = sql.execute(current.where(Run.id == run_id)).one_or_none()
    if row is None:
        return None
    announced = row.opens_ns is not None and row.closes_ns is not None
    clock = RoundClock(row.opens_ns, row.closes_ns) if announced else None
    taking = RoundState(row.state) in TAKES_ANSWERS
    return RoundGate(row.id, Kind(row.body["kind"]), len(row.choice_order), clock, taking)
