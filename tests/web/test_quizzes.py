"""Operators and the quiz: made from a preset in one screen, every knob, the bank beside it, the simulated run, the preview."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import insert, select

from campaigns.bootstrap import Services
from campaigns.control.bank_writing import add_question
from campaigns.control.quizzes import quiz, quizzes_of
from campaigns.db.bank import QuestionStat
from campaigns.db.models import Question
from campaigns.domain.quiz_rules import Preset, Scoring, preset
from tests.stage import single
from tests.web.conftest import Browser, send

NEW = {"title_zh": "智勇大冲关", "title_en": "The gate run", "preset": "classic", "levels": "3"}


def stock(services: Services, campaign_id: int, each: int = 12) -> None:
    now = services.now().at
    with services.sql.begin() as sql:
        for n in range(5 * each):
            add_question(sql, campaign_id, single(f"第{n}题", difficulty=1 + n % 5, tags=("weight",)), now)


def made(operator: Browser, campaign_id: int, **other: str) -> int:
    path = f"/operators/campaigns/{campaign_id}/quizzes/new"
    return int(operator.post(path, dict(NEW | other), form_at=path).headers["Location"].rsplit("/", 1)[1])


def fields(operator: Browser, path: str) -> dict[str, str]:
    """What stands in the form, as a browser would send it."""
    page = operator.get(path).text
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if (
            name
            and name.group(1) != "csrf_token"
            and ('type="' not in tag or "hidden" in tag or " checked" in tag or "number" in tag)
        ):
            sent[name.group(1)] = unescape(value.group(1)) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)', page):
        sent[name] = unescape(text)
    return sent


@pytest.mark.parametrize("name", list(Preset))
def test_a_preset_and_a_number_make_a_whole_quiz(
    operator: Browser, services: Services, campaign_id: int, name: Preset
) -> None:
    quiz_id = made(operator, campaign_id, preset=name, levels="4")
    assert quiz(services, quiz_id).draft.rules == preset(name, 4)


@pytest.mark.parametrize("wrong", [{"preset": "easy"}, {"levels": "0"}, {"levels": "13"}, {"title_en": " "}])
def test_what_does_not_fit_makes_no_quiz_and_stays_typed(
    operator: Browser, services: Services, campaign_id: int, wrong: dict[str, str]
) -> None:
    path = f"/operators/campaigns/{campaign_id}/quizzes/new"
    answer = operator.post(path, dict(NEW | {"title_zh": "写了很久"} | wrong), form_at=path)
    assert answer.status_code == 400 and "写了很久" in answer.text
    assert quizzes_of(services, campaign_id) == []


def test_saving_what_stands_in_the_form_changes_nothing_but_the_version(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    quiz_id = made(operator, campaign_id)
    before = quiz(services, quiz_id)
    path = f"/operators/quizzes/{quiz_id}/edit"
    assert send(operator, path, fields(operator, path)) == 303
    after = quiz(services, quiz_id)
    assert after.draft == before.draft and after.version == before.version + 1


def test_every_knob_is_saved_as_it_was_typed(operator: Browser, services: Services, campaign_id: int) -> None:
    quiz_id = made(operator, campaign_id)
    path = f"/operators/quizzes/{quiz_id}/edit"
    typed = fields(operator, path) | {
        "levels[1].title.zh": "称重关", "levels[1].story.en": "Trust your hand.", "levels[1].pass_mark": "55",
        "levels[1].lives": "2", "levels[1].helps.swap": "1", "levels[1].pools[0].tags": "weight，thickness",
        "levels[1].pools[0].mix[1]": "", "levels[1].pools[0].mix[4]": "3", "attempts_per_day": "7", "draw": "even",
    }  # fmt: skip
    del typed["dare"]
    assert send(operator, path, typed) == 303
    rules = quiz(services, quiz_id).draft.rules
    level = rules.levels[1]
    assert (level.title["zh"], level.story["en"], level.pass_mark, level.lives) == ("称重关", "Trust your hand.", 55, 2)
    assert level.pools[0].tags == ("weight", "thickness") and level.pools[0].mix[4] == 3 and 1 not in level.pools[0].mix
    assert (rules.attempts_per_day, rules.draw, rules.dare, level.helps.swap) == (7, "even", False, 1)


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("levels[2].pass_mark", "99999", "a whole number from 0 to 60000"),
        ("levels[2].pass_mark", "500", "at most 200: no level score is higher"),
        ("levels[0].seconds", "four", "a whole number from 5 to 240"),
        ("levels[1].helps.fifty", "9", "a whole number from 0 to 3"),
        ("levels[1].pools[0].mix[2]", "31", "a whole number from 0 to 30"),
        ("levels[0].title.en", "", "some text"),
        ("attempts_per_day", "101", "a whole number from 0 to 100"),
        ("scoring", "dice", "one of road, speed"),
    ],
)
def test_a_knob_that_does_not_fit_is_told_at_its_field_and_nothing_typed_is_lost(
    operator: Browser, services: Services, campaign_id: int, field: str, value: str, wanted: str
) -> None:
    quiz_id = made(operator, campaign_id)
    before, path = quiz(services, quiz_id), f"/operators/quizzes/{quiz_id}/edit"
    typed = fields(operator, path) | {field: value, "levels[1].story.en": "Typed long and carefully"}
    answer = operator.post(f"{path}?lang=en", dict(typed), form_at=path)
    told = re.search(rf'id="{re.escape(field)}-problem">([^<]+)', answer.text)
    assert answer.status_code == 400 and "Typed long and carefully" in answer.text
    assert told is not None and wanted in unescape(told.group(1))
    assert quiz(services, quiz_id) == before


def test_no_sentence_about_a_knob_is_left_in_english(operator: Browser, campaign_id: int) -> None:
    quiz_id = made(operator, campaign_id)
    path = f"/operators/quizzes/{quiz_id}/edit"
    bad = {"levels[0].seconds": "4", "levels[1].pools[0].tags": "x" * 41, "levels[2].title.zh": ""}
    page = operator.post(f"{path}?lang=zh", dict(fields(operator, path) | bad), form_at=path).text
    told = re.findall(r'<p class="entry__problem"[^>]*>([^<]+)', page)
    assert len(told) == 3 and [sentence for sentence in told if re.search("[a-z]{4}", sentence)] == []


def test_gates_and_pools_come_go_and_move_without_saving_or_losing_a_word(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    quiz_id = made(operator, campaign_id)
    path = f"/operators/quizzes/{quiz_id}/edit"
    typed = fields(operator, path) | {"levels[0].story.en": "Half a sen", "version": "1"}

    def press(do: str) -> str:
        answer = operator.post(path, dict(typed | {"do": do}), form_at=path)
        assert answer.status_code == 200
        return str(answer.text)

    assert 'name="levels[3].seconds"' in press("add")
    assert 'name="levels[2].seconds"' not in press("drop:1")
    moved = press("down:0")
    assert re.search(r'name="levels\[1\]\.story\.en"[^>]*>Half a sen<', moved)
    assert 'name="levels[0].pools[1].tags"' in press("pool:0")
    for nonsense in ("up:0", "drop:99", "unpool:0:0", "dance", "pool:x", "drop"):
        assert "Half a sen" in press(nonsense)
    assert quiz(services, quiz_id).version == 1


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    quiz_id = made(operator, campaign_id)
    path = f"/operators/quizzes/{quiz_id}/edit"
    mine = fields(operator, path)
    assert send(operator, path, mine | {"title_en": "Mine"}) == 303
    late = operator.post(f"{path}?lang=en", dict(mine | {"title_en": "Theirs"}), form_at=path)
    assert late.status_code == 409 and "Theirs" in late.text and "Somebody else has changed this quiz" in late.text
    assert quiz(services, quiz_id).draft.title["en"] == "Mine"


def test_an_empty_bank_is_told_in_words_and_a_full_one_counts(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    quiz_id = made(operator, campaign_id)
    path = f"/operators/quizzes/{quiz_id}"
    assert "No play can be drawn" in operator.get(f"{path}?lang=en").text
    assert "Nothing can be simulated" in operator.get(f"{path}/simulation?lang=en").text
    stock(services, campaign_id)
    page = operator.get(f"{path}?lang=en").text
    assert "No play can be drawn" not in page and "60 reviewed questions" in page
    assert "Difficulty 1: 4 of 12 in the bank" in page


def test_the_simulated_run_says_how_many_pass_and_what_it_assumes(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    stock(services, campaign_id)
    quiz_id = made(operator, campaign_id, preset="hardcore")
    assert quiz(services, quiz_id).draft.rules.scoring is Scoring.SPEED
    path = f"/operators/quizzes/{quiz_id}/simulation?lang=en"
    page, again = (operator.get(path).text for _ in range(2))
    assert page.count("<meter") == 3
    rates = re.findall(r'forecast__rate num">(\d+) %</span>\s*<meter[^>]* value="([0-9.]+)"', page)
    assert rates and all(abs(int(number) / 100 - float(bar)) <= 0.0051 for number, bar in rates)  # one measure
    assert "walk the whole road" in page and "The same rules give the same numbers" in page
    assert re.findall(r'value="0[.]\d+"', page) == re.findall(r'value="0[.]\d+"', again)


def test_a_pass_mark_that_the_questions_cannot_bring_is_said_beside_what_they_can(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    stock(services, campaign_id)
    quiz_id = made(operator, campaign_id, preset="hardcore")
    path = f"/operators/quizzes/{quiz_id}"
    assert "passes with 2,400 of 5,000" in operator.get(f"{path}?lang=en").text
    sent = fields(operator, f"{path}/edit") | {"levels[1].pass_mark": "6000"}
    assert operator.post(f"{path}/edit", dict(sent), form_at=f"{path}/edit").status_code == 303
    page = operator.get(f"{path}?lang=en").text
    assert "Nobody can pass gate 2: its pass mark is 6,000 points, its questions bring 5,000 at most." in page
    with services.sql.begin() as sql:
        for n in range(5):
            dear = replace(single(f"贵{n}", difficulty=1 + n % 2, tags=("weight",)), possible=2000)
            add_question(sql, campaign_id, dear, services.now().at)
    assert "passes with 6,000 of 7,000" in operator.get(f"{path}?lang=en").text


def test_where_play_has_shown_a_share_it_counts_instead_of_the_difficulty(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    stock(services, campaign_id)
    path = f"/operators/quizzes/{made(operator, campaign_id)}/simulation?lang=en"
    assert "0 of 60 questions" in operator.get(path).text
    with services.sql.begin() as sql:
        here = select(Question.id).where(Question.campaign_id == campaign_id)
        for n, question_id in enumerate(sql.scalars(here).all()):
            asked = 100 if n else 3  # three answers say nothing yet
            values = {"question_id": question_id, "asked": asked, "right": 0, "updated_at": services.now().at}
            sql.execute(insert(QuestionStat).values(values))
    page = operator.get(path).text
    assert "59 of 60 questions" in page and "Nobody got to the end" in page
