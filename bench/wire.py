"""`make bench-wire`: what a delivery and an answer cost, ours beside stock Flask-SocketIO, Node's socket.io and a bare `send()`.

All four get the same pages, the same packet and the same answers on the same machine, in turn, several rounds after a warm-up;
the figures are medians of the rounds. Ours does the real thing: gate, commit, receipt; web, PostgreSQL and Redis are counted
apart and summed. The others acknowledge and store nothing. What a server costs while nobody does anything is taken off, of each
its own. Raw rows come as JSON lines, then a table, and in the last line one object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from math import inf, nan
from statistics import median

from bench.wire_load import Crowd, enter
from bench.wire_servers import Running, running

SERVERS = ("ours", "stock", "node", "send")
SCENE = b'42/fans,["scene"'
IDLE_S = 2.0
Times = tuple[float, float, float, float]  # milliseconds to the first, the median, the 99th of a hundred, the last
NONE: tuple[None, dict[str, float], None, None] = (None, {}, None, None)


@dataclass(frozen=True)
class Row:
    """One server, one round. Microseconds of CPU: `delivery_us` and `answer_us` of all parts, `parts_us` of an answer by part;
    `*_ms` from the push or the first tap to that arrival; `missing`: what never came."""

    server: str
    sockets: int
    delivery_us: float
    deliveries_per_s: float
    arrival_ms: Times
    answer_us: float | None
    parts_us: dict[str, float]
    answers_per_s: float | None
    ack_ms: Times | None
    joined_per_s: float
    rss_kib_per_conn: float
    missing: int
    load_cores: float


def main(argv: Sequence[str]) -> int:
    given = _arguments(argv)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    rows: list[Row] = []
    for sockets in given.sockets:
        for lap in range(given.rounds):
            for name in given.servers:
                with running(name, sockets) as server:
                    rows.append(asyncio.run(_measured(server, sockets, given)))
                print(json.dumps({"round": lap + 1, **asdict(rows[-1])}), flush=True)
    _print_table(rows, given.sockets, given.servers)
    summary = summed_up(rows, given.sockets)
    print(json.dumps(summary), flush=True)
    return 1 if summary["missing"] else 0


async def _measured(server: Running, sockets: int, given: argparse.Namespace) -> Row:
    before_kib = server.rss_kib()
    crowd = await enter(server.port, sockets, SCENE, server.auth, server.cookie)
    await asyncio.sleep(1.0)  # what entering left to be done
    held_kib = (server.rss_kib() - before_kib) / sockets
    here = Bench(server, crowd, 30 + sockets * 0.04)
    await here.say(f"payload {packet()}")
    await here.push(given.warm_up)
    here.idle = await here.silence()
    load_s, began_s = time.process_time(), time.monotonic()
    delivered = await here.deliveries(given.pushes)
    answered = await here.answers(given.bursts) if server.name != "send" else NONE
    load_cores = (time.process_time() - load_s) / (time.monotonic() - began_s)
    crowd.leave()
    (delivery_us, rate, arrival_ms), (answer_us, parts_us, answer_rate, ack_ms) = delivered, answered
    told = (delivery_us, rate, arrival_ms, answer_us, parts_us, answer_rate, ack_ms)
    return Row(server.name, sockets, *told, crowd.joined_per_s, held_kib, here.missing, load_cores)


def packet() -> str:
    """The packet that is pushed: a question as it opens, in both languages."""
    choice = {"zh": "选项 甲：小米 11 Ultra", "en": "Choice A: the Mi 11 Ultra"}
    round_ = {
        "id": "81",
        "n": 3,
        "of": 6,
        "kind": "single",
        "text": {"zh": "哪一款更重？", "en": "Which one is heavier?"},
    }
    round_ |= {"opens_ms": 123456.0, "closes_ms": 143456.0, "choices": [choice] * 4}
    scene = {"seq": 41, "scene": "open", "round": round_}
    return "/fans," + json.dumps(["scene", scene], ensure_ascii=False, separators=(",", ":"))


@dataclass
class Bench:
    """One server with its crowd. `idle`: microseconds of CPU per second that it costs while nobody does anything, by part."""

    server: Running
    crowd: Crowd
    gap_ms: float
    idle: dict[str, float] = field(default_factory=dict)
    missing: int = 0

    async def say(self, line: str) -> list[float]:
        return await asyncio.get_running_loop().run_in_executor(None, self.server.tell, line)

    async def push(self, times: int) -> list[float]:
        """To everybody, so often; returns the instants."""
        self.crowd.seen.clear()
        pushed = await self.say(f"push {times} {self.gap_ms}")
        wanted = times * len(self.crowd.pages)
        with suppress(TimeoutError):  # what is missing is counted
            await self.crowd.receive(wanted)
        self.missing += wanted - len(self.crowd.seen.arrivals_s)
        return pushed

    async def silence(self) -> dict[str, float]:
        before, began_s = self.server.cpu_us(), time.monotonic()
        await asyncio.sleep(IDLE_S)
        seconds = time.monotonic() - began_s
        return {part: (spent - before[part]) / seconds for part, spent in self.server.cpu_us().items()}

    async def deliveries(self, pushes: int) -> tuple[float, float, Times]:
        """(CPU of one delivery, deliveries a second while a push is under way, when they arrive)."""
        spent = self._spending()
        pushed = await self.push(pushes)
        cost = sum(spent().values()) / (pushes * len(self.crowd.pages))
        arrivals = sorted(self.crowd.seen.arrivals_s)
        ends = [*pushed[1:], inf]
        waves = [[at for at in arrivals if since <= at < end] for since, end in zip(pushed, ends, strict=True)]
        whole = [(since, wave) for since, wave in zip(pushed, waves, strict=True) if wave]
        rate = median(len(wave) / (wave[-1] - since) for since, wave in whole)
        return cost, rate, middle([times(wave, since) for since, wave in whole])

    async def answers(self, bursts: int) -> tuple[float, dict[str, float], float, Times]:
        """(CPU of one answer, the same by part, answers a second, when they are acknowledged), everybody tapping at once."""
        costs: list[dict[str, float]] = []
        took: list[Times] = []
        for _ in range(bursts):
            body = await asyncio.get_running_loop().run_in_executor(None, self.server.opens)
            self.crowd.seen.clear()
            spent = self._spending()
            began_s = await self.crowd.tap(body)
            costs.append(spent())
            took.append(times(sorted(self.crowd.seen.acks_s), began_s))
            self.missing += len(self.crowd.seen.refused)
        pages = len(self.crowd.pages)
        parts = {part: median(cost[part] for cost in costs) / pages for part in costs[0]}
        every = middle(took)
        return sum(parts.values()), parts, pages / every[3] * 1000, every

    def _spending(self) -> Callable[[], dict[str, float]]:
        """From now on: what it costs, without what it would have cost anyhow."""
        before, began_s = self.server.cpu_us(), time.monotonic()

        def spent() -> dict[str, float]:
            seconds = time.monotonic() - began_s
            now = self.server.cpu_us()
            return {part: max(0.0, now[part] - before[part] - self.idle[part] * seconds) for part in now}

        return spent


def times(arrivals_s: Sequence[float], since_s: float) -> Times:
    """(first, median, 99th percentile, last), in milliseconds."""
    shares = (0, len(arrivals_s) // 2, len(arrivals_s) * 99 // 100, len(arrivals_s) - 1)
    first, half, most, last = ((arrivals_s[at] - since_s) * 1000 for at in shares)
    return first, half, most, last


def middle(rows: Sequence[Times]) -> Times:
    first, half, most, last = (median(row[n] for row in rows) for n in range(4))
    return first, half, most, last


def summed_up(rows: Sequence[Row], sizes: Sequence[int]) -> dict[str, object]:
    """The last line. Ratios of medians at the greatest size; those of every size stand in `ratios`."""
    ratios = {sockets: _ratios([row for row in rows if row.sockets == sockets]) for sockets in sizes}
    ours = [row for row in rows if row.server == "ours" and row.sockets == max(sizes)]
    kib = median(row.rss_kib_per_conn for row in ours) if ours else None
    told = {
        "rss_kib_per_conn": kib and round(kib, 1),
        "sockets": max(sizes),
        "missing": sum(row.missing for row in rows),
    }
    return {**ratios[max(sizes)], **told, "ratios": ratios}


def _ratios(rows: Sequence[Row]) -> dict[str, float | None]:
    found = {
        f"{what}_ratio_{other}": _ratio(rows, column, other)
        for what, column in (("fanout_cpu", "delivery_us"), ("answer_cpu", "answer_us"), ("rss", "rss_kib_per_conn"))
        for other in ("node", "stock", "send")
    }
    return {name: ratio for name, ratio in found.items() if name not in ("answer_cpu_ratio_send", "rss_ratio_send")}


def _ratio(rows: Sequence[Row], column: str, other: str) -> float | None:
    ours, theirs = ([getattr(row, column) for row in rows if row.server == name] for name in ("ours", other))
    return round(median(ours) / median(theirs), 3) if ours and theirs and None not in (*ours, *theirs) else None


COLUMNS = ("µs/delivery", "deliveries/s", "last ms", "µs/answer", "answers/s", "p99 ms", "KiB/conn")


def _print_table(rows: Sequence[Row], sizes: Sequence[int], servers: Sequence[str]) -> None:
    print(f"{'server':8}{'sockets':>8}" + "".join(f"{name:>14}" for name in COLUMNS))
    for sockets in sizes:
        for name in servers:
            own = [row for row in rows if (row.server, row.sockets) == (name, sockets)]
            told = [median(column) for column in zip(*(_columns(row) for row in own), strict=True)]
            print(f"{name:8}{sockets:8}" + "".join(f"{value:14.1f}" for value in told))


def _columns(row: Row) -> tuple[float, ...]:
    answered = (row.answer_us or nan, row.answers_per_s or nan, row.ack_ms[2] if row.ack_ms else nan)
    return row.delivery_us, row.deliveries_per_s, row.arrival_ms[3], *answered, row.rss_kib_per_conn


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.wire", description=__doc__)
    parser.add_argument("--sockets", type=int, nargs="+", default=[2_000, 5_000], help="sizes of the crowd (2000 5000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each server has its turn (3)")
    parser.add_argument("--servers", nargs="+", choices=SERVERS, default=list(SERVERS), help="which ones, in turn")
    parser.add_argument("--warm-up", type=int, default=5, help="pushes that are not measured (5)")
    parser.add_argument("--pushes", type=int, default=20, help="and that are (20)")
    parser.add_argument("--bursts", type=int, default=5, help="questions that everybody answers at once (5)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
