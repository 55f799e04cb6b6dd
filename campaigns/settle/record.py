"""The record of a round as the domain judges it: answers net of their allowance, the key as places, what fans carry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from campaigns.db.models import Round, RunFan
from campaigns.db.records import Answer, Score
from campaigns.domain.clock import RoundClock
from campaigns.domain.question import ValueKey
from campaigns.domain.rush import AnswerFacts, Carry, Key, PlacesKey
from campaigns.domain.rush_rules import RushRules

NS_PER_MS = 1_000_000


@dataclass(frozen=True)
class Judged:
    """`arguments` for `rush.judge`, and the answers once more for the distribution."""

    arguments: dict[str, Any]
    answers: list[AnswerFacts]
    key: Key | None


def judgement(sql: Connection, row: Row[Any], order: Row[Any]) -> Judged:
    """Everything `judge` needs to judge round `row` by settlement `order`; reads the answers once."""
    cutoff = row.closes_at or order.made_at
    answers = read_answers(sql, row, cutoff)
    key = key_of(order.key, row.choice_order)
    last = sql.scalar(select(Round.id).where(Round.run_id == row.run_id, Round.n > row.n).limit(1)) is None
    arguments = {
        "rules": RushRules.from_dict(row.rules),
        "possible": row.body["possible"],
        "limit_ms": row.seconds * 1000,
        "key": key,
        "answers": answers,
        "carries": read_carries(sql, row, cutoff),
        "n": row.n,
        "last": last,
        "seed": int.from_bytes(row.seed),
        "voided": order.voided,
    }
    return Judged(arguments, answers, key)


def there(run_id: int, cutoff: datetime) -> Any:
    """Who was in the run when the round closed. Later joins and kicks must not change what a recomputation finds."""
    stayed = RunFan.kicked_at.is_(None) | (RunFan.kicked_at > cutoff)
    return (RunFan.run_id == run_id) & (RunFan.joined_at <= cutoff) & stayed


def read_answers(sql: Connection, row: Row[Any], cutoff: datetime) -> list[AnswerFacts]:
    """Answers of those who were there; those of fans kicked before the close stay in the record but are not judged."""
    columns = (Answer.fan_id, Answer.places, Answer.value, Answer.opened_ns, Answer.received_ns, Answer.allowance_ns)
    answers = select(*columns).join(RunFan, (RunFan.fan_id == Answer.fan_id) & there(row.run_id, cutoff))
    rows = sql.execute(answers.where(Answer.round_id == row.id).order_by(Answer.fan_id))
    return [AnswerFacts(a.fan_id, frozenset(a.places), a.value, _elapsed_ms(a)) for a in rows]


def read_carries(sql: Connection, row: Row[Any], cutoff: datetime) -> dict[int, Carry | None]:
    """Every fan who was there, with what the round before left them; None where no round has judged them yet."""
    carries: dict[int, Carry | None] = dict.fromkeys(
        sql.scalars(select(RunFan.fan_id).where(there(row.run_id, cutoff)))
    )
    before = select(Score).join(Round, (Round.id == Score.round_id) & (Round.version == Score.version))
    for score in sql.execute(before.where(Round.run_id == row.run_id, Round.n == row.n - 1)):
        if score.fan_id in carries:
            carries[score.fan_id] = Carry(score.streak, score.out, score.lives, score.fell)
    return carries


def key_of(stored: dict[str, Any] | None, order: list[str]) -> Key | None:
    """The stored key in the terms of the wire: places of the round's recorded order."""
    if stored is None:
        return None
    if "right" in stored:
        return PlacesKey(frozenset(order.index(choice) for choice in stored["right"]))
    return ValueKey(stored["value"], stored["margin"])


def _elapsed_ms(answer: Any) -> int:
    clock = RoundClock(answer.opened_ns, answer.received_ns)
    return clock.elapsed_ns(answer.received_ns, answer.allowance_ns) // NS_PER_MS
