"""Our own processes killed in the middle: the worker between points and badges, the web with a question open."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import func, select, text

from campaigns.bootstrap import Services
from campaigns.db.records import Award, LedgerEntry, Standing
from campaigns.settle.rebuild import check_ledger, recompute
from deploy.house import House
from tests.faults.night import Night, night, until
from tests.stage import single

pytestmark = [pytest.mark.faults, pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO award%'"


def blocked(services: Services) -> bool:
    with services.sql.connect() as sql:
        return bool(sql.scalar(text(WAITS)))


def to_the_end(show: Night) -> None:
    for _ in range(6):  # board, podium, 3, 2, 1, end
        show.desk.next()


def test_a_worker_killed_in_the_middle_of_an_award_leaves_points_given_exactly_once(
    house: House, services: Services
) -> None:
    with night(house, services, [single(seconds=100)], ["小明", "小华"]) as show, services.sql.connect() as sql:
        show.ask(1)
        for said in [show.say(phone) for phone in show.phones]:
            assert said.result()["outcome"] == "recorded"
        show.to_reveal(1)
        sql.execute(text("LOCK TABLE award IN EXCLUSIVE MODE"))  # the points are written, the badges cannot be
        to_the_end(show)
        until(lambda: blocked(services))
        assert show.run_row().awarded_version == 0
        house.worker.kill()
        sql.rollback()
        until(
            lambda: show.run_row().awarded_version == 1
        )  # by the sweeper: abandoned to RQ alone it would take minutes
        won = show.phones[0].wait(lambda event, data: event == "scene" and bool((data["final"] or {}).get("awards")))
        assert won["scene"] == "final" and show.phones[0].ask("awards")["points"] > 0
        house.worker.start()
        time.sleep(1.0)  # whatever hints are left: the new worker takes them all
    given = select(LedgerEntry.fan_id, LedgerEntry.amount).where(LedgerEntry.run_id == show.run_id)
    board = select(Standing.fan_id, Standing.score).where(Standing.run_id == show.run_id)
    with services.sql.connect() as sql:
        assert sorted(sql.execute(given)) == sorted((fan, 2 * score) for fan, score in sql.execute(board))
        twice = select(Award.fan_id).where(Award.run_id == show.run_id).group_by(Award.fan_id, Award.badge)
        assert not sql.execute(twice.having(func.count() > 1)).all()
    assert check_ledger(services) == []


def test_a_web_process_killed_in_the_middle_of_a_question_has_lost_no_acknowledged_answer(
    house: House, services: Services
) -> None:
    names = [f"观众{n}" for n in range(6)]
    with night(house, services, [single(seconds=100)], names) as show:
        show.ask(1)
        acknowledged = {phone.fan_id: phone.repeat(show.right()) for phone in show.phones[:3]}
        under_way = [show.say(phone) for phone in show.phones[3:]]
        house.web.kill()
        rows = show.rows()
        assert {fan: ack["receipt"] for fan, ack in acknowledged.items()}.items() <= rows.items()
        house.web.start()
        for phone, said in zip(show.phones[3:], under_way, strict=True):
            acknowledged[phone.fan_id] = said.result()
        assert {fan: ack["receipt"] for fan, ack in acknowledged.items()} == show.rows()
        for phone in show.phones:  # the pages are back by themselves, and asking again changes nothing
            again = phone.repeat({**show.right(), "places": [0]})
            assert (again["outcome"], again["receipt"]) == ("duplicate", show.rows()[phone.fan_id])
            assert sum(event == "snapshot" for event, _ in phone.packets) == 2
        show.desk.__exit__()
        show.desk.__enter__()
        assert show.to_reveal(1)["reveal"]["right"] == 6
    assert recompute(services, show.run_id).differences == []
