"""What the wire bench says: a row a server and round, medians of them, ratios, and the table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from statistics import median

Times = tuple[float, float, float, float]  # milliseconds to the first, the median, the 99th of a hundred, the last
OTHERS = ("node", "stock", "send")
RATIOS = (("fanout_cpu", "delivery_us"), ("answer_cpu", "answer_us"), ("rss", "rss_kib_per_conn"))
NEVER = ("answer_cpu_ratio_send", "rss_ratio_send")  # it takes no answers and keeps nothing


@dataclass(frozen=True)
class Row:
    """One server, one round. Microseconds of CPU: `delivery_us` and `answer_us` of all parts, `parts_us` of an answer by part.

    `*_ms`: from the push, the first tap, or (`open_ms`: at a steady rate) the instant that tap was due, to that arrival;
    `first_burst_ms`: the last acknowledgement of the very first burst, before anything was warm; `missing`: what never came.
    """

    server: str
    sockets: int
    delivery_us: float
    deliveries_per_s: float
    arrival_ms: Times
    answer_us: float | None
    parts_us: dict[str, float]
    answers_per_s: float | None
    ack_ms: Times | None
    open_ms: Times | None
    first_burst_ms: float | None
    joined_per_s: float
    rss_kib_per_conn: float
    missing: int
    load_cores: float


def times(latencies_s: Sequence[float]) -> Times:
    """(first, median, 99th percentile, last) of sorted seconds, in milliseconds."""
    shares = (0, len(latencies_s) // 2, len(latencies_s) * 99 // 100, len(latencies_s) - 1)
    first, half, most, last = (latencies_s[at] * 1000 for at in shares)
    return first, half, most, last


def middle(rows: Sequence[Times]) -> Times:
    first, half, most, last = (median(row[n] for row in rows) for n in range(4))
    return first, half, most, last


def summed_up(rows: Sequence[Row], sizes: Sequence[int]) -> dict[str, object]:
    """The last line. Ratios of medians at the greatest size; those of every size stand in `ratios`."""
    ratios = {str(sockets): _ratios([row for row in rows if row.sockets == sockets]) for sockets in sizes}
    ours = [row for row in rows if row.server == "ours" and row.sockets == max(sizes)]
    kib = median(row.rss_kib_per_conn for row in ours) if ours else None
    missing = sum(row.missing for row in rows)
    told = {"rss_kib_per_conn": kib and round(kib, 1), "sockets": max(sizes), "missing": missing}
    return {**ratios[str(max(sizes))], **told, "ratios": ratios}


def _ratios(rows: Sequence[Row]) -> dict[str, float | None]:
    found = {f"{what}_ratio_{other}": _ratio(rows, column, other) for what, column in RATIOS for other in OTHERS}
    return {name: ratio for name, ratio in found.items() if name not in NEVER}


def _ratio(rows: Sequence[Row], column: str, other: str) -> float | None:
    ours, theirs = ([getattr(row, column) for row in rows if row.server == name] for name in ("ours", other))
    return round(median(ours) / median(theirs), 3) if ours and theirs and None not in (*ours, *theirs) else None


COLUMNS = (
    "µs/delivery",
    "deliveries/s",
    "last ms",
    "µs/answer",
    "answers/s",
    "p99 ms",
    "open p99",
    "1st burst",
    "KiB/conn",
)


def medians(rows: Sequence[Row]) -> list[tuple[str, int, list[float]]]:
    """(server, sockets, a number for each of COLUMNS), in the order in which they were run."""
    kinds = dict.fromkeys((row.sockets, row.server) for row in rows)
    return [(server, sockets, _middle_of(rows, server, sockets)) for sockets, server in kinds]


def _middle_of(rows: Sequence[Row], server: str, sockets: int) -> list[float]:
    own = [_columns(row) for row in rows if (row.server, row.sockets) == (server, sockets)]
    return [median(column) for column in zip(*own, strict=True)]


def table(rows: Sequence[Row]) -> str:
    lines = [f"{'server':16}{'sockets':>8}" + "".join(f"{name:>13}" for name in COLUMNS)]
    for server, sockets, numbers in medians(rows):
        lines.append(f"{server:16}{sockets:8}" + "".join(f"{number:13.1f}" for number in numbers))
    return "\n".join(lines)


def _columns(row: Row) -> tuple[float, ...]:
    answered = (row.answer_us or nan, row.answers_per_s or nan, row.ack_ms[2] if row.ack_ms else nan)
    paced = (row.open_ms[2] if row.open_ms else nan, row.first_burst_ms or nan)
    return row.delivery_us, row.deliveries_per_s, row.arrival_ms[3], *answered, *paced, row.rss_kib_per_conn
