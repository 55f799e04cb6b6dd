"""The bank of a campaign: found by what is known of a question, edited, moved between its states, picked into a rush."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from campaigns.control import bank, definitions
from campaigns.control.bank import Card, Wish
from campaigns.control.definitions import Edit
from campaigns.control.questions import pick_questions
from campaigns.domain.bank import BankState, Flag
from campaigns.domain.importing.cells import cells_of
from campaigns.domain.importing.pipeline import LONGEST_SOURCE
from campaigns.domain.question import POSSIBLE, Kind
from campaigns.domain.question_cells import LETTERS
from campaigns.domain.roles import Action
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.questions import BLANK, kind_of, order_of, typed_question
from campaigns.web.operators.rushes import stale, to_question, version_in
from campaigns.web.operators.typed import Typed

ASKED = ("text", "tag", "difficulty", "state", "kind", "flag")
MOST_IDS = 500


@operators.get("/campaigns/<int:campaign_id>/bank", endpoint="bank")
@requires(Role.OPERATOR, Action.READ)
def bank_page(campaign_id: int) -> str:
    wish, page = wish_in(dict(request.args.items())), _page()
    total, cards = bank.search(services(), campaign_id, wish, page)
    rush_id = request.args.get("rush", type=int)
    return render_template(
        "operators/bank.html",
        campaign=definitions.campaign(services(), campaign_id),
        rush=definitions.rush(services(), rush_id) if rush_id is not None and 0 < rush_id < 2**63 else None,
        cards=cards,
        total=total,
        page=page,
        pages=max(1, -(-total // bank.PAGE)),
        wish=wish,
        asked=asked(),
        query=urlencode(asked()),
        tags=bank.tags(services(), campaign_id),
        states=bank.states(services(), campaign_id),
        kinds=list(Kind),
        flags=list(Flag),
    )


def asked() -> dict[str, str]:
    """What this page was asked for, for links that keep it."""
    return {name: request.values[name][:200] for name in (*ASKED, "rush") if request.values.get(name)}


def wish_in(values: dict[str, str]) -> Wish:
    """What nobody can mean is not looked for."""
    text, tag = values.get("text", "")[:200], values.get("tag", "")[:30]
    level = values.get("difficulty", "")
    wish = Wish(text=text, tag=tag, difficulty=int(level) if level in tuple("12345") else None)
    state, kind, flag = values.get("state"), values.get("kind"), values.get("flag")
    return replace(
        wish,
        state=BankState(state) if state in list(BankState) else None,
        kind=Kind(kind) if kind in list(Kind) else None,
        flag=Flag(flag) if flag in list(Flag) else None,
    )


def _page() -> int:
    page = request.args.get("page", 1, type=int)
    return min(max(1, page), 100_000)


def _ids() -> list[int]:
    return [int(each) for each in request.form.getlist("id")[:MOST_IDS] if each.isascii() and each.isdigit()][:MOST_IDS]


def _back(campaign_id: int) -> Response:
    return redirect(f"{url_for('operators.bank', campaign_id=campaign_id)}?{urlencode(asked())}", 303)


@operators.post("/campaigns/<int:campaign_id>/bank/state", endpoint="bank_state")
@requires(Role.OPERATOR, Action.EDIT)
def set_state(campaign_id: int) -> Response:
    state = request.form.get("to", "")
    if state in list(BankState):
        everything = request.form.get("all") == "on"
        which = wish_in(dict(request.form.items())) if everything else [each for each in _ids() if each < 2**63]
        n = bank.set_state(services(), campaign_id, BankState(state), which, actor())
        flash(ngettext("%(num)s question changed its state.", "%(num)s questions changed their state.", n))
    return _back(campaign_id)


@operators.post("/rushes/<int:rush_id>/pick", endpoint="pick_questions")
@requires(Role.OPERATOR, Action.EDIT)
def pick(rush_id: int) -> Response:
    rush = definitions.rush(services(), rush_id)
    ids = [each for each in _ids() if each < 2**63]
    typed = Typed(request.form)
    if pick_questions(services(), rush_id, version_in(typed), ids, by=actor()) is Edit.STALE:
        flash(stale(rush_id, typed), "problem")
        return redirect(url_for("operators.bank", campaign_id=rush.campaign_id, rush=rush_id), 303)
    flash(_("The chosen questions stand at the end of the rush."))
    return to_question(rush_id)


@operators.route("/campaigns/<int:campaign_id>/bank/new", methods=["GET", "POST"], endpoint="new_bank_question")
@requires(Role.OPERATOR, Action.EDIT)
def new_bank_question(campaign_id: int) -> Response:
    card = definitions.campaign(services(), campaign_id)
    if request.method == "GET":
        kind = kind_of(request.args.get("kind"))
        return _form(card, None, {**BLANK, "kind": kind.value}, {})
    typed, question, picture = typed_question(LETTERS)
    source = typed.text("source")[:LONGEST_SOURCE]
    if question is not None:
        with typed.noting():
            made = bank.write(services(), campaign_id, question, picture, source=source, by=actor())
            flash(_("The question is in the bank, as a draft."))
            return redirect(url_for("operators.bank_question", campaign_id=campaign_id, question_id=made), 303)
    return _form(card, None, typed.values, typed.problems, 400)


@operators.route(
    "/campaigns/<int:campaign_id>/bank/<int:question_id>", methods=["GET", "POST"], endpoint="bank_question"
)
@requires(Role.OPERATOR, Action.EDIT)
def bank_question(campaign_id: int, question_id: int) -> Response:
    campaign, card = definitions.campaign(services(), campaign_id), bank.card(services(), campaign_id, question_id)
    if request.method == "GET":
        return _form(campaign, card, cells_of(card.question) | {"version": str(card.n), "source": card.source}, {})
    typed, question, picture = typed_question(order_of(card.question.choices))
    if question is None:
        return _form(campaign, card, typed.values, typed.problems, 400)
    dropped = typed.switch("drop_picture")
    if picture is None and not dropped:
        question = replace(question, image=card.question.image)
    with typed.noting():
        seen, source = replace(card, n=version_in(typed)), typed.text("source")[:LONGEST_SOURCE]
        saved = bank.edit(services(), seen, campaign_id, question, source, picture, drop_picture=dropped, by=actor())
        if saved is Edit.SAVED:
            flash(_("Saved as a new version. What was asked already stays as it was asked."))
            return redirect(url_for("operators.bank_question", campaign_id=campaign_id, question_id=question_id), 303)
        typed.problems["version"] = _("Somebody else has changed this question meanwhile. Look at theirs first.")
    return _form(campaign, card, typed.values, typed.problems, 409)


def _form(
    campaign: definitions.CampaignCard,
    card: Card | None,
    values: dict[str, str],
    problems: dict[str, str],
    status: int = 200,
) -> Response:
    page = render_template(
        "operators/bank_question.html",
        campaign=campaign,
        placed=card,
        values=values,
        problems=problems,
        order=order_of(card.question.choices) if card else LETTERS,
        kind=kind_of(values.get("kind")).value,
        kinds=list(Kind),
        possible=POSSIBLE,
        versions=bank.versions(services(), card.id) if card else [],
        bank_states=list(BankState),
    )
    return make_response(page, status)
