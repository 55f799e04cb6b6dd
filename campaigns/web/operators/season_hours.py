"""What a season's page sets beside its closing: the waves it opens in, the freeze of its boards and their reveal."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, make_response, request
from werkzeug.wrappers import Response

from campaigns.control import definitions, freezing
from campaigns.control.schedule import instant, local_text
from campaigns.control.season_sheets import SeasonSheet, season_sheet
from campaigns.control.waves import set_waves
from campaigns.domain.badge_kinds import kind_called
from campaigns.domain.roles import Action
from campaigns.domain.waves import MOST_WAVES, Wave
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.quiz_seasons import say_moved, season_page, to_season
from campaigns.web.operators.typed import Typed


@operators.post("/seasons/<int:run_id>/waves")
@requires(Role.OPERATOR, Action.RUN)
def waves(run_id: int) -> Response:
    """The whole list; a row with neither hour nor channels nor badges is none."""
    sheet, typed = season_sheet(services(), run_id), Typed(request.form)
    listed = _waves(typed, sheet, definitions.zone_of(services(), sheet.campaign_id))
    with typed.noting():
        if not typed.problems:
            say_moved(set_waves(services(), run_id, listed, actor()), _("The waves are saved."))
            return to_season(run_id)
    return make_response(season_page(sheet, typed=typed), 400)


@operators.post("/seasons/<int:run_id>/freeze")
@requires(Role.OPERATOR, Action.RUN)
def freeze(run_id: int) -> Response:
    """At the hour that was typed; without one, now."""
    sheet, typed = season_sheet(services(), run_id), Typed(request.form)
    now, zone = services().now().at, definitions.zone_of(services(), sheet.campaign_id)
    with typed.noting():
        at = instant(typed.text("freeze_at"), zone, now, "freeze_at") if "later" in request.form else now
        freezing.freeze(services(), run_id, at, actor())
        flash(_("The boards freeze now.") if at == now else _("The boards freeze at %(when)s.", when=_told(at, zone)))
        return to_season(run_id)
    return make_response(season_page(sheet, typed=typed), 400)


@operators.post("/seasons/<int:run_id>/reveal")
@requires(Role.OPERATOR, Action.RUN)
def reveal(run_id: int) -> Response:
    season_sheet(services(), run_id)
    freezing.reveal(services(), run_id, actor())
    flash(_("The boards are live again."))
    return to_season(run_id)


def _waves(typed: Typed, sheet: SeasonSheet, zone: ZoneInfo) -> list[Wave]:
    """In the order of the rows; problems are noted by the row they stand in, empty ones not counted."""
    found: list[Wave] = []
    for row in range(MOST_WAVES):
        channels, badges = _listed(typed, f"waves[{row}].channels"), _listed(typed, f"waves[{row}].badges")
        hour = typed.text(f"waves[{row}].opens_at")
        if not hour and not channels and not badges:
            continue
        at = _hour(typed, sheet, f"waves[{row}].opens_at", zone)
        kinds = tuple(kind_called(badge) or badge for badge in badges)
        if at is not None:
            found.append(Wave(at, channels, typed.switch(f"waves[{row}].friends"), kinds))
    return found


def _listed(typed: Typed, field: str) -> tuple[str, ...]:
    text = typed.text(field).replace("，", ",").replace("、", ",")
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def _hour(typed: Typed, sheet: SeasonSheet, field: str, zone: ZoneInfo) -> datetime | None:
    """One that has begun may stay as it stood."""
    stood = {local_text(wave.opens_at, zone): wave.opens_at for wave in sheet.waves}
    if typed.text(field) in stood:
        return stood[typed.text(field)]
    with typed.noting():
        return instant(typed.text(field), zone, services().now().at, field)
    return None


def _told(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M (%Z, UTC%z)")
