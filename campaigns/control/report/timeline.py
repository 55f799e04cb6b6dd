"""How a run went by the clock: how many had joined, and how fast answers came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from sqlalchemy import Connection, text

MOST_BINS = 60
WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)  # seconds a person says

SPAN = text("""
SELECT least(min(f.joined_at), (SELECT min(a.received_at) FROM answer a JOIN round r ON r.id = a.round_id
                                 WHERE r.run_id = :run)) AS first,
       greatest(max(f.joined_at), max(run.ended_at),
                (SELECT max(a.received_at) FROM answer a JOIN round r ON r.id = a.round_id WHERE r.run_id = :run)) AS last
  FROM run_fan f JOIN run ON run.id = f.run_id WHERE f.run_id = :run AND f.kicked_at IS NULL
""")
JOINS = text("""
SELECT floor(extract(epoch FROM joined_at - :first) / :width)::int AS bin, count(*) AS n
  FROM run_fan WHERE run_id = :run AND kicked_at IS NULL GROUP BY 1
""")
# Of each bin its busiest second: an average over a pause would hide what the machine had to bear.
ANSWERS = text("""
SELECT floor(extract(epoch FROM second - :first) / :width)::int AS bin, max(n) AS n FROM (
  SELECT date_trunc('second', a.received_at) AS second, count(*) AS n
    FROM answer a JOIN round r ON r.id = a.round_id WHERE r.run_id = :run GROUP BY 1) per_second GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class Timeline:
    """`joined[i]`: in by the end of bin i; `rate[i]`: answers in the busiest second of bin i. `width_s`: of a bin."""

    first: datetime
    width_s: int
    joined: tuple[int, ...]
    rate: tuple[int, ...]

    def at(self, bin: int) -> datetime:
        return self.first + timedelta(seconds=self.width_s * bin)


def timeline(sql: Connection, run_id: int) -> Timeline | None:
    """None: nobody has come."""
    span = sql.execute(SPAN, {"run": run_id}).one()
    if span.first is None:
        return None
    first = span.first.replace(microsecond=0)
    length_s = int((span.last - first).total_seconds()) + 1
    width = next((width for width in WIDTHS if width * MOST_BINS >= length_s), -(-length_s // MOST_BINS))
    bins = -(-length_s // width)
    values = {"run": run_id, "first": first, "width": width}
    came, rate = [0] * bins, [0] * bins
    for bin, n in sql.execute(JOINS, values):
        came[min(bins - 1, max(0, bin))] += n
    for bin, n in sql.execute(ANSWERS, values):
        at = min(bins - 1, max(0, bin))
        rate[at] = max(rate[at], n)
    return Timeline(first, width, tuple(accumulate(came)), tuple(rate))
