"""The quiz's events in the fans' namespace: typed messages in, one use case each, the fan's own view of the play out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from socketio import Server

from campaigns.domain.level import Help
from campaigns.domain.moment import Moment
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.step import StepKind
from campaigns.play.quiz import begin
from campaigns.play.quiz.act import Came, Intent, act, helping
from campaigns.play.quiz.boards import Measure, board_view
from campaigns.play.quiz.plays import Playing, Plays
from campaigns.play.quiz.road import RoadYou, road_you
from campaigns.play.quiz.view import PlayView, view
from campaigns.play.seat import Seat
from realtime.dispatch import DEAR, Event
from realtime.messages import Begin, Boards, Challenged, Decide, Nothing, Reply, Step, UseHelp, plain
from realtime.meters import Meters

SeatOf = Callable[[str], Seat]
ArrivalOf = Callable[[str], tuple[int, int | None]]


@dataclass(frozen=True, slots=True)
class PlayAck:
    outcome: PlayOutcome
    play: PlayView | None
    now_ms: float


@dataclass(frozen=True, slots=True)
class NotYetAck:
    """`play` before the fan's wave has come: when it does."""

    outcome: PlayOutcome
    play: None
    now_ms: float
    opens_at: str


class QuizWire:
    def __init__(self, plays: Plays, server: Server, meters: Meters) -> None:
        self._plays, self._server, self._meters = plays, server, meters

    def events(self, seat_of: SeatOf, arrival_of: ArrivalOf) -> list[Event]:
        """What a fan's page may send in a quiz."""

        def acting(intent: Callable[[Any], Intent]) -> Callable[[str, Any], Any]:
            return lambda sid, message: self._act(seat_of(sid), arrival_of(sid), int(message.play), intent(message))

        return [
            Event("play", Begin, lambda sid, message: self._begin(seat_of(sid), message)),
            Event("challenge", Challenged, lambda sid, message: self._challenged(seat_of(sid), message)),
            Event("ask", Step, acting(lambda m: Intent(m.n, StepKind.ASKED))),
            Event("reply", Reply, acting(lambda m: Intent(m.n, StepKind.ANSWERED, m.said))),
            Event("help", UseHelp, acting(lambda m: helping(m.n, Help(m.help)))),
            Event("decide", Decide, acting(lambda m: Intent(m.n, StepKind.DARE if m.dare else StepKind.BANK))),
            Event("retry", Step, acting(lambda m: Intent(m.n, StepKind.RETRY))),
            Event("stop", Step, acting(lambda m: Intent(m.n, StepKind.STOP))),
            Event("boards", Boards, lambda sid, message: self._board(seat_of(sid), message), DEAR),
            Event("road", Nothing, lambda sid, _: plain(self.you(seat_of(sid)))),
        ]

    def you(self, seat: Seat) -> RoadYou:
        """The fan's own part of a snapshot."""
        return road_you(self._plays, seat, self._now())

    def _board(self, seat: Seat, message: Boards) -> Any:
        now = self._now()
        season = self._plays.seasons.season(seat.run_id, now)
        return plain(board_view(self._plays.services, season, seat, message.board, Measure(message.measure), now))

    def _begin(self, seat: Seat, message: Begin) -> Any:
        now = self._now()
        who = (self._plays, seat.run_id, seat.fan_id, now)
        begun = begin.begin(*who, practice=message.practice, challenge=message.challenge)
        if begun.opens_at is not None:
            return plain(NotYetAck(begun.outcome, None, now.ns / 1e6, begun.opens_at.isoformat()))
        return self._told(begun.outcome, begun.playing, now)

    def _challenged(self, seat: Seat, message: Challenged) -> Any:
        season = self._plays.seasons.season(seat.run_id, self._now())
        return plain(self._plays.duels.look(season, seat.fan_id, message.challenge))

    def _act(self, seat: Seat, arrival: tuple[int, int | None], play_id: int, intent: Intent) -> Any:
        received_ns, rtt_ns = arrival
        now = self._now()
        came = Came(Moment(now.at, received_ns, now.boot_id), rtt_ns)
        told = act(self._plays, seat.fan_id, play_id, intent, came)
        if told is None:  # SQL is away for longer than we wait: no acknowledgement is the honest answer
            return self._server.not_handled
        if intent.kind is StepKind.ANSWERED:
            self._meters.answered(told.outcome, (time.monotonic_ns() - received_ns) / 1e9)
        return self._told(told.outcome, told.playing, self._now())

    def _told(self, outcome: PlayOutcome, playing: Playing | None, now: Moment) -> PlayAck:
        shown = view(self._plays, playing, now) if playing is not None else None
        return PlayAck(outcome, shown, now.ns / 1e6)  # JSON takes it as it is

    def _now(self) -> Moment:
        return self._plays.services.now()
