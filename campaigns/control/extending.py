"""Ten seconds more for the open question, for everybody: its time is longer from now on, also in what speed is measured by."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, literal, or_, update

from campaigns.bootstrap import Services
from campaigns.control.transitions import NS_PER_S
from campaigns.db.events import Transition
from campaigns.db.models import Round
from campaigns.domain.round import RoundState

MORE_S = 10
LONGEST_S = 900


def extend(services: Services, run_id: int, round_id: int, seconds: int, actor: str) -> bool:
    """`seconds`: the round's whole time as the desk saw it, so a double press adds once. False: it is another by now, or over."""
    with services.transition(run_id) as change:
        return lengthen(change, run_id, round_id, seconds, actor)


def lengthen(
    change: Transition, run_id: int, round_id: int, seconds: int, actor: str, *, pressed_in_time: bool = False
) -> bool:
    still = func.cardinality(Round.pauses) % 2 == 1
    here = update(Round).where(Round.id == round_id, Round.run_id == run_id, Round.state == RoundState.OPEN)
    here = here.where(Round.seconds == seconds, Round.seconds <= LONGEST_S - MORE_S)
    here = here.where(Round.boot_id == change.now.boot_id)
    here = here.where(or_(still, Round.closes_ns > change.now.ns, literal(pressed_in_time)))
    later = {
        "closes_ns": Round.closes_ns + MORE_S * NS_PER_S,
        "closes_at": Round.closes_at + timedelta(seconds=MORE_S),
    }
    if not change.sql.execute(here.values(seconds=Round.seconds + MORE_S, **later)).rowcount:
        return False
    before = {"seconds": seconds}
    change.record(run_id, "extended", actor, round=round_id, before=before, seconds=seconds + MORE_S)
    return True
