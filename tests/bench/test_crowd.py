"""The crowd in a small size, and that its verdict is worth something: with one number wrong in the stores it goes red."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bench import crowd
from bench.audit import audit
from bench.director import Record, perform
from campaigns.bootstrap import Services
from campaigns.crowd.pages import Address
from campaigns.crowd.report import Report
from config import Settings
from deploy.house import House

PROJECT = Path(__file__).resolve().parents[2]
FANS = 20
pytestmark = pytest.mark.load


@dataclass(frozen=True)
class Played:
    status: int
    said: dict[str, Any]  # the last line
    record: Record


@pytest.fixture(scope="module")
def played(house: House) -> Iterator[Played]:
    """The command as it is, once for all tests here; its record is kept so that it can be checked again."""
    kept: list[Record] = []

    async def keeping(services: Services, at: Address, fans: int, quick: bool) -> Record:
        kept.append(await perform(services, at, fans, quick))
        return kept[-1]

    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as out:
        patch.setattr(crowd, "perform", keeping)
        arguments = ["--fans", str(FANS), "--port", str(house.settings.port), "--quick"]
        status = crowd.main(arguments, house.settings.environ_for_children(os.environ))
    yield Played(status, json.loads(out.getvalue().splitlines()[-1]), kept[0])


def test_twenty_fans_play_all_rules_and_every_number_agrees(played: Played) -> None:
    said = played.said
    assert played.status == 0, (played.record.tally.failures, said)
    assert said["joined"] == said["fans"] == FANS
    assert said["acknowledged"] == said["rows"] > 150
    assert said["sent"] == said["rows"] + said["duplicates_tried"] + said["late"] + said["early"] + said["repeats"]
    assert said["duplicates_tried"] > 30 and said["duplicates_counted"] == 0
    assert said["board_sum"] == said["scores_sum"] > 0
    assert said["ledger_sum"] == said["expected_ledger_sum"] == 2 * said["board_sum"]
    assert said["recomputed_equal"] is True and said["told_wrong"] == 0 and said["failures"] == 0
    assert said["badges"] > FANS and said["late"] and said["early"] and said["reloads"]
    assert all(said[name] > 0 for name in ("push_p99_ms", "ack_p99_ms", "reveal_p99_ms"))


def test_without_a_server_it_says_so_in_one_sentence(settings: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.crowd", "--fans", "1", "--port", "9"],
        cwd=PROJECT,
        env=settings.environ_for_children(os.environ),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("crowd: nothing answers at http://127.0.0.1:9")
    assert "Traceback" not in done.stderr


@contextmanager
def wrong(services: Services, breaking: str, mending: str) -> Iterator[None]:
    """One row is made wrong, and right again."""
    with services.sql.begin() as sql:
        sql.execute(text("CREATE TABLE kept AS SELECT * FROM answer"))
        assert sql.execute(text(breaking)).rowcount == 1
    try:
        yield
    finally:
        with services.sql.begin() as sql:
            sql.execute(text(mending))
            sql.execute(text("DROP TABLE kept"))


NEWEST_ANSWER = "(round_id, fan_id) = (SELECT round_id, fan_id FROM answer ORDER BY received_ns DESC LIMIT 1)"
ONE_SCORE = """(round_id, version, fan_id) = (
    SELECT s.round_id, s.version, s.fan_id FROM score s
    JOIN round r ON r.id = s.round_id AND r.version = s.version
    JOIN run_fan f ON f.run_id = s.run_id AND f.fan_id = s.fan_id AND f.kicked_at IS NULL
    ORDER BY s.round_id, s.fan_id LIMIT 1)"""
NEWEST_ENTRY = "id = (SELECT max(id) FROM ledger_entry)"


def test_the_verdict_goes_red_when_anything_in_the_stores_is_wrong(services: Services, played: Played) -> None:
    def verdict() -> Report:
        return audit(services, played.record)

    back = "INSERT INTO answer SELECT * FROM kept ON CONFLICT DO NOTHING"
    with wrong(services, f"DELETE FROM answer WHERE {NEWEST_ANSWER}", back):
        lost = verdict()
        assert lost.rows == lost.acknowledged - 1 and not lost.correct
        assert crowd.tell(lost, []) == 1
    more, less = (f"UPDATE score SET score = score {sign} 1 WHERE {ONE_SCORE}" for sign in "+-")
    with wrong(services, more, less):
        raised = verdict()
        assert raised.scores_sum == raised.board_sum + 1 and not raised.recomputed_equal and not raised.correct
    more, less = (f"UPDATE ledger_entry SET amount = amount {sign} 1 WHERE {NEWEST_ENTRY}" for sign in "+-")
    with wrong(services, more, less):
        paid = verdict()
        assert paid.ledger_sum == paid.expected_ledger_sum + 1 and paid.told_wrong and not paid.correct
    assert verdict().correct
