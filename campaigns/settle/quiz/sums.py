"""A chunk's results summed up by fan and day, and from these the tallies. All of it set-based, in temporary tables.

`fresh` are the chunk's results as they count; `daily` has a row per (run, fan, day, mark), `whole` one per (run, fan): two
narrow sums, because one wide one would not fit into memory. Plays of a challenge have a draw that somebody knows: they are
summed in `duels`, for their own board, and in nothing else. Of a best score, the instant it was reached goes
along in one number: score << 42 | (2^42 - 1 - milliseconds), so that max() finds the best and of equal ones the earliest.
Fans to be settled anew (`dirty`) are first taken off tallies and live boards, then all their results are fresh.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from campaigns.domain.badge_bits import LEVELS, PERFECT_SHIFT, ROAD_BIT, STREAK_BIT
from campaigns.domain.duel import POINTS, Outcome
from campaigns.domain.quiz_badges import STREAKS
from campaigns.settle.quiz.counting import WINDOW, counts
from campaigns.settle.quiz.stands import DAY, MONTH, WEEK, Stands

BITS, LATEST = 42, (1 << 42) - 1  # milliseconds since 1970 fit until 2109
_LEVEL_COLUMNS = ", ".join(f"l{n} bigint" for n in range(1, LEVELS + 1))
_TABLES = {
    "standing_day": "run_id bigint, day date, day_until timestamptz, week_until timestamptz, month_until timestamptz",
    "standing_period": "run_id bigint, day date, bit smallint, board_id int, closing boolean",
    "standing_whole": "run_id bigint, place smallint, board_id int",
    "standing_channel": "run_id bigint, channel text, board_id int",
    "dirty": "run_id bigint, fan_id bigint, activity_id bigint",
    "forgotten": "run_id bigint, fan_id bigint, granted bigint, badges bigint",
    "fresh": "run_id bigint, fan_id bigint, day date, mark smallint, score int, rev bigint, passed smallint, bits bigint,"
    " duel smallint, scores int[]",
    "daily": "run_id bigint, fan_id bigint, day date, mark smallint, total int, total_ms bigint, first_ms bigint, best bigint",
    "whole": "run_id bigint, fan_id bigint, plays int, total bigint, total_ms bigint, first_ms bigint, best bigint,"
    f" passed smallint, bits bigint, {_LEVEL_COLUMNS}",
    "duels": "run_id bigint, fan_id bigint, total bigint, total_ms bigint, first_ms bigint, best bigint",
    "streaks": "run_id bigint, fan_id bigint, streak int, last_day date, longest int",
    "tallied": "run_id bigint, fan_id bigint, granted bigint, old_granted bigint, badges bigint, old_badges bigint",
    "merged": "board_id int, fan_id bigint, total bigint, total_at timestamptz, best int, best_at timestamptz,"
    " known boolean, old_total bigint, old_best int, old_best_at timestamptz",
    "bars": "board_id int, total bigint, best bigint",
    "bucket_diff": "board_id int, measure smallint, score bigint, slot int, fans bigint",
}
_TEMPORARY = [
    f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} ({columns}) ON COMMIT DELETE ROWS"
    for name, columns in _TABLES.items()
]

# what a challenge's play is worth on the board of challenges; the challenger's score is read where there is one
DUEL = f"""
SELECT CASE WHEN r.score > c.score THEN {POINTS[Outcome.WON]} WHEN r.score = c.score THEN {POINTS[Outcome.TIED]}
            ELSE {POINTS[Outcome.LOST]} END FROM play_result c WHERE c.play_id = r.challenge_id
"""
DIRTY = text("""
INSERT INTO dirty SELECT DISTINCT run.id, t.fan_id, run.activity_id
  FROM retally t JOIN run again ON again.id = t.run_id
  JOIN run ON run.activity_id = again.activity_id AND NOT run.rehearsal
 WHERE t.xid >= CAST(:until AS xid8) AND t.xid < CAST(:upto AS xid8) AND t.fan_id >= :low AND t.fan_id < :high
""")
FORGET_TALLIES = text("""
WITH gone AS (DELETE FROM tally USING dirty d WHERE tally.run_id = d.run_id AND tally.fan_id = d.fan_id RETURNING tally.*)
INSERT INTO forgotten SELECT run_id, fan_id, granted, badges FROM gone
""")
_MS = "(date_part('epoch', r.ended_at) * 1e6)::bigint / 1000"
# NOT IN hashes the small set; of an anti join with a table that is nearly empty the planner hashes the millions of results
_FROM_WINDOW = """
 WHERE r.xid >= CAST(:until AS xid8) AND r.xid < CAST(:upto AS xid8) AND r.fan_id >= :low AND r.fan_id < :high
   AND (r.run_id, r.fan_id) NOT IN (SELECT run_id, fan_id FROM sent_away WHERE xid < CAST(:upto AS xid8))
"""
_NOT_DIRTY = " AND (r.run_id, r.fan_id) NOT IN (SELECT run_id, fan_id FROM dirty)"
_FROM_RECORD = f"""
  JOIN dirty d ON d.run_id = r.run_id AND d.fan_id = r.fan_id
 WHERE r.xid < CAST(:upto AS xid8) AND {counts(WINDOW)}
"""


def temporary(sql: Connection, stands: Stands) -> None:
    """The temporary tables of this connection, with the boards in them."""
    for statement in _TEMPORARY:
        sql.execute(text(statement))
    for name, rows in (
        ("standing_day", stands.days),
        ("standing_period", stands.periods),
        ("standing_whole", stands.wholes),
        ("standing_channel", stands.channels),
    ):
        fill(sql, name, rows)
        analyze(sql, name)


def fill(sql: Connection, name: str, rows: list[Any]) -> None:
    """`rows` into a temporary table, in one statement."""
    if not rows:
        return
    columns = [column.split() for column in _TABLES[name].split(", ")]
    arrays = ", ".join(f"CAST(:{column} AS {kind}[])" for column, kind in columns)
    values = {column: [row[i] for row in rows] for i, (column, _) in enumerate(columns)}
    sql.execute(text(f"INSERT INTO {name} SELECT * FROM unnest({arrays})"), values)


def sum_up(sql: Connection, chunk: dict[str, Any], stands: Stands) -> bool:
    """Fill `dirty`, `fresh`, `daily`, `whole`, `duels`. False: there is nothing in this chunk."""
    dirty = sql.execute(DIRTY, chunk).rowcount > 0
    if dirty:
        sql.execute(FORGET_TALLIES)
    rows = sql.execute(_fresh(_FROM_WINDOW + (_NOT_DIRTY if dirty else "")), chunk).rowcount
    if dirty:
        rows += sql.execute(_fresh(_FROM_RECORD), chunk).rowcount
    analyze(sql, "fresh")
    sql.execute(DAILY)
    sql.execute(_whole(stands.levels))
    sql.execute(DUELS)
    for name in ("daily", "whole", "duels"):
        analyze(sql, name)
    return dirty or rows > 0


def analyze(sql: Connection, name: str) -> None:
    """Nobody else does that for a temporary table, and a guess of its size makes loops of what should be a hash join."""
    sql.execute(text(f"ANALYZE {name}"))


def _levels(levels: int, expression: str) -> str:
    return "".join(f", {expression.replace('#', str(n))}" for n in range(1, levels + 1))


def _fresh(source: str) -> Any:
    return text(f"""
INSERT INTO fresh (run_id, fan_id, day, mark, score, rev, passed, bits, duel, scores)
SELECT r.run_id, r.fan_id, r.day,
       (CASE WHEN r.ended_at < s.day_until THEN {DAY} ELSE 0 END
        + CASE WHEN r.ended_at < s.week_until THEN {WEEK} ELSE 0 END
        + CASE WHEN r.ended_at < s.month_until THEN {MONTH} ELSE 0 END)::smallint,
       r.score, {LATEST} - {_MS}, r.passed,
       ((1 << r.passed) - 1) | (r.perfect::bigint << {PERFECT_SHIFT})
         | CASE WHEN r.passed = cardinality(r.level_scores) THEN 1 << {ROAD_BIT} ELSE 0 END,
       CASE WHEN r.challenge_id IS NOT NULL THEN ({DUEL}) END, r.level_scores
  FROM play_result r JOIN standing_day s ON s.run_id = r.run_id AND s.day = r.day {source}
""")


DAILY = text(f"""
INSERT INTO daily (run_id, fan_id, day, mark, total, total_ms, first_ms, best)
SELECT run_id, fan_id, day, mark, sum(score), max({LATEST} - rev) FILTER (WHERE score > 0), {LATEST} - max(rev),
       max(score::bigint << {BITS} | rev)
  FROM fresh WHERE duel IS NULL GROUP BY run_id, fan_id, day, mark
""")


def _whole(levels: int) -> Any:
    key = f"max(nullif(scores[#], 0)::bigint << {BITS} | rev)"
    return text(f"""
INSERT INTO whole (run_id, fan_id, plays, total, total_ms, first_ms, best, passed, bits{_levels(levels, "l#")})
SELECT run_id, fan_id, count(*), sum(score), max({LATEST} - rev) FILTER (WHERE score > 0), {LATEST} - max(rev),
       max(score::bigint << {BITS} | rev), max(passed), bit_or(bits){_levels(levels, key)}
  FROM fresh WHERE duel IS NULL GROUP BY run_id, fan_id
""")


DUELS = text(f"""
INSERT INTO duels (run_id, fan_id, total, total_ms, first_ms, best)
SELECT run_id, fan_id, sum(duel), max({LATEST} - rev) FILTER (WHERE duel > 0), {LATEST} - max(rev),
       max(duel::bigint << {BITS} | rev)
  FROM fresh WHERE duel IS NOT NULL GROUP BY run_id, fan_id
""")


STREAKS_OF = text(f"""
INSERT INTO streaks
WITH known AS MATERIALIZED (
  SELECT f.run_id, f.fan_id, min(f.day) AS first, t.streak, t.last_day
    FROM daily f JOIN tally t USING (run_id, fan_id)
   GROUP BY f.run_id, f.fan_id, t.streak, t.last_day),
days AS (
  SELECT run_id, fan_id, day FROM daily
  UNION SELECT run_id, fan_id, last_day - g FROM known, generate_series(0, streak - 1) AS g WHERE first >= last_day
  UNION SELECT r.run_id, r.fan_id, r.day
          FROM known k JOIN play_result r ON r.run_id = k.run_id AND r.fan_id = k.fan_id
         WHERE k.first < k.last_day AND r.challenge_id IS NULL
           AND r.xid < CAST(:upto AS xid8) AND {counts(WINDOW)}),
isles AS (
  SELECT run_id, fan_id, day,
         day - row_number() OVER (PARTITION BY run_id, fan_id ORDER BY day)::int AS isle FROM days),
lengths AS (SELECT run_id, fan_id, max(day) AS last, count(*) AS days FROM isles GROUP BY run_id, fan_id, isle)
SELECT run_id, fan_id, max((last - DATE '2000-01-01')::bigint << 20 | days) & {(1 << 20) - 1}, max(last), max(days)
  FROM lengths GROUP BY run_id, fan_id
""")
_STREAK_BITS = " + ".join(
    f"CASE WHEN s.longest >= {days} THEN {1 << STREAK_BIT + i} ELSE 0 END" for i, days in enumerate(STREAKS)
)
TALLY = text(f"""
WITH added AS (
  SELECT w.run_id, w.fan_id, coalesce(t.plays, 0) + w.plays AS plays, coalesce(t.total, 0) + w.total AS total,
         greatest(t.best, (w.best >> {BITS})::int) AS best, greatest(t.passed, w.passed) AS passed, s.streak, s.last_day,
         floor((coalesce(t.total, 0) + w.total) * run.rate)::bigint AS granted,
         coalesce(t.badges, 0) | w.bits | ({_STREAK_BITS}) AS badges,
         coalesce(t.granted, g.granted, 0) AS old_granted, coalesce(t.badges, g.badges, 0) AS old_badges
    FROM whole w JOIN run ON run.id = w.run_id JOIN streaks s USING (run_id, fan_id)
    LEFT JOIN tally t USING (run_id, fan_id) LEFT JOIN forgotten g USING (run_id, fan_id)),
written AS (
  INSERT INTO tally (run_id, fan_id, plays, total, best, passed, streak, last_day, granted, badges)
  SELECT run_id, fan_id, plays, total, best, passed, streak, last_day, granted, badges FROM added ORDER BY run_id, fan_id
  ON CONFLICT (run_id, fan_id) DO UPDATE SET plays = excluded.plays, total = excluded.total, best = excluded.best,
    passed = excluded.passed, streak = excluded.streak, last_day = excluded.last_day, granted = excluded.granted,
    badges = excluded.badges)
INSERT INTO tallied
SELECT run_id, fan_id, granted, old_granted, badges, old_badges FROM added
UNION ALL
SELECT run_id, fan_id, 0, granted, 0, badges FROM forgotten g
 WHERE NOT EXISTS (SELECT FROM whole w WHERE w.run_id = g.run_id AND w.fan_id = g.fan_id)
""")


def tally(sql: Connection, chunk: dict[str, Any]) -> None:
    """Bring the tallies up to the window's end, and note what that means for points and badges (`tallied`)."""
    sql.execute(STREAKS_OF, chunk)
    analyze(sql, "streaks")
    sql.execute(TALLY)
    analyze(sql, "tallied")
