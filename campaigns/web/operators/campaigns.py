"""Campaigns: the list, one campaign with its rushes and screens, making and changing one."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import available_timezones

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.copying import copied_title, copy_campaign
from campaigns.control.definitions import create_campaign
from campaigns.control.quizzes import quizzes_of
from campaigns.control.runs import runs_of
from campaigns.control.screens import screens_of, wall_of
from campaigns.domain.roles import Action
from campaigns.identity.displays import pair, revoke
from campaigns.web.access import OUTSIDE, Role, actor, mine, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.meanwhile import meanwhile
from campaigns.web.operators.rushes import version_in
from campaigns.web.operators.typed import Typed

DEFAULTS = {"title_zh": "", "title_en": "", "zone": "Asia/Shanghai", "rate": "1"}
RECENT_RUNS = 3


@operators.get("/")
@requires(Role.OPERATOR, OUTSIDE)
def campaigns() -> str:
    return render_template("operators/campaigns.html", campaigns=definitions.campaigns(services(), mine()))


@operators.route("/campaigns/new", methods=["GET", "POST"], endpoint="new_campaign")
@requires(Role.OPERATOR, OUTSIDE)
def new_campaign() -> Response:
    """`like`: the campaign that the new one is a copy of; what one may not take away cannot be copied."""
    patterns = definitions.campaigns(services(), mine(Action.EXPORT))
    if request.method == "GET":
        return _form(None, _begun(request.args.get("like", ""), patterns), {}, patterns=patterns)
    typed, draft = _typed()
    like = next((each.id for each in patterns if str(each.id) == typed.text("like")), None)
    if draft is None:
        return _form(None, typed.values, typed.problems, 400, patterns=patterns)
    by = actor()
    made = create_campaign(services(), draft, by=by) if like is None else copy_campaign(services(), like, draft, by)
    return redirect(url_for("operators.campaign", campaign_id=made), 303)


def _begun(like: str, patterns: Sequence[definitions.CampaignCard]) -> dict[str, str]:
    for each in patterns:
        if str(each.id) == like:
            title = copied_title(each.title)
            names = {f"title_{language}": text for language, text in title.items()}
            return {**names, "zone": each.zone, "rate": f"{each.rate.normalize():f}", "like": like}
    return DEFAULTS


@operators.get("/campaigns/<int:campaign_id>")
@requires(Role.OPERATOR, Action.READ)
def campaign(campaign_id: int) -> str:
    card = definitions.campaign(services(), campaign_id)
    rushes = definitions.rushes_of(services(), campaign_id)
    real = {rush.id: [run for run in runs_of(services(), rush.id) if not run.rehearsal] for rush in rushes}
    runs = {rush_id: found[:RECENT_RUNS] for rush_id, found in real.items()}
    quizzes = quizzes_of(services(), campaign_id)
    seasons = {quiz.id: runs_of(services(), quiz.id)[:RECENT_RUNS] for quiz in quizzes}
    return render_template(
        "operators/campaign.html",
        campaign=card,
        rushes=rushes,
        runs=runs,
        quizzes=quizzes,
        seasons=seasons,
        screens=screens_of(services(), campaign_id),
        wall=wall_of(services(), campaign_id),
    )


@operators.route("/campaigns/<int:campaign_id>/edit", methods=["GET", "POST"], endpoint="edit_campaign")
@requires(Role.OPERATOR, Action.EDIT)
def edit_campaign(campaign_id: int) -> Response:
    card = definitions.campaign(services(), campaign_id)
    if request.method == "GET":
        values = {"title_zh": card.title["zh"], "title_en": card.title["en"], "zone": card.zone}
        return _form(card, {**values, "rate": f"{card.rate.normalize():f}", "version": str(card.version)}, {})
    typed, draft = _typed()
    if draft is None:
        return _form(card, typed.values, typed.problems, 400)
    with typed.noting():
        version = version_in(typed)
        if definitions.edit_campaign(services(), campaign_id, version, draft, actor()) is definitions.Edit.SAVED:
            flash(_("Saved."))
            return redirect(url_for("operators.campaign", campaign_id=campaign_id), 303)
        said = _(
            "Somebody else has changed this campaign meanwhile. Nothing of yours was saved, nothing of theirs was lost."
        )
        typed.problems["version"] = f"{said} {meanwhile(version, campaign_id=campaign_id)}"
    return _form(card, typed.values, typed.problems, 409)


@operators.post("/campaigns/<int:campaign_id>/displays")
@requires(Role.OPERATOR, Action.RUN)
def pair_display(campaign_id: int) -> Response:
    definitions.campaign(services(), campaign_id)
    paired = pair(services(), request.form.get("code", "")[:20], campaign_id, actor())
    unknown = _("No screen shows this code. Look at the screen again; a code works once.")
    flash(_("The screen is paired.") if paired else unknown, "message" if paired else "problem")
    return redirect(url_for("operators.campaign", campaign_id=campaign_id), 303)


@operators.post("/campaigns/<int:campaign_id>/displays/<int:display_id>/revoke")
@requires(Role.OPERATOR, Action.RUN)
def revoke_display(campaign_id: int, display_id: int) -> Response:
    if revoke(services(), display_id, campaign_id, actor()):
        flash(_("This screen sees nothing of the campaign any more."))
    return redirect(url_for("operators.campaign", campaign_id=campaign_id), 303)


def _typed() -> tuple[Typed, definitions.CampaignDraft | None]:
    typed = Typed(request.form)
    with typed.noting():
        return typed, definitions.checked_campaign(typed.words("title"), typed.text("zone"), typed.text("rate"))
    return typed, None


def _form(
    card: definitions.CampaignCard | None,
    values: dict[str, str],
    problems: dict[str, str],
    status: int = 200,
    *,
    patterns: Sequence[definitions.CampaignCard] = (),
) -> Response:
    page = render_template(
        "operators/campaign_form.html",
        campaign=card,
        values=values,
        problems=problems,
        patterns=patterns,
        zones=sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith("Etc/")),
    )
    return make_response(page, status)
