"""A question as the fields of its form, which are columns of an import (docs/import.md); `draft` reads them back."""

from __future__ import annotations

from campaigns.domain.question import LANGUAGES, ChoiceKey, Kind, Question, ValueKey


def cells_of(question: Question) -> dict[str, str]:
    """What `question_cells.draft` reads back into the same question (its picture aside)."""
    cells = {"kind": question.kind.value, "seconds": str(question.seconds), "possible": str(question.possible)}
    cells |= {"difficulty": str(question.difficulty), "tags": ",".join(question.tags)}
    for name in ("text", "explanation", "unit", "image_alt"):
        cells |= {f"{name}_{language}": getattr(question, name).get(language, "") for language in LANGUAGES}
    if question.kind is not Kind.TRUE_FALSE:
        for choice in question.choices:
            cells |= {f"choice_{choice.id}_{language}": choice.text.get(language, "") for language in LANGUAGES}
    cells |= {name: _number(getattr(question, name)) for name in ("low", "high")}
    cells["margin"] = _number(question.key.margin if isinstance(question.key, ValueKey) else question.margin)
    if isinstance(question.key, ChoiceKey):
        cells["key"] = ",".join(sorted(question.key.right))
    elif isinstance(question.key, ValueKey):
        cells["key"] = _number(question.key.value)
    return cells | ({"sealed": "yes"} if question.sealed else {})


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"
