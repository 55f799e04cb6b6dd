"""The one big *next*, and what the clock does by itself, with time in the test's hand."""

from __future__ import annotations

from sqlalchemy import select

from campaigns.control.conduct import Moved, cancel, press_next, set_switches
from campaigns.db.records import Event
from campaigns.domain.answer import Outcome, Said
from campaigns.domain.round import RoundState
from campaigns.domain.run import RunState, Scene
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.play.answer import Ack, Arrival, acknowledge, answer
from campaigns.play.live import load_live
from campaigns.settle.due import close_answered, keep_time, work_due
from tests.conftest import FakeTime
from tests.show import ACTOR, PATIENCE_S, go
from tests.show_fixtures import Stage
from tests.stage import single

READING = RushRules(lead_ms=1500, reading_min_ms=4000, reading_max_ms=4000)


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
    assert not show.settle(1) and show.versions(1) == [1] and show.round(1).version == 0
    assert show.round(1).id not in {row_id for _, row_id in work_due(show.services).jobs}
    assert (show.run().state, show.run().scene) == (RunState.CANCELLED, Scene.CANCELLED)
    assert show.next() is Moved.NOTHING and cancel(show.services, show.run_id, ACTOR) is Moved.STALE


def test_cancelling_ends_the_question_that_is_open_and_nothing_of_it_counts(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single(), single())
    quick, slow, late = show.fans("快", "慢", "迟")
    show.ask()
    assert show.say(quick, "b", after_ms=500).outcome is Outcome.RECORDED
    on_its_way = show.begin(slow, "b", after_ms=900)  # it may be recorded or not, but is told the truth
    assert cancel(show.services, show.run_id, ACTOR) is Moved.MOVED
    told = on_its_way if isinstance(on_its_way, Ack) else acknowledge(on_its_way.result(PATIENCE_S))
    assert (told.outcome is Outcome.RECORDED) == (slow in show.answers(1))
    assert show.say(late, "b", after_ms=901).outcome is Outcome.TOO_LATE and late not in show.answers(1)
    assert show.say(quick, "c", after_ms=902).outcome is Outcome.DUPLICATE  # the receipt stays good
    packet = show.scene()
    assert (packet["scene"], packet["round"], packet["reveal"]) == ("cancelled", None, None)
    assert (show.round(1).state, show.round(2).state) == (RoundState.VOID, RoundState.SCHEDULED)
    go(fake_time, 60)
    assert not keep_time(show.services, show.run_id) and not close_answered(
        show.services, show.run_id, show.round(1).id
    )
    assert not show.settle(1) and show.versions(1) == [] and show.totals() == {}
    last = select(Event.kind, Event.payload).where(Event.run_id == show.run_id).order_by(Event.seq.desc()).limit(1)
    assert tuple(show.row(last)) == ("cancelled", {"round": show.round(1).id})


def test_an_answer_that_a_cancel_overtook_in_the_journal_is_not_recorded(stage: Stage) -> None:
    """The gate in memory is a moment behind; the record's own word is the state of the round."""
    show = stage()
    fan = show.fan("小明")
    show.ask()
    gate = load_live(show.services, show.run_id).gate
    assert gate is not None and gate.clock is not None and gate.taking
    cancel(show.services, show.run_id, ACTOR)
    arrival = Arrival(gate.clock.opens_ns + 1_000_000, None, 0)
    said = answer(show.services, show.journal, gate, fan, Said((1,)), arrival)
    assert not isinstance(said, Ack) and said.result(PATIENCE_S).outcome is Outcome.TOO_LATE
    assert show.answers(1) == {}


def test_of_a_cancelled_run_nothing_is_corrected_or_voided_any_more(stage: Stage) -> None:
    show = stage(single(), single())
    fan = show.fan("小明")
    show.play({fan: ("b", 1000)})
    cancel(show.services, show.run_id, ACTOR)
    assert (show.correct(1, "c"), show.void(1), show.void(2)) == ("stale", "stale", "stale")
    assert show.versions(1) == [1] and show.totals() == {fan: (975, 1)} and show.round(1).state == RoundState.REVEALED


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
