"""One play told step by step, for an operator who has to decide whether it was played fairly.

The steps are folded as everywhere (domain/play.py); beside each stands what it did to the play. Condensed plays have no
steps any more: their story is empty, their result stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.season_sheets import SeasonSheet
from campaigns.db.models import QuestionVersion
from campaigns.db.plays import Play, PlayStep
from campaigns.db.question_rows import question_from
from campaigns.domain.draw import Draw
from campaigns.domain.play import apply, begin
from campaigns.domain.progress import PlayFacts, Progress, Verdict
from campaigns.domain.question import Question, Words
from campaigns.domain.step import Step, StepKind
from campaigns.play.quiz.rows import step_of


@dataclass(frozen=True, slots=True)
class Told:
    """A step in words. `said`: the choices' texts, or the value; empty: silence. `after`: where the play stood then."""

    n: int
    kind: StepKind
    at: datetime
    level: int
    question: Words | None
    said: tuple[Words, ...]
    value: float | None
    verdict: Verdict | None
    passed: bool | None  # the level, where this step decided it
    score: int
    rtt_ms: float | None


def story(services: Services, sheet: SeasonSheet, play_id: int) -> list[Told]:
    """Empty also for a play that there is not."""
    here = select(Play).where(Play.id == play_id, Play.run_id == sheet.id)
    with services.reading() as sql:
        play = sql.execute(here).one_or_none()
        if play is None:
            return []
        rows = sql.execute(select(PlayStep).where(PlayStep.play_id == play_id).order_by(PlayStep.n)).all()
        draw = Draw.from_dict(play.drawn, play.seed)
        wanted = select(QuestionVersion).where(QuestionVersion.id.in_(draw.versions))
        questions = {row.id: question_from(row.body, row.key) for row in sql.execute(wanted)}
    progress, told = begin(PlayFacts(sheet.rules, draw, questions)), []
    for step in map(step_of, rows):
        after = apply(progress, step)
        told.append(_told(progress, step, after))
        progress = after
    return told


def _told(before: Progress, step: Step, after: Progress) -> Told:
    opened = before.open if step.kind is StepKind.ANSWERED else after.open
    question = before.facts.questions[opened.version_id] if opened is not None else None
    said: tuple[Words, ...] = ()
    if step.kind is StepKind.ANSWERED and opened is not None and question is not None:
        said = _texts(question, opened.shown, step.places or ())
    decided = len(after.levels) - len(before.levels)
    return Told(
        n=step.n,
        kind=step.kind,
        at=step.at,
        level=after.now.n,
        question=question.text if question is not None else None,
        said=said,
        value=step.value,
        verdict=after.verdict if step.kind is StepKind.ANSWERED else None,
        passed=after.levels[-1].passed if decided else None,
        score=after.banked,
        rtt_ms=step.rtt_ns / 1e6 if step.rtt_ns is not None else None,
    )


def _texts(question: Question, shown: tuple[int, ...], places: tuple[int, ...]) -> tuple[Words, ...]:
    return tuple(question.choices[shown[place]].text for place in places if place < len(shown))
