"""The demo: campaign 「小米手机知多少」, a short rush to begin with, a long one, and a road. Made again, it changes nothing.

A second campaign 「发布会之夜」 has the short rush alone and another look, so that two themes can be seen beside each other.

The short rush asks questions of the long one, so that the bank has each of them once. Each step looks whether it is done
already, so a start that was killed half-way is completed by the next one. There is always a run to scan into: when the
last one is over, a new one is made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.definitions import (
    CampaignDraft,
    RushDraft,
    campaign,
    create_campaign,
    create_rush,
    rush,
    rushes_of,
)
from campaigns.control.demo_road import ensure_road
from campaigns.control.media import Picture, checked
from campaigns.control.questions import add_questions, file_name, pick_questions, questions_of
from campaigns.control.runs import make_run, run_summary, runs_of
from campaigns.control.themes import edit_theme, theme_of
from campaigns.db.models import Campaign
from campaigns.domain.colour import Colour
from campaigns.domain.question import Question, Words
from campaigns.domain.question_import import parse
from campaigns.domain.run import RunState
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.domain.theme import Backdrop, Theme

FOLDER = Path(__file__).resolve().parents[2] / "demo"
SLUG, NIGHT_SLUG = "demo", "demo-night"
TITLE = {"zh": "小米手机知多少", "en": "How well do you know Xiaomi phones?"}
NIGHT = {"zh": "发布会之夜", "en": "Launch night"}
OPENING = {"zh": "开场抢答", "en": "The opening rush"}
LONG = {"zh": "通关抢答", "en": "The long rush"}
ACTOR = "demo"
WARM = Theme(backdrop=Backdrop.GATES)
COLD = Theme(Colour.of("#3d7bff"), Colour.of("#0a112c"))


def ensure_demo(services: Services, folder: Path = FOLDER) -> str:
    """The code of a run that can be joined."""
    campaign_id = _ensure_campaign(services, SLUG, TITLE)
    _ensure_theme(services, campaign_id, WARM, checked((folder / "logo.svg").read_bytes(), "logo.svg"))
    questions, starters = _questions(folder)
    _ensure_night(services, [questions[i] for i in starters], folder)
    opening = _ensure_rush(services, campaign_id, OPENING, RushRules(streak=True))
    long = _ensure_rush(services, campaign_id, LONG, RushRules(rule=Rule.SPEED, streak=True))
    if _untouched(services, long):
        add_questions(services, long, 1, questions, _pictures(questions, folder))
    if _untouched(services, opening):
        placed = questions_of(services, long)
        pick_questions(services, opening, 1, [placed[i].id for i in starters if i < len(placed)])
    ensure_road(services, campaign_id, opening, long, folder)  # before the rush's run: the wall follows what comes last
    return _ensure_run(services, opening)


def road_code(services: Services, folder: Path = FOLDER) -> str:
    """The code of the season of the road that `ensure_demo` has made."""
    with services.sql.connect() as sql:
        campaign_id = sql.execute(select(Campaign.id).where(Campaign.slug == SLUG)).scalar_one()
    rushes = {rush.draft.title["en"]: rush.id for rush in rushes_of(services, campaign_id)}
    return ensure_road(services, campaign_id, rushes.get(OPENING["en"], 0), rushes.get(LONG["en"], 0), folder)


def _ensure_campaign(services: Services, slug: str, title: Words) -> int:
    with services.sql.connect() as sql:
        known = sql.scalar(select(Campaign.id).where(Campaign.slug == slug))
    return known or create_campaign(services, CampaignDraft(title, "Asia/Shanghai", Decimal(1)), slug)


def _ensure_theme(services: Services, campaign_id: int, theme: Theme, logo: Picture | None = None) -> None:
    if theme_of(services, campaign_id) is None:
        edit_theme(services, campaign_id, campaign(services, campaign_id).version, theme, logo)


def _ensure_night(services: Services, questions: Sequence[Question], folder: Path) -> None:
    campaign_id = _ensure_campaign(services, NIGHT_SLUG, NIGHT)
    _ensure_theme(services, campaign_id, COLD)
    rush_id = _ensure_rush(services, campaign_id, OPENING, RushRules(streak=True))
    if _untouched(services, rush_id):
        add_questions(services, rush_id, 1, questions, _pictures(questions, folder))


def _questions(folder: Path) -> tuple[list[Question], list[int]]:
    """(all, which of them make the first run)."""
    data = (folder / "questions.json").read_bytes()
    raw = json.loads(data)["questions"]
    return parse(data), [i for i, each in enumerate(raw) if each.get("starter")]


def _ensure_rush(services: Services, campaign_id: int, title: Words, rules: RushRules) -> int:
    known = [rush for rush in rushes_of(services, campaign_id) if rush.draft.title["en"] == title["en"]]
    return known[0].id if known else create_rush(services, campaign_id, RushDraft(title, rules, close_when_all=True))


def _untouched(services: Services, rush_id: int) -> bool:
    return rush(services, rush_id).version == 1 and not questions_of(services, rush_id)


def _pictures(questions: Sequence[Question], folder: Path) -> dict[str, Picture]:
    images = {question.image for question in questions if question.image}
    return {file_name(image): checked((folder / image).read_bytes(), image) for image in images}


def _ensure_run(services: Services, rush_id: int) -> str:
    over = (RunState.ENDED, RunState.CANCELLED)
    for run in runs_of(services, rush_id):
        if run.state not in over:
            return run.code
    return run_summary(services, make_run(services, rush_id, actor=ACTOR)).code
