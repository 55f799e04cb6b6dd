"""One packet for everybody: nothing is sent per answer, counters at most twice a second, the newest always goes out."""

from __future__ import annotations

import collections
import threading
import time
from contextlib import ExitStack

from campaigns.bootstrap import Services
from deploy.house import House
from tests.raw import RawDesk, RawPage, RawPhone, RawScreen
from tests.stage import run_of, single

FANS = 30
SPREAD_S = 1.5


def test_thirty_answers_cost_a_few_ticks_and_no_broadcast(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=60)])
    phones = [RawPhone(house.url, services, run_id, f"粉丝{n}") for n in range(FANS)]
    screen, came = RawScreen(house.url, services, run_id), time.monotonic()
    with ExitStack() as stack:
        desk = stack.enter_context(RawDesk(house.url, services, run_id))
        for page in (*phones, screen):
            stack.enter_context(page)
        desk.next()
        opened = [page.scene("open") for page in (*phones, screen)].pop()  # everybody has read it
        time.sleep(max(0.0, opened["round"]["opens_ms"] / 1000 - time.monotonic()) + 0.2)
        starts = {page: len(page.frames) for page in (*phones, screen)}
        answer_spread(phones, opened["round"]["id"])
        for page in (phones[0], screen):
            page.wait(lambda event, data: event == "tick" and data["answered"] == FANS)
        most = 2 * (time.monotonic() - came) + 3  # twice a second since the first of all was here
        for page, start in starts.items():
            kinds = collections.Counter(kind_of(page, frame) for frame in page.frames[start:])
            assert kinds["scene"] == kinds["snapshot"] == 0
            assert sum('["tick"' in frame for frame in page.frames) <= most
            assert kinds["ack"] == (0 if page is screen else 1)
            assert set(kinds) <= {"tick", "ack", "ping"}
        assert len([event for event, _ in desk.packets if event == "desk"]) <= 2 * most


def answer_spread(phones: list[RawPhone], round_id: str) -> None:
    """Everybody answers, a few at a time, over some seconds."""
    outcomes = []

    def say(phone: RawPhone, after_s: float) -> None:
        time.sleep(after_s)
        outcomes.append(phone.ask("answer", {"round": round_id, "places": [1]})["outcome"])

    saying = [threading.Thread(target=say, args=(p, SPREAD_S * n / FANS)) for n, p in enumerate(phones)]
    for thread in saying:
        thread.start()
    for thread in saying:
        thread.join()
    assert outcomes == ["recorded"] * FANS


def kind_of(page: RawPage, frame: str) -> str:
    names = {"2": "ping", f"43{page.namespace},": "ack"}
    for start, kind in names.items():
        if frame == start or (len(start) > 1 and frame.startswith(start)):
            return kind
    return frame.split('"')[1] if frame.startswith("42") else frame[:20]
