"""The bench of the tap, small: a real page far away notes a touch's three instants, no answer is missing. Never its time."""

from __future__ import annotations

import json
import socket
import threading
import time
from pathlib import Path

import pytest

from bench import tap
from bench.distance import distance
from bench.tap import Lap, Tap
from tests.browser.conftest import pages_are_bundled

__all__ = ["pages_are_bundled"]
pytestmark = [pytest.mark.load, pytest.mark.browser, pytest.mark.usefixtures("pages_are_bundled")]
SMALL = ["--fans", "10", "--rate", "5", "--pages", "1", "--laps", "1", "--slower", "1", "--rtt", "40"]
GRAIN_MS = 1.0  # of the clock a browser shows to a page, and of the tenths in a row


def test_a_tap_is_told_apart_into_its_parts_while_ten_others_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = tap.main([*SMALL, "--rows", str(tmp_path)])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    about, lap, kept = (json.loads(line) for line in next(tmp_path.iterdir()).read_text().splitlines())
    assert (status, said["answers"], said["taps"], said["beside"]) == (0, 10, len(lap["taps"]), len(lap["beside"]))
    assert said == kept and about["bench"] == "tap"
    (noted,) = lap["taps"] + lap["beside"]  # a machine out of breath touches when the ten have finished
    # What goes the way there and back leaves before the page draws that it is sending, but never before the touch.
    assert 0 < noted["sending_ms"] <= noted["recorded_ms"] <= noted["painted_ms"]
    assert noted["recorded_ms"] >= 40 - GRAIN_MS


def test_taps_that_came_when_the_others_had_finished_are_told_and_not_counted() -> None:
    early, late, beside = Tap(10.0, 160.0, 180.0), Tap(30.0, 200.0, 240.0), Tap(1.0, 150.0, 151.0)
    said = tap.summed_up([Lap([early], [beside], 10, 4.6, 9.0), Lap([late], [], 12, 8.0, 12.5)])
    assert (said["taps"], said["beside"], said["answers"], said["answers_per_s"]) == (2, 1, 22, 6)
    assert (said["sending_p50_ms"], said["recorded_p50_ms"]) == (10.0, 160.0)
    assert (said["p50_ms"], said["p95_ms"], said["worst_ms"], said["ack_p99_ms"]) == (180.0, 240.0, 240.0, 12.5)


def test_what_is_sent_far_away_comes_whole_and_in_order_and_so_much_later() -> None:
    later_ms = 30
    with socket.create_server(("127.0.0.1", 0)) as door, distance(door.getsockname()[1], later_ms) as port:
        door.settimeout(60)
        near = socket.create_connection(("127.0.0.1", port), timeout=60)
        far, _ = door.accept()
        far.settimeout(60)
        with near, far:
            said = b"".join(n.to_bytes(4, "big") for n in range(100_000))
            began_s = time.monotonic()
            speaking = threading.Thread(target=near.sendall, args=(said,))
            speaking.start()
            assert received(far, 1) == said[:1] and time.monotonic() - began_s >= later_ms / 1000
            assert received(far, len(said) - 1) == said[1:]
            speaking.join()
            far.sendall(b"back")
            far.shutdown(socket.SHUT_WR)
            assert received(near, 5) == b"back"  # and then the end


def received(page: socket.socket, length: int) -> bytes:
    """So much, or what comes until the end."""
    data = b""
    while len(data) < length and (got := page.recv(min(1 << 16, length - len(data)))):
        data += got
    return data
