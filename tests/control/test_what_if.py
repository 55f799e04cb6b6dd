"""What if: with the run's own rules it is the true board; with others it is another board, and nothing has been touched."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace

import pytest
from sqlalchemy import select, text

from campaigns.bootstrap import Services
from campaigns.control.people import kick
from campaigns.control.report.what_if import WhatIf, Wish, what_if
from campaigns.db.models import Base
from campaigns.db.records import Standing
from campaigns.domain.question import ChoiceKey
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.identity.operators import here
from tests.settle.test_rebuild import NAMES, multiple, random_rules, say_anything
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage
from tests.stage import QUICK, estimate, single


def everything(services: Services) -> dict[str, str]:
    """A digest of every row of every table, with the transaction that wrote it."""
    with services.sql.connect() as sql:
        query = "SELECT coalesce(string_agg(md5(x.xmin::text || x::text), '' ORDER BY x::text), '') FROM {} x"
        tables = sorted(Base.metadata.tables)
        return {
            name: hashlib.sha256((sql.scalar(text(query.format(f'"{name}"'))) or "").encode()).hexdigest()
            for name in tables
        }


def asked(show: Show, wish: Wish) -> WhatIf:
    """Asked, and the record compared byte by byte."""
    before = everything(show.services)
    found = what_if(show.services, show.run_id, wish, here)
    assert everything(show.services) == before
    return found


def true_board(show: Show) -> list[tuple[int, int]]:
    rows = show.rows(select(Standing).where(Standing.run_id == show.run_id).order_by(Standing.rank, Standing.fan_id))
    return [(row.rank, row.score) for row in rows]


@pytest.mark.parametrize("seed", range(4))
def test_with_its_own_rules_a_run_comes_to_its_own_board(stage: Stage, seed: int) -> None:
    dice = random.Random(100 + seed)
    rules = random_rules(dice)
    questions = [single(), multiple(), estimate(), single()]
    show = stage(*questions, rules=rules)
    fans = show.fans(*NAMES)
    for n, question in enumerate(questions, start=1):
        show.ask()
        for fan in fans:
            say_anything(show, dice, fan, str(question.kind))
        show.close()
        show.settle_all()
        show.next()
        if n == 1:
            fans.append(show.fan("迟到"))
            kick(show.services, show.run_id, show.public(fans.pop(0)), ACTOR)
        if n == 2 and seed % 2:
            show.void(1)
            show.settle_all()
        if n < len(questions):
            show.next()
    found = asked(show, Wish(rules))
    assert [(each.rank, each.score) for each in found.would] == true_board(show)
    assert found.moved == 0 and found.of == len(true_board(show)) > 3
    assert found.would == found.true


def test_another_rule_gives_another_board_beside_the_true_one(stage: Stage) -> None:
    show = stage(single(), rules=QUICK)
    quick, slow, wrong = show.fans("快", "慢", "错")
    show.play({quick: ("b", 600), slow: ("b", 4000), wrong: ("a", 700)})
    flat = asked(show, Wish(replace(QUICK, rule=Rule.FLAT)))
    assert [(each.name, each.rank, each.score) for each in flat.would] == [
        ("快", 1, 1000),
        ("慢", 2, 1000),
        ("错", 3, 0),
    ]
    first = asked(show, Wish(replace(QUICK, rule=Rule.FIRST_N, first_n=1)))
    assert [each.score for each in first.would] == [1000, 100, 0]
    survival = asked(show, Wish(replace(QUICK, rule=Rule.SURVIVAL, pot=1001)))
    assert [each.score for each in survival.would] == [500, 500, 0]
    assert [each.was_score for each in survival.true] == [985, 900, 0]
    assert {each.was_score for each in survival.would} == {985, 900, 0}


def test_another_key_makes_others_right(stage: Stage) -> None:
    show = stage(single(), single(), rules=RushRules(Rule.FLAT, streak=True, lead_ms=300, reading_min_ms=0))
    one, other = show.fans("甲", "乙")
    show.play({one: ("b", 600), other: ("a", 600)})
    show.next()
    show.play({one: ("b", 600), other: ("b", 700)})
    rules = RushRules.from_dict(show.run().rules)
    found = asked(show, Wish(rules, 1, ChoiceKey(frozenset("a"))))
    assert [(each.name, each.score, each.was_score) for each in found.would] == [("乙", 2100, 1000), ("甲", 1000, 2100)]
    assert found.moved == 2


def test_a_void_question_counts_again_once_it_is_given_a_key(stage: Stage) -> None:
    show = stage(single())
    fan = show.fan("甲")
    show.play({fan: ("c", 600)})
    show.void(1)
    show.settle_all()
    found = asked(show, Wish(QUICK, 1, ChoiceKey(frozenset("c"))))
    assert [(each.score, each.was_score) for each in found.would] == [(985, 0)]


def test_ties_at_the_cut_are_drawn_by_the_run_s_own_lots(stage: Stage) -> None:
    """A run that was played by `first_n` drew lots; asked by speed and back again, the same fan wins."""
    rules = replace(QUICK, rule=Rule.FIRST_N, first_n=1)
    drawn = stage(single(), rules=rules)
    drawn.play({fan: ("b", 800) for fan in drawn.fans("一", "二", "三")})
    with drawn.services.sql.begin() as sql:
        sql.execute(text('UPDATE run SET rules = rules || \'{"rule": "flat"}\' WHERE id = :run'), {"run": drawn.run_id})
    found = asked(drawn, Wish(rules))
    assert found.would == found.true and sorted(each.score for each in found.would) == [100, 100, 1000]
