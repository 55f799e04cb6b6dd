"""Duplicates: everything but runs, records and people; what is done to the copy leaves the original as it is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from campaigns.bootstrap import Services
from campaigns.control.copying import copied_title, copy_activity, copy_campaign
from campaigns.control.definitions import (
    CampaignDraft,
    RushDraft,
    campaign,
    create_campaign,
    create_rush,
    rush,
    rushes_of,
)
from campaigns.control.media import Picture, picture_of
from campaigns.control.questions import add_questions, edit_question, questions_of, remove_question
from campaigns.control.quizzes import QuizDraft, create_quiz, quizzes_of
from campaigns.control.review import review, review_of
from campaigns.control.runs import make_run, runs_of
from campaigns.domain.errors import NotFound
from campaigns.domain.quiz_rules import Preset, preset
from tests.stage import QUICK, single, words

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
DRAFT = CampaignDraft(words("一"), "Europe/Berlin", Decimal(2))


@pytest.fixture
def rush_id(services: Services) -> int:
    """Reviewed and run once; two questions, one with a picture, one in its second version."""
    made = create_rush(services, create_campaign(services, DRAFT), RushDraft(words("抢答"), QUICK, auto_reveal=True))
    asked = [single("旧题"), replace(single("有图"), image="a.svg")]
    add_questions(services, made, 1, asked, {"a.svg": Picture("image/svg+xml", SVG)})
    edit_question(services, made, 2, questions_of(services, made)[0].id, single("新题", "c"))
    review(services, made, 3, "operator:1")
    make_run(services, made, actor="operator:1")
    return made


def test_a_rush_again_asks_the_same_questions_and_is_a_draft_without_runs(services: Services, rush_id: int) -> None:
    copy = copy_activity(services, rush_id)
    found, original = rush(services, copy), rush(services, rush_id)
    assert (
        found.draft.title == {"zh": "抢答（副本）", "en": "抢答 (copy)"} and found.campaign_id == original.campaign_id
    )
    assert replace(found.draft, title=original.draft.title) == original.draft
    assert [(each.id, each.place) for each in questions_of(services, copy)] == [
        (each.id, each.place) for each in questions_of(services, rush_id)
    ]
    assert runs_of(services, copy) == [] and review_of(services, copy) is None and found.version == 1
    remove_question(services, copy, 1, questions_of(services, copy)[0].id)
    assert len(questions_of(services, rush_id)) == 2


def test_a_campaign_again_has_a_bank_of_its_own(services: Services, rush_id: int) -> None:
    source = rush(services, rush_id).campaign_id
    create_quiz(services, source, QuizDraft(words("冲关"), preset(Preset.CLASSIC, 3)))
    copy = copy_campaign(services, source, replace(DRAFT, title=words("二"), zone="Asia/Tokyo"))
    card = campaign(services, copy)
    assert (card.title, card.zone, card.rate, card.activities, card.runs) == (
        words("二"),
        "Asia/Tokyo",
        Decimal(2),
        2,
        0,
    )
    (mine,), (theirs,) = rushes_of(services, copy), rushes_of(services, source)
    assert mine.draft == theirs.draft and quizzes_of(services, copy)[0].draft == quizzes_of(services, source)[0].draft
    copies, originals = questions_of(services, mine.id), questions_of(services, theirs.id)
    assert [each.question for each in copies] == [each.question for each in originals]
    assert {each.id for each in copies}.isdisjoint(each.id for each in originals)
    assert [each.n for each in copies] == [1, 1]
    pictures = copies[1].media_id, originals[1].media_id
    assert pictures[0] != pictures[1] and None not in pictures
    shown = picture_of(services, pictures[0] or 0)
    assert shown is not None and shown.data == SVG
    edit_question(services, mine.id, 1, copies[0].id, single("只改副本", "a"))
    assert questions_of(services, theirs.id)[0].question.text == words("新题")


def test_an_empty_campaign_can_be_a_pattern_and_a_missing_one_cannot(services: Services) -> None:
    copy = copy_campaign(services, create_campaign(services, DRAFT), DRAFT)
    assert campaign(services, copy).activities == 0
    with pytest.raises(NotFound):
        copy_campaign(services, 0, DRAFT)
    with pytest.raises(NotFound):
        copy_activity(services, 0)


def test_the_name_of_a_copy_keeps_to_its_length() -> None:
    assert copied_title({"zh": "长" * 60, "en": "x" * 60}) == {"zh": "长" * 56 + "（副本）", "en": "x" * 53 + " (copy)"}
