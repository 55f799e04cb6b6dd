"""P: every clock stops, and goes on with the same time left for everybody. Through the real gate, journal and settlement."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import Row, select, update

from campaigns.control import pauses
from campaigns.control.conduct import Moved, press_next
from campaigns.control.pauses import pause, resume
from campaigns.db.events import Transition
from campaigns.db.journal import commit
from campaigns.db.models import Round
from campaigns.db.records import Event
from campaigns.domain.answer import Outcome
from campaigns.domain.clock import Timing
from campaigns.domain.round import RoundState
from campaigns.domain.run import RunState, Scene
from campaigns.play.live import load_live
from campaigns.settle.due import close_answered, keep_time, runs_in_time
from campaigns.settle.rebuild import recompute
from tests.conftest import FakeTime
from tests.db.entries import entry_of, until, waits_for_a_lock
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import QUICK, single

S = 10**9
LEAD_S = QUICK.lead_ms / 1000


def stop(show: Show, for_s: float) -> None:
    """A pause that takes `for_s` in all, its announcement included."""
    assert pause(show.services, show.run_id, ACTOR)
    go(show.clock, for_s - LEAD_S)
    assert resume(show.services, show.run_id, ACTOR)
    go(show.clock, LEAD_S)


def test_what_everybody_took_is_the_same_with_two_pauses_as_without_any(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single(seconds=20))
    before, between, last = show.fans("早", "中", "晚")
    n = show.ask()
    show.say(before, "b", after_ms=1_000)
    go(fake_time, 2)
    stop(show, 60)
    show.say(between, "b", after_ms=63_000, rtt_ms=40)
    go(fake_time, 4)  # six seconds of clock
    stop(show, 7.5)
    assert show.say(last, "b", after_ms=87_500).outcome is Outcome.RECORDED  # the very end: 20 s and 67.5 of pauses
    assert show.say(show.fan("太晚"), "b", after_ms=87_501).outcome is Outcome.TOO_LATE
    go(fake_time, 14.1)
    assert keep_time(show.services, show.run_id)
    go(fake_time, 0.2)
    assert show.settle(n)
    rows = show.answers(n)
    taken = {fan: (row.received_ns - row.opened_ns) / 1e6 for fan, row in rows.items()}
    assert taken == {before: 1_000, between: 3_000, last: 20_000}
    assert show.scores(n)[before] == 975 and show.scores(n)[between] == 926 and show.scores(n)[last] == 500
    assert recompute(show.services, show.run_id).differences == []


def test_while_it_is_paused_nothing_is_taken_and_nothing_closes(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single(seconds=20), close_when_all=True)
    fan = show.fan("小明")
    show.ask()
    assert pause(show.services, show.run_id, ACTOR)
    assert show.run().state == RunState.PAUSED and show.run().scene == Scene.OPEN
    assert show.scene()["pause"] == {"left_ms": 20_000, "until_ms": None}
    go(fake_time, 300)
    assert show.say(fan, "b", after_ms=300_000).outcome is Outcome.PAUSED
    assert not keep_time(show.services, show.run_id) and show.run_id not in runs_in_time(show.services)
    assert not close_answered(show.services, show.run_id, show.round(1).id)
    assert load_live(show.services, show.run_id).due_ns is None
    assert show.answers(1) == {} and show.round(1).state == RoundState.OPEN
    assert resume(show.services, show.run_id, ACTOR)
    until_ms = show.scene()["pause"]["until_ms"]
    assert until_ms == fake_time.ns / 1e6 + QUICK.lead_ms
    assert show.say(fan, "b", after_ms=300_000 + QUICK.lead_ms - 1).outcome is Outcome.PAUSED
    assert not close_answered(show.services, show.run_id, show.round(1).id)
    assert show.say(fan, "b", after_ms=300_000 + QUICK.lead_ms).outcome is Outcome.RECORDED
    assert show.say(fan, "c", after_ms=300_000 + QUICK.lead_ms + 5).outcome is Outcome.DUPLICATE


def test_a_process_that_has_not_heard_of_the_pause_stores_nothing_in_it(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single(seconds=20))
    fan, other = show.fans("小明", "小华")
    show.ask()
    deaf = load_live(show.services, show.run_id).gate
    go(fake_time, 3)
    assert pause(show.services, show.run_id, ACTOR)
    row = show.round(1)
    assert deaf is not None and deaf.clock is not None and deaf.clock.accepts(row.opens_ns + 4 * S) is Timing.IN_TIME
    late, early = (
        entry_of(show, fan, received_ns=row.opens_ns + 4 * S),
        entry_of(show, other, received_ns=row.opens_ns + S),
    )
    told = commit(show.services.answers_sql, [late, early], show.services.now())
    assert [each.outcome for each in told] == [Outcome.PAUSED, Outcome.RECORDED]  # the other had come before it


def unlocked(change: Transition, round_id: int | None) -> Row[Any] | None:
    """The guard off: the pause only waits when it writes its mark."""
    return change.sql.execute(select(Round).where(Round.id == round_id)).one_or_none()


@pytest.mark.race
@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "goes red without"])
def test_a_pause_begins_after_the_batch_that_it_has_to_wait_for(
    stage: Stage, fake_time: FakeTime, monkeypatch: pytest.MonkeyPatch, guarded: bool
) -> None:
    """So no stored answer was received in a pause: what is under way came before it, or finds its mark."""
    show = stage(single(seconds=20))
    show.ask()
    if not guarded:
        monkeypatch.setattr(pauses, "_running", unlocked)
    pressed_ns = fake_time.ns
    pressed = threading.Thread(target=pause, args=(show.services, show.run_id, ACTOR))
    with show.services.sql.begin() as batch:
        batch.execute(select(Round).where(Round.id == show.round(1).id).with_for_update(read=True))
        pressed.start()
        until(lambda: waits_for_a_lock(show.services.answers_sql))
        go(fake_time, 2)
    pressed.join(60)
    assert (show.round(1).pauses == [pressed_ns + 2 * S]) is guarded


def test_a_press_says_what_it_wants_so_a_second_one_changes_nothing(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single(seconds=20))
    assert not pause(show.services, show.run_id, ACTOR)  # a lobby has no clock
    show.ask()
    assert pause(show.services, show.run_id, ACTOR) and not pause(show.services, show.run_id, ACTOR)
    assert resume(show.services, show.run_id, ACTOR) and not resume(show.services, show.run_id, ACTOR)
    events = [row.kind for row in show.rows(select(Event.kind).where(Event.run_id == show.run_id).order_by(Event.seq))]
    assert events[-2:] == ["paused", "resumed"]


def test_next_goes_on_and_does_not_close_in_the_announced_rest_of_a_pause(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single(seconds=20))
    show.ask()
    assert pause(show.services, show.run_id, ACTOR)
    go(fake_time, 5)
    assert show.next() is Moved.MOVED and show.run().state == RunState.PLAYING
    assert show.next() is Moved.STALE and show.round(1).state == RoundState.OPEN
    assert pause(show.services, show.run_id, ACTOR)  # again, before it went on: the same pause, longer
    go(fake_time, 5)
    assert show.next() is Moved.MOVED
    go(fake_time, LEAD_S)
    fan = show.fan("小明")
    passed_ms = 10_000 + QUICK.lead_ms
    assert show.say(fan, "b", after_ms=passed_ms + 800).raw_ms == 800
    assert press_next(show.services, show.run_id, show.run().seq, ACTOR) is Moved.MOVED
    assert show.round(1).state == RoundState.CLOSED


def test_a_pause_before_the_opening_puts_it_off_and_takes_nobody_a_moment(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single(seconds=20))
    fan = show.fan("小明")
    show.next()
    read_until = show.round(1).reading_until_ns
    assert pause(show.services, show.run_id, ACTOR)
    go(fake_time, 60)
    assert not keep_time(show.services, show.run_id)
    assert resume(show.services, show.run_id, ACTOR)
    assert show.round(1).reading_until_ns == read_until + 60 * S
    go(fake_time, 7)
    assert keep_time(show.services, show.run_id)
    assert pause(show.services, show.run_id, ACTOR)  # announced, not open yet
    go(fake_time, 60)
    assert show.say(fan, "b", after_ms=1_000).outcome is Outcome.PAUSED
    assert resume(show.services, show.run_id, ACTOR)
    row = show.round(1)
    assert row.opens_ns == fake_time.ns + QUICK.lead_ms * 10**6 and row.closes_ns == row.opens_ns + 20 * S
    assert show.scene()["pause"] is None
    assert show.say(fan, "b", after_ms=900).raw_ms == 900


def test_between_questions_a_pause_is_only_shown_and_a_result_waits_for_its_end(
    stage: Stage, fake_time: FakeTime
) -> None:
    show = stage(single(), single(), auto_reveal=True)
    fan = show.fan("小明")
    n = show.ask()
    show.say(fan, "b")
    show.close()
    assert pause(show.services, show.run_id, ACTOR)
    assert show.settle(n) and show.run().scene == Scene.CLOSED
    assert show.scene()["pause"] == {"left_ms": None, "until_ms": None}
    assert show.next() is Moved.MOVED and show.scene()["pause"] is None
    assert show.next() is Moved.MOVED and show.run().scene == Scene.REVEAL


def test_a_paused_round_that_outlives_its_hosts_boot_is_over(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single(seconds=20))
    show.ask()
    assert pause(show.services, show.run_id, ACTOR)
    with show.services.sql.begin() as sql:
        sql.execute(update(Round).where(Round.run_id == show.run_id).values(boot_id="before"))
    go(fake_time, 30)
    assert resume(show.services, show.run_id, ACTOR)
    assert keep_time(show.services, show.run_id) and show.round(1).state == RoundState.CLOSED
