"""What a round may cost that writes every standing of a run anew: no index hears of it."""

from __future__ import annotations

from sqlalchemy import inspect, select, text

from campaigns.db.models import Round, Run
from campaigns.db.records import Score, Standing
from campaigns.settle.projections import recompute_standings
from tests.show_fixtures import Stage

HALL = 500  # more than a page
SEATED = """
WITH people AS (
  INSERT INTO fan (secret_hash, public, created_at)
  SELECT decode(md5(n::text), 'hex'), 'hall' || n, now() FROM generate_series(1, :n) AS n RETURNING id
), seated AS (
  INSERT INTO run_fan (run_id, fan_id, seed, joined_at) SELECT :run, id, 1, now() FROM people
) INSERT INTO standing (run_id, fan_id, score, elapsed_ms, rank, rank_before, streak, out, lives)
  SELECT :run, id, id, 0, 9, 9, 0, false, 0 FROM people
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
