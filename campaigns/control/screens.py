"""The screens of a campaign, as its operators see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Display


@dataclass(frozen=True, slots=True)
class Screen:
    id: int
    paired_at: datetime | None


def screens_of(services: Services, campaign_id: int) -> list[Screen]:
    """Those that see the campaign now, the first paired first."""
    here = select(Display.id, Display.paired_at).where(Display.campaign_id == campaign_id)
    with services.sql.connect() as sql:
        return [Screen(*row) for row in sql.execute(here.where(Display.revoked_at.is_(None)).order_by(Display.id))]
