"""What operators define ahead of the night: campaigns and the activities in them.

Two people edit at once: everything that changes a campaign or an activity, its questions included, names the version it
was looking at and claims it (edits.py). Whoever comes second is told (`STALE`); nothing of the first is lost.
Runs have frozen their own copy: an edit never reaches a run that exists already.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import Connection, func, insert, select, update

from campaigns.bootstrap import Services
from campaigns.control.edits import Note, What, claim, claim_campaign, differing
from campaigns.db.audit import write_down
from campaigns.db.cohorts import is_hall
from campaigns.db.crew import own
from campaigns.db.models import Activity, Campaign, Run
from campaigns.domain.activity import ActivityKind
from campaigns.domain.actor import HOUSE, operator_id
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.question import LANGUAGES, Words
from campaigns.domain.rush_rules import RushRules

MAX_TITLE = 60
RATE_MOST = Decimal(1000)
RUSH = ActivityKind.RUSH


class Edit(StrEnum):
    SAVED = "saved"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class CampaignDraft:
    title: Words
    zone: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class CampaignCard:
    id: int
    title: Words
    zone: str
    rate: Decimal
    activities: int
    runs: int
    version: int


@dataclass(frozen=True, slots=True)
class RushDraft:
    title: Words
    rules: RushRules
    auto_reveal: bool = False
    close_when_all: bool = False


@dataclass(frozen=True, slots=True)
class Rush:
    id: int
    campaign_id: int
    version: int
    draft: RushDraft


def checked_campaign(title: Words, zone: str, rate: str) -> CampaignDraft:
    """Raises BadInput naming the field."""
    check_title(title)
    if zone not in available_timezones():
        raise BadInput("zone", zone, "the name of a time zone such as Asia/Shanghai")
    try:
        points = Decimal(rate.strip())
    except InvalidOperation:
        points = Decimal(-1)
    if not points.is_finite() or not 0 <= points <= RATE_MOST or points != round(points, 3):
        raise BadInput("rate", rate, "a number from 0 to 1000 with at most 3 decimals")
    return CampaignDraft(title, zone, points)


def check_title(title: Words) -> None:
    """Raises BadInput naming the language."""
    for language in LANGUAGES:
        text = title.get(language, "")
        if not text.strip():
            raise BadInput(f"title_{language}", text, "some text")
        if len(text) > MAX_TITLE:
            raise BadInput(f"title_{language}", text, f"at most {MAX_TITLE} characters")


def create_campaign(services: Services, draft: CampaignDraft, slug: str | None = None, by: str = HOUSE) -> int:
    """Who makes it owns it."""
    with services.sql.begin() as sql:
        return put_campaign(sql, draft, services.now().at, by, slug=slug)


def put_campaign(
    sql: Connection, draft: CampaignDraft, at: datetime, by: str, *, slug: str | None = None, like: int | None = None
) -> int:
    """The row, its owner, and who made it. `like`: of which it is to be a copy."""
    values = _campaign_columns(draft) | {"slug": slug, "created_at": at}
    campaign_id: int = sql.execute(insert(Campaign).values(values).returning(Campaign.id)).scalar_one()
    own(sql, campaign_id, operator_id(by), at)
    write_down(sql, campaign_id, at, by, "campaign_made", after=_shown(draft) | ({"like": like} if like else {}))
    return campaign_id


def edit_campaign(services: Services, campaign_id: int, version: int, draft: CampaignDraft, by: str = HOUSE) -> Edit:
    """Awards already made keep the rate they were made at."""
    before, values = campaign(services, campaign_id), _campaign_columns(draft)
    changed = differing(_shown(CampaignDraft(before.title, before.zone, before.rate)), _shown(draft))
    with services.sql.begin() as sql:
        if not claim_campaign(sql, campaign_id, version, services.now().at, Note(by, What.FIELDS, changed)):
            return Edit.STALE
        sql.execute(update(Campaign).where(Campaign.id == campaign_id).values(values))
    return Edit.SAVED


def _campaign_columns(draft: CampaignDraft) -> dict[str, Any]:
    return {"title": dict(draft.title), "zone": draft.zone, "rate": draft.rate}


def _shown(draft: CampaignDraft) -> dict[str, Any]:
    return titles(draft.title) | {"zone": draft.zone, "rate": f"{draft.rate.normalize():f}"}


def titles(title: Words) -> dict[str, Any]:
    return {f"title_{language}": title.get(language, "") for language in LANGUAGES}


def campaigns(services: Services, ids: Collection[int]) -> list[CampaignCard]:
    """Those of `ids`, newest first."""
    with services.sql.connect() as sql:
        return _cards(sql, ids)


def campaign(services: Services, campaign_id: int) -> CampaignCard:
    with services.sql.connect() as sql:
        found = _cards(sql, {campaign_id})
    if not found:
        raise NotFound(f"campaign {campaign_id}")
    return found[0]


def _cards(sql: Connection, ids: Collection[int]) -> list[CampaignCard]:
    activities = select(func.count()).where(Activity.campaign_id == Campaign.id).scalar_subquery()
    runs = select(func.count()).where(Run.campaign_id == Campaign.id, is_hall()).scalar_subquery()
    cards = select(Campaign.id, Campaign.title, Campaign.zone, Campaign.rate, activities, runs, Campaign.version)
    return [CampaignCard(*row) for row in sql.execute(cards.where(Campaign.id.in_(ids)).order_by(Campaign.id.desc()))]


def create_rush(services: Services, campaign_id: int, draft: RushDraft, by: str = HOUSE) -> int:
    """Raises BadInput, NotFound."""
    check_title(draft.title)
    now = services.now().at
    with services.sql.begin() as sql:
        if sql.scalar(select(Campaign.id).where(Campaign.id == campaign_id)) is None:
            raise NotFound(f"campaign {campaign_id}")
        made = insert(Activity).values(campaign_id=campaign_id, kind=RUSH, created_at=now, **_columns(draft))
        rush_id: int = sql.execute(made.returning(Activity.id)).scalar_one()
        write_down(sql, campaign_id, now, by, "rush_made", after={"rush": rush_id} | titles(draft.title))
        return rush_id


def edit_rush(services: Services, rush_id: int, version: int, draft: RushDraft, by: str = HOUSE) -> Edit:
    """Raises BadInput."""
    check_title(draft.title)
    changed = differing(fields_of(rush(services, rush_id).draft), fields_of(draft))
    with services.sql.begin() as sql:
        if not claim(sql, rush_id, version, services.now().at, Note(by, What.FIELDS, changed)):
            return Edit.STALE
        sql.execute(update(Activity).where(Activity.id == rush_id).values(_columns(draft)))
    return Edit.SAVED


def _columns(draft: RushDraft) -> dict[str, object]:
    switches = {"auto_reveal": draft.auto_reveal, "close_when_all": draft.close_when_all}
    return {"title": dict(draft.title), "rules": draft.rules.to_dict(), **switches}


def fields_of(draft: RushDraft) -> dict[str, Any]:
    """Flat, by the names of the form's fields."""
    switches = {"auto_reveal": draft.auto_reveal, "close_when_all": draft.close_when_all}
    return titles(draft.title) | draft.rules.to_dict() | switches


def rush(services: Services, rush_id: int) -> Rush:
    with services.sql.connect() as sql:
        row = sql.execute(select(Activity).where(Activity.id == rush_id, Activity.kind == RUSH)).one_or_none()
    if row is None:
        raise NotFound(f"rush {rush_id}")
    draft = RushDraft(row.title, RushRules.from_dict(row.rules), row.auto_reveal, row.close_when_all)
    return Rush(row.id, row.campaign_id, row.version, draft)


def rushes_of(services: Services, campaign_id: int) -> list[Rush]:
    """In the order in which they were made."""
    with services.sql.connect() as sql:
        here = select(Activity.id).where(Activity.campaign_id == campaign_id, Activity.kind == RUSH)
        ids = list(sql.scalars(here.order_by(Activity.id)))
    return [rush(services, rush_id) for rush_id in ids]


def zone_of(services: Services, campaign_id: int) -> ZoneInfo:
    return ZoneInfo(campaign(services, campaign_id).zone)
