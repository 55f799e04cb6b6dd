"""Use cases of operators with the questions that fans propose: the list, accept, refuse with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, select, update
from sqlalchemy.orm import aliased

from campaigns.bootstrap import Services
from campaigns.control.bank_writing import write_version
from campaigns.control.quizzes import quizzes_of
from campaigns.db.audit import write_down
from campaigns.db.models import Participation, Question, QuestionVersion
from campaigns.db.proposals import Proposal
from campaigns.db.question_rows import question_from
from campaigns.domain import question as domain
from campaigns.domain.actor import of_operator
from campaigns.domain.bank import BankState
from campaigns.domain.errors import BadInput

LONGEST_REASON = 200
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class OpenProposal:
    """`known`: the bank has the same words already."""

    id: int
    author: str | None
    proposed_at: datetime
    question: domain.Question
    known: bool


def open_proposals(services: Services, campaign_id: int) -> list[OpenProposal]:
    """Who has waited longest comes first."""
    author, other = aliased(Participation), aliased(Question)
    twin = exists().where(
        other.campaign_id == Question.campaign_id,
        func.md5(other.norm) == func.md5(Question.norm),
        other.norm == Question.norm,
        other.id != Question.id,
        other.state != BankState.RETIRED.value,
    )
    here = and_(author.fan_id == Question.author_fan_id, author.campaign_id == Question.campaign_id)
    waiting = (
        select(Question.id, author.nickname, Proposal.proposed_at, QuestionVersion.body, QuestionVersion.key)
        .add_columns(twin.label("known"))
        .join(Proposal, Proposal.question_id == Question.id)
        .join(QuestionVersion, and_(QuestionVersion.question_id == Question.id, QuestionVersion.n == Question.n))
        .outerjoin(author, here)
        .where(Question.campaign_id == campaign_id, Question.state == BankState.DRAFT.value, Proposal.reason.is_(None))
    )
    with services.reading() as sql:
        rows = sql.execute(waiting.order_by(Proposal.proposed_at, Question.id).limit(MOST_SHOWN)).all()
    return [
        OpenProposal(row.id, row.nickname, row.proposed_at, question_from(row.body, row.key), row.known) for row in rows
    ]


def count_open(services: Services, campaign_id: int) -> int:
    waiting = select(func.count()).select_from(Proposal).join(Question, Question.id == Proposal.question_id)
    undecided = (Question.state == BankState.DRAFT.value) & Proposal.reason.is_(None)
    with services.reading() as sql:
        return sql.scalar(waiting.where(Question.campaign_id == campaign_id, undecided)) or 0


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of a quiz and what its pools take: (tags, difficulties) each, no tag being every question."""

    title: domain.Words
    n: int
    pools: tuple[tuple[tuple[str, ...], tuple[int, ...]], ...]

    def takes(self, difficulty: int, tags: Sequence[str]) -> bool:
        return any(difficulty in wanted and (not any_of or set(any_of) & set(tags)) for any_of, wanted in self.pools)


def gates_of(services: Services, campaign_id: int) -> list[Gate]:
    """Of every quiz of the campaign, as it stands now: seasons that run keep the pools they were made with."""
    return [
        Gate(quiz.draft.title, n, tuple((pool.tags, tuple(sorted(pool.mix))) for pool in level.pools))
        for quiz in quizzes_of(services, campaign_id)
        for n, level in enumerate(quiz.draft.rules.levels, start=1)
    ]


def accept(
    services: Services,
    campaign_id: int,
    question_id: int,
    operator_id: int,
    difficulty: int | None = None,
    tags: Sequence[str] = (),
) -> bool:
    """It may be drawn from now on, by this difficulty (None: as it stands) and these tags. False: somebody has decided
    already. BadInput."""
    with services.sql.begin() as sql:
        if not _decide(sql, campaign_id, question_id, BankState.REVIEWED):
            return False
        _file(sql, question_id, difficulty, tuple(tags), services.now().at)
        _sign(services, sql, campaign_id, question_id, operator_id, None)
    return True


def _file(sql: Connection, question_id: int, difficulty: int | None, tags: tuple[str, ...], at: datetime) -> None:
    """Under which words and difficulty the bank keeps it: a version of its own where that changes anything."""
    newest = (QuestionVersion.question_id == Question.id) & (QuestionVersion.n == Question.n)
    row = sql.execute(select(QuestionVersion).join(Question, newest).where(Question.id == question_id)).one()
    known = question_from(row.body, row.key)
    filed = replace(known, difficulty=known.difficulty if difficulty is None else difficulty, tags=tags or known.tags)
    if filed != known:
        write_version(sql, question_id, row.n, filed, row.media_id, at)


def refuse(services: Services, campaign_id: int, question_id: int, operator_id: int, reason: str) -> bool:
    """The fan reads the reason. BadInput without one. False: somebody has decided already."""
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise BadInput("reason", reason, f"a reason of 1 to {LONGEST_REASON} characters")
    with services.sql.begin() as sql:
        if not _decide(sql, campaign_id, question_id, BankState.RETIRED):
            return False
        _sign(services, sql, campaign_id, question_id, operator_id, reason)
    return True


def _decide(sql: Connection, campaign_id: int, question_id: int, state: BankState) -> bool:
    """Whoever takes the draft out of its state has decided."""
    proposed = exists().where(Proposal.question_id == Question.id)
    draft = (Question.id == question_id, Question.campaign_id == campaign_id, Question.state == BankState.DRAFT.value)
    decided = update(Question).where(*draft, proposed).values(state=state.value).returning(Question.id)
    return sql.scalar(decided) is not None


def _sign(
    services: Services, sql: Connection, campaign_id: int, question_id: int, operator_id: int, reason: str | None
) -> None:
    now, kind = services.now().at, "proposal_refused" if reason else "proposal_accepted"
    signed = {"decided_at": now, "operator_id": operator_id, "reason": reason}
    sql.execute(update(Proposal).where(Proposal.question_id == question_id).values(**signed))
    told = {"question": question_id} | ({"why": reason} if reason else {})
    write_down(sql, campaign_id, now, of_operator(operator_id), kind, after=told)
