"""What a phone and a wall must never do: scroll sideways, set a choice too small for a thumb or for the last row.

One rush of every kind of question is walked through once, with all sizes looking on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from campaigns.bootstrap import Services
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, validate
from tests.browser.conftest import Hall
from tests.browser.faces import FULL_HD, PHONE, SMALL, Desk, Phone, Tab, Wall
from tests.stage import estimate, run_of

pytestmark = pytest.mark.browser

THUMB_PX, READABLE_PX = 72, 20
LONG = {
    "zh": "六台手机里，哪一台发布时用上了全系列最大的电池？",
    "en": "Which of these six phones came with the biggest battery of its whole family?",
}
WIDE = {"zh": "小米至尊纪念版", "en": "Xiaomi Mi 11 Ultra"}
MEASURE = """() => {
  const shown = (el) => el.checkVisibility({opacityProperty: true}) && el.getClientRects().length > 0;
  const own = (el) => [...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  const type = (list) => list.filter(shown).map((el) => [el.className || el.tagName, parseFloat(getComputedStyle(el).fontSize)]);
  return {
    over: document.scrollingElement.scrollWidth - innerWidth,
    choices: [...document.querySelectorAll('button[data-el]')].filter(shown).map((el) => el.getBoundingClientRect().height),
    lock: [...document.querySelectorAll('button.lock')].map((el) => innerHeight - el.getBoundingClientRect().bottom),
    question: type([...document.querySelectorAll('h1')]),
    asked: type([...document.querySelectorAll('#screen .choice__text, #screen h1.ask')]),
    other: type([...document.querySelectorAll('#screen *')].filter(own)),
    covered: [...document.querySelectorAll('button[data-el]')].filter((el) => {
      const [text, mark] = ['.choice__text', '.choice__mark'].map((part) => el.querySelector(part));
      if (!mark?.textContent.trim()) return false;
      const range = document.createRange();
      range.selectNodeContents(text);
      const [a, b] = [range.getBoundingClientRect(), mark.getBoundingClientRect()];
      return a.right > b.left + 1 && b.right > a.left + 1 && a.bottom > b.top + 2 && b.bottom > a.top + 2;
    }).map((el) => el.innerText),
    outside: [...document.querySelectorAll('#screen .choice, #screen h1, #screen .name')].filter(shown).filter((el) => {
      const box = el.getBoundingClientRect();
      return box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1;
    }).map((el) => el.className),
  };
}"""

COME_TO_REST = """() => Promise.all(document.getAnimations()
  .filter((each) => each.effect.getComputedTiming().endTime < 5000)
  .map((each) => each.finished.catch(() => undefined)))"""


def six(kind: Kind, right: frozenset[str]) -> Question:
    choices = tuple(Choice(id_, {lang: f"{text} {id_}" for lang, text in WIDE.items()}) for id_ in "abcdef")
    because = {
        "zh": "因为厂商在发布会上是这样说的，而且称出来也是这样。",
        "en": "The maker said so on stage, and the scales agree.",
    }
    return validate(Question(kind, LONG, choices, ChoiceKey(right), explanation=because, seconds=60))


@pytest.fixture
def watched(hall: Hall, services: Services) -> Iterator[tuple[Desk, list[Phone], Wall]]:
    """A desk, a wall, and a fan of every size in the lobby."""
    questions = [six(Kind.SINGLE, frozenset("b")), six(Kind.MULTIPLE, frozenset("ad")), estimate(190)]
    run_id = run_of(services, questions, close_when_all=True)
    desk, wall = hall.at_the_desk(run_id), hall.wall("en", FULL_HD)
    desk.pair(wall.pairing_code())
    sizes = (("small", SMALL, "en"), ("phone", PHONE, "zh-CN"), ("big", FULL_HD, "en"))
    phones = [hall.phone(name, size, locale) for name, size, locale in sizes]
    for phone in phones:
        fits(phone.go(f"/r/{hall.code(run_id)}"), "join")
        phone.join(hall.code(run_id), "一个名字很长很长的人" if phone.name == "small" else None)
    yield desk, phones, wall


def test_every_scene_fits_every_phone_and_can_be_read_from_the_last_row(
    watched: tuple[Desk, list[Phone], Wall],
) -> None:
    desk, phones, wall = watched
    look(phones, wall, "lobby")
    for answer in (Phone.tap, several, guess):
        desk.asks()
        wall.scene("open")
        look(phones, wall, "open")
        for phone in phones:
            answer(phone.phase("open"), 1)
            fits(phone.phase("recorded", "closed"), "recorded")
        desk.press("reveal")
        look(phones, wall, "reveal")
        desk.press("board")
        look(phones, wall, "board")
    for scene in ("podium", "podium_step", "podium_step", "podium_step", "end"):
        desk.press(scene)
        look(phones, wall, "final" if scene == "end" else "podium")
    for phone in phones:
        fits(phone.go("/me"), "own page")


def several(phone: Phone, place: int) -> None:
    phone.tap(place).tap(place + 2).page.locator("button.lock").click()


def guess(phone: Phone, _: int) -> None:
    """First beyond the scale, which is refused in words."""
    phone.estimate(999_999)
    refused = phone.has(".dial__unit b")
    assert "300" in refused.inner_text() and phone.page.locator("button.lock").is_disabled()
    assert phone.phase_now == "open"
    phone.estimate(190)


def look(phones: list[Phone], wall: Wall, scene: str) -> None:
    for phone in phones:
        fits(phone.phase(scene), scene)
    wall.scene(scene)
    legible(wall, scene)


def fits(phone: Tab, scene: str) -> None:
    seen = phone.page.evaluate(MEASURE)
    assert seen["over"] <= 0, f"{phone.name} scrolls sideways in {scene} by {seen['over']} px"
    assert all(height >= THUMB_PX - 0.5 for height in seen["choices"]), f"{phone.name}, {scene}: {seen['choices']}"
    assert not seen["covered"], f"{phone.name}, {scene}: the mark lies on the words {seen['covered']}"
    assert all(under >= 0 for under in seen["lock"]), f"{phone.name}, {scene}: the button lies under the edge {seen}"
    if scene in ("open", "recorded"):
        assert seen["question"] and all(px >= READABLE_PX for _, px in seen["question"]), f"{phone.name}: {seen}"


def legible(wall: Wall, scene: str) -> None:
    """Choices and questions at least 1/20 of the height, other text 1/30."""
    wall.page.evaluate(COME_TO_REST)
    seen: dict[str, Any] = wall.page.evaluate(MEASURE)
    height = FULL_HD[1]
    assert seen["over"] <= 0 and not seen["outside"], f"{scene}: {seen['over']} {seen['outside']}"
    small = [(name, px) for name, px in seen["asked"] if px < height / 20 - 0.5]
    small += [(name, px) for name, px in seen["other"] if px < height / 30 - 0.5]
    assert not small, f"too small on the wall in {scene}: {small}"
