"""Which operator has which role in which campaign. What nobody made belongs to everybody who has the keys of the house."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, ForeignKey, Text, exists, literal, select
from sqlalchemy.dialects.postgresql import TIMESTAMP, insert
from sqlalchemy.orm import Mapped, mapped_column

from campaigns.db.models import Base, Campaign, Operator
from campaigns.domain.roles import CampaignRole

COLUMNS = ["campaign_id", "operator_id", "role", "since"]


class Crew(Base):
    """One role per operator and campaign."""

    __tablename__ = "crew"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    operator_id: Mapped[int] = mapped_column(
        ForeignKey("operator.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    role: Mapped[str]
    since: Mapped[datetime]


def own(sql: Connection, campaign_id: int, operator_id: int | None, at: datetime) -> None:
    """The owner of a new campaign: who made it; made by the house itself, every operator there is."""
    owners = select(literal(campaign_id, BigInteger), Operator.id, *_owner(at))
    if operator_id is not None:
        owners = owners.where(Operator.id == operator_id)
    sql.execute(insert(Crew).from_select(COLUMNS, owners))


def own_ownerless(sql: Connection, operator_id: int, at: datetime) -> None:
    """Who is let in from the server's own command line owns what has no owner, so that no campaign is out of reach."""
    owned = exists().where(Crew.campaign_id == Campaign.id, Crew.role == CampaignRole.OWNER.value)
    free = select(Campaign.id, literal(operator_id, BigInteger), *_owner(at)).where(~owned)
    taken = insert(Crew).from_select(COLUMNS, free)
    keyed = taken.on_conflict_do_update(
        index_elements=["campaign_id", "operator_id"], set_={"role": taken.excluded.role, "since": taken.excluded.since}
    )
    sql.execute(keyed)


def _owner(at: datetime) -> tuple[Any, Any]:
    return literal(CampaignRole.OWNER.value, Text), literal(at, TIMESTAMP(timezone=True))
