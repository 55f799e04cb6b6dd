"""What a judgement builds on, in the turn of the rounds: always the question before, also behind and among warm-ups."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from campaigns.control.running_order import Ordered
from campaigns.control.warm_ups import typed, warm_up_typed
from campaigns.db.models import Round
from campaigns.db.records import Score
from campaigns.domain.rush_rules import Rule, RushRules
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage, stage
from tests.stage import single

__all__ = ["stage"]
QUICK: dict[str, Any] = {"lead_ms": 300, "reading_min_ms": 0, "reading_max_ms": 300}
SURVIVAL = RushRules(rule=Rule.SURVIVAL, pot=1000, lives=0, **QUICK)
LINE = typed("暖个场？", ["不", "是"], 1)


def put_in(show: Show) -> None:
    rows = show.rows(select(Round).where(Round.run_id == show.run_id, Round.state == "scheduled"))
    coming = [row.id for row in sorted(rows, key=lambda row: (row.n, row.warm_up))]
    assert warm_up_typed(show.services, show.run_id, coming, LINE, ACTOR) is Ordered.MOVED


def left(show: Show, n: int, warm_up: int) -> dict[int, tuple[int, bool, int, int | None]]:
    """Fan → what the judgement of this round says of streak, out, lives and where the fan fell."""
    here = select(Round).where(Round.run_id == show.run_id, Round.n == n, Round.warm_up == warm_up)
    row = show.row(here)
    judged = show.rows(select(Score).where(Score.round_id == row.id, Score.version == row.version))
    return {each.fan_id: (each.streak, each.out, each.lives, each.fell) for each in judged}


def test_a_warm_up_builds_on_the_question_before_it_and_the_next_question_too(stage: Stage) -> None:
    show = stage(single("一"), single("二"), single("三"), rules=SURVIVAL)
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 500), hua: ("a", 500)})
    put_in(show)
    put_in(show)
    show.next()  # the board; after a warm-up there is none
    show.play({hua: ("b", 500)})
    show.play({hua: ("b", 500)})
    after_one = left(show, 1, 0)
    assert [after_one[fan][1] for fan in (ming, hua)] == [False, True]
    assert left(show, 1, 1) == left(show, 1, 2) == after_one
    show.play({ming: ("b", 500), hua: ("b", 500)})
    assert left(show, 2, 0)[ming][0] == 2 and left(show, 2, 0)[hua] == (1, True, 0, 1)
