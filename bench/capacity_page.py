"""The generated part of docs/capacity.md: what the benches said, against what was aimed at; and the arithmetic to a million.

Text in, text out: nothing is measured or read here. A figure that no bench has brought yet is said to be missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from statistics import median
from typing import Any, Protocol

PUSHES = 6  # of a question to every page: asked, open, closed, revealed, board, and counters between
EVERY_S = 20.0  # a question at an event
BUSY = 0.7  # of a core, beyond which waits grow without bound
MILLION = 1_000_000
AIMS = {
    "fanout_cpu_ratio_node": "≤ 0.65",
    "fanout_cpu_ratio_send": "≤ 1.4",
    "fanout_cpu_ratio_stock": "–",
    "answer_cpu_ratio_node": "≤ 1.0",
    "answer_cpu_ratio_stock": "–",
    "rss_ratio_node": "–",
}
HEADS = (
    "server",
    "sockets",
    "µs a delivery",
    "deliveries/s",
    "last of a push, ms",
    "µs an answer",
    "of these",
    "answers/s",
)
MORE = (
    "acks of a burst: median / last, ms",
    "the first burst's last",
    "at a steady rate: p50 / p99",
    "KiB a connection",
)


class Result(Protocol):
    @property
    def about(self) -> Mapping[str, Any]: ...
    @property
    def rows(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def summary(self) -> Mapping[str, Any]: ...


def page(found: Mapping[str, Result | None]) -> str:
    parts = [("wire", _wire), ("night", _night), ("board", _board), ("tap", _tap)]
    said = [say(result) if (result := found[name]) else _missing(name) for name, say in parts]
    return "\n".join([*said, _million(found["wire"], found["night"], found["board"])])


def _missing(name: str) -> str:
    return f"## {name.capitalize()}\n\nNot run yet: `make bench-{name}`, then `make capacity`.\n"


def _source(result: Result) -> str:
    about = result.about
    return (
        f"`{about['command']}`, {about['at']}, {about['cores']} cores, load before {about['load']}, ten million additions"
        f" in {about['ruler_s']} s; rows: `bench/results/{about['bench']}.jsonl`.\n"
    )


def _wire(result: Result) -> str:
    kinds = list(dict.fromkeys((row["sockets"], row["server"]) for row in result.rows))
    lines = [f"| {' | '.join((*HEADS, *MORE))} |", "|" + "---|" * len((*HEADS, *MORE))]
    for sockets, server in kinds:
        rows = [row for row in result.rows if (row["sockets"], row["server"]) == (sockets, server)]
        lines.append(f"| {server} | {sockets:,} | " + " | ".join(_figures(rows)) + " |")
    sizes = list(result.summary["ratios"])
    lines += ["", f"| ours ÷ theirs | {' | '.join(f'{int(size):,} sockets' for size in sizes)} | aim |"]
    lines.append("|" + "---|" * (len(sizes) + 2))
    for name, aim in AIMS.items():
        seen = [result.summary["ratios"][size].get(name) for size in sizes]
        lines.append(f"| `{name}` | {' | '.join('–' if each is None else f'{each:.2f}' for each in seen)} | {aim} |")
    return "\n".join(["## The wire", "", _source(result), *lines, ""])


def _figures(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    def of(name: str, at: int | None = None) -> float | None:
        values = [row[name] if at is None or row[name] is None else row[name][at] for row in rows]
        return None if None in values else median(values)

    parts = [f"{part} {median(row['parts_us'][part] for row in rows):.0f}" for part in rows[0]["parts_us"]]
    alone = [_said(of("delivery_us"), 1), _said(of("deliveries_per_s")), _said(of("arrival_ms", 3))]
    answered = [_said(of("answer_us"), 1), ", ".join(parts) or "–", _said(of("answers_per_s"))]
    acks = [f"{_said(of('ack_ms', 1))} / {_said(of('ack_ms', 3))}", _said(of("first_burst_ms"))]
    paced = [f"{_said(of('open_ms', 1), 1)} / {_said(of('open_ms', 2), 1)}", _said(of("rss_kib_per_conn"), 1)]
    return [*alone, *answered, *acks, *paced]


def _said(number: float | None, digits: int = 0) -> str:
    return "–" if number is None else f"{number:,.{digits}f}"


def _night(result: Result) -> str:
    said, cores = result.summary, result.summary["cores"]
    parts = ", ".join(f"{name} {share:.2f}" for name, share in cores.items())
    lines = [
        f"| {said['sockets']:,} sockets, {said['rounds']} rounds in {said['halls']} halls | figure | aim |",
        "|---|---|---|",
        f"| joins and answers | {said['interactions']:,} | 2,800,000 |",
        f"| seconds, load generator on the same cores | {said['seconds']:,.1f} | ≤ 240 |",
        f"| lost / twice | {said['lost']} / {said['duplicated']} | 0 / 0 |",
        f"| acknowledgement, from the opening: median / p99 / last, ms | {said['ack_p50_ms']:,.0f} / {said['ack_p99_ms']:,.0f} /"
        f" {said['ack_max_ms']:,.0f} | all ≤ 600 |",
        f"| cores: {parts} | load generator {said['load_generator_cores']:.2f}, others {said['others_cores']:.2f} | |",
    ]
    return "\n".join(["## The night", "", _source(result), *lines, ""])


def _board(result: Result) -> str:
    said = result.summary
    lines = [
        f"| {said['participants']:,} people, their second round | figure | aim |",
        "|---|---|---|",
        f"| closed → the reveal's packet ready | {said['seconds']:.1f} s | ≤ 5 s |",
        f"| of which PostgreSQL's CPU | {said['sql_cpu_s']:.1f} s | |",
        f"| the packet | {said['bytes']:,} bytes | ≤ 4,096 |",
        f"| first page of the board / one exact rank | {said['top_ms']:.0f} / {said['rank_ms']:.0f} ms | |",
        f"| closed → the whole board in Redis | {said['in_redis_s']:.1f} s | |",
        f"| the worker's memory at its height | {said['peak_rss_mib']:,} MiB | |",
    ]
    return "\n".join(["## The board", "", _source(result), *lines, ""])


def _tap(result: Result) -> str:
    said = result.summary
    parts = f"{said['sending_p50_ms']:.0f} / {said['recorded_p50_ms']:.0f} / {said['p50_ms']:.0f}"
    lines = [
        f"| {said['taps']} taps, {said['rtt_ms']:.0f} ms there and back, CPU 1/{said['cpu_rate']:.0f} | figure | aim |",
        "|---|---|---|",
        f"| touch → “recorded” painted: median / p95 / worst, ms | {said['p50_ms']:.0f} / {said['p95_ms']:.0f} /"
        f" {said['worst_ms']:.0f} | p95 ≤ 350 |",
        f"| of the median: says “sending” / has drawn “recorded” / painted, ms | {parts} | |",
        f"| others' answers a second meanwhile, of {said['sockets']:,} sockets | {said['answers_per_s']:,} | 3,000 |",
        f"| cores: {', '.join(f'{name} {share:.2f}' for name, share in said['cores'].items())} | Chromium"
        f" {said['browser_cores']:.2f}, load generator {said['load_generator_cores']:.2f}, others {said['others_cores']:.2f} | |",
    ]
    return "\n".join(["## The tap", "", _source(result), *lines, ""])


def _million(wire: Result | None, night: Result | None, board: Result | None) -> str:
    title = "## One machine of two cores, and a million fans at once\n"
    rows = (
        [] if wire is None else [row for row in wire.rows if row["server"] == "ours" and row["answer_us"] is not None]
    )
    if wire is None or not rows:
        return f"{title}\nFollows from the wire's figures: not run yet."
    most = max(row["sockets"] for row in rows)
    mine = [row for row in rows if row["sockets"] == most]
    delivery_us = median(row["delivery_us"] for row in mine)
    web_us, sql_us = (median(row["parts_us"][part] for row in mine) for part in ("web", "sql"))
    kib = median(row["rss_kib_per_conn"] for row in mine)
    return "\n".join([title, *_arithmetic(most, delivery_us, web_us, sql_us, kib), *_measured(night, board)])


def _arithmetic(most: int, delivery_us: float, web_us: float, sql_us: float, kib: float) -> list[str]:
    fan_us = PUSHES * delivery_us + web_us  # of the web, a fan and question
    at_once = int(BUSY * EVERY_S * 1e6 / fan_us)
    told_s, stored_s = MILLION * delivery_us / 1e6, MILLION * sql_us / 1e6
    return [
        f"With {delivery_us:.1f} µs a delivery, {web_us:.0f} µs of web and {sql_us:.0f} of SQL an answer ({most:,} sockets):",
        "",
        f"- **A question** is {PUSHES} packets to every page and one answer back: {PUSHES} × {delivery_us:.1f} + {web_us:.0f} ="
        f" {fan_us:.0f} µs of web a fan.",
        f"- **One web process** (one core, at most {BUSY:.0%} busy, a question every {EVERY_S:.0f} s) carries"
        f" {BUSY} × {EVERY_S:.0f} s ÷ {fan_us:.0f} µs = {at_once:,} fans. Files and memory bound it earlier:"
        f" {most:,} × {kib:.0f} KiB = {most * kib / 1024:,.0f} MiB were measured.",
        f"- **A million at once**: {MILLION:,} ÷ {at_once:,} = {ceil(MILLION / at_once)} web processes by CPU,"
        f" {ceil(MILLION / 10_000)} at 10,000 sockets each; {MILLION * kib / 2**20:,.0f} GiB for connections in all.",
        f"- **A million answers** to one question are {stored_s:,.0f} s of PostgreSQL's CPU: spread over {EVERY_S:.0f} s"
        f" {stored_s / EVERY_S:.1f} cores.",
        f"- **Told within a second**: a million deliveries are {told_s:.0f} core-seconds, so"
        f" {ceil(told_s / BUSY)} cores that do nothing else that second.",
    ]


def _measured(night: Result | None, board: Result | None) -> list[str]:
    lines = []
    if night is not None:
        said = night.summary
        lines.append(
            f"- **Measured as a whole**: {said['interactions'] / said['seconds']:,.0f} joins and answers a second, with closing,"
            f" settling, revealing and the load generator, on {night.about['cores']} cores."
        )
    if board is not None:
        said = board.summary
        each_us = said["seconds"] * 1e6 / said["participants"]
        lines.append(f"- **Settling**: {each_us:.1f} µs a participant, {MILLION * each_us / 1e6:.1f} s for a million.")
    return lines
