"""The live controls over the wire: at once on screens and phones, once however often they are pressed, also after a restart."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import Any

from campaigns.bootstrap import Services
from deploy.house import House
from tests.raw import RawDesk, RawPhone, RawScreen, let_in
from tests.realtime.test_restart import mortal
from tests.stage import run_of, single

__all__ = ["mortal"]


def scene_where(page: Any, wanted: Any) -> Any:
    """The newest scene packet, pushed or in a snapshot, that is `wanted`."""
    data = page.wait(
        lambda event, data: event in ("scene", "snapshot") and wanted((data.get("run") and data) or data["scene"])
    )
    return data if "run" in data else data["scene"]


def test_every_control_reaches_screens_and_phones_and_a_second_press_changes_nothing(
    house: House, services: Services
) -> None:
    run_id = run_of(services, [single(seconds=60)])
    with (
        RawDesk(house.url, services, run_id) as desk,
        RawScreen(house.url, services, run_id) as screen,
        RawPhone(house.url, services, run_id, "坏名字") as phone,
    ):
        assert screen.wait(lambda event, data: event == "tick" and data.get("names"))["names"] == ["坏名字"]
        presses = (("names", "hidden", lambda s: s["run"]["nameless"]), ("brand", "shown", lambda s: s["brand"]))
        for event, field, shows in presses:
            assert desk.ask(event, {field: True}) == {"outcome": "moved"}
            assert desk.ask(event, {field: True}) == {"outcome": "stale"}
            assert scene_where(screen, shows) and scene_where(phone, shows)
        (number,) = screen.wait(
            lambda event, data: event == "tick" and data.get("names") not in (None, [], ["坏名字"])
        )["names"]
        assert 10_000 <= number < 100_000 and phone.ask("refresh")["you"]["name"] == "坏名字"
        assert desk.ask("pause", {"paused": True}) == {"outcome": "stale"}  # there is no clock in a lobby
        assert desk.ask("reopen") == {"outcome": "stale"}
        assert phone.ask("pause", {"paused": True})["error"] == "bad_input"


def test_a_pause_outlives_the_web_process_and_its_end_is_one_instant_for_everybody(
    mortal: House, services: Services
) -> None:
    run_id = run_of(services, [single(seconds=60)])
    with RawDesk(mortal.url, services, run_id) as desk, RawPhone(mortal.url, services, run_id, "小明") as phone:
        desk.next()
        opened = phone.scene("open")
        time.sleep(max(0.0, opened["round"]["opens_ms"] / 1000 - time.monotonic()))  # a real server's announced instant
        assert desk.ask("pause", {"paused": True}) == {"outcome": "moved"}
        said = {"round": opened["round"]["id"], "places": [1]}
        assert phone.ask("answer", said)["outcome"] == "paused"
    mortal.web.kill()
    mortal.web.start()
    with ExitStack() as stack:
        desk, back = let_in(stack, RawDesk(mortal.url, services, run_id)), let_in(stack, phone.again())
        assert scene_where(back, lambda s: s["pause"] and s["pause"]["until_ms"] is None)
        assert back.ask("answer", said)["outcome"] == "paused"
        assert desk.ask("pause", {"paused": False}) == {"outcome": "moved"}
        until_ms = scene_where(back, lambda s: s["pause"] and s["pause"]["until_ms"])["pause"]["until_ms"]
        assert back.ask("answer", said)["outcome"] == "paused" or time.monotonic() * 1000 >= until_ms
        time.sleep(max(0.0, until_ms / 1000 - time.monotonic()) + 0.3)  # the same: safely past it
        ack = back.ask("answer", said)
        assert ack["outcome"] in ("recorded", "duplicate") and ack["raw_ms"] < 60_000
