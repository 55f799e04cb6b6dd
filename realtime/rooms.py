"""Who is connected to which run in this process, and what it shows. State only; `publisher.py` does the sending.

Socket.IO rooms: "run:ID" in each namespace. A fan has one socket here; a newer tab takes the place of the older.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from campaigns.domain.moment import Moment
from campaigns.play.live import LiveRun
from campaigns.play.seat import Seat


def room_name(run_id: int) -> str:
    return f"run:{run_id}"


@dataclass
class Room:
    """One run in this process. `answered`: fans with a recorded answer to the current round."""

    live: LiveRun
    fans: dict[int, str] = field(default_factory=dict)  # fan id → sid
    displays: set[str] = field(default_factory=set)
    desks: set[str] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    joined: int = 0
    ticked: tuple[int, ...] = ()  # the counters of the last tick that went out
    desk_dirty: bool = True

    @property
    def empty(self) -> bool:
        return not (self.fans or self.displays or self.desks)

    def take(self, live: LiveRun) -> None:
        """A newer state. Answers counted here stay counted if the round is still the same."""
        same = self.live.gate is not None and live.gate is not None and self.live.gate.round_id == live.gate.round_id
        self.answered = set(live.answered) | (self.answered if same else set())
        self.joined = live.packet.run.joined
        self.live = live
        self.desk_dirty = True

    def everybody_answered(self, now: Moment) -> bool:
        """Every connected fan has answered the open round."""
        gate = self.live.gate
        opened = gate is not None and gate.clock is not None and gate.taking and gate.clock.opens_ns <= now.ns
        return opened and self.live.packet.scene == "open" and bool(self.fans) and self.answered >= self.fans.keys()


class Rooms:
    """All rooms of this process, and the seat behind each socket."""

    def __init__(self) -> None:
        self.by_run: dict[int, Room] = {}
        self.seats: dict[str, Seat] = {}
        self.screens: dict[str, tuple[int, int]] = {}  # display sid → (display id, campaign id)
        self.following: dict[str, int] = {}  # display sid → run id

    def of_fan(self, sid: str) -> tuple[Seat, Room] | None:
        seat = self.seats.get(sid)
        room = self.by_run.get(seat.run_id) if seat is not None else None
        return (seat, room) if seat is not None and room is not None else None

    def seat_fan(self, sid: str, seat: Seat) -> str | None:
        """Give the fan's place to this socket; returns the sid that had it, if another did."""
        before = self.by_run[seat.run_id].fans.get(seat.fan_id)
        self.by_run[seat.run_id].fans[seat.fan_id] = sid
        self.seats[sid] = seat
        return before if before != sid else None

    def leave_fan(self, sid: str) -> None:
        seat = self.seats.pop(sid, None)
        if seat is None:
            return
        room = self.by_run.get(seat.run_id)
        if room is not None and room.fans.get(seat.fan_id) == sid:
            del room.fans[seat.fan_id]

    def leave_display(self, sid: str) -> None:
        self.screens.pop(sid, None)
        run_id = self.following.pop(sid, None)
        if run_id is not None and run_id in self.by_run:
            self.by_run[run_id].displays.discard(sid)

    def forget_empty(self) -> None:
        for run_id in [run_id for run_id, room in self.by_run.items() if room.empty]:
            del self.by_run[run_id]
