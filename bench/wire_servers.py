"""How each server of the wire bench is started, told what to do, and what it is made of.

Stock Flask-SocketIO and Node's socket.io have environments of their own under `.bench/`, made once: neither belongs into ours.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from bench.ground import ground, services_of, tree
from bench.road_stock import FANS, token
from bench.show import single, words
from campaigns.bootstrap import Services
from campaigns.control.conduct import press_next
from campaigns.control.definitions import CampaignDraft, RushDraft, create_campaign, create_rush
from campaigns.control.desk import desk_view
from campaigns.control.questions import add_questions
from campaigns.control.runs import make_run, run_summary
from campaigns.domain.round import RoundState
from campaigns.domain.rush_rules import Rule, RushRules
from deploy.house import free_port

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = ROOT / ".bench"
SERVERS = ("ours", "stock", "node", "send")
PARTS = ("group-commit", "fanout", "lane")  # that ours can be without: bench/wires/ours.py
STOCK = ("flask-socketio==5.7.0", "gevent==26.9.0", "gevent-websocket==0.10.1", "setuptools<81")
NODE = "socket.io@4.8.4"
LEAD_MS = 300
LONG_S, BURSTS_MOST = 120, 40
PATIENCE_S = 60.0
ANSWER = b'["answer",{"round":"%d","places":[2]}]'


@dataclass
class Running:
    """A server that is up. `parts`: the roots of its processes, by name; `opens` makes it take answers, and says what one is."""

    name: str
    port: int
    process: subprocess.Popen[str]
    parts: Mapping[str, int]
    auth: bytes = b""
    opens: Callable[[], bytes] = lambda: ANSWER % 1

    @property
    def answers(self) -> bool:
        """Whether it acknowledges anything."""
        return self.name != "send"

    def cookie(self, n: int) -> str:
        return f"fan={token(n)}"

    def tell(self, line: str) -> list[float]:
        """One command. Returns when it is done, with the instants at which something was pushed (seconds, monotonic)."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.until("done")

    def until(self, word: str) -> list[float]:
        assert self.process.stdout is not None
        pushed: list[float] = []
        for line in self.process.stdout:
            if line.strip() == word:
                return pushed
            if line.startswith("at "):
                pushed.append(int(line.split()[1]) / 1e9)
        raise RuntimeError(f"{self.name} ended")

    def cpu_us(self) -> dict[str, float]:
        return {part: on_cpu_us(pid) for part, pid in self.parts.items()}

    def rss_kib(self) -> float:
        """What the processes that hold the sockets keep for themselves."""
        rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in tree(self.parts["web"])]
        private = [line for each in rollups for line in each.splitlines() if line.startswith("Private_")]
        return float(sum(int(line.split()[1]) for line in private))


def on_cpu_us(pid: int) -> float:
    """Microseconds on a processor so far, of all threads of a tree of processes; finer than the ticks of /proc/PID/stat."""
    spent = 0
    for each in tree(pid):
        for task in Path(f"/proc/{each}/task").glob("*/schedstat"):
            with contextlib.suppress(OSError):  # ended meanwhile
                spent += int(task.read_text().split()[0])
    return spent / 1000


@contextmanager
def running(name: str, sockets: int, core: int | None = None) -> Iterator[Running]:
    """`ours`, or one of those it is compared with. `core`: whoever holds the sockets stays on that one.

    `ours:PART` is ours with a part of the hot path as it would be without what was done about it: bench/wires/ours.py.
    """
    if name.partition(":")[0] == "ours":
        with _ours(name, sockets, core) as made:
            yield made
        return
    port = free_port()
    with _process(_command(name, port), os.environ, core) as process:
        made = Running(name, port, process, {"web": process.pid})
        made.until("ready")
        yield made


def _command(name: str, port: int) -> list[str]:
    if name == "stock":
        return [str(_stock()), "bench/wires/stock.py", str(port)]
    if name == "node":
        return ["node", "bench/wires/node.mjs", str(port), str(_node())]
    return [sys.executable, "bench/wires/send.py", str(port)]


@contextmanager
def _ours(name: str, sockets: int, core: int | None) -> Iterator[Running]:
    """Our web process with stores and a worker beside it, and a run with as many fans."""
    with ground() as here, services_of(here) as services:
        run_id, code = _run(services, sockets)
        settings = replace(here.settings, port=free_port(), max_sockets=sockets + 100)
        command = [sys.executable, "-m", "bench.wires.ours", *filter(None, name.partition(":")[2:])]
        with _process(command, settings.environ_for_children(os.environ), core) as process:
            stores = {part: here.servers[part].pid or 0 for part in ("sql", "redis")}
            auth = json.dumps({"run": code, "tab": "bench"}).encode()
            parts = {"web": process.pid, **stores}
            made = Running(name, settings.port, process, parts, auth)
            made.opens = lambda: _open(made, services, run_id)
            made.until("ready")
            made.tell(f"room run:{run_id}")
            yield made


def _run(services: Services, fans: int) -> tuple[int, str]:
    rules = RushRules(Rule.SPEED, lead_ms=LEAD_MS, reading_min_ms=0, reading_max_ms=LEAD_MS)
    campaign = create_campaign(services, CampaignDraft(words("压测", "Bench"), "Asia/Shanghai", Decimal(1)))
    rush = create_rush(services, campaign, RushDraft(words("压测", "Bench"), rules))
    add_questions(services, rush, 1, [replace(single().question, seconds=LONG_S)] * BURSTS_MOST)
    run_id = make_run(services, rush, actor="bench")
    with services.sql.begin() as sql:
        sql.execute(FANS, {"campaign": campaign, "run": run_id, "fans": fans})
    return run_id, run_summary(services, run_id).code


def _open(ours: Running, services: Services, run_id: int) -> bytes:
    """The next round, until our web process takes answers to it: what one is. The worker judges the one before. TimeoutError."""
    until_s, now = time.monotonic() + PATIENCE_S, desk_view(services, run_id)
    before = now.round.id if now.round is not None else None
    while time.monotonic() < until_s:
        if now.round is not None and now.round.id != before and now.round.state == RoundState.OPEN:
            ours.tell(f"takes {now.round.id}")  # announced ahead of its opening, and heard of when the machine has time
            time.sleep(LEAD_MS / 1000)  # what the opening sent to everybody is not what an answer costs
            return ANSWER % int(now.round.id)
        press_next(services, run_id, now.next.seq, "bench")
        time.sleep(0.05)  # a worker judges meanwhile, the clock runs
        now = desk_view(services, run_id)
    raise TimeoutError("no round opened")


def _stock() -> Path:
    """Its Python, in an environment made once."""
    place = OUTSIDE / "stock"
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *STOCK], check=True)
    return python


def _node() -> Path:
    place = OUTSIDE / "node"
    if not (place / "node_modules").exists():
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", str(place), NODE], check=True)
    return place / "package.json"


@contextmanager
def _process(command: list[str], environ: Mapping[str, str], core: int | None) -> Iterator[subprocess.Popen[str]]:
    pipe, whole = subprocess.PIPE, os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})  # inherited, by all its threads too
    process = subprocess.Popen(command, cwd=ROOT, env=dict(environ), stdin=pipe, stdout=pipe, text=True)
    os.sched_setaffinity(0, whole)
    with process:
        try:
            yield process
        finally:
            process.kill()
