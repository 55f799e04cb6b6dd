"""The one big *next*, and what the clock does by itself, with time in the test's hand."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text

from campaigns.control.conduct import Moved, cancel, press_next, set_switches
from campaigns.db.records import Event
from campaigns.domain.answer import Outcome
from campaigns.domain.run import RunState, Scene
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.settle.awards import award_badges
from campaigns.settle.due import close_answered, keep_time
from tests.conftest import FakeTime
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import single, words

READING = RushRules(lead_ms=1500, reading_min_ms=4000, reading_max_ms=4000)
PAIRS = 200  # about five seconds


def outline(packet: dict[str, Any]) -> dict[str, Any]:
    """The packet without what is the same in all of them."""
    return {name: packet[name] for name in ("scene", "round", "reveal", "board", "podium", "final")}


def test_next_walks_the_whole_run_scene_by_scene(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single("哪一款更重？", "b"), rules=READING)
    ming, hua = show.fans("小明", "小华")
    nothing: dict[str, Any] = dict.fromkeys(("round", "reveal", "board", "podium", "final"))
    run = show.scene()["run"]
    assert (run["rule"], run["rounds"], run["joined"], run["cap_ms"], run["rehearsal"]) == ("speed", 1, 2, 100, False)
    assert outline(show.scene()) == {**nothing, "scene": "lobby"}

    asked_ms = fake_time.ns / 1e6
    assert show.next() is Moved.MOVED
    sentence = {"n": 1, "of": 1, "kind": "single", "text": words("哪一款更重？"), "possible": 1000, "seconds": 20}
    sentence |= {"id": str(show.round(1).id), "rule": "speed", "first_n": None, "sealed": False, "last": True}
    hidden = dict.fromkeys(("opens_ms", "closes_ms", "choices", "unit", "low", "high", "image", "image_alt", "waiting"))
    reading = {**sentence, **hidden, "reading_until_ms": asked_ms + 2500}
    assert outline(show.scene()) == {**nothing, "scene": "reading", "round": reading}

    go(fake_time, 2.5)
    assert show.next() is Moved.MOVED
    opens = {"opens_ms": asked_ms + 4000, "closes_ms": asked_ms + 24_000, "unit": {}, "image_alt": {}}
    asked = {**reading, **opens, "choices": [words(f"选项 {name}") for name in show.round(1).choice_order]}
    assert outline(show.scene()) == {**nothing, "scene": "open", "round": asked}

    go(fake_time, 1.5)
    assert show.say(ming, "b", after_ms=2000, rtt_ms=20).outcome is Outcome.RECORDED
    assert show.say(hua, "a", after_ms=1000).outcome is Outcome.RECORDED
    assert outline(show.scene()) == {**nothing, "scene": "open", "round": asked}  # an answer changes nothing for others

    show.close(6)
    closed = {**asked, "closes_ms": asked_ms + 10_000, "waiting": "settling"}
    assert outline(show.scene()) == {**nothing, "scene": "closed", "round": closed}
    assert show.next() is Moved.WAITING
    assert show.settle(1)
    waiting = {**closed, "waiting": "reveal"}
    assert outline(show.scene()) == {**nothing, "scene": "closed", "round": waiting}

    assert show.next() is Moved.MOVED
    right, counts = show.place(1, "b"), [0, 0, 0, 0]
    counts[right], counts[show.place(1, "a")] = 1, 1
    told = {"version": 1, "places": [right], "value": None, "margin": None, "explanation": words("因为 b")}
    told |= {"counts": counts, "answered": 2, "right": 1, "silent": 0, "changed": None}
    told |= {"fastest": {"name": "小明", "elapsed_ms": 1990}}
    rows = [
        {
            "fan": show.public(ming),
            "name": "小明",
            "rank": 1,
            "before": None,
            "score": 950,
            "gained": 950,
            "out": False,
        },
        {"fan": show.public(hua), "name": "小华", "rank": 2, "before": None, "score": 0, "gained": 0, "out": False},
    ]
    board = {"of": 2, "top": rows, "histogram": [[0, 1], [950, 1]], "survivors": None, "changed": None}
    revealed = {**nothing, "round": {**closed, "waiting": None}, "reveal": told, "board": board}
    assert outline(show.scene()) == {**revealed, "scene": "reveal"}
    assert show.next() is Moved.MOVED
    assert outline(show.scene()) == {**revealed, "scene": "board"}

    shown = [{"rank": 1, "fan": show.public(ming), "name": "小明", "score": 950, "elapsed_ms": 1990}]
    for step in (0, 3, 2, 1):
        assert show.next() is Moved.MOVED
        podium = {"step": step, "rows": shown if step == 1 else []}
        assert outline(show.scene()) == {**nothing, "scene": "podium", "board": board, "podium": podium}
    assert show.next() is Moved.MOVED
    final = {**nothing, "scene": "final", "board": board, "podium": {"step": 1, "rows": shown}}
    assert outline(show.scene()) == {**final, "final": {"awards": False, "rate": 2.0}}
    assert award_badges(show.services, show.run_id)
    assert outline(show.scene()) == {**final, "final": {"awards": True, "rate": 2.0}}
    assert show.next() is Moved.NOTHING


def test_every_move_is_an_event_without_gaps_and_names_who_did_it(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    show.play({show.fan("小明"): ("b", 900)})
    events = show.rows(select(Event).where(Event.run_id == show.run_id).order_by(Event.seq))
    assert [row.seq for row in events] == list(range(1, len(events) + 1))
    kinds = ["lobby_opened", "asked", "opened", "closed", "settling_begun", "settled", "revealed"]
    assert [row.kind for row in events] == kinds
    assert [row.actor for row in events] == ["test", ACTOR, "clock", ACTOR, "worker", "worker", ACTOR]
    assert show.run().seq == events[-1].seq and show.scene()["seq"] == events[-1].seq


def test_a_double_press_moves_one_step(stage: Stage) -> None:
    show = stage(single(), single())
    seq = show.run().seq
    assert press_next(show.services, show.run_id, seq, ACTOR) is Moved.MOVED
    assert press_next(show.services, show.run_id, seq, ACTOR) is Moved.STALE
    assert show.run().scene == Scene.READING and show.run().seq == seq + 1


RESET = text("""
WITH fresh AS (UPDATE round SET state = 'scheduled' WHERE run_id = :run)
UPDATE run SET state = 'lobby', scene = 'lobby', round_id = NULL WHERE id = :run RETURNING seq
""")


def back_to_the_lobby(show: Show) -> int:
    """So that the same step can be raced for again; returns the seq both desks see."""
    with show.services.sql.begin() as sql:
        return int(sql.execute(RESET, {"run": show.run_id}).scalar_one())


def race(show: Show, pairs: int, press: Callable[[int, threading.Barrier], Moved]) -> list[tuple[list[Moved], int]]:
    """Two desks press in the same state, `pairs` times: their outcomes, and by how much seq went on."""
    barrier, inner = threading.Barrier(3), threading.Barrier(2)
    told, results = [back_to_the_lobby(show)], [Moved.NOTHING, Moved.NOTHING]

    def desk(place: int) -> None:
        for _ in range(pairs):
            barrier.wait(10)
            results[place] = press(told[0], inner)
            barrier.wait(10)

    desks = [threading.Thread(target=desk, args=(place,)) for place in range(2)]
    for thread in desks:
        thread.start()
    passed = []
    for _ in range(pairs):
        barrier.wait(10)
        barrier.wait(10)
        before, told[0] = told[0], back_to_the_lobby(show)
        passed.append((sorted(results), told[0] - before))
    for thread in desks:
        thread.join(10)
    return passed


ONE_STEP = (sorted([Moved.MOVED, Moved.STALE]), 1)


@pytest.mark.race
def test_two_desks_that_press_at_once_move_one_step_two_hundred_times_over(stage: Stage) -> None:
    show = stage()
    passed = race(show, PAIRS, lambda seq, _: press_next(show.services, show.run_id, seq, ACTOR))
    assert passed == [ONE_STEP] * PAIRS


@pytest.mark.race
def test_that_race_goes_red_for_desks_that_look_before_they_lock(stage: Stage) -> None:
    show = stage()

    def careless(seq: int, between: threading.Barrier) -> Moved:
        looked = show.run().seq == seq
        between.wait(10)
        if not looked:
            return Moved.STALE
        with show.services.transition(show.run_id) as change:
            change.record(show.run_id, "asked", ACTOR)
        return Moved.MOVED

    assert ONE_STEP not in race(show, 3, careless)


def test_the_opening_is_always_a_lead_ahead_however_late_the_timer_is(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(rules=READING)
    show.next()
    go(fake_time, 2.4)
    assert not keep_time(show.services, show.run_id)
    go(fake_time, 60)
    assert keep_time(show.services, show.run_id)
    row = show.round(1)
    assert row.opens_ns == fake_time.ns + 1_500_000_000
    assert row.closes_ns == row.opens_ns + 20_000_000_000
    assert not keep_time(show.services, show.run_id)


def test_a_round_closes_at_its_time_even_when_that_is_seen_late(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    fan = show.fan("压哨")
    show.ask()
    go(fake_time, 19.999)
    assert not keep_time(show.services, show.run_id)
    go(fake_time, 7)
    assert show.say(fan, "b", after_ms=20_000).outcome is Outcome.RECORDED  # on its way when nobody had looked
    planned = show.round(1).closes_ns
    assert keep_time(show.services, show.run_id)
    assert (show.round(1).state, show.round(1).closes_ns) == ("closed", planned)


def test_after_the_operator_has_closed_only_what_had_arrived_counts(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    early, late = show.fans("早", "晚")
    show.ask()
    show.close(4)
    assert show.say(early, "b", after_ms=3999).outcome is Outcome.RECORDED
    assert show.say(late, "b", after_ms=4001).outcome is Outcome.TOO_LATE
    assert show.settle(1) and set(show.answers(1)) == {early}
    assert show.say(late, "b", after_ms=3000).outcome is Outcome.TOO_LATE
    assert show.say(early, "c", after_ms=90_000).outcome is Outcome.DUPLICATE


def test_before_the_opening_nothing_is_taken(stage: Stage) -> None:
    show = stage(rules=READING)
    fan = show.fan("手快")
    show.next()
    assert show.say(fan, "b").outcome is Outcome.NOT_OPEN  # still reading
    show.next()
    assert show.say(fan, "b", after_ms=-1).outcome is Outcome.NOT_OPEN
    assert show.say(fan, "b", after_ms=0).outcome is Outcome.RECORDED


def test_a_round_closed_during_its_lead_takes_nobody(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(rules=READING)
    fan = show.fan("小明")
    show.next()
    show.next()
    assert show.next() is Moved.MOVED
    row = show.round(1)
    assert (row.state, row.closes_ns) == ("closed", row.opens_ns)
    assert show.say(fan, "b", after_ms=1).outcome is Outcome.TOO_LATE
    go(fake_time, 3)
    assert show.settle(1) and show.scores(1) == {fan: 0}


def test_a_round_closes_when_everybody_has_answered_only_if_the_switch_says_so(stage: Stage) -> None:
    show = stage(close_when_all=False)
    show.ask()
    round_id = show.round(1).id
    assert not close_answered(show.services, show.run_id, round_id)
    assert set_switches(show.services, show.run_id, ACTOR, close_when_all=True) is Moved.MOVED
    assert not close_answered(show.services, show.run_id, round_id + 1)  # not the current one
    assert close_answered(show.services, show.run_id, round_id)
    assert show.round(1).state == "closed" and not close_answered(show.services, show.run_id, round_id)


def test_the_first_n_right_answers_do_not_close_a_round(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(rules=RushRules(rule=Rule.FIRST_N, first_n=1, lead_ms=300, reading_min_ms=0, reading_max_ms=300))
    first, second = show.fans("第一", "第二")
    show.ask()
    show.say(first, "b", after_ms=800)
    go(fake_time, 1)
    assert not keep_time(show.services, show.run_id) and show.run().scene == "open"
    assert show.say(second, "b", after_ms=900).outcome is Outcome.RECORDED
    show.close()
    show.settle(1)
    assert show.scores(1) == {first: 1000, second: 100}


def test_with_auto_reveal_the_settling_reveals(stage: Stage) -> None:
    show = stage(auto_reveal=True)
    show.ask()
    show.close()
    assert show.run().scene == "closed"
    show.settle(1)
    assert (show.run().scene, show.round(1).state) == ("reveal", "revealed")


def test_a_cancelled_run_is_not_woken_by_a_settling_that_comes_after(stage: Stage) -> None:
    show = stage(auto_reveal=True)
    show.ask()
    show.close()
    assert cancel(show.services, show.run_id, ACTOR) is Moved.MOVED
    show.settle(1)
    assert (show.run().state, show.run().scene) == (RunState.CANCELLED, Scene.CANCELLED)
    assert show.next() is Moved.NOTHING and cancel(show.services, show.run_id, ACTOR) is Moved.STALE


def test_a_late_joiner_plays_from_the_next_question_on(stage: Stage) -> None:
    show = stage(single(), single())
    early = show.fan("早")
    show.play({early: ("b", 1000)})
    late = show.fan("晚")
    assert late not in show.scores(1)
    show.next()
    show.play({early: ("a", 1000), late: ("b", 1000)})
    assert show.totals() == {early: (975, 1), late: (975, 1)}


def test_in_survival_a_late_joiner_plays_for_fun(stage: Stage) -> None:
    rules = RushRules(rule=Rule.SURVIVAL, pot=9000, lead_ms=300, reading_min_ms=0, reading_max_ms=300)
    show = stage(single(), single(), rules=rules)
    early, other = show.fans("早", "另")
    show.play({early: ("b", 1000), other: ("b", 1000)})
    late = show.fan("晚")
    show.next()
    show.play({early: ("b", 1000), other: ("b", 1000), late: ("b", 700)})
    assert show.totals() == {early: (4500, 1), other: (4500, 1), late: (0, 3)}


def test_after_a_reboot_of_the_host_the_round_closes_by_wall_time(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    fan = show.fan("小明")
    show.ask()
    assert show.say(fan, "b").outcome is Outcome.RECORDED
    fake_time.boot_id, fake_time.ns = "the next boot", 5 * 10**9  # a monotonic clock begins anew
    go(fake_time, 19)
    assert not keep_time(show.services, show.run_id)
    go(fake_time, 2)
    assert keep_time(show.services, show.run_id)
    assert show.settle(1) and show.scores(1)[fan] > 0


def test_after_a_reboot_during_the_reading_the_choices_come_at_once(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(rules=READING)
    show.next()
    fake_time.boot_id, fake_time.ns = "the next boot", 5 * 10**9
    assert keep_time(show.services, show.run_id)
    row = show.round(1)
    assert (row.opens_ns, row.boot_id) == (5 * 10**9 + 1_500_000_000, "the next boot")
