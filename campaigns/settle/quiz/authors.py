"""The badge 命題人: to each fan a question of whose has been asked in a counted play of this run, once; taken back when none has.

Only accepted questions are drawn, so having been counted says both. By difference to what stands in `award`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, text

from campaigns.domain.quiz_badges import AUTHOR

AWARD = text("""
INSERT INTO award (key, run_id, fan_id, badge, delta, version, at)
SELECT format('run\\:%s\\:fan\\:%s\\:%s\\:v%s', CAST(:run AS bigint), fan_id, CAST(:badge AS text), version + 1),
       :run, fan_id, :badge, CASE WHEN wanted THEN 1 ELSE -1 END, version + 1, :at
  FROM (
    SELECT f.fan_id, EXISTS (
             SELECT FROM question q JOIN question_version v ON v.question_id = q.id
               JOIN question_tally t ON t.version_id = v.id AND t.run_id = :run
              WHERE q.author_fan_id = f.fan_id AND t.asked > 0) AS wanted, a.held > 0 AS held, a.version
      FROM (SELECT DISTINCT q.author_fan_id AS fan_id FROM question_version v JOIN question q ON q.id = v.question_id
             WHERE v.id = ANY (:versions) AND q.author_fan_id IS NOT NULL) AS f
     CROSS JOIN LATERAL (
       SELECT coalesce(sum(delta), 0) AS held, coalesce(max(version), 0) AS version
         FROM award WHERE run_id = :run AND fan_id = f.fan_id AND badge = :badge) AS a) AS authors
 WHERE wanted <> held ORDER BY fan_id
""")


def award_authors(sql: Connection, run_id: int, versions: Sequence[int], at: datetime) -> None:
    """For the authors of these question versions; their counts are written, and nobody else counts meanwhile."""
    sql.execute(AWARD, {"run": run_id, "versions": list(versions), "badge": AUTHOR, "at": at})
