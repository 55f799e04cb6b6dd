"""A question back into the cells of an import: what `question_cells.draft` reads into the same question again."""

from __future__ import annotations

from dataclasses import replace

from campaigns.domain.question import LANGUAGES, ChoiceKey, Kind, Question, ValueKey
from campaigns.domain.question_cells import LETTERS

TRUE_FALSE = {"true": {"zh": "对", "en": "True"}, "false": {"zh": "错", "en": "False"}}


def cells_of(question: Question) -> dict[str, str]:
    """Every column that says something; choices under the letters that are their ids."""
    cells = {"kind": question.kind.value, "seconds": str(question.seconds), "possible": str(question.possible)}
    cells |= {"difficulty": str(question.difficulty), "tags": ",".join(question.tags), "image": question.image or ""}
    for name in ("text", "explanation", "unit", "image_alt"):
        cells |= {f"{name}_{language}": getattr(question, name).get(language, "") for language in LANGUAGES}
    for choice in question.choices:
        usual = TRUE_FALSE.get(choice.id, {}) if question.kind is Kind.TRUE_FALSE else {}
        for language in LANGUAGES:
            said = choice.text.get(language, "")
            cells[f"choice_{choice.id}_{language}"] = "" if said == usual.get(language) else said
    cells |= {name: number(getattr(question, name)) for name in ("low", "high")}
    cells["margin"] = number(question.key.margin if isinstance(question.key, ValueKey) else question.margin)
    if isinstance(question.key, ChoiceKey):
        cells["key"] = ",".join(sorted(question.key.right))
    elif isinstance(question.key, ValueKey):
        cells["key"] = number(question.key.value)
    cells |= {"sealed": "yes"} if question.sealed else {}
    return {column: cell for column, cell in cells.items() if cell}


def lettered(question: Question) -> Question:
    """The same question with its choices named a, b, c in their order: columns of a sheet know no other order."""
    if question.kind is Kind.TRUE_FALSE:
        return question
    names = dict(zip((choice.id for choice in question.choices), LETTERS, strict=False))
    choices = tuple(replace(choice, id=names[choice.id]) for choice in question.choices)
    key = question.key
    if isinstance(key, ChoiceKey):
        key = ChoiceKey(frozenset(names[each] for each in key.right))
    return replace(question, choices=choices, key=key)


def number(value: float | None) -> str:
    """As short as it can be without becoming another number."""
    if value is None:
        return ""
    short = f"{value:.12g}"
    return short if float(short) == value else repr(value)
