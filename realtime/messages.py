"""The wire contract in code: docs/messages.md explains it, tests hold the two together.

Everything that comes in is decoded into one of these structs: typed, bounded, unknown fields refused. Everything that goes
out is a dataclass of the domain or of a use case, turned into plain JSON values here.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta, Struct

from campaigns.domain.answer import Said
from campaigns.domain.errors import BadInput, FanfareError, Later

MAX_PLACES = 6
Place = Annotated[int, Meta(ge=0, lt=MAX_PLACES)]
Places = Annotated[list[Place], Meta(max_length=MAX_PLACES)]
RowId = Annotated[str, Meta(max_length=18, pattern=r"^[0-9]+\Z")]  # fits a bigint
STORABLE = "^[^\0\ud800-\udfff]*\\Z"  # PostgreSQL has no NUL, UTF-8 no half of a character
Short = Annotated[str, Meta(max_length=64, pattern=STORABLE)]
Reason = Annotated[str, Meta(max_length=200, pattern=STORABLE)]


class Incoming(Struct, forbid_unknown_fields=True):
    """Base of what pages may send."""


class Nothing(Incoming):
    """An empty object."""


class FanAuth(Incoming):
    run: Annotated[str, Meta(min_length=1, max_length=20, pattern=STORABLE)]
    tab: Short = ""
    seq: int = 0


class DeskAuth(Incoming):
    run: RowId
    remote: bool = False  # a phone that an operator has given this run's next, back and pause


class DisplayAuth(Incoming):
    seq: int = 0


class Answer(Incoming):
    round: RowId
    places: Places = []
    value: float | None = None
    tap_ms: Annotated[float, Meta(ge=-1e9, le=1e9)] | None = None

    @property
    def said(self) -> Said:
        return Said(tuple(self.places), self.value)


class Begin(Incoming):
    practice: bool = False
    challenge: Short | None = None

    def __post_init__(self) -> None:
        if self.practice and self.challenge is not None:
            raise ValueError("a challenge counts: practice or challenge, not both")


class Challenged(Incoming):
    """Who sent this link?"""

    challenge: Short


class Step(Incoming):
    """One action in a play: it wants to be step `n` of it."""

    play: RowId
    n: Annotated[int, Meta(ge=1, le=32_000)]


class Reply(Step):
    places: Places = []
    value: float | None = None

    @property
    def said(self) -> Said:
        return Said(tuple(self.places), self.value)


class UseHelp(Step):
    help: Literal["fifty", "time", "swap"]


class Decide(Step):
    dare: bool


class Boards(Incoming):
    """A board by the name that a page may give it (campaigns/play/quiz/boards.py)."""

    board: Annotated[str, Meta(min_length=1, max_length=80, pattern=STORABLE)] = "season"
    measure: Literal["total", "best"] = "total"


class Next(Incoming):
    seq: Annotated[int, Meta(ge=0)]


class Key(Incoming):
    round: RowId
    places: Places = []
    places_again: Places = []
    value: float | None = None
    value_again: float | None = None

    @property
    def differs(self) -> bool:
        return sorted(self.places) != sorted(self.places_again) or self.value != self.value_again


class Correction(Key):
    why: Reason = ""


class Void(Incoming):
    round: RowId
    why: Reason = ""


class Mark(Incoming):
    """What was said at a buzzer, by whom; of nobody: nobody is asked any more."""

    round: RowId
    fan: Short | None = None
    right: bool = False

    def __post_init__(self) -> None:
        if self.fan is None and self.right:
            raise ValueError("right without a fan: nobody cannot be right")


class MarksCorrection(Incoming):
    round: RowId
    fan: Short | None
    why: Reason = ""


class Person(Incoming):
    fan: Short


class Rename(Person):
    name: Annotated[str, Meta(max_length=200, pattern=STORABLE)]


class HideName(Person):
    hidden: bool


class Switches(Incoming):
    auto_reveal: bool | None = None
    close_when_all: bool | None = None


class WallChoice(Incoming):
    shown: bool


class Brand(Incoming):
    shown: bool


class Names(Incoming):
    hidden: bool


class Stop(Incoming):
    paused: bool


class Extension(Incoming):
    round: RowId
    seconds: Annotated[int, Meta(ge=1, le=3600)]


RowIds = Annotated[list[RowId], Meta(max_length=500)]


class Order(Incoming):
    before: RowIds
    after: RowIds


class WarmUp(Incoming):
    """One of the bank, or else one line (`text_en`: the same in English) with its choices. `before`: the rounds to come,
    as the desk saw them."""

    before: RowIds
    question: RowId | None = None
    text: Annotated[str, Meta(max_length=500, pattern=STORABLE)] = ""
    text_en: Annotated[str, Meta(max_length=500, pattern=STORABLE)] = ""
    choices: Annotated[list[Reason], Meta(max_length=MAX_PLACES)] = []
    right: Place = 0


class PairingCode(Incoming):
    code: Annotated[str, Meta(min_length=1, max_length=12, pattern=STORABLE)]


class Search(Incoming):
    search: Annotated[str, Meta(max_length=60, pattern=STORABLE)] = ""


T = TypeVar("T", bound=Incoming)


def parse(data: object, wanted: type[T]) -> T:
    """`data` as decoded from JSON → the struct; BadInput says what was wrong and where."""
    try:
        return msgspec.convert({} if data is None else data, wanted, strict=True)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:  # half a character cannot even be quoted
        raise BadInput(wanted.__name__.lower(), data, str(error)) from None


def plain(value: Any) -> Any:
    """A dataclass (or a mapping of them) as JSON values."""
    return msgspec.to_builtins(value)


def error_ack(error: FanfareError) -> dict[str, Any]:
    said: dict[str, Any] = {"error": error.code, "message": str(error)}
    return said | {"retry_in_ms": error.retry_in_ms} if isinstance(error, Later) else said
