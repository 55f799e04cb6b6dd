"""What each page shows of itself at the reveal, before it has asked for its standing: the same as afterwards, or nothing.

Shows on real SQL; their packets go through the page's own code (tests/js_client/pages.mjs).
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from campaigns.control.runs import run_summary
from campaigns.domain.rush_rules import Rule
from campaigns.play.own import you
from campaigns.play.seat import Seat, seat_of
from campaigns.play.standing import own_standing
from realtime.messages import plain
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import QUICK, estimate, single

SCRIPT = Path(__file__).parents[1] / "js_client" / "pages.mjs"
OWN = ("right", "gained", "bonus", "share", "score", "streak", "out")
SCENES = [{"rule": Rule.SPEED}, {"rule": Rule.SPEED, "streak": True}, {"rule": Rule.FLAT, "streak": True}]
SCENES += [{"rule": Rule.FIRST_N, "first_n": 2}, {"rule": Rule.SURVIVAL}, {"rule": Rule.SURVIVAL, "lives": 1}]


class Hall:
    """Pages of the fans of a show: every packet each of them got, in order."""

    def __init__(self, show: Show) -> None:
        self.show = show
        self.packets: dict[int, list[dict[str, Any]]] = {}

    def enter(self, *fans: int) -> None:
        for fan in fans:
            snapshot = {"scene": self.show.scene(), "you": plain(you(self.show.services, self.seat(fan))), "now_ms": 0}
            self.packets[fan] = [{"kind": "snapshot", "data": snapshot}]

    def seat(self, fan: int) -> Seat:
        seat = seat_of(self.show.services, run_summary(self.show.services, self.show.run_id).code, fan)
        assert isinstance(seat, Seat)
        return seat

    def push(self) -> None:
        scene = self.show.scene()
        for packets in self.packets.values():
            packets.append({"kind": "scene", "data": scene})

    def say(self, fan: int, choice: str | None = None, *, value: float | None = None, after_ms: int = 1000) -> None:
        ack = plain(self.show.say(fan, choice, value=value, after_ms=after_ms))
        row = self.show.round(self.show.scene()["round"]["n"])
        content: dict[str, Any] = {"value": value} if choice is None else {"places": [row.choice_order.index(choice)]}
        self.packets[fan].append({"kind": "ack", "data": ack, "answer": {"round": str(row.id)} | content})

    def ask(self) -> int:
        n = self.show.ask()
        self.push()
        return n

    def reveal(self, n: int) -> None:
        self.show.close()
        self.push()
        assert self.show.settle(n)
        self.show.next()
        self.push()

    def told(self, *fans: int) -> None:
        for fan in fans or self.packets:
            standing = own_standing(self.show.services, self.seat(fan))
            self.packets[fan].append({"kind": "standing", "data": json.loads(json.dumps(plain(standing)))})

    def shown(self) -> dict[int, list[dict[str, Any]]]:
        """What each page shows, packet by packet."""
        said = json.dumps(self.packets)
        done = subprocess.run(["node", str(SCRIPT)], input=said, capture_output=True, text=True, check=True)
        return {int(fan): shown for fan, shown in json.loads(done.stdout).items()}

    def around_standings(self) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
        """(fan, as shown at the reveal, as shown once the standing is there) for every standing that came."""
        shown = self.shown()
        return [
            (fan, shown[fan][at - 1], shown[fan][at])
            for fan, packets in self.packets.items()
            for at, packet in enumerate(packets)
            if packet["kind"] == "standing"
        ]


def own(shown: dict[str, Any]) -> dict[str, Any]:
    return {name: shown["own"][name] for name in OWN}


def assert_the_same(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert before["own"] is not None and before["ahead"] is not None
    assert own(before) == own(after)
    assert (before["score"], before["ahead"]) == (after["score"], after["ahead"])


@pytest.mark.parametrize("changes", SCENES, ids=lambda changes: " ".join(map(str, changes.values())))
def test_every_phone_shows_its_result_before_it_asks_and_nothing_jumps_after(stage: Stage, changes: Any) -> None:
    show = stage(single(), estimate(), single(possible=2000), rules=replace(QUICK, **changes))
    hall, fans = Hall(show), show.fans("一", "二", "三", "四")
    first, second, third, fourth = fans
    hall.enter(*fans)
    for n in (1, 2, 3):
        hall.ask()
        estimated = n == 2
        for fan, choice, value, after_ms in (
            (first, "b", 190, 800),
            (second, "b", 196.3, 1900),
            (third, "a", 205, 700),
        ):
            if estimated:
                hall.say(fan, value=value, after_ms=after_ms)
            else:
                hall.say(fan, choice, after_ms=after_ms)
        if n == 3:
            hall.say(fourth, "b", after_ms=2500)
        hall.reveal(n)
        hall.told()
        show.next()  # the board
        hall.push()
    seen = hall.around_standings()
    assert len(seen) == 12 and any(before["own"]["gained"] > 0 for _, before, _ in seen)
    for _, before, after in seen:
        assert_the_same(before, after)


@pytest.mark.parametrize("changes", SCENES, ids=lambda changes: " ".join(map(str, changes.values())))
def test_a_page_loaded_again_before_the_reveal_knows_its_result_as_one_that_stayed(stage: Stage, changes: Any) -> None:
    """Each fan loads anew while the round is open, once it is closed, or once it is settled but not told."""
    show = stage(single(), single(), single(), rules=replace(QUICK, **changes))
    hall, fans = Hall(show), show.fans("一", "二", "三")
    for n in (1, 2, 3):
        hall.enter(*fans)
        hall.ask()
        for fan, choice in zip(fans, "bba" if n < 3 else "bab", strict=True):
            hall.say(fan, choice, after_ms=900)
        hall.enter(fans[0])
        show.close()
        hall.enter(fans[1])
        assert show.settle(n)
        hall.enter(fans[2])
        show.next()
        hall.push()
        hall.told()
        seen = hall.around_standings()
        assert len(seen) == 3
        for _, before, after in seen:
            assert_the_same(before, after)
        show.next()  # the board


def test_who_ties_at_a_drawn_cut_waits_everybody_else_knows(stage: Stage) -> None:
    show = stage(single(), rules=replace(QUICK, rule=Rule.FIRST_N, first_n=2))
    hall, fans = Hall(show), show.fans("一", "二", "三", "四", "五")
    hall.enter(*fans)
    n = hall.ask()
    for fan, after_ms in zip(fans, (700, 900, 900, 901, 1500), strict=True):
        hall.say(fan, "b", after_ms=after_ms)
    hall.reveal(n)
    hall.told()
    shown = {fan: (before, after) for fan, before, after in hall.around_standings()}
    assert [shown[fan][0]["own"] is None for fan in fans] == [False, True, True, False, False]
    assert [shown[fan][0]["ahead"] is None for fan in fans] == [False, True, True, False, False]
    for fan in (fans[0], fans[3], fans[4]):
        assert_the_same(*shown[fan])
    assert sorted(shown[fan][1]["own"]["gained"] for fan in fans[1:3]) == [100, 1000]


def two_at_the_first_reveal(stage: Stage, rule: Rule = Rule.FLAT) -> tuple[Show, Hall, list[int]]:
    """Two fans, the first question (key b) told and each told its standing: 1000 and 0."""
    show = stage(single(), single(), single(), rules=replace(QUICK, rule=rule))
    hall, fans = Hall(show), show.fans("一", "二")
    hall.enter(*fans)
    n = hall.ask()
    hall.say(fans[0], "b")
    hall.say(fans[1], "a")
    hall.reveal(n)
    hall.told()
    return show, hall, fans


def go_on(show: Show, hall: Hall, fans: Sequence[int]) -> None:
    """To the next question, which everybody gets right, up to its reveal; then each is told its standing."""
    show.next()
    hall.push()
    n = hall.ask()
    for fan in fans:
        hall.say(fan, "b")
    hall.reveal(n)
    hall.told(*fans)


def test_after_a_correction_nothing_is_reckoned_until_the_page_was_told_and_then_it_counts_on(stage: Stage) -> None:
    show, hall, fans = two_at_the_first_reveal(stage)
    show.correct(1, "a")
    show.settle_all()
    hall.push()
    hall.told()
    for fan, before, after in hall.around_standings()[1::2]:
        assert before["own"] is None and before["ahead"] is None
        assert after["score"] == (0 if fan == fans[0] else 1000)
    go_on(show, hall, fans)
    for _, before, after in hall.around_standings()[2::3]:
        assert_the_same(before, after)


def test_a_correction_behind_an_open_question_makes_the_page_wait(stage: Stage) -> None:
    show, hall, fans = two_at_the_first_reveal(stage)
    show.next()
    n = hall.ask()
    for fan in fans:
        hall.say(fan, "b")
    show.correct(1, "a")
    show.settle_all()
    hall.push()
    hall.reveal(n)
    hall.told()
    seen = hall.around_standings()[1::2]
    assert [before["own"] for _, before, _ in seen] == [None, None]
    assert [before["ahead"] for _, before, _ in seen] == [None, None]
    assert [after["score"] for _, _, after in seen] == [1000, 2000]


def test_a_page_that_was_not_told_its_last_standing_waits(stage: Stage) -> None:
    show, hall, fans = two_at_the_first_reveal(stage)
    hall.packets[fans[0]].pop()
    go_on(show, hall, fans)
    missed, told = (next(row for row in hall.around_standings()[::-1] if row[0] == fan) for fan in fans)
    assert missed[1]["own"] is None and missed[1]["ahead"] is None and missed[2]["score"] == 2000
    assert_the_same(told[1], told[2])


@pytest.mark.parametrize("rule", [Rule.FLAT, Rule.SURVIVAL])
def test_who_joins_late_waits_once(stage: Stage, rule: Rule) -> None:
    show, hall, fans = two_at_the_first_reveal(stage, rule)
    late = show.fan("三")
    hall.enter(late)
    hall.told(late)  # of a round that it was not there for
    go_on(show, hall, [*fans, late])
    go_on(show, hall, [*fans, late])
    _, second, third = [row for row in hall.around_standings() if row[0] == late]
    assert second[1]["own"] is None and second[1]["ahead"] is None
    assert_the_same(third[1], third[2])


def test_an_answer_still_on_its_way_is_waited_for(stage: Stage) -> None:
    show = stage(single())
    hall, fans = Hall(show), show.fans("一", "二")
    hall.enter(*fans)
    n = hall.ask()
    hall.say(fans[0], "b")
    lost = hall.packets[fans[0]].pop()  # stored, but its acknowledgement never arrived
    hall.reveal(n)
    hall.packets[fans[0]][-1]["pending"] = lost["answer"]
    hall.told()
    seen = {fan: (before, after) for fan, before, after in hall.around_standings()}
    assert seen[fans[0]][0]["own"] is None and seen[fans[0]][0]["ahead"] is None
    assert seen[fans[0]][1]["own"]["gained"] > 0
    assert_the_same(*seen[fans[1]])
