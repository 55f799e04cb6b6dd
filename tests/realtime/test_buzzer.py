"""A buzzer round over the real wire: presses, the order on every face, marks from the desk."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.records import Answer
from campaigns.settle.rebuild import recompute
from deploy.house import House
from tests.raw import RawDesk, RawPhone, RawScreen
from tests.stage import buzzer, run_of, single


def until(ms: float) -> None:
    time.sleep(max(0.0, ms / 1000 - time.monotonic()))  # a real server's announced instant


def order_on(page: Any, names: list[str], speaks: str | None) -> Any:
    """The newest packet (a tick's, or a scene's) that shows these names in this order, and whose turn it is."""

    def shown(event: str, data: Any) -> bool:
        buzz: Any = data.get("buzz") if event in ("tick", "scene", "desk") else None
        return bool(buzz) and [row["name"] for row in buzz["rows"]] == names and buzz["speaks"] == speaks

    return page.wait(shown)["buzz"]


def test_the_first_is_asked_wrong_passes_on_and_right_ends_it(house: House, services: Services) -> None:
    run_id = run_of(services, [buzzer(seconds=240), single(seconds=100)])
    with (
        RawDesk(house.url, services, run_id) as desk,
        RawScreen(house.url, services, run_id) as screen,
        RawPhone(house.url, services, run_id, "小明") as ming,
        RawPhone(house.url, services, run_id, "小华") as hua,
    ):
        desk.next()
        opened = ming.scene("open")
        press = {"round": opened["round"]["id"]}
        assert opened["buzz"] == {"rows": [], "speaks": None} and opened["round"]["choices"] == []
        until(opened["round"]["opens_ms"] + 500)
        assert ming.ask("answer", press)["outcome"] == "recorded"
        assert hua.ask("answer", press)["outcome"] == "recorded"
        first, second = (page.ask("refresh")["you"]["fan"] for page in (ming, hua))
        for page in (desk, screen, hua):
            order_on(page, ["小明", "小华"], first)
        assert desk.ask("mark", press | {"fan": second, "right": True}) == {"outcome": "stale"}
        assert desk.ask("mark", press | {"fan": first, "right": False}) == {"outcome": "moved"}
        assert [row["right"] for row in order_on(screen, ["小明", "小华"], second)["rows"]] == [False, None]
        assert desk.ask("mark", press | {"fan": second, "right": True}) == {"outcome": "moved"}
        assert hua.scene("closed")["buzz"]["speaks"] is None
        desk.next()
        told = screen.scene("reveal")
        assert [row["right"] for row in told["buzz"]["rows"]] == [False, True] and told["reveal"]["right"] == 1
        assert hua.ask("standing")["gained"] == 1000 and ming.ask("standing")["right"] is False
        assert desk.ask("remark", press | {"fan": first, "why": "misheard"}) == {"outcome": "moved"}
        again = screen.wait(lambda event, data: event == "scene" and (data["reveal"] or {}).get("version") == 2)
        assert [row["right"] for row in again["buzz"]["rows"]] == [True, None]
    assert recompute(services, run_id).differences == []


def test_a_press_before_the_opening_locks_its_fan_out_for_a_moment_and_is_recorded(
    house: House, services: Services
) -> None:
    run_id = run_of(services, [buzzer(seconds=240)])
    with RawDesk(house.url, services, run_id) as desk, RawPhone(house.url, services, run_id, "小明") as ming:
        desk.next()
        press = {"round": ming.scene("reading")["round"]["id"]}
        assert ming.ask("answer", press)["outcome"] == "early"
        opened = ming.scene("open")
        until(opened["round"]["opens_ms"] + 400)
        assert ming.ask("answer", press)["outcome"] == "recorded"
        assert ming.ask("answer", press | {"places": [0]})["outcome"] == "unknown_choice"
    with services.sql.connect() as sql:
        row = sql.execute(select(Answer).where(Answer.round_id == int(press["round"]))).one()
    assert row.early_ns is not None and row.early_ns < row.opened_ns
