"""Repeating: each opening becomes one run, days ahead, whoever makes it; what was slept through opens late or says why not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, delete, select, text

from campaigns.bootstrap import Services
from campaigns.control import occurrences
from campaigns.control.definitions import Edit, RushDraft, create_rush, rush
from campaigns.control.occurrences import make_next, make_occurrences, schedules_due
from campaigns.control.questions import add_questions
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.recurrence import checked
from campaigns.control.review import review
from campaigns.control.runs import RunSummary, make_run, runs_of
from campaigns.control.schedules import Repeated, repeat, schedules_of, stop
from campaigns.db.models import Run
from campaigns.db.records import Event
from campaigns.db.schedules import Occurrence, Schedule
from campaigns.domain.errors import BadInput
from campaigns.domain.quiz_rules import Preset, preset
from campaigns.settle.due import keep_time, runs_in_time
from tests.conftest import FakeTime
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import QUICK, single, words
from workers.sweeper import Sweeper

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY_S = 24 * 3600
HALF_AN_HOUR = 1800


def wanted(clock: FakeTime, rule: str = "FREQ=DAILY", *, ahead: int = 3, **more: int | None) -> Repeated:
    """17:00 in Shanghai, which is 9:00 by the test's clock: from tomorrow on."""
    first = (clock.at + timedelta(days=1)).astimezone(SHANGHAI).replace(tzinfo=None)
    return Repeated(
        checked(rule, first, SHANGHAI, clock.at), ahead, more.get("late_s", HALF_AN_HOUR), more.get("lasts_s")
    )


def repeated(show: Show, rule: str = "FREQ=DAILY", *, ahead: int = 3, **more: int | None) -> tuple[int, int]:
    """(activity, schedule): of a rush that has nothing but its first run."""
    activity = looked_at(show)
    return activity, repeat(show.services, activity, wanted(show.clock, rule, ahead=ahead, **more), ACTOR)


def looked_at(show: Show) -> int:
    """The rush of the stage, reviewed."""
    activity: int = show.run().activity_id
    assert review(show.services, activity, rush(show.services, activity).version, ACTOR) is Edit.SAVED
    return activity


def made(show: Show, activity: int) -> list[RunSummary]:
    """By their hours; without the run that the stage came with."""
    listed = [run for run in runs_of(show.services, activity) if run.starts_at is not None]
    return sorted(listed, key=lambda run: run.starts_at or datetime.max)


def wake(show: Show) -> None:
    """What a sweeper does about hours, once."""
    for schedule_id in schedules_due(show.services):
        make_occurrences(show.services, schedule_id)
    for run_id in runs_in_time(show.services):
        keep_time(show.services, run_id)


def skips(show: Show) -> list[dict[str, object]]:
    campaign = show.run().campaign_id
    kept = select(Event.payload).where(Event.campaign_id == campaign, Event.kind == "skipped").order_by(Event.seq)
    return [row.payload for row in show.rows(kept)]


def test_openings_become_scheduled_runs_so_many_days_ahead_and_no_more(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    activity, schedule = repeated(show)
    begun = fake_time.at
    assert make_occurrences(show.services, schedule) and not make_occurrences(show.services, schedule)
    runs = made(show, activity)
    assert [run.starts_at for run in runs] == [begun + timedelta(days=n) for n in (1, 2, 3)]
    assert {run.state for run in runs} == {"scheduled"} and len({run.code for run in runs}) == 3
    go(fake_time, DAY_S)
    wake(show)
    assert [run.state for run in made(show, activity)] == ["lobby", "scheduled", "scheduled", "scheduled"]


def test_the_sweeper_makes_them_by_itself(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    show.services.live.flushall()
    activity, _ = repeated(show, "FREQ=DAILY;COUNT=2")
    at = [100.0]
    sweeper = Sweeper(show.services, lambda: at[0])
    at[0] += 11
    sweeper.sweep()
    hinted = {(job.func_name, *job.args) for job in show.services.queue.get_jobs()}
    assert any(name == "workers.jobs.make_occurrences" for name, *_ in hinted)
    for schedule_id in schedules_due(show.services):
        make_occurrences(show.services, schedule_id)
    assert len(made(show, activity)) == 2 and schedules_of(show.services, activity) == []  # none is left to make


def test_a_server_that_slept_opens_what_is_not_too_late_and_says_of_the_rest_why_not(
    stage: Stage, fake_time: FakeTime
) -> None:
    show = stage()
    activity, _ = repeated(show, ahead=1)
    wake(show)
    go(fake_time, 4 * DAY_S + HALF_AN_HOUR)  # the fourth is half an hour late: just in time
    wake(show)
    wake(show)
    states = [run.state for run in made(show, activity)]
    assert states == ["cancelled", "cancelled", "cancelled", "lobby", "scheduled"]
    late = [3 * DAY_S + HALF_AN_HOUR, 2 * DAY_S + HALF_AN_HOUR, DAY_S + HALF_AN_HOUR]
    assert {(skip["reason"], skip["late_s"]) for skip in skips(show)} == {("late", at) for at in late}
    again = show.row(select(Run.scene).where(Run.id == made(show, activity)[0].id))
    assert again.scene == "cancelled"


@pytest.mark.parametrize(
    ("late_s", "slept_s", "state"), [(60, 60, "lobby"), (60, 61, "cancelled"), (None, DAY_S, "lobby")]
)
def test_a_single_run_has_its_own_word_on_how_late_it_may_open(
    stage: Stage, fake_time: FakeTime, late_s: int | None, slept_s: int, state: str
) -> None:
    show = stage()
    hour = fake_time.at + timedelta(hours=1)
    run_id = make_run(show.services, looked_at(show), actor=ACTOR, starts_at=hour, late_s=late_s)
    go(fake_time, 3600 + slept_s)
    wake(show)
    assert show.row(select(Run.state).where(Run.id == run_id)).state == state


def test_seasons_repeat_too_open_close_and_are_skipped_when_they_are_late(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    quiz = create_quiz(show.services, show.run().campaign_id, QuizDraft(words("冲关"), preset(Preset.CLASSIC, 3)))
    repeat(show.services, quiz, wanted(fake_time, ahead=1, lasts_s=7200), ACTOR)
    wake(show)
    go(fake_time, DAY_S)
    wake(show)
    assert [run.state for run in made(show, quiz)] == ["playing", "scheduled"]
    go(fake_time, 7200)
    wake(show)
    assert [run.state for run in made(show, quiz)] == ["ended", "scheduled"]
    go(fake_time, DAY_S)
    wake(show)
    assert [run.state for run in made(show, quiz)] == ["ended", "cancelled", "scheduled"]
    assert [skip["reason"] for skip in skips(show)] == ["late"]


def test_a_rush_that_is_not_ready_waits_until_it_is_too_late(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    friday = create_rush(show.services, show.run().campaign_id, RushDraft(words("周五"), QUICK))
    repeat(show.services, friday, wanted(fake_time), ACTOR)
    wake(show)
    assert made(show, friday) == []
    go(fake_time, DAY_S + HALF_AN_HOUR)
    wake(show)
    assert made(show, friday) == []
    go(fake_time, 1)
    wake(show)
    assert [run.state for run in made(show, friday)] == ["cancelled"]
    assert skips(show) == [{"reason": "no_questions", "late_s": HALF_AN_HOUR + 1}]
    add_questions(show.services, friday, 1, [single()])
    wake(show)
    assert len(made(show, friday)) == 1
    go(fake_time, DAY_S)
    wake(show)
    assert skips(show)[1]["reason"] == "not_reviewed"
    assert review(show.services, friday, 2, ACTOR) is Edit.SAVED
    wake(show)
    assert [run.state for run in made(show, friday)] == [
        "cancelled",
        "cancelled",
        "scheduled",
        "scheduled",
        "scheduled",
    ]


def test_stopping_makes_no_more_and_calls_off_what_waits_if_that_is_wanted(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    activity, first = repeated(show, ahead=2)
    wake(show)
    assert stop(show.services, first, ACTOR) and not stop(show.services, first, ACTOR)
    second = repeat(show.services, activity, wanted(fake_time, ahead=3), ACTOR)
    wake(show)
    assert [run.state for run in made(show, activity)] == ["scheduled"] * 3  # the first two hours had a run already
    assert stop(show.services, second, ACTOR, with_runs=True)
    assert [run.state for run in made(show, activity)] == ["scheduled", "scheduled", "cancelled"]
    go(fake_time, 5 * DAY_S)
    wake(show)
    assert len(made(show, activity)) == 3 and schedules_due(show.services) == []


def test_days_ahead_have_bounds(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    for ahead in (0, 91):
        with pytest.raises(BadInput, match="from 1 to 90"):
            repeated(show, ahead=ahead)


def two_workers(services: Services, schedule_id: int) -> None:
    workers = [threading.Thread(target=make_next, args=(services, schedule_id)) for _ in range(2)]
    for thread in workers:
        thread.start()
    for thread in workers:
        thread.join(60)


def meeting(claim: Callable[..., bool]) -> Callable[..., bool]:
    """Both workers have read the schedule before either of them claims."""
    barrier = threading.Barrier(2)

    def met(sql: Connection, one: object) -> bool:
        barrier.wait(60)
        return claim(sql, one)

    return met


@pytest.mark.race
def test_two_workers_make_one_run_of_an_opening(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    show = stage()
    claim = occurrences.claim
    for _ in range(10):
        activity, schedule = repeated(show.another())
        before = len(made(show, activity))
        monkeypatch.setattr(occurrences, "claim", meeting(claim))
        two_workers(show.services, schedule)
        assert len(made(show, activity)) == before + 1
        assert stop(show.services, schedule, ACTOR)
        with show.services.sql.begin() as sql:
            sql.execute(delete(Occurrence))


@pytest.mark.race
def test_that_race_goes_red_for_workers_that_do_not_claim(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    show = stage()
    activity, schedule = repeated(show)
    monkeypatch.setattr(occurrences, "claim", meeting(lambda sql, one: True))
    two_workers(show.services, schedule)
    assert len(made(show, activity)) == 1  # the occurrence's own key still holds
    with show.services.sql.begin() as sql:
        sql.execute(text("ALTER TABLE occurrence DROP CONSTRAINT pk_occurrence, DROP CONSTRAINT uq_occurrence_run_id"))
    monkeypatch.setattr(occurrences, "claim", meeting(lambda sql, one: True))
    two_workers(show.services, schedule)
    assert len(made(show, activity)) == 3
    with show.services.sql.begin() as sql:
        sql.execute(delete(Occurrence))
        sql.execute(delete(Schedule))
        sql.execute(text("ALTER TABLE occurrence ADD CONSTRAINT pk_occurrence PRIMARY KEY (activity_id, at)"))
