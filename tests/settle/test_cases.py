"""Judged case by case in SQL, or fan by fan in the domain: the same scores, to the last number, whatever was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from campaigns.db.models import Round, RunFan
from campaigns.db.records import Answer, Score
from campaigns.domain.rush import AnswerFacts, Verdict, drawing, judge
from campaigns.domain.rush_cases import Asked, Timed, Worth, worths
from campaigns.domain.rush_draw import drawn
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.settle import cases
from campaigns.settle.cases import judge_round
from campaigns.settle.projections import round_result, score_row
from campaigns.settle.record import judgement
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import single

OPENED_NS, MS = 5_000_000_000, 1_000_000
TIMES_NS = (0, 119_999_999, 120_000_000, 499_999_999, 500_000_000, 777_000_000, 777_999_999, 20_050_000_000)
EARLY_NS = -3_000_000  # a clock that was set right since
LOW, HIGH = 100, 300
EACH = 12


def rules_of(dice: Random, rule: Rule) -> RushRules:
    streak, lives, pot = dice.random() < 0.5, dice.randint(0, 1), dice.randint(0, 1000)
    return RushRules(rule, dice.randint(1, 4), streak, lives, pot, version=dice.randint(1, 2))


def round_of(dice: Random, show: Show, rules: RushRules, kind: str) -> Any:
    """One of the three rounds, or a warm-up after it, as a settlement reads it; judged before, or not yet."""
    row, warm_up = show.round(dice.randint(1, 3)), int(dice.random() < 0.2)
    body = {"kind": kind, "possible": dice.choice([0, 1000, 1005, 2000]), "low": LOW, "high": HIGH}
    asked = {"id": row.id, "run_id": show.run_id, "n": row.n, "warm_up": warm_up, "version": dice.choice([0, 0, 1])}
    choices = [] if kind == "estimate" else ["a", "b", "c"]
    closes_at, seed = show.clock.at, dice.randbytes(16)
    return SimpleNamespace(
        **asked, body=body, rules=rules.to_dict(), seed=seed, closes_at=closes_at, seconds=20, choice_order=choices
    )


def order_of(dice: Random, row: Any, fans: list[int]) -> Any:
    keys = {"single": {"right": ["a"]}, "multiple": {"right": ["a", "b"]}, "estimate": {"value": 186.5, "margin": 3.0}}
    asked = dice.sample(fans, dice.randint(0, 3))
    key = {"marks": [[fan, fan == asked[-1] and dice.random() < 0.7] for fan in asked]}
    voided = dice.random() < 0.1
    return SimpleNamespace(key=keys.get(row.body["kind"], key), voided=voided, version=row.version + 1, made_at=None)


def write_answers(sql: Connection, dice: Random, row: Any, fans: list[int]) -> None:
    for fan in dice.sample(fans, dice.randint(0, len(fans))):
        kind, allowance_ns = row.body["kind"], dice.choice([0, 777_777])
        places = {"single": [[0], [1]], "multiple": [[0, 1], [1, 0], [1], [0, 1, 2]]}.get(kind, [[]])
        value = dice.choice([180.4, 183.5, 186.5, 186.7, 190.0, 400.0, -1e-7]) if kind == "estimate" else None
        took_ns = dice.choice([*TIMES_NS, EARLY_NS]) + allowance_ns * dice.randint(0, 1)
        said = {"places": dice.choice(places), "value": value, "opened_ns": OPENED_NS, "allowance_ns": allowance_ns}
        whom = {"round_id": row.id, "fan_id": fan, "question_version_id": 1, "boot_id": "b", "receipt": "r"}
        sql.execute(insert(Answer).values(**whom, **said, received_ns=OPENED_NS + took_ns, received_at=row.closes_at))


def write_before(sql: Connection, dice: Random, row: Any, before: Any, fans: list[int]) -> None:
    """What the round before left some of them (all, or nobody), and who has been judged in this one already."""
    survival = row.rules["rule"] == Rule.SURVIVAL
    sql.execute(update(Round).where(Round.id == before.id).values(version=1))
    known = dice.choice([[], fans, dice.sample(fans, 5)])
    for fan in known if before.id != row.id else []:
        out = survival and dice.random() < 0.4
        fell = 1 if out and dice.random() < 0.7 else None
        carry = {"streak": dice.randint(0, 6), "out": out, "lives": dice.randint(0, 1), "fell": fell}
        sql.execute(insert(Score).values(**whom(before, fan), **carry))
    for fan in dice.sample(fans, 6) if row.version else []:
        sql.execute(insert(Score).values(**whom(row, fan), streak=0, out=False, lives=0))


def whom(row: Any, fan: int) -> dict[str, Any]:
    return {
        "round_id": row.id,
        "version": 1,
        "fan_id": fan,
        "run_id": row.run_id,
        "score": 0,
        "bonus": 0,
        "flagged": False,
    }


def some_come_and_go(sql: Connection, dice: Random, show: Show, fans: list[int]) -> None:
    """Who came after the close was not there; who was sent away after it was."""
    for fan in dice.sample(fans, 3):
        when = show.clock.at + timedelta(seconds=dice.choice([-1, 1]))
        column = dice.choice(["joined_at", "kicked_at"])
        mine = (RunFan.run_id == show.run_id) & (RunFan.fan_id == fan)
        sql.execute(update(RunFan).where(mine).values({column: when}))


def wanted_result(row: Any, order: Any, arguments: dict[str, Any], verdicts: list[Verdict]) -> dict[str, Any]:
    """The numbers of the result, from verdicts and answers one by one."""
    answers: list[AnswerFacts] = arguments["answers"]
    right = [verdict for verdict in verdicts if verdict.right]
    best = min(((v.elapsed_ms, v.fan) for v in right if not v.flagged), default=None)
    tied = None if order.voided or row.warm_up else drawing(arguments["rules"], arguments["key"], answers)
    line = drawn(arguments["rules"].version, row.seed, row.n, tied.fans, arguments["publics"]) if tied else []
    return {
        "answered": len(answers),
        "right": len(right),
        "silent": len(verdicts) - len(answers),
        "fastest": {"fan": best[1], "elapsed_ms": best[0]} if best else None,
        "draw": {"elapsed_ms": tied.elapsed_ms, "places": tied.places, "fans": line} if tied else None,
    }


def both_ways(show: Show, fans: list[int], dice: Random, rule: Rule, kind: str) -> None:
    """Nothing of it stays."""
    row = round_of(dice, show, rules_of(dice, rule), kind)
    order = order_of(dice, row, fans)
    with show.services.sql.connect() as sql:
        before = show.round(max(1, row.n - 1 + row.warm_up))
        write_before(sql, dice, row, before, fans)
        write_answers(sql, dice, row, fans)
        some_come_and_go(sql, dice, show, fans)
        arguments = judgement(sql, row, order)
        verdicts = judge(**arguments)
        result = round_result(row, judge_round(sql, row, order))
        stored = select(Score).where(Score.round_id == row.id, Score.version == order.version)
        held = {score.fan_id: dict(score._mapping) for score in sql.execute(stored)}
        assert held == {v.fan: score_row(row, order.version, v) for v in verdicts}
        wanted = wanted_result(row, order, arguments, verdicts)
        assert {name: result[name] for name in wanted} == wanted
        assert sum(result["counts"]) == sum(len(answer.places) or kind == "estimate" for answer in arguments["answers"])
        sql.rollback()


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("kind", ["single", "multiple", "estimate", "buzzer"])
def test_a_round_judged_by_cases_is_the_round_judged_fan_by_fan(stage: Stage, rule: Rule, kind: str) -> None:
    show, dice = stage(single(), single(), single()), Random(f"{rule}{kind}")
    fans = show.fans(*"甲乙丙丁戊己庚辛壬")
    for _ in range(EACH):
        both_ways(show, fans, dice, rule, kind)


def test_that_comparison_goes_red_where_a_case_is_worth_more(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    show = stage(single(), single(), single())
    fans = show.fans(*"甲乙丙丁戊己庚辛壬")

    def generous(asked: Asked, timed: Mapping[Timed, int]) -> dict[Timed, Worth]:
        return {case: worth._replace(score=worth.score + 1) for case, worth in worths(asked, timed).items()}

    monkeypatch.setattr(cases, "worths", generous)
    with pytest.raises(AssertionError):
        both_ways(show, fans, Random(1), Rule.FLAT, "single")
