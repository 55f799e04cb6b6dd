"""The question bank of a campaign: found, looked at, edited, moved between draft, reviewed and retired.

A bank holds tens of thousands: everything is asked page by page, and what is done to "all that match" is one statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, not_, or_, select, update
from sqlalchemy.orm import aliased

from campaigns.bootstrap import Services
from campaigns.control.bank_writing import add_question, write_version
from campaigns.control.definitions import Edit
from campaigns.control.media import Picture, store
from campaigns.db.audit import write_down
from campaigns.db.bank import QuestionStat
from campaigns.db.models import Fan, Participation, Question, QuestionVersion
from campaigns.db.question_rows import question_from
from campaigns.domain import bank
from campaigns.domain import question as domain
from campaigns.domain.actor import HOUSE
from campaigns.domain.bank import BankState, Flag, Stat, flag_of
from campaigns.domain.errors import NotFound
from campaigns.domain.importing.export import Exported

PAGE = 50
TAGS_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for; None and "" mean any."""

    text: str = ""
    tag: str = ""
    difficulty: int | None = None
    state: BankState | None = None
    kind: domain.Kind | None = None
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A question of the bank in its newest version."""

    id: int
    n: int
    state: BankState
    source: str
    author: str | None
    media_id: int | None
    question: domain.Question
    stat: Stat | None

    @property
    def flag(self) -> Flag | None:
        return flag_of(self.stat)


@dataclass(frozen=True, slots=True)
class Version:
    n: int
    written_at: datetime
    question: domain.Question


def search(services: Services, campaign_id: int, wish: Wish, page: int = 1) -> tuple[int, list[Card]]:
    """(how many match, the cards of that page), newest first."""
    matching = _matching(campaign_id, wish)
    with services.reading() as sql:
        total = sql.scalar(select(func.count()).select_from(matching.subquery())) or 0
        wanted = _cards(matching).order_by(Question.id.desc()).limit(PAGE).offset(PAGE * (max(1, page) - 1))
        return total, [_card(row) for row in sql.execute(wanted)]


def card(services: Services, campaign_id: int, question_id: int) -> Card:
    """Raises NotFound, also for a question of another campaign."""
    with services.reading() as sql:
        wanted = _cards(_matching(campaign_id, Wish())).where(Question.id == question_id)
        row = sql.execute(wanted).one_or_none()
    if row is None:
        raise NotFound(f"question {question_id} in the bank of campaign {campaign_id}")
    return _card(row)


def versions(services: Services, question_id: int) -> list[Version]:
    """Newest first."""
    rows = select(QuestionVersion).where(QuestionVersion.question_id == question_id).order_by(QuestionVersion.n.desc())
    with services.reading() as sql:
        return [Version(row.n, row.created_at, question_from(row.body, row.key)) for row in sql.execute(rows)]


def tags(services: Services, campaign_id: int) -> list[tuple[str, int]]:
    """The most used, with how often."""
    tag, count = func.unnest(Question.tags).label("tag"), func.count().label("times")
    used = select(tag, count).where(Question.campaign_id == campaign_id).group_by("tag")
    with services.reading() as sql:
        return [(row.tag, row.times) for row in sql.execute(used.order_by(count.desc(), "tag").limit(TAGS_SHOWN))]


def states(services: Services, campaign_id: int) -> dict[BankState, int]:
    counted = select(Question.state, func.count()).where(Question.campaign_id == campaign_id).group_by(Question.state)
    with services.reading() as sql:
        found = {state: count for state, count in sql.execute(counted).all()}
    return {state: found.get(state.value, 0) for state in BankState}


def exported(services: Services, campaign_id: int, wish: Wish) -> Iterator[Exported]:
    """All that match, oldest first."""
    with services.reading() as sql:
        rows = sql.execute(_cards(_matching(campaign_id, wish)).order_by(Question.id)).all()
    return (Exported(question_from(row.body, row.key), row.source) for row in rows)


def set_state(
    services: Services, campaign_id: int, state: BankState, which: Wish | Sequence[int], by: str = HOUSE
) -> int:
    """How many questions changed their state."""
    if isinstance(which, Wish):
        ids: Any = _matching(campaign_id, which).subquery()
        chosen = Question.id.in_(select(ids.c.id))
    else:
        chosen = Question.id.in_(which)
    others = chosen, Question.campaign_id == campaign_id, Question.state != state.value
    with services.sql.begin() as sql:
        stood = sql.execute(select(Question.state, func.count()).where(*others).group_by(Question.state)).all()
        changed = sql.execute(update(Question).where(*others).values(state=state.value)).rowcount
        if changed:
            told = {"before": {name: count for name, count in stood}, "after": {state.value: changed}}
            write_down(sql, campaign_id, services.now().at, by, "questions_sorted", **told)
    return changed


def write(
    services: Services,
    campaign_id: int,
    question: domain.Question,
    picture: Picture | None = None,
    *,
    state: BankState = BankState.DRAFT,
    source: str = "",
    by: str = HOUSE,
) -> int:
    """A new question; its id. Raises BadInput."""
    with services.sql.begin() as sql:
        media_id = store(sql, campaign_id, picture) if picture is not None else None
        now = services.now().at
        made = add_question(sql, campaign_id, question, now, media_id=media_id, state=state, source=source)
        write_down(sql, campaign_id, now, by, "question_written", after={"question": made, "text": dict(question.text)})
    return made


def edit(
    services: Services,
    before: Card,
    campaign_id: int,
    question: domain.Question,
    source: str,
    picture: Picture | None = None,
    *,
    drop_picture: bool = False,
    by: str = HOUSE,
) -> Edit:
    """The version after the one in `before`. Raises BadInput."""
    now = services.now().at
    with services.sql.begin() as sql:
        media_id = None if drop_picture else before.media_id
        if picture is not None:
            media_id = store(sql, campaign_id, picture)
        if not write_version(sql, before.id, before.n, question, media_id, now):
            return Edit.STALE
        sql.execute(update(Question).where(Question.id == before.id).values(source=source))
        told = {"before": _told(before, before.question), "after": _told(before, question)}
        write_down(sql, campaign_id, now, by, "question_changed", **told)
    return Edit.SAVED


def _told(card: Card, question: domain.Question) -> dict[str, Any]:
    """Of the audit log, where no key stands: another one shows in its version."""
    return {"question": card.id, "text": dict(question.text), "choices": [dict(each.text) for each in question.choices]}


def _matching(campaign_id: int, wish: Wish) -> Select[Any]:
    found = (
        select(Question.id)
        .join(QuestionVersion, and_(QuestionVersion.question_id == Question.id, QuestionVersion.n == Question.n))
        .outerjoin(QuestionStat, QuestionStat.question_id == Question.id)
        .where(Question.campaign_id == campaign_id)
    )
    if wish.text.strip():
        text = QuestionVersion.body["text"]
        said = [text[language].astext.icontains(wish.text.strip(), autoescape=True) for language in domain.LANGUAGES]
        found = found.where(or_(*said))
    if wish.tag:
        found = found.where(Question.tags.contains([wish.tag]))
    if wish.difficulty is not None:
        found = found.where(Question.difficulty == wish.difficulty)
    if wish.state is not None:
        found = found.where(Question.state == wish.state.value)
    if wish.kind is not None:
        found = found.where(Question.kind == wish.kind.value)
    return found.where(_flagged(wish.flag)) if wish.flag is not None else found


def _flagged(flag: Flag) -> ColumnElement[bool]:
    """`domain.bank.flag_of` as SQL; a test holds the two together."""
    share = QuestionStat.right * 1.0 / func.nullif(QuestionStat.asked, 0)
    hurried = and_(func.coalesce(QuestionStat.median_ms, bank.HURRIED_MS) < bank.HURRIED_MS, share < 0.5)
    broken = or_(share <= bank.BROKEN, hurried)
    enough = QuestionStat.asked >= bank.ENOUGH
    easy = {
        Flag.BROKEN: broken,
        Flag.TOO_EASY: share >= bank.EASY,
        Flag.TOO_HARD: and_(share <= bank.HARD, not_(broken)),
    }
    return and_(enough, easy[flag])


def _cards(matching: Select[Any]) -> Select[Any]:
    author = aliased(Participation)
    columns = (Question.n, Question.state, Question.source, QuestionVersion.media_id, QuestionVersion.body)
    stats = (QuestionStat.asked, QuestionStat.right, QuestionStat.median_ms, QuestionStat.silent)
    return (
        matching.add_columns(*columns, QuestionVersion.key, *stats, author.nickname, Fan.public)
        .outerjoin(Fan, Fan.id == Question.author_fan_id)
        .outerjoin(author, and_(author.fan_id == Fan.id, author.campaign_id == Question.campaign_id))
    )


def _card(row: Row[Any]) -> Card:
    stat = Stat(row.asked, row.right, row.median_ms, row.silent) if row.asked is not None else None
    question = question_from(row.body, row.key)
    state = BankState(row.state)
    return Card(row.id, row.n, state, row.source, row.nickname or row.public, row.media_id, question, stat)
