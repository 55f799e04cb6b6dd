"""Two settlers at once, and settlers that die in the middle: every point once, nothing left over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from campaigns.settle.plays import plays_due, settle_plays
from campaigns.settle.quiz import window
from campaigns.settle.quiz.again import compare_quiz
from campaigns.settle.rebuild import check_ledger
from config import Settings
from deploy.program import PROJECT
from tests.settle.quiz.conftest import Ledgerless, Record

DIES = """
import os, signal, sys
from campaigns.bootstrap import build_services
from campaigns.settle import plays
from campaigns.settle.quiz import window
from config import Settings
window.MOST_IN_CHUNK = 20
plays.LANES = 1
done, real = [], plays.write_points
def then_die(*given):
    real(*given)
    done.append(1)
    if len(done) == int(sys.argv[1]):  # all of this chunk is written, nothing of it committed
        os.kill(os.getpid(), signal.SIGKILL)
plays.write_points = then_die
plays.settle_plays(build_services(Settings.from_environ(os.environ)))
"""


def played(table: Ledgerless, fans: int, each: int) -> dict[int, int]:
    totals = {}
    for n in range(fans):
        fan = table.fan()
        totals[fan] = sum(10 * (n + i) for i in range(each))
        for i in range(each):
            table.ended(fan, 10 * (n + i))
    return totals


def settled_once(table: Ledgerless, totals: dict[int, int]) -> None:
    assert {fan: table.points(fan) for fan in totals} == totals
    entries = text("SELECT count(*) FROM ledger_entry WHERE run_id = :run")
    with table.services.reading() as sql:
        assert sql.scalar(entries, {"run": table.run_id}) == sum(1 for total in totals.values() if total)
    assert compare_quiz(table.services, table.run_id).differences == []
    assert check_ledger(table.services) == []
    assert not plays_due(table.services)


def test_two_settlers_at_once_give_every_point_once(record: Record, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "MOST_IN_CHUNK", 10)
    table = record(rate="1")
    totals = played(table, 12, 3)
    with ThreadPoolExecutor(4) as settlers:
        done = list(settlers.map(lambda _: settle_plays(table.services), range(4)))
    assert True in done
    settle_plays(table.services)
    settled_once(table, totals)


def test_while_one_settles_another_goes_away(record: Record) -> None:
    table = record(rate="1")
    totals = played(table, 2, 1)
    with window.only_settler(table.services) as ours:
        assert ours and not settle_plays(table.services)
        assert plays_due(table.services)
    assert settle_plays(table.services)
    settled_once(table, totals)


def test_a_chunk_that_is_done_is_not_done_again(record: Record) -> None:
    """The second guard: who comes late to a chunk, with a window read long ago, finds it done."""
    table = record(rate="1")
    totals = played(table, 3, 2)
    opened = window.open_window(table.services)
    assert opened is not None
    settle_plays(table.services)
    with window.chunk(table.services, opened, opened.chunks[0]) as sql:
        assert sql is None
    settled_once(table, totals)


@pytest.mark.parametrize("dies_at", [1, 2, 3])
def test_a_worker_killed_in_the_middle_leaves_whole_chunks_and_the_next_one_goes_on(
    record: Record, settings: Settings, dies_at: int
) -> None:
    table = record(rate="1")
    totals = played(table, 20, 4)
    environ = settings.environ_for_children(os.environ) | {"PYTHONPATH": str(PROJECT)}
    died = subprocess.run(
        [sys.executable, "-c", DIES, str(dies_at)],
        env=environ,
        cwd=PROJECT,
        timeout=120,
        check=False,
        capture_output=True,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr
    chunks = text("SELECT cardinality(chunks) FROM play_window WHERE upto IS NOT NULL")
    with table.services.reading() as sql:
        assert (sql.scalar(chunks) or 0) > 0, "it died in an open window"
    deadline = time.monotonic() + 60
    while plays_due(table.services):
        settle_plays(table.services)  # not ours until the lock of the dead one has gone with its connection
        assert time.monotonic() < deadline
    settled_once(table, totals)
