"""Operators and the seasons of a quiz: open now or later, move the closing, read every play, void one, and who may not."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, insert

from campaigns.bootstrap import Services
from campaigns.control.schedule import local_text
from campaigns.control.season_sheets import season_sheet, seasons_of
from campaigns.db.plays import Play, PlayStep, PlayVoid
from campaigns.db.step_journal import step_journal
from campaigns.domain.answer import Said
from campaigns.domain.duel import PLAYED_TWICE
from campaigns.domain.step import StepKind
from campaigns.live.passes import Pass
from campaigns.play.quiz.act import Came, Intent, act
from campaigns.play.quiz.begin import begin
from campaigns.play.quiz.plays import Plays
from campaigns.play.quiz.road import load_road
from campaigns.play.quiz.wall import Walls
from tests.stage import joined_fan
from tests.web.conftest import CAMPAIGN, Browser
from tests.web.test_quizzes import made, stock

BERLIN = ZoneInfo(CAMPAIGN["zone"])


@pytest.fixture
def quiz_id(operator: Browser, services: Services, campaign_id: int) -> int:
    stock(services, campaign_id)
    return made(operator, campaign_id, levels="1")


def opened(operator: Browser, quiz_id: int, **hours: str) -> int:
    path = f"/operators/quizzes/{quiz_id}"
    answer = operator.post(f"{path}/seasons", {"starts_at": "", "ends_at": "", **hours}, form_at=path)
    assert answer.status_code == 303, answer.text
    return int(answer.headers["Location"].rsplit("/", 1)[1])


def typed(services: Services, **later: float) -> str:
    return local_text(services.now().at + timedelta(**later), BERLIN)


def played(services: Services, run_id: int, name: str) -> int:
    """A play of one level: everything wrong, quicker than anybody reads. Returns its id."""
    fan_id, _ = joined_fan(services, run_id, name)
    journal = step_journal(services.answers_sql)
    journal.start()
    plays = Plays(services, journal)
    playing = begin(plays, run_id, fan_id, services.now()).playing
    assert playing is not None
    for n in range(1, 11):
        intent = Intent(n, StepKind.ASKED) if n % 2 else Intent(n, StepKind.ANSWERED, wrong(plays, playing.play_id))
        act(plays, fan_id, playing.play_id, intent, Came(services.now()))
    act(plays, fan_id, playing.play_id, Intent(11, StepKind.STOP), Came(services.now()))
    journal.stop()
    return playing.play_id


def wrong(plays: Plays, play_id: int) -> Said:
    """Whatever the draw was: five right by luck would pass the level and leave nothing to stop."""
    playing = plays.playing(play_id, plays.services.now())
    assert playing is not None and playing.progress.open is not None and playing.progress.question is not None
    choices = playing.progress.question.choices
    return Said((next(place for place, at in enumerate(playing.progress.open.shown) if choices[at].id != "b"),))


def test_a_season_opens_at_once_with_its_code_link_and_qr(operator: Browser, services: Services, quiz_id: int) -> None:
    run_id = opened(operator, quiz_id)
    sheet = season_sheet(services, run_id)
    page = operator.get(f"/operators/seasons/{run_id}?lang=en").text
    assert sheet.state == "playing" and f"/r/{sheet.code}" in page and f"/r/{sheet.code}/qr.svg" in page
    assert "Nobody has played yet" in page and "closes when you close it" in page


def test_hours_are_those_of_the_campaigns_zone(operator: Browser, services: Services, quiz_id: int) -> None:
    run_id = opened(operator, quiz_id, starts_at=typed(services, days=1), ends_at=typed(services, days=3))
    sheet = season_sheet(services, run_id)
    assert sheet.state == "scheduled" and sheet.starts_at is not None and sheet.ends_at is not None
    assert timedelta(hours=23) < sheet.starts_at - services.now().at <= timedelta(days=1)
    assert sheet.ends_at - sheet.starts_at == timedelta(days=2)


@pytest.mark.parametrize(
    ("hours", "field"),
    [
        ({"starts_at": "2020-01-01T10:00"}, "starts_at"),
        ({"ends_at": "soon"}, "ends_at"),
        ({"starts_at": "2027-03-28T02:30"}, "starts_at"),  # Berlin puts the clocks forward over it
        ({"starts_at": "2027-05-02T10:00", "ends_at": "2027-05-01T10:00"}, "ends_at"),
    ],
)
def test_hours_that_do_not_fit_are_told_at_their_field(
    operator: Browser, services: Services, quiz_id: int, hours: dict[str, str], field: str
) -> None:
    path = f"/operators/quizzes/{quiz_id}"
    answer = operator.post(f"{path}/seasons?lang=en", dict(hours), form_at=path)
    assert answer.status_code == 400 and f'id="{field}-problem"' in answer.text
    assert all(f'value="{hour}"' in answer.text for hour in hours.values())
    assert seasons_of(services, quiz_id) == []


def test_the_closing_moves_both_ways_but_never_before_now(operator: Browser, services: Services, quiz_id: int) -> None:
    run_id = opened(operator, quiz_id)
    page, path = f"/operators/seasons/{run_id}", f"/operators/seasons/{run_id}/closing"
    for later in (timedelta(days=5), timedelta(days=2)):
        assert (
            operator.post(path, {"ends_at": local_text(services.now().at + later, BERLIN)}, form_at=page).status_code
            == 303
        )
        ends_at = season_sheet(services, run_id).ends_at
        assert ends_at is not None and abs(ends_at - services.now().at - later) < timedelta(minutes=2)
    refused = operator.post(path, {"ends_at": "2020-01-01T10:00"}, form_at=page)
    assert refused.status_code == 400 and 'value="2020-01-01T10:00"' in refused.text


def test_a_season_is_opened_before_its_hour_closed_and_says_so(
    operator: Browser, services: Services, quiz_id: int
) -> None:
    run_id = opened(operator, quiz_id, starts_at=typed(services, days=1))
    page = f"/operators/seasons/{run_id}"
    assert operator.post(f"{page}/open", {}, form_at=page).status_code == 303
    assert season_sheet(services, run_id).state == "playing"
    operator.post(f"{page}/close", {}, form_at=page)
    assert season_sheet(services, run_id).state == "ended"
    operator.post(f"{page}/close?lang=en", {}, form_at=f"/operators/quizzes/{quiz_id}")
    assert "the season has moved on meanwhile" in operator.get(f"{page}?lang=en").text


def test_what_has_not_opened_is_called_off_what_is_open_is_not(
    operator: Browser, services: Services, quiz_id: int
) -> None:
    waiting, going = opened(operator, quiz_id, starts_at=typed(services, days=1)), opened(operator, quiz_id)
    for run_id in (waiting, going):
        operator.post(f"/operators/seasons/{run_id}/call-off", {}, form_at=f"/operators/quizzes/{quiz_id}")
    assert season_sheet(services, waiting).state == "cancelled"
    assert season_sheet(services, going).state == "playing"


def test_plays_are_found_by_name_and_told_step_by_step(operator: Browser, services: Services, quiz_id: int) -> None:
    run_id = opened(operator, quiz_id)
    ming = played(services, run_id, "小明")
    played(services, run_id, "100%_sure")
    page = f"/operators/seasons/{run_id}"
    every = operator.get(f"{page}?lang=en").text
    assert "小明" in every and "100%_sure" in every and "Asked on without reading" in every
    found = operator.get(page, query_string={"name": "%_", "flagged": "on"}).text
    assert "100%_sure" in found and "小明" not in found
    assert "No play fits" in operator.get(page, query_string={"name": "nobody", "lang": "en"}).text
    story = operator.get(f"{page}/plays/{ming}?lang=en").text
    assert story.count("Gate 1 asks") == 5 and "选项" in story and "Stopped" in story
    assert re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", story)
    assert operator.get(f"/operators/seasons/{opened(operator, quiz_id)}/plays/{ming}").status_code == 404


def test_a_play_is_voided_once_and_with_a_reason(operator: Browser, services: Services, quiz_id: int) -> None:
    run_id = opened(operator, quiz_id)
    page = f"/operators/seasons/{run_id}/plays/{played(services, run_id, '小华')}"
    assert operator.post(f"{page}/void", {"why": "  "}, form_at=page).status_code == 400
    assert operator.post(f"{page}/void", {"why": "a script played"}, form_at=page).status_code == 303
    voided = operator.get(f"{page}?lang=en").text
    assert "This play does not count: a script played" in voided and "/void" not in voided
    assert "does not count" in operator.get(f"/operators/seasons/{run_id}?lang=en").text


def test_a_condensed_play_is_found_by_its_fan_and_voided(operator: Browser, services: Services, quiz_id: int) -> None:
    run_id = opened(operator, quiz_id)
    play_id = played(services, run_id, "小华")
    with services.sql.begin() as sql:
        sql.execute(delete(PlayStep).where(PlayStep.play_id == play_id))
        sql.execute(delete(Play).where(Play.id == play_id))
    page = f"/operators/seasons/{run_id}/plays/{play_id}"
    found = operator.get(f"/operators/seasons/{run_id}", query_string={"name": "小华"}).text
    assert page in found and "condensed away" in operator.get(f"{page}?lang=en").text
    assert operator.post(f"{page}/void", {"why": "a script played"}, form_at=page).status_code == 303
    assert "This play does not count: a script played" in operator.get(f"{page}?lang=en").text


def test_a_duel_with_oneself_stays_void_and_says_so_in_words(
    operator: Browser, services: Services, quiz_id: int
) -> None:
    run_id = opened(operator, quiz_id)
    play_id = played(services, run_id, "小华")
    with services.sql.begin() as sql:
        sql.execute(insert(PlayVoid).values(play_id=play_id, why=PLAYED_TWICE, at=services.now().at))
    page = f"/operators/seasons/{run_id}/plays/{play_id}"
    shown = operator.get(f"{page}?lang=en").text
    assert "a duel with oneself" in shown and PLAYED_TWICE not in shown and f"{page}/lift" not in shown
    assert "和自己" in operator.get(f"{page}?lang=zh").text


def test_a_season_is_no_run_with_a_desk_and_a_run_of_a_rush_is_no_season(
    operator: Browser, quiz_id: int, rush_id: int, question_id: int
) -> None:
    run_id = opened(operator, quiz_id)
    answer = operator.get(f"/operators/runs/{run_id}")
    assert answer.status_code == 302 and answer.headers["Location"].endswith(f"/operators/seasons/{run_id}")
    page = f"/operators/rushes/{rush_id}"
    desk = operator.post(f"{page}/runs", {"when": "now"}, form_at=page).headers["Location"]
    assert operator.get(desk).status_code == 200
    assert operator.get(desk.replace("/runs/", "/seasons/")).status_code == 404


def test_a_void_is_taken_back_with_a_reason_too(operator: Browser, services: Services, quiz_id: int) -> None:
    run_id = opened(operator, quiz_id)
    page = f"/operators/seasons/{run_id}/plays/{played(services, run_id, '小丽')}"
    operator.post(f"{page}/void", {"why": "a script played"}, form_at=page)
    assert "This play does not count" in operator.get(f"{page}?lang=en").text
    assert operator.post(f"{page}/lift", {"why": ""}, form_at=page).status_code == 400
    operator.post(f"{page}/lift", {"why": "it was the next one"}, form_at=page)
    shown = operator.get(f"{page}?lang=en").text
    assert "This play does not count" not in shown and f"{page}/void" in shown


def test_a_fan_is_sent_away_from_the_play_that_gave_them_away(
    operator: Browser, services: Services, quiz_id: int
) -> None:
    run_id = opened(operator, quiz_id)
    page = f"/operators/seasons/{run_id}/plays/{played(services, run_id, '捣蛋')}"
    operator.post(f"{page}/send-away", {}, form_at=page)
    shown = operator.get(f"{page}?lang=en").text
    assert "nothing of them counts" in shown and "/send-away" not in shown
    other = f"/operators/seasons/{run_id}/plays/{played(services, run_id, '又捣蛋')}"
    operator.post(f"{other}/send-away", {"ban": "on"}, form_at=other)
    assert season_sheet(services, run_id).fans == 0


def test_the_brand_and_numbers_instead_of_names_lie_over_its_screens_until_they_are_taken_away(
    operator: Browser, services: Services, quiz_id: int
) -> None:
    run_id = opened(operator, quiz_id)
    fan_id, _ = joined_fan(services, run_id, "小明")
    walls, page = Walls(services), f"/operators/seasons/{run_id}"
    walls.tell({run_id: [Pass(fan_id, 1, 0)]})

    def shown() -> tuple[bool, bool, object]:
        with services.reading() as sql:
            road = load_road(sql, run_id)
        return road.brand, road.run.nameless, walls.wall(run_id).passes[0].name

    assert shown() == (False, False, "小明")
    assert operator.post(f"{page}/brand", {"shown": "on"}, form_at=page).status_code == 303
    assert operator.post(f"{page}/names", {"hidden": "on"}, form_at=page).status_code == 303
    *over, name = shown()
    assert over == [True, True] and isinstance(name, int)
    assert operator.get(f"{page}?lang=en").text.count('aria-pressed="true"') == 2
    for path in ("brand", "names"):
        operator.post(f"{page}/{path}", {}, form_at=page)
    assert shown() == (False, False, "小明")
