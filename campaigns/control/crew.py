"""The people of a campaign: who of the operators has which role there. The last owner stays one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from campaigns.bootstrap import Services
from campaigns.db.audit import write_down
from campaigns.db.crew import Crew
from campaigns.db.models import Operator
from campaigns.domain.roles import CampaignRole


class RoleChange(StrEnum):
    DONE = "done"
    SAME = "same"
    UNKNOWN = "unknown"  # no operator of this name, or none with a role here
    LAST_OWNER = "last_owner"


@dataclass(frozen=True, slots=True)
class Member:
    operator_id: int
    name: str
    role: CampaignRole
    since: datetime


def crew_of(services: Services, campaign_id: int) -> list[Member]:
    """Owners first, then in the order of the roles; within one, by name."""
    joined = select(Operator.id, Operator.name, Crew.role, Crew.since).join(Crew, Crew.operator_id == Operator.id)
    with services.reading() as sql:
        rows = sql.execute(joined.where(Crew.campaign_id == campaign_id)).all()
    members = [Member(row.id, row.name, CampaignRole(row.role), row.since) for row in rows]
    return sorted(members, key=lambda member: (list(CampaignRole).index(member.role), member.name))


def give_role(services: Services, campaign_id: int, name: str, role: CampaignRole, actor: str) -> RoleChange:
    """A role for the operator of this name, or another one than before."""
    now = services.now().at
    with services.sql.begin() as sql:
        owners = _owners(sql, campaign_id)
        operator_id = sql.scalar(select(Operator.id).where(Operator.name == name))
        if operator_id is None:
            return RoleChange.UNKNOWN
        before = _role(sql, campaign_id, operator_id)
        if before == role:
            return RoleChange.SAME
        if owners == {operator_id}:
            return RoleChange.LAST_OWNER
        values = {"campaign_id": campaign_id, "operator_id": operator_id, "role": role.value, "since": now}
        made = insert(Crew).values(values)
        sql.execute(
            made.on_conflict_do_update(
                index_elements=["campaign_id", "operator_id"], set_={"role": role.value, "since": now}
            )
        )
        told = {"name": name, "role": role.value}
        write_down(sql, campaign_id, now, actor, "role_given", before={"role": before}, after=told)
    return RoleChange.DONE


def take_role(services: Services, campaign_id: int, operator_id: int, actor: str) -> RoleChange:
    """This operator has nothing to do with the campaign any more."""
    with services.sql.begin() as sql:
        owners = _owners(sql, campaign_id)
        before = _role(sql, campaign_id, operator_id)
        if before is None:
            return RoleChange.UNKNOWN
        if owners == {operator_id}:
            return RoleChange.LAST_OWNER
        sql.execute(delete(Crew).where(Crew.campaign_id == campaign_id, Crew.operator_id == operator_id))
        name = sql.scalar(select(Operator.name).where(Operator.id == operator_id))
        told = {"name": name, "role": before}
        write_down(sql, campaign_id, services.now().at, actor, "role_taken", before=told)
    return RoleChange.DONE


def _owners(sql: Connection, campaign_id: int) -> set[int]:
    """Held until the transaction ends: of two owners who put each other out at once, the second finds one left."""
    owners = select(Crew.operator_id).where(Crew.campaign_id == campaign_id, Crew.role == CampaignRole.OWNER.value)
    return set(sql.scalars(owners.order_by(Crew.operator_id).with_for_update()))


def _role(sql: Connection, campaign_id: int, operator_id: int) -> str | None:
    return sql.scalar(select(Crew.role).where(Crew.campaign_id == campaign_id, Crew.operator_id == operator_id))
