"""Settled anew: of fans whose plays were voided, or of a whole run; and the proof that what stands is what the record gives.

A fan to be settled anew is named in `retally`, in the same transaction as the reason; the next window takes them off
everything and adds up all their results that count. Points follow by difference, as always.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from campaigns.bootstrap import Services
from campaigns.domain.activity import ActivityKind
from campaigns.settle.plays import settle_plays
from campaigns.settle.quiz import finals
from campaigns.settle.quiz.counting import SETTLED, counts
from campaigns.settle.quiz.window import long_work

FAN = text("INSERT INTO retally (run_id, fan_id) VALUES (:run, :fan) ON CONFLICT DO NOTHING")
AWAY = text("""
INSERT INTO sent_away (run_id, fan_id) SELECT run.id, :fan FROM run JOIN activity a ON a.id = run.activity_id
 WHERE run.id = :run AND a.kind = :quiz ON CONFLICT DO NOTHING RETURNING run_id
""")
EVERYBODY = text("""
INSERT INTO retally (run_id, fan_id)
SELECT :run, fan_id FROM (SELECT fan_id FROM play_result WHERE run_id = :run UNION SELECT fan_id FROM tally WHERE run_id = :run
  UNION SELECT o.fan_id FROM board_row o JOIN board b ON b.id = o.board_id
                        JOIN run ON run.activity_id = b.activity_id WHERE run.id = :run) AS fans
ON CONFLICT DO NOTHING
""")
ALL_STALE = text("UPDATE board SET stale = true FROM run WHERE run.id = :run AND board.activity_id = run.activity_id")
BOARDS = text(finals.BOARD + " JOIN run ON run.activity_id = b.activity_id WHERE run.id = :run ORDER BY b.id")
STORED = text("SELECT fan_id, total, total_at, best, best_at FROM board_row WHERE board_id = :board ORDER BY fan_id")
BUCKETS = text("SELECT measure, score, slot, fans FROM board_bucket WHERE board_id = :board ORDER BY 1, 2, 3")
TALLIES = text(f"""
SELECT t.fan_id, t.plays, t.total, t.best, t.passed, t.granted, coalesce(l.points, 0) AS points,
       floor(t.total * run.rate)::bigint AS owed, c.plays AS c_plays, c.total AS c_total, c.best AS c_best, c.passed AS c_passed
  FROM (SELECT * FROM tally WHERE run_id = :run) AS t
  FULL JOIN (SELECT r.fan_id, count(*) AS plays, sum(r.score)::bigint AS total, max(r.score) AS best, max(r.passed) AS passed
               FROM play_result r WHERE r.run_id = :run AND r.challenge_id IS NULL
                AND r.xid < {SETTLED} AND {counts(SETTLED)}
              GROUP BY r.fan_id) AS c ON c.fan_id = t.fan_id
  LEFT JOIN (SELECT fan_id, sum(amount)::bigint AS points FROM ledger_entry WHERE run_id = :run GROUP BY fan_id) AS l
    ON l.fan_id = coalesce(t.fan_id, c.fan_id)
  JOIN run ON run.id = :run
 WHERE (t.plays, t.total, t.best, t.passed) IS DISTINCT FROM (c.plays, c.total, c.best, c.passed)
    OR t.granted IS DISTINCT FROM floor(t.total * run.rate)::bigint OR t.granted IS DISTINCT FROM coalesce(l.points, 0)
 ORDER BY 1
""")


@dataclass(frozen=True)
class Compared:
    """`differences` is empty when every stored number is what the record gives."""

    boards: int
    rows: int
    differences: list[str]


def settle_anew(sql: Connection, run_id: int, fan_id: int) -> None:
    """With the next window; for who changes which of a fan's results count."""
    sql.execute(FAN, {"run": run_id, "fan": fan_id})


def send_away(sql: Connection, run_id: int, fan_id: int) -> bool:
    """Nothing that this fan plays in this season counts, from the next window on. False: it is no quiz's, or done already."""
    if sql.scalar(AWAY, {"run": run_id, "fan": fan_id, "quiz": ActivityKind.QUIZ}) is None:
        return False
    settle_anew(sql, run_id, fan_id)
    return True


def recompute_quiz(services: Services, run_id: int) -> bool:
    """Make every tally, board and balance of the run anew from its results. False: another is settling; try again."""
    with services.sql.begin() as sql:
        long_work(sql)
        sql.execute(EVERYBODY, {"run": run_id})
        sql.execute(ALL_STALE, {"run": run_id})
    return settle_plays(services)


def compare_quiz(services: Services, run_id: int) -> Compared:
    """Compute all boards and tallies of the run from the settled results and compare with what is stored. Writes nothing."""
    differences: list[str] = []
    boards = rows = 0
    with services.sql.connect() as sql, sql.begin() as transaction:
        long_work(sql)
        for board in sql.execute(BOARDS, {"run": run_id}).all():
            before = _standing(sql, board.id)
            finals.make_anew(sql, board)
            boards, rows = boards + 1, rows + len(before[0])
            differences += _different(board.name, before, _standing(sql, board.id))
        for row in sql.execute(TALLIES, {"run": run_id}):
            differences.append(f"tally: {tuple(row)}")
        transaction.rollback()
    return Compared(boards, rows, differences)


def _standing(sql: Connection, board_id: int) -> tuple[list[Any], list[Any]]:
    values = {"board": board_id}
    return [tuple(row) for row in sql.execute(STORED, values)], [tuple(row) for row in sql.execute(BUCKETS, values)]


def _different(name: str, before: tuple[list[Any], list[Any]], after: tuple[list[Any], list[Any]]) -> list[str]:
    said = []
    for what, stored, made in zip(("row", "bucket"), before, after, strict=True):
        for row in sorted(set(stored) ^ set(made), key=repr):
            said.append(f"board {name}: {what} {row} {'is stored, but not due' if row in stored else 'is missing'}")
    return said
