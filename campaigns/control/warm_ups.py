"""A warm-up: a question that counts nothing, put in at any moment, next in turn.

It is a round like any other, asked, answered, counted and revealed; only its settlement changes no total (campaigns/settle)
and it takes no number. So it can be moved, skipped, voided and asked again by what does that to questions. One of the
campaign's bank, or one line typed at the desk, which becomes a draft there: drawn for no play, and there to be mended.
A press carries the order it was pressed in, as a change of the order does: a double press puts in one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, insert, select

from campaigns.bootstrap import Services
from campaigns.control import bank
from campaigns.control.bank_writing import add_question
from campaigns.control.running_order import OPEN_ENDED, Ordered, open_ended_run, place, to_come
from campaigns.control.runs import round_values
from campaigns.db.events import Transition
from campaigns.db.models import Question, QuestionVersion, Round, Run
from campaigns.domain.bank import BankState
from campaigns.domain.errors import NotFound
from campaigns.domain.question import Choice, ChoiceKey, Kind, Words
from campaigns.domain.question import Question as Asked

SOURCE = "warm-up"
MOST_SHOWN = 8
KIND = "warm_up"


@dataclass(frozen=True, slots=True)
class InStock:
    id: str
    text: Words
    kind: str


def stock(services: Services, run_id: int, search: str = "") -> list[InStock]:
    """Reviewed questions of the campaign's bank that hold these words, the newest first."""
    with services.reading() as sql:
        campaign_id = sql.scalar(select(Run.campaign_id).where(Run.id == run_id)) or 0
    _, found = bank.search(services, campaign_id, bank.Wish(text=search.strip(), state=BankState.REVIEWED))
    keyed = [each for each in found if each.question.key is not None]
    return [InStock(str(each.id), each.question.text, each.question.kind.value) for each in keyed[:MOST_SHOWN]]


def typed(text: str, choices: list[str], right: int, text_en: str = "") -> Asked:
    """From one line and its choices, the same in both languages where there is no `text_en`.

    `add_question` raises BadInput on what is no question."""
    listed = tuple(Choice("abcdef"[place], {"zh": said, "en": said}) for place, said in enumerate(choices))
    key = ChoiceKey(frozenset({listed[right].id})) if right < len(listed) else None
    return Asked(Kind.SINGLE, {"zh": text, "en": text_en or text}, listed, key)


def warm_up_typed(services: Services, run_id: int, before: list[int], question: Asked, actor: str) -> Ordered:
    """Raises BadInput. `before`: round ids to come, as the desk saw them."""
    with services.transition(run_id) as change:
        if not _stands(change, run_id, before):
            return Ordered.STALE
        where = (change.sql, change.campaign_id)
        question_id = add_question(*where, question, change.now.at, state=BankState.DRAFT, source=SOURCE)
        return _put_in(change, run_id, _newest(change, question_id), actor)


def warm_up_from_bank(services: Services, run_id: int, before: list[int], question_id: int, actor: str) -> Ordered:
    """Raises NotFound, also for a question of another campaign."""
    with services.transition(run_id) as change:
        if not _stands(change, run_id, before):
            return Ordered.STALE
        return _put_in(change, run_id, _newest(change, question_id), actor)


def _stands(change: Transition, run_id: int, before: list[int]) -> bool:
    run = open_ended_run(change, run_id)
    return run.state in OPEN_ENDED and to_come(change, run).coming == before


def _newest(change: Transition, question_id: int) -> Row[Any]:
    newest = select(QuestionVersion).join(Question, Question.id == QuestionVersion.question_id)
    here = newest.where(Question.id == question_id, Question.campaign_id == change.campaign_id)
    version = change.sql.execute(here.where(QuestionVersion.n == Question.n)).one_or_none()
    if version is None or version.key is None:
        raise NotFound(f"question {question_id} with a key in the bank of this campaign")
    return version


def _put_in(change: Transition, run_id: int, version: Row[Any], actor: str) -> Ordered:
    run = open_ended_run(change, run_id)
    turns = to_come(change, run)
    lowest = change.sql.scalar(select(func.min(Round.n)).where(Round.run_id == run_id)) or 0
    values = round_values(run_id, min(0, lowest) - 1, version) | {"warm_up": 1}
    round_id = change.sql.execute(insert(Round).values(values).returning(Round.id)).scalar_one()
    turns.warm_ups.add(round_id)
    place(change, run, turns, [round_id, *turns.coming])
    change.record(run_id, KIND, actor, round=round_id)
    return Ordered.MOVED
