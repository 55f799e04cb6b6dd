"""A small rehearsal through a real worker: real connections, a real report, and afterwards nobody was ever there."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select, text

from bench import rehearse
from campaigns.bootstrap import Services
from campaigns.control.rehearsals import RehearsalView, rehearsal, start_rehearsal, under_way
from campaigns.db.models import Run
from campaigns.domain.rehearsal import Plan
from campaigns.identity.fans import new_fan
from campaigns.play.join import Joined, join
from campaigns.settle.rehearsal.clearing import clear_rehearsal
from deploy.house import House
from tests.stage import PATIENCE_S, Screen, estimate, rush, single

COMMAND = "--fans 5 --speed 400 --dropouts 20 --pace 100"


def counts(services: Services) -> dict[str, int]:
    """Rows of each table there is that says something of people, pay or plans."""
    tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    with services.sql.connect() as sql:
        there = set(sql.scalars(text(tables))) - {"event", "run", "rehearsal", "extra", "fan"}
        return {table: sql.scalar(text(f'SELECT count(*) FROM "{table}"')) or 0 for table in sorted(there)}


@dataclass(frozen=True)
class Rehearsed:
    found: RehearsalView
    report: dict[str, Any]
    screen: Screen
    before: dict[str, int]
    people: int
    status: int
    said: dict[str, Any]  # the last line of the command


@pytest.fixture(scope="module")
def rehearsed(house: House, services: Services) -> Iterator[Rehearsed]:
    """`make rehearse`: five simulated fans play three questions, the last sealed; a real one looks in."""
    activity = rush(services, [single(seconds=4), estimate(190, seconds=4), single("封好的题", seconds=4, sealed=True)])
    other = rush(services, [single()])
    before = counts(services)
    guest, _ = new_fan(services)
    people = fans(services)
    with ThreadPoolExecutor(1) as pool, redirect_stdout(io.StringIO()) as out:
        arguments = [*COMMAND.split(), "--rush", str(activity), "--port", str(house.settings.port)]
        command = pool.submit(rehearse.main, arguments, house.settings.environ_for_children(os.environ))
        run_id = begun(services)
        assert start_rehearsal(services, other, Plan(), "operator:1") is None, "one at a time"
        assert isinstance(join(services, rehearsal(services, run_id).code, guest, "小明", "poster"), Joined)
        with Screen(house.url, services, run_id) as screen:
            status = command.result(4 * PATIENCE_S)
    found = rehearsal(services, run_id)
    assert found.report is not None
    yield Rehearsed(found, found.report, screen, before, people, status, json.loads(out.getvalue().splitlines()[-1]))


def begun(services: Services) -> int:
    until = time.monotonic() + PATIENCE_S
    while (found := under_way(services)) is None:
        assert time.monotonic() < until
        time.sleep(0.1)  # between two looks: a real worker begins it
    return found.run_id


def fans(services: Services) -> int:
    with services.sql.connect() as sql:
        return sql.scalar(text("SELECT count(*) FROM fan WHERE id NOT IN (SELECT fan_id FROM extra)")) or 0


def test_the_simulated_fans_play_over_the_wire_and_the_books_agree(rehearsed: Rehearsed) -> None:
    figures, measured = rehearsed.report["figures"], rehearsed.report["measured"]
    assert (figures["fans"], figures["joined"], figures["failures"]) == (5, 5, 0), measured
    assert rehearsed.status == 0 and rehearsed.said == figures
    assert figures["acknowledged"] == figures["rows"] > 0 and figures["sent"] >= figures["rows"]
    assert figures["board_sum"] == figures["scores_sum"] > 0 and figures["recomputed_equal"]
    assert figures["ledger_sum"] == figures["expected_ledger_sum"] == figures["badges"] == figures["told_wrong"] == 0
    assert measured["left"] == 1 and measured["peak"] >= 1 and measured["ack_p99_ms"] > 0 and measured["lost"] == 0
    codes = {finding["code"] for finding in rehearsed.report["findings"]}
    assert "sealed" in codes and not codes & {"not_reached", "not_let_in", "books", "no_screen", "screen_elsewhere"}


def test_every_packet_to_the_screens_says_that_it_is_a_rehearsal(rehearsed: Rehearsed) -> None:
    scenes = [data for event, data in rehearsed.screen.packets if event == "scene"]
    assert {"reading", "open", "reveal", "board", "podium", "final"} <= {scene["scene"] for scene in scenes}
    assert all(scene["run"]["rehearsal"] for scene in scenes)


def test_afterwards_nobody_was_ever_there(rehearsed: Rehearsed, services: Services) -> None:
    run_id = rehearsed.found.run_id
    assert clear_rehearsal(services, run_id) and not clear_rehearsal(services, run_id), "once"
    own = {name: rehearsed.before[name] for name in ("display", "audit")}  # the test's screen, and its pairing
    after = counts(services) | own
    assert after == rehearsed.before
    assert fans(services) == rehearsed.people, "the cast is no people"
    with services.sql.connect() as sql:
        run = sql.execute(select(Run).where(Run.id == run_id)).one()
    assert run.rehearsal and run.state == "ended" and run.awarded_version == 0
    assert rehearsal(services, run_id).report == rehearsed.report, "the report stays"
