"""Over the real wire: whoever watches a stream gets nothing before its time, by no way, and has a board of their own."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.request import Request, urlopen

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.calibrating import begin_flashes
from campaigns.control.cohorts import make_cohort
from campaigns.control.runs import run_summary
from campaigns.db.records import Event
from campaigns.settle.rebuild import recompute
from deploy.house import House
from tests.secrecy.oracle import leaks, secret_single
from tests.stage import Desk, Phone, Screen, run_of

DELAY = timedelta(seconds=2)
TOLD = {"asked": "reading", "opened": "open", "closed": "closed", "revealed": "reveal", "board_shown": "board"}
MARK = "zq7"
SECRETS = (f"{MARK}-told", f"{MARK}-id-b")


class Viewer(Phone):
    """Notes when each packet came, by the wall's clock, which the hall's events are written with too."""

    def __init__(self, *given: Any) -> None:
        self.came: list[tuple[datetime, str, Any]] = []
        super().__init__(*given)

    def _received(self, event: str, data: Any = None) -> None:
        self.came.append((datetime.now(UTC), event, data))
        super()._received(event, data)

    def first(self, scene: str) -> datetime:
        return next(at for at, event, data in self.came if event == "scene" and data["scene"] == scene)


def page_of(house: House, code: str, token: str) -> str:
    with urlopen(Request(f"{house.url}/r/{code}", headers={"Cookie": f"fan={token}"}), timeout=60) as answer:
        return str(answer.read().decode())


def hall_events(services: Services, run_id: int) -> dict[str, datetime]:
    with services.sql.connect() as sql:
        rows = sql.execute(select(Event.kind, Event.at).where(Event.run_id == run_id, Event.kind.in_(TOLD)))
        return {row.kind: row.at for row in rows}


def test_a_viewer_gets_everything_so_much_later_and_nothing_before(house: House, services: Services) -> None:
    run_id = run_of(services, [secret_single(MARK, seconds=100)])
    stream_id = make_cohort(services, run_id, "B 站", 2000, "operator:1")
    assert stream_id is not None
    code = run_summary(services, stream_id).code
    ming, viewer = Phone(house.url, services, run_id, "小明"), Viewer(house.url, services, stream_id, "小红")
    with Desk(house.url, services, run_id) as desk, Screen(house.url, services, run_id) as screen, ming, viewer:
        flashed(services, stream_id, screen, viewer)
        desk.next()
        opened = ming.scene("open")
        right = desk.places_of(opened["round"]["id"], f"{MARK}-id-b")
        assert ming.answer(opened, places=[(right + 1) % 4])["outcome"] == "recorded"
        later = viewer.scene("open")
        assert later["round"]["opens_ms"] >= opened["round"]["opens_ms"] + 2000  # exactly, where this machine keeps up
        assert later["round"]["choices"] == opened["round"]["choices"] and later["run"]["stream"]["delay_ms"] == 2000
        ack = viewer.answer(later, places=[right])
        assert ack["outcome"] == "recorded" and ack["elapsed_ms"] < 30_000
        desk.next()  # close
        desk.next()  # reveal, once it is settled
        told = ming.scene("reveal")
        html, at = page_of(house, code, viewer.token), datetime.now(UTC)
        desk.next()  # board
        board = viewer.scene("board")
        check_times(hall_events(services, run_id), viewer, html, at)
        assert told["reveal"]["right"] == 0 and board["reveal"]["right"] == 1
        assert (board["board"]["of"], board["board"]["top"][0]["name"]) == (1, "小红")
        assert viewer.ask("standing")["rank"] == 1 and ming.ask("standing")["of"] == 1
    for each in (run_id, stream_id):
        assert recompute(services, each).differences == []


def check_times(events: dict[str, datetime], viewer: Viewer, html: str, html_at: datetime) -> None:
    """Each scene at its time or after it, and until the reveal's no byte of the secret."""
    assert {kind: at for kind, at in events.items() if viewer.first(TOLD[kind]) < at + DELAY} == {}
    revealed = events["revealed"] + DELAY
    early = [str((event, data)) for at, event, data in viewer.came if at < revealed]
    assert early and leaks({"the viewer": early}, SECRETS) == []
    if html_at < revealed:
        assert leaks({"the viewer's page": [html]}, SECRETS) == []
    late = [str((event, data)) for at, event, data in viewer.came if at >= revealed]
    assert leaks({"the viewer": late}, SECRETS[:1]) != []  # that it would be seen


def flashed(services: Services, stream_id: int, screen: Screen, viewer: Viewer) -> None:
    """Flashes are on screens alone."""
    screen.scene("lobby")
    before = time.monotonic() * 1000
    assert begin_flashes(services, stream_id, "operator:1")
    at_ms = screen.wait(lambda event, _: event == "flash")["at_ms"]
    assert len(at_ms) == 3 and at_ms[0] > before
    assert all(event != "flash" for _, event, _ in viewer.came)


def test_the_desk_of_a_cohort_looks_and_removes_but_moves_nothing(house: House, services: Services) -> None:
    run_id = run_of(services, [secret_single(MARK, seconds=100)])
    stream_id = make_cohort(services, run_id, "B 站", 2000, "operator:1")
    assert stream_id is not None
    viewer = Viewer(house.url, services, stream_id, "小红")
    with Desk(house.url, services, stream_id) as desk, viewer:
        shown = desk.scene("lobby")
        assert shown["run"]["stream"]["name"] == "B 站"
        assert desk.ask("next", {"seq": desk.newest_seq()})["error"] == "not_allowed"
        person = desk.ask("people", {"search": "小红"})["people"][0]
        assert desk.ask("kick", {"fan": person["fan"]}) == {"outcome": "removed"}
        assert viewer.wait(lambda event, _: event == "removed")["reason"] == "kicked"
