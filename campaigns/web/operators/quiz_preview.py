"""The true preview of a quiz: the fans' own page with this road in it, in both languages; as it is saved (GET), or with what
stands in the editor's form and nobody has saved (POST, which changes nothing).

The answer to a POST is JSON: the page, or the problems that saving would find, and what the bank makes impossible.
"""

from __future__ import annotations

from dataclasses import replace

from flask import get_template_attribute, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from campaigns.control import definitions, quizzes
from campaigns.control.definitions import CampaignCard
from campaigns.control.quiz_stock import Stock, stock_of
from campaigns.control.quizzes import Quiz
from campaigns.domain.draw import Shortage
from campaigns.domain.errors import NotFound
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.road import RoadPacket, RoadRun, RoadScene, road_levels, road_rules
from campaigns.domain.roles import Action
from campaigns.domain.run import RunState
from campaigns.play.join import RunCard
from campaigns.play.quiz.first_sight import FirstSight
from campaigns.play.quiz.imagined import Face, imagined
from campaigns.play.quiz.road import RoadYou
from campaigns.play.quiz.view import PlayView
from campaigns.web.access import Role, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import LOCALES, language
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.quiz_form import draft_in
from campaigns.web.operators.typed import Typed
from campaigns.web.words import script_json

CODE = "PREVIEW"


@operators.get("/quizzes/<int:quiz_id>/preview")
@requires(Role.OPERATOR, Action.READ)
def quiz_preview(quiz_id: int) -> str:
    found = quizzes.quiz(services(), quiz_id)
    card = definitions.campaign(services(), found.campaign_id)
    return render_template(
        "operators/quiz_preview.html", quiz=found, campaign=card, faces=list(Face), languages=LOCALES
    )


@operators.route("/quizzes/<int:quiz_id>/preview/<face>/<spoken>", methods=["GET", "POST"], endpoint="quiz_face")
@requires(Role.OPERATOR, Action.READ)
def quiz_face(quiz_id: int, face: str, spoken: str) -> Response:
    """`spoken` is the language of this page alone (web/language.py): both stand beside each other. ?level=: the gate, from 1."""
    if face not in list(Face) or spoken not in LOCALES:
        raise NotFound(f"{face} in {spoken}")
    found = quizzes.quiz(services(), quiz_id)
    if request.method == "GET":
        return make_response(_page(found, Face(face), stock_of(services(), found.campaign_id)))
    typed = Typed(request.form)
    draft = draft_in(typed)
    if draft is not None:
        with typed.noting():
            definitions.check_title(draft.title)
    if draft is None or typed.problems:
        return jsonify(page=None, problems=typed.problems, remarks=[])
    stock, unsaved = stock_of(services(), found.campaign_id), replace(found, draft=draft)
    return jsonify(page=_page(unsaved, Face(face), stock), problems={}, remarks=_remarks(stock, draft.rules))


def _remarks(stock: Stock, rules: QuizRules) -> list[str]:
    """What the quiz's own page says of the bank, too."""
    drawn = stock.drawn(rules)
    short, beyond = (get_template_attribute("operators/_quiz.html", f"{name}_words") for name in ("shortage", "beyond"))
    return [*([short(drawn)] if isinstance(drawn, Shortage) else []), *map(beyond, stock.beyond(rules))]


def _page(found: Quiz, face: Face, stock: Stock) -> str:
    rules = found.draft.rules
    level = max(1, min(len(rules.levels), request.args.get("level", 1, int)))
    play = imagined(services(), rules, stock.bank, face, level)
    if isinstance(play, Shortage):
        return render_template("operators/quiz_face_short.html", shortage=play)
    card = definitions.campaign(services(), found.campaign_id)
    sight = _sight(found, card, play)
    return render_template(
        "operators/quiz_face.html",
        run=RunCard(0, card.id, CODE, card.title, found.draft.title, RunState.PLAYING, None),
        code=CODE,
        sight=sight,
        page_json=script_json({"code": CODE, "lang": language(), "snapshot": sight.snapshot(), "face": face}),
        words_json=edge().catalog.dictionary("road"),
    )


def _sight(found: Quiz, card: CampaignCard, play: PlayView | None) -> FirstSight:
    """As a fan meets it who has just come."""
    rules = found.draft.rules
    run = RoadRun(CODE, card.title, found.draft.title, joined=0, opens_at=None, closes_at=None)
    road = RoadPacket(1, RoadScene.ROAD, run, road_rules(rules), road_levels(rules))
    you = RoadYou(
        fan="preview",
        name=_("A fan"),
        play=play,
        attempts_left=rules.attempts_per_day or None,
        again_at=None,
        streak=0,
        plays=0,
        best=0,
        total=0,
        passed=0,
        best_by_level=(None,) * len(rules.levels),
        badges=(),
    )
    zone = definitions.zone_of(services(), card.id)
    return FirstSight(road, you, False, zone, None, None, (), services().now().ns / 1e6)
