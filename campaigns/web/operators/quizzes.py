"""A quiz: its page (the road, what the bank has for it, its seasons), making it from a preset, changing it, simulating it."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions, quizzes
from campaigns.control.definitions import CampaignCard, Edit
from campaigns.control.quiz_stock import Stock, spare, stock_of
from campaigns.control.quizzes import Quiz, QuizDraft
from campaigns.control.season_sheets import seasons_of
from campaigns.domain.draw import Draw, Shortage
from campaigns.domain.errors import BadInput
from campaigns.domain.quiz_rules import MAX_LEVELS, Preset, QuizRules, Scoring, preset
from campaigns.domain.roles import Action
from campaigns.domain.simulation import ASSUMED
from campaigns.play.quiz.imagined import Face
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.language import LOCALES
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.meanwhile import meanwhile
from campaigns.web.operators.quiz_form import DIFFICULTIES, draft_in, nested, rearranged, values_of
from campaigns.web.operators.repeat_panel import panels
from campaigns.web.operators.rushes import version_in
from campaigns.web.operators.typed import Typed

START = {"title_zh": "智勇大冲关", "title_en": "The great gate run", "preset": "classic", "levels": "5"}


@operators.get("/quizzes/<int:quiz_id>")
@requires(Role.OPERATOR, Action.READ)
def quiz(quiz_id: int) -> str:
    return quiz_page(quiz_id)


def quiz_page(quiz_id: int, *, typed: Typed | None = None) -> str:
    """Also the answer to a schedule that does not fit: `typed` then stands in its fields again."""
    found = quizzes.quiz(services(), quiz_id)
    rules, stock = found.draft.rules, stock_of(services(), found.campaign_id)
    drawn = stock.drawn(rules)
    return render_template(
        "operators/quiz.html",
        quiz=found,
        campaign=definitions.campaign(services(), found.campaign_id),
        zone=definitions.zone_of(services(), found.campaign_id),
        stock=stock,
        shortage=drawn if isinstance(drawn, Shortage) else None,
        repeating=_repeating(rules, drawn),
        mosts=[stock.most(rules.scoring, level) for level in rules.levels],
        beyond=stock.beyond(rules),
        seasons=seasons_of(services(), quiz_id),
        panels=panels(quiz_id),
        values=typed.values if typed else {},
        problems=typed.problems if typed else {},
    )


def _repeating(rules: QuizRules, drawn: Draw | Shortage) -> list[int]:
    """Levels whose retries would ask the same questions again."""
    if isinstance(drawn, Shortage):
        return []
    return [n for n, level in enumerate(rules.levels, start=1) if not spare(drawn, n, level)]


@operators.route("/campaigns/<int:campaign_id>/quizzes/new", methods=["GET", "POST"], endpoint="new_quiz")
@requires(Role.OPERATOR, Action.EDIT)
def new_quiz(campaign_id: int) -> Response:
    """A whole quiz in one screen: a preset, how many levels, a name."""
    card = definitions.campaign(services(), campaign_id)
    if request.method == "GET":
        return _start(card, START, {})
    typed = Typed(request.form)
    levels = typed.whole("levels", 1, MAX_LEVELS, default=5)
    if typed.text("preset") not in list(Preset):
        typed.refuse(BadInput("preset", typed.text("preset"), f"one of {', '.join(Preset)}"))
    if not typed.problems:
        draft = QuizDraft(typed.words("title"), preset(Preset(typed.text("preset")), levels))
        with typed.noting():
            quiz_id = quizzes.create_quiz(services(), campaign_id, draft, actor())
            return redirect(url_for("operators.quiz", quiz_id=quiz_id), 303)
    return _start(card, typed.values, typed.problems, 400)


def _start(card: CampaignCard, values: dict[str, str], problems: dict[str, str], status: int = 200) -> Response:
    page = render_template(
        "operators/quiz_new.html", campaign=card, values=values, problems=problems, most_levels=MAX_LEVELS
    )
    return make_response(page, status)


@operators.route("/quizzes/<int:quiz_id>/edit", methods=["GET", "POST"], endpoint="edit_quiz")
@requires(Role.OPERATOR, Action.EDIT)
def edit_quiz(quiz_id: int) -> Response:
    found = quizzes.quiz(services(), quiz_id)
    if request.method == "GET":
        return _form(found, values_of(found.draft) | {"version": str(found.version)}, {})
    typed = Typed(request.form)
    if do := typed.values.pop("do", ""):
        values, shown = rearranged(typed.values, do)
        return _form(found, values, {}, shown=shown)
    draft = draft_in(typed)
    if draft is None:
        return _form(found, typed.values, typed.problems, 400)
    with typed.noting():
        if quizzes.edit_quiz(services(), quiz_id, version_in(typed), draft, actor()) is Edit.STALE:
            return _form(found, typed.values, {"version": _stale(quiz_id, version_in(typed))}, 409)
        flash(_("Saved. Seasons that exist already keep the rules they were made with."))
        return redirect(url_for("operators.quiz", quiz_id=quiz_id), 303)
    return _form(found, typed.values, typed.problems, 400)


def _stale(quiz_id: int, version: int) -> str:
    said = _("Somebody else has changed this quiz meanwhile. Nothing of yours was saved, nothing of theirs was lost.")
    return f"{said} {meanwhile(version, activity_id=quiz_id)}"


def _form(
    found: Quiz, values: dict[str, str], problems: dict[str, str], status: int = 200, shown: int | None = None
) -> Response:
    page = render_template(
        "operators/quiz_form.html",
        quiz=found,
        campaign=definitions.campaign(services(), found.campaign_id),
        levels=nested(values),
        difficulties=DIFFICULTIES,
        most_levels=MAX_LEVELS,
        values=values,
        problems=problems,
        shown=shown,
        faces=list(Face),
        languages=LOCALES,
    )
    return make_response(page, status)


@operators.get("/quizzes/<int:quiz_id>/simulation")
@requires(Role.OPERATOR, Action.READ)
def simulation(quiz_id: int) -> str:
    found = quizzes.quiz(services(), quiz_id)
    stock: Stock = stock_of(services(), found.campaign_id)
    forecast = stock.forecast(found.draft.rules)
    short = isinstance(forecast, Shortage)
    return render_template(
        "operators/quiz_simulation.html",
        quiz=found,
        campaign=definitions.campaign(services(), found.campaign_id),
        stock=stock,
        shortage=forecast if short else None,
        forecast=None if short else forecast,
        assumed=ASSUMED,
        by_speed=found.draft.rules.scoring is Scoring.SPEED,
    )
