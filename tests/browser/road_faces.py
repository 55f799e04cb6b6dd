"""A fan on the road of a quiz, as a person uses the page: by words, roles and data-…, the things that stay."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Self

from playwright.sync_api import Locator
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.seasons import make_season
from campaigns.db.models import Run
from campaigns.domain.quiz_rules import QuizRules
from tests.browser.conftest import Hall
from tests.browser.faces import PHONE, Phone, Size
from tests.play.quiz.conftest import ROAD, stock

CALM = replace(ROAD, levels=tuple(replace(level, seconds=120) for level in ROAD.levels))


def season_of(services: Services, rules: QuizRules = CALM, **hours: object) -> str:
    """The code of an open season; every right answer begins with an a."""
    campaign_id = create_campaign(services, CampaignDraft({"zh": "关", "en": "Gate"}, "Asia/Shanghai", Decimal(1)))
    stock(services, campaign_id)
    quiz_id = create_quiz(services, campaign_id, QuizDraft({"zh": "大冲关", "en": "The road"}, rules))
    run_id = make_season(services, quiz_id, actor="test", **hours)  # type: ignore[arg-type]  # starts_at, ends_at
    with services.reading() as sql:
        return sql.execute(select(Run.code).where(Run.id == run_id)).scalar_one()


class Rider(Phone):
    """A fan of a quiz."""

    def join(self, code: str, name: str | None = None) -> Self:
        self.go(f"/r/{code}")
        if name is not None:
            self.page.locator("input[name=nickname]").fill(name)
        self.page.locator("form[data-join] button[type=submit]").click()
        self.page.locator('#map:not([data-phase="connecting"])').wait_for()
        return self

    def begin(self) -> Self:
        self.page.locator("button[data-begin]").first.click()
        return self.phase("start")

    def onward(self) -> Self:
        self.page.locator("button[data-onward]").click()
        return self

    def ask(self) -> Self:
        return self.onward().phase("open")

    def right(self) -> Locator:
        return self.page.locator('.deck button:has(.choice__text:text-matches("^a"))')

    def wrong(self) -> Locator:
        return self.page.locator('.deck button:not(.choice--gone):not(:has(.choice__text:text-matches("^a")))').first

    def answer(self, right: bool = True) -> Self:
        (self.right() if right else self.wrong()).click()
        return self.phase("verdict")

    def level(self, *answers: bool) -> Self:
        """Every question of a level that waits for its first, up to the verdict on the last."""
        for right in answers:
            self.ask().answer(right)
        return self


def rider(
    hall: Hall, name: str = "rider", size: Size = PHONE, locale: str = "zh-CN", url: str = "", **profile: object
) -> Rider:
    made = Rider(hall.browser, url or hall.house.url, name, size, locale, has_touch=True, **profile)
    hall.tabs.append(made)
    return made
