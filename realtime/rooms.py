"""Who is connected to which run in this process, and what it shows. State only; `publisher.py` does the sending.

Socket.IO rooms: "run:ID" in each namespace. A fan has one socket here; a newer tab takes the place of the older. What other
web processes have is told by `presence.py`.

A page that reloads or drives through a tunnel is away for a while. "Everybody has answered" waits for it, or one fan's
reload would end the question for that very fan: who was there when the question was open and is gone may be answering in
a tunnel, and is waited for until it closes by itself; who was gone before it opened, for AWAY_NS.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from msgspec import Raw
from msgspec.json import encode

from campaigns.control.desk import DeskView
from campaigns.control.people import Person
from campaigns.domain.clock import Timing
from campaigns.domain.moment import Moment
from campaigns.domain.road import RoadPacket
from campaigns.domain.scene import BuzzPart, ScenePacket
from campaigns.live.presence import Elsewhere
from campaigns.play.live import LiveRun
from campaigns.play.quiz.wall import Wall
from campaigns.play.seat import Seat

AWAY_NS = 8_000_000_000  # how long a lost fan is waited for; longer than a page needs to come back (at most ~3 s)
HEARD_NS = 3_000_000_000  # how long a word about other processes is good for


def room_name(run_id: int) -> str:
    return f"run:{run_id}"


@dataclass(frozen=True, slots=True)
class Listed:
    """The people a desk shows, as read for this state. Two hundred rows twice a second would be most of a desk's cost."""

    state: tuple[int, int]  # seq and number of people
    read_ns: int
    people: list[Person]


@dataclass
class Room:
    """One run in this process. `answered`: fans with a recorded answer to the current round; `lost`: fans whose
    connection went, with the reading of the monotonic clock. A process that dies forgets
    who was `early`."""

    live: LiveRun
    fans: dict[int, str] = field(default_factory=dict)  # fan id → sid
    lost: dict[int, int] = field(default_factory=dict)
    met: set[int] = field(default_factory=set)  # fans who have been connected here
    displays: set[str] = field(default_factory=set)
    desks: set[str] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    early: dict[int, int] = field(default_factory=dict)  # fan id → first press from before the opening, monotonic
    buzz: BuzzPart | None = None  # as read last, by the ticker too while a buzzer takes presses or marks
    buzz_asked: tuple[object, BuzzPart | None] | None = None  # what SQL last told the ticker of it, and in which state
    joined: int = 0
    ticked: tuple[int, ...] = ()  # the counters of the last tick that went out
    wall: Wall | None = None  # a quiz's, while a display looks at it
    desk_dirty: bool = True
    desk_view: tuple[DeskView, int] | None = None  # what the desk was told last, and when it was read
    listed: Listed | None = None
    trusted_ns: int = 0  # until then we do not know who is only away: this process found the show under way
    elsewhere: Elsewhere | None = None  # None: nobody can tell
    heard_ns: int = 0  # when `elsewhere` was asked for
    written: tuple[ScenePacket | RoadPacket, Raw] | None = None  # see `packet_json`

    @property
    def packet_json(self) -> Raw:
        """The packet as it goes out, written once for everybody who gets it."""
        if self.written is None or self.written[0] is not self.live.packet:
            self.written = (self.live.packet, Raw(encode(self.live.packet)))
        return self.written[1]

    @property
    def answers(self) -> int:
        """How many have answered the current round."""
        return len(self.answered) if self.live.told is None else self.live.told

    @property
    def empty(self) -> bool:
        """Nobody is here, and nobody is waited for."""
        return not (self.fans or self.displays or self.desks or self.lost)

    @property
    def connected(self) -> int:
        return len(self.fans) + (self.elsewhere.connected if self.elsewhere is not None else 0)

    def waited(self, now_ns: int) -> frozenset[int]:
        """Fans who are connected here, were a moment ago, or were while the question was open."""
        since_ns = self._waits_since(now_ns)
        self.lost = {fan: ns for fan, ns in self.lost.items() if ns > since_ns and fan not in self.live.removed}
        return frozenset(self.fans) | self.lost.keys()

    def waits_for(self, fan_id: int, now_ns: int) -> bool:
        """One of those."""
        lost_ns = self.lost.get(fan_id)
        return fan_id in self.fans or (lost_ns is not None and lost_ns > self._waits_since(now_ns))

    def _waits_since(self, now_ns: int) -> int:
        gate = self.live.gate
        asked = gate is not None and gate.clock is not None and gate.taking and self.live.packet.scene == "open"
        opens_ns = gate.clock.opens_ns if asked and gate is not None and gate.clock is not None else now_ns
        return min(opens_ns - 1, now_ns - AWAY_NS)

    def take(self, live: LiveRun) -> None:
        """A newer state. Answers counted here stay counted if the round is still the same; those who are out never count."""
        same = self.live.gate is not None and live.gate is not None and self.live.gate.round_id == live.gate.round_id
        self.answered = set(live.answered) | (self.answered - live.removed.keys() if same else set())
        self.early = self.early if same else {}
        self.buzz = live.packet.buzz if isinstance(live.packet, ScenePacket) else None
        self.joined = live.packet.run.joined
        self.live = live
        self.desk_dirty = True

    def count(self, fan_id: int, round_id: int) -> None:
        """An answer of this fan to this round is recorded; the round may have closed, or passed, meanwhile."""
        if self.live.gate is not None and self.live.gate.round_id == round_id and fan_id not in self.live.removed:
            self.answered.add(fan_id)

    def everybody_answered(self, now: Moment) -> bool:
        """Every fan who is waited for anywhere has answered the open round."""
        gate = self.live.gate
        clock = gate.clock if gate is not None and gate.taking else None
        opened = clock is not None and clock.accepts(now.ns) in (Timing.IN_TIME, Timing.TOO_LATE)
        if not opened or now.ns < self.trusted_ns or self.live.packet.scene != "open":
            return False
        if self.elsewhere is None or now.ns - self.heard_ns > HEARD_NS or not self.fans:
            return False
        return self.answered >= self.waited(now.ns) and self.answered >= self.elsewhere.fans - self.live.removed.keys()


class Rooms:
    """All rooms of this process, and the seat behind each socket."""

    def __init__(self) -> None:
        self.by_run: dict[int, Room] = {}
        self.seats: dict[str, Seat] = {}
        self.stamps: dict[str, int] = {}  # fan's sid → when it was seated, wall nanoseconds: tabs in two processes
        self.screens: dict[str, tuple[int, int]] = {}  # display sid → (display id, campaign id)
        self.following: dict[str, int] = {}  # display sid → run id

    def of_fan(self, sid: str) -> tuple[Seat, Room] | None:
        seat = self.seats.get(sid)
        room = self.by_run.get(seat.run_id) if seat is not None else None
        return (seat, room) if seat is not None and room is not None else None

    def seat_fan(self, sid: str, seat: Seat, stamp: int = 0) -> str | None:
        """Give the fan's place to this socket; returns the sid that had it, if another did."""
        before = self.by_run[seat.run_id].fans.get(seat.fan_id)
        self.by_run[seat.run_id].fans[seat.fan_id] = sid
        self.by_run[seat.run_id].lost.pop(seat.fan_id, None)
        self.seats[sid], self.stamps[sid] = seat, stamp
        return before if before != sid else None

    def call(self, sid: str, name: str) -> bool:
        """The fan behind this socket is called so from now on. False: it was already."""
        seat = self.seats.get(sid)
        if seat is None or seat.name == name:
            return False
        self.seats[sid] = replace(seat, name=name)
        return True

    def lose_fan(self, sid: str, now_ns: int) -> None:
        """The connection went; the fan may be back in a moment."""
        seat = self.seats.get(sid)
        room = self.by_run.get(seat.run_id) if seat is not None else None
        if seat is not None and room is not None and room.fans.get(seat.fan_id) == sid:
            room.lost[seat.fan_id] = now_ns
        self.leave_fan(sid)

    def leave_fan(self, sid: str) -> None:
        """Out for good, or replaced."""
        seat = self.seats.pop(sid, None)
        self.stamps.pop(sid, None)
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

    def told_by(self, run_id: int) -> list[int]:
        """Runs for whose rooms an event of this one means something: itself, and the cohorts that follow it."""
        return [each for each, room in self.by_run.items() if run_id in (each, room.live.follows)]

    def forget_empty(self) -> None:
        for run_id in [run_id for run_id, room in self.by_run.items() if room.empty]:
            del self.by_run[run_id]
