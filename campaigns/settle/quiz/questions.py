"""What play says of questions: the answers of settled plays, counted once each, off the hot path and behind the boards.

Windows of transaction ids as in window.py, a few hundred plays at a time; the counts and the note how far they go are one
transaction, so a worker killed anywhere has counted all of a batch or nothing. Rightness needs each play's own order of
choices, which SQL does not know: the steps are read in bulk, looked at in the domain (heard.py), added up by difference.
A play that becomes void is taken out by the same counting with the sign turned, and comes back when that is taken back;
`play_uncounted` remembers those that are out, so nothing is taken out twice. What has been counted stays when the steps
are condensed away: what becomes void after that can no longer be taken out. Practice and rehearsals are not counted.
Rejected: verdicts beside the steps (a second truth, decision 0008), counting in the answer's own transaction.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, select, text

from campaigns.bootstrap import Services
from campaigns.db.models import Run
from campaigns.db.question_counts import Counts, write
from campaigns.domain.draw import Draw
from campaigns.domain.errors import FanfareError
from campaigns.domain.heard import heard
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.step import StepKind
from campaigns.play.quiz.rows import step_of
from campaigns.play.quiz.shelf import Shelf
from campaigns.settle.quiz.authors import award_authors
from campaigns.settle.quiz.window import long_work
from campaigns.settle.rush_questions import count_rushes, rushes_due

log = logging.getLogger("fanfare")
AT_ONCE = 500  # plays
PATIENCE_NS = 5_000_000_000  # then other jobs have their turn
KINDS = [StepKind.ASKED, StepKind.ANSWERED, StepKind.TIME, StepKind.SWAP]

TAKE = text("SELECT until::text FROM question_window WHERE id = 1 FOR UPDATE SKIP LOCKED")
HERE = text("SELECT until::text FROM question_window WHERE id = 1")
SETTLED = text("SELECT until::text FROM play_window WHERE id = 1")
MOVE = text("UPDATE question_window SET until = CAST(:upto AS xid8) WHERE id = 1")
_BETWEEN = "{0} >= CAST(:until AS xid8) AND {0} < CAST(:upto AS xid8)"
_CHANGED = f"""
SELECT v.play_id FROM play_void v WHERE {_BETWEEN.format("v.xid")}
 UNION SELECT v.play_id FROM play_void v WHERE {_BETWEEN.format("v.lifted")}
"""
ANYTHING = text(f"SELECT EXISTS (SELECT FROM play_result r WHERE {_BETWEEN.format('r.xid')}) OR EXISTS ({_CHANGED})")
NTH = text(f"""
SELECT r.xid::text FROM play_result r WHERE {_BETWEEN.format("r.xid")} ORDER BY r.xid OFFSET :most LIMIT 1
""")
NEXT = text("""
SELECT xid::text FROM play_result WHERE xid > CAST(:until AS xid8) AND xid < CAST(:upto AS xid8) ORDER BY xid LIMIT 1
""")
# Of each result that is new or has been spoken of: whether it is among the counted, and whether it should be.
PLAYS = text(f"""
WITH touched AS (
  SELECT r.play_id FROM play_result r WHERE {_BETWEEN.format("r.xid")} UNION {_CHANGED}),
judged AS (
  SELECT r.play_id, r.xid < CAST(:until AS xid8) AND NOT EXISTS (
           SELECT FROM play_uncounted u WHERE u.play_id = r.play_id) AS was,
         NOT EXISTS (SELECT FROM play_void v WHERE v.play_id = r.play_id AND v.xid < CAST(:upto AS xid8)
                        AND (v.lifted IS NULL OR v.lifted >= CAST(:upto AS xid8))) AS counts
    FROM touched JOIN play_result r USING (play_id)
    JOIN run ON run.id = r.run_id AND NOT run.rehearsal WHERE r.xid < CAST(:upto AS xid8)),
out AS (
  INSERT INTO play_uncounted SELECT play_id FROM judged WHERE NOT counts ON CONFLICT DO NOTHING),
again AS (
  DELETE FROM play_uncounted u USING judged j WHERE u.play_id = j.play_id AND j.counts)
SELECT p.id, p.run_id, p.seed, p.drawn, CASE WHEN j.counts THEN 1 ELSE -1 END AS sign
  FROM judged j JOIN play p ON p.id = j.play_id WHERE j.was <> j.counts ORDER BY p.id
""")
STEPS = text("SELECT * FROM play_step WHERE play_id = ANY (:plays) AND kind = ANY (:kinds) ORDER BY play_id, n")


def count_answers(services: Services, _: int = 0) -> bool:
    """What has been settled and not counted yet. False: nothing, or another is at it. What is left asks for another turn."""
    began_ns, shelf = services.now().ns, Shelf(services)
    done = count_rushes(services)
    while _count_batch(services, shelf):
        done = True
        if services.now().ns - began_ns > PATIENCE_NS:
            services.enqueue("count_answers", 0)
            break
    return done


def counting_due(services: Services) -> list[int]:
    """[0] when count_answers would have something to do."""
    with services.reading() as sql:
        bounds = {"until": sql.scalar(HERE), "upto": sql.scalar(SETTLED)}
        return [0] if sql.scalar(ANYTHING, bounds) or rushes_due(sql) else []


def _count_batch(services: Services, shelf: Shelf) -> bool:
    with services.sql.begin() as sql:
        long_work(sql)
        until = sql.scalar(TAKE)
        if until is None:
            return False
        bounds = {"until": until, "upto": sql.scalar(SETTLED)}
        if not sql.scalar(ANYTHING, bounds):
            return False
        bounds["upto"] = sql.scalar(NTH, bounds | {"most": AT_ONCE}) or bounds["upto"]
        if bounds["upto"] == until:  # more than that in one transaction
            bounds["upto"] = sql.scalar(NEXT, bounds | {"upto": sql.scalar(SETTLED)}) or sql.scalar(SETTLED)
        plays = sql.execute(PLAYS, bounds).all()
        counts, at = _counted(sql, plays, shelf), services.now().at
        write(sql, counts, at)
        for run_id in sorted({play.run_id for play in plays}):
            award_authors(sql, run_id, counts.versions, at)
        sql.execute(MOVE, bounds)
    return True


def _counted(sql: Connection, plays: Sequence[Row[Any]], shelf: Shelf) -> Counts:
    steps: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in sql.execute(STEPS, {"plays": [play.id for play in plays], "kinds": [int(kind) for kind in KINDS]}):
        steps[row.play_id].append(row)
    rules = {run_id: _rules(sql, run_id) for run_id in {play.run_id for play in plays}}
    counts = Counts()
    for play in plays:
        draw, rows = Draw.from_dict(play.drawn, play.seed), steps[play.id]
        asked = {row.question_version_id for row in rows if row.question_version_id is not None}
        try:
            told = list(heard(rules[play.run_id], draw, shelf.versions(asked), map(step_of, rows)))
        except (FanfareError, LookupError):  # one that cannot be read must not keep the others uncounted
            log.exception("the answers of play %s cannot be counted", play.id)
            continue
        counts.add(play.run_id, told, play.sign)
    return counts


def _rules(sql: Connection, run_id: int) -> QuizRules:
    return QuizRules.from_dict(sql.execute(select(Run.rules).where(Run.id == run_id)).scalar_one())
