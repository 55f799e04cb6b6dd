"""A run that is over, to be played again on a screen: its packets with their instants, made again from the record.

`told` (domain/replay.py) says what stood after each event; the packets themselves are built by what built them on the night
(play/scene.py), ticks from the rows of answers and seats. Two things are of today, and meant so: who was removed since is not
named, and names that are hidden now are hidden in all of it. The podium is the one that stands, corrections included. Not
there: connections (nobody kept them: as many as had joined).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import Connection, Row, select, text

from campaigns.bootstrap import Services
from campaigns.db.models import Activity, Run
from campaigns.db.records import Event
from campaigns.domain.activity import ActivityKind
from campaigns.domain.replay import NS_PER_MS, Happened, RoundThen, Then, told
from campaigns.domain.run import RunState, Scene
from campaigns.domain.scene import BuzzPart, BuzzRow, Shown
from campaigns.identity.operators import Offload, here
from campaigns.play.current import round_row, run_row
from campaigns.play.names import number_of
from campaigns.play.scene import scene_of

TICK_NS = 500_000_000
NAMED = 8  # at most so many names a tick: a screen seats no more newcomers in half a second
EVER = -(2**62)
STAYS_MS = 8000  # how long the final scene is seen
MICROSECOND = timedelta(microseconds=1)

SEATS = text("""
SELECT f.joined_at, f.seed, p.nickname, f.kicked_at IS NULL AND p.banned_at IS NULL AS named FROM run_fan f
  JOIN run n ON n.id = f.run_id
  JOIN participation p ON p.campaign_id = n.campaign_id AND p.fan_id = f.fan_id
 WHERE f.run_id = :run ORDER BY f.joined_at, f.fan_id
""")
ANSWERED = text("""
SELECT (received_ns + :shift) / :tick AS tick, count(*) AS n FROM answer WHERE round_id = :round GROUP BY 1 ORDER BY 1
""")

PRESSED = text("""
SELECT f.public, a.received_ns + :shift AS at_ns FROM answer a JOIN fan f ON f.id = a.fan_id
 WHERE a.round_id = :round AND f.public = ANY(:fans)
""")

Packet = tuple[float, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Mark:
    """Where one can jump to: `n` of a question, else None."""

    ms: float
    scene: str
    n: int | None
    warm_up: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """`packets`: (ms since the lobby opened, "scene" or "tick", what was sent), in time."""

    code: str
    length_ms: float
    marks: list[Mark]
    packets: list[Packet]


@dataclass(frozen=True, slots=True)
class _Seats:
    """Who joined when: instants on the timeline, and what may be shown of each, None of who was removed."""

    at_ns: list[int]
    names: list[str | None]
    numbers: list[int]

    def joined(self, at_ns: int) -> int:
        return bisect_right(self.at_ns, at_ns)

    def newest(self, from_ns: int, until_ns: int, *, hidden: bool) -> list[Shown]:
        places = range(self.joined(from_ns), self.joined(until_ns))
        shown = [self.numbers[at] if hidden else name for at in places if (name := self.names[at]) is not None]
        return shown[-NAMED:][::-1]


@dataclass(frozen=True, slots=True)
class _Line:
    """Who pressed a buzzer, in turn, as judged; and when each press came."""

    rows: tuple[BuzzRow, ...]
    at_ns: dict[str, int]

    def by(self, at_ns: int, given: int) -> BuzzPart:
        """`given`: how many marks by then; who was asked stands first, in turn."""
        come = [row for row in self.rows if self.at_ns.get(row.fan, EVER) <= at_ns]
        rows = tuple(row if place < given else replace(row, right=None) for place, row in enumerate(come))
        right = any(row.right for row in rows)
        return BuzzPart(rows, None if right else next((row.fan for row in rows[given:]), None))


def has_replay(services: Services, run_id: int) -> bool:
    over = select(Run.id).join(Activity, Activity.id == Run.activity_id)
    over = over.where(Run.id == run_id, Run.state == RunState.ENDED, ~Run.rehearsal, Activity.kind == ActivityKind.RUSH)
    with services.reading() as sql:
        return sql.scalar(over) is not None


def replay(services: Services, run_id: int, offload: Offload = here) -> Replay | None:
    """None: no run of a rush that is over. `offload` runs what is made of a hundred thousand seats and of their ticks."""
    if not has_replay(services, run_id):
        return None
    with services.reading() as sql:
        run = run_row(sql, run_id)
        began_at, events = _events(sql, run)
        rows = sql.execute(SEATS, {"run": run_id}).all()
        thens = list(told(events, run.rules["lead_ms"]))
        seats = cast("_Seats", offload(partial(_seats, rows, began_at)))
        lines: dict[int, _Line] = {}
        packets = list(_scenes(sql, run, thens, seats, lines))
        answers, marks = _answers(sql, thens), _marks(sql, thens)
    between = partial(_ticks, thens, answers, seats, lines, hidden=run.names_hidden)
    packets += cast("list[Packet]", offload(between))
    packets.sort(key=lambda each: (each[0], each[1] == "tick"))
    return Replay(run.code, packets[-1][0] + STAYS_MS if packets else 0.0, marks, packets)


def _events(sql: Connection, run: Any) -> tuple[datetime, list[Happened]]:
    columns = (Event.seq, Event.kind, Event.at, Event.payload)
    of_run = select(*columns).where(Event.campaign_id == run.campaign_id, Event.run_id == run.id)
    rows = sql.execute(of_run.order_by(Event.seq)).all()
    began_at = next((row.at for row in rows if row.kind == "lobby_opened"), run.created_at)
    since = [row for row in rows if row.at >= began_at]
    return began_at, [Happened(row.seq, row.kind, _ns(row.at - began_at), row.payload) for row in since]


def _ns(span: timedelta) -> int:
    return span // MICROSECOND * 1000


def _seats(rows: Sequence[Row[Any]], began_at: datetime) -> _Seats:
    names = [row.nickname if row.named else None for row in rows]
    return _Seats([_ns(row.joined_at - began_at) for row in rows], names, [number_of(row.seed) for row in rows])


def _scenes(sql: Connection, run: Any, thens: list[Then], seats: _Seats, lines: dict[int, _Line]) -> Iterator[Packet]:
    """`lines` is filled on the way: of each buzzer that was opened."""
    asked: dict[int, Any] = {}
    for then in thens:
        current = then.round
        if current is not None and current.id not in asked:
            asked[current.id] = round_row(sql, current.id)
        row = None if current is None else _row_then(asked[current.id], current)
        made = scene_of(sql, _run_then(run, then, seats), row)
        if made.buzz is not None and current is not None and then.scene is not Scene.REVEAL:
            line = lines.setdefault(current.id, _line(sql, current.id, then.shifts[current.id], made.buzz.rows))
            made = replace(made, buzz=line.by(then.at_ns, current.marks))
        yield then.at_ns / NS_PER_MS, "scene", asdict(made)


def _line(sql: Connection, round_id: int, shift_ns: int, rows: tuple[BuzzRow, ...]) -> _Line:
    asked = {"round": round_id, "shift": shift_ns, "fans": [row.fan for row in rows]}
    return _Line(rows, {each.public: each.at_ns for each in sql.execute(PRESSED, asked)})


def _run_then(run: Any, then: Then, seats: _Seats) -> Any:
    """The run's row as it stood; awards came later, and of names today's word counts too."""
    stood = {name: getattr(then, name) for name in ("seq", "state", "scene", "podium_step", "brand_shown")}
    stood |= {"joined": seats.joined(then.at_ns), "award_version": 0, "awarded_version": 0}
    stood["names_hidden"] = then.names_hidden or run.names_hidden
    return SimpleNamespace(**(run._asdict() | stood))


def _row_then(row: Any, then: RoundThen) -> Any:
    return SimpleNamespace(**(row._asdict() | asdict(then) | {"light_ns": None}))


def _answers(sql: Connection, thens: list[Then]) -> dict[int, list[tuple[int, int]]]:
    """Of each round that was announced: when, and how many had answered by then."""
    shifts = thens[-1].shifts if thens else {}
    return {id: _answered(sql, id, shift_ns) for id, shift_ns in shifts.items()}


def _ticks(
    thens: list[Then],
    answers: dict[int, list[tuple[int, int]]],
    seats: _Seats,
    lines: dict[int, _Line],
    *,
    hidden: bool,
) -> list[Packet]:
    """Twice a second, where a number has changed: who joined, how many have answered the current question; and, at a
    buzzer, who they are."""
    found: list[Packet] = []
    for then, until in pairwise(thens):
        current, answered = then.round, [(0, 0)]
        if current is not None and current.id in then.shifts:
            answered = answers[current.id]
        ticks = _between(then, until.at_ns, answered, seats, hidden=then.names_hidden or hidden)
        line = lines.get(current.id) if current is not None and then.scene is Scene.OPEN else None
        found += ticks if line is None or current is None else _pressed(ticks, line, current.marks)
    return found


def _pressed(ticks: Iterable[Packet], line: _Line, given: int) -> Iterator[Packet]:
    for ms, kind, packet in ticks:
        yield ms, kind, packet | {"buzz": asdict(line.by(round(ms * NS_PER_MS), given))}


def _between(
    then: Then, until_ns: int, answered: list[tuple[int, int]], seats: _Seats, *, hidden: bool
) -> Iterator[Packet]:
    """From one event to the next. `answered`: (when, how many by then)."""
    before, count = then.at_ns, (-1, -1)
    marks = {at_ns for at_ns, _ in answered if then.at_ns < at_ns < until_ns}
    came = seats.at_ns[seats.joined(then.at_ns) : seats.joined(until_ns)]
    marks |= {-(-at_ns // TICK_NS) * TICK_NS for at_ns in came}
    for at_ns in sorted({then.at_ns, *(mark for mark in marks if mark < until_ns)}):
        joined, by_then = seats.joined(at_ns), bisect_right(answered, (at_ns, 2**62))
        now = (joined, answered[by_then - 1][1] if by_then else 0)
        if now == count:
            continue
        packet: dict[str, Any] = {"seq": then.seq, "joined": joined, "connected": joined, "answered": now[1]}
        if then.scene is Scene.LOBBY:
            packet["names"] = seats.newest(before if count[0] >= 0 else EVER, at_ns, hidden=hidden)
        yield at_ns / NS_PER_MS, "tick", packet
        before, count = at_ns, now


def _answered(sql: Connection, round_id: int, shift_ns: int) -> list[tuple[int, int]]:
    rows = sql.execute(ANSWERED, {"round": round_id, "shift": shift_ns, "tick": TICK_NS})
    found, sum_of = [(0, 0)], 0
    for row in rows:
        sum_of += row.n
        found.append(((int(row.tick) + 1) * TICK_NS, sum_of))
    return found


def _marks(sql: Connection, thens: list[Then]) -> list[Mark]:
    found: list[Mark] = []
    for then in thens:
        ms = then.at_ns / NS_PER_MS
        if then.kind in ("asked", "passed_over") and then.round is not None:
            row: Any = round_row(sql, then.round.id)
            found.append(Mark(ms, "question", row.n, row.warm_up > 0))
        elif then.kind in ("lobby_opened", "podium_reached", "ended"):
            found.append(Mark(ms, str(then.scene), None))
    return found
