"""What a chunk's sums mean on the live boards: rows brought up to date, and the buckets by which ranks are counted.

`merged` holds each row as it will be, beside what it was; rows and buckets follow from it. Two chunks have no fan in
common, but they do have buckets: these are written last, under the ledger's lock, in one order.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from campaigns.domain.periods import SLOT_S
from campaigns.settle.quiz.stands import Stands
from campaigns.settle.quiz.sums import BITS, LATEST, analyze

KEPT = 1000  # rows of a closed day, week or month, by either measure
SLOT = "floor(date_part('epoch', {}) / #)::int".replace("#", str(SLOT_S))
_INSTANT = "to_timestamp(({})::float8 / 1000)"
_REACHED = _INSTANT.format("coalesce(i.total_ms, i.first_ms)")
_BEST, _BEST_AT = f"(i.best >> {BITS})::int", _INSTANT.format(f"{LATEST} - (i.best & {LATEST})")

FORGET_ROWS = text(f"""
WITH gone AS (
  DELETE FROM board_row o USING board b, (SELECT DISTINCT activity_id, fan_id FROM dirty) d
   WHERE b.activity_id = d.activity_id AND b.final_at IS NULL AND o.board_id = b.id AND o.fan_id = d.fan_id RETURNING o.*)
INSERT INTO bucket_diff
SELECT board_id, 0, total, 0, -1 FROM gone WHERE total IS NOT NULL
UNION ALL SELECT board_id, 1, best, 0, -1 FROM gone
UNION ALL SELECT board_id, 2, best, {SLOT.format("best_at")}, -1 FROM gone
""")
_WHOLE = """
SELECT s.board_id, w.fan_id, sum(w.total) AS total, max(w.total_ms) AS total_ms, min(w.first_ms) AS first_ms,
       max(w.best) AS best FROM whole w JOIN standing_whole s ON s.run_id = w.run_id AND s.place = 0 GROUP BY 1, 2
"""
_CHANNEL = """
SELECT s.board_id, w.fan_id, w.total, w.total_ms, w.first_ms, w.best
  FROM whole w JOIN run ON run.id = w.run_id
  JOIN participation p ON p.campaign_id = run.campaign_id AND p.fan_id = w.fan_id
  JOIN standing_channel s ON s.run_id = w.run_id AND s.channel = p.first_channel
"""
_SUMS = "sum(f.total) AS total, max(f.total_ms) AS total_ms, min(f.first_ms) AS first_ms, max(f.best) AS best"
_PERIOD = f"""
SELECT s.board_id, f.fan_id, {_SUMS}
  FROM daily f JOIN standing_period s ON s.run_id = f.run_id AND s.day = f.day
 WHERE f.mark & s.bit <> 0 GROUP BY 1, 2
"""
_CHALLENGE = """
SELECT s.board_id, d.fan_id, d.total, d.total_ms, d.first_ms, d.best
  FROM duels d JOIN standing_whole s ON s.run_id = d.run_id AND s.place = -1
"""
_LEVEL = """
SELECT s.board_id, w.fan_id, NULL::bigint AS total, NULL::bigint AS total_ms, NULL::bigint AS first_ms, w.l{0} AS best
  FROM whole w JOIN standing_whole s ON s.run_id = w.run_id AND s.place = {0} WHERE w.l{0} IS NOT NULL
"""
_MERGE = f"""
INSERT INTO merged
SELECT i.board_id, i.fan_id, coalesce(o.total, 0) + i.total,
       CASE WHEN i.total IS NULL THEN NULL
            WHEN i.total > 0 AND o.total > 0 THEN greatest(o.total_at, {_REACHED})
            WHEN o.total > 0 THEN o.total_at WHEN i.total > 0 THEN {_REACHED}
            ELSE least(o.total_at, {_REACHED}) END,
       greatest(o.best, {_BEST}),
       CASE WHEN o.best > {_BEST} THEN o.best_at WHEN o.best = {_BEST} THEN least(o.best_at, {_BEST_AT})
            ELSE {_BEST_AT} END,
       o.fan_id IS NOT NULL, o.total, o.best, o.best_at
  FROM (#) AS i LEFT JOIN board_row o ON o.board_id = i.board_id AND o.fan_id = i.fan_id
"""
UPDATE = text("""
UPDATE board_row o SET total = m.total, total_at = m.total_at, best = m.best, best_at = m.best_at FROM merged m
 WHERE m.known AND o.board_id = m.board_id AND o.fan_id = m.fan_id
   AND (m.total, m.total_at, m.best, m.best_at) IS DISTINCT FROM (o.total, o.total_at, o.best, o.best_at)
""")
INSERT = text("""
INSERT INTO board_row (board_id, fan_id, total, total_at, best, best_at)
SELECT board_id, fan_id, total, total_at, best, best_at FROM merged m
 WHERE NOT known AND NOT EXISTS (SELECT FROM bars b WHERE b.board_id = m.board_id AND m.total < b.total AND m.best < b.best)
 ORDER BY board_id, fan_id
""")
# of boards that are closing: the scores below which a fan of this chunk cannot be among the first to be kept
BARS = text("""
INSERT INTO bars
WITH scored AS (
  SELECT board_id, measure, score, sum(sum(fans)) OVER (PARTITION BY board_id, measure ORDER BY score DESC) AS fans
    FROM bucket_diff WHERE measure < 2 AND fans > 0 AND board_id IN (SELECT board_id FROM standing_period WHERE closing)
   GROUP BY board_id, measure, score)
SELECT board_id, max(score) FILTER (WHERE measure = 0), max(score) FILTER (WHERE measure = 1)
  FROM scored WHERE fans >= :kept GROUP BY board_id HAVING count(DISTINCT measure) = 2
""")
_BEST_DIFF = f"""
SELECT board_id, best AS score, {SLOT.format("best_at")} AS slot, count(*) AS fans FROM merged GROUP BY 1, 2, 3
UNION ALL
SELECT board_id, old_best, {SLOT.format("old_best_at")}, -count(*) FROM merged WHERE known GROUP BY 1, 2, 3
"""
DIFFS = text(f"""
INSERT INTO bucket_diff
WITH best AS MATERIALIZED ({_BEST_DIFF})
SELECT board_id, 0, total, 0, count(*) FROM merged WHERE total IS NOT NULL GROUP BY 1, 3
UNION ALL SELECT board_id, 0, old_total, 0, -count(*) FROM merged WHERE old_total IS NOT NULL GROUP BY 1, 3
UNION ALL SELECT board_id, 1, score, 0, sum(fans) FROM best GROUP BY 1, 3
UNION ALL SELECT board_id, 2, score, slot, fans FROM best
""")
BUCKETS = text("""
INSERT INTO board_bucket (board_id, measure, score, slot, fans)
SELECT board_id, measure, score, slot, sum(fans) FROM bucket_diff GROUP BY 1, 2, 3, 4 HAVING sum(fans) <> 0
 ORDER BY 1, 2, 3, 4
ON CONFLICT (board_id, measure, score, slot) DO UPDATE SET fans = board_bucket.fans + excluded.fans
""")
EMPTY = text("""
DELETE FROM board_bucket b USING bucket_diff d
 WHERE b.fans = 0 AND b.board_id = d.board_id AND b.measure = d.measure AND b.score = d.score AND b.slot = d.slot
""")


def forget_rows(sql: Connection) -> None:
    """The fans in `dirty` off all live boards of their activities."""
    sql.execute(FORGET_ROWS)


def write_rows(sql: Connection, stands: Stands) -> None:
    """The rows of this chunk's fans on every live board; `bucket_diff` holds what that means for the buckets."""
    sources = [_WHOLE, _PERIOD, _CHALLENGE, *(_LEVEL.format(n) for n in range(1, stands.levels + 1))]
    if stands.channels:
        sources.append(_CHANNEL)
    for source in sources:
        sql.execute(text(_MERGE.replace("#", source)))
    analyze(sql, "merged")
    sql.execute(DIFFS)
    analyze(sql, "bucket_diff")
    if any(closing for *_, closing in stands.periods):
        sql.execute(BARS, {"kept": KEPT})
    sql.execute(UPDATE)
    sql.execute(INSERT)


def write_buckets(sql: Connection) -> None:
    """With the ledger's lock held."""
    sql.execute(BUCKETS)
    sql.execute(EMPTY)
