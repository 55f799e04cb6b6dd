"""Settling on real SQL: once, however many workers try, however often, with or without Redis."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text, update

from campaigns.bootstrap import build_services
from campaigns.control.conduct import Moved, press_next
from campaigns.db.models import Round
from campaigns.db.records import Event, Score
from campaigns.live.leaderboards import places
from campaigns.play.live import newest
from campaigns.settle import rounds
from campaigns.settle.rebuild import recompute
from campaigns.settle.rounds import Attempt, settle_round
from config import Settings
from tests.conftest import close
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import estimate, single


def kinds(show: Show) -> list[str]:
    return [row.kind for row in show.rows(select(Event.kind).where(Event.run_id == show.run_id).order_by(Event.seq))]


def closed(stage: Stage, *questions: Any) -> tuple[Show, int, int]:
    """A closed round with one right and one wrong answer."""
    show = stage(*questions)
    ming, hua = show.fans("小明", "小华")
    show.ask()
    show.say(ming, "b", after_ms=1000)
    show.say(hua, "c", after_ms=900)
    show.close()
    return show, ming, hua


def test_settling_twice_is_settling_once(stage: Stage) -> None:
    show, ming, hua = closed(stage)
    assert show.settle(1) and not show.settle(1)
    assert show.scores(1) == {ming: 975, hua: 0} and show.versions(1) == [1]
    assert kinds(show)[-2:] == ["settling_begun", "settled"]


def test_that_counting_has_begun_is_told_to_nobody_and_makes_no_press_stale(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, _, _ = closed(stage)
    before, seen = newest(show.services, [show.run_id]), list[Any]()

    def meanwhile(*_: Any) -> Attempt:
        seen.append((newest(show.services, [show.run_id]), show.round(1).state))
        seen.append(press_next(show.services, show.run_id, before[show.run_id][0], "operator:1"))
        return Attempt.REFUSED

    monkeypatch.setattr(rounds, "_settle", meanwhile)
    assert not settle_round(show.services, show.round(1).id)
    assert seen == [(before, "settling"), Moved.WAITING] and kinds(show)[-1] == "settling_begun"


@pytest.mark.race
def test_of_eight_workers_that_settle_at_once_one_does(stage: Stage) -> None:
    show, ming, hua = closed(stage)
    round_id, start, done = show.round(1).id, threading.Barrier(8), list[bool]()

    def worker() -> None:
        start.wait()
        done.append(settle_round(show.services, round_id))

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == [False] * 7 + [True] and kinds(show).count("settled") == 1
    assert show.scores(1) == {ming: 975, hua: 0}


@pytest.mark.race
def test_that_race_goes_red_for_workers_that_look_and_then_judge(stage: Stage) -> None:
    show, _, _ = closed(stage)
    between, done = threading.Barrier(2), list[bool]()

    def naive() -> None:
        free = show.round(1).state == "closed"
        between.wait(60)
        with show.services.sql.begin() as sql:
            sql.execute(update(Round).where(Round.id == show.round(1).id).values(state="settling"))
        done.append(free)

    threads = [threading.Thread(target=naive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert done == [True, True]  # both believe that they are the one


def test_a_worker_that_died_while_judging_leaves_nothing_and_the_next_one_finishes(stage: Stage) -> None:
    show, ming, hua = closed(stage)
    with show.services.sql.begin() as sql:  # it had begun, and died before its second transaction
        sql.execute(update(Round).where(Round.id == show.round(1).id).values(state="settling"))
    assert show.scores(1) == {}
    assert show.settle(1) and show.scores(1) == {ming: 975, hua: 0}
    assert show.round(1).state == "settled"


def test_what_goes_wrong_while_judging_leaves_the_round_to_be_judged_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, ming, hua = closed(stage)

    def broken(*_: object) -> None:
        raise RuntimeError("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr("campaigns.settle.rounds.recompute_standings", broken)
        with pytest.raises(RuntimeError, match="in the middle"):
            show.settle(1)
    assert show.rows(select(Score).where(Score.run_id == show.run_id)) == [] and show.totals() == {}
    assert show.settle(1) and show.totals() == {ming: (975, 1), hua: (0, 2)}


def test_after_settling_redis_holds_what_sql_holds(stage: Stage) -> None:
    show, ming, hua = closed(stage)
    show.settle(1)
    assert places(show.services.live, show.run_id) == {ming: (975, 1000), hua: (0, 0)}


def test_without_redis_a_round_is_settled_all_the_same(stage: Stage, settings: Settings) -> None:
    show, ming, hua = closed(stage)
    nowhere = "unix:///nonexistent/redis.sock"
    blind = build_services(
        replace(settings, live_redis_url=nowhere, queue_redis_url=nowhere, bus_redis_url=nowhere), show.services.now
    )
    assert settle_round(blind, show.round(1).id)
    close(blind)
    assert show.totals() == {ming: (975, 1), hua: (0, 2)} and show.next() == "moved"


def test_nobody_right_nobody_there_and_everybody_equal_are_settled_too(stage: Stage) -> None:
    show = stage(single(), single(), estimate(190))
    show.play({})
    assert show.scene()["reveal"]["fastest"] is None and show.scene()["board"]["of"] == 0
    ming, hua = show.fans("小明", "小华")
    show.next()
    show.play({ming: ("a", 1000), hua: ("c", 1000)})
    assert show.totals() == {ming: (0, 1), hua: (0, 1)} and show.scene()["reveal"]["right"] == 0
    show.next()
    show.ask()
    for fan in (ming, hua):
        show.say(fan, value=190.0, after_ms=1000)
    show.close()
    show.settle(3)
    assert show.totals() == {ming: (975, 1), hua: (975, 1)}
    assert recompute(show.services, show.run_id).differences == []


def test_an_estimate_shows_its_distribution_in_twenty_bins(stage: Stage) -> None:
    show = stage(estimate(190))
    values = [100.0, 109.0, 110.0, 190.0, 300.0, -5.0]
    fans = show.fans(*(f"估{n}" for n in range(len(values))))
    show.ask()
    for fan, value in zip(fans, values, strict=True):
        assert show.say(fan, value=value).outcome == "recorded"
    show.close()
    show.settle(1)
    show.next()
    counts = show.scene()["reveal"]["counts"]
    assert len(counts) == 20 and sum(counts) == 6
    assert (counts[0], counts[1], counts[9], counts[19]) == (3, 1, 1, 1)


def test_an_estimate_runs_no_race_and_every_choice_has_a_lane_of_its_count(stage: Stage) -> None:
    show = stage(single(), estimate(190))
    fans = show.fans("小明", "小华", "小红")
    show.play(dict(zip(fans, [("b", 400), ("b", 2600), ("d", 900)], strict=True)))
    told = show.scene()["reveal"]
    assert told["race"]["until_ms"] == 3000 and [sum(lane) for lane in told["race"]["lanes"]] == told["counts"]
    ran = told["race"]
    show.correct(1, "d")
    show.settle_all()
    again = show.scene()["reveal"]
    assert again["version"] == 2 and again["race"] == ran, "another key, but the same answers at the same times"
    show.next()
    assert show.scene()["scene"] == "board" and show.scene()["reveal"]["race"] is None
    show.ask()
    show.say(fans[0], value=190.0)
    show.close()
    show.settle(2)
    show.next()
    assert show.scene()["reveal"]["answered"] == 1 and show.scene()["reveal"]["race"] is None


def test_the_lock_of_a_campaign_does_not_hold_up_another_one(stage: Stage) -> None:
    show, _, _ = closed(stage)
    other, _, _ = closed(stage)
    with show.services.sql.connect() as sql:
        held = {"id": other.run().campaign_id}
        sql.execute(text("SELECT 1 FROM campaign WHERE id = :id FOR UPDATE"), held)
        assert show.settle(1)
        sql.rollback()
    assert other.settle(1)
