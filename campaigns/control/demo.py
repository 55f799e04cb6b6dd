"""The demo: campaign 「小米手机知多少」, a short rush to begin with and a long one. Made again, it changes nothing.

Each step looks whether it is done already, so a start that was killed half-way is completed by the next one. There is
always a run to scan into: when the last one is over, a new one is made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, RushDraft, create_campaign, create_rush, rushes_of
from campaigns.control.media import Picture, checked
from campaigns.control.questions import add_questions, file_name, questions_of
from campaigns.control.runs import make_run, run_summary, runs_of
from campaigns.db.models import Campaign
from campaigns.domain.question import Question, Words
from campaigns.domain.question_import import parse
from campaigns.domain.run import RunState
from campaigns.domain.rush_rules import Rule, RushRules

FOLDER = Path(__file__).resolve().parents[2] / "demo"
SLUG = "demo"
TITLE = {"zh": "小米手机知多少", "en": "How well do you know Xiaomi phones?"}
OPENING = {"zh": "开场抢答", "en": "The opening rush"}
LONG = {"zh": "通关抢答", "en": "The long rush"}
ACTOR = "demo"


def ensure_demo(services: Services, folder: Path = FOLDER) -> str:
    """The code of a run that can be joined."""
    with services.sql.connect() as sql:
        campaign_id = sql.scalar(select(Campaign.id).where(Campaign.slug == SLUG))
    if campaign_id is None:
        campaign_id = create_campaign(services, CampaignDraft(TITLE, "Asia/Shanghai", Decimal(1)), SLUG)
    starters, everything = _questions(folder)
    opening = _ensure_rush(services, campaign_id, OPENING, RushRules(streak=True), starters, folder)
    _ensure_rush(services, campaign_id, LONG, RushRules(rule=Rule.SPEED, streak=True), everything, folder)
    return _ensure_run(services, opening)


def _questions(folder: Path) -> tuple[list[Question], list[Question]]:
    """(those of the first run, all)."""
    data = (folder / "questions.json").read_bytes()
    questions = parse(data)
    marks = [bool(raw.get("starter")) for raw in json.loads(data)["questions"]]
    return [question for question, mark in zip(questions, marks, strict=True) if mark], questions


def _ensure_rush(
    services: Services, campaign_id: int, title: Words, rules: RushRules, questions: Sequence[Question], folder: Path
) -> int:
    known = [rush for rush in rushes_of(services, campaign_id) if rush.draft.title["en"] == title["en"]]
    if known:
        rush_id, version = known[0].id, known[0].version
    else:
        rush_id, version = create_rush(services, campaign_id, RushDraft(title, rules, close_when_all=True)), 1
    if version == 1 and not questions_of(services, rush_id):
        add_questions(services, rush_id, version, questions, _pictures(questions, folder))
    return rush_id


def _pictures(questions: Sequence[Question], folder: Path) -> dict[str, Picture]:
    images = {question.image for question in questions if question.image}
    return {file_name(image): checked((folder / image).read_bytes(), image) for image in images}


def _ensure_run(services: Services, rush_id: int) -> str:
    over = (RunState.ENDED, RunState.CANCELLED)
    for run in runs_of(services, rush_id):
        if run.state not in over:
            return run.code
    return run_summary(services, make_run(services, rush_id, actor=ACTOR)).code
