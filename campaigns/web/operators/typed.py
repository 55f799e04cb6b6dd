"""What somebody typed into a form, read field by field; every problem is collected and nothing typed is lost.

typed = Typed(request.form)
seconds = typed.whole("seconds", 3, 240)
if typed.problems: show the form again with `typed.values` and `typed.problems`
"""

from __future__ import annotations

from collections.abc import Mapping

from campaigns.domain.errors import BadInput
from campaigns.domain.question import LANGUAGES
from campaigns.web.operators.complaints import complaint

LONGEST = 4000
MOST_LATE_MIN = 24 * 60


class Typed:
    """`values` is what stands in the fields again, `problems` a sentence for each field that does not fit."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self.values = {name: text[:LONGEST] for name, text in form.items() if name != "csrf_token"}
        self.problems: dict[str, str] = {}

    def text(self, name: str) -> str:
        return self.values.get(name, "").strip()

    def words(self, name: str) -> dict[str, str]:
        return {language: self.text(f"{name}_{language}") for language in LANGUAGES}

    def switch(self, name: str) -> bool:
        return name in self.values

    def whole(self, name: str, low: int, high: int, *, default: int = 0) -> int:
        """The number, or `default` where the field is not there at all (a switch hides it)."""
        if name not in self.values:
            return default
        text = self.text(name)
        if text.isascii() and text.lstrip("-").isdigit() and len(text) <= 12 and low <= int(text) <= high:
            return int(text)
        self.refuse(BadInput(name, text, f"a whole number from {low} to {high}"))
        return default

    def late(self) -> int | None:
        """How late a run may open, in seconds; None where the field is empty or not there: however late."""
        return self.whole("late_min", 0, MOST_LATE_MIN) * 60 if self.text("late_min") else None

    def refuse(self, refused: BadInput) -> None:
        self.problems.setdefault(refused.field, complaint(refused))

    def noting(self) -> _Noting:
        """`with typed.noting():` a refusal inside becomes a problem of its field, and the lines after it go on."""
        return _Noting(self)


class _Noting:
    def __init__(self, typed: Typed) -> None:
        self._typed = typed

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, BadInput):
            return False
        self._typed.refuse(error)
        return True
