"""Two operators at one form: the second is told who changed what meanwhile, keeps what they typed, and overwrites nothing.

And what keeps them apart: duplicates.
"""

from __future__ import annotations

import re

from flask import Flask

from campaigns.bootstrap import Services
from campaigns.control.definitions import campaign, rush
from campaigns.identity.operators import mint_login_link
from tests.web.conftest import CAMPAIGN, RUSH, SINGLE, Browser


def second(app: Flask, services: Services) -> Browser:
    browser = Browser(app)
    link = f"/login/{mint_login_link(services)}"
    assert browser.post(link, {}, form_at=link).status_code == 302
    return browser


def problem(page: str) -> str:
    found = re.search(r'role="alert">\s*<p>(.*?)</p>', page, re.S)
    assert found is not None
    return found.group(1)


def test_the_second_saver_of_a_rush_reads_who_changed_what_and_keeps_the_words_typed(
    operator: Browser, app: Flask, services: Services, rush_id: int
) -> None:
    other, path = second(app, services), f"/operators/rushes/{rush_id}/edit?lang=en"
    first = RUSH | {"version": "1", "title_en": "Friday rush", "first_n": "7"}
    assert operator.post(path, dict(first), form_at=path).status_code == 303
    late = operator.post(path, dict(RUSH | {"version": "1", "title_en": "My own words"}), form_at=path)
    other_late = other.post(path, dict(RUSH | {"version": "1", "title_en": "Words of mine"}), form_at=path)
    for answer, words in ((late, "My own words"), (other_late, "Words of mine")):
        told = problem(answer.text)
        assert answer.status_code == 409 and f'value="{words}"' in answer.text
        assert re.search(
            r"operator\S*, \d\d:\d\d:\d\d: How many are first 5 → 7; Name \(EN\) Rush one → Friday rush\.", told
        )
    saved = rush(services, rush_id)
    assert (saved.version, saved.draft.title["en"], saved.draft.rules.first_n) == (2, "Friday rush", 7)


def test_an_edit_of_a_question_tells_a_late_editor_of_the_rules_too(
    operator: Browser, services: Services, rush_id: int, question_id: int
) -> None:
    page, path = f"/operators/rushes/{rush_id}", f"/operators/rushes/{rush_id}/questions/{question_id}?lang=en"
    assert operator.post(path, dict(SINGLE | {"version": "2", "seconds": "30"}), form_at=path).status_code == 303
    rules = operator.post(f"{page}/edit?lang=en", dict(RUSH | {"version": "1"}), form_at=f"{page}/edit")
    told = problem(rules.text)
    assert told.index("question 1 changed") < told.index("1 questions brought in")  # the newest first
    moved = operator.post(f"{page}/questions/{question_id}/move?lang=en", {"version": "2", "place": "1"}, form_at=path)
    assert moved.status_code == 303 and "question 1 changed" in operator.get(f"{page}?lang=en").text
    assert rush(services, rush_id).version == 3


def test_the_second_saver_of_a_campaign_is_told_and_overwrites_nothing(
    operator: Browser, services: Services, campaign_id: int
) -> None:
    path = f"/operators/campaigns/{campaign_id}/edit?lang=en"
    assert operator.post(path, dict(CAMPAIGN | {"version": "1", "rate": "2"}), form_at=path).status_code == 303
    late = operator.post(path, dict(CAMPAIGN | {"version": "1", "zone": "Asia/Tokyo"}), form_at=path)
    assert late.status_code == 409 and "Points for one score 1.5 → 2" in problem(late.text)
    assert 'value="Asia/Tokyo"' in late.text
    assert (campaign(services, campaign_id).zone, str(campaign(services, campaign_id).rate)) == (
        "Europe/Berlin",
        "2.000",
    )
    nobody = operator.post(path, dict(CAMPAIGN), form_at=path)
    assert nobody.status_code == 409 and campaign(services, campaign_id).version == 2


def test_a_campaign_a_rush_and_a_quiz_are_duplicated_by_one_press_each(
    operator: Browser, services: Services, campaign_id: int, rush_id: int, question_id: int
) -> None:
    page = f"/operators/rushes/{rush_id}"
    copied = operator.post(f"{page}/copy", {}, form_at=page).headers["Location"]
    assert copied != page and "Rush one (copy)" in operator.get(f"{copied}?lang=en").text
    new = f"/operators/campaigns/new?like={campaign_id}"
    form = operator.get(f"{new}&lang=en").text
    assert 'value="Launch night (copy)"' in form and f'<option value="{campaign_id}" selected>' in form
    made = operator.post(new, dict(CAMPAIGN | {"title_en": "Next night", "like": str(campaign_id)}), form_at=new)
    shown = operator.get(made.headers["Location"] + "?lang=en").text
    assert "Next night" in shown and "Rush one" in shown and "Rush one (copy)" in shown

    quizzes = f"/operators/campaigns/{campaign_id}/quizzes/new"
    typed: dict[str, object] = {"title_zh": "冲关", "title_en": "Gate run", "preset": "classic", "levels": "3"}
    quiz = operator.post(quizzes, typed, form_at=quizzes).headers["Location"]
    again = operator.post(f"{quiz}/copy", {}, form_at=quiz).headers["Location"]
    assert "Gate run (copy)" in operator.get(f"{again}?lang=en").text
