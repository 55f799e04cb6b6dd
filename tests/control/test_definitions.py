"""What operators define: versions, the order of questions, pictures, local times, and the demo."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from campaigns.bootstrap import Services
from campaigns.control.definitions import (
    CampaignDraft,
    Edit,
    RushDraft,
    campaign,
    checked_campaign,
    create_campaign,
    create_rush,
    edit_campaign,
    edit_rush,
    rush,
)
from campaigns.control.demo import ensure_demo
from campaigns.control.media import MAX_BYTES, Picture, checked, picture_of
from campaigns.control.questions import (
    add_questions,
    edit_question,
    move_question,
    question_of,
    questions_of,
    remove_question,
)
from campaigns.control.runs import make_run
from campaigns.control.schedule import instant, local_text
from campaigns.db.models import Activity, Campaign, Media, Question, QuestionVersion, Round, Run
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.question import ChoiceKey
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.play.join import find_run
from tests.stage import single, words

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>'


@pytest.fixture
def campaign_id(services: Services) -> int:
    return create_campaign(services, CampaignDraft(words("发布会"), "Asia/Shanghai", Decimal("1.5")))


@pytest.fixture
def rush_id(services: Services, campaign_id: int) -> int:
    return create_rush(services, campaign_id, RushDraft(words("抢答"), RushRules()))


def texts(services: Services, rush_id: int) -> list[str]:
    return [placed.question.text["zh"] for placed in questions_of(services, rush_id)]


def test_a_campaign_is_what_was_written(services: Services, campaign_id: int) -> None:
    assert (
        edit_campaign(services, campaign_id, 1, checked_campaign(words("新名"), "Europe/Berlin", " 2.25 "))
        is Edit.SAVED
    )
    assert edit_campaign(services, campaign_id, 1, checked_campaign(words("旧名"), "UTC", "1")) is Edit.STALE
    card = campaign(services, campaign_id)
    assert (card.title, card.zone, card.rate, card.activities) == (words("新名"), "Europe/Berlin", Decimal("2.25"), 0)


def test_unknown_ids_are_not_found(services: Services) -> None:
    draft = CampaignDraft(words("x"), "UTC", Decimal(1))
    for ask in (
        lambda: campaign(services, 0),
        lambda: rush(services, 0),
        lambda: edit_campaign(services, 0, 1, draft),
        lambda: create_rush(services, 0, RushDraft(words("x"), RushRules())),
        lambda: question_of(services, 0, 0),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_late_edit_is_stale_and_changes_nothing(services: Services, rush_id: int) -> None:
    mine = RushDraft(words("我的"), RushRules(rule=Rule.FLAT), auto_reveal=True)
    assert edit_rush(services, rush_id, 1, mine) is Edit.SAVED
    assert edit_rush(services, rush_id, 1, RushDraft(words("别人的"), RushRules())) is Edit.STALE
    assert (rush(services, rush_id).draft, rush(services, rush_id).version) == (mine, 2)


@pytest.mark.race
def test_of_many_editors_at_once_one_is_saved(services: Services, rush_id: int) -> None:
    def edit(n: int) -> Edit:
        return edit_rush(services, rush_id, 1, RushDraft(words(f"第 {n} 位"), RushRules()))

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(edit, range(8)))
    winner = outcomes.index(Edit.SAVED)
    assert outcomes.count(Edit.SAVED) == 1
    assert rush(services, rush_id).draft.title == words(f"第 {winner} 位")


@pytest.mark.race
def test_without_the_version_the_last_editor_would_overwrite_all_others(services: Services, rush_id: int) -> None:
    """The negative control: editors who look again for the newest version just before they save."""

    def edit(n: int) -> Edit:
        while True:
            outcome = edit_rush(
                services, rush_id, rush(services, rush_id).version, RushDraft(words(f"{n}"), RushRules())
            )
            if outcome is Edit.SAVED:
                return outcome

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(edit, range(4))).count(Edit.SAVED) == 4


def test_questions_keep_their_order_through_every_change(services: Services, rush_id: int) -> None:
    assert add_questions(services, rush_id, 1, [single(name) for name in "一二三四"]) is Edit.SAVED
    first, second, *_ = questions_of(services, rush_id)
    assert move_question(services, rush_id, 2, first.id, 3) is Edit.SAVED
    assert texts(services, rush_id) == ["二", "三", "一", "四"]
    assert move_question(services, rush_id, 3, first.id, 99) is Edit.SAVED
    assert move_question(services, rush_id, 4, second.id, -5) is Edit.SAVED
    assert texts(services, rush_id) == ["二", "三", "四", "一"]
    assert remove_question(services, rush_id, 5, second.id) is Edit.SAVED
    assert [placed.place for placed in questions_of(services, rush_id)] == [1, 2, 3]
    late = [
        move_question(services, rush_id, 1, first.id, 1),
        remove_question(services, rush_id, 1, first.id),
        add_questions(services, rush_id, 1, [single("五")]),
        edit_question(services, rush_id, 1, first.id, single("六")),
    ]
    assert late == [Edit.STALE] * 4
    assert texts(services, rush_id) == ["三", "四", "一"]


def test_questions_come_in_all_or_none(services: Services, rush_id: int) -> None:
    broken = replace(single("坏"), key=ChoiceKey(frozenset({"z"})))
    with pytest.raises(BadInput):
        add_questions(services, rush_id, 1, [single("好"), broken])
    assert questions_of(services, rush_id) == []
    assert rush(services, rush_id).version == 1


def test_a_change_is_a_new_version_and_a_run_keeps_the_one_it_was_made_with(services: Services, rush_id: int) -> None:
    add_questions(services, rush_id, 1, [single("旧")])
    placed = questions_of(services, rush_id)[0]
    run_id = make_run(services, rush_id, actor="operator:1")
    edit_question(services, rush_id, 2, placed.id, single("新", right="c"))
    assert question_of(services, rush_id, placed.id).question.key == ChoiceKey(frozenset({"c"}))
    with services.sql.connect() as sql:
        asked = select(QuestionVersion).join(Round, Round.question_version_id == QuestionVersion.id)
        row = sql.execute(asked.where(Round.run_id == run_id)).one()
    assert (row.body["text"]["zh"], row.key) == ("旧", {"right": ["b"]})
    assert "key" not in row.body


def test_a_key_never_stands_in_the_body(services: Services, rush_id: int) -> None:
    add_questions(services, rush_id, 1, [single(), single(sealed=True)])
    with services.sql.connect() as sql:
        rows = sql.execute(select(QuestionVersion.body, QuestionVersion.key)).all()
    assert all("key" not in row.body and "right" not in row.body for row in rows)
    assert any(row.body["sealed"] and row.key is None for row in rows)


def test_a_picture_stays_until_another_comes_or_it_is_dropped(services: Services, rush_id: int) -> None:
    question = replace(single(), image="outlines/one.svg")
    add_questions(services, rush_id, 1, [question], {"one.svg": checked(SVG)})
    placed = questions_of(services, rush_id)[0]
    assert placed.media_id is not None and picture_of(services, placed.media_id) == Picture("image/svg+xml", SVG)
    edit_question(services, rush_id, 2, placed.id, question)
    assert question_of(services, rush_id, placed.id).media_id == placed.media_id
    edit_question(services, rush_id, 3, placed.id, question, checked(SVG.replace(b"h9", b"h8")))
    assert question_of(services, rush_id, placed.id).media_id != placed.media_id
    edit_question(services, rush_id, 4, placed.id, single(), drop_picture=True)
    assert question_of(services, rush_id, placed.id).media_id is None


def test_the_same_picture_is_stored_once(services: Services, rush_id: int, campaign_id: int) -> None:
    twins = [replace(single(name), image=f"{name}.svg") for name in "ab"]
    add_questions(services, rush_id, 1, twins, {f"{name}.svg": checked(SVG) for name in "ab"})
    with services.sql.connect() as sql:
        assert sql.scalar(select(func.count()).select_from(Media).where(Media.campaign_id == campaign_id)) == 1


@given(st.binary(max_size=200))
def test_any_bytes_are_a_picture_or_refused(data: bytes) -> None:
    try:
        assert checked(data).data == data
    except BadInput as refused:
        assert refused.field == "picture"


def test_a_picture_has_an_upper_bound() -> None:
    png = b"\x89PNG\r\n\x1a\n"
    assert checked(png.ljust(MAX_BYTES, b"\0")).content_type == "image/png"
    with pytest.raises(BadInput):
        checked(png.ljust(MAX_BYTES + 1, b"\0"))


@pytest.mark.parametrize(
    ("typed", "zone", "meant"),
    [
        ("2026-11-29T20:00", SHANGHAI, "2026-11-29T12:00:00+00:00"),
        ("2027-07-01T20:00", BERLIN, "2027-07-01T18:00:00+00:00"),
        ("2027-10-31T02:30", BERLIN, "2027-10-31T00:30:00+00:00"),  # shown twice by the clocks: the first
        ("2027-03-28T03:00", BERLIN, "2027-03-28T01:00:00+00:00"),  # the first minute after the gap
    ],
)
def test_a_local_time_is_an_instant(typed: str, zone: ZoneInfo, meant: str) -> None:
    at = instant(typed, zone, NOW)
    assert at.isoformat() == meant
    assert local_text(at, zone) == typed


@pytest.mark.parametrize("typed", ["2027-03-28T02:00", "2027-03-28T02:59"])
def test_a_time_that_the_clocks_skip_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="put forward"):
        instant(typed, BERLIN, NOW)


@pytest.mark.parametrize(
    "typed", ["", "soon", "2026-11-22", "2026-11-22T17:00", "2029-01-01T00:00", "2026-13-01T00:00"]
)
def test_a_time_that_is_none_or_past_or_far_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        instant(typed, SHANGHAI, NOW)


def test_making_the_demo_twice_changes_nothing(services: Services) -> None:
    def counts() -> list[int | None]:
        with services.sql.connect() as sql:
            tables = (Campaign, Activity, Question, QuestionVersion, Media, Run, Round)
            return [sql.scalar(select(func.count()).select_from(table)) for table in tables]

    code = ensure_demo(services)
    before = counts()
    assert find_run(services, code) is not None
    assert ensure_demo(services) == code
    assert counts() == before


def test_the_demo_ends_with_a_sealed_question_and_has_all_its_pictures(services: Services) -> None:
    found = find_run(services, ensure_demo(services))
    assert found is not None
    with services.sql.connect() as sql:
        here = select(Activity.id).where(Activity.campaign_id == found.campaign_id, Activity.kind == "rush")
        rushes = list(sql.scalars(here))
    assert sorted(len(questions_of(services, rush_id)) for rush_id in rushes) == [6, 85]
    for rush_id in rushes:
        placed = questions_of(services, rush_id)
        assert placed[-1].question.sealed and placed[-1].question.key is None
        assert all((each.question.image is None) == (each.media_id is None) for each in placed)
