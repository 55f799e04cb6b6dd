"""The board of the fallen, written anew after every settlement of a survival run; the rule: campaigns/domain/fallen.py.

Beside the standings, not in them: other runs have no fallen, and must not pay for a second order. A right answer without
a rank in its round is one given for fun (ranks are for those in), so the score rows already hold all of it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select, text

from campaigns.db.records import Fallen
from campaigns.domain.leaderboard import LONGEST_MS

TOP = 5

# After the standings: they say who is out. :round counts in :version already, see `projections.STANDINGS`.
RECOUNT = text(f"""
WITH judged AS (
    SELECT id, CASE WHEN id = :round THEN :version ELSE version END AS version FROM round
    WHERE run_id = :run AND warm_up = 0
), fun AS (
    SELECT s.fan_id, count(*) AS score, least(sum(s.elapsed_ms), {LONGEST_MS}) AS elapsed_ms
    FROM score s JOIN judged r ON r.id = s.round_id AND r.version = s.version
    WHERE s."right" AND s.rank IS NULL GROUP BY s.fan_id
), placed AS (
    SELECT fan_id, coalesce(f.score, 0) AS score, coalesce(f.elapsed_ms, 0) AS elapsed_ms
    FROM standing s LEFT JOIN fun f USING (fan_id) WHERE s.run_id = :run AND s.out
)
INSERT INTO fallen (run_id, fan_id, score, elapsed_ms, rank)
SELECT :run, fan_id, score, elapsed_ms, rank() OVER (ORDER BY score DESC, elapsed_ms) FROM placed
""")
FORGET = text("DELETE FROM fallen WHERE run_id = :run")
FORGET_KICKED = text("""
DELETE FROM fallen USING run_fan f
WHERE fallen.run_id = :run AND f.run_id = :run AND f.fan_id = fallen.fan_id AND f.kicked_at IS NOT NULL
""")
CLOSE_RANKS = text("""
UPDATE fallen SET rank = placed.rank
FROM (SELECT fan_id, rank() OVER (ORDER BY score DESC, elapsed_ms) AS rank FROM fallen WHERE run_id = :run) AS placed
WHERE fallen.run_id = :run AND fallen.fan_id = placed.fan_id AND fallen.rank <> placed.rank
""")


def recount(sql: Connection, run_id: int, round_id: int, version: int) -> None:
    sql.execute(FORGET, {"run": run_id})
    sql.execute(RECOUNT, {"run": run_id, "round": round_id, "version": version})


def close_ranks(sql: Connection, run_id: int) -> None:
    """Removed fans leave, and who stood behind them moves up."""
    sql.execute(FORGET_KICKED, {"run": run_id})
    sql.execute(CLOSE_RANKS, {"run": run_id})


def fallen_result(sql: Connection, run_id: int) -> dict[str, Any]:
    """How many are out, and the first five of those who were right for fun."""
    best = select(Fallen.fan_id, Fallen.rank, Fallen.score, Fallen.elapsed_ms)
    best = best.where(Fallen.run_id == run_id, Fallen.score > 0).order_by(Fallen.rank, Fallen.fan_id).limit(TOP)
    top = [
        {"fan": row.fan_id, "rank": row.rank, "score": row.score, "elapsed_ms": row.elapsed_ms}
        for row in sql.execute(best)
    ]
    return {"of": sql.scalar(select(func.count()).where(Fallen.run_id == run_id)) or 0, "top": top}
