"""The true preview of a quiz: the fans' own page with this road in it, on the map and at a start, in both languages."""

from __future__ import annotations

from flask import render_template

from campaigns.control import definitions, quizzes
from campaigns.control.definitions import CampaignCard
from campaigns.control.quizzes import Quiz
from campaigns.domain.errors import NotFound
from campaigns.domain.road import RoadPacket, RoadRun, RoadScene, road_levels, road_rules
from campaigns.domain.run import RunState
from campaigns.play.join import RunCard
from campaigns.play.quiz.first_sight import FirstSight
from campaigns.play.quiz.road import RoadYou
from campaigns.web.access import Role, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import LOCALES, language
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.words import script_json

FACES = ("map", "start")
CODE = "PREVIEW"


@operators.get("/quizzes/<int:quiz_id>/preview")
@requires(Role.OPERATOR)
def quiz_preview(quiz_id: int) -> str:
    found = quizzes.quiz(services(), quiz_id)
    card = definitions.campaign(services(), found.campaign_id)
    return render_template("operators/quiz_preview.html", quiz=found, campaign=card, faces=FACES, languages=LOCALES)


@operators.get("/quizzes/<int:quiz_id>/preview/<face>/<spoken>")
@requires(Role.OPERATOR)
def quiz_face(quiz_id: int, face: str, spoken: str) -> str:
    """`spoken` is the language of this page alone (web/language.py): both stand beside each other."""
    if face not in FACES or spoken not in LOCALES:
        raise NotFound(f"{face} in {spoken}")
    found = quizzes.quiz(services(), quiz_id)
    card = definitions.campaign(services(), found.campaign_id)
    sight = _sight(found, card)
    page = {"code": CODE, "lang": language(), "snapshot": sight.snapshot(), "face": face}
    return render_template(
        "operators/quiz_face.html",
        run=RunCard(0, card.id, CODE, card.title, found.draft.title, RunState.PLAYING, None),
        code=CODE,
        sight=sight,
        page_json=script_json(page),
        words_json=edge().catalog.dictionary("road"),
    )


def _sight(found: Quiz, card: CampaignCard) -> FirstSight:
    """As a fan meets it who has just come."""
    rules = found.draft.rules
    run = RoadRun(CODE, card.title, found.draft.title, joined=0, opens_at=None, closes_at=None)
    road = RoadPacket(1, RoadScene.ROAD, run, road_rules(rules), road_levels(rules))
    you = RoadYou(
        fan="preview",
        name=_("A fan"),
        play=None,
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
