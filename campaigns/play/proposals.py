"""Use cases of a fan who proposes questions: one more, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from campaigns.bootstrap import Services
from campaigns.control.bank_writing import add_question
from campaigns.db.bank import QuestionStat
from campaigns.db.models import Participation, Question, QuestionVersion
from campaigns.db.proposals import Proposal
from campaigns.domain.bank import BankState
from campaigns.domain.proposal import MOST_OPEN, ProposalState, Typed, proposed
from campaigns.domain.question import Words
from campaigns.play.seat import Seat

SHOWN = 30


class Proposing(StrEnum):
    PROPOSED = "proposed"
    TOO_MANY = "too_many"
    NOT_HERE = "not_here"  # no place in the campaign, or banned from it


@dataclass(frozen=True, slots=True)
class OwnProposal:
    """`reason`: why it was refused, in the operator's words. `asked`: how often it has been played."""

    text: Words
    state: ProposalState
    reason: str | None
    asked: int


def propose(services: Services, seat: Seat, typed: Typed) -> Proposing:
    """Into the bank, as a draft with this fan as its author. BadInput when it cannot be played as it is."""
    question, now = proposed(typed), services.now().at
    with services.sql.begin() as sql:
        if not _alone(sql, seat):
            return Proposing.NOT_HERE
        if open_count(sql, seat.campaign_id, seat.fan_id) >= MOST_OPEN:
            return Proposing.TOO_MANY
        question_id = add_question(sql, seat.campaign_id, question, now, state=BankState.DRAFT)
        sql.execute(update(Question).where(Question.id == question_id).values(author_fan_id=seat.fan_id))
        sql.execute(insert(Proposal).values(question_id=question_id, run_id=seat.run_id, proposed_at=now))
    return Proposing.PROPOSED


def own_proposals(services: Services, fan_id: int) -> tuple[OwnProposal, ...]:
    """The newest first."""
    newest = (QuestionVersion.question_id == Question.id) & (QuestionVersion.n == Question.n)
    own = (
        select(QuestionVersion.body["text"].label("text"), Question.state, Proposal.reason, Proposal.decided_at)
        .add_columns(func.coalesce(QuestionStat.asked, 0).label("asked"))
        .join(Question, Question.id == Proposal.question_id)
        .join(QuestionVersion, newest)
        .outerjoin(QuestionStat, QuestionStat.question_id == Question.id)
        .where(Question.author_fan_id == fan_id)
    )
    with services.reading() as sql:
        rows = sql.execute(own.order_by(Proposal.proposed_at.desc(), Proposal.question_id.desc()).limit(SHOWN)).all()
    return tuple(OwnProposal(row.text, state_of(row), row.reason, row.asked) for row in rows)


def state_of(row: Any) -> ProposalState:
    """Of `question.state` and `proposal.reason`: the bank has the last word, however a question came to be played."""
    if row.reason is not None:
        return ProposalState.REFUSED
    by_state = {BankState.DRAFT: ProposalState.OPEN, BankState.REVIEWED: ProposalState.ACCEPTED}
    return by_state.get(BankState(row.state), ProposalState.RETIRED)


def open_count(sql: Connection, campaign_id: int, fan_id: int) -> int:
    mine = select(func.count()).select_from(Proposal).join(Question, Question.id == Proposal.question_id)
    undecided = (Question.state == BankState.DRAFT.value) & Proposal.reason.is_(None)
    here = (Question.campaign_id == campaign_id) & (Question.author_fan_id == fan_id)
    return sql.scalar(mine.where(here, undecided)) or 0


def _alone(sql: Connection, seat: Seat) -> bool:
    """The lock on the fan's place: of proposals sent at once one is counted after the other. False: no place, or banned."""
    place = (Participation.campaign_id == seat.campaign_id) & (Participation.fan_id == seat.fan_id)
    here = select(Participation.fan_id).where(place, Participation.banned_at.is_(None))
    return sql.scalar(here.with_for_update(key_share=True)) is not None
