"""Survival with three fans: one falls, one lives on its extra life, and at the last gate everybody left falls at once."""

from __future__ import annotations

from dataclasses import replace
from re import Pattern, compile

import pytest
from playwright.sync_api import expect

from campaigns.bootstrap import Services
from campaigns.domain.rush_rules import Rule
from tests.browser.conftest import Hall
from tests.browser.faces import HD, Phone, Wall, newest_round
from tests.stage import QUICK, run_of, single

pytestmark = pytest.mark.browser

RULES = replace(QUICK, rule=Rule.SURVIVAL, lives=1, pot=9_001)
EVERYBODY = "Everybody is out. The last to fall share the pot."
PLAY_ON = "You are out. Play on for fun."
SPENT = "That took your extra life: you are still in."


class Night:
    """Three fans who answer at once, and the screen they look at."""

    def __init__(self, hall: Hall, services: Services) -> None:
        questions = [single(right="a", seconds=240) for _ in range(3)]
        self.services, self.run_id = services, run_of(services, questions, RULES, close_when_all=True)
        self.desk, self.wall = hall.at_the_desk(self.run_id), hall.wall("en", HD)
        self.desk.pair(self.wall.pairing_code())
        self.falls, self.twice, self.never = (
            hall.phone(name, locale="en").join(hall.code(self.run_id), name) for name in ("Falls", "Twice", "Never")
        )

    def asks(self, falls: str, twice: str, never: str) -> Wall:
        """The next question with what each of them takes; ends at the reveal."""
        self.desk.asks()
        order = newest_round(self.services, self.run_id)[0]
        for fan, choice in ((self.falls, falls), (self.twice, twice), (self.never, never)):
            fan.phase("open").tap(order.index(choice))
        self.desk.press("reveal")
        self.wall.scene("reveal")
        return self.wall

    def board(self, still_in: str) -> Wall:
        self.desk.press("board")
        self.wall.scene("board")
        expect(self.wall.page.locator(".people")).to_have_text(still_in)
        for fan in (self.falls, self.twice, self.never):
            expect(fan.phase("board").page.locator(".board .soft")).to_have_text(still_in)
        return self.wall


def told(fan: Phone, word: str | Pattern[str], *, out: bool) -> None:
    expect(fan.phase("reveal").page.locator(".verdict__word")).to_have_text(word)
    expect(fan.page.locator(".line--out")).to_have_count(int(out))


def test_one_falls_one_lives_twice_and_the_last_to_fall_share_the_pot(hall: Hall, services: Services) -> None:
    night = Night(hall, services)
    expect(night.falls.phase("lobby").page.locator(".lobby__rule")).to_contain_text("one extra life")
    wall = night.asks("b", "a", "a")
    expect(wall.page.get_by_text("of 3 right")).to_be_visible()
    told(night.falls, "Not this time", out=False)  # the extra life
    expect(night.falls.page.locator(".notice--life")).to_contain_text(SPENT)
    expect(night.never.page.locator(".notice--life")).to_have_count(0)
    for fan, sign in ((night.falls, "extra life used up"), (night.never, "extra life left")):
        expect(fan.page.locator(".line .life")).to_have_text(sign)
    told(night.never, "Right!", out=False)
    night.board("3 still in")

    night.asks("b", "b", "a")
    told(night.falls, "Out", out=True)
    told(night.twice, "Not this time", out=False)
    wall = night.board("2 still in")
    for face in (wall, night.never):
        expect(face.page.locator(".row--out")).to_have_count(1)
        expect(face.page.locator(".row--out")).to_contain_text("Falls")
    expect(night.falls.page.locator(".line--out")).to_have_text(PLAY_ON)
    everybody_falls(night)
    podium(night)


def everybody_falls(night: Night) -> None:
    wall = night.asks("a", "b", "b")  # who is out still answers, for fun
    expect(wall.page.locator(".cry__words")).to_have_text(
        compile(r"Everybody is out\s*The last to fall share the pot\.")
    )
    told(night.falls, "Right!", out=True)
    expect(night.falls.page.get_by_text(EVERYBODY)).to_be_visible()
    expect(night.falls.page.locator(".figures")).to_have_text(compile(r"Right for fun\s*1\s*Of 3 who are out\s*1st"))
    for fan in (night.twice, night.never):
        told(fan, compile(r"Last to fall \+4,500"), out=False)
        expect(fan.page.locator(".head__score b")).to_have_text("4,500")


def podium(night: Night) -> None:
    """Those who share the pot come through the gates, their phones in gold; the one who fell before them does not."""
    wall = night.board("0 still in")
    expect(wall.page.locator(".out__row")).to_have_text(compile(r"1\s*Falls\s*1 right"))
    expect(wall.page.locator(".out__of")).to_have_text("3 are out and play on for fun")
    expect(night.falls.page.locator(".fallen__own")).to_have_text("Out, playing on for fun: 1 right, 1st of the fallen")
    expect(wall.page.locator(".fallen")).to_have_text(EVERYBODY)
    night.desk.presses("podium", "podium_step", "podium_step", "podium_step")
    expect(wall.scene("podium").locator(".arch__name")).to_have_count(2)
    for fan in (night.twice, night.never):
        expect(fan.has(".gold")).to_contain_text("4,500")
    night.desk.press("end")
    wall.scene("final")
    expect(night.falls.phase("final").page.locator(".card__points b")).to_have_text("+0")
    expect(night.never.phase("final").page.locator(".card__points b")).to_have_text("+9,000")
