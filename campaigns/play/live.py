"""All that a web process keeps of a run in memory, read in one transaction so that its parts belong together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Campaign, Round, Run
from campaigns.db.records import Answer
from campaigns.domain.answer import RoundGate
from campaigns.domain.round import RoundState
from campaigns.domain.run import RunState
from campaigns.domain.scene import ScenePacket
from campaigns.play.gate import load_gate
from campaigns.play.scene import load_scene

NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class LiveRun:
    """The packet for everybody, the gate, and when the clock has to be looked at next (`due_ns`, monotonic)."""

    run_id: int
    campaign_id: int
    packet: ScenePacket
    gate: RoundGate | None
    cap_ns: int
    close_when_all: bool
    answered: frozenset[int]
    due_ns: int | None
    scheduled: bool


def load_live(services: Services, run_id: int) -> LiveRun:
    """Repeatable read: scene, gate and answers of one instant."""
    with services.sql.connect().execution_options(isolation_level="REPEATABLE READ") as sql:
        run = sql.execute(select(Run).where(Run.id == run_id)).one()
        packet, gate = load_scene(sql, run_id), load_gate(sql, run_id)
        answered = select(Answer.fan_id).where(Answer.round_id == run.round_id)
        fans = frozenset(sql.scalars(answered)) if run.round_id is not None else frozenset()
        clock = select(Round.state, Round.reading_until_ns, Round.closes_ns).where(Round.id == run.round_id)
        row = sql.execute(clock).one_or_none()
    due = {RoundState.READING: "reading_until_ns", RoundState.OPEN: "closes_ns"}
    column = due.get(RoundState(row.state)) if row is not None and run.state == RunState.PLAYING else None
    return LiveRun(
        run_id=run_id,
        campaign_id=run.campaign_id,
        packet=packet,
        gate=gate,
        cap_ns=run.rules["cap_ms"] * NS_PER_MS,
        close_when_all=run.close_when_all,
        answered=fans,
        due_ns=getattr(row, column) if column else None,
        scheduled=run.state == RunState.SCHEDULED,
    )


def newest_seqs(services: Services, run_ids: list[int]) -> dict[int, int]:
    """Run → newest event; what web processes ask once a second while the bus is silent."""
    with services.sql.connect() as sql:
        rows = sql.execute(select(Run.id, Run.seq).where(Run.id.in_(run_ids)))
        return {row.id: row.seq for row in rows}


def newest_run(services: Services, campaign_id: int) -> int | None:
    """The run that the campaign's displays follow: the one begun last, else the next to come."""
    own = select(Run.id).join(Campaign, Campaign.id == Run.campaign_id).where(Campaign.id == campaign_id)
    begun = own.where(Run.state.not_in((RunState.SCHEDULED, RunState.CANCELLED))).order_by(Run.id.desc()).limit(1)
    coming = own.where(Run.state == RunState.SCHEDULED).order_by(Run.starts_at).limit(1)
    with services.sql.connect() as sql:
        found = sql.scalar(begun)
        return found if found is not None else sql.scalar(coming)
