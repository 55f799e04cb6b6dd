"""The public page of a run that is over, read by a whole hall: what is the same for all is made once, and is never old."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select, text, update

from campaigns.bootstrap import Services
from campaigns.control.faces import hide_names
from campaigns.control.naming import rename
from campaigns.control.people import ban, kick
from campaigns.db.models import Participation
from campaigns.db.records import Standing
from campaigns.play.afterwards import NEIGHBOURS, Afterwards, afterwards
from campaigns.settle.awards import award_badges
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage, stage
from tests.stage import single

__all__ = ["stage"]
EQUALS = 2_000
CROWD = """
WITH people AS (
  INSERT INTO fan (secret_hash, public, created_at)
  SELECT decode(md5(n::text), 'hex'), 'crowd' || n, now() FROM generate_series(1, :n) AS n RETURNING id
), named AS (
  INSERT INTO participation (campaign_id, fan_id, nickname, skeleton, joined_at)
  SELECT :campaign, id, 'n' || id, 'n' || id, now() FROM people
), seated AS (
  INSERT INTO run_fan (run_id, fan_id, seed, joined_at) SELECT :run, id, 1, now() FROM people
) INSERT INTO standing (run_id, fan_id, score, elapsed_ms, rank, streak, out, lives)
  SELECT :run, id, 0, 0, 3, 0, false, 0 FROM people
"""


def over(stage: Stage) -> tuple[Show, list[int]]:
    show = stage(single())
    fans = show.fans("小明", "小华")
    show.play({fans[0]: ("b", 500), fans[1]: ("b", 900)})
    show.to_the_end()
    return show, fans


def read(show: Show, fan: int | None = None) -> Afterwards:
    found = afterwards(show.services, show.run().code, fan)
    assert found is not None
    return found


@contextmanager
def overheard(services: Services) -> Iterator[list[tuple[str, Any]]]:
    """The statements that are run meanwhile, with what they are about."""
    said: list[tuple[str, Any]] = []

    def keep(_: object, __: object, statement: str, parameters: Any, *more: object) -> None:
        said.append((statement, parameters))

    event.listen(services.sql, "before_cursor_execute", keep)
    yield said
    event.remove(services.sql, "before_cursor_execute", keep)


def test_the_second_reader_has_nothing_made_that_the_first_one_had(stage: Stage) -> None:
    show, fans = over(stage)
    code, first = show.run().code, read(show)
    with overheard(show.services) as said:
        assert afterwards(show.services, code, None) == first
    assert len(said) == 1
    with overheard(show.services) as said:
        own = afterwards(show.services, code, fans[1])
    assert own is not None and [line.own for line in own.top] == [False, True] and own.asked[0].own is not None
    assert not [statement for statement, _ in said if "question_version" in statement or "settlement" in statement]
    again = read(show)
    assert not any(line.own for line in again.top) and again.asked[0].own is None


def removed(show: Show, fans: list[int]) -> None:
    assert kick(show.services, show.run_id, show.public(fans[0]), ACTOR) == fans[0]


def banned(show: Show, fans: list[int]) -> None:
    assert ban(show.services, show.run_id, show.public(fans[0]), ACTOR) == fans[0]


def renamed(show: Show, fans: list[int]) -> None:
    assert rename(show.services, show.run_id, show.public(fans[0]), "某人", ACTOR) == "moved"


def hidden(show: Show, fans: list[int]) -> None:
    assert hide_names(show.services, show.run_id, ACTOR, hidden=True)


def corrected(show: Show, fans: list[int]) -> None:
    assert show.correct(1, "a") == "moved"
    show.settle_all()


def voided(show: Show, fans: list[int]) -> None:
    assert show.void(1) == "moved"
    show.settle_all()


@pytest.mark.parametrize("deed", [removed, banned, renamed, hidden, corrected, voided])
def test_what_an_operator_does_stands_there_for_the_next_reader(
    stage: Stage, deed: Callable[[Show, list[int]], None]
) -> None:
    show, fans = over(stage)
    before = read(show)
    assert before.top[0].name == "小明"
    deed(show, fans)
    after = read(show)
    assert (after.top, after.asked) != (before.top, before.asked)
    if deed not in (corrected, voided):
        assert "小明" not in [line.name for line in after.top]


def test_a_name_changed_elsewhere_stands_there_ten_seconds_later(stage: Stage) -> None:
    show, fans = over(stage)
    assert read(show).top[0].name == "小明"
    with show.services.sql.begin() as sql:
        sql.execute(update(Participation).where(Participation.fan_id == fans[0]).values(nickname="大明"))
    go(show.clock, 10)
    assert read(show).top[0].name == "大明"


def numbers(show: Show) -> dict[int, int | None]:
    """Fan → place on the board, ties apart."""
    return {row.fan_id: row.place for row in show.rows(select(Standing).where(Standing.run_id == show.run_id))}


def test_places_are_numbered_with_the_awards_and_a_correction_forgets_the_numbers(stage: Stage) -> None:
    show = stage(single())
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 500), hua: ("c", 900)})
    show.to_the_end()
    assert numbers(show) == {ming: None, hua: None}
    assert [line.fan_id for line in read(show).top] == [ming, hua]
    assert award_badges(show.services, show.run_id) and numbers(show) == {ming: 1, hua: 2}
    assert [line.fan_id for line in read(show).top] == [ming, hua]
    assert show.correct(1, "c") == "moved"
    show.settle_all()
    assert numbers(show) == {ming: None, hua: None}
    assert [line.fan_id for line in read(show).top] == [hua, ming] and read(show, ming).around == ()
    assert award_badges(show.services, show.run_id) and numbers(show) == {hua: 1, ming: 2}
    assert [line.fan_id for line in read(show).top] == [hua, ming]


def test_an_own_place_among_many_equals_is_found_without_going_through_them(stage: Stage) -> None:
    show, _ = over(stage)
    with show.services.sql.begin() as sql:
        about = {"n": EQUALS, "run": show.run_id, "campaign": show.run().campaign_id}
        sql.execute(text(CROWD), about)
        fans = list(sql.scalars(text("SELECT id FROM fan WHERE public LIKE 'crowd%' ORDER BY id")))
    assert award_badges(show.services, show.run_id)
    with show.services.sql.begin() as sql:
        sql.execute(text("ANALYZE fan, participation, run_fan, standing"))
    mine = fans[EQUALS // 2]
    with overheard(show.services) as said:
        found = read(show, mine)
    assert [line.fan_id for line in found.around] == fans[EQUALS // 2 - NEIGHBOURS : EQUALS // 2 + NEIGHBOURS + 1]
    with show.services.sql.connect() as sql:
        driver: Any = sql.connection.driver_connection
        plans = [driver.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {each}", about).fetchone()[0] for each, about in said]
    assert sum(touched(plan[0]["Plan"]) for plan in plans) < EQUALS / 4


def touched(plan: dict[str, Any]) -> float:
    """Rows that a plan looked at, at its leaves."""
    below = plan.get("Plans", [])
    passed = plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)
    return sum(touched(each) for each in below) + (0 if below else passed * plan["Actual Loops"])
