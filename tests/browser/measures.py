"""What a phone and a wall must never do: scroll sideways, set a choice too small for a thumb or for the last row."""

from __future__ import annotations

from typing import Any

from tests.browser.faces import FULL_HD, Tab

THUMB_PX, READABLE_PX = 72, 20
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


def fits(phone: Tab, scene: str) -> None:
    seen = phone.page.evaluate(MEASURE)
    assert seen["over"] <= 0, f"{phone.name} scrolls sideways in {scene} by {seen['over']} px"
    assert all(height >= THUMB_PX - 0.5 for height in seen["choices"]), f"{phone.name}, {scene}: {seen['choices']}"
    assert not seen["covered"], f"{phone.name}, {scene}: the mark lies on the words {seen['covered']}"
    assert all(under >= 0 for under in seen["lock"]), f"{phone.name}, {scene}: the button lies under the edge {seen}"
    if scene in ("open", "recorded"):
        assert seen["question"] and all(px >= READABLE_PX for _, px in seen["question"]), f"{phone.name}: {seen}"


def legible(wall: Tab, scene: str) -> None:
    """Choices and questions at least 1/20 of the height, other text 1/30."""
    wall.page.evaluate(COME_TO_REST)
    seen: dict[str, Any] = wall.page.evaluate(MEASURE)
    height = FULL_HD[1]
    assert seen["over"] <= 0 and not seen["outside"], f"{scene}: {seen['over']} {seen['outside']}"
    small = [(name, px) for name, px in seen["asked"] if px < height / 20 - 0.5]
    small += [(name, px) for name, px in seen["other"] if px < height / 30 - 0.5]
    assert not small, f"too small on the wall in {scene}: {small}"
