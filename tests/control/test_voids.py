"""A question made void before its reveal: every packet of it says *settling* or *void*, none what it would have given."""

from __future__ import annotations

from typing import Any

import pytest

from campaigns.bootstrap import Services
from campaigns.control.conduct import Moved
from campaigns.control.keys import KeyOutcome
from campaigns.play.own import you
from campaigns.play.seat import Seat, seat_of
from campaigns.play.standing import OwnStanding, own_standing
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import single


def asked(show: Show, fan: int) -> tuple[int, OwnStanding | None]:
    """The score and the standing that the fan's page gets when it asks now."""
    seat = seat_of(show.services, show.run().code, fan)
    assert isinstance(seat, Seat)
    return you(show.services, seat).score, own_standing(show.services, seat)


def every_packet(show: Show, fan: int, monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, Any], Any]]:
    """Fills with the scene and what the fan is told at every event from now on."""
    seen: list[tuple[dict[str, Any], Any]] = []
    tell = Services.tell

    def spy(self: Services, change: Any) -> None:
        seen.append((show.scene(), asked(show, fan)))
        tell(self, change)

    monkeypatch.setattr(Services, "tell", spy)
    return seen


@pytest.mark.parametrize("auto_reveal", [False, True])
@pytest.mark.parametrize("state", ["reading", "open", "closed", "settled"])
def test_what_a_void_question_would_have_given_is_in_no_packet(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, state: str, auto_reveal: bool
) -> None:
    by_itself = auto_reveal and state != "settled"  # it would be told by then
    show = stage(single(), single(), auto_reveal=by_itself)
    right, wrong = show.fans("对", "错")
    if state == "reading":
        show.next()
    else:
        show.ask()
        show.say(right, "b")
        show.say(wrong, "c")
    if state in ("closed", "settled"):
        show.close()
    if state == "settled":
        show.settle(1)
    seen = every_packet(show, right, monkeypatch)
    assert show.void(1) is KeyOutcome.MOVED
    assert show.next() is Moved.WAITING
    show.settle_all()
    *before, (last, (score, standing)) = seen
    assert before, "the void itself is told"
    for packet, told in before:
        assert (packet["scene"], packet["round"]["waiting"]) == ("closed", "settling")
        assert packet["reveal"] is None and packet["board"] is None and told == (0, None)
    assert last["scene"] == "reveal" and last["round"]["waiting"] is None
    told = last["reveal"]
    assert (told["changed"]["kind"], told["places"], told["explanation"]) == ("voided", [], {})
    assert [(row["score"], row["before"]) for row in last["board"]["top"]] == [(0, None)] * 2
    assert score == 0 and standing is not None and (standing.gained, standing.score, standing.rank) == (0, 0, 1)
    assert show.next() is Moved.MOVED and show.run().scene == "board"


@pytest.mark.parametrize("settled", [False, True])
def test_nobody_comes_on_the_board_from_a_rank_that_never_counted(stage: Stage, settled: bool) -> None:
    show = stage(single(), single(), single())
    first, second = show.fans("甲", "乙")
    show.play({first: ("b", 1000), second: ("b", 2000)})
    show.next()
    show.play({first: ("b", 1000), second: ("b", 2000)})
    show.next()
    show.ask()
    show.say(second, "b", after_ms=100)
    show.close()
    if settled:
        show.settle(3)
        assert show.totals()[second][1] == 1
    show.void(3)
    show.settle_all()
    assert [(row["rank"], row["before"]) for row in show.scene()["board"]["top"]] == [(1, 1), (2, 2)]


def test_a_question_void_before_its_turn_is_shown_once_it_is_counted_so(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = stage(single(), single())
    fan = show.fan("小明")
    show.void(1)
    seen = every_packet(show, fan, monkeypatch)
    assert show.next() is Moved.MOVED
    show.settle_all()
    (waits, _), (told, _) = seen
    assert (waits["scene"], waits["round"]["waiting"], waits["reveal"]) == ("closed", "settling", None)
    assert told["scene"] == "reveal" and told["reveal"]["changed"]["kind"] == "voided" and told["board"]["of"] == 1
    show.next()
    show.play({fan: ("b", 1000)})
    assert show.totals() == {fan: (975, 1)}


def test_voiding_what_was_told_leaves_it_on_the_screens_until_it_is_counted_anew(stage: Stage) -> None:
    show = stage(single(), single())
    fan = show.fan("小明")
    show.play({fan: ("b", 1000)})
    show.void(1)
    assert show.scene()["scene"] == "reveal" and show.scene()["reveal"]["version"] == 1
    show.settle_all()
    assert show.scene()["reveal"]["changed"]["kind"] == "voided" and asked(show, fan)[0] == 0
