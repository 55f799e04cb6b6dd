"""What axe-core says about a page as it stands: serious and critical faults alone, frames included."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser.faces import Tab
from tests.browser.measures import COME_TO_REST

ROOT = Path(__file__).resolve().parents[2]
SOURCE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
FAULTS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => ({ id, help, where: nodes.slice(0, 4).map((each) => each.html.slice(0, 160)) }));
}"""


def armed(tab: Tab) -> None:
    """From the next page on the tab brings axe along, also in its frames: policies of a page do not bind the browser."""
    tab.context.add_init_script(SOURCE)


def faults(tab: Tab) -> list[dict[str, Any]]:
    tab.page.evaluate(COME_TO_REST)
    found: list[dict[str, Any]] = tab.page.evaluate(FAULTS)
    return found


@dataclass
class Walk:
    """Looks at pages and remembers what was wrong; all faults of a walk are told at its end."""

    found: list[str] = field(default_factory=list)

    def look(self, tab: Tab, scene: str) -> None:
        self.found += [f"{tab.name}, {scene}: {fault}" for fault in faults(tab)]

    def ends(self) -> None:
        assert not self.found, "\n".join(self.found)
