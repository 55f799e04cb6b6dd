"""The award bench in a small size: every sum comes out, and settling again adds nothing. Never its time."""

from __future__ import annotations

import json

import pytest

from bench import award

pytestmark = pytest.mark.load


def test_two_thousand_plays_are_settled_once_every_sum_agrees_and_a_wrong_one_turns_the_bench_red(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One sum more than agrees is planted; it is the only one that does not."""
    monkeypatch.setitem(award.SUMS, "nobody has a point", "SELECT NOT EXISTS (SELECT FROM ledger_entry)")
    status = award.main(["--plays", "2000", "--people", "150"])
    out, complaints = capsys.readouterr()
    said = json.loads(out.splitlines()[-1])
    wrong = [line for line in complaints.splitlines() if line.startswith("WRONG")]
    assert (status, said["wrong"], wrong) == (1, 1, ["WRONG: nobody has a point"])
    assert (said["plays"], said["participants"], said["rerun_added"]) == (2000, 150, 0)
    assert {"seconds", "peak_rss_mib", "board_ms", "rank_ms", "rollover_s"} <= said.keys()
