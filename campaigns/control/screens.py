"""The screens of a campaign, as its operators see them, and what they are told to show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.db.models import Campaign, Display, Run
from campaigns.domain.run import RunState
from campaigns.play.live import newest_run


@dataclass(frozen=True, slots=True)
class Screen:
    id: int
    paired_at: datetime | None


@dataclass(frozen=True, slots=True)
class Wall:
    """What the screens show now. `code` None: nothing yet. `chosen`: by an operator's word, until it is taken back."""

    run_id: int | None
    code: str | None
    chosen: bool


def screens_of(services: Services, campaign_id: int) -> list[Screen]:
    """Those that see the campaign now, the first paired first."""
    here = select(Display.id, Display.paired_at).where(Display.campaign_id == campaign_id)
    with services.sql.connect() as sql:
        return [Screen(*row) for row in sql.execute(here.where(Display.revoked_at.is_(None)).order_by(Display.id))]


def wall_of(services: Services, campaign_id: int) -> Wall:
    followed = newest_run(services, campaign_id)
    with services.reading() as sql:
        chosen = sql.scalar(select(Campaign.wall_run_id).where(Campaign.id == campaign_id))
        code = sql.scalar(select(Run.code).where(Run.id == followed))
    return Wall(followed, code, followed is not None and followed == chosen)


def choose_wall(services: Services, run_id: int, actor: str) -> bool:
    """The screens of the run's campaign follow it from now on, whatever begins beside it. False: it was cancelled.
    LookupError: there is no such run."""
    with services.transition(run_id) as change:
        lives = select(Run.code).where(Run.id == run_id, Run.state != RunState.CANCELLED)
        code = change.sql.scalar(lives)
        if code is None:
            return False
        here = update(Campaign).where(Campaign.id == change.campaign_id)
        other = here.where(Campaign.wall_run_id.is_distinct_from(run_id)).values(wall_run_id=run_id)
        stood = change.sql.scalar(
            select(Run.code).join(Campaign, Campaign.wall_run_id == Run.id).where(Campaign.id == change.campaign_id)
        )
        if change.sql.execute(other).rowcount:
            change.note(run_id, "wall_chosen", actor, before={"shown": stood}, shown=code)
    services.publish_wall(change.campaign_id)
    return True


def free_wall(services: Services, run_id: int, actor: str) -> bool:
    """The screens choose by themselves again. False: they were not told to show this run."""
    with services.transition(run_id) as change:
        told = update(Campaign).where(Campaign.id == change.campaign_id, Campaign.wall_run_id == run_id)
        if change.sql.execute(told.values(wall_run_id=None)).rowcount != 1:
            return False
        code = change.sql.scalar(select(Run.code).where(Run.id == run_id))
        change.note(run_id, "wall_freed", actor, before={"shown": code}, shown=None)
    services.publish_wall(change.campaign_id)
    return True
