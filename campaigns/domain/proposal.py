"""A question that a fan proposes: typed on a phone in one language, made presentable, refused only for cause.

Single choice with two to four choices; everything else (tags, difficulty, another language, a picture) is the operator's,
who sees it before anybody plays it. What is typed is cleaned rather than refused: control and bidi signs go, space
between words becomes one. Words that no nickname may carry, no question may; that list also takes some good words for
stretched bad ones (他妈妈的), which is the price of one list: the fan can say it differently.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from campaigns.domain.blocklist import is_blocked
from campaigns.domain.errors import BadInput
from campaigns.domain.graphemes import ZWJ
from campaigns.domain.question import LANGUAGES, Choice, ChoiceKey, Kind, Question, validate

FEWEST, MOST = 2, 4
MOST_OPEN = 3  # proposals of one fan that nobody has decided on
IDS = "abcd"
_RAW = 2000  # read no more of a flood than this of one field


class ProposalState(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETIRED = "retired"  # was played, is not any more


@dataclass(frozen=True, slots=True)
class Typed:
    """As it came. `right`: which of `choices`, from 0; empty choices at the end are left out."""

    language: str
    text: str
    choices: tuple[str, ...]
    right: int
    explanation: str = ""


class Blocked(BadInput):
    """It carries words that nobody may put on the screen."""


def proposed(typed: Typed) -> Question:
    """The question, a sound one. BadInput names the field: language, text, choice a…d, choices, key, explanation."""
    if typed.language not in LANGUAGES:
        raise BadInput("language", typed.language, "zh or en")
    choices = [tidy(choice) for choice in typed.choices]
    while choices and not choices[-1]:
        choices.pop()
    if not FEWEST <= len(choices) <= MOST:
        raise BadInput("choices", len(choices), f"{FEWEST} to {MOST} choices")
    if not 0 <= typed.right < len(choices):
        raise BadInput("key", typed.right, f"one of {', '.join(IDS[: len(choices)])}")
    text, explanation = tidy(typed.text), tidy(typed.explanation)
    question = Question(
        kind=Kind.SINGLE,
        text={typed.language: text},
        choices=tuple(Choice(id, {typed.language: choice}) for id, choice in zip(IDS, choices, strict=False)),
        key=ChoiceKey(frozenset(IDS[typed.right])),
        explanation={typed.language: explanation} if explanation else {},
    )
    named = [(f"choice {choice.id}", choice.text[typed.language]) for choice in question.choices]
    for name, said in (("text", text), *named, ("explanation", explanation)):
        if is_blocked(said):
            raise Blocked(name, said, "words that everybody may read")
    return validate(question)


def tidy(raw: str) -> str:
    """One line without signs that cannot be seen; an emoji keeps what joins it."""
    text = unicodedata.normalize("NFC", raw[:_RAW])
    seen = (" " if unicodedata.category(sign)[0] == "Z" or sign.isspace() else sign for sign in text)
    return " ".join("".join(sign for sign in seen if sign == ZWJ or unicodedata.category(sign)[0] != "C").split())
