"""A run as it went, from its events: at each of them, what of run and current round decides what every face showed.

One timeline for all of it, in nanoseconds since the lobby opened. Monotonic readings of a round are laid on it by the event
that announced the round, whose wall time and opening are two readings of one instant; so a host that has been booted in
between does no harm. Rejected: undoing the newest state event by event (what came later is not in the events), and keeping
the packets themselves (the record makes them again).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from campaigns.domain.round import RoundState
from campaigns.domain.run import BEFORE_REVEAL, RunState, Scene

NS_PER_MS, NS_PER_S = 1_000_000, 1_000_000_000


@dataclass(frozen=True, slots=True)
class Happened:
    """One event. `at_ns`: since the lobby opened."""

    seq: int
    kind: str
    at_ns: int
    payload: Mapping[str, Any]


@dataclass(slots=True)
class RoundThen:
    """The current round, its instants on the timeline. `ordered`: the key is known by which it will be judged; `marks`: how many
    of a buzzer's have been given."""

    id: int
    state: RoundState
    seconds: int
    reading_until_ns: int | None = None
    opens_ns: int | None = None
    closes_ns: int | None = None
    pauses: list[int] = field(default_factory=list)
    version: int = 0
    ordered: bool = False
    marks: int = 0


@dataclass(slots=True)
class Then:
    """After one event. `shifts`: of each round announced so far, from its monotonic readings to the timeline."""

    seq: int = 0
    at_ns: int = 0
    kind: str = ""
    state: RunState = RunState.SCHEDULED
    scene: Scene = Scene.SCHEDULED
    podium_step: int = 0
    brand_shown: bool = False
    names_hidden: bool = False
    round: RoundThen | None = None
    shifts: dict[int, int] = field(default_factory=dict)


def told(events: Iterable[Happened], lead_ms: int) -> Iterator[Then]:
    """What was shown after each event that changed it, up to the last end of the run; nothing of a run that never ended."""
    happened = list(events)
    last = max((at for at, each in enumerate(happened) if each.kind == "ended"), default=-1)
    happened = happened[: last + 1]
    opened = {each.payload["round"]: each for each in happened if each.kind == "opened"}
    rounds: dict[int, RoundThen] = {}
    now = Then()
    for each in happened:
        step = _STEPS.get(each.kind)
        if step is None:
            continue
        step(_Step(now, rounds, each, opened, lead_ms * NS_PER_MS))
        now.seq, now.at_ns, now.kind = each.seq, each.at_ns, each.kind
        current = now.round
        copy = None if current is None else replace(current, pauses=list(current.pauses))
        yield replace(now, round=copy, shifts=dict(now.shifts))


@dataclass(frozen=True, slots=True)
class _Step:
    now: Then
    rounds: dict[int, RoundThen]
    event: Happened
    opened: Mapping[int, Happened]
    lead_ns: int

    def round(self) -> RoundThen:
        """The round the event is about."""
        id: int = self.event.payload["round"]
        announced = self.opened.get(id)
        span_ns = announced.payload["closes_ns"] - announced.payload["opens_ns"] if announced else 0
        return self.rounds.setdefault(id, RoundThen(id, RoundState.SCHEDULED, span_ns // NS_PER_S))

    def here(self) -> bool:
        """It is about the current round, whose result has not been told."""
        current = self.now.round
        return current is not None and current.id == self.round().id and self.now.scene in BEFORE_REVEAL

    def on_timeline(self, name: str) -> int:
        """An instant of the event, of a round that has been announced."""
        return int(self.event.payload[name]) + self.now.shifts[self.round().id]


def _lobby(step: _Step) -> None:
    step.now.state, step.now.scene = RunState.LOBBY, Scene.LOBBY


def _asked(step: _Step) -> None:
    row, announced = step.round(), step.opened.get(step.event.payload["round"])
    row.state = RoundState.READING
    row.reading_until_ns = announced.at_ns if announced else step.event.at_ns
    step.now.state, step.now.scene, step.now.round = RunState.PLAYING, Scene.READING, row


def _passed_over(step: _Step) -> None:
    row = step.round()
    row.state = RoundState.VOID
    step.now.state, step.now.scene, step.now.round = RunState.PLAYING, Scene.CLOSED, row


def _opened(step: _Step) -> None:
    row = step.round()
    step.now.shifts[row.id] = step.event.at_ns + step.lead_ns - int(step.event.payload["opens_ns"])
    row.state, step.now.scene = RoundState.OPEN, Scene.OPEN
    row.opens_ns, row.closes_ns = step.on_timeline("opens_ns"), step.on_timeline("closes_ns")


def _extended(step: _Step) -> None:
    row, seconds = step.round(), int(step.event.payload["seconds"])
    if row.closes_ns is not None:
        row.closes_ns += (seconds - row.seconds) * NS_PER_S
    row.seconds = seconds


def _paused(step: _Step) -> None:
    step.now.state = RunState.PAUSED
    current = step.now.round
    if current is not None and current.state is RoundState.OPEN and "from_ns" in step.event.payload:
        current.pauses.append(step.on_timeline("from_ns"))


def _resumed(step: _Step) -> None:
    """As campaigns/control/pauses.py moved the round: before its opening it was announced anew."""
    step.now.state = RunState.PLAYING
    row = step.now.round
    if row is None or len(row.pauses) % 2 == 0 or row.opens_ns is None or row.closes_ns is None:
        return
    from_ns, until_ns = row.pauses[-1], step.on_timeline("until_ns")
    later_ns = until_ns - from_ns if row.opens_ns <= from_ns else until_ns + step.lead_ns - row.opens_ns
    if row.opens_ns > from_ns:
        row.opens_ns += later_ns
    row.closes_ns += later_ns
    row.pauses.append(until_ns)


def _closed(step: _Step) -> None:
    row = step.round()
    row.state, row.closes_ns, step.now.scene = RoundState.CLOSED, step.on_timeline("closes_ns"), Scene.CLOSED


def _settled(step: _Step) -> None:
    row, hidden = step.round(), step.here()
    row.version = int(step.event.payload["version"])
    if row.state is not RoundState.VOID:
        row.state = RoundState.SETTLED if hidden else RoundState.REVEALED
    elif hidden:
        step.now.scene = Scene.REVEAL


def _revealed(step: _Step) -> None:
    step.round().state, step.now.scene = RoundState.REVEALED, Scene.REVEAL


def _shown_again(step: _Step) -> None:
    step.now.scene = Scene.REVEAL


def _corrected(step: _Step) -> None:
    step.round().state = RoundState.SETTLING


def _voided(step: _Step) -> None:
    here = step.here()
    step.round().state = RoundState.VOID
    if here:
        step.now.scene = Scene.CLOSED


def _marked(step: _Step) -> None:
    row = step.round()
    row.marks, row.ordered = row.marks + 1, bool(step.event.payload["right"])


def _ordered(step: _Step) -> None:
    step.round().ordered = True


def _board(step: _Step) -> None:
    step.now.scene = Scene.BOARD


def _podium(step: _Step) -> None:
    step.now.state, step.now.scene = RunState.PODIUM, Scene.PODIUM


def _podium_step(step: _Step) -> None:
    step.now.podium_step = int(step.event.payload["step"])


def _ended(step: _Step) -> None:
    step.now.state, step.now.scene = RunState.ENDED, Scene.FINAL


def _turned(name: str, value: bool) -> Callable[[_Step], None]:
    return lambda step: setattr(step.now, name, value)


_STEPS: Mapping[str, Callable[[_Step], None]] = {
    "lobby_opened": _lobby,
    "asked": _asked,
    "passed_over": _passed_over,
    "opened": _opened,
    "extended": _extended,
    "paused": _paused,
    "resumed": _resumed,
    "closed": _closed,
    "settled": _settled,
    "revealed": _revealed,
    "reveal_shown_again": _shown_again,
    "corrected": _corrected,
    "voided": _voided,
    "key_entered": _ordered,
    "nobody_right": _ordered,
    "marked": _marked,
    "board_shown": _board,
    "podium_reached": _podium,
    "podium_step": _podium_step,
    "podium_step_back": _podium_step,
    "ended": _ended,
    "reopened": _podium,
    "brand_shown": _turned("brand_shown", True),
    "brand_left": _turned("brand_shown", False),
    "names_hidden": _turned("names_hidden", True),
    "names_shown": _turned("names_hidden", False),
}
