"""What a guest had becomes the account's: set-based, in the transaction that claimed the guest (docs/decisions/0010).

Plays change their owner, not a word of what they say; tallies, boards, points and badges of quizzes follow by settling
both fans anew (`retally`). Of rushes, where others were ranked against this very seat, the seat stays; points and badges
move by compensating pairs with deterministic keys, and later corrections go to the account (settle/awards.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from campaigns.db.ledger_chain import append
from campaigns.db.models import Fan, Participation
from campaigns.db.plays import Retally
from campaigns.domain import ledger, periods
from campaigns.domain.activity import ActivityKind
from campaigns.domain.nickname import clean, look, with_tag

REASON = "merge"
QUIZ = {"quiz": ActivityKind.QUIZ.value}

# Whoever ends a play locks its row first (db/step_journal.py): either its result is there to be moved, or it comes later
# and finds the new owner.
LOCK_PLAYS = text("""
SELECT id FROM play WHERE run_id IN (SELECT run_id FROM run_fan WHERE fan_id = :guest) AND fan_id = :guest
 ORDER BY id FOR UPDATE
""")
# Not those of a draw that the account has played too: who knew the answers as a guest does not win the duel as a member.
MOVE_PLAYS = text("""
UPDATE play g SET fan_id = :fan, attempt = g.attempt + coalesce(
         (SELECT max(a.attempt) FROM play a WHERE a.run_id = g.run_id AND a.fan_id = :fan), 0)
 WHERE g.id = ANY (:plays)
   AND NOT EXISTS (SELECT FROM play a WHERE a.run_id = g.run_id AND a.fan_id = :fan AND a.seed = g.seed)
   AND NOT (g.ended_at IS NULL AND EXISTS (
         SELECT FROM play a WHERE a.run_id = g.run_id AND a.fan_id = :fan AND a.ended_at IS NULL))
""")
# One open play per fan and season: the account's goes on, the guest's was left.
LEAVE_REST = text("UPDATE play SET ended_at = :at WHERE id = ANY (:plays) AND fan_id = :guest AND ended_at IS NULL")
# All but those of plays that stay; old plays are gone, and their results stand alone (settle/quiz/condense.py).
MOVE_RESULTS = text("""
UPDATE play_result r SET fan_id = :fan
 WHERE r.run_id IN (SELECT run_id FROM run_fan WHERE fan_id = :guest) AND r.fan_id = :guest
   AND NOT EXISTS (SELECT FROM play p WHERE p.id = r.play_id AND p.fan_id = :guest)
RETURNING r.run_id, r.day
""")
STALE = text("""
UPDATE board SET stale = true FROM run
 WHERE run.id = :run AND board.activity_id = run.activity_id AND board.name = ANY (:names)
   AND board.final_at IS NOT NULL AND NOT board.stale
""")
_QUIZ_RUN = "SELECT FROM run JOIN activity a ON a.id = run.activity_id WHERE run.id = f.run_id AND a.kind = :quiz"
KICKED_TOO = text(f"""
UPDATE run_fan o SET kicked_at = coalesce(o.kicked_at, f.kicked_at) FROM run_fan f
 WHERE o.fan_id = :fan AND f.fan_id = :guest AND f.run_id = o.run_id AND EXISTS ({_QUIZ_RUN})
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
    for statement in (KICKED_TOO, MOVE_SEATS, DROP_SEATS, AWAY_TOO):
        sql.execute(statement, both | QUIZ)
    for statement in (BANNED_TOO, DROP_PLACES, MOVE_PLACES):
        sql.execute(statement, both)
    _share_places(sql, both, attempt)
    for statement in (INVITED, AUTHORED):
        sql.execute(statement, both)
    _badges(sql, both, at)
    _points(sql, both, at)


def _plays(sql: Connection, both: dict[str, int], at: datetime) -> None:
    plays = list(sql.scalars(LOCK_PLAYS, both))
    sql.execute(MOVE_PLAYS, both | {"plays": plays})
    sql.execute(LEAVE_REST, both | {"plays": plays, "at": at})
    days: dict[int, set[date]] = {}
    for row in sql.execute(MOVE_RESULTS, both):
        days.setdefault(row.run_id, set()).add(row.day)
    again = [{"run_id": run, "fan_id": fan} for run in days for fan in both.values()]
    if again:
        sql.execute(upsert(Retally).on_conflict_do_nothing(), again)
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
