"""At the reveal every phone shows its gain and its place among all by itself; its own standing comes later and agrees."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import WebSocketRoute, expect

from campaigns.bootstrap import Services
from tests.browser.conftest import Hall
from tests.browser.faces import Phone, newest_round
from tests.stage import QUICK, run_of, single

pytestmark = pytest.mark.browser
ASKS = '["standing"'


class Held:
    """A phone whose question for its own standing does not get through until it is let go."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone
        self.kept: list[str | bytes] = []
        self.holds = True
        phone.page.route_web_socket("**/socket.io/**", self._between)

    def _between(self, page: WebSocketRoute) -> None:
        self.server = page.connect_to_server()
        page.on_message(self._pass)

    def _pass(self, frame: str | bytes) -> None:
        if self.holds and ASKS in str(frame):
            self.kept.append(frame)
        else:
            self.server.send(frame)

    def let_go(self) -> None:
        self.holds = False
        for frame in self.kept:
            self.server.send(frame)
        self.kept.clear()

    def agrees(self, shown: dict[str, str], rank: str) -> None:
        """Its standing may come now: it brings the rank, and changes nothing that stood there."""
        self.let_go()
        expect(self.phone.page.locator(".figure dd", has_text=rank)).to_be_visible()
        assert self.shows() == shown | {"Rank of 2": rank}

    def shows(self) -> dict[str, str]:
        page = self.phone.page
        figures = page.locator(".figures .figure")
        shown = {row.locator("dt").inner_text(): row.locator("dd").inner_text() for row in figures.all()}
        verdict = page.locator(".verdict__word").inner_text()
        return {"gain": verdict, "score": page.locator(".head__score b").inner_text(), **shown}


def test_gain_and_place_are_shown_before_the_standing_and_stay_when_it_comes(hall: Hall, services: Services) -> None:
    questions = [single(right="a", seconds=240), single(right="a", seconds=240)]
    run_id = run_of(services, questions, replace(QUICK, streak=True), close_when_all=True)
    desk = hall.at_the_desk(run_id)
    quick, wrong = (Held(hall.phone(name, locale="en")) for name in ("quick", "wrong"))
    for held in (quick, wrong):
        held.phone.join(hall.code(run_id), held.phone.name)
    for n in (1, 2):
        desk.asks()
        order, _, _ = newest_round(services, run_id)
        for held, place in ((quick, order.index("a")), (wrong, order.index("b"))):
            held.holds = True
            held.phone.phase("open").tap(place)
            held.phone.phase("recorded", "closed")
        desk.press("reveal")
        before = []
        for held in (quick, wrong):
            held.phone.phase("reveal")
            ahead = 1 if held is quick else 0  # of nobody: that is not told
            expect(held.phone.page.locator(".figures .figure")).to_have_count(2 + ahead)
            expect(held.phone.page.locator(".figure--hot dd", has_not_text="—")).to_have_count(ahead)
            before.append(held.shows())
            assert before[-1]["Rank of 2"] == "—"
        assert [shown.get("Ahead of") for shown in before] == ["100%", None]
        assert [shown["In a row"] for shown in before] == [str(n), "0"]
        assert int(before[0]["gain"].lstrip("+").replace(",", "")) > 500 and before[1]["gain"] == "Not this time"
        for held, shown in zip((quick, wrong), before, strict=True):
            held.agrees(shown, "1st" if held is quick else "–")  # nothing scored: no place to boast of
        desk.press("board")
