"""Steps and play rows of plays that ended long ago are deleted: what they came to stands in their results.

Boards, points and badges are made of results alone, so none of them changes. A play goes only when its result has been
settled and its answers are counted for their questions, void or not; practice plays and those left before a question
have neither. What is lost: judging these plays again, and what their fans have seen lately.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from campaigns.bootstrap import Services
from campaigns.settle.quiz.window import long_work

AT_ONCE = 2_000
DUE = text("""
SELECT id FROM play
 WHERE run_id = :run AND begun_at < :before AND ended_at < :before AND (
       NOT EXISTS (SELECT FROM play_result r WHERE r.play_id = play.id) OR EXISTS (
       SELECT FROM play_result r
        WHERE r.play_id = play.id AND r.xid < (SELECT until FROM question_window WHERE id = 1)
          AND NOT EXISTS (SELECT FROM play_void v, question_window w
                           WHERE v.play_id = play.id AND (v.xid >= w.until OR v.lifted >= w.until))))
 LIMIT :most FOR UPDATE SKIP LOCKED
""")
OLD_RUNS = text("SELECT DISTINCT run_id FROM play WHERE begun_at < :before AND ended_at < :before")
DELETE = (text("DELETE FROM play_step WHERE play_id = ANY (:plays)"), text("DELETE FROM play WHERE id = ANY (:plays)"))


def condense_plays(services: Services, run_id: int) -> bool:
    """False: nothing of this run was old enough."""
    before = services.now().at - timedelta(days=services.condense_days)
    done = False
    while True:
        with services.sql.begin() as sql:
            long_work(sql)
            plays = list(sql.scalars(DUE, {"run": run_id, "before": before, "most": AT_ONCE}))
            for delete in DELETE:
                sql.execute(delete, {"plays": plays})
        done |= bool(plays)
        if len(plays) < AT_ONCE:
            return done


def runs_to_condense(services: Services) -> list[int]:
    """Runs with plays that are old enough."""
    before = services.now().at - timedelta(days=services.condense_days)
    with services.reading() as sql:
        return list(sql.scalars(OLD_RUNS, {"before": before}))
