"""A fan's own rank comes from the record, whatever the board in Redis says; only how many there are is asked there."""

from __future__ import annotations

from typing import Any

import pytest
from redis import RedisError

from campaigns.live import keys
from campaigns.play.seat import Seat, seat_of
from campaigns.play.standing import own_standing, own_standings
from tests.play.test_seats import statements
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import single


def place(show: Show, fan: int) -> tuple[int | None, int]:
    """(rank, of) as the fan's page gets them."""
    seat = seat_of(show.services, show.run().code, fan)
    assert isinstance(seat, Seat)
    own = own_standing(show.services, seat)
    assert own is not None
    return own.rank, own.of


def places(show: Show) -> dict[int, tuple[int | None, int]]:
    return {fan: place(show, fan) for fan in show.totals()}


def truth(show: Show) -> dict[int, tuple[int, int]]:
    totals = show.totals()
    return {fan: (rank, len(totals)) for fan, (_, rank) in totals.items()}


def first_round(stage: Stage, **switches: bool) -> tuple[Show, int, int, int]:
    """The first fan leads; the others have nothing. A second question is closed: it turns the board round."""
    show = stage(single(), single(), **switches)
    one, two, three = show.fans("甲", "乙", "丙")
    show.play({one: ("b", 1000), two: ("c", 1000), three: ("c", 1000)})
    show.next()
    show.ask()
    late = show.fan("丁")
    for fan, choice in ((one, "b"), (two, "b"), (three, "c"), (late, "c")):
        show.say(fan, choice, after_ms=1000)
    show.close()
    return show, one, two, three


class Killed(BaseException):
    """As kill -9: nothing handles it."""


@pytest.mark.parametrize("auto_reveal", [False, True])
@pytest.mark.parametrize(("where", "failure"), [("write_board", RedisError("away")), ("rebuild_board", Killed())])
def test_a_board_that_was_never_written_makes_no_rank_wrong(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, auto_reveal: bool, where: str, failure: BaseException
) -> None:
    show, *_ = first_round(stage, auto_reveal=auto_reveal)

    def fails(*_: Any) -> None:
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(f"campaigns.settle.rounds.{where}", fails)
        try:
            assert show.settle(2)
        except Killed:
            assert where == "rebuild_board"
    if not auto_reveal:
        show.next()
    assert show.run().scene == "reveal" and places(show) == truth(show) and len(truth(show)) == 4


def test_who_asks_between_a_settlement_and_its_board_is_told_the_truth(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, *_ = first_round(stage, auto_reveal=True)
    told: list[tuple[Any, Any]] = []
    tell = type(show.services).tell

    def spy(self: Any, change: Any) -> None:
        if show.run().scene == "reveal":
            told.append((places(show), truth(show)))
        tell(self, change)

    monkeypatch.setattr(type(show.services), "tell", spy)
    assert show.settle(2)
    ((seen, right),) = told
    assert seen == right and len(right) == 4


def test_the_board_of_the_same_settlement_says_how_many_there_are(stage: Stage) -> None:
    """That Redis is asked at all: a fan too many there is counted, in another edition not."""
    show, one, *_ = first_round(stage)
    show.settle(2)
    show.next()
    live, run_id = show.services.live, show.run_id
    live.zadd(keys.board(run_id), {"999999": 1.0})
    assert place(show, one) == (1, 5)
    live.incr(keys.board_edition(run_id))
    assert place(show, one) == (1, 4)
    live.delete(keys.board_edition(run_id))
    assert place(show, one) == (1, 4)


def test_a_hall_that_asks_at_once_is_read_in_one_query_and_everybody_gets_the_own(stage: Stage) -> None:
    show, one, two, three = first_round(stage)
    show.settle(2)
    show.next()
    seats = [
        seat for fan in (three, one, two, one) if isinstance(seat := seat_of(show.services, show.run().code, fan), Seat)
    ]
    with statements(show.services) as asked:
        together = own_standings(show.services, seats)
    assert together == [own_standing(show.services, seat) for seat in seats] and len(seats) == 4
    assert [own.rank for own in together if own is not None] == [truth(show)[seat.fan_id][0] for seat in seats]
    assert len(asked) == 1
