"""The public card of a fan, and the way to another browser, as pages."""

from __future__ import annotations

import re
import struct
import zlib

import pytest
from flask import Flask
from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import Fan, Participation, Run, RunFan
from campaigns.play.cards import card_of, card_token
from campaigns.play.history import own_page
from campaigns.settle.awards import award_badges
from campaigns.web.card_picture import HEIGHT, WIDTH, face_of, picture
from tests.show import Show
from tests.show_fixtures import Stage, stage
from tests.web.conftest import Browser

__all__ = ["stage"]
ASK_FIRST = "Both are me"


def ended(stage: Stage) -> tuple[Show, int, int]:
    show = stage()
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 1000), hua: ("c", 900)})
    show.to_the_end()
    award_badges(show.services, show.run_id)
    return show, ming, hua


def link_of(show: Show, fan: int) -> str:
    return f"/s/{card_token(show.services.secret, show.run_id, fan)}"


def meta(page: str, name: str) -> str:
    found = re.search(rf'<meta property="og:{name}" content="([^"]*)">', page)
    assert found is not None
    return found.group(1)


def joined(browser: Browser, code: str, name: str) -> None:
    assert browser.post(f"/r/{code}/join", {"nickname": name}, form_at=f"/r/{code}").status_code == 303


def test_a_card_shows_place_score_and_badges_in_the_readers_language(stage: Stage, stranger: Browser) -> None:
    show, ming, _ = ended(stage)
    page = stranger.get(f"{link_of(show, ming)}?lang=en").text
    assert meta(page, "title") == "小明 · Rank 1 of 2 · 测试" and "975 points" in meta(page, "description")
    house, path = meta(page, "image").split("/s/")
    assert house == "http://192.0.2.7:8000" and re.fullmatch(r"[\w-]+/en\.png\?v=1-2-975", path)
    assert "First blood" in page and 'name="robots" content="noindex"' in page
    assert meta(stranger.get(f"{link_of(show, ming)}?lang=zh").text, "title") == "小明 · 第 1 名 / 2 人 · 测试"


def test_chat_apps_get_a_picture_of_this_very_place_and_may_keep_it(stage: Stage, stranger: Browser) -> None:
    show, ming, hua = ended(stage)
    pictures = {}
    for fan in (ming, hua):
        for spoken in ("zh", "en"):
            answer = stranger.get(f"{link_of(show, fan)}/{spoken}.png")
            assert answer.headers["Content-Type"] == "image/png" and "max-age=3600" in answer.headers["Cache-Control"]
            assert answer.data[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", answer.data[16:24]) == (1200, 630)
            pictures[fan, spoken] = answer.data
    assert len(set(pictures.values())) == 4
    tag = stranger.get(f"{link_of(show, ming)}/zh.png").headers["ETag"]
    assert stranger.get(f"{link_of(show, ming)}/zh.png", headers={"If-None-Match": tag}).status_code == 304
    assert stranger.get(f"{link_of(show, ming)}/fr.png").status_code == 404


def test_who_scored_nothing_has_a_card_without_a_place(stage: Stage, stranger: Browser) -> None:
    show, _ming, hua = ended(stage)
    page = stranger.get(f"{link_of(show, hua)}?lang=en").text
    assert meta(page, "title") == "小华 · 0 points · 测试" and "Rank" not in page


@pytest.mark.parametrize("figures", [(1, 1, 1000), (99_999, 100_000, 0), (1_234_567, 9_999_999, 88_888_888)])
def test_a_cards_picture_has_room_for_any_place(figures: tuple[int, int, int]) -> None:
    drawn = picture(face_of(*figures, "en", None))
    lines = zlib.decompress(drawn[drawn.index(b"IDAT") + 4 : -16])
    edge = {lines[line * (WIDTH + 1) + at] for line in range(HEIGHT) for at in range(WIDTH - 8, WIDTH + 1)}
    assert len(lines) == HEIGHT * (WIDTH + 1) and max(edge) < 64, "nothing but the pale gate reaches the edge"


def test_a_card_holds_no_number_of_ours_no_code_and_nothing_to_save_for_others(stage: Stage, stranger: Browser) -> None:
    show, ming, _ = ended(stage)
    page = stranger.get(link_of(show, ming)).text
    assert 'application/json" id="page' not in page and "fans-card" not in page
    for secret in ("won__code", "fan_id", "run_id", "csrf"):
        assert secret not in page


def test_there_is_no_card_before_the_end_of_who_was_removed_or_of_a_rehearsal(stage: Stage, stranger: Browser) -> None:
    show = stage()
    early = link_of(show, show.fan("早"))
    assert stranger.get(early).status_code == 404 and stranger.get(f"{early}/zh.png").status_code == 404
    show, ming, hua = ended(stage)
    link = link_of(show, ming)
    assert stranger.get(link).status_code == 200 and stranger.get(link[:-1] + "A").status_code == 404
    with show.services.sql.begin() as sql:
        sql.execute(update(RunFan).where(RunFan.fan_id == hua).values(kicked_at=show.clock.at))
        sql.execute(update(Run).where(Run.id == show.run_id).values(names_hidden=True))
    assert stranger.get(link_of(show, hua)).status_code == 404
    assert "小明" not in stranger.get(link).text
    with show.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == show.run_id).values(rehearsal=True))
    assert stranger.get(link).status_code == 404 and stranger.get(f"{link}/en.png").status_code == 404
    assert own_page(show.services, ming).runs[0].card is None


def test_who_joins_by_a_card_is_remembered_as_brought_by_its_fan(stage: Stage, stranger: Browser) -> None:
    show, ming, _ = ended(stage)
    to_home = re.search(r'href="(/\?c=card[^"]+)"', stranger.get(link_of(show, ming)).text)
    assert to_home is not None
    home = stranger.get(to_home.group(1).replace("&amp;", "&")).text
    second = run_summary(show.services, make_run(show.services, show.run().activity_id, actor="test"))
    onward = re.search(r'class="button button--main" href="([^"]+)"', stranger.get(link_of(show, ming)).text)
    assert onward is not None
    way = onward.group(1).replace("&amp;", "&")
    assert way == f"/r/{second.code}?c=card&i={show.public(ming)}"
    by_code = stranger.get(f"/?code={second.code}&c=card&i={show.public(ming)}")
    assert by_code.headers["Location"] == way and f'name="i" value="{show.public(ming)}"' in home
    fields = {"nickname": "新来的", "c": "card", "i": show.public(ming)}
    assert stranger.post(f"/r/{second.code}/join", dict(fields), form_at=way).status_code == 303
    brought = select(Participation.first_channel, Participation.inviter_id).where(Participation.nickname == "新来的")
    assert tuple(show.row(brought)) == ("card", ming)


def test_the_own_card_brings_what_the_picture_is_drawn_from(
    stage: Stage, app: Flask, services: Services, stranger: Browser
) -> None:
    show = stage()
    joined(stranger, run_summary(services, show.run_id).code, "小明")
    fan = show.row(select(Fan.id).join(RunFan).where(RunFan.run_id == show.run_id)).id
    show.play({fan: ("b", 1000)})
    show.to_the_end()
    link = link_of(show, fan)
    assert f'href="{link}"' in stranger.get("/me").text
    page = stranger.get(link).text
    assert "fans-card-0A1B2C3D.js" in page and '"qr":["' in page
    card = card_of(show.services, link.removeprefix("/s/"))
    assert card is not None and (card.name, card.rank, card.of) == ("小明", 1, 1)
    assert "fans-card" not in Browser(app).get(link).text


@pytest.mark.parametrize("asked", [False, True])
def test_another_browser_becomes_the_same_fan_by_link_and_yes(
    stage: Stage, app: Flask, stranger: Browser, *, asked: bool
) -> None:
    show, other = stage(), Browser(app)
    code = run_summary(show.services, show.run_id).code
    joined(stranger, code, "小明")
    if asked:
        joined(other, code, "小华")
    made = stranger.post("/me/keep?lang=en", {}, form_at="/me").text
    link = re.search(r'value="http://192\.0\.2\.7:8000(/keep/[^"]+)"', made)
    assert link is not None and "<svg" in made
    way = link.group(1)
    for _ in range(2):  # a chat app's preview, then the person
        page = other.get(f"{way}?lang=en")
        assert page.status_code == 200 and "小明" in page.text and (ASK_FIRST in page.text) is asked
    assert other.client.post(way, base_url=other.base_url).status_code == 400  # without the form's token
    yes = {"both": "1"} if asked else {}
    assert other.post(way, dict(yes), form_at=way).headers["Location"] == "/me"
    assert "小明" in other.get("/me").text
    late = Browser(app).get(f"{way}?lang=en")
    assert late.status_code == 410 and "Nothing was changed" in late.text
