"""Questions to come are moved, skipped and brought back; one that went wrong is asked again; and the open one gets more time."""

from __future__ import annotations

from sqlalchemy import select

from campaigns.control.conduct import Moved, press_next
from campaigns.control.extending import extend
from campaigns.control.pauses import pause
from campaigns.control.running_order import Ordered, redo, reorder
from campaigns.db.models import Round
from campaigns.db.records import Event
from campaigns.domain.answer import Outcome
from campaigns.domain.run import Scene
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.settle.rebuild import recompute
from tests.conftest import FakeTime
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import single

SURVIVAL = RushRules(rule=Rule.SURVIVAL, pot=1000, lead_ms=300, reading_min_ms=0, reading_max_ms=300)


def order(show: Show) -> list[int]:
    """Round ids in turn, the skipped ones left out."""
    rows = select(Round.id).where(Round.run_id == show.run_id, Round.n > 0).order_by(Round.n)
    return [row.id for row in show.rows(rows)]


def arrange(show: Show, before: list[int], after: list[int]) -> Ordered:
    return reorder(show.services, show.run_id, before, after, ACTOR)


def four(stage: Stage) -> tuple[Show, list[int]]:
    show = stage(*(single(f"第 {n} 题") for n in range(1, 5)))
    return show, order(show)


def test_a_skipped_question_is_not_asked_and_not_counted_and_can_come_back(stage: Stage) -> None:
    show, (one, two, three, four_) = four(stage)
    fan = show.fan("小明")
    show.play({fan: ("b", 900)})
    assert arrange(show, [two, three, four_], [three, four_]) is Ordered.MOVED
    assert arrange(show, [two, three, four_], [three, four_]) is Ordered.STALE  # pressed twice
    assert order(show) == [one, three, four_] and show.scene()["round"]["of"] == 3
    assert show.next() is Moved.MOVED
    n = show.play({fan: ("b", 900)})
    assert n == 2 and show.scene()["round"]["text"]["zh"] == "第 3 题" and show.scene()["round"]["id"] == str(three)
    assert arrange(show, [four_], [two, four_]) is Ordered.MOVED
    assert order(show) == [one, three, two, four_]
    assert show.next() is Moved.MOVED
    show.play({fan: ("b", 900)})
    assert show.scene()["round"]["id"] == str(two)
    assert recompute(show.services, show.run_id).differences == []
    kinds = [row.kind for row in show.rows(select(Event.kind).where(Event.run_id == show.run_id))]
    assert kinds.count("question_skipped") == kinds.count("question_brought_back") == 1


def test_questions_to_come_change_places_and_those_asked_keep_theirs(stage: Stage) -> None:
    show, (one, two, three, last) = four(stage)
    assert arrange(show, [one, two, three, last], [last, one, two, three]) is Ordered.MOVED
    show.play({})
    assert show.scene()["round"]["id"] == str(last)
    assert arrange(show, [one, two, three], [one, three, two]) is Ordered.MOVED
    assert order(show) == [last, one, three, two]
    for wrong in ([last, one, three, two], [one, one, two], [one, three, two], [one, 999_999]):
        assert arrange(show, [one, three, two], wrong) is Ordered.STALE
    assert order(show) == [last, one, three, two]


def test_a_press_of_next_from_before_a_change_of_the_order_is_stale(stage: Stage) -> None:
    show, ids = four(stage)
    seq = show.run().seq
    assert arrange(show, ids, ids[1:]) is Ordered.MOVED
    assert press_next(show.services, show.run_id, seq, ACTOR) is Moved.STALE


def test_a_run_keeps_a_question_and_after_skipping_the_rest_the_podium_comes(stage: Stage) -> None:
    show, ids = four(stage)
    assert arrange(show, ids, []) is Ordered.STALE
    show.play({show.fan("小明"): ("b", 900)})
    assert arrange(show, ids[1:], []) is Ordered.MOVED
    show.to_the_end()
    assert arrange(show, [], ids[1:]) is Ordered.STALE


def test_a_question_done_again_counts_once_and_from_its_new_round(stage: Stage) -> None:
    show, (one, two, *_) = four(stage)
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 900), hua: ("c", 900)})
    assert show.totals()[ming][0] > 0
    assert redo(show.services, show.run_id, one, ACTOR, "the screen was dark") is Ordered.MOVED
    assert redo(show.services, show.run_id, one, ACTOR, "the screen was dark") is Ordered.STALE
    show.settle_all()
    assert {score for score, _ in show.totals().values()} == {0}
    again = order(show)[1]
    assert order(show)[2] == two and len(order(show)) == 5
    assert show.next() is Moved.MOVED
    show.play({ming: ("c", 900), hua: ("b", 900)})
    assert show.scene()["round"]["id"] == str(again) and show.scene()["round"]["text"]["zh"] == "第 1 题"
    assert show.totals()[ming][0] == 0 and show.totals()[hua][0] > 0
    assert recompute(show.services, show.run_id).differences == []
    assert redo(show.services, show.run_id, two, ACTOR, "not asked yet") is Ordered.STALE


def test_an_open_question_done_again_takes_no_more_answers_in_its_old_round(stage: Stage) -> None:
    show, (one, *_) = four(stage)
    fan = show.fan("小明")
    show.ask()
    assert redo(show.services, show.run_id, one, ACTOR, "read out wrongly") is Ordered.MOVED
    assert show.say(fan, "b").outcome is Outcome.TOO_LATE
    show.settle_all()
    assert show.run().scene == Scene.REVEAL and show.scene()["reveal"]["changed"]["kind"] == "voided"
    assert show.next() is Moved.MOVED
    show.play({fan: ("b", 900)})
    assert show.scores(2)[fan] > 0


def test_in_survival_the_last_question_stays_the_last_once_it_is_asked(stage: Stage) -> None:
    show = stage(single("一"), single("二"), rules=SURVIVAL)
    one, two = order(show)
    fan = show.fan("小明")
    show.play({fan: ("b", 900)})
    assert arrange(show, [two], []) is Ordered.COUNTED
    assert show.next() is Moved.MOVED
    show.play({fan: ("b", 900)})
    assert show.totals()[fan][0] == 1000
    assert redo(show.services, show.run_id, one, ACTOR, "why") is Ordered.COUNTED
    assert redo(show.services, show.run_id, two, ACTOR, "why") is Ordered.MOVED
    show.settle_all()
    assert show.totals()[fan][0] == 0  # the pot waits for the new last question
    assert show.next() is Moved.MOVED
    show.play({fan: ("b", 900)})
    assert show.totals()[fan][0] == 1000


def test_ten_seconds_more_are_given_once_for_a_press_and_to_everybody(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single(seconds=20))
    fan = show.fan("小明")
    show.ask()
    row, seq = show.round(1), show.run().seq
    assert extend(show.services, show.run_id, row.id, 20, ACTOR)
    assert not extend(show.services, show.run_id, row.id, 20, ACTOR)
    assert (show.round(1).seconds, show.round(1).closes_ns) == (30, row.closes_ns + 10**10)
    assert (show.scene()["round"]["seconds"], show.scene()["round"]["closes_ms"]) == (
        30,
        (row.closes_ns + 10**10) / 1e6,
    )
    assert show.say(fan, "b", after_ms=30_000).outcome is Outcome.RECORDED
    assert pause(show.services, show.run_id, ACTOR) and extend(show.services, show.run_id, row.id, 30, ACTOR)
    assert press_next(show.services, show.run_id, seq, ACTOR) is Moved.STALE  # by the pause, not by the time
    assert show.next() is Moved.MOVED
    go(fake_time, 60)
    assert not extend(show.services, show.run_id, row.id, 40, ACTOR)  # over by the clock, though nobody has closed it
