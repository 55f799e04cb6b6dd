"""The demo's quiz: a road of five gates out of the same phone facts (demo/road.json), by the classic preset, open for good.

Made again it changes nothing; when its season has been closed, the next start opens a new one.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.control.quizzes import QuizDraft, create_quiz, quizzes_of
from campaigns.control.runs import run_summary, runs_of
from campaigns.control.seasons import make_season
from campaigns.db.models import ActivityQuestion, Question
from campaigns.domain.bank import BankState
from campaigns.domain.level import Level
from campaigns.domain.quiz_rules import Preset, preset
from campaigns.domain.run import RunState

ACTOR = "demo"
OVER = (RunState.ENDED, RunState.CANCELLED)


def road(folder: Path) -> QuizDraft:
    """What demo/road.json says, on top of the classic preset."""
    data = json.loads((folder / "road.json").read_text(encoding="utf-8"))
    rules = preset(Preset.CLASSIC, len(data["levels"]))
    levels = [
        Level.from_dict(level.to_dict() | told, f"levels[{i}]")
        for i, (level, told) in enumerate(zip(rules.levels, data["levels"], strict=True))
    ]
    return QuizDraft(data["title"], replace(rules, levels=tuple(levels)))


def ensure_road(services: Services, campaign_id: int, opening: int, everything: int, folder: Path) -> str:
    """The code of an open season. `opening`, `everything`: the demo's two rushes."""
    known = quizzes_of(services, campaign_id)
    if not known:
        _retire_twins(services, opening, everything)
    quiz_id = known[0].id if known else create_quiz(services, campaign_id, road(folder))
    for run in runs_of(services, quiz_id):
        if run.state not in OVER:
            return run.code
    return run_summary(services, make_season(services, quiz_id, actor=ACTOR)).code


def _retire_twins(services: Services, opening: int, everything: int) -> None:
    """Demos made before there was a bank wrote the first questions twice: drawn into one play, they would come twice."""
    own = select(ActivityQuestion.question_id).where(ActivityQuestion.activity_id == opening)
    shared = select(ActivityQuestion.question_id).where(ActivityQuestion.activity_id == everything)
    twins = update(Question).where(Question.id.in_(own), Question.id.not_in(shared))
    with services.sql.begin() as sql:
        sql.execute(twins.values(state=BankState.RETIRED))
