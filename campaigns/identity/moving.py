"""What a guest had becomes the account's: set-based, in the transaction that claimed the guest (docs/decisions/0010).

Plays change their owner, all of them and not a word of what they say; tallies, boards, points and badges of quizzes follow
by settling both fans anew (`retally`). Of two plays of one draw only the first counts: the other is void. Of rushes, where
others were ranked against this very seat, the seat stays; points and badges move by compensating pairs with deterministic
keys, and later corrections go to the account (settle/awards.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text

from campaigns.db.ledger_chain import append
from campaigns.db.models import Fan, Participation
from campaigns.domain import ledger, periods
from campaigns.domain.activity import ActivityKind
from campaigns.domain.duel import PLAYED_TWICE
from campaigns.domain.nickname import clean, look, with_tag

REASON = "merge"
QUIZ = {"quiz": ActivityKind.QUIZ.value}

_GUESTS_RUNS = "(SELECT run_id FROM run_fan WHERE fan_id = :guest)"
# Of one draw, by whichever of the two it was begun later: it would end as a duel with oneself.
LEAVE_SECOND = text(f"""
UPDATE play p SET ended_at = :at
 WHERE p.run_id IN {_GUESTS_RUNS} AND p.fan_id IN (:guest, :fan) AND p.ended_at IS NULL AND EXISTS (
       SELECT FROM play o WHERE o.run_id = p.run_id AND o.fan_id IN (:guest, :fan) AND o.seed = p.seed AND o.id < p.id)
""")
# One open play per fan and season: the account's goes on, the guest's was left.
LEAVE_OPEN = text(f"""
UPDATE play g SET ended_at = :at WHERE g.run_id IN {_GUESTS_RUNS} AND g.fan_id = :guest AND g.ended_at IS NULL
   AND EXISTS (SELECT FROM play a WHERE a.run_id = g.run_id AND a.fan_id = :fan AND a.ended_at IS NULL)
""")
# The attempts follow on without a gap: who begins a play for the account just now has taken the first of them, or will see it.
MOVE_PLAYS = text(f"""
WITH theirs AS (SELECT id, row_number() OVER (PARTITION BY run_id ORDER BY attempt) AS n
                  FROM play WHERE run_id IN {_GUESTS_RUNS} AND fan_id = :guest)
UPDATE play g SET fan_id = :fan, attempt = theirs.n + coalesce(
         (SELECT max(a.attempt) FROM play a WHERE a.run_id = g.run_id AND a.fan_id = :fan), 0)
  FROM theirs WHERE g.id = theirs.id
""")
# After the plays: whoever ends one takes its owner from its row (db/step_journal.py), so the result is here or comes as the
# account's. Old plays are gone, and their results stand alone (settle/quiz/condense.py).
MOVE_RESULTS = text(f"""
UPDATE play_result SET fan_id = :fan WHERE run_id IN {_GUESTS_RUNS} AND fan_id = :guest RETURNING run_id, day
""")
VOID_SECOND = text(f"""
INSERT INTO play_void (play_id, why, at)
SELECT r.play_id, :why, :at FROM play_result r LEFT JOIN play p ON p.id = r.play_id
 WHERE r.run_id IN {_GUESTS_RUNS} AND r.fan_id = :fan AND r.challenge_id IS NOT NULL AND (
       EXISTS (SELECT FROM play_result c WHERE c.play_id = r.challenge_id AND c.fan_id = :fan) OR
       EXISTS (SELECT FROM play o WHERE o.run_id = p.run_id AND o.fan_id = :fan AND o.seed = p.seed AND o.id < p.id))
ON CONFLICT (play_id) DO UPDATE SET why = excluded.why, operator_id = NULL, at = excluded.at, lifted = NULL,
       xid = CASE WHEN play_void.lifted IS NULL THEN play_void.xid ELSE excluded.xid END
""")
STALE = text("""
UPDATE board SET stale = true FROM run
 WHERE run.id = :run AND board.activity_id = run.activity_id AND board.name = ANY (:names)
   AND board.final_at IS NOT NULL AND NOT board.stale
""")
_QUIZ_RUN = "SELECT FROM run JOIN activity a ON a.id = run.activity_id WHERE run.id = f.run_id AND a.kind = :quiz"
# In every season that the guest was in: what has moved, and by a place that is another's now, boards of channels.
ANEW = text(f"""
INSERT INTO retally (run_id, fan_id) SELECT f.run_id, x.id FROM run_fan f, unnest(ARRAY[:guest, :fan]) AS x(id)
 WHERE f.fan_id = :guest AND EXISTS ({_QUIZ_RUN}) ON CONFLICT DO NOTHING
""")
KICKED_TOO = text(f"""
UPDATE run_fan o SET kicked_at = coalesce(o.kicked_at, f.kicked_at) FROM run_fan f
 WHERE o.fan_id = :fan AND f.fan_id = :guest AND f.run_id = o.run_id AND EXISTS ({_QUIZ_RUN})
""")
BANNED_OUT = text(f"""
UPDATE run_fan f SET kicked_at = :at FROM run r JOIN participation p ON p.campaign_id = r.campaign_id
 WHERE f.fan_id = :fan AND f.kicked_at IS NULL AND r.id = f.run_id AND p.fan_id = :fan AND p.banned_at IS NOT NULL
   AND EXISTS ({_QUIZ_RUN})
""")
AWAY_TOO = text(f"""
WITH gone AS (
  INSERT INTO sent_away (run_id, fan_id)
  SELECT f.run_id, f.fan_id FROM run_fan f WHERE f.fan_id = :fan AND f.kicked_at IS NOT NULL AND EXISTS ({_QUIZ_RUN})
  ON CONFLICT DO NOTHING RETURNING run_id, fan_id)
INSERT INTO retally (run_id, fan_id) SELECT run_id, fan_id FROM gone ON CONFLICT DO NOTHING
""")
MOVE_SEATS = text(f"""
UPDATE run_fan f SET fan_id = :fan WHERE f.fan_id = :guest AND EXISTS ({_QUIZ_RUN})
   AND NOT EXISTS (SELECT FROM run_fan o WHERE o.run_id = f.run_id AND o.fan_id = :fan)
""")
DROP_SEATS = text(f"DELETE FROM run_fan f WHERE f.fan_id = :guest AND EXISTS ({_QUIZ_RUN})")
BANNED_TOO = text("""
UPDATE participation o SET banned_at = coalesce(o.banned_at, g.banned_at) FROM participation g
 WHERE o.fan_id = :fan AND g.fan_id = :guest AND g.campaign_id = o.campaign_id
""")
STILL_SEATED = """SELECT FROM run_fan f JOIN run ON run.id = f.run_id
                   WHERE f.fan_id = :guest AND run.campaign_id = g.campaign_id"""
DROP_PLACES = text(f"""
DELETE FROM participation g WHERE g.fan_id = :guest AND NOT EXISTS ({STILL_SEATED})
   AND EXISTS (SELECT FROM participation o WHERE o.fan_id = :fan AND o.campaign_id = g.campaign_id)
""")
MOVE_PLACES = text(f"""
UPDATE participation g SET fan_id = :fan WHERE g.fan_id = :guest AND NOT EXISTS ({STILL_SEATED})
   AND NOT EXISTS (SELECT FROM participation o WHERE o.fan_id = :fan AND o.campaign_id = g.campaign_id)
""")
SHARED_PLACES = text("""
SELECT g.* FROM participation g WHERE g.fan_id = :guest
   AND NOT EXISTS (SELECT FROM participation o WHERE o.fan_id = :fan AND o.campaign_id = g.campaign_id)
""")
RENAME = text(
    "UPDATE participation SET nickname = :nickname, skeleton = :skeleton WHERE campaign_id = :campaign AND fan_id = :guest"
)
INVITED = text("UPDATE participation SET inviter_id = nullif(:fan, fan_id) WHERE inviter_id = :guest")
AUTHORED = text("UPDATE question SET author_fan_id = :fan WHERE author_fan_id = :guest")
RUSH_POINTS = text("""
SELECT e.run_id, sum(e.amount) AS points FROM ledger_entry e JOIN run ON run.id = e.run_id
  JOIN activity a ON a.id = run.activity_id
 WHERE e.fan_id = :guest AND a.kind <> :quiz GROUP BY e.run_id HAVING sum(e.amount) <> 0 ORDER BY e.run_id
""")
HELD = text("""
SELECT run_id, badge, sum(delta) FILTER (WHERE fan_id = :guest) AS guest,
       coalesce(sum(delta) FILTER (WHERE fan_id = :fan), 0) AS own, max(version) AS version
  FROM award WHERE fan_id IN (:guest, :fan) GROUP BY run_id, badge
HAVING sum(delta) FILTER (WHERE fan_id = :guest) > 0
""")
AWARD = text("""
INSERT INTO award (key, run_id, fan_id, badge, delta, version, at)
VALUES (:key, :run, :whose, :badge, :delta, :version, :at)
""")


def move(sql: Connection, guest: int, fan_id: int, at: datetime, attempt: int = 0) -> None:
    """Everything of `guest` to `fan_id`. IntegrityError: somebody was in the way for a moment; again, with `attempt` + 1."""
    both = {"guest": guest, "fan": fan_id}
    _plays(sql, both, at)
    for statement in (ANEW, KICKED_TOO, MOVE_SEATS, DROP_SEATS):
        sql.execute(statement, both | QUIZ)
    for statement in (BANNED_TOO, DROP_PLACES, MOVE_PLACES):
        sql.execute(statement, both)
    _share_places(sql, both, attempt)
    for statement in (BANNED_OUT, AWAY_TOO):  # a ban is for all seasons, whichever of the two was banned
        sql.execute(statement, both | QUIZ | {"at": at})
    for statement in (INVITED, AUTHORED):
        sql.execute(statement, both)
    _badges(sql, both, at)
    _points(sql, both, at)


def _plays(sql: Connection, both: dict[str, int], at: datetime) -> None:
    for leave in (LEAVE_SECOND, LEAVE_OPEN):
        sql.execute(leave, both | {"at": at})
    sql.execute(MOVE_PLAYS, both)
    days: dict[int, set[date]] = {}
    for row in sql.execute(MOVE_RESULTS, both):
        days.setdefault(row.run_id, set()).add(row.day)
    sql.execute(VOID_SECOND, both | {"why": PLAYED_TWICE, "at": at})
    for run in sorted(days):
        sql.execute(STALE, {"run": run, "names": _final_boards(run, sorted(days[run]))})


def _final_boards(run: int, days: Sequence[date]) -> list[str]:
    """Boards that may be closed already: what is live follows by itself."""
    names = {name(day) for day in days for name in (periods.day_board, periods.week_board, periods.month_board)}
    return sorted(names | {periods.season_board(run)})


def _share_places(sql: Connection, both: dict[str, int], attempt: int) -> None:
    """Where a rush keeps the guest's seat, the account takes the name over, and the seat gets it with a tag of its own."""
    public: str = sql.execute(select(Fan.public).where(Fan.id == both["guest"])).scalar_one()
    signs = public[attempt : attempt + 4].upper()
    for place in sql.execute(SHARED_PLACES, both).mappings().all():
        bare = clean(place["nickname"])
        tagged = {"nickname": with_tag(bare, signs), "skeleton": look(bare, signs)}
        sql.execute(RENAME, both | tagged | {"campaign": place["campaign_id"]})
        sql.execute(insert(Participation).values({**place, "fan_id": both["fan"]}))


def _badges(sql: Connection, both: dict[str, int], at: datetime) -> None:
    for row in sql.execute(HELD, both).all():
        for whose, delta, side in ((both["guest"], -1, "out"), (both["fan"], 1, "in")):
            if delta > 0 and row.own > 0:
                continue
            key = f"{REASON}:{both['guest']}:{row.run_id}:{row.badge}:{side}"
            values: dict[str, Any] = {"key": key, "run": row.run_id, "whose": whose, "badge": row.badge}
            sql.execute(AWARD, values | {"delta": delta, "version": row.version, "at": at})


def _points(sql: Connection, both: dict[str, int], at: datetime) -> None:
    """Last, for it takes the lock of the one chain of batches."""
    entries = []
    for row in sql.execute(RUSH_POINTS, both | QUIZ).all():
        for whose, amount, side in ((both["guest"], -int(row.points), "out"), (both["fan"], int(row.points), "in")):
            key = f"{REASON}:{both['guest']}:{row.run_id}:{side}"
            entries.append((row.run_id, ledger.Entry(key, whose, amount, REASON, 1)))
    append(sql, entries, at)
