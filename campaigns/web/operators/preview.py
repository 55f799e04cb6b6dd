"""The true preview: the fan's and the display's own views draw the question, from a packet built as on the night.

In both languages beside each other: `spoken` is the language of one frame (web/language.py).
"""

from __future__ import annotations

from dataclasses import asdict, replace

import segno
from flask import render_template, url_for

from campaigns.control import definitions
from campaigns.control.questions import Placed, question_of, questions_of
from campaigns.domain import scene as packet
from campaigns.domain.errors import NotFound
from campaigns.domain.question import choice_order
from campaigns.domain.roles import Action
from campaigns.domain.run import Scene
from campaigns.play.scene import preview_round
from campaigns.web.access import Role, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import LOCALES
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.themes import dressed
from campaigns.web.words import script_json

FACES = ("fans", "displays")
CODE = "PREVIEW"
SAMPLE = (
    "x='12.5' y='14.2' font-size='4.6' font-weight='700' font-family='sans-serif' text-anchor='middle' fill='#14181E'"
)


@operators.get("/rushes/<int:rush_id>/questions/<int:question_id>/preview")
@requires(Role.OPERATOR, Action.READ)
def preview(rush_id: int, question_id: int) -> str:
    rush = definitions.rush(services(), rush_id)
    return render_template(
        "operators/preview.html",
        rush=rush,
        campaign=definitions.campaign(services(), rush.campaign_id),
        placed=question_of(services(), rush_id, question_id),
        languages=LOCALES,
    )


@operators.get("/rushes/<int:rush_id>/questions/<int:question_id>/preview/<face>/<spoken>")
@requires(Role.OPERATOR, Action.READ)
def preview_face(rush_id: int, question_id: int, face: str, spoken: str) -> str:
    if face not in FACES or spoken not in LOCALES:
        raise NotFound(f"{face} in {spoken}")
    rush = definitions.rush(services(), rush_id)
    scene = _scene(
        rush, definitions.campaign(services(), rush.campaign_id), question_of(services(), rush_id, question_id)
    )
    return render_template(
        "operators/preview_face.html",
        face=face,
        theme=dressed(rush.campaign_id),
        preview_json=script_json({"face": face, "scene": asdict(scene), "qr": _sample_code()}),
        words_json=edge().catalog.dictionary(face),
    )


def _sample_code() -> str:
    """Where the code to join will stand: grey, and it says what it is. Nothing can be joined by a preview."""
    drawn = segno.make_qr(CODE, error="m").svg_inline(scale=1, border=2, dark="#C9CDD3", light="#FFFFFF")
    word = _("Sample")
    words = f"<rect x='2' y='9.5' width='21' height='6' fill='#FFFFFF'/><text {SAMPLE}>{word}</text>"
    return drawn.replace("</svg>", f"{words}</svg>")


def _scene(rush: definitions.Rush, card: definitions.CampaignCard, placed: Placed) -> packet.ScenePacket:
    rules, question = rush.draft.rules, placed.question
    image = url_for("operators.picture", media_id=placed.media_id) if placed.media_id is not None else None
    shown = preview_round(question, choice_order(question, placed.id), rule=rules.rule.value, image=image)
    of = len(questions_of(services(), rush.id))
    shown = replace(shown, id=str(placed.id), n=placed.place, of=of, last=placed.place == of)
    run = packet.RunPart(
        code=CODE,
        title=card.title,
        activity=rush.draft.title,
        rule=rules.rule.value,
        streak=rules.streak,
        lives=rules.lives,
        rounds=of,
        rehearsal=False,
        starts_at=None,
        cap_ms=rules.cap_ms,
        joined=0,
        draw="",
    )
    return packet.ScenePacket(
        seq=1, scene=Scene.OPEN, run=run, round=shown, reveal=None, board=None, podium=None, final=None
    )
