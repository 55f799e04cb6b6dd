"""The table of the contact sheet: every state of a show is one `yield`, at the moment when it stands; a new one is a line.

A Night is what lives through it: a desk, a screen and a phone in each language, a crowd that answers by a seeded draw.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from campaigns.bootstrap import Services
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, validate
from campaigns.domain.rush_rules import Rule, RushRules
from tests.browser.conftest import Hall
from tests.browser.faces import Desk, Phone, Wall, newest_round
from tests.raw import RawPhone
from tests.stage import QUICK, buzzer, estimate, single

CROWD = ("米粉老王", "阿凯", "Nina", "橙子味的猫", "Lei", "小雪", "Tom_T", "深圳湾", "Ada", "一加一", "River", "冲冲冲")


def asked(zh: str, en: str, choices: list[tuple[str, str]], right: str = "a", **more: Any) -> Question:
    offered = tuple(Choice("abcdef"[at], {"zh": one, "en": two}) for at, (one, two) in enumerate(choices))
    why = {"zh": "发布会上是这样说的，称出来也是这样。", "en": "The stage said so, and the scales agree."}
    kind, more = more.pop("kind", Kind.SINGLE), {"explanation": why, "seconds": 240, **more}
    return validate(Question(kind, {"zh": zh, "en": en}, offered, ChoiceKey(frozenset(right)), **more))


PHONES = [("小米 1", "Mi 1"), ("小米 3", "Mi 3"), ("小米 6", "Mi 6"), ("小米 10 至尊纪念版", "Mi 10 Ultra")]
FIRST = asked("哪一台最早用上陶瓷机身？", "Which one was first in ceramic?", PHONES)
LONG = asked(
    "六台手机里，哪几台发布时用上了全系列最大的电池，并且第一次支持无线充电？",
    "Which of these six phones came with the biggest battery of their whole family and charged without a wire?",
    [*PHONES, ("小米 MIX Alpha", "Mi MIX Alpha"), ("红米 Note 4X", "Redmi Note 4X")],
    "ad",
    kind=Kind.MULTIPLE,
)
PICTURED = asked("这是哪一台？", "Which one is this?", PHONES)
SURVIVAL = replace(QUICK, rule=Rule.SURVIVAL, lives=1, pot=9_001)


@dataclass
class Night:
    """A desk, a screen and a phone in each language, and a crowd that answers."""

    hall: Hall
    services: Services
    run_id: int
    desk: Desk
    walls: list[Wall]
    phones: list[Phone]
    crowd: list[RawPhone]

    def next(self, *steps: str) -> None:
        self.desk.presses(*steps)

    def wall(self, *scenes: str) -> None:
        for wall in self.walls:
            wall.scene(*scenes)

    def phase(self, *names: str) -> None:
        for phone in self.phones:
            phone.phase(*names)

    def key(self, key: str) -> None:
        self.desk.page.keyboard.press(key)

    def opened(self) -> None:
        self.desk.asks()
        self.wall("open")
        self.phase("open")

    def places(self, letters: str) -> list[int]:
        order = newest_round(self.services, self.run_id)[0]
        return [order.index(letter) for letter in letters]

    def crowd_says(self, *said: str | float, share: float = 1.0) -> None:
        """Each of them one of these, by a seeded draw: letters, or a number."""
        dice = random.Random(7)
        for fan in self.crowd:
            if dice.random() >= share:
                continue
            asked, one = fan.scene("open"), dice.choice(said)
            more = {"value": one} if isinstance(one, float) else {"places": self.places(one)} if one else {}
            fan.ask("answer", {"round": asked["round"]["id"], **more})

    def taps(self, *letters: str) -> None:
        """The phone in Chinese the first, the one in English the second."""
        for phone, each in zip(self.phones, letters, strict=True):
            for place in self.places(each):
                phone.tap(place)

    def revealed(self) -> None:
        self.desk.presses("close_now", "reveal")
        self.wall("reveal")
        self.phase("reveal")

    def board(self) -> None:
        self.desk.press("board")
        self.wall("board")

    def to_podium(self) -> None:
        self.next("podium")
        self.wall("podium")


State = str
Act = Callable[[Night], Iterator[State]]


def doors(night: Night) -> Iterator[State]:
    """Before anybody is in."""
    code = night.hall.code(night.run_id)
    for phone in night.phones:
        phone.go(f"/r/{code}")
    yield "join"
    for phone in night.phones:
        phone.go("/r/ZZZZZ9")
    yield "wrong code"
    for phone in night.phones:
        phone.join(code)
    yield "lobby, two"


def by_speed(night: Night) -> Iterator[State]:
    yield "lobby, a dozen"
    night.opened()
    yield "open: one of four"
    night.taps("a", "b")
    night.crowd_says("a", "b", "c", share=0.6)
    night.phase("recorded")
    yield "recorded"
    night.next("close_now")
    night.wall("closed")
    yield "closed, being counted"
    night.desk.press("reveal")
    night.phase("reveal")
    yield "reveal: right, wrong, the race"
    night.board()
    yield "board"


def over_the_show(night: Night) -> Iterator[State]:
    """What lies over a show: names that are hidden, the brand, a pause in the middle of a question."""
    night.key("h")
    yield "names hidden"
    night.key("h")
    night.key("b")
    night.wall("brand")
    yield "brand"
    night.key("b")
    night.wall("board")
    night.opened()
    yield "open: several of six, long text"
    night.key("p")
    night.wall("paused")
    yield "pause"
    night.key("p")
    night.phase("open")
    night.crowd_says("ad", "a", "bc")
    night.revealed()
    yield "reveal: silent"
    night.board()


def nobody_knew(night: Night) -> Iterator[State]:
    """Nobody is right, until the key is corrected."""
    night.opened()
    yield "open: a picture"
    night.taps("b", "b")
    night.crowd_says("b", "c")
    night.revealed()
    yield "reveal: nobody right"
    night.desk.corrects(3, night.places("b")[0])
    yield "reveal: corrected key"
    night.board()


def estimated(night: Night) -> Iterator[State]:
    night.opened()
    yield "open: estimate"
    for phone, value in zip(night.phones, (190, 240), strict=True):
        phone.estimate(value)
    night.crowd_says(170.0, 188.0, 192.0, 230.0)
    night.revealed()
    yield "reveal: estimate"
    night.board()


def ceremony(night: Night) -> Iterator[State]:
    night.to_podium()
    yield "podium: the gates"
    for place in "third", "second", "first":
        night.next("podium_step")
        yield f"podium: {place}"
    night.next("end")
    night.wall("final")
    night.phase("final")
    for phone in night.phones:
        phone.has("[aria-live] li")
    yield "final"
    for phone in night.phones:
        phone.go("/me")
    yield "own page"


def last_standing(night: Night) -> Iterator[State]:
    """Survival: the crowd falls at once, then the two phones one after the other."""
    night.opened()
    night.taps("a", "b")
    night.crowd_says("b", "c")
    night.revealed()
    yield "survival: the extra life"
    night.board()
    night.opened()
    night.taps("a", "c")
    night.crowd_says("b", "a")
    night.revealed()
    yield "survival: out"
    night.board()
    yield "survival: the fallen"
    night.opened()
    night.taps("b", "b")
    night.crowd_says("b")
    night.revealed()
    yield "survival: everybody out"


def first_to_press(night: Night) -> Iterator[State]:
    night.opened()
    yield "buzzer: open"
    night.phones[0].page.locator("button.buzz, .buzz button").first.click()
    night.crowd_says("", share=0.5)
    yield "buzzer: somebody speaks"


def called_off(night: Night) -> Iterator[State]:
    """All right, a tunnel, and the run off."""
    night.opened()
    night.taps("a", "a")
    night.crowd_says("a")
    night.revealed()
    yield "reveal: everybody right"
    night.phones[0].context.set_offline(True)
    night.phones[1].context.set_offline(True)
    yield "no connection"
    for phone in night.phones:
        phone.context.set_offline(False)
    night.desk.page.get_by_role("button", name="Cancel this run").click()
    night.desk.page.get_by_role("button", name="Hold to cancel the run").hover()
    night.desk.page.mouse.down()
    night.phase("cancelled")
    night.desk.page.mouse.up()
    yield "called off"


EVENING = (doors, by_speed, over_the_show, nobody_knew, estimated, ceremony)


@dataclass(frozen=True)
class Programme:
    questions: tuple[Question, ...]
    acts: tuple[Act, ...]
    rules: RushRules = QUICK
    crowd: int = len(CROWD)
    rehearsal: bool = False  # only marked as one: the crowd is ours


ACTS = {
    "evening": Programme((FIRST, LONG, PICTURED, estimate(190, seconds=240)), EVENING),
    "survival": Programme(tuple(single(right="a", seconds=240) for _ in range(3)), (last_standing,), SURVIVAL, 5),
    "buzzer": Programme((buzzer(seconds=240),), (first_to_press,), crowd=4),
    "off": Programme((single(right="a", seconds=240),), (called_off,), crowd=3),
}
