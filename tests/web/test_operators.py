"""Operators define: campaigns, rushes, questions and their pictures."""

from __future__ import annotations

import io

import pytest

from campaigns.bootstrap import Services
from campaigns.control.definitions import rush
from campaigns.control.questions import questions_of
from tests.web.conftest import CAMPAIGN, RUSH, SINGLE, SVG, Browser, send

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def test_before_the_first_campaign_the_page_says_what_one_is(operator: Browser) -> None:
    page = operator.get("/operators/?lang=en").text
    assert "No campaign yet" in page or "Launch night" in page  # the database is the module's


def test_a_campaign_that_does_not_fit_keeps_what_was_typed(operator: Browser) -> None:
    bad = CAMPAIGN | {"zone": "Mars/Base", "title_en": "Typed long and carefully"}
    answer = operator.post("/operators/campaigns/new?lang=en", dict(bad), form_at="/operators/campaigns/new")
    assert answer.status_code == 400
    assert "Typed long and carefully" in answer.text
    assert "the name of a time zone" in answer.text


@pytest.mark.parametrize("rate", ["", "-1", "NaN", "Infinity", "1e99", "1.0001", "eins", "1001"])
def test_a_rate_is_a_number_that_can_be_stored(operator: Browser, rate: str) -> None:
    assert send(operator, "/operators/campaigns/new", CAMPAIGN | {"rate": rate}) == 400


def test_a_rush_is_made_as_it_was_typed(services: Services, rush_id: int) -> None:
    draft = rush(services, rush_id).draft
    assert (draft.rules.rule, draft.rules.first_n, draft.rules.streak) == ("first_n", 5, True)
    assert (draft.auto_reveal, draft.close_when_all) == (False, False)


@pytest.mark.parametrize(
    "wrong",
    [{"rule": "lottery"}, {"cap_ms": "251"}, {"first_n": "many"}, {"reading_min_ms": "9000"}, {"title_zh": " "}],
)
def test_a_rush_that_does_not_fit_is_not_saved(
    operator: Browser, services: Services, rush_id: int, wrong: dict[str, str]
) -> None:
    before = rush(services, rush_id)
    assert send(operator, f"/operators/rushes/{rush_id}/edit", RUSH | {"version": "1"} | wrong) == 400
    assert rush(services, rush_id) == before


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(
    operator: Browser, services: Services, rush_id: int
) -> None:
    path = f"/operators/rushes/{rush_id}/edit"
    assert send(operator, path, RUSH | {"title_en": "Mine", "version": "1"}) == 303
    late = operator.post(path + "?lang=en", dict(RUSH | {"title_en": "Theirs", "version": "1"}), form_at=path)
    assert late.status_code == 409
    assert "Theirs" in late.text and "Somebody else has changed this rush" in late.text
    assert rush(services, rush_id).draft.title["en"] == "Mine"


@pytest.mark.parametrize("kind", ["single", "multiple", "truefalse", "estimate", "buzzer", "nonsense"])
def test_every_kind_has_its_form(operator: Browser, rush_id: int, kind: str) -> None:
    page = operator.get(f"/operators/rushes/{rush_id}/questions/new?kind={kind}")
    assert page.status_code == 200
    assert ('name="low"' in page.text) == (kind == "estimate")


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("multiple", {"key": ["a", "b"]}),
        ("truefalse", {"key": "false", "choice_a_zh": "", "choice_a_en": "", "choice_b_zh": "", "choice_b_en": ""}),
        ("single", {"sealed": "on"}),
        ("buzzer", {"key": "", **dict.fromkeys((name for name in SINGLE if name.startswith("choice")), "")}),
    ],
)
def test_questions_of_other_kinds_are_added(
    operator: Browser, services: Services, rush_id: int, kind: str, more: dict[str, str]
) -> None:
    path = f"/operators/rushes/{rush_id}/questions/new"
    assert send(operator, path, SINGLE | {"kind": kind, "version": "1"} | more) == 303
    placed = questions_of(services, rush_id)[0]
    assert placed.question.kind == kind
    assert (placed.question.key is None) == ("sealed" in more or kind == "buzzer")
    assert operator.get(f"/operators/rushes/{rush_id}/questions/{placed.id}").status_code == 200


def test_an_estimate_is_added_and_comes_back_into_its_form(operator: Browser, services: Services, rush_id: int) -> None:
    texts = {name: text for name, text in SINGLE.items() if not name.startswith("choice")}
    numbers = {"kind": "estimate", "key": "221.5", "margin": "8", "low": "100", "high": "300"}
    path = f"/operators/rushes/{rush_id}/questions/new"
    assert send(operator, path, texts | numbers | {"unit_zh": "克", "unit_en": "g", "version": "1"}) == 303
    page = operator.get(f"/operators/rushes/{rush_id}/questions/{questions_of(services, rush_id)[0].id}").text
    for text in ("221.5", 'value="8"', "canary-7f3a", 'value="克"'):
        assert text in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"key": "e"}, "exactly one of a, b"),
        ({"key": ""}, "the key"),
        ({"text_en": ""}, "some text"),
        ({"choice_b_zh": "甲"}, "differs from choice"),
        ({"seconds": "soon"}, "a whole number: 3 to 240"),
        ({"seconds": "999"}, "a whole number"),
        ({"possible": "3"}, "a whole number"),
        ({"kind": "karaoke"}, "single, multiple"),
    ],
)
def test_a_question_that_does_not_fit_says_where_and_keeps_the_rest(
    operator: Browser, services: Services, rush_id: int, wrong: dict[str, str], said: str
) -> None:
    path = f"/operators/rushes/{rush_id}/questions/new"
    answer = operator.post(path + "?lang=en", dict(SINGLE | {"version": "1"} | wrong), form_at=path)
    assert answer.status_code == 400
    assert said in answer.text and "canary-7f3a" in answer.text
    assert questions_of(services, rush_id) == []


def test_a_changed_question_is_a_new_version(
    operator: Browser, services: Services, rush_id: int, question_id: int
) -> None:
    path = f"/operators/rushes/{rush_id}/questions/{question_id}"
    assert send(operator, path, SINGLE | {"text_en": "Which one is heavier now?", "version": "2"}) == 303
    assert send(operator, path, SINGLE | {"text_en": "Too late", "version": "2"}) == 409
    placed = questions_of(services, rush_id)[0]
    assert (placed.n, placed.question.text["en"]) == (2, "Which one is heavier now?")


def test_a_picture_is_stored_shown_and_taken_away(
    operator: Browser, services: Services, rush_id: int, question_id: int
) -> None:
    path = f"/operators/rushes/{rush_id}/questions/{question_id}"
    data = {**SINGLE, "version": "2", "picture": (io.BytesIO(SVG), "drawing.svg")}
    assert operator.post(path, dict(data), form_at=path, content_type="multipart/form-data").status_code == 303
    media_id = questions_of(services, rush_id)[0].media_id
    shown = operator.get(f"/operators/media/{media_id}")
    assert shown.data == SVG
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert send(operator, path, SINGLE | {"version": "3"}) == 303
    assert questions_of(services, rush_id)[0].media_id == media_id
    assert send(operator, path, SINGLE | {"version": "4", "drop_picture": "on"}) == 303
    assert questions_of(services, rush_id)[0].media_id is None


@pytest.mark.parametrize(
    "bad",
    [
        b"GIF89a" + b"\0" * 40,
        SVG.replace(b"<path", b"<script>alert(1)</script><path"),
        SVG.replace(b"<path", b"<path onload='alert(1)'"),
        SVG.replace(b"<path", b"<image href='http://evil.example/x.png'/><path"),
        b'<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG,
        PNG[:7],
    ],
)
def test_a_picture_that_could_do_something_is_refused(
    operator: Browser, services: Services, rush_id: int, question_id: int, bad: bytes
) -> None:
    path = f"/operators/rushes/{rush_id}/questions/{question_id}"
    data = {**SINGLE, "version": "2", "picture": (io.BytesIO(bad), "innocent.png")}
    assert operator.post(path, dict(data), form_at=path, content_type="multipart/form-data").status_code == 400
    assert questions_of(services, rush_id)[0].media_id is None


def test_questions_move_and_leave(operator: Browser, services: Services, rush_id: int) -> None:
    for n in (1, 2, 3):
        path = f"/operators/rushes/{rush_id}/questions/new"
        assert send(operator, path, SINGLE | {"text_en": f"Question {n}", "version": str(n)}) == 303
    first = questions_of(services, rush_id)[0].id
    page = f"/operators/rushes/{rush_id}"
    base = f"{page}/questions/{first}"
    assert operator.post(f"{base}/move", {"place": "3", "version": "4"}, form_at=page).status_code == 303
    assert [each.question.text["en"][-1] for each in questions_of(services, rush_id)] == ["2", "3", "1"]
    operator.post(f"{base}/delete", {"version": "4"}, form_at=page)  # somebody moved it meanwhile
    assert len(questions_of(services, rush_id)) == 3
    assert "有人刚刚改过" in operator.get(page).text
    operator.post(f"{base}/delete", {"version": "5"}, form_at=page)
    assert [each.place for each in questions_of(services, rush_id)] == [1, 2]
