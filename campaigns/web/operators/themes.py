"""The editor of a campaign's theme, and what its preview asks at each change: the colours as they would be worn."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.definitions import Edit
from campaigns.control.themes import edit_theme, theme_of
from campaigns.domain.errors import BadInput
from campaigns.domain.roles import Action
from campaigns.domain.theme import DARK, LIGHT, Backdrop, Theme, checked_theme, corrections, palette
from campaigns.web import themes
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.complaints import complaint
from campaigns.web.operators.meanwhile import meanwhile
from campaigns.web.operators.rushes import version_in
from campaigns.web.operators.typed import Typed
from campaigns.web.operators.uploads import picture
from campaigns.web.words import script_json


@operators.route("/campaigns/<int:campaign_id>/theme", methods=["GET", "POST"], endpoint="theme")
@requires(Role.OPERATOR, Action.EDIT)
def theme(campaign_id: int) -> Response:
    card = definitions.campaign(services(), campaign_id)
    worn = theme_of(services(), campaign_id) or Theme()
    if request.method == "GET":
        return _form(card, _values(worn) | {"version": str(card.version)}, {}, worn)
    typed = Typed(request.form)
    with typed.noting():
        chosen, logo = _chosen(typed), picture("logo")
        version = version_in(typed)
        bare = typed.switch("bare")
        if edit_theme(services(), campaign_id, version, chosen, logo, actor(), bare=bare) is Edit.SAVED:
            flash(_("Saved. Pages and screens wear it when they are loaded again."))
            return redirect(url_for("operators.theme", campaign_id=campaign_id), 303)
        said = _(
            "Somebody else has changed this campaign meanwhile. Nothing of yours was saved, nothing of theirs was lost."
        )
        typed.problems["version"] = f"{said} {meanwhile(version, campaign_id=campaign_id)}"
        return _form(card, typed.values, typed.problems, replace(chosen, logo=worn.logo), 409)
    if "picture" in typed.problems:
        typed.problems["logo"] = typed.problems.pop("picture")
    return _form(card, typed.values, typed.problems, worn, 400)


@operators.get("/campaigns/<int:campaign_id>/theme/colours", endpoint="theme_colours")
@requires(Role.OPERATOR, Action.EDIT)
def colours(campaign_id: int) -> Response:
    """?brand, ground, backdrop: what would be painted, and what was not used as it was chosen."""
    definitions.campaign(services(), campaign_id)
    try:
        return jsonify(_colours(_chosen(Typed(request.args))))
    except BadInput as refused:
        return jsonify(problem=complaint(refused), field=refused.field)


def _chosen(typed: Typed) -> Theme:
    ground = typed.text("ground") if typed.switch("grounded") else ""
    return checked_theme(typed.text("brand"), ground, typed.text("backdrop"), sounds=typed.switch("sounds"))


def _values(worn: Theme) -> dict[str, str]:
    values = {"brand": str(worn.brand), "ground": str(worn.ground or DARK.house), "backdrop": worn.backdrop.value}
    values |= {"sounds": "on"} if worn.sounds else {}
    return values | ({"grounded": "on"} if worn.ground is not None else {})


def _colours(chosen: Theme) -> dict[str, object]:
    sides = {name: themes.properties(palette(chosen, side)) for name, side in (("dark", DARK), ("light", LIGHT))}
    told = {
        "brand_dark": _("On a dark ground the brand colour is lightened to %(used)s, so that it can be seen."),
        "brand_light": _("On a light ground the brand colour is darkened to %(used)s, so that it can be seen."),
        "ground": _("The ground is darkened to %(used)s, so that every choice can be told apart on it."),
    }
    notes = [told[name] % {"used": str(used).upper()} for name, (_was, used) in corrections(chosen).items()]
    return {**sides, "backdrop": themes.BACKDROPS[chosen.backdrop], "notes": notes}


def _form(
    card: definitions.CampaignCard, values: dict[str, str], problems: dict[str, str], worn: Theme, status: int = 200
) -> Response:
    dress = themes.dress(card.id, worn)
    page = render_template(
        "operators/theme_form.html",
        campaign=card,
        values=values,
        problems=problems,
        backdrops=[(Backdrop.GLOW, _("Glow")), (Backdrop.GATES, _("Open gates")), (Backdrop.PLAIN, _("Plain"))],
        logo=dress.logo if dress else None,
        words_json=edge().catalog.dictionary("operators"),
        page_json=script_json(_colours(worn)),
    )
    return make_response(page, status)
