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
from tests.browser.conftest import pages_are_bundled

__all__ = ["pages_are_bundled"]
pytestmark = [pytest.mark.load, pytest.mark.browser, pytest.mark.usefixtures("pages_are_bundled")]
SMALL = ["--fans", "10", "--rate", "5", "--pages", "1", "--laps", "1", "--slower", "1", "--rtt", "40"]


def test_a_tap_is_told_apart_into_its_parts_while_ten_others_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = tap.main([*SMALL, "--rows", str(tmp_path)])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    about, lap, kept = (json.loads(line) for line in next(tmp_path.iterdir()).read_text().splitlines())
    assert (status, said["answers"], said["taps"] + said["beside"]) == (0, 10, 1)
    assert said == kept and about["bench"] == "tap" and said["answers_per_s"] > 0
    for noted in lap["taps"]:
        assert noted["sending_ms"] > 0 and noted["sending_ms"] + 40 <= noted["recorded_ms"] < noted["painted_ms"]
        assert noted["painted_ms"] == said["p95_ms"] == said["worst_ms"]


def test_what_is_sent_far_away_comes_whole_and_in_order_and_so_much_later() -> None:
    later_ms = 30
    with socket.create_server(("127.0.0.1", 0)) as door, distance(door.getsockname()[1], later_ms) as port:
        near = socket.create_connection(("127.0.0.1", port), timeout=60)
        far, _ = door.accept()
        far.settimeout(60)
        with near, far:
            said = b"".join(n.to_bytes(4, "big") for n in range(100_000))
            began_s = time.monotonic()
            threading.Thread(target=near.sendall, args=(said,)).start()
            assert received(far, 1) == said[:1] and time.monotonic() - began_s >= later_ms / 1000
            assert received(far, len(said) - 1) == said[1:]
            far.sendall(b"back")
            far.shutdown(socket.SHUT_WR)
            assert received(near, 5) == b"back"  # and then the end


def received(page: socket.socket, length: int) -> bytes:
    """So much, or what comes until the end."""
    data = b""
    while len(data) < length and (got := page.recv(min(1 << 16, length - len(data)))):
        data += got
    return data
