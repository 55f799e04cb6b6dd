"""A buzzer round on real SQL: presses, marks, the judgement by them, and corrections of it."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.control.buzzing import correct_marks, mark, nobody
from campaigns.control.conduct import Moved
from campaigns.control.desk import desk_view
from campaigns.control.keys import KeyOutcome
from campaigns.control.pauses import pause, resume
from campaigns.control.people import kick
from campaigns.db.records import Award, Event, Settlement
from campaigns.domain.answer import Outcome
from campaigns.domain.buzzer import MOST_ASKED
from campaigns.domain.errors import BadInput
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.play.seat import seat_of
from campaigns.play.standing import own_standing
from campaigns.settle.awards import award_badges
from campaigns.settle.rebuild import recompute
from tests.show import ACTOR, PATIENCE_S, Show, go
from tests.show_fixtures import Stage
from tests.stage import buzzer, single

MOVED, STALE = KeyOutcome.MOVED, KeyOutcome.STALE
FLAT = RushRules(Rule.FLAT, streak=True, lead_ms=300, reading_min_ms=0, reading_max_ms=300)


def marked(show: Show, fan: int, *, right: bool) -> KeyOutcome:
    return mark(show.services, show.run_id, show.run().round_id, show.public(fan), ACTOR, right=right)


def told(show: Show) -> list[tuple[str, int, bool | None]]:
    """(name, rank, mark) of who is shown."""
    return [(row["name"], row["rank"], row["right"]) for row in show.scene()["buzz"]["rows"]]


def step(show: Show) -> str:
    return desk_view(show.services, show.run_id).next.step


@pytest.fixture
def three(stage: Stage) -> tuple[Show, int, int, int]:
    """A buzzer question is open; 小明 pressed first, then 小华, then 小红."""
    show = stage(buzzer(), single(), rules=FLAT)
    ming, hua, hong = show.fans("小明", "小华", "小红")
    show.ask()
    for fan, after_ms in ((hua, 310), (ming, 250), (hong, 400)):
        assert show.say(fan, after_ms=after_ms).outcome is Outcome.RECORDED
    return show, ming, hua, hong


def test_wrong_passes_to_the_next_and_right_ends_the_round(three: tuple[Show, int, int, int]) -> None:
    show, ming, hua, hong = three
    assert told(show) == [("小明", 1, None), ("小华", 2, None), ("小红", 3, None)]
    assert show.scene()["buzz"]["speaks"] == show.public(ming)
    assert marked(show, hua, right=True) is STALE  # it is not their turn
    assert marked(show, ming, right=False) is MOVED and marked(show, ming, right=False) is STALE
    assert show.scene()["scene"] == "open" and show.scene()["buzz"]["speaks"] == show.public(hua)
    assert marked(show, hua, right=True) is MOVED and show.run().scene == "closed"
    assert marked(show, hong, right=True) is STALE and show.say(hong, after_ms=9000).outcome is Outcome.DUPLICATE
    show.settle_all()
    assert show.next() is Moved.MOVED and show.run().scene == "reveal"
    assert show.scores(1) == {ming: 0, hua: 1000, hong: 0}
    assert told(show) == [("小明", 1, False), ("小华", 2, True), ("小红", 3, None)]
    assert show.scene()["buzz"]["speaks"] is None and show.scene()["reveal"]["right"] == 1
    assert recompute(show.services, show.run_id).differences == []


def test_the_round_closes_by_time_and_waits_for_its_marks(three: tuple[Show, int, int, int]) -> None:
    show, ming, hua, hong = three
    show.close()
    assert step(show) == "mark" and show.next() is Moved.KEY_NEEDED
    assert show.scene()["round"]["waiting"] == "key"
    for fan in (ming, hua, hong):
        assert marked(show, fan, right=False) is MOVED
    assert step(show) == "nobody" and show.next() is Moved.MOVED
    assert step(show) == "wait"
    show.settle_all()
    assert show.next() is Moved.MOVED
    assert set(show.scores(1).values()) == {0} and show.scene()["reveal"]["right"] == 0


def test_nobody_more_is_asked_when_the_desk_says_so(three: tuple[Show, int, int, int]) -> None:
    show, ming, _, _ = three
    marked(show, ming, right=False)
    assert nobody(show.services, show.run_id, show.run().round_id, ACTOR) is MOVED
    assert nobody(show.services, show.run_id, show.run().round_id, ACTOR) is STALE
    show.settle_all()
    assert show.next() is Moved.MOVED and [each[2] for each in told(show)] == [False, None, None]


def test_a_buzzer_that_nobody_pressed_ends_by_the_next_press(stage: Stage) -> None:
    show = stage(buzzer(), single())
    show.fan("小明")
    show.ask()
    show.close()
    assert step(show) == "nobody" and show.next() is Moved.MOVED
    show.settle_all()
    assert show.next() is Moved.MOVED and show.scene()["reveal"]["silent"] == 1


def test_an_early_press_stands_in_the_record_beside_the_press_that_counts(stage: Stage) -> None:
    show = stage(buzzer())
    ming = show.fan("小明")
    show.ask()
    opens_ns = show.round(1).opens_ns
    assert show.say(ming, after_ms=-40).outcome is Outcome.EARLY
    assert show.say(ming, after_ms=40, rtt_ms=100).outcome is Outcome.EARLY  # left the phone before the opening
    assert show.say(ming, after_ms=249, early_ns=opens_ns - 9).outcome is Outcome.LOCKED
    assert show.answers(1) == {}
    assert show.say(ming, after_ms=250, early_ns=opens_ns - 9).outcome is Outcome.RECORDED
    assert show.answers(1)[ming].early_ns == opens_ns - 9


def test_a_streak_neither_breaks_nor_grows_for_who_was_not_right(stage: Stage) -> None:
    show = stage(single(), buzzer(), single(), rules=FLAT)
    ming, hua, hong = show.fans("小明", "小华", "小红")
    show.play({ming: ("b", 500), hua: ("b", 600), hong: ("b", 700)})
    assert show.next() is Moved.MOVED
    show.ask()
    show.say(ming, after_ms=200)
    show.say(hua, after_ms=300)
    marked(show, ming, right=False)
    marked(show, hua, right=True)
    show.settle_all()
    assert show.next() is Moved.MOVED and show.next() is Moved.MOVED
    assert show.scores(2) == {ming: 0, hua: 1100, hong: 0}
    show.play({fan: ("b", 500) for fan in (ming, hua, hong)})
    assert show.scores(3) == {ming: 1100, hua: 1200, hong: 1100}


def test_a_correction_judges_again_and_what_follows_with_it(three: tuple[Show, int, int, int]) -> None:
    show, ming, hua, hong = three
    round_id = show.run().round_id
    marked(show, ming, right=True)
    show.settle_all()
    show.next(), show.next()
    show.play({ming: ("b", 500), hua: ("b", 500)})
    assert show.scores(2) == {ming: 1100, hua: 1000, hong: 0}

    def fix(public: str | None) -> KeyOutcome:
        return correct_marks(show.services, show.run_id, round_id, public, ACTOR, "misheard")

    assert fix(show.public(hua)) is MOVED and fix(None) is STALE  # it is being judged
    show.settle_all()
    assert show.scores(1) == {ming: 0, hua: 1000, hong: 0} and show.scores(2) == {ming: 1000, hua: 1100, hong: 0}
    assert show.versions(1) == [1, 2] and recompute(show.services, show.run_id).differences == []
    with pytest.raises(BadInput):
        fix(show.public(show.fan("小李")))
    assert fix(None) is MOVED
    show.settle_all()
    assert set(show.scores(1).values()) == {0}


def test_who_was_sent_away_is_not_asked(three: tuple[Show, int, int, int]) -> None:
    show, ming, hua, _ = three
    kick(show.services, show.run_id, show.public(ming), ACTOR)
    assert show.scene()["buzz"]["speaks"] == show.public(hua)
    assert [each[0] for each in told(show)] == ["小华", "小红"]


def test_nothing_is_marked_while_the_clock_stands_still_or_of_another_round(three: tuple[Show, int, int, int]) -> None:
    show, ming, _, _ = three
    assert pause(show.services, show.run_id, ACTOR)
    assert marked(show, ming, right=True) is STALE
    assert resume(show.services, show.run_id, ACTOR)
    other = show.round(2).id
    with pytest.raises(BadInput):
        mark(show.services, show.run_id, other, show.public(ming), ACTOR, right=True)
    assert marked(show, ming, right=True) is STALE  # it goes on in a moment
    go(show.clock, 2)
    assert marked(show, ming, right=True) is MOVED


def test_the_own_result_of_who_was_not_asked_is_neither_right_nor_wrong(three: tuple[Show, int, int, int]) -> None:
    show, ming, hua, _ = three
    marked(show, ming, right=True)
    show.settle_all()
    show.next()
    seats = [seat_of(show.services, show.run().code, fan) for fan in (ming, hua)]
    first, second = (own_standing(show.services, seat) for seat in seats)  # type: ignore[arg-type]  # they sit
    assert first is not None and (first.right, first.gained, first.round_rank) == (True, 1000, 1)
    assert second is not None and (second.right, second.answered, second.gained) == (None, True, 0)


def test_honours_of_speed_are_not_for_a_thumb_at_the_buzzer(three: tuple[Show, int, int, int]) -> None:
    show, ming, hua, _ = three
    marked(show, ming, right=True)
    show.settle_all()
    show.next(), show.next()
    show.play({hua: ("b", 900)})
    show.to_the_end()
    assert award_badges(show.services, show.run_id)
    won = {(row.fan_id, row.badge) for row in show.rows(select(Award).where(Award.run_id == show.run_id))}
    assert {(hua, "fastest"), (hua, "first_blood")} <= won
    assert not {(ming, "fastest"), (ming, "first_blood")} & won


def test_two_hundred_presses_at_once_make_one_order(stage: Stage) -> None:
    show = stage(buzzer(), rules=FLAT)
    fans = show.fans(*(f"fan {n}" for n in range(20)))
    show.ask()
    dice = random.Random("presses")
    times = {fan: dice.choice([200, 200, 201, 350]) for fan in fans}
    start = threading.Barrier(20)

    def press(fan: int) -> list[Any]:
        start.wait(PATIENCE_S)
        return [show.say(fan, after_ms=times[fan] + 7 * n) for n in range(10)]

    with ThreadPoolExecutor(20) as pool:
        acks = [ack for acks in pool.map(press, fans) for ack in acks]
    assert sum(ack.outcome is Outcome.RECORDED for ack in acks) == 20
    assert sum(ack.outcome is Outcome.DUPLICATE for ack in acks) == 180
    rows = show.scene()["buzz"]["rows"]
    assert len(rows) == MOST_ASKED and show.scene()["buzz"]["rows"] == rows
    best = sorted(times.values())[:MOST_ASKED]
    assert [row["elapsed_ms"] for row in rows] == best
    assert [row["rank"] for row in rows] == [1 + best.index(ms) for ms in best]


@pytest.mark.race
def test_of_eight_desks_that_mark_at_once_one_does(three: tuple[Show, int, int, int]) -> None:
    show, ming, _, _ = three
    start = threading.Barrier(8)

    def press(n: int) -> KeyOutcome:
        start.wait(PATIENCE_S)
        return marked(show, ming, right=n % 2 == 0)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(press, range(8)))
    assert outcomes.count(MOVED) == 1
    events = show.rows(select(Event.payload).where(Event.run_id == show.run_id, Event.kind == "marked"))
    ordered = show.rows(select(Settlement.version).where(Settlement.round_id == show.round(1).id))
    assert len(events) == 1 and len(ordered) == int(events[0].payload["right"])
