"""A run (场): one performance of an activity. Two things are told apart here.

The run's *state* is coarse and a table. Its *scene* is what every face shows now; while playing it follows the round.
`next_step` is what the desk's one big button will do, as data, so that desk and server cannot disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from campaigns.domain.round import RoundState


class RunState(StrEnum):
    SCHEDULED = "scheduled"
    LOBBY = "lobby"
    PLAYING = "playing"
    PAUSED = "paused"
    PODIUM = "podium"
    ENDED = "ended"
    CANCELLED = "cancelled"


class RunEvent(StrEnum):
    LOBBY_OPENED = "lobby_opened"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    PODIUM_REACHED = "podium_reached"
    ENDED = "ended"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


_S, _E = RunState, RunEvent

TABLE: dict[RunState, dict[RunEvent, RunState]] = {
    _S.SCHEDULED: {_E.LOBBY_OPENED: _S.LOBBY, _E.CANCELLED: _S.CANCELLED},
    _S.LOBBY: {_E.STARTED: _S.PLAYING, _E.CANCELLED: _S.CANCELLED},
    _S.PLAYING: {_E.PAUSED: _S.PAUSED, _E.PODIUM_REACHED: _S.PODIUM, _E.CANCELLED: _S.CANCELLED},
    _S.PAUSED: {_E.RESUMED: _S.PLAYING, _E.CANCELLED: _S.CANCELLED},
    _S.PODIUM: {_E.ENDED: _S.ENDED},
    _S.ENDED: {_E.REOPENED: _S.PODIUM},
    _S.CANCELLED: {},
}


class Scene(StrEnum):
    """What a run shows now, the same on every face."""

    SCHEDULED = "scheduled"
    LOBBY = "lobby"
    READING = "reading"
    OPEN = "open"
    CLOSED = "closed"
    REVEAL = "reveal"
    BOARD = "board"
    PODIUM = "podium"
    FINAL = "final"
    CANCELLED = "cancelled"


BEFORE_REVEAL = frozenset({Scene.READING, Scene.OPEN, Scene.CLOSED})  # the current round's result has not been told


class Step(StrEnum):
    """What the desk's *next* will do."""

    OPEN_LOBBY = "open_lobby"
    ASK = "ask"
    OPEN_NOW = "open_now"
    CLOSE_NOW = "close_now"
    WAIT = "wait"
    ENTER_KEY = "enter_key"
    REVEAL = "reveal"
    BOARD = "board"
    PODIUM = "podium"
    PODIUM_STEP = "podium_step"
    END = "end"
    RESUME = "resume"
    MARK = "mark"
    NOBODY = "nobody"
    NOTHING = "nothing"


class Back(StrEnum):
    """What one step back would show. Nothing else is undone by it."""

    REVEAL = "reveal"
    PODIUM = "podium"
    NOTHING = "nothing"


def back_step(scene: Scene, podium_step: int, *, paused: bool = False) -> Back:
    """From the board to the reveal before it, and over the steps of the podium; everything else has been played."""
    if scene is Scene.BOARD and not paused:
        return Back.REVEAL
    return Back.PODIUM if scene is Scene.PODIUM and podium_step else Back.NOTHING


def step(state: RunState, event: RunEvent) -> RunState | None:
    """Where `event` leads from `state`; None where the table has no such step."""
    return TABLE[state].get(event)


def sources(event: RunEvent) -> frozenset[RunState]:
    """The states from which `event` may happen."""
    return frozenset(state for state, steps in TABLE.items() if event in steps)


@dataclass(frozen=True)
class RoundNow:
    """The current round as far as *next* must know it."""

    state: RoundState
    sealed_without_key: bool
    is_last: bool
    counts: bool = True  # a warm-up does not: its board is the one before it, and is not shown again
    speaks: bool | None = None  # at a buzzer: somebody is left to be asked; None at other questions


def next_step(scene: Scene, round_now: RoundNow | None, podium_step: int, *, paused: bool = False) -> Step:
    """What *next* does in this scene. `podium_step` counts 3, 2, 1 down (0: nothing shown yet)."""
    if paused:
        return Step.RESUME
    simple = {Scene.SCHEDULED: Step.OPEN_LOBBY, Scene.LOBBY: Step.ASK, Scene.REVEAL: Step.BOARD}
    if scene is Scene.REVEAL and round_now is not None and not round_now.counts:
        scene = Scene.BOARD
    if scene in simple:
        return simple[scene]
    if scene in (Scene.FINAL, Scene.CANCELLED):
        return Step.NOTHING
    if scene is Scene.PODIUM:
        return Step.END if podium_step == 1 else Step.PODIUM_STEP
    if round_now is None:
        return Step.NOTHING
    if scene is Scene.BOARD:
        return Step.PODIUM if round_now.is_last else Step.ASK
    if round_now.state is RoundState.CLOSED:
        return _key_step(round_now) if round_now.sealed_without_key else Step.WAIT
    by_state = {
        RoundState.READING: Step.OPEN_NOW,
        RoundState.OPEN: Step.CLOSE_NOW,
        RoundState.SETTLING: Step.WAIT,
        RoundState.SETTLED: Step.REVEAL,
        RoundState.REVEALED: Step.BOARD,
        RoundState.VOID: Step.WAIT,  # until that is counted, which also shows it
    }
    return by_state.get(round_now.state, Step.NOTHING)


def _key_step(round_now: RoundNow) -> Step:
    if round_now.speaks is None:
        return Step.ENTER_KEY
    return Step.MARK if round_now.speaks else Step.NOBODY
