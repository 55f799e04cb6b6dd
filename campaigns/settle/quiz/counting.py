"""Which results count: those not void, of fans who were not sent away; as of any instant in the order of transactions.

Every statement that sums results up asks the same question, each at its own instant: a window at its end, the proof at the
end of the last settled one. So computing again later, with more voids in the record, gives what was given then.
"""

from __future__ import annotations

SETTLED = "(SELECT until FROM play_window WHERE id = 1)"
WINDOW = "CAST(:upto AS xid8)"


def here(before: str) -> str:
    """SQL: the fan of the result `r` had not been sent away before this transaction id."""
    return f"""NOT EXISTS (SELECT FROM sent_away gone WHERE gone.run_id = r.run_id AND gone.fan_id = r.fan_id
                    AND gone.xid < {before})"""


def counts(before: str) -> str:
    """SQL: the result `r` counted before this transaction id."""
    return f"""NOT EXISTS (SELECT FROM play_void v WHERE v.play_id = r.play_id AND v.xid < {before}
                    AND (v.lifted IS NULL OR v.lifted >= {before}))
   AND {here(before)}"""
