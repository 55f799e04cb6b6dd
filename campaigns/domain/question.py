"""A question, with and without its key.

`Question` is what operators write: it may hold the key. `PublicQuestion` is what leaves the house before the reveal:
it has no field in which a key could stand (law 6). A sealed question is asked while nobody, not even the database,
knows its key; a buzzer question (buzzer.py) always is: what is said is marked on the desk. A question is written in one
language or in both; a language is complete or absent, and who reads the absent one is shown the other. Choices carry
authored ids ("a", "b", …); on the wire a choice is its *place* 0…5 in the round's recorded order, which is also its
element (flame, drop, leaf, hexagon, square, swirl).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from campaigns.domain.errors import BadInput

Words = Mapping[str, str]  # {"zh": …, "en": …}
LANGUAGES = ("zh", "en")
MAX_CHOICES = 6
MAX_QUESTION, MAX_CHOICE, MAX_EXPLANATION, MAX_UNIT = 200, 80, 500, 12
MIN_SECONDS, MAX_SECONDS = 3, 240
POSSIBLE = (0, 1000, 2000)
MAX_VALUE = 1e12


class Kind(StrEnum):
    SINGLE = "single"
    MULTIPLE = "multiple"
    TRUE_FALSE = "truefalse"
    ESTIMATE = "estimate"
    BUZZER = "buzzer"


@dataclass(frozen=True)
class Choice:
    id: str
    text: Words


@dataclass(frozen=True)
class ChoiceKey:
    """The set of authored choice ids that is right (strict: all of them, nothing else)."""

    right: frozenset[str]


@dataclass(frozen=True)
class ValueKey:
    """Estimation: full score at `value`, half at `margin` away, nothing beyond twice the margin."""

    value: float
    margin: float


Key = ChoiceKey | ValueKey


@dataclass(frozen=True)
class Question:
    kind: Kind
    text: Words
    choices: tuple[Choice, ...] = ()
    key: Key | None = None
    sealed: bool = False
    explanation: Words = field(default_factory=dict)
    image: str | None = None
    image_alt: Words = field(default_factory=dict)
    unit: Words = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    margin: float | None = None
    seconds: int = 20
    possible: int = 1000
    difficulty: int = 1
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublicQuestion:
    """What fans and displays may see while a round is open. There is no place for a key, and none for an explanation."""

    kind: Kind
    text: Words
    choices: tuple[Words, ...]
    unit: Words
    low: float | None
    high: float | None
    image_alt: Words
    possible: int


def spoken(words: Words) -> Words:
    """The words with both languages filled: a missing one says what the other says. Nothing stays nothing."""
    said = {language: text for language, text in words.items() if text.strip()}
    return dict.fromkeys(LANGUAGES, next(iter(said.values()))) | said if said else words


def languages_of(question: Question) -> tuple[str, ...]:
    """The languages somebody wrote it in: those of its text and choices (true/false brings its own words)."""
    authored = () if question.kind is Kind.TRUE_FALSE else question.choices
    written = (question.text, *(choice.text for choice in authored))
    return tuple(language for language in LANGUAGES if any(words.get(language, "").strip() for words in written))


def public(question: Question, order: tuple[str, ...]) -> PublicQuestion:
    """The question as asked, its choices in the round's recorded `order` of authored ids."""
    texts = {choice.id: spoken(choice.text) for choice in question.choices}
    return PublicQuestion(
        kind=question.kind,
        text=spoken(question.text),
        choices=tuple(texts[choice_id] for choice_id in order),
        unit=spoken(question.unit),
        low=question.low,
        high=question.high,
        image_alt=spoken(question.image_alt),
        possible=question.possible,
    )


def choice_order(question: Question, seed: int) -> tuple[str, ...]:
    """The round's order of authored choice ids; true/false keeps its own so that 对 is always first."""
    ids = [choice.id for choice in question.choices]
    if question.kind is not Kind.TRUE_FALSE:
        Random(seed).shuffle(ids)
    return tuple(ids)


def validate(question: Question) -> Question:
    """The question itself if it can be played; else BadInput naming field, value and what was wanted."""
    written = languages_of(question) or LANGUAGES
    _words("text", question.text, MAX_QUESTION, written)
    _words("explanation", question.explanation, MAX_EXPLANATION)
    _words("unit", question.unit, MAX_UNIT)
    _words("image_alt", question.image_alt, MAX_QUESTION)
    if not MIN_SECONDS <= question.seconds <= MAX_SECONDS:
        raise BadInput("seconds", question.seconds, f"a whole number from {MIN_SECONDS} to {MAX_SECONDS}")
    if question.possible not in POSSIBLE:
        raise BadInput("possible", question.possible, "0, 1000 or 2000")
    if not 1 <= question.difficulty <= 5:
        raise BadInput("difficulty", question.difficulty, "a whole number from 1 to 5")
    _choices(question, written)
    if question.sealed and question.key is not None:
        raise BadInput("key", "(hidden)", "nothing: a sealed question has no key until the stage announces it")
    if question.kind is Kind.BUZZER and not question.sealed:
        raise BadInput("sealed", question.sealed, "true: what is said at a buzzer is marked on the desk")
    if question.sealed and question.kind is Kind.ESTIMATE and question.margin is None:
        raise BadInput("margin", question.margin, "a number: a sealed estimate states its margin beforehand")
    if not question.sealed:
        check_key(question, question.key)
    return question


def check_key(question: Question, key: Key | None) -> Key:
    """The key itself if it fits the question; else BadInput."""
    if question.kind is Kind.BUZZER:
        raise BadInput("key", "(hidden)", "nothing: what is said at a buzzer is marked on the desk")
    if question.kind is Kind.ESTIMATE:
        if not isinstance(key, ValueKey):
            raise BadInput("key", key, "a number")
        if not abs(key.value) <= MAX_VALUE:
            raise BadInput("key", key.value, "a finite number")
        if not 0 < key.margin <= MAX_VALUE:
            raise BadInput("margin", key.margin, "a number above 0")
        return key
    ids = {choice.id for choice in question.choices}
    wanted = f"one of {', '.join(sorted(ids))}" if question.kind is not Kind.MULTIPLE else f"some of {sorted(ids)}"
    if not isinstance(key, ChoiceKey) or not key.right or not key.right <= ids:
        raise BadInput("key", sorted(key.right) if isinstance(key, ChoiceKey) else key, wanted)
    if question.kind is not Kind.MULTIPLE and len(key.right) != 1:
        raise BadInput("key", sorted(key.right), wanted)
    return key


def _choices(question: Question, written: tuple[str, ...]) -> None:
    ids = [choice.id for choice in question.choices]
    if question.kind is Kind.BUZZER:
        if ids:
            raise BadInput("choices", ids, "none: the answer to a buzzer question is spoken")
        return
    if question.kind is Kind.ESTIMATE:
        if ids:
            raise BadInput("choices", ids, "none: an estimate is typed or slid")
        if question.low is None or question.high is None or not question.low < question.high:
            raise BadInput("low/high", (question.low, question.high), "two numbers, low below high")
        return
    if question.kind is Kind.TRUE_FALSE and ids != ["true", "false"]:
        raise BadInput("choices", ids, "exactly the ids true, false")
    if not 2 <= len(ids) <= MAX_CHOICES or len(set(ids)) != len(ids):
        raise BadInput("choices", ids, f"2 to {MAX_CHOICES} choices with ids of their own")
    for choice in question.choices:
        _words(f"choice {choice.id}", choice.text, MAX_CHOICE, written)
    for language in LANGUAGES:
        texts = [said for choice in question.choices if (said := choice.text.get(language, "").strip().casefold())]
        if len(set(texts)) != len(texts):
            raise BadInput("choices", texts, f"choices that differ ({language})")


def _words(name: str, words: Words, longest: int, required: tuple[str, ...] = ()) -> None:
    for language in LANGUAGES:
        text = words.get(language, "")
        if language in required and not text.strip():
            raise BadInput(f"{name} ({language})", text, "some text")
        if len(text) > longest:
            raise BadInput(f"{name} ({language})", text, f"at most {longest} characters")
