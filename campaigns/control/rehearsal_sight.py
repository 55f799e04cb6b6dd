"""What can be seen of a show before and while it is rehearsed: its questions as the screens get them, and the screens."""

from __future__ import annotations

import contextlib
from typing import Any

from redis import RedisError
from sqlalchemy import Connection, Row, select

from campaigns.bootstrap import Services
from campaigns.control.media import checked
from campaigns.db.models import (
    Activity,
    ActivityQuestion,
    Campaign,
    Display,
    Media,
    Question,
    QuestionVersion,
    Round,
    Run,
)
from campaigns.db.question_rows import question_from
from campaigns.domain.errors import BadInput
from campaigns.domain.rehearsal_report import Finding, Picture, Screen, Shown, of_questions, of_screens, of_titles
from campaigns.live.before import Showing, screens_told

_ASKED = (QuestionVersion.body, QuestionVersion.key, QuestionVersion.media_id)


def seen_of_rush(services: Services, rush_id: int, campaign_id: int) -> list[Finding]:
    """Without a rehearsal: as its questions stand now."""
    newest = (QuestionVersion.question_id == Question.id) & (QuestionVersion.n == Question.n)
    rows = select(ActivityQuestion.place.label("n"), *_ASKED).where(ActivityQuestion.activity_id == rush_id)
    rows = rows.join(Question, Question.id == ActivityQuestion.question_id).join(QuestionVersion, newest)
    with services.reading() as sql:
        shown = [_shown(sql, n, row) for n, row in enumerate(sql.execute(rows.order_by("n")).all(), start=1)]
        titles = _titles(sql, rush_id)
    return [*of_titles(titles), *of_questions(shown), *of_screens(screens_of(services, campaign_id), None)]


def seen_of_run(services: Services, run_id: int) -> list[Finding]:
    """As the run has frozen them; whether the screens show it."""
    rows = select(Round.n, *_ASKED).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    rows = rows.where(Round.run_id == run_id, Round.n > 0).order_by(Round.n)
    with services.reading() as sql:
        run = sql.execute(select(Run.campaign_id, Run.activity_id, Run.code).where(Run.id == run_id)).one()
        shown = [_shown(sql, row.n, row) for row in sql.execute(rows).all()]
        titles = _titles(sql, run.activity_id)
    return [*of_titles(titles), *of_questions(shown), *of_screens(screens_of(services, run.campaign_id), run.code)]


def screens_of(services: Services, campaign_id: int) -> list[Screen]:
    """Redis away: none of them has been heard of."""
    told: dict[int, Showing] = {}
    with contextlib.suppress(RedisError):
        told = screens_told(services.live)
    paired = select(Display.id).where(Display.campaign_id == campaign_id, Display.revoked_at.is_(None))
    with services.reading() as sql:
        ids = list(sql.scalars(paired.order_by(Display.id)))
    now_s = services.now().at.timestamp()
    return [_screen(each, told.get(each), now_s) for each in ids]


def _screen(display: int, showing: Showing | None, now_s: float) -> Screen:
    return Screen(display, None, None) if showing is None else Screen(display, now_s - showing.heard_s, showing.code)


def _titles(sql: Connection, activity_id: int) -> list[dict[str, str]]:
    both = select(Campaign.title, Activity.title).join(Activity, Activity.campaign_id == Campaign.id)
    return [dict(title) for title in sql.execute(both.where(Activity.id == activity_id)).one()]


def _shown(sql: Connection, n: int, row: Row[Any]) -> Shown:
    question = question_from(row.body, row.key)
    if row.media_id is None:
        return Shown(n, question, Picture.MISSING if question.image else Picture.NONE)
    return Shown(n, question, _picture(sql.scalar(select(Media.data).where(Media.id == row.media_id))))


def _picture(data: bytes | None) -> Picture:
    """Told by its bytes, as when it was taken in; what has become unreadable since is found here, not in the hall."""
    if not data:
        return Picture.MISSING
    try:
        checked(data)
    except BadInput:
        return Picture.BROKEN
    return Picture.GOOD
