"""Between settled and revealed nothing tells: not the scene, not one's own part, not the own page, under any rule."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from campaigns.bootstrap import Services
from campaigns.domain.rush_rules import Rule
from campaigns.play.history import awards_of, own_page
from campaigns.play.own import you
from campaigns.play.seat import Seat, seat_of
from campaigns.play.standing import own_standing
from tests.conftest import FakeTime
from tests.show import Show, go
from tests.stage import QUICK, single

RULES = [dataclasses.replace(QUICK, rule=rule, streak=True, lives=1, first_n=1) for rule in Rule]
QUESTIONS = [single("一", "a"), single("二", "b"), single("三", "c")]


@pytest.fixture(params=[RULES[0], RULES[-1]], ids=["speed", "survival"])
def show(request: Any, services_at: Callable[..., Services], fake_time: FakeTime) -> Iterator[Show]:
    with Show(services_at(fake_time), fake_time, QUESTIONS, request.param) as running:
        yield running


def told(show: Show, fans: list[int]) -> dict[int, Any]:
    """Everything that a fan can ask for."""
    seats = {fan: seat_of(show.services, show.run().code, fan) for fan in fans}
    assert all(isinstance(seat, Seat) for seat in seats.values())
    return {
        fan: (
            you(show.services, seat),
            own_standing(show.services, seat),
            own_page(show.services, fan),
            awards_of(show.services, show.run_id, fan),
        )
        for fan, seat in seats.items()
        if isinstance(seat, Seat)
    }


def answered_and_closed(show: Show, fans: list[int], n: int) -> None:
    """The first fan is right, the second wrong, the third silent."""
    assert show.ask() == n
    right = "abc"[n - 1]
    show.say(fans[0], right, after_ms=1000)
    show.say(fans[1], "d", after_ms=1500)
    show.close()


def without(scene: dict[str, Any], *names: str) -> dict[str, Any]:
    scene["round"] = {**scene["round"], "waiting": None}
    return {name: part for name, part in scene.items() if name not in names}


@pytest.mark.parametrize("show", RULES, indirect=True, ids=[rule.rule for rule in RULES])
def test_a_settled_round_tells_nobody_anything_before_its_reveal(show: Show) -> None:
    fans = show.fans("对", "错", "默")
    for n in (1, 2, 3):
        answered_and_closed(show, fans, n)
        before, scene = told(show, fans), show.scene()
        assert show.settle(n)
        assert told(show, fans) == before
        assert without(show.scene(), "seq") == without(scene, "seq") and show.scene()["reveal"] is None
        show.next()
        revealed = told(show, fans)
        assert revealed != before and revealed[fans[0]][1].right
        show.next()


def test_a_correction_before_the_reveal_still_tells_nothing(show: Show) -> None:
    fans = show.fans("对", "错", "默")
    answered_and_closed(show, fans, 1)
    before = told(show, fans)
    show.settle(1)
    assert show.correct(1, "d") == "moved"
    assert told(show, fans) == before
    show.settle_all()
    assert told(show, fans) == before and show.scene()["reveal"] is None
    go(show.clock, 1)
    show.next()
    assert show.scene()["reveal"]["changed"] is None and show.scene()["board"]["changed"] is None
    assert list(show.scene()["reveal"]["places"]) == [show.place(1, "d")]
    assert told(show, fans)[fans[1]][1].right


def test_correcting_an_earlier_round_does_not_reveal_the_one_that_waits(show: Show) -> None:
    fans = show.fans("对", "错", "默")
    answered_and_closed(show, fans, 1)
    show.settle(1)
    show.next()
    show.next()
    answered_and_closed(show, fans, 2)
    show.settle(2)
    assert show.correct(1, "c") == "moved"
    show.settle_all()
    asked = {fan: part[0] for fan, part in told(show, fans).items()}
    assert all(part[1] is None for part in told(show, fans).values())
    assert show.scene()["reveal"] is None and show.scene()["round"]["waiting"] == "reveal"
    assert asked[fans[0]].score == 0 and asked[fans[0]].answered is not None
    show.next()
    assert show.scene()["scene"] == "reveal" and told(show, fans)[fans[0]][1].round is not None


def test_a_fan_who_comes_between_settled_and_revealed_learns_nothing_either(show: Show) -> None:
    fans = show.fans("对", "错")
    answered_and_closed(show, fans, 1)
    show.settle(1)
    late = show.fan("迟")
    own, standing, page, awards = told(show, [late])[late]
    assert (own.score, own.out, own.streak, own.answered) == (0, False, 0, None)
    assert standing is None and awards is None and page.runs[0].rank is None and page.points == 0


@pytest.mark.parametrize("guard", ["campaigns.settle.rounds.BEFORE_REVEAL", "campaigns.play.own.BEFORE_REVEAL"])
def test_with_a_guard_off_the_leak_is_seen(show: Show, guard: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of this file."""
    fans = show.fans("对", "错", "默")
    answered_and_closed(show, fans, 1)
    before = told(show, fans)
    monkeypatch.setattr(guard, frozenset())
    show.settle(1)
    assert show.correct(1, "d") == "moved"
    show.settle_all()
    assert told(show, fans) != before
