"""Boards made anew from results, and boards closed: when a period is over its first ten get their badge and it is final.

A final board of a day, week or month keeps the rows of its first thousand (by either measure) and all its buckets: whoever
is not in the rows still gets an exact number of fans with more points. Eighteen million plays in a fortnight make ten
million fan-days; nobody turns the pages of last Tuesday beyond the first thousand. Whole seasons keep every row.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, text

from campaigns.bootstrap import Services
from campaigns.domain.periods import GRACE, span_of
from campaigns.domain.quiz_badges import TOP, top_badge
from campaigns.settle.quiz.board_rows import KEPT, SLOT
from campaigns.settle.quiz.counting import SETTLED, counts
from campaigns.settle.quiz.stands import CLOSED
from campaigns.settle.quiz.sums import BITS, DUEL, LATEST
from campaigns.settle.quiz.window import long_work

EVER = (date(1970, 1, 1), date(9999, 1, 1), "infinity")

BOARD = """
SELECT b.id, b.name, b.activity_id, b.final_at, b.stale, b.frozen IS NOT NULL AS frozen, c.zone FROM board b
  JOIN activity a ON a.id = b.activity_id JOIN campaign c ON c.id = a.campaign_id
"""
STALE = text(BOARD + " WHERE b.stale ORDER BY b.id")
ONE = text(BOARD + " WHERE b.id = :id FOR UPDATE OF b")
LIVE_PERIODS = text(
    BOARD + " WHERE b.final_at IS NULL AND b.frozen IS NULL AND b.name ~ '^(day|week|month)\\:' ORDER BY b.id"
)
OVER_SEASONS = text(
    BOARD
    + """
  JOIN run ON 'season\\:' || run.id = b.name AND run.activity_id = b.activity_id
 WHERE b.final_at IS NULL AND b.frozen IS NULL AND b.name LIKE 'season\\:%' AND run.state = 'ended'
   AND NOT EXISTS (SELECT FROM play WHERE play.run_id = run.id AND play.ended_at IS NULL) ORDER BY b.id
"""
)
DROP = (text("DELETE FROM board_row WHERE board_id = :board"), text("DELETE FROM board_bucket WHERE board_id = :board"))
_MS = "(date_part('epoch', r.ended_at) * 1e6)::bigint / 1000"
_BEST = f"max(#::bigint << {BITS} | ({LATEST} - {_MS})) AS key"
_WHOLE_VALUES = f"""
SELECT r.fan_id, sum(r.score) AS total, coalesce(max({_MS}) FILTER (WHERE r.score > 0), min({_MS})) AS total_ms,
       {_BEST.replace("#", "r.score")}
"""
_LEVEL_VALUES = f"""
SELECT r.fan_id, NULL::bigint AS total, NULL::bigint AS total_ms, {_BEST.replace("#", "r.level_scores[:level]")}
"""
_COUNTED = f"""
  FROM play_result r JOIN run ON run.id = r.run_id AND NOT run.rehearsal #
 WHERE run.activity_id = :activity AND r.day >= :first AND r.day < :after AND r.ended_at < CAST(:until AS timestamptz)
   AND r.xid < {SETTLED} AND {counts(SETTLED)}
"""
_MADE = f"""
CREATE TEMPORARY TABLE made ON COMMIT DROP AS
SELECT fan_id, total, to_timestamp(total_ms::float8 / 1000) AS total_at, (key >> {BITS})::int AS best,
       to_timestamp(({LATEST} - (key & {LATEST}))::float8 / 1000) AS best_at FROM (#) AS sums
"""
_FIRST = """
 WHERE (m.total, m.total_at, m.fan_id) IN (
         SELECT total, total_at, fan_id FROM made ORDER BY total DESC, total_at, fan_id LIMIT :kept)
    OR (m.best, m.best_at, m.fan_id) IN (
         SELECT best, best_at, fan_id FROM made ORDER BY best DESC, best_at, fan_id LIMIT :kept)
"""
_ROWS = """
INSERT INTO board_row (board_id, fan_id, total, total_at, best, best_at)
SELECT :board, fan_id, total, total_at, best, best_at FROM made m # ORDER BY fan_id
"""
_BUCKETS = text(f"""
INSERT INTO board_bucket (board_id, measure, score, slot, fans)
SELECT :board, 0, total, 0, count(*) FROM made WHERE total IS NOT NULL GROUP BY total
UNION ALL SELECT :board, 1, best, 0, count(*) FROM made GROUP BY best
UNION ALL SELECT :board, 2, best, {SLOT.format("best_at")}, count(*) FROM made GROUP BY 3, 4
""")
TRIM = text("""
DELETE FROM board_row m WHERE m.board_id = :board
   AND m.fan_id NOT IN (SELECT fan_id FROM board_row WHERE board_id = :board
                         ORDER BY total DESC, total_at, fan_id LIMIT :kept)
   AND m.fan_id NOT IN (SELECT fan_id FROM board_row WHERE board_id = :board
                         ORDER BY best DESC, best_at, fan_id LIMIT :kept)
""")
FINAL = text("UPDATE board SET final_at = :at WHERE id = :board AND final_at IS NULL")
FRESH = text("UPDATE board SET stale = false WHERE id = :board")
FIRST_TEN = text("""
SELECT fan_id FROM board_row WHERE board_id = :board AND total > 0 ORDER BY total DESC, total_at, fan_id LIMIT :top
""")
HELD = text("""
SELECT fan_id, sum(delta) AS held, max(version) AS version FROM award
 WHERE badge = :badge AND run_id IN (SELECT id FROM run WHERE activity_id = :activity) GROUP BY fan_id
""")
AWARD = text("""
INSERT INTO award (key, run_id, fan_id, badge, delta, version, at)
SELECT format('run\\:%s\\:fan\\:%s\\:%s\\:v%s', run.id, x.fan, CAST(:badge AS text), x.version),
       run.id, x.fan, :badge, x.delta, x.version, :at
  FROM unnest(CAST(:fans AS bigint[]), CAST(:deltas AS bigint[]), CAST(:versions AS bigint[])) AS x(fan, delta, version),
       (SELECT max(id) AS id FROM run WHERE activity_id = :activity) AS run
""")


def boards_due(services: Services, sql: Connection) -> list[int]:
    """Boards whose period is over, or that are to be made anew."""
    now = services.now().at
    due = [row.id for row in sql.execute(STALE)]
    due += [row.id for row in sql.execute(LIVE_PERIODS) if _over(sql, row, now)]
    return list(dict.fromkeys(due + [row.id for row in sql.execute(OVER_SEASONS)]))


def bring_up(services: Services, board_id: int) -> None:
    """Make the board anew if it is stale; close it if it is over, and not frozen. One transaction; doing it twice is harmless."""
    with services.sql.begin() as sql:
        long_work(sql)
        board = sql.execute(ONE, {"id": board_id}).one()
        if board.stale:
            make_anew(sql, board)
        at = services.now().at
        if board.final_at is None and (board.frozen or not _over(sql, board, at)):
            return
        if board.final_at is None and not board.name.startswith("season:"):
            sql.execute(TRIM, {"board": board.id, "kept": KEPT})
        sql.execute(FINAL, {"board": board.id, "at": at})
        _award_top(sql, board, at)


def _over(sql: Connection, board: Row[Any], now: datetime) -> bool:
    span = span_of(board.name, ZoneInfo(board.zone))
    if span is not None:
        return now >= span.until + CLOSED
    return board.id in [row.id for row in sql.execute(OVER_SEASONS)]


def _sums(kind: str) -> str:
    """A row for each fan of a board of this kind, from the settled results that count on it."""
    counted = _COUNTED
    join, shown = "", _LEVEL_VALUES if kind == "level" else _WHOLE_VALUES
    if kind in ("season", "level", "challenge", "channel"):
        counted += " AND run.id = CAST(:run AS bigint)"
    if kind == "level":
        counted += " AND r.level_scores[:level] > 0"
    if kind == "challenge":
        join = f"CROSS JOIN LATERAL ({DUEL}) AS duel(points)"
        shown = shown.replace("r.score", "duel.points")
    else:
        counted += " AND r.challenge_id IS NULL"
    if kind == "channel":
        join = "JOIN participation p ON p.campaign_id = run.campaign_id AND p.fan_id = r.fan_id"
        counted += " AND p.first_channel = :which"
    return f"{shown} {counted.replace('#', join)} GROUP BY r.fan_id"


def make_anew(sql: Connection, board: Row[Any]) -> None:
    """Every row and bucket of the board from the settled results that count on it. Whatever it is: final or live."""
    span = span_of(board.name, ZoneInfo(board.zone))
    first, after, until = (span.first, span.after, span.until + GRACE) if span is not None else EVER
    kind, _, rest = board.name.partition(":")
    run, _, which = rest.partition(":")
    values = {"board": board.id, "activity": board.activity_id, "first": first, "after": after, "until": until}
    values |= {"kept": KEPT, "run": run if span is None and run else 0, "which": which}
    values["level"] = int(which) if kind == "level" else 0
    for drop in DROP:
        sql.execute(drop, values)
    sql.execute(text(_MADE.replace("#", _sums(kind))), values)
    sql.execute(text("ANALYZE made"))
    trimmed = span is not None and board.final_at is not None
    sql.execute(text(_ROWS.replace("#", _FIRST if trimmed else "")), values)
    sql.execute(_BUCKETS, values)
    sql.execute(text("DROP TABLE made"))
    sql.execute(FRESH, values)


def _award_top(sql: Connection, board: Row[Any], at: Any) -> None:
    """The badge to the first ten; taken back from who is not among them any more."""
    badge, whose = top_badge(board.name), {"activity": board.activity_id}
    wanted = set(sql.scalars(FIRST_TEN, {"board": board.id, "top": TOP}))
    rows = sql.execute(HELD, whose | {"badge": badge}).all()
    held = {row.fan_id for row in rows if row.held > 0}
    versions = {row.fan_id: row.version for row in rows}
    changed = [(fan, 1) for fan in sorted(wanted - held)] + [(fan, -1) for fan in sorted(held - wanted)]
    if changed:
        columns = {"fans": [fan for fan, _ in changed], "deltas": [delta for _, delta in changed]}
        given = columns | {"versions": [int(versions.get(fan, 0)) + 1 for fan, _ in changed]}
        sql.execute(AWARD, given | whose | {"badge": badge, "at": at})
