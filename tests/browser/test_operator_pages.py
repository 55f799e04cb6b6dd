"""Every page of operators, opened once: axe finds nothing serious, it fits, it speaks one language, it can be read.

The pages come from the application itself, in the two languages by turns; those in BOTH are switched to the other one by
their own link. What is faint in the light or the dark is looked for where pages differ most.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from campaigns.bootstrap import Services
from campaigns.control.bank_import import upload
from campaigns.control.media import Picture, store
from campaigns.control.questions import questions_of
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import Question
from campaigns.db.plays import Play
from campaigns.db.rehearsals import Rehearsal
from campaigns.domain.bank import BankState
from campaigns.domain.quiz_rules import Preset, preset
from campaigns.domain.rehearsal import Plan
from campaigns.play.join import find_run
from campaigns.web import create_app
from campaigns.web.access import Role, role_of
from tests.browser.axe import ROOT, Walk, armed
from tests.browser.conftest import Hall
from tests.browser.faces import FULL_HD, LAPTOP, PHONE, Size, Tab
from tests.browser.grounds import readable
from tests.browser.languages import LANGUAGES, settled, speaks, switched
from tests.browser.road_faces import Rider, rider, season_of
from tests.stage import Desk, Phone, estimate, run_of, single

pytestmark = pytest.mark.browser
# Files, pictures and answers to scripts; what they are called by is enough to tell them.
NO_PAGE = re.compile(r"export|template|\.svg|\.csv|\.json|/progress|/media/|/colours|/welcome")
PNG = Picture("image/png", b"\x89PNG\r\n\x1a\n")
# Switched by their own link: pages without anything but our words and bilingual ones.
BOTH = re.compile(
    r"/operators/(account|campaigns/(new|\d+(/edit|/(rushes|quizzes)/new)?)|quizzes/\d+(/edit|/simulation|/preview)?"
    r"|seasons/\d+|rushes/\d+(/edit|/import|/questions/(new|\d+(/preview)?))?)?"
)


def test_every_page_of_operators_is_sound_in_both_languages(hall: Hall, services: Services) -> None:
    ended, code = an_evening(hall, services), season_of(services)
    a_play(rider(hall, locale="en").join(code))
    lobby = make_run(services, run_summary(services, ended).activity_id, actor="test")
    known, campaign = numbers(services, ended, code), run_summary(services, ended).campaign_id
    live = [f"/operators/campaigns/{campaign}", f"/operators/runs/{lobby}", f"/operators/runs/{lobby}/board"]
    fresh = preset_quiz(services, known["campaign_id"])
    faint = dense_and_plain(known, live)
    walk, desk = Walk(), hall.operator("en")
    armed(desk)
    for number, path in enumerate([*live, *fresh, *addresses(application(hall, services), known)]):
        language = "zh-CN" if path.endswith("/zh") else LANGUAGES[number % 2]  # some have theirs in their address
        desk.go(f"{path}?lang={language[:2]}")
        settled(desk.page)
        fits(desk, path)
        walk.look(desk, path)
        speaks(desk.page, language)
        stand_out(desk, path, faint.pop((path, language), None))
        if path in live or BOTH.fullmatch(path):
            stand_out(desk, path, faint.pop((path, switched(desk, language)), None))
    desk.expects("favicon")  # of what stands in frames only
    assert not faint, "never looked at"
    walk.ends()


def application(hall: Hall, services: Services) -> Flask:
    return create_app(
        services, public_url=hall.house.url, secret_key=b"of a test", asset_folder=ROOT / "static" / "dist"
    )


def a_play(fan: Rider) -> None:
    """A level passed, and a dare lost."""
    fan.begin().level(True, True, True).onward().phase("passed").page.locator("[data-dare]").click()
    fan.phase("start").ask().answer(right=False).onward().phase("ended")


def an_evening(hall: Hall, services: Services) -> int:
    """A run that is over, with answers in it."""
    url, run_id = (
        hall.house.url,
        run_of(services, [single("小米哪款更重", right="b", seconds=240), estimate(190, seconds=240)]),
    )
    with Desk(url, services, run_id) as desk, Phone(url, services, run_id, "Ann") as ann:
        for n, said in ((1, {"places": [0]}), (2, {"value": 190.0})):
            desk.next()
            assert ann.answer(ann.scene("open", n), **said)["outcome"] == "recorded"
            for _ in range(3):  # close, reveal, board
                desk.next()
        for _ in range(5):  # podium, 3, 2, 1, end
            desk.next()
    return run_id


def preset_quiz(services: Services, campaign_id: int) -> list[str]:
    """The pages that show the words of a preset."""
    quiz_id = create_quiz(services, campaign_id, QuizDraft({"zh": "冲关", "en": "The run"}, preset(Preset.CLASSIC, 3)))
    return [f"/operators/quizzes/{quiz_id}", f"/operators/quizzes/{quiz_id}/edit"]


def dense_and_plain(known: dict[str, Any], live: list[str]) -> dict[tuple[str, str], Size]:
    """(address, language) → the size in which it is looked at on both grounds."""
    rush = f"/operators/rushes/{known['rush_id']}"
    campaign, desk, _ = live
    dense = [f"{rush}/questions/{known['question_id']}", desk]
    plain = ["/operators/", campaign, rush, f"{rush}/edit", f"{rush}/import"]
    return {(path, "zh-CN"): PHONE for path in [*plain, *dense]} | {(path, "en"): FULL_HD for path in dense}


def stand_out(desk: Tab, path: str, size: Size | None) -> None:
    if size is not None:
        at(desk, size)
        readable(desk, path)
        at(desk, LAPTOP)


def fits(desk: Tab, path: str) -> None:
    """On a phone and on a large screen."""
    for size in (PHONE, FULL_HD):
        at(desk, size)
        over = desk.page.evaluate("document.scrollingElement.scrollWidth - innerWidth")
        assert over <= 0, f"{path} scrolls sideways at {size} by {over} px"
    at(desk, LAPTOP)


def at(desk: Tab, size: Size) -> None:
    desk.page.set_viewport_size({"width": size[0], "height": size[1]})


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
