"""The award bench in a small size: every sum comes out, and settling again adds nothing. Never its time."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout

import pytest

from bench import award

pytestmark = pytest.mark.load


def test_two_thousand_plays_are_settled_once_and_every_sum_agrees() -> None:
    with redirect_stdout(io.StringIO()) as out:
        status = award.main(["--plays", "2000", "--people", "150"])
    said = json.loads(out.getvalue().splitlines()[-1])
    assert status == 0, said
    assert (said["plays"], said["participants"], said["rerun_added"], said["wrong"]) == (2000, 150, 0, 0)
    assert {"seconds", "peak_rss_mib", "board_ms", "rank_ms", "rollover_s"} <= said.keys()


def test_a_wrong_sum_turns_the_bench_red(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(award.SUMS, "nobody has a point", "SELECT NOT EXISTS (SELECT FROM ledger_entry)")
    with redirect_stdout(io.StringIO()) as out:
        assert award.main(["--plays", "300", "--people", "30"]) == 1
    assert json.loads(out.getvalue().splitlines()[-1])["wrong"] == 1
