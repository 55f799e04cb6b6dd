"""The measures of the walks see what they are there to see: their negative controls."""

from __future__ import annotations

import pytest

from tests.browser.axe import armed, faults
from tests.browser.conftest import Hall
from tests.browser.grounds import contrasts

pytestmark = pytest.mark.browser


def test_a_serious_fault_would_be_seen(hall: Hall) -> None:
    """To axe."""
    phone = hall.phone()
    armed(phone)
    phone.go("/").page.evaluate("document.body.append(document.createElement('button'))")
    assert [fault["id"] for fault in faults(phone)] == ["button-name"]


def test_the_measure_sees_faint_text_and_what_lies_under_it(hall: Hall) -> None:
    """In the light and in the dark."""
    phone = hall.phone(color_scheme="light").go("/")
    put = """(styles) => {
      document.body.replaceChildren(document.createElement('div'));
      for (const [name, style] of Object.entries(styles)) {
        const el = Object.assign(document.createElement('p'), { textContent: name });
        document.body.firstChild.append(el);
        Object.assign(el.style, { fontSize: '16px', margin: 0, padding: '12px', width: 'max-content' }, style);
      }
    }"""
    striped = {"color": "#fff", "background": "linear-gradient(90deg, #000 50%, #fff 50%)"}
    styles = {"grey": {"color": "#767676", "background": "#fff"}, "faded": {"color": "#000", "opacity": "0.5"}}
    phone.page.evaluate(put, {**styles, "striped": striped})
    seen = {text["text"]: text["ratio"] for text in contrasts(phone)}
    assert seen["grey"] == pytest.approx(4.54, abs=0.05)
    assert seen["faded"] == pytest.approx(3.7, abs=0.4)  # half of black over the light ground
    assert seen["striped"] == pytest.approx(1, abs=0.01)
