"""Points and badges of a chunk: what the tallies grant now less what they had granted, one entry a fan, one batch.

The key of an entry names the window, so a window settled twice would meet its own entries. The batch's hash is computed by
PostgreSQL over the same lines as campaigns.domain.ledger.batch_hash: `fanfare ledger` walks both alike.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from campaigns.db.ledger_chain import LEDGER_LOCK
from campaigns.domain.ledger import GENESIS, REASON

LOCK = text("SELECT pg_advisory_xact_lock(:lock)")
_LINES = f"""
SELECT run_id, fan_id, granted - old_granted AS amount,
       format('run\\:%s\\:fan\\:%s\\:{REASON}\\:v%s', run_id, fan_id, CAST(:version AS text)) AS key
  FROM tallied WHERE granted <> old_granted
"""
BATCH = text(f"""
INSERT INTO ledger_batch (previous_hash, hash, at)
SELECT l.hash, sha256(l.hash || convert_to(string_agg(
         e.key || E'\\t' || e.fan_id || E'\\t' || e.amount || E'\\t{REASON}\\t' || CAST(:version AS text) || E'\\n',
         '' ORDER BY e.key COLLATE "C"), 'UTF8')), :at
  FROM (SELECT coalesce((SELECT hash FROM ledger_batch ORDER BY id DESC LIMIT 1), CAST(:genesis AS bytea)) AS hash) AS l,
       ({_LINES}) AS e
 GROUP BY l.hash RETURNING id
""")
ENTRIES = text(f"""
INSERT INTO ledger_entry (key, batch_id, run_id, fan_id, amount, reason, version)
SELECT e.key, :batch, e.run_id, e.fan_id, e.amount, '{REASON}', CAST(:version AS bigint) FROM ({_LINES}) AS e ORDER BY e.key
""")
BALANCES = text("""
INSERT INTO balance (fan_id, points)
SELECT fan_id, sum(granted - old_granted) FROM tallied WHERE granted <> old_granted GROUP BY fan_id ORDER BY fan_id
ON CONFLICT (fan_id) DO UPDATE SET points = balance.points + excluded.points
""")
BADGES = text("""
INSERT INTO badge_grant (run_id, fan_id, version, gained, lost, at)
SELECT run_id, fan_id, CAST(:version AS bigint), badges & ~old_badges, old_badges & ~badges, :at
  FROM tallied WHERE badges <> old_badges ORDER BY run_id, fan_id
""")


def grant_badges(sql: Connection, version: int, at: datetime) -> None:
    sql.execute(BADGES, {"version": str(version), "at": at})


def lock_ledger(sql: Connection) -> None:
    """The chain of batches has one end. Held to the end of the transaction, so: late."""
    sql.execute(LOCK, {"lock": LEDGER_LOCK})


def write_points(sql: Connection, version: int, at: datetime) -> None:
    """With the ledger's lock held."""
    values = {"version": str(version), "at": at, "genesis": GENESIS}
    batch_id = sql.scalar(BATCH, values)
    if batch_id is None:
        return
    sql.execute(ENTRIES, values | {"batch": batch_id})
    sql.execute(BALANCES)
