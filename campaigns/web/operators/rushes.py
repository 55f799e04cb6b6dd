"""A rush: its page (questions, runs, what it is played by), making and changing its rules."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.definitions import Edit, Rush, RushDraft
from campaigns.control.questions import questions_of
from campaigns.control.review import review, review_of
from campaigns.control.runs import runs_of
from campaigns.domain.errors import BadInput
from campaigns.domain.legibility import legible
from campaigns.domain.roles import Action
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.meanwhile import meanwhile
from campaigns.web.operators.repeat_panel import panels
from campaigns.web.operators.typed import Typed

NUMBERS = {"first_n": 3, "pot": 10_000, "cap_ms": 100, "lead_ms": 1500, "reading_min_ms": 2000, "reading_max_ms": 6000}


@operators.get("/rushes/<int:rush_id>")
@requires(Role.OPERATOR, Action.READ)
def rush(rush_id: int) -> str:
    return rush_page(rush_id)


def rush_page(rush_id: int, *, typed: Typed | None = None) -> str:
    """Also the answer to a schedule that does not fit: `typed` then stands in its fields again."""
    found = definitions.rush(services(), rush_id)
    return render_template(
        "operators/rush.html",
        rush=found,
        campaign=definitions.campaign(services(), found.campaign_id),
        questions=questions_of(services(), rush_id),
        legible=legible,
        runs=runs_of(services(), rush_id),
        panels=panels(rush_id),
        review=review_of(services(), rush_id),
        zone=definitions.zone_of(services(), found.campaign_id),
        values=typed.values if typed else {},
        problems=typed.problems if typed else {},
    )


@operators.route("/campaigns/<int:campaign_id>/rushes/new", methods=["GET", "POST"], endpoint="new_rush")
@requires(Role.OPERATOR, Action.EDIT)
def new_rush(campaign_id: int) -> Response:
    card = definitions.campaign(services(), campaign_id)
    if request.method == "GET":
        return _form(card, None, _values(RushDraft({"zh": "", "en": ""}, RushRules(streak=True))), {})
    typed, draft = _typed()
    if draft is not None:
        with typed.noting():
            rush_id = definitions.create_rush(services(), campaign_id, draft, actor())
            return redirect(url_for("operators.rush", rush_id=rush_id), 303)
    return _form(card, None, typed.values, typed.problems, 400)


@operators.route("/rushes/<int:rush_id>/edit", methods=["GET", "POST"], endpoint="edit_rush")
@requires(Role.OPERATOR, Action.EDIT)
def edit_rush(rush_id: int) -> Response:
    found = definitions.rush(services(), rush_id)
    card = definitions.campaign(services(), found.campaign_id)
    if request.method == "GET":
        return _form(card, found, _values(found.draft) | {"version": str(found.version)}, {})
    typed, draft = _typed()
    if draft is None:
        return _form(card, found, typed.values, typed.problems, 400)
    with typed.noting():
        if definitions.edit_rush(services(), rush_id, version_in(typed), draft, actor()) is Edit.STALE:
            return _form(card, found, typed.values, {"version": stale(rush_id, typed)}, 409)
        flash(_("Saved. Runs that exist already keep the rules they were made with."))
        return redirect(url_for("operators.rush", rush_id=rush_id), 303)
    return _form(card, found, typed.values, typed.problems, 400)


@operators.post("/rushes/<int:rush_id>/review", endpoint="review_rush")
@requires(Role.OPERATOR, Action.EDIT)
def review_rush(rush_id: int) -> Response:
    """The rush as the page showed it may open by itself from now on."""
    typed = Typed(request.form)
    with typed.noting():
        if review(services(), rush_id, version_in(typed), actor()) is Edit.SAVED:
            flash(_("Reviewed: as it stands now it may open by itself."))
        else:
            flash(stale(rush_id, typed), "problem")
    for problem in typed.problems.values():
        flash(problem, "problem")
    return redirect(url_for("operators.rush", rush_id=rush_id), 303)


def version_in(typed: Typed) -> int:
    """The version the form was made from. Raises BadInput when it was tampered with."""
    text = typed.text("version")
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        raise BadInput("version", text, "a whole number from 1 to 999999999999")
    return int(text)


def to_question(rush_id: int, question_id: int | None = None) -> Response:
    """Back to the rush's page, to one of its questions or to their list."""
    anchor = "questions" if question_id is None else f"q{question_id}"
    return redirect(url_for("operators.rush", rush_id=rush_id) + f"#{anchor}", 303)


def stale(rush_id: int, typed: Typed) -> str:
    """With who changed what since the version that the form was made from."""
    said = _("Somebody else has changed this rush meanwhile. Nothing of yours was saved, nothing of theirs was lost.")
    return f"{said} {meanwhile(version_in(typed), activity_id=rush_id)}"


def _typed() -> tuple[Typed, RushDraft | None]:
    typed = Typed(request.form)
    numbers = {name: typed.whole(name, 0, 10_000_000, default=normal) for name, normal in NUMBERS.items()}
    data = {
        **numbers,
        "rule": typed.text("rule"),
        "lives": int(typed.switch("lives")),
        "streak": typed.switch("streak"),
    }
    rules = RushRules()
    with typed.noting():
        rules = RushRules.from_dict(data)
    if typed.problems:
        return typed, None
    draft = RushDraft(typed.words("title"), rules)
    return typed, replace(draft, auto_reveal=typed.switch("auto_reveal"), close_when_all=typed.switch("close_when_all"))


def _values(draft: RushDraft) -> dict[str, str]:
    """What stands in the form's fields; a switch that is off is not in it."""
    rules = draft.rules
    values = {name: str(getattr(rules, name)) for name in NUMBERS}
    values |= {"rule": rules.rule.value, "title_zh": draft.title["zh"], "title_en": draft.title["en"]}
    switches = {"streak": rules.streak, "lives": bool(rules.lives)}
    switches |= {"auto_reveal": draft.auto_reveal, "close_when_all": draft.close_when_all}
    return values | {name: "on" for name, is_on in switches.items() if is_on}


def _form(
    card: definitions.CampaignCard,
    found: Rush | None,
    values: dict[str, str],
    problems: dict[str, str],
    status: int = 200,
) -> Response:
    page = render_template(
        "operators/rush_form.html", campaign=card, rush=found, values=values, problems=problems, rules=list(Rule)
    )
    return make_response(page, status)
