"""Light and dark: whatever is read on a page stands out from what is under it.

AA: 4.5 : 1, large text 3 : 1, text by text (contrast.js).
"""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any

from tests.browser.faces import Tab
from tests.browser.measures import COME_TO_REST

CONTRASTS = (Path(__file__).parent / "contrast.js").read_text()
# What cannot be pointed at is seen all the same; the letters go, whatever they stand on stays.
PREPARE = """() => {
  window.bare = new CSSStyleSheet();
  const pointable = new CSSStyleSheet();
  pointable.replaceSync('* { pointer-events: auto !important }');
  document.adoptedStyleSheets = [pointable, bare];
}"""
BARE = "bare.replaceSync('* { -webkit-text-fill-color: transparent !important; text-shadow: none !important }')"
LETTERED = "bare.replaceSync('')"
FADED = "[...document.querySelectorAll('body *')].some((el) => Number(getComputedStyle(el).opacity) < 1)"


def contrasts(tab: Tab) -> list[dict[str, Any]]:
    tab.page.evaluate(COME_TO_REST)
    tab.page.evaluate(PREPARE)
    lettered = photograph(tab) if tab.page.evaluate(FADED) else None
    tab.page.evaluate(BARE)
    bare = photograph(tab)
    tab.page.evaluate(LETTERED)
    found: list[dict[str, Any]] = tab.page.evaluate(CONTRASTS, [lettered, bare])
    return found


def photograph(tab: Tab) -> str:
    return b64encode(tab.page.screenshot()).decode()


def readable(tab: Tab, scene: str, *grounds: Any) -> None:
    """On both grounds, unless told which."""
    size = tab.page.viewport_size
    assert size is not None
    whole = max(size["height"], int(tab.page.evaluate("document.scrollingElement.scrollHeight")))
    tab.page.set_viewport_size({"width": size["width"], "height": whole})
    for ground in grounds or ("light", "dark"):
        tab.page.emulate_media(color_scheme=ground)
        texts = contrasts(tab)
        assert texts, f"{tab.name} says nothing in {scene}"
        faint = [text for text in texts if text["ratio"] < text["wanted"]]
        assert not faint, f"{tab.name}, {scene}, {ground}: " + "; ".join(map(str, faint))
    tab.page.set_viewport_size(size)
    tab.page.emulate_media(color_scheme="light")  # the next measure finds the page as it came
