"""The three faces as people use them: a phone, the screen on the wall, the run desk, each a tab in a real Chromium.

A tab writes down everything its browser complains about (script errors, policy violations, failed loads); whoever opened
it says which complaints are expected, and the rest fail the test. Faces are told apart by roles, words and data-…, the
things that stay when the drawing changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from playwright.sync_api import Browser, Locator, Page, WebSocket, expect
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import QuestionVersion, Round
from campaigns.domain.round import RoundState

Size = tuple[int, int]
PATIENCE_MS = 60_000  # two busy cores are no failure; what comes is not waited for
expect.set_options(timeout=PATIENCE_MS)
SMALL, PHONE, FULL_HD, HD, LAPTOP = (320, 568), (390, 844), (1920, 1080), (1280, 720), (1280, 800)


class Tab:
    """One page in a browser profile of its own."""

    def __init__(
        self, browser: Browser, url: str, name: str, size: Size, locale: str = "zh-CN", **profile: Any
    ) -> None:
        self.name, self.url = name, url
        width, height = size
        # Motion costs a processor that draws without a graphics card dearly: only the journey asks for it.
        given = {"reduced_motion": "reduce", "locale": locale, **profile}
        self.context = browser.new_context(base_url=url, viewport={"width": width, "height": height}, **given)
        self.context.set_default_timeout(PATIENCE_MS)
        self.problems: list[str] = []
        self.frames: list[str] = []
        self.page = self.watch(self.context.new_page())

    def watch(self, page: Page) -> Page:
        page.on(
            "console",
            lambda said: self.problems.append(f"{said.text} {said.location['url']}") if said.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("websocket", self._listen)
        return page

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda payload: self.frames.append(str(payload)))

    def go(self, path: str) -> Self:
        self.page.goto(path)
        return self

    def expects(self, pattern: str) -> None:
        """What the browser said so far and matches was expected."""
        self.problems = [problem for problem in self.problems if not re.search(pattern, problem)]

    def heard(self, words: str) -> bool:
        """Whether these words ever came in, over the wire or in the page."""
        escaped = words.encode("ascii", "backslashreplace").decode()
        return words in self.page.content() or any(escaped in frame or words in frame for frame in self.frames)

    def has(self, selector: str) -> Locator:
        found = self.page.locator(selector)
        found.first.wait_for()
        return found


class Phone(Tab):
    """A fan."""

    def join(self, code: str, name: str | None = None) -> Self:
        """By the link; one tap on the suggested name, or a name typed."""
        self.go(f"/r/{code}")
        if name is not None:
            self.page.locator("input[name=nickname]").fill(name)
        self.page.locator("form[data-join] button[type=submit]").click()
        return self.phase("lobby", "reading", "announced", "open", "board", "reveal", "closed")

    def phase(self, *names: str) -> Self:
        self.page.locator(",".join(f'#stage[data-phase="{name}"]' for name in names)).wait_for()
        return self

    @property
    def phase_now(self) -> str | None:
        return self.page.locator("#stage").get_attribute("data-phase")

    def choice(self, place: int) -> Locator:
        return self.page.locator(f'button[data-el="{place}"]')

    def tap(self, place: int) -> Self:
        self.choice(place).click()
        return self

    def estimate(self, value: float) -> Self:
        field = self.page.locator('input[type="number"]')
        field.fill(str(value))
        field.press("Enter")
        return self


class Wall(Tab):
    """A display: first a code, after the pairing the show."""

    def pairing_code(self) -> str:
        self.go("/display")
        return self.has("[data-code]").inner_text().strip()

    def scene(self, *names: str) -> Locator:
        return self.has(",".join(f"#screen .scene--{name}" for name in names))


class Desk(Tab):
    """An operator. `press` waits until *next* will do the wanted step, then presses the space bar."""

    def press(self, step: str) -> Self:
        self.page.locator(f'#next[data-step="{step}"][aria-busy="false"]:not([disabled])').wait_for()
        self.page.keyboard.press("Space")
        return self

    def presses(self, *steps: str) -> Self:
        for step in steps:
            self.press(step)
        return self

    def asks(self) -> Self:
        """The next question, opened without its reading time, unless a slow machine has read it already."""
        self.press("ask")
        self.has('#next[data-step="open_now"],#next[data-step="close_now"]')
        # In one breath: a press after a look would close what has opened by itself in between.
        self.page.evaluate("document.querySelector('#next[data-step=open_now]')?.click()")
        return self

    def pair(self, code: str) -> Self:
        field = self.page.locator("#pair-code")
        field.wait_for()
        self.page.keyboard.press("s")
        self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")
        expect(field).to_have_value("")
        return self

    def enter_key(self, value: float) -> Self:
        """K opens the dialog; the same number twice."""
        self.page.locator('#next[data-step="enter_key"]:not([disabled])').wait_for()
        self.page.keyboard.press("k")
        for _ in range(2):
            field = self.page.locator('dialog[open] input[inputmode="decimal"]')
            field.fill(str(value))
            field.press("Enter")
        self.page.locator("dialog:not([open])").wait_for(state="attached")
        return self

    def corrects(self, n: int, place: int, why: str = "the stage said so") -> Self:
        """Another key for question n, entered twice with the reason."""
        with self._counted_again(n):
            dialog = self._about(n, "Correct …", why)
            for submit in ("Continue", "Correct and count again"):
                dialog.locator(".pick").nth(place).click()
                dialog.get_by_role("button", name=submit).click()
            dialog.wait_for(state="detached")
        return self

    def voids(self, n: int, why: str = "it was ambiguous") -> Self:
        with self._counted_again(n):
            dialog = self._about(n, "Void …", why)
            dialog.get_by_role("button", name="Hold to void").hover()
            self.page.mouse.down()
            dialog.wait_for(state="detached")
            self.page.mouse.up()
        return self

    def _about(self, n: int, button: str, why: str) -> Locator:
        self._row(n).get_by_role("button", name=button).click()
        dialog = self.has("dialog[open]")
        dialog.get_by_label("Why (goes into the record)").fill(why)
        return dialog

    def _row(self, n: int) -> Locator:
        return self.page.locator(".rounds > li").nth(n - 1)

    @contextmanager
    def _counted_again(self, n: int) -> Iterator[None]:
        """Until the desk knows: *next* pressed before that would be of a state that has passed."""
        before = re.search(r"counted (\d+) times", self._row(n).inner_text())
        times = int(before[1]) + 1 if before else 2
        yield
        expect(self._row(n)).to_contain_text(re.compile(f"(revealed|void) · counted {times} times"))


def newest_round(services: Services, run_id: int) -> tuple[list[str], dict[str, Any] | None, dict[str, Any]]:
    """(authored choices by place, key or None, body) of the round asked last."""
    columns = (Round.choice_order, QuestionVersion.key, QuestionVersion.body)
    asked = select(*columns).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    asked = asked.where(Round.run_id == run_id, Round.state != RoundState.SCHEDULED)
    with services.sql.connect() as sql:
        order, key, body = sql.execute(asked.order_by(Round.n.desc()).limit(1)).one()
    return order, key, body
