"""What a run shows now, as data: the one packet that every fan and every display gets, byte for byte the same.

The shape is the contract in docs/messages.md. Only `RevealPart` can hold a key, and only `may_reveal` lets it be built.
`After`, `Cut` and `Pot` are what a page needs beside the key to know its own new score at once (static/js/shared/gain.js).
What of it gives way where 4 kB would not hold it: packet_size.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from campaigns.domain.question import Words
from campaigns.domain.race import Race
from campaigns.domain.round import RoundState
from campaigns.domain.run import BEFORE_REVEAL, Scene

Shown = str | int  # a name; a number while names are hidden
SHOWS_KEY = frozenset({Scene.REVEAL, Scene.BOARD})


@dataclass(frozen=True, slots=True)
class StreamPart:
    name: str
    delay_ms: int


@dataclass(frozen=True, slots=True)
class RunPart:
    code: str
    title: Words
    activity: Words
    rule: str
    streak: bool
    lives: int
    rounds: int
    rehearsal: bool
    starts_at: str | None
    cap_ms: int
    joined: int
    draw: str  # SHA-256 of the run's seed, published before anything is drawn with it
    nameless: bool = False  # names are numbers here
    stream: StreamPart | None = None  # this is a cohort's run (domain/cohort.py)


@dataclass(frozen=True, slots=True)
class RoundPart:
    """The open question. The choices, the image and the two instants stay None until the round is announced.

    A warm-up counts nothing and has no number; its `n` is that of the question before.
    """

    id: str
    n: int
    warm_up: bool
    of: int
    kind: str
    text: Words
    possible: int
    seconds: int
    rule: str
    first_n: int | None
    sealed: bool
    last: bool
    reading_until_ms: float | None
    opens_ms: float | None
    closes_ms: float | None
    choices: tuple[Words, ...] | None
    unit: Words | None
    low: float | None
    high: float | None
    image: str | None
    image_alt: Words | None
    waiting: str | None


@dataclass(frozen=True, slots=True)
class BuzzRow:
    """A press among the first; `right`: how what was said is marked, None while it is not."""

    fan: str
    name: Shown
    rank: int
    elapsed_ms: int
    right: bool | None


@dataclass(frozen=True, slots=True)
class BuzzPart:
    """`speaks`: public id of the fan whose turn it is."""

    rows: tuple[BuzzRow, ...]
    speaks: str | None


@dataclass(frozen=True, slots=True)
class Fastest:
    name: Shown
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Changed:
    kind: str  # corrected | voided
    places: tuple[int, ...]
    value: float | None


@dataclass(frozen=True, slots=True)
class Recount:
    """Why the scores on a board were counted again: the question that was corrected or voided, of this run."""

    kind: str  # corrected | voided
    n: int


@dataclass(frozen=True, slots=True)
class After:
    """What scores were counted up to. Of a reveal: the round before, in the version that counted then. Of a board: its own."""

    round: str
    version: int


@dataclass(frozen=True, slots=True)
class Cut:
    """first_n: the time of the last who got everything. `drawn`: there were more at that time than places left."""

    elapsed_ms: int
    drawn: bool


@dataclass(frozen=True, slots=True)
class Pot:
    """survival: what each of those who share it was paid. `fallen`: to the last to fall, else to those still in."""

    share: int
    fallen: bool


@dataclass(frozen=True, slots=True)
class RevealPart:
    version: int
    after: After | None
    places: tuple[int, ...]
    value: float | None
    margin: float | None
    explanation: Words
    counts: tuple[int, ...]
    answered: int
    right: int
    silent: int
    fastest: Fastest | None
    cut: Cut | None
    pot: Pot | None
    changed: Changed | None
    race: Race | None = None  # in the reveal itself only; the board after it needs the room
    light_ms: float | None = None  # there too: when every phone pulses


@dataclass(frozen=True, slots=True)
class BoardRow:
    fan: str
    name: Shown
    rank: int
    before: int | None
    score: int
    gained: int
    out: bool


@dataclass(frozen=True, slots=True)
class FallenRow:
    fan: str
    name: Shown
    rank: int
    score: int  # right answers given for fun
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class FallenPart:
    """survival: how many are out, and the best of those who had any right since (domain/fallen.py)."""

    of: int
    top: tuple[FallenRow, ...]


@dataclass(frozen=True, slots=True)
class BoardPart:
    after: After
    of: int
    top: tuple[BoardRow, ...]
    histogram: tuple[tuple[int, int], ...]
    survivors: int | None
    fallen: FallenPart | None
    changed: Recount | None


@dataclass(frozen=True, slots=True)
class PodiumRow:
    rank: int
    fan: str
    name: Shown
    score: int
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class PodiumPart:
    step: int
    rows: tuple[PodiumRow, ...]


@dataclass(frozen=True, slots=True)
class FinalPart:
    awards: bool
    version: int  # of the awards: a correction after the end makes another
    rate: float
    seed: str  # hexadecimal; its SHA-256 stood in RunPart.draw from the beginning, so anybody can check every draw


@dataclass(frozen=True, slots=True)
class StillPart:
    """The clocks stand still. `until_ms`: when they go on, once that is announced; `left_ms`: what the open round has left."""

    left_ms: float | None
    until_ms: float | None


@dataclass(frozen=True, slots=True)
class ScenePacket:
    seq: int
    scene: Scene
    run: RunPart
    round: RoundPart | None
    reveal: RevealPart | None
    board: BoardPart | None
    podium: PodiumPart | None
    final: FinalPart | None
    brand: bool = False  # displays show the brand instead
    pause: StillPart | None = None
    buzz: BuzzPart | None = None
    badges: Mapping[str, str] = field(default_factory=dict)  # public id → what is worn beside a name shown


def cut_of(times: Sequence[int], first_n: int) -> Cut | None:
    """`times` of the first n + 1 right answers at least, ascending. None: there was a place for everybody."""
    if len(times) <= first_n:
        return None
    return Cut(times[first_n - 1], times[first_n - 1] == times[first_n])


def pot_of(paid: Collection[tuple[int, bool]]) -> Pot | None:
    """From (score, out) of the fans who scored in a survival round: they all got the same, and only the pot pays."""
    return next((Pot(share, out) for share, out in paid), None)


def waiting_for(scene: Scene, state: RoundState, key_known: bool) -> str | None:
    """What a closed round waits for, in one word for all faces; None while it is still to be answered."""
    if state is RoundState.VOID:
        return "settling" if scene in BEFORE_REVEAL else None
    if state is RoundState.CLOSED and not key_known:
        return "key"
    if state in (RoundState.CLOSED, RoundState.SETTLING):
        return "settling"
    return "reveal" if state is RoundState.SETTLED else None


def may_reveal(scene: Scene, state: RoundState) -> bool:
    """The key may stand in the packet: the round was revealed (or voided, or is being corrected after that)."""
    return scene in SHOWS_KEY and state in (
        RoundState.REVEALED,
        RoundState.VOID,
        RoundState.SETTLING,
        RoundState.SETTLED,
    )
