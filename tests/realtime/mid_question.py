"""A run in the middle of a question, with a fan who behaves: where bad input is tried."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from campaigns.bootstrap import Services
from deploy.house import House
from tests.raw import RawDesk, RawPage, RawPhone
from tests.stage import estimate, run_of


@dataclass
class MidQuestion:
    house: House
    services: Services
    run_id: int
    round_id: str
    regular: RawPhone
    made: int = 0

    def phone(self) -> RawPhone:
        self.made += 1
        return RawPhone(self.house.url, self.services, self.run_id, f"坏孩子{self.made}")

    def still_serves(self) -> None:
        assert self.regular.ask("clock")["now_ms"] > 0
        assert not self.regular.closed


@contextmanager
def mid_question(house: House, services: Services) -> Iterator[MidQuestion]:
    """At the end nothing was lost, and the server was never surprised: its log holds no traceback."""
    run_id = run_of(services, [estimate(seconds=200)])
    regular = RawPhone(house.url, services, run_id, "规矩人")
    with RawDesk(house.url, services, run_id) as desk, regular:
        desk.next()
        opened = regular.scene("open")
        assert regular.answer(opened, value=150.0)["outcome"] == "recorded"
        yield MidQuestion(house, services, run_id, opened["round"]["id"], regular)
        assert regular.ask("refresh")["you"]["answered"]["value"] == 150.0
        newest = desk.ask("refresh")["health"]
        assert newest["errors"] == 0
    log = (house.logs / "web.log").read_text(encoding="utf-8")
    assert "Traceback" not in log, log[-3000:]


def no_traceback(page: RawPage) -> None:
    text = "\n".join(page.frames)
    assert "Traceback" not in text and 'File "' not in text and ".py" not in text and "psycopg" not in text
