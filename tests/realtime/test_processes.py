"""Two web processes on one show: who is connected, who has answered, whose tab is the newest, is true over both."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Round
from campaigns.live import keys
from campaigns.live.presence import ALIVE_S, SETTLED_S, exchange
from config import Settings
from deploy.house import House
from realtime.rooms import AWAY_NS
from tests.raw import RawDesk, RawPhone
from tests.stage import run_of, single

STILL_S = 3.0  # longer than two processes need to hear of each other


@pytest.fixture(scope="module")
def second(settings: Settings) -> Iterator[House]:
    """Another web process beside the house's own."""
    with House(settings, workers=False) as other:
        yield other


def state(services: Services, run_id: int) -> str:
    with services.sql.connect() as sql:
        return str(sql.scalar(select(Round.state).where(Round.run_id == run_id, Round.n == 1)))


def settled(desk: RawDesk, connected: int) -> None:
    desk.wait(lambda event, data: event == "desk" and data["health"]["connected"] == connected)


def elsewhere_phone(second: House, phone: RawPhone) -> RawPhone:
    """The same fan's other tab, which reaches the other process."""
    tab = phone.again()
    tab._url = second.url
    return tab


def test_a_round_closes_when_everybody_in_both_processes_has_answered_and_not_before(
    house: House, second: House, services: Services
) -> None:
    run_id = run_of(services, [single(seconds=100)], close_when_all=True)
    with (
        RawDesk(house.url, services, run_id) as desk,
        RawPhone(house.url, services, run_id, "这边") as here,
        RawPhone(second.url, services, run_id, "那边") as there,
    ):
        settled(desk, 2)  # the counter too is of both
        time.sleep(SETTLED_S)  # two real processes: what must not happen can only be waited for
        desk.next()
        opened = here.scene("open")
        assert here.answer(opened, places=[1])["outcome"] == "recorded"
        time.sleep(STILL_S)  # what must not happen can only be waited for
        assert state(services, run_id) == "open"  # counted in its own process alone it would have closed
        assert there.answer(there.scene("open"), places=[1])["outcome"] == "recorded"
        assert here.scene("closed") and there.scene("closed")
        assert desk.wait(lambda event, data: event == "desk" and data["health"]["answered"] == 2)


def test_a_newer_tab_in_the_other_process_takes_over(house: House, second: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with RawDesk(house.url, services, run_id) as desk, RawPhone(house.url, services, run_id, "两处") as first:
        desk.next()
        receipt = first.answer(first.scene("open"), places=[1])["receipt"]
        with elsewhere_phone(second, first) as newer:
            assert first.wait(lambda event, data: event == "removed")["reason"] == "replaced"
            mine = newer.wait(lambda event, data: event == "snapshot")["you"]["answered"]
            assert mine["receipt"] == receipt
            settled(desk, 1)
            with first.again() as back:  # and the other way round
                assert newer.wait(lambda event, data: event == "removed")["reason"] == "replaced"
                assert back.refused is None and back.ask("clock")["now_ms"] > 0
                assert not [data for event, data in back.packets if event == "removed"]


def test_a_fan_banned_at_one_process_is_out_of_the_other_too(house: House, second: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with RawDesk(house.url, services, run_id) as desk, RawPhone(second.url, services, run_id, "那边") as there:
        desk.next()
        opened = there.scene("open")
        public = there.wait(lambda event, data: event == "snapshot")["you"]["fan"]
        assert there.answer(opened, places=[1])["outcome"] == "recorded"
        desk.wait(lambda event, data: event == "desk" and data["health"]["answered"] == 1)
        assert desk.ask("ban", {"fan": public}) == {"outcome": "removed"}
        assert there.wait(lambda event, data: event == "removed")["reason"] == "banned"
        ack = there.ask("answer", {"round": opened["round"]["id"], "places": [0]})
        assert ack is None or ack["outcome"] == "not_playing"
        time.sleep(STILL_S)  # what must not happen can only be waited for: the answer is still in the record
        assert [data for event, data in desk.packets if event == "desk"][-1]["health"]["answered"] == 0


def test_what_redis_says_is_believed_only_after_all_could_speak(services: Services) -> None:
    run_id, nobody = 10**9, frozenset[int]()

    def say(process: str, *fans: int, told: frozenset[int] | None = None) -> object:
        return exchange(services.live, run_id, process, frozenset(fans), told, frozenset(fans))

    assert say("a", 1) is None and say("b", 2, 3) is None  # who has just come does not know who is silent
    since_s = services.live.time()[0] - SETTLED_S - 2
    services.live.hset(keys.here(run_id), "a", f"{since_s} {since_s} 1")
    heard = exchange(services.live, run_id, "a", frozenset({1}), frozenset({1}), {1})
    assert heard is not None and (heard.fans, heard.connected, heard.processes) == (frozenset({2, 3}), 2, 1)
    heard = exchange(services.live, run_id, "a", frozenset({1}), frozenset({1}), {1, 2})
    assert heard is not None and (heard.fans, heard.connected) == (frozenset({2, 3}), 1)  # one of b's has come over
    services.live.hset(keys.here(run_id), "b", f"{since_s - ALIVE_S} {since_s - ALIVE_S} 2")
    heard = exchange(services.live, run_id, "a", frozenset({1}), frozenset({1}), {1})
    assert heard is not None and (heard.fans, heard.connected) == (nobody, 0)  # b is dead
    services.live.delete(keys.here(run_id), keys.here_fans(run_id, "a"))  # Redis was emptied
    assert exchange(services.live, run_id, "a", frozenset({1}), frozenset({1}), {1}) is None
    assert services.live.smembers(keys.here_fans(run_id, "a")) == {b"1"}  # told anew although nothing changed here


def test_who_goes_into_a_tunnel_at_the_other_process_during_the_question_is_waited_for_here_too(
    house: House, second: House, services: Services
) -> None:
    run_id = run_of(services, [single(seconds=100)], close_when_all=True)
    with (
        RawDesk(house.url, services, run_id) as desk,
        RawPhone(house.url, services, run_id, "这边") as here,
    ):
        with RawPhone(second.url, services, run_id, "隧道") as there:
            settled(desk, 2)
            time.sleep(SETTLED_S)  # two real processes: what must not happen can only be waited for
            desk.next()
            opened = there.scene("open")
            assert here.answer(here.scene("open"), places=[1])["outcome"] == "recorded"
            until = time.monotonic() + AWAY_NS / 1e9 + ALIVE_S + STILL_S
        while time.monotonic() < until:
            assert state(services, run_id) == "open"
            time.sleep(0.2)  # between two looks
        with there.again() as back:
            assert back.answer(opened, places=[1])["outcome"] == "recorded"
            assert here.scene("closed") and back.scene("closed")


def test_a_process_that_leaves_sends_its_own_pages_to_the_other_and_nobody_else_notices(
    house: House, second: House, services: Services
) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with (
        RawDesk(house.url, services, run_id) as desk,
        RawPhone(house.url, services, run_id, "这边") as here,
        RawPhone(second.url, services, run_id, "那边") as there,
    ):
        desk.next()
        opened = there.scene("open")
        receipt = there.answer(opened, places=[1])["receipt"]
        assert second.web.pid is not None
        os.kill(second.web.pid, signal.SIGTERM)
        there.wait_closed()
        assert "reconnect" in {event for event, _ in there.packets}
        with elsewhere_phone(house, there) as back:
            assert back.wait(lambda event, data: event == "snapshot")["you"]["answered"]["receipt"] == receipt
            assert back.answer(opened, places=[0])["outcome"] == "duplicate"
            assert here.answer(opened, places=[1])["outcome"] == "recorded"
            desk.wait(lambda event, data: event == "desk" and data["health"]["connected"] == 2)
        assert not here.closed and "reconnect" not in {event for event, _ in here.packets}
