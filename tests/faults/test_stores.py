"""Redis flushed and killed, PostgreSQL stopped and killed, each in the middle of a question: what was said still counts."""

from __future__ import annotations

import json
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest

from campaigns.live.leaderboards import places
from campaigns.settle.rebuild import recompute
from tests.faults.conftest import Fragile
from tests.faults.night import PATIENCE_S, Night, family, night, signal_all, until
from tests.stage import single

pytestmark = [pytest.mark.faults, pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]
STOPPED_S = 10.0
WATCHERS, GIVES_UP_S = 8, 1.0


@pytest.fixture
def show(fragile: Fragile) -> Iterator[Night]:
    """Two questions, three phones; everything that has died is started again before."""
    fragile.made_whole()
    with night(fragile.house, fragile.services, [single(seconds=100), single(seconds=100)], ["甲", "乙", "丙"]) as made:
        yield made


def all_say(show: Night) -> None:
    for said in [show.say(phone) for phone in show.phones]:
        assert said.result()["outcome"] == "recorded"


def board_stands(fragile: Fragile, show: Night) -> bool:
    """Redis holds what the record says."""
    return {fan: score for fan, (score, _) in places(fragile.services.live, show.run_id).items()} == {
        phone.fan_id: phone.ask("standing")["score"] for phone in show.phones
    }


def test_redis_flushed_in_the_middle_costs_nothing_that_can_be_seen(fragile: Fragile, show: Night) -> None:
    show.ask(1)
    all_say(show)
    show.to_reveal(1)
    before = [phone.ask("standing") for phone in show.phones]
    fragile.services.live.flushall()
    assert [phone.ask("standing") for phone in show.phones] == before  # from SQL: slower, never different
    show.desk.next()
    show.ask(2)
    all_say(show)
    fragile.services.live.flushall()
    assert show.to_reveal(2)["reveal"]["right"] == 3
    assert board_stands(fragile, show)
    assert recompute(fragile.services, show.run_id).differences == []


def test_with_redis_killed_the_show_goes_on_and_the_board_is_rebuilt(fragile: Fragile, show: Night) -> None:
    show.ask(1)
    fragile.redis.kill()
    all_say(show)
    assert show.to_reveal(1)["reveal"]["right"] == 3  # settled by the sweeper, heard by asking SQL
    standing = [phone.ask("standing") for phone in show.phones]
    assert all(one["score"] >= 500 and one["of"] == 3 for one in standing)
    show.desk.next()
    show.ask(2)
    fragile.made_whole()
    all_say(show)
    assert show.to_reveal(2)["board"]["of"] == 3
    until(lambda: board_stands(fragile, show))
    assert recompute(fragile.services, show.run_id).differences == []


def test_a_redis_that_hangs_holds_nobody_up(fragile: Fragile, show: Night) -> None:
    show.ask(1)
    assert fragile.redis.pid is not None
    signal_all([fragile.redis.pid], signal.SIGSTOP)
    try:
        all_say(show)
        assert show.to_reveal(1)["reveal"]["right"] == 3
        assert all(phone.ask("standing")["score"] >= 500 for phone in show.phones)
    finally:
        signal_all([fragile.redis.pid], signal.SIGCONT)
    show.desk.next()
    show.ask(2)
    all_say(show)
    assert show.to_reveal(2)["board"]["of"] == 3
    until(lambda: board_stands(fragile, show))


@contextmanager
def watched(url: str) -> Iterator[None]:
    """Several ask how the house is, give up soon and ask again, as those who balance load do."""
    stop = threading.Event()

    def heard(patience_s: float) -> bool:
        with urllib.request.urlopen(url + "/healthz", timeout=patience_s) as told:
            return json.load(told)["worker_seen_s"] is not None

    def watch() -> None:
        while not stop.wait(0.05):
            with suppress(OSError):
                heard(GIVES_UP_S)

    until(lambda: heard(PATIENCE_S))
    with ThreadPoolExecutor(WATCHERS) as watchers:
        watching = [watchers.submit(watch) for _ in range(WATCHERS)]
        try:
            yield
        finally:
            stop.set()
    assert [each.exception() for each in watching] == [None] * WATCHERS


def test_while_redis_hangs_a_question_closes_by_itself_whoever_asks_how_we_are(fragile: Fragile) -> None:
    fragile.house.worker.kill()  # one that starts makes itself known: a flushed Redis has forgotten the other
    fragile.made_whole()
    questions = [single(seconds=5), single(seconds=100)]
    with night(fragile.house, fragile.services, questions, ["甲"]) as show, watched(fragile.house.url):
        assert fragile.redis.pid is not None
        signal_all([fragile.redis.pid], signal.SIGSTOP)
        try:
            show.desk.next()
            for scene in ("open", "closed"):
                assert show.phones[0].scene(scene, 1)
        finally:
            signal_all([fragile.redis.pid], signal.SIGCONT)


def test_while_postgresql_is_stopped_nothing_is_acknowledged_and_nothing_said_in_time_is_lost(
    fragile: Fragile, show: Night
) -> None:
    show.ask(1)
    early, *others = show.phones
    first = early.repeat(show.right())
    assert fragile.postgres.pid is not None
    right, stopped = show.right(), family(fragile.postgres.pid)
    signal_all(stopped, signal.SIGSTOP)
    try:
        acks = [show.pool.submit(phone.repeat, right) for phone in others]
        time.sleep(STOPPED_S)
        assert not any(ack.done() for ack in acks)
    finally:
        signal_all(stopped, signal.SIGCONT)
    receipts = {phone.fan_id: ack.result()["receipt"] for phone, ack in zip(others, acks, strict=True)}
    assert show.rows() == {early.fan_id: first["receipt"], **receipts}
    assert early.repeat(right)["receipt"] == first["receipt"]
    assert show.to_reveal(1)["reveal"]["right"] == 3
    assert recompute(fragile.services, show.run_id).differences == []


def test_postgresql_killed_and_started_again_holds_every_acknowledged_answer(fragile: Fragile, show: Night) -> None:
    show.ask(1)
    early, *others = show.phones
    first, right = early.repeat(show.right()), show.right()
    fragile.postgres.kill()
    acks = [show.pool.submit(phone.repeat, right) for phone in others]
    time.sleep(1.0)
    assert not any(ack.done() for ack in acks)
    fragile.postgres.start()
    receipts = {phone.fan_id: ack.result()["receipt"] for phone, ack in zip(others, acks, strict=True)}
    until(lambda: show.rows() == {early.fan_id: first["receipt"], **receipts})
    assert show.to_reveal(1)["reveal"]["right"] == 3
    show.desk.next()
    show.ask(2)
    all_say(show)
    assert show.to_reveal(2)["board"]["of"] == 3
    assert recompute(fragile.services, show.run_id).differences == []
