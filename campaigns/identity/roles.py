"""Which role an operator has where: found by the campaign itself, or by anything that lies in one. Asked at every request.

Nothing is remembered between requests: a role that is taken away ends with the next click, and at the desk within a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, select

from campaigns.bootstrap import Services
from campaigns.db.crew import Crew
from campaigns.db.models import Activity, Campaign, Media, Run
from campaigns.domain.errors import NotAllowed, NotFound
from campaigns.domain.roles import Action, CampaignRole, may


class Within(StrEnum):
    """What a number names that lies in a campaign, or is one."""

    CAMPAIGN = "campaign"
    ACTIVITY = "activity"
    RUN = "run"
    MEDIA = "media"


CAMPAIGN_OF: Mapping[Within, Any] = {
    Within.ACTIVITY: Activity,
    Within.RUN: Run,
    Within.MEDIA: Media,
}


def role_in(services: Services, operator_id: int, within: Within, number: int) -> CampaignRole | None:
    """None: no role there. NotFound: there is nothing of this number."""
    lies_in = CAMPAIGN_OF.get(within)
    campaign = number if lies_in is None else select(lies_in.campaign_id).where(lies_in.id == number).scalar_subquery()
    mine = and_(Crew.campaign_id == Campaign.id, Crew.operator_id == operator_id)
    found = select(Campaign.id, Crew.role).outerjoin(Crew, mine).where(Campaign.id == campaign)
    with services.reading() as sql:
        row = sql.execute(found).one_or_none()
    if row is None:
        raise NotFound(f"{within} {number}")
    return CampaignRole(row.role) if row.role is not None else None


def check(services: Services, operator_id: int, action: Action, within: Within, number: int) -> CampaignRole:
    """The role that allows it. NotAllowed, NotFound."""
    role = role_in(services, operator_id, within, number)
    if role is None or not may(role, action):
        raise NotAllowed(f"{action}: the role {role} may not, in this campaign" if role else "no role in this campaign")
    return role


def campaigns_of(services: Services, operator_id: int, action: Action = Action.READ) -> set[int]:
    """The campaigns in which this operator may do that."""
    allowing = [role.value for role in CampaignRole if may(role, action)]
    mine = select(Crew.campaign_id).where(Crew.operator_id == operator_id, Crew.role.in_(allowing))
    with services.reading() as sql:
        return set(sql.scalars(mine))
