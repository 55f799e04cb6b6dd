"""The board bench with a few hundred people: its numbers are held against a second judgement. Never its time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import board

pytestmark = pytest.mark.load
NAMES = {"participants", "seconds", "sql_cpu_s", "bytes", "top_ms", "rank_ms", "in_redis_s", "peak_rss_mib", "wrong"}


def test_three_hundred_people_are_settled_and_judged_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = board.main(["--people", "300", "--rows", str(tmp_path)])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    about, *rounds, kept = (json.loads(line) for line in next(tmp_path.iterdir()).read_text().splitlines())
    assert (status, said["wrong"], said["participants"], about["bench"]) == (0, 0, 300, "board")
    assert said == kept and said.keys() >= NAMES and [each["round"] for each in rounds] == [1, 2]
    assert 0 < said["bytes"] <= board.MOST_BYTES
