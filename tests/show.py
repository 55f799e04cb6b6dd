"""A rush played through the use cases alone, on real SQL, by a clock that the test moves. No wire, no waiting."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.conduct import Moved, press_next
from campaigns.control.keys import KeyOutcome, correct, enter_key, void
from campaigns.control.runs import make_run
from campaigns.db.journal import Journal, Stored
from campaigns.db.models import Fan, Round, Run
from campaigns.db.promise import Promise
from campaigns.db.records import Answer, Score, Settlement, Standing
from campaigns.domain.answer import Said
from campaigns.domain.question import Question
from campaigns.play.answer import Ack, Arrival, acknowledge, answer
from campaigns.play.live import load_live
from campaigns.play.scene import load_scene
from campaigns.settle.due import keep_time
from campaigns.settle.rounds import settle_round
from realtime.messages import plain
from tests.conftest import FakeTime
from tests.stage import QUICK, joined_fan, run_of

ACTOR = "operator:1"
NS_PER_MS = 1_000_000
PATIENCE_S = 60.0


def go(clock: FakeTime, seconds: float) -> None:
    """Both clocks move on together."""
    clock.at += timedelta(seconds=seconds)
    clock.ns += round(seconds * 1e9)


class Show:
    """One run with its lobby open. Rounds are named by their number in the run."""

    def __init__(
        self,
        services: Services,
        clock: FakeTime,
        questions: Sequence[Question],
        rules: Any = QUICK,
        **switches: bool,
    ) -> None:
        self.services, self.clock, self.rules = services, clock, rules
        self.run_id = run_of(services, questions, rules, **switches)
        self.journal = Journal(services.sql, services.now)

    def __enter__(self) -> Self:
        self.journal.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.journal.stop()

    def another(self) -> Show:
        """A second run of the same rush, its lobby open."""
        second = Show.__new__(Show)
        second.__dict__.update(self.__dict__)
        second.run_id = make_run(self.services, self.run().activity_id, actor=ACTOR)
        return second

    # --- looking -------------------------------------------------------------------------------------------------

    def run(self) -> Any:
        return self.row(select(Run).where(Run.id == self.run_id))

    def row(self, query: Any) -> Any:
        with self.services.sql.connect() as sql:
            return sql.execute(query).one_or_none()

    def rows(self, query: Any) -> list[Any]:
        with self.services.sql.connect() as sql:
            return list(sql.execute(query))

    def round(self, n: int) -> Any:
        return self.row(select(Round).where(Round.run_id == self.run_id, Round.n == n, Round.warm_up == 0))

    def scene(self) -> dict[str, Any]:
        """The packet for everybody, as it would go over the wire."""
        with self.services.sql.connect() as sql:
            packet: dict[str, Any] = json.loads(json.dumps(plain(load_scene(sql, self.run_id))))
        return packet

    def scores(self, n: int) -> dict[int, int]:
        """Fan → score in the round, by the settlement that counts."""
        row = self.round(n)
        counted = select(Score.fan_id, Score.score).where(Score.round_id == row.id, Score.version == row.version)
        return {fan: score for fan, score in self.rows(counted)}

    def totals(self) -> dict[int, tuple[int, int]]:
        """Fan → (score, rank)."""
        own = select(Standing.fan_id, Standing.score, Standing.rank).where(Standing.run_id == self.run_id)
        return {row.fan_id: (row.score, row.rank) for row in self.rows(own)}

    def versions(self, n: int) -> list[int]:
        settled = select(Settlement.version).where(Settlement.round_id == self.round(n).id)
        return [row.version for row in self.rows(settled.order_by(Settlement.version))]

    def answers(self, n: int) -> dict[int, Any]:
        return {row.fan_id: row for row in self.rows(select(Answer).where(Answer.round_id == self.round(n).id))}

    def public(self, fan: int) -> str:
        shown: str = self.row(select(Fan.public).where(Fan.id == fan)).public
        return shown

    def place(self, n: int, choice: str) -> int:
        place: int = self.round(n).choice_order.index(choice)
        return place

    # --- doing ---------------------------------------------------------------------------------------------------

    def fan(self, name: str) -> int:
        return joined_fan(self.services, self.run_id, name)[0]

    def fans(self, *names: str) -> list[int]:
        return [self.fan(name) for name in names]

    def next(self) -> Moved:
        """Press next in the state that is."""
        return press_next(self.services, self.run_id, self.run().seq, ACTOR)

    def ask(self) -> int:
        """The next question, read and announced; returns its n. The clock stands at the opening."""
        assert self.next() is Moved.MOVED
        row = self.row(select(Round).where(Round.id == self.run().round_id))
        go(self.clock, max(0, row.reading_until_ns - self.clock.ns) / 1e9)
        assert keep_time(self.services, self.run_id)
        row = self.row(select(Round).where(Round.id == row.id))
        go(self.clock, (row.opens_ns - self.clock.ns) / 1e9)
        return int(row.n)

    def begin(
        self,
        fan: int,
        choice: str | Sequence[str] | None = None,
        value: float | None = None,
        after_ms: int = 1000,
        rtt_ms: int | None = None,
        tap_ms: float | None = None,
        early_ns: int | None = None,
    ) -> Promise[Stored] | Ack:
        """An answer to the current round that arrives `after_ms` after its opening, on its way to the journal."""
        gate = load_live(self.services, self.run_id).gate
        row = self.row(select(Round).where(Round.id == self.run().round_id))
        places = tuple(row.choice_order.index(name) for name in (choice or ()))
        received_ns = (row.opens_ns or self.clock.ns) + after_ms * NS_PER_MS
        rtt_ns = None if rtt_ms is None else rtt_ms * NS_PER_MS
        arrival = Arrival(received_ns, rtt_ns, self.run().rules["cap_ms"] * NS_PER_MS, tap_ms, early_ns)
        return answer(self.services, self.journal, gate, fan, Said(places, value), arrival)

    def say(self, fan: int, choice: str | Sequence[str] | None = None, **more: Any) -> Ack:
        """The same, acknowledged."""
        said = self.begin(fan, choice, **more)
        return said if isinstance(said, Ack) else acknowledge(said.result(PATIENCE_S))

    def close(self, after_s: float = 5.0) -> None:
        """The operator closes `after_s` after the opening; then the grace for answers under way passes."""
        go(self.clock, after_s)
        assert self.next() is Moved.MOVED
        go(self.clock, 0.2)

    def settle(self, n: int) -> bool:
        return settle_round(self.services, self.round(n).id)

    def settle_all(self) -> None:
        """What a worker would do: until no settlement waits."""
        due = select(Settlement.round_id).join(Round, Round.id == Settlement.round_id)
        due = due.where(Round.run_id == self.run_id, Settlement.settled_at.is_(None)).order_by(Settlement.round_id)
        while waiting := self.rows(due):
            assert settle_round(self.services, waiting[0].round_id)

    def play(self, said: Mapping[int, tuple[str, int]]) -> int:
        """A whole round up to its reveal: fan → (choice, after how many ms). Returns its n."""
        n = self.ask()
        for fan, (choice, after_ms) in said.items():
            assert self.say(fan, choice, after_ms=after_ms).outcome == "recorded"
        self.close()
        assert settle_round(self.services, self.run().round_id)
        if self.run().scene == "closed":
            assert self.next() is Moved.MOVED
        return n

    def to_the_end(self) -> None:
        """From the last reveal over board and podium to the final scene."""
        for _ in range(6):
            assert self.next() is Moved.MOVED
        assert self.run().scene == "final"

    def correct(self, n: int, choice: str, why: str = "the stage was right") -> KeyOutcome:
        return correct(self.services, self.run_id, self.round(n).id, ACTOR, [self.place(n, choice)], None, why)

    def enter_key(self, n: int, choice: str | None = None, value: float | None = None) -> KeyOutcome:
        places = [] if choice is None else [self.place(n, choice)]
        return enter_key(self.services, self.run_id, self.round(n).id, ACTOR, places, value)

    def void(self, n: int) -> KeyOutcome:
        return void(self.services, self.run_id, self.round(n).id, ACTOR, "a bad question")
