"""What the network did to answers, as far as the record knows: round trips measured by the server, allowances given."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

EDGES_MS = (0, 10, 20, 50, 100, 200, 500, 1000)  # a bin begins at each; the last has no end

NUMBERS = text("""
SELECT count(*) AS answers, count(a.rtt_ns) AS measured,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY a.rtt_ns) AS median_ns,
       percentile_disc(0.95) WITHIN GROUP (ORDER BY a.rtt_ns) AS p95_ns,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY a.allowance_ns) AS allowed_ns,
       count(*) FILTER (WHERE :cap > 0 AND a.allowance_ns >= :cap) AS capped
  FROM answer a JOIN round r ON r.id = a.round_id WHERE r.run_id = :run
""")
BINS = text("""
SELECT width_bucket(a.rtt_ns / 1000000, CAST(:edges AS bigint[])) - 1 AS bin, count(*) AS n
  FROM answer a JOIN round r ON r.id = a.round_id WHERE r.run_id = :run AND a.rtt_ns IS NOT NULL GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class Network:
    """Of answers. `bins[i]`: those whose lowest round trip was from EDGES_MS[i] on; `capped`: the cap cut their allowance."""

    answers: int
    measured: int
    median_ms: float | None
    p95_ms: float | None
    allowed_ms: float
    capped: int
    cap_ms: int
    bins: tuple[int, ...]


def network(sql: Connection, run_id: int, cap_ms: int) -> Network | None:
    """None: nothing was answered."""
    row = sql.execute(NUMBERS, {"run": run_id, "cap": cap_ms * 1_000_000}).one()
    if not row.answers:
        return None
    bins = [0] * len(EDGES_MS)
    for bin, n in sql.execute(BINS, {"run": run_id, "edges": list(EDGES_MS)}):
        bins[max(0, bin)] += n
    median_ms, p95_ms = (None if ns is None else ns / 1e6 for ns in (row.median_ns, row.p95_ns))
    allowed_ms = row.allowed_ns / 1e6
    return Network(row.answers, row.measured, median_ms, p95_ms, allowed_ms, row.capped, cap_ms, tuple(bins))
