"""The record of a round as the domain judges it: answers net of their allowance, the key as places, what fans carry.

Here fan by fan, for who judges again (`recompute`, what-if): one pass over the run's fans with their answer and their last
score beside them, streamed. A settlement reads the same rows as cases (cases.py).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select, text

from campaigns.db.models import Fan, Round
from campaigns.db.question_rows import marks_from
from campaigns.db.turns import before_it
from campaigns.domain.clock import RoundClock
from campaigns.domain.question import ValueKey
from campaigns.domain.rush import AnswerFacts, Carry, Key, PlacesKey, drawing
from campaigns.domain.rush_cases import Asked
from campaigns.domain.rush_rules import RushRules

NS_PER_MS = 1_000_000
CHUNK = 10_000

# Who was there when the round closed: later joins and kicks must not change what a recomputation finds. Answers of fans
# kicked before the close stay in the record but are not judged. A join can commit after the first judgement although it
# began before the close; so who was judged once, says that judgement (:judged), and only the first asks when they joined.
# Whoever has an answer was seated before it, so was seen; recomputing misses nobody's.
THERE = """
FROM run_fan f
LEFT JOIN answer a ON a.round_id = :round AND a.fan_id = f.fan_id
LEFT JOIN score s ON s.round_id = :before AND s.version = :version AND s.fan_id = f.fan_id
LEFT JOIN score j ON j.round_id = :round AND j.version = :judged AND j.fan_id = f.fan_id
WHERE f.run_id = :run
  AND (j.fan_id IS NOT NULL OR f.joined_at <= :cutoff AND (CAST(:judged AS int) IS NULL OR a.fan_id IS NOT NULL))
  AND (f.kicked_at IS NULL OR f.kicked_at > :cutoff)
"""
FACTS = text(f"""
SELECT f.fan_id, s.streak, s.out, s.lives, s.fell,
       a.places::text, a.value, a.opened_ns, a.received_ns, a.allowance_ns {THERE}
""").execution_options(yield_per=CHUNK)


def asked_of(sql: Connection, row: Row[Any], order: Row[Any]) -> Asked:
    """Round `row` as settlement `order` judges it."""
    later = select(Round.id).where(Round.run_id == row.run_id, Round.n > row.n, Round.warm_up == 0)
    last = row.warm_up == 0 and sql.scalar(later.limit(1)) is None
    key = None if order.voided else key_of(order.key, row.choice_order)
    counts = row.warm_up == 0
    return Asked(RushRules.from_dict(row.rules), row.body["possible"], row.seconds * 1000, key, row.n, last, counts)


def there(sql: Connection, row: Row[Any], order: Row[Any]) -> dict[str, Any]:
    """What THERE asks. `row.version` is the one that counts: an earlier settlement's, or when recomputing this one's; else 0."""
    before = sql.execute(select(Round.id, Round.version).where(Round.run_id == row.run_id, before_it(row))).first()
    left = {"before": before.id, "version": before.version} if before else {"before": None, "version": None}
    cutoff = row.closes_at or order.made_at
    return {"round": row.id, "run": row.run_id, "cutoff": cutoff, "judged": row.version or None, **left}


def judgement(sql: Connection, row: Row[Any], order: Row[Any]) -> dict[str, Any]:
    """Everything `judge` needs to judge round `row` by settlement `order`; reads the answers once."""
    answers, carries = _read_facts(sql, there(sql, row, order))
    asked = asked_of(sql, row, order)
    draw = drawing(asked.rules, asked.key, answers) if asked.counts else None
    return {
        "rules": asked.rules,
        "possible": asked.possible,
        "limit_ms": asked.limit_ms,
        "key": asked.key,
        "answers": answers,
        "carries": carries,
        "n": asked.n,
        "last": asked.last,
        "seed": row.seed,
        "publics": publics(sql, draw.fans) if draw else {},
        "voided": order.voided,
        "counts": asked.counts,
    }


def _read_facts(sql: Connection, whom: dict[str, Any]) -> tuple[list[AnswerFacts], dict[int, Carry | None]]:
    """The answers of those who were there, and of each of them what the round before left (None: not judged yet).

    What many fans share (the places said, what the round before left them, the opening) is one object.
    """
    places: dict[str, frozenset[int]] = {}
    clocks: dict[int, RoundClock] = {}
    same: dict[tuple[Any, ...], Carry] = {}
    answers: list[AnswerFacts] = []
    carries: dict[int, Carry | None] = {}
    for fan, streak, out, lives, fell, said, value, opened_ns, received_ns, allowance_ns in sql.execute(FACTS, whom):
        carry = (streak, out, lives, fell)
        carries[fan] = None if streak is None else same.get(carry) or same.setdefault(carry, Carry(*carry))
        if said is None:
            continue
        chosen = places.get(said)
        chosen = places.setdefault(said, places_of(said)) if chosen is None else chosen
        clock = clocks.get(opened_ns) or clocks.setdefault(opened_ns, RoundClock(opened_ns, opened_ns))
        elapsed_ms = clock.elapsed_ns(received_ns, allowance_ns) // NS_PER_MS
        answers.append(AnswerFacts(fan, chosen, value, elapsed_ms))
    return answers, carries


def places_of(said: str) -> frozenset[int]:
    """Of an array as PostgreSQL writes it: {} or {0,2}."""
    return frozenset(int(place) for place in said[1:-1].split(",") if place)


def publics(sql: Connection, fans: list[int]) -> dict[int, str]:
    """Fan → public id, what lots are drawn by."""
    rows = sql.execute(select(Fan.id, Fan.public).where(Fan.id.in_(fans)))
    return {row.id: row.public for row in rows}


def key_of(stored: dict[str, Any] | None, order: list[str]) -> Key | None:
    """The stored key in the terms of the wire: places of the round's recorded order."""
    if stored is None:
        return None
    if "right" in stored:
        return PlacesKey(frozenset(order.index(choice) for choice in stored["right"]))
    if "marks" in stored:
        return marks_from(stored)
    return ValueKey(stored["value"], stored["margin"])
