"""A question as it lies in SQL: a body without a key, the key beside it, and back again without loss.

Words that somebody wrote stand there in every language, "" where nobody did; words that nobody wrote are {}. So the same
question gives the same body, whichever way it came: typed, proposed by a fan in one language, or imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from campaigns.domain.buzzer import MarksKey
from campaigns.domain.question import LANGUAGES, Choice, ChoiceKey, Key, Kind, Question, ValueKey, Words

PLAIN = ("sealed", "image", "low", "high", "margin", "seconds", "possible", "difficulty")


def body_of(question: Question) -> dict[str, Any]:
    """The JSON body; never the key."""
    body: dict[str, Any] = {name: getattr(question, name) for name in PLAIN}
    body["kind"] = str(question.kind)
    for name in ("text", "explanation", "image_alt", "unit"):
        body[name] = _both(getattr(question, name))
    body["choices"] = [{"id": choice.id, "text": _both(choice.text)} for choice in question.choices]
    body["tags"] = list(question.tags)
    return body


def _both(words: Words) -> dict[str, str]:
    return {language: words.get(language, "") for language in LANGUAGES} if any(words.values()) else {}


def only_language(body: Mapping[str, Any]) -> str | None:
    """The one language the question is written in; None: both. (A language is complete or absent: its text tells.)"""
    written = [language for language in LANGUAGES if body["text"].get(language)]
    return written[0] if len(written) == 1 else None


def key_json(key: Key | None) -> dict[str, Any] | None:
    if isinstance(key, ValueKey):
        return {"value": key.value, "margin": key.margin}
    return None if key is None else {"right": sorted(key.right)}


def marks_json(key: MarksKey) -> dict[str, Any]:
    """The key that a buzzer round is judged by: fans in the turn they were asked."""
    return {"marks": [list(mark) for mark in key.marks]}


def marks_from(stored: Mapping[str, Any]) -> MarksKey:
    return MarksKey(tuple((fan, right) for fan, right in stored["marks"]))


def key_from(stored: dict[str, Any] | None) -> Key | None:
    if stored is None:
        return None
    if "right" in stored:
        return ChoiceKey(frozenset(stored["right"]))
    if "marks" in stored:  # of one round, not of its question
        return None
    return ValueKey(float(stored["value"]), float(stored["margin"]))


def question_from(body: dict[str, Any], key: dict[str, Any] | None) -> Question:
    """The Question that `body_of` and `key_json` were made of."""
    return Question(
        kind=Kind(body["kind"]),
        choices=tuple(Choice(choice["id"], choice["text"]) for choice in body["choices"]),
        key=key_from(key),
        tags=tuple(body["tags"]),
        **{name: body[name] for name in (*PLAIN, "text", "explanation", "image_alt", "unit")},
    )
