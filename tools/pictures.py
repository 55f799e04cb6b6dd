"""`make pictures`: photographs the three faces from the running program into docs/pictures, in both languages.

A house of its own (`cli.py up` in a temporary folder, embedded stores, the demo) on a free port; an operator's desk, two
screens and two phones as Chromium pages; a crowd by Socket.IO that holds back where a picture wants a question half
answered. Everything is done as people do it: links, forms, the one big button. What the crowd answers is seeded; the
names and the code are the run's own. Rejected: pictures of fixtures (they show what was meant, not what is).
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from campaigns.crowd.pages import Address
from tools.picture_crowd import Crowd, right_value
from tools.picture_list import LANGUAGES, MOST_BYTES, NAMES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
PUBLIC_URL = "http://play.example.com"
LOCALES = {"zh": "zh-CN", "en": "en-US"}
# CSS pixels, and pixels of the picture for each of them: the wall is drawn at full size and printed smaller.
SIZES = {"fan": (390, 844, 1.0), "display": (1920, 1080, 0.5), "desk": (1440, 900, 1.0)}
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PATIENCE_MS = 30_000
CROWD = 22
ANNOUNCED_PRICE = "4299"
OPEN_PICTURES = {2: "open", 3: "estimate"}  # question → the phone's picture of it


@dataclass(frozen=True)
class House:
    at: Address
    code: str
    token: str


@contextmanager
def house() -> Iterator[House]:
    """`cli.py up` as an operator would start it; stopped and wiped afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="ff-pictures-"))
    folder.chmod(0o711)  # PostgreSQL's account must be able to walk in
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    ours = {"VAR_DIR": str(folder), "HOST": "127.0.0.1", "PORT": str(port), "PUBLIC_URL": PUBLIC_URL}
    kept = {name: value for name, value in os.environ.items() if "_URL" not in name}
    argv = [sys.executable, "-u", "cli.py", "up"]
    process = subprocess.Popen(argv, cwd=ROOT, env={**kept, **ours}, stdout=subprocess.PIPE, text=True)
    try:
        yield _links(process, Address("127.0.0.1", port))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=15)
        shutil.rmtree(folder, ignore_errors=True)


def _links(process: subprocess.Popen[str], at: Address) -> House:
    """Read what the start prints, the rush's link first, until the operator's, the last of them, is there."""
    assert process.stdout is not None
    code = ""
    for line in process.stdout:
        if found := re.search(r"/r/([A-Z0-9]+)", line):
            code = code or found[1]
        if found := re.search(r"/login/(\S+)", line):
            return House(at, code, found[1])
    raise SystemExit("the house did not start; see above")


@dataclass
class Stage:
    """The pages of one show, by face and language."""

    house: House
    browser: Browser
    folder: Path
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)

    def page(self, face: str, lang: str = "zh") -> Page:
        return self.pages[face, lang]

    async def context(self, face: str, lang: str, **more: object) -> BrowserContext:
        width, height, scale = SIZES[face]
        look = {"viewport": {"width": width, "height": height}, "device_scale_factor": scale, **more}
        context = await self.browser.new_context(locale=LOCALES[lang], **look)  # type: ignore[arg-type]  # keywords by name
        context.set_default_timeout(PATIENCE_MS)
        return context

    async def open(self, face: str, lang: str, path: str, **more: object) -> Page:
        context = await self.context(face, lang, **more)
        self.pages[face, lang] = page = await context.new_page()
        await page.goto(self.house.at.url + path)
        return page

    async def shoot(self, moment: str, face: str, settle_s: float = 0.6) -> None:
        """The same moment in both languages; `settle_s` lets a motion come to its end."""
        await asyncio.sleep(settle_s)
        for lang in LANGUAGES:
            path = self.folder / f"{face}-{moment}-{lang}.png"
            await self.page(face, lang).screenshot(path=path)
            print(f"  {path.name:28} {path.stat().st_size / 1000:6.0f} kB", flush=True)

    async def phase(self, name: str) -> None:
        for lang in LANGUAGES:
            await self.page("fan", lang).wait_for_selector(f'#stage[data-phase="{name}"]')

    async def next(self, step: str) -> None:
        """Press the big button once it says it will do `step`."""
        await self.page("desk").click(f'#next[data-step="{step}"]:not([disabled])')

    async def due(self, *steps: str) -> None:
        wanted = ", ".join(f'#next[data-step="{step}"]' for step in steps)
        await self.page("desk").wait_for_selector(wanted)


async def let_everybody_in(stage: Stage) -> None:
    """Operator by the login link, desks by the pages' own links, screens by their codes, fans by one tap."""
    desk = await stage.open("desk", "zh", f"/login/{stage.house.token}")
    await desk.click("form button[type=submit]")
    await desk.goto(f"{stage.house.at.url}/operators")
    await desk.click('main a:has-text("小米手机知多少")')
    way = await desk.get_attribute(f'.lane__run:has-text("{stage.house.code}") a', "href")
    assert way is not None
    rush = await desk.get_attribute(f'li:has(.lane__run:has-text("{stage.house.code}")) .lane__title', "href")
    await stage.open("desk", "en", way, storage_state=await desk.context.storage_state())
    for lang in LANGUAGES:
        await stage.page("desk", lang).goto(f"{stage.house.at.url}{rush}")
    await stage.shoot("rush", "desk")
    for lang in LANGUAGES:
        await stage.page("desk", lang).goto(f"{stage.house.at.url}{way}")
        await stage.open("display", lang, "/display")
        await stage.open("fan", lang, f"/r/{stage.house.code}", has_touch=True, is_mobile=True)
    await stage.shoot("pairing", "display")
    await stage.shoot("join", "fan")
    for lang in LANGUAGES:
        screen = stage.page("display", lang)
        await desk.fill("#pair-code", await screen.inner_text("[data-code]"))
        await desk.press("#pair-code", "Enter")
        await screen.wait_for_selector("#screen")
        await stage.page("fan", lang).click(".enter button[type=submit]")


async def one_question(stage: Stage, crowd: Crowd, n: int) -> None:
    """From *ask* to the reveal, with the pictures that belong to question n. The phones first: they have to answer."""
    crowd.hold()
    await stage.next("ask")
    await stage.phase("open")
    if n in OPEN_PICTURES:
        await stage.shoot(OPEN_PICTURES[n], "fan", 1)
    for lang in LANGUAGES:
        await answer(stage.page("fan", lang), crowd, n, wrong=lang == "en" and n == 4)
    await stage.phase("recorded")
    if n == 2:
        await stage.shoot("recorded", "fan", 0.3)
        await stage.shoot("open", "display", 0)
        await stage.shoot("open", "desk", 0)
    crowd.go()
    await stage.due("enter_key", "reveal")
    if n == crowd.rounds:
        await enter_key(stage)
    await stage.next("reveal")
    if n == 2:
        await stage.shoot("reveal", "display", 2.5)
        await stage.shoot("reveal", "fan", 1)


async def answer(page: Page, crowd: Crowd, n: int, *, wrong: bool) -> None:
    """As a thumb would: tap a choice, or set a number and lock it in."""
    places, value = crowd.key(n)
    if value is not None:
        await page.fill(".dial__value input", str(right_value(value, n)))
        await page.click(".lock")
        return
    right = f'.choice[data-el="{places[0]}"]'
    await page.click(f".choice:not({right.removeprefix('.choice')})" if wrong else right)


async def enter_key(stage: Stage) -> None:
    """The sealed question's key, twice, as the desk asks for it."""
    desk = stage.page("desk")
    await stage.next("enter_key")
    for _ in range(2):
        await desk.fill("dialog .field-number", ANNOUNCED_PRICE)
        await desk.click("dialog button[type=submit]")


async def show(stage: Stage) -> None:
    """The demo's short rush, from the lobby to the badges."""
    await let_everybody_in(stage)
    async with Crowd(stage.house.at, stage.house.code, CROWD) as crowd:
        await stage.phase("lobby")
        await stage.shoot("lobby", "display", 3)
        await stage.shoot("lobby", "fan")
        for n in range(1, crowd.rounds + 1):
            await one_question(stage, crowd, n)
            await stage.next("board")
            if n == 3:
                await stage.shoot("board", "display", 2.5)
        await stage.next("podium")
        for _ in range(3):
            await stage.next("podium_step")
            await asyncio.sleep(2.5)
        await stage.shoot("podium", "display", 2)
        await stage.next("end")
        await stage.phase("final")
        await stage.shoot("final", "fan", 4)
    for lang in LANGUAGES:
        await stage.page("fan", lang).goto(f"{stage.house.at.url}/me")
    await stage.shoot("me", "fan", 1)


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        raise SystemExit("no Chromium here: make setup installs it, or says how")
    async with AsyncExitStack() as stack:
        player = await stack.enter_async_context(async_playwright())
        browser = await player.chromium.launch(executable_path=path, args=FLAGS)
        stack.push_async_callback(browser.close)
        yield browser


async def photograph(folder: Path) -> None:
    with house() as started:
        async with chromium() as browser:
            await show(Stage(started, browser, folder))


def refused(folder: Path) -> str:
    """What is wrong with the pictures in this folder; empty if nothing is."""
    sizes = {path.stem: path.stat().st_size for path in folder.glob("*.png")}
    large = [name for name, size in sizes.items() if size > MOST_BYTES]
    missing = [name for name in NAMES if name not in sizes]
    return f"too large: {large}; missing: {missing}" if large or missing else ""


def main() -> None:
    """The old pictures stay until all new ones are there."""
    with tempfile.TemporaryDirectory(prefix="ff-shots-") as taken:
        asyncio.run(photograph(Path(taken)))
        if problem := refused(Path(taken)):
            raise SystemExit(problem)
        shutil.rmtree(FOLDER, ignore_errors=True)
        shutil.copytree(taken, FOLDER)
        FOLDER.chmod(0o755)


if __name__ == "__main__":
    main()
