"""What lies over a run's scene: the brand on every display, and numbers instead of names on every face.

Panic keys: each says what is wanted, not "the other way round", so a second press, or a second desk's, changes nothing and a
judgement that ends in between does not refuse it. Phones go on under the brand.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.db.events import Transition
from campaigns.db.models import Run

NAMES = ("names_hidden", "names_shown")  # what is written of it


@dataclass(frozen=True, slots=True)
class Over:
    """What lies over a run's scene now."""

    brand: bool
    nameless: bool


def over(services: Services, run_id: int) -> Over:
    with services.reading() as sql:
        return Over(*sql.execute(select(Run.brand_shown, Run.names_hidden).where(Run.id == run_id)).one())


def show_brand(services: Services, run_id: int, actor: str, *, shown: bool) -> bool:
    """False: it is so already."""
    return _turn(services, run_id, actor, "brand_shown", shown, ("brand_shown", "brand_left"))


def hide_names(services: Services, run_id: int, actor: str, *, hidden: bool) -> bool:
    """False: it is so already."""
    return _turn(services, run_id, actor, "names_hidden", hidden, NAMES)


def _turn(services: Services, run_id: int, actor: str, column: str, wanted: bool, kinds: tuple[str, str]) -> bool:
    with services.transition(run_id) as change:
        return turn(change, run_id, actor, column, wanted, kinds)


def turn(change: Transition, run_id: int, actor: str, column: str, wanted: bool, kinds: tuple[str, str]) -> bool:
    other = update(Run).where(Run.id == run_id, getattr(Run, column).is_(not wanted))
    if not change.sql.execute(other.values({column: wanted})).rowcount:
        return False
    change.record(run_id, kinds[0] if wanted else kinds[1], actor)
    return True
