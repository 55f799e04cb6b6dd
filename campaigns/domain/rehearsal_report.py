"""What would break on the night, judged from what a rehearsal saw: facts in, findings out. Words are the page's.

BAD: it will go wrong. LOOK: somebody should know (a sealed question waits for its key on stage). What is in order is no finding.
The load is judged by this rehearsal's own figures, and beyond what it has shown by those of docs/capacity.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from campaigns.domain.checklist import SILENT_S, State
from campaigns.domain.legibility import legible
from campaigns.domain.question import LANGUAGES, Kind, Question, languages_of

CARRIED = 270  # answers a second that one web process surely takes, on slow cores: docs/capacity.md
ACK_LOOK_MS, ACK_BAD_MS = 250.0, 1_000.0
LATE_SHARE = 0.01  # of the choices that reach a page after their opening


class Breaks(StrEnum):
    NO_QUESTIONS = "no_questions"
    NO_PICTURE = "no_picture"
    PICTURE_MISSING = "picture_missing"
    PICTURE_BROKEN = "picture_broken"
    PICTURE_NOT_SERVED = "picture_not_served"
    TOO_LONG = "too_long"
    KEY_MISSING = "key_missing"
    SEALED = "sealed"
    ONE_LANGUAGE = "one_language"
    TITLE_ONE_LANGUAGE = "title_one_language"
    NO_SCREEN = "no_screen"
    SCREEN_SILENT = "screen_silent"
    SCREEN_ELSEWHERE = "screen_elsewhere"
    BROKE_OFF = "broke_off"
    NOT_REACHED = "not_reached"
    NOT_LET_IN = "not_let_in"
    LOST = "lost"
    REFUSED = "refused"
    LATE_OPENING = "late_opening"
    SLOW_ANSWERS = "slow_answers"
    TOO_MANY = "too_many"
    UNPROVEN_RATE = "unproven_rate"
    BOOKS = "books"


class Picture(StrEnum):
    NONE = "none"
    MISSING = "missing"  # named, and not here
    BROKEN = "broken"  # its bytes are no picture
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Finding:
    """`n` of the question it is about; `facts` for its sentence."""

    code: Breaks
    state: State
    n: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as the run asks it."""

    n: int
    question: Question
    picture: Picture


@dataclass(frozen=True, slots=True)
class Screen:
    """A paired display. `heard_ago_s` None: never; `code` of the run it shows."""

    id: int
    heard_ago_s: float | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Measured:
    """What the simulated fans saw. Spans in milliseconds, None: nothing measured. `peak`: most answers in one second.
    `unserved`: questions whose picture did not come; `refused`: acknowledgements that should not have been, a few of them."""

    fans: int
    let_in: int = 0
    reached: bool = True
    recorded: int = 0
    late: int = 0
    lost: int = 0
    left: int = 0
    came_back: int = 0
    peak: int = 0
    pushed: int = 0
    pushed_late: int = 0
    connect_p99_ms: float | None = None
    push_p99_ms: float | None = None
    ack_p99_ms: float | None = None
    reveal_p99_ms: float | None = None
    unserved: tuple[int, ...] = ()
    refused: tuple[str, ...] = ()
    books_agree: bool = True

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def of_questions(shown: Sequence[Shown]) -> list[Finding]:
    """In the order of the show; the few without a picture where most have one are one finding: they look forgotten."""
    if not shown:
        return [Finding(Breaks.NO_QUESTIONS, State.BAD)]
    bare = [each.n for each in shown if each.picture is Picture.NONE]
    some = [Finding(Breaks.NO_PICTURE, State.LOOK, None, {"questions": bare})] if 0 < 2 * len(bare) < len(shown) else []
    return [*some, *(finding for each in shown for finding in _of_question(each))]


def _of_question(each: Shown) -> Iterator[Finding]:
    question, n = each.question, each.n
    if each.picture is Picture.MISSING:
        yield Finding(Breaks.PICTURE_MISSING, State.BAD, n, {"name": question.image or ""})
    elif each.picture is Picture.BROKEN:
        yield Finding(Breaks.PICTURE_BROKEN, State.BAD, n)
    if not legible(question):
        yield Finding(Breaks.TOO_LONG, State.BAD, n)
    if question.key is None and question.kind is not Kind.BUZZER:  # what is said is marked there, nobody has a key
        yield Finding(Breaks.SEALED, State.LOOK, n) if question.sealed else Finding(Breaks.KEY_MISSING, State.BAD, n)
    absent = [language for language in LANGUAGES if language not in languages_of(question)]
    said = {language for language in LANGUAGES if question.explanation.get(language, "").strip()}
    if absent or len(said) == 1:
        languages = absent or [language for language in LANGUAGES if language not in said]
        yield Finding(Breaks.ONE_LANGUAGE, State.LOOK, n, {"languages": languages, "explanation": not absent})


def of_titles(titles: Iterable[dict[str, str]]) -> list[Finding]:
    """Of the campaign and the rush: they stand on every screen."""
    absent = {language for title in titles for language in LANGUAGES if not title.get(language, "").strip()}
    found = Finding(Breaks.TITLE_ONE_LANGUAGE, State.LOOK, None, {"languages": sorted(absent)})
    return [found] if absent else []


def of_screens(screens: Sequence[Screen], code: str | None) -> list[Finding]:
    """`code` of the rehearsed run; None: nothing is on stage yet, so a screen cannot show something else."""
    if not screens:
        return [Finding(Breaks.NO_SCREEN, State.LOOK)]
    found = []
    for each in screens:
        if each.heard_ago_s is None or each.heard_ago_s >= SILENT_S:
            found.append(Finding(Breaks.SCREEN_SILENT, State.BAD, None, {"screen": each.id}))
        elif code is not None and each.code != code:
            found.append(Finding(Breaks.SCREEN_ELSEWHERE, State.BAD, None, {"screen": each.id, "code": each.code}))
    return found


def of_load(seen: Measured, audience: int, sockets: int | None) -> list[Finding]:
    """`sockets` that the web process lets in (None: not known), `audience` that is expected on the night."""
    if not seen.reached:
        return [Finding(Breaks.NOT_REACHED, State.BAD)]
    found = list(_of_figures(seen))
    if sockets is not None and audience > sockets:
        found.append(Finding(Breaks.TOO_MANY, State.BAD, None, {"audience": audience, "sockets": sockets}))
    rate = projected(seen, audience)
    if rate > max(CARRIED, seen.peak):
        facts = {"audience": audience, "rate": rate, "carried": CARRIED, "peak": seen.peak, "fans": seen.fans}
        found.append(Finding(Breaks.UNPROVEN_RATE, State.LOOK, None, facts))
    found += [Finding(Breaks.PICTURE_NOT_SERVED, State.BAD, n) for n in seen.unserved]
    return found


def _of_figures(seen: Measured) -> Iterator[Finding]:
    if seen.let_in < seen.fans:
        yield Finding(Breaks.NOT_LET_IN, State.BAD, None, {"let_in": seen.let_in, "fans": seen.fans})
    if seen.lost:
        yield Finding(Breaks.LOST, State.BAD, None, {"lost": seen.lost})
    if seen.refused:
        yield Finding(Breaks.REFUSED, State.BAD, None, {"refused": list(seen.refused)})
    if not seen.books_agree:
        yield Finding(Breaks.BOOKS, State.BAD)
    if seen.pushed_late > seen.pushed * LATE_SHARE:
        yield Finding(Breaks.LATE_OPENING, State.BAD, None, {"late": seen.pushed_late, "of": seen.pushed})
    if seen.ack_p99_ms is not None and seen.ack_p99_ms >= ACK_LOOK_MS:
        state = State.BAD if seen.ack_p99_ms >= ACK_BAD_MS else State.LOOK
        yield Finding(Breaks.SLOW_ANSWERS, state, None, {"ack_p99_ms": seen.ack_p99_ms})


def projected(seen: Measured, audience: int) -> int:
    """The rush of answers on the night, if as many of the audience answer as quickly as the rehearsed fans did."""
    return math.ceil(seen.peak * audience / seen.fans)
