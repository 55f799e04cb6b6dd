"""People come late, twice, or not again: tabs, removals, screens that follow, desks side by side."""

from __future__ import annotations

import threading
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.runs import make_run, run_summary
from campaigns.db.visits import AGAIN, RunVisit
from campaigns.identity.displays import display_of, new_display, revoke
from campaigns.identity.operators import end_session
from campaigns.play.join import JoinRefusal, join
from deploy.house import House
from tests.raw import RawDesk, RawPage, RawPhone, RawScreen
from tests.stage import PATIENCE_S, run_of, rush, single


def is_removed(reason: str) -> Any:
    return lambda event, data: event == "removed" and data["reason"] == reason


def test_a_second_tab_takes_over_with_the_whole_picture(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with RawDesk(house.url, services, run_id) as desk, RawPhone(house.url, services, run_id, "两页") as first:
        desk.next()
        receipt = first.answer(first.scene("open"), places=[1])["receipt"]
        with first.again() as second:
            assert first.wait(is_removed("replaced"))
            snapshot = second.wait(lambda event, data: event == "snapshot")
            assert snapshot["you"]["answered"]["receipt"] == receipt
            first.wait(lambda event, data: event == "removed")
            first._until(lambda: first.closed or any(frame.startswith("41/fans") for frame in first.frames))
            heard = len(first.packets)
            desk.next()
            assert second.scene("closed")
            assert len(first.packets) == heard and second.refused is None
            health = desk.wait(lambda event, data: data["health"]["connected"] == 1)["health"]
            assert health["joined"] == 1
            again = select(RunVisit.n).where(RunVisit.run_id == run_id, RunVisit.what == AGAIN)
            assert written(services, again) == [1]


def written(services: Services, what: Any) -> list[int]:
    """What the web process writes down within its next seconds."""
    until = time.monotonic() + PATIENCE_S
    while True:
        with services.reading() as sql:
            found = list(sql.scalars(what))
        if found or time.monotonic() > until:
            return found
        time.sleep(0.1)  # between two looks at what a real server writes


def test_a_fan_who_comes_in_the_middle_of_a_question_plays_it(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with RawDesk(house.url, services, run_id) as desk, RawPhone(house.url, services, run_id, "早") as early:
        desk.next()
        opened = early.scene("open")
        with RawPhone(house.url, services, run_id, "晚") as late:
            here = late.wait(lambda event, data: event == "snapshot")
            assert here["scene"]["round"] == opened["round"] and here["you"]["answered"] is None
            assert late.answer(opened, places=[0])["outcome"] == "recorded"
            desk.next()
            late.wait(lambda event, data: event == "scene" and data["round"]["waiting"] == "reveal")
            desk.next()
            assert late.scene("reveal")["reveal"]["answered"] == 1
            assert late.ask("standing")["of"] == 2


def test_kicked_is_out_of_the_run_and_banned_is_out_of_the_campaign(house: House, services: Services) -> None:
    activity = rush(services, [single(seconds=100)])
    run_id, next_run = make_run(services, activity, actor="test"), make_run(services, activity, actor="test")
    for event, reason in (("kick", "kicked"), ("ban", "banned")):
        with RawDesk(house.url, services, run_id) as desk, RawPhone(house.url, services, run_id, reason) as phone:
            public = phone.wait(lambda event, data: event == "snapshot")["you"]["fan"]
            assert desk.ask(event, {"fan": public}) == {"outcome": "removed"}
            assert phone.wait(is_removed(reason))
            assert desk.ask(event, {"fan": public}) == {"outcome": "unknown"}
            with phone.again() as back:
                assert back.refused == reason
            assert join(services, run_summary(services, run_id).code, phone.fan_id, "换名") == JoinRefusal(reason)
            elsewhere = join(services, run_summary(services, next_run).code, phone.fan_id, "换名")
            assert (elsewhere == JoinRefusal.BANNED) is (reason == "banned")
            assert public not in {person["fan"] for person in desk.ask("people")["people"]}


def test_a_kicked_page_that_stays_can_do_nothing(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with RawDesk(house.url, services, run_id) as desk, RawPhone(house.url, services, run_id, "赖着") as phone:
        desk.next()
        opened = phone.scene("open")
        public = phone.wait(lambda event, data: event == "snapshot")["you"]["fan"]
        desk.ask("kick", {"fan": public})
        ack = phone.ask("answer", {"round": opened["round"]["id"], "places": [0]})
        assert ack is None or ack["outcome"] == "not_playing"
        heard = [event for event, _ in phone.packets]
        desk.next()
        desk.wait(lambda event, data: data["scene"]["scene"] == "closed")
        assert [event for event, _ in phone.packets if event != "removed"] == [e for e in heard if e != "removed"]


def test_a_screen_follows_the_next_run_of_its_campaign(house: House, services: Services) -> None:
    activity = rush(services, [single(seconds=100)])
    first = make_run(services, activity, actor="test")
    with RawScreen(house.url, services, first) as screen:
        assert screen.wait(lambda event, data: event == "snapshot")["join_url"].endswith(
            run_summary(services, first).code
        )
        second = make_run(services, activity, actor="test")
        code = run_summary(services, second).code
        moved = screen.wait(lambda event, data: event == "snapshot" and data["scene"]["run"]["code"] == code)
        assert moved["join_url"].endswith(f"/r/{code}") and "localhost" not in moved["join_url"]
        with RawDesk(house.url, services, second) as new:
            new.next()
            assert screen.scene("open")["run"]["code"] == code
        assert all(data["run"]["code"] == code for event, data in screen.packets if event == "scene")


def test_a_screen_is_let_in_by_pairing_and_let_go_when_revoked(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    token, code = new_display(services)
    cookie = f"display={token}"
    with RawPage(house.url, "/displays", cookie, {}) as unpaired:
        assert unpaired.refused == "not_allowed"
    with RawDesk(house.url, services, run_id) as desk:
        assert desk.ask("pair", {"code": "0000"}) == {"outcome": "unknown"}
        assert desk.ask("pair", {"code": f" {code.lower()} "}) == {"outcome": "paired"}
        assert desk.ask("pair", {"code": code}) == {"outcome": "unknown"}
        with RawPage(house.url, "/displays", cookie, {}) as screen:
            assert screen.scene("lobby")
            assert desk.wait(lambda event, data: data["health"]["displays"] == 1)
            campaign = run_summary(services, run_id).campaign_id
            assert revoke(services, _display_id(services, token), campaign)
            assert screen.wait(is_removed("revoked"))
            heard = len(screen.packets)
            desk.next()
            desk.wait(lambda event, data: data["scene"]["scene"] == "open")
            assert len(screen.packets) == heard
            assert desk.wait(lambda event, data: data["health"]["displays"] == 0)
    with RawPage(house.url, "/displays", cookie, {}) as back:
        assert back.refused == "not_allowed"


def _display_id(services: Services, token: str) -> int:
    found = display_of(services, token)
    assert found is not None
    return found.id


def test_a_desk_ends_with_its_session(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with RawDesk(house.url, services, run_id) as desk, RawDesk(house.url, services, run_id) as other:
        end_session(services, desk._cookie.removeprefix("operator="))
        refused = desk.ask("next", {"seq": other.newest_seq()})
        assert refused is None or refused["error"] == "not_allowed"
        desk._until(lambda: desk.closed or any(frame.startswith("41/operators") for frame in desk.frames))
        heard = len(desk.packets)
        other.next()
        other.wait(lambda event, data: data["scene"]["scene"] == "open")
        assert len(desk.packets) == heard  # and with it the keys
        with RawPage(house.url, "/operators", desk._cookie, {"run": str(run_id)}) as back:
            assert back.refused == "not_allowed"


def test_three_desks_pressing_at_once_move_one_step(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with ExitStack() as stack:
        one, two, three = (stack.enter_context(RawDesk(house.url, services, run_id)) for _ in range(3))
        seq, outcomes = one.newest_seq(), []

        def press(desk: RawDesk) -> None:
            outcomes.append(desk.ask("next", {"seq": seq})["outcome"])

        pressing = [threading.Thread(target=press, args=(desk,)) for desk in (one, two, three)]
        for thread in pressing:
            thread.start()
        for thread in pressing:
            thread.join()
        assert sorted(outcomes) == ["moved", "stale", "stale"]
        for desk in (one, two):
            assert (
                desk.wait(lambda event, data: data["scene"]["scene"] in ("reading", "open"))["scene"]["round"]["n"] == 1
            )


def test_a_fan_without_a_seat_is_shown_the_door_over_http_too(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    phone = RawPhone(house.url, services, run_id, "出局")
    with RawDesk(house.url, services, run_id) as desk, phone:
        desk.ask("kick", {"fan": phone.wait(lambda event, data: event == "snapshot")["you"]["fan"]})
        phone.wait(is_removed("kicked"))
    code = run_summary(services, run_id).code
    request = urllib.request.Request(f"{house.url}/r/{code}", headers={"Cookie": phone._cookie})
    with pytest.raises(urllib.error.HTTPError) as door:
        urllib.request.urlopen(request, timeout=60)
    with door.value as page:
        assert page.code == 403 and "Traceback" not in page.read().decode()
