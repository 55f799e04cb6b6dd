"""The theme of a campaign, edited like the campaign: by its version, written down with who changed what.

Faces take a new theme when they are loaded: a run that is on does not change its clothes.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from campaigns.bootstrap import Services
from campaigns.control.definitions import Edit
from campaigns.control.edits import Note, What, claim_campaign, differing
from campaigns.control.media import Picture, picture_of, store
from campaigns.db.themes import ThemeRow
from campaigns.domain.actor import HOUSE
from campaigns.domain.theme import Theme


def theme_of(services: Services, campaign_id: int) -> Theme | None:
    """None: it looks like the house."""
    with services.reading() as sql:
        return _theme(sql, campaign_id)


def _theme(sql: Connection, campaign_id: int) -> Theme | None:
    look = sql.scalar(select(ThemeRow.look).where(ThemeRow.campaign_id == campaign_id))
    return None if look is None else Theme.from_dict(look)


def edit_theme(
    services: Services,
    campaign_id: int,
    version: int,
    theme: Theme,
    logo: Picture | None = None,
    by: str = HOUSE,
    *,
    bare: bool = False,
) -> Edit:
    """`theme.logo` is not asked: `logo` is a new one, `bare` takes the old one away, else it stays. `version`: the campaign's."""
    with services.sql.begin() as sql:
        before = _theme(sql, campaign_id) or Theme()
        worn = store(sql, campaign_id, logo) if logo is not None else None if bare else before.logo
        after = replace(theme, logo=worn)
        changed = differing(before.to_dict(), after.to_dict())
        if not claim_campaign(sql, campaign_id, version, services.now().at, Note(by, What.FIELDS, changed)):
            sql.rollback()
            return Edit.STALE
        wear(sql, campaign_id, after)
    return Edit.SAVED


def wear(sql: Connection, campaign_id: int, theme: Theme) -> None:
    """In the caller's transaction."""
    put = insert(ThemeRow).values(campaign_id=campaign_id, look=theme.to_dict())
    sql.execute(put.on_conflict_do_update(index_elements=["campaign_id"], set_={"look": put.excluded.look}))


def logo_of(services: Services, campaign_id: int, media_id: int) -> Picture | None:
    """For everybody, but only the picture that is worn: others of the campaign may be of questions to come."""
    theme = theme_of(services, campaign_id)
    return None if theme is None or theme.logo != media_id else picture_of(services, media_id)
