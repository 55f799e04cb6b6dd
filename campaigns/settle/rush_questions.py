"""What rushes say of questions: all answers of an ended rush by the judgements that count, anew with each award version.

A rush's counts are replaced as a whole, so a corrected key or a void round comes right by counting again. Silence is not
counted here: in a hall it says that a phone was in a pocket.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

from campaigns.bootstrap import Services
from campaigns.db.question_counts import TWO_DIGITS, show_versions
from campaigns.settle.quiz.window import long_work

DUE = text("""
SELECT run.id, run.awarded_version AS version FROM run JOIN activity a ON a.id = run.activity_id AND a.kind = 'rush'
  LEFT JOIN rush_counted c ON c.run_id = run.id
 WHERE NOT run.rehearsal AND run.awarded_version > coalesce(c.version, 0) ORDER BY run.id
""")
CLAIM = text("""
INSERT INTO rush_counted AS c (run_id, version) VALUES (:run, :version)
    ON CONFLICT (run_id) DO UPDATE SET version = excluded.version WHERE c.version < excluded.version
""")
FORGET = text("DELETE FROM question_tally WHERE run_id = :run RETURNING version_id")
_ANSWERS = """
  FROM round r JOIN score s ON s.round_id = r.id AND s.version = r.version
 WHERE r.run_id = :run AND r.warm_up = 0 AND r.state <> 'void' AND s."right" IS NOT NULL AND s.elapsed_ms IS NOT NULL
"""
COUNT = text(f"""
INSERT INTO question_tally (version_id, run_id, asked, "right")
SELECT r.question_version_id, r.run_id, count(*), count(*) FILTER (WHERE s."right") {_ANSWERS}
 GROUP BY 1, 2 RETURNING version_id
""")
COUNT_TIMES = text(f"""
INSERT INTO question_time (version_id, run_id, ms, answers)
SELECT r.question_version_id, r.run_id, {TWO_DIGITS.format("s.elapsed_ms")}, count(*) {_ANSWERS} GROUP BY 1, 2, 3
""")


def rushes_due(sql: Connection) -> bool:
    return sql.execute(DUE).first() is not None


def count_rushes(services: Services) -> bool:
    """False: every rush whose awards are given has been counted."""
    with services.reading() as sql:
        due = [(row.id, row.version) for row in sql.execute(DUE)]
    return sum(_count(services, run_id, version) for run_id, version in due) > 0


def _count(services: Services, run_id: int, version: int) -> bool:
    with services.sql.begin() as sql:
        long_work(sql)
        if not sql.execute(CLAIM, {"run": run_id, "version": version}).rowcount:
            return False
        versions = {*sql.scalars(FORGET, {"run": run_id})}
        versions |= {*sql.scalars(COUNT, {"run": run_id})}
        sql.execute(COUNT_TIMES, {"run": run_id})
        show_versions(sql, sorted(versions), services.now().at)
    return True
