"""axe-core finds nothing serious on every page of operators that the application has, and every scene of fans and screens.

Pages and scenes take turns in the two languages: what axe calls serious lies in a page's build, which both share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from campaigns.bootstrap import Services
from campaigns.control.bank_import import upload
from campaigns.control.media import Picture, store
from campaigns.control.questions import questions_of
from campaigns.control.runs import run_summary
from campaigns.db.models import Question
from campaigns.db.plays import Play
from campaigns.db.rehearsals import Rehearsal
from campaigns.domain.bank import BankState
from campaigns.domain.rehearsal import Plan
from campaigns.play.join import find_run
from campaigns.web import create_app
from campaigns.web.access import Role, role_of
from tests.browser.axe import ROOT, armed, faults
from tests.browser.conftest import Hall
from tests.browser.faces import Desk, Phone, Tab, Wall, newest_round
from tests.browser.road_faces import Rider, rider, season_of
from tests.stage import estimate, run_of, single

pytestmark = pytest.mark.browser
# Files, pictures and answers to scripts; what they are called by is enough to tell them.
NO_PAGE = re.compile(r"export|template|\.svg|\.csv|\.json|/progress|/media/|/colours|/welcome")
PNG = Picture("image/png", b"\x89PNG\r\n\x1a\n")
LOCALES = ("zh-CN", "en")


@dataclass
class Walk:
    """Looks at pages and remembers what was wrong; all faults of a walk are told at its end."""

    found: list[str] = field(default_factory=list)
    seen: int = 0

    def look(self, tab: Tab, scene: str) -> None:
        self.seen += 1
        self.found += [f"{tab.name}, {scene}: {fault}" for fault in faults(tab)]


def test_a_serious_fault_would_be_seen(hall: Hall) -> None:
    """The negative control."""
    phone = hall.phone()
    armed(phone)
    phone.go("/").page.evaluate("document.body.append(document.createElement('button'))")
    assert [fault["id"] for fault in faults(phone)] == ["button-name"]


def test_nothing_serious_on_any_page(hall: Hall, services: Services) -> None:
    """One evening: its run and its season are what operators look at afterwards."""
    walk, run_id, code = Walk(), run_of(services, [single(right="a", seconds=240), estimate(190)]), season_of(services)
    fans_and_screens(walk, hall, services, run_id)
    on_the_road(walk, rider(hall, locale="en"), code)
    operators(walk, hall, services, run_id, code)
    assert not walk.found, "\n".join(walk.found)


def fans_and_screens(walk: Walk, hall: Hall, services: Services, run_id: int) -> None:
    desk, wall = hall.at_the_desk(run_id), hall.wall("en")
    armed(wall)
    for path in ("/display/overlay", "/display"):
        walk.look(wall.go(path), path)
    desk.pair(wall.pairing_code())
    fans = [hall.phone(f"phone {locale}", locale=locale) for locale in LOCALES]
    show = Show(walk, desk, wall, cycle(fans))
    for fan in fans:
        armed(fan)
    for path in ("/", f"/r/{hall.code(run_id)}", "/login", "/enter", "/r/ZZZZZ9"):
        walk.look(next(show.turns).go(path), path)
    for fan in fans:
        fan.expects("status of 40[04]")
        fan.join(hall.code(run_id))
    show.turn("lobby")
    for n in (1, 2):
        desk.asks()
        show.turn("open")
        for fan in fans:
            fan.tap(newest_round(services, run_id)[0].index("a")) if n == 1 else fan.estimate(190)
        show.turn("recorded", wall="open")
        desk.press("close_now")
        show.step("reveal")
        show.step("board")
    desk.presses("podium", "podium_step", "podium_step", "podium_step")
    show.turn("podium")
    desk.press("end")
    show.turn("final")
    for path in ("/me", str(fans[0].has('a[href*="/s/"]').first.get_attribute("href"))):
        walk.look(next(show.turns).go(path), path)


@dataclass(frozen=True)
class Show:
    walk: Walk
    desk: Desk
    wall: Wall
    turns: Iterator[Phone]  # in one language and the other

    def step(self, scene: str) -> None:
        self.desk.press(scene)
        self.turn(scene)

    def turn(self, scene: str, wall: str = "") -> None:
        self.wall.scene(wall or scene)
        if not wall:
            self.walk.look(self.wall, scene)
        self.walk.look(next(self.turns).phase(scene), scene)


def on_the_road(walk: Walk, fan: Rider, code: str) -> None:
    armed(fan)
    walk.look(fan.join(code), "map")
    walk.look(fan.begin(), "start")
    walk.look(fan.ask(), "level")
    walk.look(fan.answer(), "verdict")
    walk.look(fan.level(True, True).onward().phase("passed"), "passed")
    fan.page.locator("[data-dare]").click()
    walk.look(fan.phase("start").ask().answer(right=False).onward().phase("ended"), "result")
    for path in ("/r/{}/boards", "/r/{}/propose"):
        walk.look(fan.go(path.format(code)), path)


def operators(walk: Walk, hall: Hall, services: Services, run_id: int, code: str) -> None:
    app = create_app(
        services, public_url=hall.house.url, secret_key=b"of a test", asset_folder=ROOT / "static" / "dist"
    )
    paths = addresses(app, numbers(services, run_id, code))
    desks = [hall.operator(locale) for locale in LOCALES]
    for desk in desks:
        armed(desk)
    for path, desk in zip(paths, cycle(desks), strict=False):
        desk.go(path)
        if desk.page.locator("#desk").count():
            desk.has("#next")
        walk.look(desk, path)
    for desk in desks:
        desk.expects("favicon")  # of what stands in frames only


def numbers(services: Services, run_id: int, code: str) -> dict[str, Any]:
    """What stands for <name> in an address; `part.name` where a part of the site has another of that name."""
    card = find_run(services, code)
    assert card is not None
    run, season = run_summary(services, run_id), run_summary(services, card.id)
    hers = season.campaign_id
    import_id = upload(services, hers, None, "bank.csv", b"kind,text_zh\nsingle,?\n", BankState.DRAFT, "")
    with services.sql.begin() as sql:
        play = sql.scalar(select(Play.id).where(Play.run_id == season.id).order_by(Play.id))
        banked = sql.scalar(select(Question.id).where(Question.campaign_id == hers).order_by(Question.id))
        media = store(sql, hers, PNG)
        plan, at = Plan(fans=1).to_dict(), services.now().at  # one that is over: nobody plays in it
        sql.execute(insert(Rehearsal).values(run_id=run_id, plan=plan, actor="test", made_at=at, cleared_at=at))
    rush = {"rush_id": run.activity_id, "question_id": questions_of(services, run.activity_id)[0].id, "run_id": run_id}
    quiz = {"quiz_id": season.activity_id, "seasons.run_id": season.id, "play_id": play, "campaign_id": hers}
    bank = {"import_id": import_id, "bank.question_id": banked, "media_id": media}
    return (
        rush | quiz | bank | {"sheet": "board", "ending": "csv", "face": "fans", "quizzes.face": "map", "spoken": "zh"}
    )


def addresses(app: Flask, known: dict[str, Any]) -> list[str]:
    """Every address that operators can look at; a new kind of number in one needs a line in `numbers`."""

    def filled(rule: str) -> str:
        part = next((each for each in ("bank", "seasons", "quizzes") if f"/{each}/" in rule), "")
        return re.sub(
            r"<(?:int:)?(\w+)>", lambda found: str(known.get(f"{part}.{found[1]}", known.get(found[1]))), rule
        )

    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    own = [rule.rule for rule in rules if role_of(app, rule.endpoint) is Role.OPERATOR]
    return [filled(rule) for rule in own if not NO_PAGE.search(rule)]
