"""A small night: everybody's every answer is in SQL once and the books agree; and they disagree as soon as one row is wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from bench import night
from bench.night_books import checked
from bench.night_crowd import Sheet
from bench.night_show import Night
from campaigns.bootstrap import Services

pytestmark = pytest.mark.load
LAST = "(round_id, fan_id) = (SELECT round_id, fan_id FROM answer ORDER BY received_ns DESC LIMIT 1)"


def test_thirty_fans_in_two_halls_lose_nothing_and_a_row_that_is_missing_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[tuple[list[str], int, int]] = []

    def twice(services: Services, played: Night, sheets: Sequence[Sheet]) -> tuple[list[str], int, int]:
        books = checked(services, played, sheets)
        with services.sql.begin() as sql:
            assert sql.execute(text(f"DELETE FROM answer WHERE {LAST}")).rowcount == 1
        sheets[0].again += 1
        found.append(checked(services, played, sheets))
        return books

    monkeypatch.setattr(night, "checked", twice)
    status = night.main(["--fans", "30", "--halls", "2", "--rounds", "2", "--standing", "0.5", "--rows", str(tmp_path)])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (status, said["lost"], said["duplicated"], said["wrong"]) == (0, 0, 0, 0)
    assert (said["answers"], said["sockets"], said["rounds"]) == (120, 30, 4)
    assert said["joins"] >= 60 and said["interactions"] == said["joins"] + said["answers"]
    complaints, lost, duplicated = found[0]
    assert (lost, duplicated) == (1, 1)
    assert any("30 acknowledged, 29 stored" in complaint for complaint in complaints)
    assert "120 answers were acknowledged, 119 stored" in complaints
    assert len(list(tmp_path.iterdir())) == 1
