"""What a round may cost that writes every standing of a run anew: no index hears of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, inspect, select, text

from campaigns.db.models import Round, Run
from campaigns.db.records import Score, Standing
from campaigns.settle import rounds
from campaigns.settle.projections import LOOPS, close_ranks, number_places, recompute_standings
from tests.show_fixtures import Stage

HALL = 500  # more than a page
SEATED = """
WITH people AS (
  INSERT INTO fan (secret_hash, public, created_at)
  SELECT decode(md5(who), 'hex'), who, now()
  FROM (SELECT CAST(:run AS text) || ' ' || n AS who FROM generate_series(1, :n) AS n) AS named RETURNING id
), seated AS (
  INSERT INTO run_fan (run_id, fan_id, seed, joined_at) SELECT :run, id, 1, now() FROM people
) INSERT INTO standing (run_id, fan_id, score, elapsed_ms, rank, rank_before, streak, out, lives)
  SELECT :run, id, id, 0, 9, 9, 0, false, 0 FROM people
"""
OTHERS = """
INSERT INTO standing (run_id, fan_id, score, elapsed_ms, rank, rank_before, streak, out, lives)
SELECT -1 - n % 4, n, n, 0, 9, 9, 0, false, 0 FROM generate_series(1, :n) AS n
"""
SAID = """
INSERT INTO answer (round_id, fan_id, question_version_id, places, opened_ns, received_ns, allowance_ns, boot_id,
                    received_at, receipt)
SELECT :round, n, 1, '{0}', 0, 1, 0, 'boot', now(), '' FROM generate_series(1, :n) AS n
"""
BY_A_JOIN = """
SELECT FROM run_fan f WHERE f.run_id = :run AND NOT EXISTS
    (SELECT FROM answer a WHERE a.round_id = :round AND a.fan_id = f.fan_id) LIMIT 1
"""
WRITTEN = text("SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_xact_user_tables WHERE relname = 'standing'")


def test_a_round_that_moves_everybody_changes_no_index(stage: Stage) -> None:
    show = stage()
    ming = show.fan("小明")
    show.play({ming: ("b", 1000)})
    with show.services.sql.begin() as sql:
        sql.execute(text(SEATED), {"n": HALL, "run": show.run_id})
    with show.services.sql.connect() as sql:
        judged = select(Round, Run.rules).join(Run, Run.id == Round.run_id).where(Round.id == show.round(1).id)
        recompute_standings(sql, sql.execute(judged).one(), 1)
        written, beside = sql.execute(WRITTEN).one()
    assert written == beside == HALL + 1


def test_no_index_but_the_key_holds_what_a_round_writes(stage: Stage) -> None:
    found = inspect(stage().services.sql)
    assert found.get_indexes(Score.__tablename__) == []
    assert [index["column_names"] for index in found.get_indexes(Standing.__tablename__)] == [["run_id", "place"]]


@pytest.mark.parametrize(("deed", "marked"), [(number_places, "place"), (close_ranks, "rank")])
def test_a_hall_of_which_nothing_is_known_yet_is_not_joined_to_itself_in_a_loop(
    stage: Stage, deed: Callable[[Connection, int], None], marked: str
) -> None:
    show, plans = stage(), list[str]()

    def explained(sql: Connection, _: Any, statement: str, given: Any, *more: Any) -> None:
        if statement.startswith(f"\nUPDATE standing SET {marked}"):
            driver: Any = sql.connection.driver_connection
            plans.extend(line for (line,) in driver.execute(f"EXPLAIN {statement}", given))

    with show.services.sql.connect() as sql:
        sql.execute(text(OTHERS), {"n": 10 * HALL})
        sql.execute(text("ANALYZE standing"))
        sql.execute(text(SEATED), {"n": HALL, "run": show.run_id})
        before = sql.scalar(LOOPS)
        event.listen(sql, "before_cursor_execute", explained)
        deed(sql, show.run_id)
        assert sql.scalar(LOOPS) == before == "on"
    assert any("Join" in line for line in plans) and not any("Nested Loop" in line for line in plans)


def test_who_is_missing_in_a_hall_of_which_nothing_is_known_yet_is_not_sought_in_a_loop(stage: Stage) -> None:
    show = stage()

    def plan(sql: Connection, statement: str) -> str:
        return "\n".join(sql.scalars(text(f"EXPLAIN {statement}"), {"run": show.run_id, "round": -2}))

    with show.services.sql.connect() as sql:
        sql.execute(text(SEATED), {"n": 10 * HALL, "run": show.run_id})
        sql.execute(text(SAID), {"n": 10 * HALL, "round": -1})
        sql.execute(text("ANALYZE run_fan, answer"))
        sql.execute(text(SAID), {"n": 10 * HALL, "round": -2})
        assert "Nested Loop" in plan(sql, BY_A_JOIN)  # what the planner does where it is let
        assert "Nested Loop" not in plan(sql, rounds.MISSING.text)
