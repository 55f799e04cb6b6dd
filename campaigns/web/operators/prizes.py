"""Prizes: what a rush gives (a form of rows), and at the desk: a code is typed, somebody gets something, once."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.definitions import Edit
from campaigns.control.prizes import Redeemed, Redeeming, claims_of, edit_prizes, prizes_of, redeem
from campaigns.control.runs import run_summary
from campaigns.domain.badges import NAMES, Badge
from campaigns.domain.prizes import LAST_PLACE, MOST_PIECES, MOST_PRIZES, Prize
from campaigns.domain.roles import Action
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.rushes import stale, version_in
from campaigns.web.operators.typed import Typed

PLACES = "places"  # in the field that otherwise names a badge
FIELDS = ("whose", "first", "last", "pieces", "name_zh", "name_en")
EMPTY_ROWS = 2  # beneath those that are there
STATUS = {Redeeming.REDEEMED: 200, Redeeming.ALREADY: 409, Redeeming.WITHDRAWN: 409, Redeeming.NOT_YET: 409}


@operators.route("/rushes/<int:rush_id>/prizes", methods=["GET", "POST"], endpoint="prizes")
@requires(Role.OPERATOR, Action.EDIT)
def prizes(rush_id: int) -> Response:
    found = definitions.rush(services(), rush_id)
    if request.method == "GET":
        return _form(rush_id, _values(prizes_of(services(), rush_id)) | {"version": str(found.version)}, {})
    typed = Typed(_filled_rows(request.form))
    given = [_prize(typed, n) for n in range(MOST_PRIZES) if f"pieces_{n}" in typed.values]
    if typed.problems:
        return _form(rush_id, typed.values, typed.problems, 400)
    with typed.noting():
        if edit_prizes(services(), rush_id, version_in(typed), given, actor()) is Edit.STALE:
            return _form(rush_id, typed.values, {"version": stale(rush_id, typed)}, 409)
        flash(_("Saved. Runs that exist already keep the prizes they were made with."))
        return redirect(url_for("operators.rush", rush_id=rush_id), 303)
    return _form(rush_id, typed.values, typed.problems, 400)


@operators.get("/runs/<int:run_id>/prizes")
@requires(Role.OPERATOR, Action.READ)
def claims(run_id: int) -> str:
    return _claims_page(run_id, None)


@operators.post("/runs/<int:run_id>/prizes/redeem", endpoint="redeem")
@requires(Role.OPERATOR, Action.RUN)
def redeem_code(run_id: int) -> Response:
    """What became of it stands on the page; sending the same form again hands nothing over again, and says so."""
    done = redeem(services(), run_id, request.form.get("code", "")[:40], actor())
    return make_response(_claims_page(run_id, done), STATUS.get(done.outcome, 404))


def _claims_page(run_id: int, done: Redeemed | None) -> str:
    run = run_summary(services(), run_id)
    return render_template(
        "operators/claims.html",
        run=run,
        rush=definitions.rush(services(), run.activity_id),
        campaign=definitions.campaign(services(), run.campaign_id),
        zone=definitions.zone_of(services(), run.campaign_id),
        claims=claims_of(services(), run_id),
        done=done,
    )


def _filled_rows(form: Mapping[str, str]) -> dict[str, str]:
    """The rows that say anything, numbered from 0 without gaps: a row whose names are both empty is none."""
    rows = [{field: form.get(f"{field}_{n}", "") for field in FIELDS} for n in range(MOST_PRIZES)]
    filled = [row for row in rows if (row["name_zh"] + row["name_en"]).strip()]
    values = {f"{field}_{n}": text for n, row in enumerate(filled) for field, text in row.items()}
    return values | {"version": form.get("version", "")}


def _prize(typed: Typed, n: int) -> Prize:
    name = {language: typed.text(f"name_{language}_{n}") for language in ("zh", "en")}
    pieces, whose = typed.whole(f"pieces_{n}", 1, MOST_PIECES), typed.text(f"whose_{n}")
    if whose in set(Badge):
        return Prize(name, pieces, badge=Badge(whose))
    first = typed.whole(f"first_{n}", 1, LAST_PLACE)
    last = typed.whole(f"last_{n}", first, LAST_PLACE) if typed.text(f"last_{n}") else first
    return Prize(name, pieces, first, last)


def _values(given: tuple[Prize, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for n, prize in enumerate(given):
        shown = {"whose": prize.badge or PLACES, "first": prize.first or "", "last": prize.last or ""}
        shown |= {"pieces": prize.pieces, "name_zh": prize.name["zh"], "name_en": prize.name["en"]}
        values |= {f"{field}_{n}": str(text) for field, text in shown.items()}
    return values


def _form(rush_id: int, values: Mapping[str, str], problems: Mapping[str, str], status: int = 200) -> Response:
    found = definitions.rush(services(), rush_id)
    filled = sum(f"pieces_{n}" in values for n in range(MOST_PRIZES))
    page = render_template(
        "operators/prizes_form.html",
        rush=found,
        campaign=definitions.campaign(services(), found.campaign_id),
        rows=min(filled + EMPTY_ROWS, MOST_PRIZES),
        badges=NAMES,
        values=values,
        problems=problems,
        places=PLACES,
        most=MOST_PRIZES,
    )
    return make_response(page, status)
