"""`make sheet`: every scene of phone and screen, in Chinese and English, photographed on one sheet to be looked at.

Not a test of the daily run (its name keeps it out): it asserts nothing but that each scene comes, and is for people's
eyes. The states are tables of their own (contact_acts.py, contact_sides.py). The four pictures of a state (phone and
screen, both languages) are taken from four pages that live through the same show. `make sheet STATES=beside`: one show.
Rejected: pictures of packets made by hand (they show what was meant, not what is).
"""

from __future__ import annotations

import html
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from campaigns.bootstrap import Services
from campaigns.control.media import Picture, store
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import ActivityQuestion, QuestionVersion, Run
from config import Settings
from tests.browser.axe import ROOT
from tests.browser.conftest import Hall
from tests.browser.contact_acts import ACTS, CROWD, PICTURED, Night, Programme, doors
from tests.browser.contact_sides import SIDES
from tests.browser.faces import FULL_HD
from tests.conftest import Stores, fresh_settings
from tests.raw import RawPhone
from tests.stage import rush

SHOWS = ACTS | SIDES
LANGUAGES = {"zh": "zh-CN", "en": "en"}
FOLDER = Path(os.environ.get("SHEET", ROOT / "var" / "contact-sheet"))
PER_PAGE = 6
SVG = b"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><rect width="300" height="200" fill="#20262e"/>
<rect x="105" y="20" width="90" height="160" rx="12" fill="#8a94a0"/><circle cx="130" cy="48" r="15" fill="#20262e"/></svg>"""


@pytest.fixture(scope="package")
def settings(stores: Stores) -> Iterator[Settings]:
    """As in a hall: an address that phones can open, so that screens have their code."""
    with fresh_settings(stores) as made:
        yield replace(made, public_url="http://play.example.com")


@pytest.mark.parametrize("name", SHOWS)
def test_every_state_is_photographed(hall: Hall, services: Services, name: str) -> None:
    programme = SHOWS[name]
    run_id = illustrated(services, programme)
    desk, walls = hall.at_the_desk(run_id), [hall.wall(locale, FULL_HD) for locale in LANGUAGES.values()]
    for wall in walls:
        desk.pair(wall.pairing_code())
    phones = [hall.phone(lang, locale=locale) for lang, locale in LANGUAGES.items()]
    night = Night(hall, services, run_id, desk, walls, phones, [])
    with ExitStack() as stack:
        for number, act in enumerate(programme.acts):
            if act is not doors and not night.crowd:
                for fan in CROWD[: programme.crowd]:
                    night.crowd.append(stack.enter_context(RawPhone(hall.house.url, services, run_id, fan)))
                for phone in phones:
                    if not phone.page.locator("#stage").count():
                        phone.join(hall.code(run_id))
            for n, state in enumerate(act(night)):
                photograph(night, f"{name}-{number}{n:02}", state)
    for tab in hall.tabs:
        tab.problems.clear()
    write_sheet(hall)


def illustrated(services: Services, programme: Programme) -> int:
    """A run whose questions "Which one is this?" have a picture."""
    rush_id = rush(services, programme.questions, programme.rules)
    campaign_id = run_summary(services, make_run(services, rush_id, actor="test")).campaign_id
    with services.sql.begin() as sql:
        media = store(sql, campaign_id, Picture("image/svg+xml", SVG))
        hers = QuestionVersion.question_id == ActivityQuestion.question_id
        own = hers & (ActivityQuestion.activity_id == rush_id)
        shown = QuestionVersion.body["text"]["zh"].as_string() == PICTURED.text["zh"]
        sql.execute(update(QuestionVersion).where(own, shown).values(media_id=media))
    run_id = make_run(services, rush_id, actor="test")
    with services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == run_id).values(rehearsal=programme.rehearsal))
    return run_id


def photograph(night: Night, number: str, state: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    night.desk.page.wait_for_timeout(900)  # a motion comes to its end
    for face, tabs in (("phone", night.phones), ("screen", night.walls)):
        for lang, tab in zip(LANGUAGES, tabs, strict=True):
            tab.page.screenshot(path=FOLDER / f"{number}-{face}-{lang}.jpg", type="jpeg", quality=70)
    (FOLDER / f"{number}.txt").write_text(state)


def write_sheet(hall: Hall) -> None:
    """All states there are pictures of: one HTML, and a picture of each page of it."""
    states = sorted(FOLDER.glob("*.txt"))
    rows = [
        f"<figure><figcaption>{html.escape(state.read_text())}</figcaption>"
        + "".join(
            f'<img class="{face}" src="{state.stem}-{face}-{lang}.jpg" alt="{face}, {lang}">'
            for face in ("phone", "screen")
            for lang in LANGUAGES
        )
        + "</figure>"
        for state in states
    ]
    (FOLDER / "index.html").write_text(HEAD + "".join(rows))
    page = hall.desk(size=(1500, 1000)).page
    for at in range(0, len(rows), PER_PAGE):
        show_page(page, "".join(rows[at : at + PER_PAGE]), FOLDER / f"sheet-{at // PER_PAGE + 1}.png")


def show_page(page: Page, rows: str, path: Path) -> None:
    (FOLDER / "page.html").write_text(HEAD + rows)
    page.goto((FOLDER / "page.html").resolve().as_uri())
    page.screenshot(path=path, full_page=True)
    (FOLDER / "page.html").unlink()


HEAD = """<!doctype html><meta charset="utf-8"><title>Fanfare, scene by scene</title>
<style>body{margin:0;background:#777;color:#fff;font:16px sans-serif}figure{margin:8px;display:flex;gap:6px;align-items:start}
figcaption{width:110px}.phone{width:170px}.screen{width:500px}</style>"""
