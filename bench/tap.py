"""`make bench-tap`: from the finger on a slow phone until it shows "recorded", while thousands of others answer.

Real pages in Chromium, 75 ms of the way each way (bench/distance.py), in a run whose other fans answer at a steady rate
meanwhile, whatever comes back: all of it real answers, committed before they are acknowledged. A page's CPU is slowed down
while it is touched; Chromium does that by spinning, also on a page at rest, and three of them would be all of two cores.
Measured is, by the page's own clock, from the instant at which the browser took the touch (`timeStamp` of `pointerdown`; the
touch comes through the browser's input, as a finger's does) until the first frame *after* the one in which the page drew
"recorded" has begun (MutationObserver, then twice requestAnimationFrame): an upper bound of when the fan saw it. Rows tell
three parts: until the page said "sending", until it had drawn "recorded" (way, server, commit, drawing), until painted.
The last line is one JSON object; the status is 1 if a tap or an answer is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import shutil
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from playwright.async_api import CDPSession, Page, ViewportSize, async_playwright

from bench.distance import distance
from bench.ground import Ground, ground, services_of, tree_cpu_s
from bench.meter import Meter
from bench.night_show import Hall, make_night, press
from bench.road_stock import token
from bench.rows import Rows, quantile
from bench.wire_load import Crowd, enter
from bench.wire_servers import ANSWER
from campaigns.bootstrap import Services
from campaigns.domain.run import Step

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = "--no-sandbox --disable-gpu --disable-background-networking --no-first-run --disable-component-update --disable-sync"
SIZE: ViewportSize = {"width": 390, "height": 844}
LEAD_MS = 300
FROM, UNTIL = 0.15, 0.8  # the part of the others' answering in which the pages tap
PATIENCE_S = 60.0
LONGEST_S = 1800.0
SCENE = b'42/fans,["scene"'
# What every page notes of itself. `sending` and `recorded` are phases of the page's stage (static/js/fans/game.js).
NOTES = """(() => {
  let down = 0, sending = 0;
  addEventListener("pointerdown", (event) => { down = event.timeStamp; }, { capture: true, passive: true });
  new MutationObserver(([{ target }]) => {
    const phase = target.dataset.phase, drawn = performance.now();
    if (phase === "sending") sending = drawn;
    if (!down || phase !== "recorded") return;
    const began = down;
    down = 0;
    requestAnimationFrame(() => requestAnimationFrame(() => tapped(sending - began, drawn - began, performance.now() - began)));
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-phase"] });
})()"""


@dataclass(frozen=True)
class Tap:
    """Milliseconds since the touch: the page says it is sending, it has drawn "recorded", that has been painted."""

    sending_ms: float
    recorded_ms: float
    painted_ms: float


class Phone:
    """A page in Chromium, `slower` than it while it is touched. `taken`: what it notes of the tap under way."""

    def __init__(self, page: Page, session: CDPSession, slower: float) -> None:
        self.page, self.session, self.slower = page, session, slower
        self.taken: asyncio.Future[Tap] = asyncio.get_running_loop().create_future()

    async def opens(self, url: str) -> None:
        """Until it stands in the lobby."""
        await self.page.expose_function(
            "tapped", lambda *ms: self.taken.set_result(Tap(*(round(each, 1) for each in ms)))
        )
        await self.page.add_init_script(NOTES)
        await self.page.goto(url)
        await self.sees("lobby")

    async def sees(self, phase: str) -> None:
        await self.page.locator(f'#stage[data-phase="{phase}"]').wait_for()

    async def runs(self, slower: float) -> None:
        await self.session.send("Emulation.setCPUThrottlingRate", {"rate": slower})

    async def touched(self, meanwhile: Callable[[], bool]) -> tuple[Tap | None, bool]:
        """One tap on a choice, and what the page has noted of it, without asking it meanwhile; None: it was never recorded.
        And whether the others were at it when it came."""
        self.taken = asyncio.get_running_loop().create_future()
        box = await self.page.locator('button[data-el="2"]').bounding_box()
        assert box is not None
        await self.runs(self.slower)
        during = meanwhile()
        await self.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        with suppress(TimeoutError):
            tap = await asyncio.wait_for(self.taken, PATIENCE_S)
            await self.runs(1)
            return tap, during
        return None, during


@dataclass
class Lap:
    """One question. `answers_per_s`: of the others, from the first one due until the last one acknowledged."""

    taps: list[Tap] = field(default_factory=list)
    beside: list[Tap] = field(default_factory=list)  # when the others had finished already (a machine out of breath)
    answers: int = 0
    answers_per_s: float = 0.0
    ack_p99_ms: float = 0.0


def main(argv: Sequence[str]) -> int:
    given = _arguments(argv)
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    kept = Rows("tap", argv, given.rows)
    with ground(sockets=given.fans + 100) as here, services_of(here) as services:
        hall = make_night(services, given.fans + given.pages, 1, given.laps, LEAD_MS).halls[0]
        with distance(here.at.port, given.rtt / 2) as port:
            laps, cost = asyncio.run(_measured(here, services, hall, port, given, kept))
    said = summed_up(laps)
    about = {"rtt_ms": given.rtt, "cpu_rate": given.slower, "sockets": given.fans, "pages": given.pages}
    kept.end(said | about | cost)
    whole = said["taps"] + said["beside"] == given.laps * given.pages and said["answers"] == given.laps * given.fans
    return 0 if whole else 1


def summed_up(laps: Sequence[Lap]) -> dict[str, float]:
    taken = [tap for lap in laps for tap in lap.taps]
    painted = [tap.painted_ms for tap in taken]
    said: dict[str, float] = {"taps": len(taken), "p50_ms": _ms(painted, 0.5), "p95_ms": _ms(painted, 0.95)}
    said |= {"worst_ms": _ms(painted, 1), "answers_per_s": round(median(lap.answers_per_s for lap in laps))}
    said |= {"sending_p50_ms": _ms([tap.sending_ms for tap in taken], 0.5)}
    said |= {"recorded_p50_ms": _ms([tap.recorded_ms for tap in taken], 0.5)}
    said |= {"answers": sum(lap.answers for lap in laps), "beside": sum(len(lap.beside) for lap in laps)}
    return said | {"ack_p99_ms": max(lap.ack_p99_ms for lap in laps)}


async def _measured(
    here: Ground, services: Services, hall: Hall, port: int, given: argparse.Namespace, kept: Rows
) -> tuple[list[Lap], dict[str, object]]:
    """(every lap, how busy everybody was)."""
    auth = json.dumps({"run": hall.code, "tab": "bench"}).encode()
    async with asyncio.timeout(LONGEST_S), _phones(port, hall.code, given) as phones:
        crowd = await enter(here.at.port, given.fans, SCENE, auth, lambda n: f"fan={token(n)}")
        meter, own_s, laps = Meter(here), tree_cpu_s(os.getpid()), []
        for round_id in hall.rounds:
            await asyncio.to_thread(press, services, hall.run_id, Step.ASK)
            laps.append(await _lap(crowd, phones, ANSWER % round_id, given.rate))
            kept.add({"round": round_id, **asdict(laps[-1])})
            await asyncio.to_thread(press, services, hall.run_id, Step.CLOSE_NOW)
            await asyncio.to_thread(press, services, hall.run_id, Step.BOARD)
        spent, children_s = meter.read(), tree_cpu_s(os.getpid()) - own_s
        await crowd.leave()
    browser = max(0.0, children_s / spent.seconds - spent.load - sum(spent.cores.values()))  # and the way to it
    cost: dict[str, object] = {"cores": spent.rounded(), "load_generator_cores": round(spent.load, 2)}
    return laps, cost | {"browser_cores": round(browser, 2), "others_cores": round(max(0.0, spent.others - browser), 2)}


async def _lap(crowd: Crowd, phones: list[Phone], body: bytes, per_s: float) -> Lap:
    """One question: the others answer it at their rate, and meanwhile one phone after the other is touched."""
    for phone in phones:
        await phone.sees("open")
    # A page's clock may be ahead of the house's, and what comes before the opening is refused.
    await asyncio.sleep(LEAD_MS / 1000)
    crowd.seen.clear()
    began_s, span_s = time.monotonic(), len(crowd.pages) / per_s
    answering = asyncio.create_task(_answered(crowd, body, per_s))

    async def touched(n: int) -> tuple[Tap | None, bool]:
        share = FROM + (UNTIL - FROM) * n / len(phones)
        await asyncio.sleep(began_s + span_s * share - time.monotonic())
        return await phones[n].touched(lambda: not answering.done())

    taps = await asyncio.gather(*(touched(n) for n in range(len(phones))))
    seconds = await answering - began_s
    lap = Lap([tap for tap, meanwhile in taps if tap is not None and meanwhile])
    lap.beside = [tap for tap, meanwhile in taps if tap is not None and not meanwhile]
    lap.answers = len(crowd.seen.acks_s) - len(crowd.seen.refused)
    crowd.seen.refused.clear()
    lap.answers_per_s = round(lap.answers / seconds, 1)
    lap.ack_p99_ms = round(quantile(crowd.seen.acks_s, 0.99) * 1000, 1)
    return lap


async def _answered(crowd: Crowd, body: bytes, per_s: float) -> float:
    """When all of the others are acknowledged."""
    await crowd.tap(body, per_s)
    return time.monotonic()


@asynccontextmanager
async def _phones(port: int, code: str, given: argparse.Namespace) -> AsyncIterator[list[Phone]]:
    """Slow phones in the run, each of a fan who answers nothing else."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        raise SystemExit(f"bench.tap needs one of {', '.join(BROWSERS)}")
    url, phones = f"http://127.0.0.1:{port}", list[Phone]()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=QUIET.split(), timeout=PATIENCE_S * 1000)
        for n in range(given.fans + 1, given.fans + given.pages + 1):
            context = await browser.new_context(viewport=SIZE, has_touch=True, is_mobile=True, locale="zh-CN")
            await context.add_cookies([{"name": "fan", "value": token(n), "url": url}])
            context.set_default_timeout(PATIENCE_S * 1000)
            page = await context.new_page()
            phones.append(Phone(page, await context.new_cdp_session(page), given.slower))
            await phones[-1].opens(f"{url}/r/{code}")
        yield phones
        await browser.close()


def _ms(milliseconds: Sequence[float], share: float) -> float:
    return round(quantile(milliseconds, share), 1)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.tap", description=__doc__)
    parser.add_argument("--fans", type=int, default=6_000, help="who answer meanwhile (6000)")
    parser.add_argument("--rate", type=float, default=3_000, help="their answers a second (3000)")
    parser.add_argument("--pages", type=int, default=3, help="phones in Chromium, one tap each a question (3)")
    parser.add_argument("--laps", type=int, default=24, help="questions (24)")
    parser.add_argument("--rtt", type=float, default=150, help="ms to the house and back (150)")
    parser.add_argument("--slower", type=float, default=4, help="how often a phone's CPU is slower than this one (4)")
    parser.add_argument("--rows", type=Path, help="where raw rows are kept (.bench/rows)")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
