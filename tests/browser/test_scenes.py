"""Every scene of fans and of the hall, walked through once with all sizes looking on, in both languages.

On the way nothing scrolls sideways or is too small (measures.py), nothing is faint in the light or the dark (grounds.py),
axe finds nothing serious (axe.py; phones and languages take turns), and pages speak one language (languages.py).
One show for all of it: to get from scene to scene costs more than to look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle

import pytest

from campaigns.bootstrap import Services
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, validate
from tests.browser.axe import Walk, armed
from tests.browser.conftest import Hall
from tests.browser.faces import FULL_HD, PHONE, SMALL, Desk, Phone, Tab, Wall, newest_round
from tests.browser.grounds import readable
from tests.browser.languages import speak_both
from tests.browser.measures import fits, legible
from tests.stage import estimate, run_of

pytestmark = pytest.mark.browser

LONG_S = 240  # photographs take their time
LONG = {
    "zh": "六台手机里，哪一台发布时用上了全系列最大的电池？",
    "en": "Which of these six phones came with the biggest battery of its whole family?",
}
WIDE = {"zh": "小米至尊纪念版", "en": "Xiaomi Mi 11 Ultra"}
BECAUSE = {
    "zh": "因为厂商在发布会上是这样说的，而且称出来也是这样。",
    "en": "The maker said so on stage, and the scales agree.",
}


def six(kind: Kind, right: frozenset[str]) -> Question:
    choices = tuple(Choice(id_, {lang: f"{text} {id_}" for lang, text in WIDE.items()}) for id_ in "abcdef")
    return validate(Question(kind, LONG, choices, ChoiceKey(right), explanation=BECAUSE, seconds=LONG_S))


@dataclass
class Show:
    """A wall, which is always dark, and a fan of every size. `turns`: two phones, one in each language, for axe."""

    services: Services
    run_id: int
    code: str
    desk: Desk
    wall: Wall
    small: Phone
    phone: Phone
    large: Phone
    walk: Walk = field(default_factory=Walk)

    def __post_init__(self) -> None:
        self.turns: Iterator[Phone] = cycle((self.phone, self.small))
        self.fans = (self.phone, self.small, self.large)
        for tab in (self.wall, *self.fans):
            armed(tab)

    def step(self, step: str, scene: str = "", *, axe: bool = True, grounds: Sequence[Tab] = ()) -> None:
        """The desk goes on, and everybody is looked at."""
        self.desk.press(step)
        self.look(scene or step, axe=axe, grounds=grounds)

    def look(self, scene: str, *, axe: bool = True, grounds: Sequence[Tab] = ()) -> None:
        for fan in self.fans:
            fits(fan.phase(scene), scene)
        self.wall.scene(scene)
        legible(self.wall, scene)
        if axe:
            for face in (self.wall, next(self.turns)):
                self.walk.look(face, scene)
        for tab in grounds:
            self.stands_out(tab, scene)

    def stands_out(self, tab: Tab, scene: str) -> None:
        """A phone on both grounds, a large one in the dark, the wall where a page would be light."""
        readable(tab, scene, *({self.wall: ("light",), self.large: ("dark",)}.get(tab, ())))


@pytest.fixture
def show(hall: Hall, services: Services) -> Show:
    questions = [six(Kind.SINGLE, frozenset("b")), six(Kind.MULTIPLE, frozenset("ad")), estimate(190, seconds=LONG_S)]
    run_id = run_of(services, questions, close_when_all=True)
    desk, wall = hall.at_the_desk(run_id), hall.wall("en", FULL_HD, color_scheme="light")
    sizes = (("small", SMALL, "en"), ("phone", PHONE, "zh-CN"), ("large", FULL_HD, "en"))
    small, phone, large = (hall.phone(name, size, locale) for name, size, locale in sizes)
    return Show(services, run_id, hall.code(run_id), desk, wall, small, phone, large)


def test_every_scene_fits_stands_out_and_has_no_serious_fault(show: Show) -> None:
    before_the_lobby(show)
    show.look("lobby", grounds=[show.phone])
    everybody = [show.phone, show.large, show.wall]
    for play, grounds in ((one, []), (several, everybody), (guess, [show.phone])):
        show.desk.asks()
        show.look("open", grounds=grounds)
        play(show)
        show.step("reveal", grounds=grounds)
        show.step("board", grounds=[show.phone] if play is several else [])
    show.step("podium", axe=False)
    readable(show.phone, "shut gates")
    for last in (False, False, True):
        if last:
            show.desk.press("podium_step")
            for fan in show.fans:
                fan.has(".gold")
            show.look("podium", grounds=everybody)
        else:
            show.step("podium_step", "podium", axe=False)
    show.desk.press("end")
    show.phone.has(".badges")
    show.look("final", grounds=everybody)
    afterwards(show)
    show.walk.ends()


def before_the_lobby(show: Show) -> None:
    show.walk.look(show.wall.go("/display/overlay"), "overlay")
    pairing = show.wall.pairing_code()
    show.walk.look(show.wall, "pairing")
    show.stands_out(show.wall, "pairing")
    show.desk.pair(pairing)
    for path in ("/", "/enter", "/r/ZZZZZ9"):
        show.walk.look(next(show.turns).go(path), path)
    show.stands_out(show.phone.go("/login"), "login")
    speak_both(show.large, [f"/r/{show.code}", "/login"], show.walk.look)
    for fan in show.fans:
        fits(fan.go(f"/r/{show.code}"), "join")
    show.stands_out(show.phone, "join")
    for fan in show.fans:
        fan.expects("status of 40[04]")
        fan.join(show.code, "一个名字很长很长的人" if fan is show.small else None)


def one(show: Show) -> None:
    right = newest_round(show.services, show.run_id)[0].index("b")
    recorded(show, lambda fan: fan.tap(1 if fan is show.small else right))


def several(show: Show) -> None:
    """Every element is somebody's own, and has a bar."""
    order = newest_round(show.services, show.run_id)[0]
    chosen = {show.phone: range(6), show.small: (1, 3), show.large: [order.index(id_) for id_ in "ad"]}

    def say(fan: Phone) -> None:
        for place in chosen[fan]:
            fan.tap(place)
        fan.page.locator("button.lock").click()

    recorded(show, say)
    show.stands_out(show.phone.phase("recorded", "closed"), "recorded")


def guess(show: Show) -> None:
    """First beyond the scale, which is refused in words."""

    def say(fan: Phone) -> None:
        fan.estimate(999_999)
        refused = fan.has(".dial__unit b")
        assert "300" in refused.inner_text() and fan.page.locator("button.lock").is_disabled()
        assert fan.phase_now == "open"
        fan.estimate(120 if fan is show.large else 190)

    recorded(show, say)


def recorded(show: Show, say: Callable[[Phone], object]) -> None:
    """All answer, one after the other; the round closes with the last."""
    first = next(show.turns)
    for fan in (first, *(each for each in show.fans if each is not first)):
        say(fan.phase("open"))
        fits(fan.phase("recorded", "closed"), "recorded")
        if fan is first:
            show.walk.look(fan.phase("recorded"), "recorded")


def afterwards(show: Show) -> None:
    for fan in show.fans:
        fits(fan.go("/me"), "own page")
    show.stands_out(show.phone, "own page")
    card = str(show.phone.has('a[href*="/s/"]').first.get_attribute("href"))
    speak_both(show.large, ["/", "/me", "/r/ZZZZZ9"], show.walk.look)
    show.walk.look(next(show.turns).go(card), "card")
    show.large.expects("status of 404")
