"""What happens while a worker judges: other workers, corrections, kicks, a cancel, its death.

One result per settlement version, never a wrong one, and nobody waits for the judging.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from campaigns.control.conduct import Moved, cancel, set_switches
from campaigns.control.people import kick
from campaigns.db.records import Event, Score, Settlement
from campaigns.settle import rounds
from campaigns.settle.cases import judge_round
from campaigns.settle.due import work_due
from campaigns.settle.projections import board_result
from campaigns.settle.rebuild import recompute
from tests.show import ACTOR, PATIENCE_S, Show
from tests.show_fixtures import Stage
from tests.stage import single


def closed(stage: Stage, *questions: Any) -> tuple[Show, int, int]:
    """The first round is closed: one fan was right, one wrong."""
    show = stage(*questions)
    ming, hua = show.fans("小明", "小华")
    show.ask()
    show.say(ming, "b", after_ms=1000)
    show.say(hua, "c", after_ms=900)
    show.close()
    return show, ming, hua


class Worker(threading.Thread):
    """Settles round n of the show; `told` is what it returned or what it died of."""

    def __init__(self, show: Show, n: int) -> None:
        super().__init__()
        self._show, self._n, self.told = show, n, list[Any]()

    def run(self) -> None:
        try:
            self.told.append(self._show.settle(self._n))
        except Exception as error:  # what a worker dies of is looked at by the test
            self.told.append(error)


@contextmanager
def judging(show: Show, n: int, patch: pytest.MonkeyPatch, workers: int = 1) -> Iterator[list[Worker]]:
    """So many workers, each stopped in the middle of its first judgement; at the end of the block they go on to their ends."""
    inside, go_on = threading.Semaphore(0), threading.Event()

    def slow(*arguments: Any) -> Any:
        inside.release()
        assert go_on.wait(PATIENCE_S)
        return judge_round(*arguments)

    with patch.context() as patched:
        patched.setattr(rounds, "judge_round", slow)
        team = [Worker(show, n) for _ in range(workers)]
        for worker in team:
            worker.start()
        for _ in team:
            assert inside.acquire(timeout=PATIENCE_S)
        try:
            yield team
        finally:
            go_on.set()
            for worker in team:
                worker.join(PATIENCE_S)


def settled(show: Show) -> list[tuple[int, int]]:
    """(round, version) of every result, in the order in which they came to count."""
    own = select(Event.payload).where(Event.run_id == show.run_id, Event.kind == "settled").order_by(Event.seq)
    number = {show.round(n).id: n for n in range(1, show.row(text("SELECT max(n) FROM round"))[0] + 1) if show.round(n)}
    return [(number[row.payload["round"]], row.payload["version"]) for row in show.rows(own)]


@pytest.mark.race
def test_a_second_worker_goes_away_and_the_desk_goes_on(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    show, ming, hua = closed(stage)
    with judging(show, 1, monkeypatch) as (worker,):
        assert not show.settle(1)
        assert set_switches(show.services, show.run_id, ACTOR, auto_reveal=True) is Moved.MOVED
    assert worker.told == [True] and settled(show) == [(1, 1)]
    assert show.scores(1) == {ming: 975, hua: 0}
    assert show.run().scene == "reveal"  # the switch was set before the end, so it counts


@pytest.mark.race
def test_without_the_claim_two_workers_judge_and_one_breaks_on_the_other(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, _, _ = closed(stage)
    monkeypatch.setattr(rounds, "claim", lambda sql, run_id: True)
    with judging(show, 1, monkeypatch, workers=2) as team:
        pass
    told = [worker.told[0] for worker in team]
    assert sorted(type(one).__name__ for one in told) == ["UniqueViolation", "bool"] or any(
        isinstance(one, IntegrityError) for one in told
    )


@pytest.mark.race
def test_a_round_corrected_while_a_later_one_is_judged_is_judged_next_and_the_later_one_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, ming, hua = closed(stage, single(), single(), single())
    show.settle(1)
    show.next()
    show.next()
    show.ask()
    show.say(ming, "b", after_ms=1000)
    show.say(hua, "b", after_ms=1000)
    show.close()
    with judging(show, 2, monkeypatch) as (worker,):
        assert show.correct(1, "c") == "moved"
        assert not show.settle(1)  # its hint is not lost: the worker looks again after its commit
    assert worker.told == [True]
    assert settled(show) == [(1, 1), (2, 1), (1, 2), (2, 2)]
    assert work_due(show.services).jobs == () and recompute(show.services, show.run_id).differences == []
    assert {fan: score for fan, (score, _) in show.totals().items()} == {ming: 975, hua: 978 + 975}


@pytest.mark.race
def test_who_is_kicked_while_a_worker_judges_stands_on_no_board_after_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, ming, hua = closed(stage)
    with judging(show, 1, monkeypatch):
        assert kick(show.services, show.run_id, show.public(ming), ACTOR) == ming
    assert settled(show) == [(1, 1)] and show.totals() == {hua: (0, 1)}
    assert set(show.scores(1)) == {ming, hua}  # the round is judged as it was when it closed
    show.next()
    assert [row["rank"] for row in show.scene()["board"]["top"]] == [1] and show.scene()["board"]["of"] == 1


@pytest.mark.race
def test_who_is_kicked_after_the_totals_were_computed_is_taken_out_at_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for looks, left in ((True, 1), (False, 2)):  # the second is the negative control
        show, ming, _ = closed(stage)
        with monkeypatch.context() as patch:
            patch.setattr(rounds, "board_result", kicking(show, ming))
            if not looks:
                patch.setattr(rounds, "_somebody_was_removed", lambda change, row: False)
            assert show.settle(1)
        assert len(show.totals()) == left
        assert sorted(rank for _, rank in show.totals().values()) == list(range(1, left + 1))


def kicking(show: Show, fan: int) -> Callable[..., dict[str, Any]]:
    """`board_result`, but a fan is kicked before it: the totals are written, the campaign is not locked yet."""

    def board(*arguments: Any) -> dict[str, Any]:
        kick(show.services, show.run_id, show.public(fan), ACTOR) if fan in show_here(show) else None
        return board_result(*arguments)

    return board


def show_here(show: Show) -> list[int]:
    here = text("SELECT fan_id FROM run_fan WHERE run_id = :run AND kicked_at IS NULL").bindparams(run=show.run_id)
    return [row.fan_id for row in show.rows(here)]


def test_who_is_kicked_before_a_waiting_settlement_is_judged_is_left_to_its_worker(stage: Stage) -> None:
    show, ming, hua = closed(stage)
    show.settle(1)
    show.next()
    assert show.correct(1, "c") == "moved"
    kick(show.services, show.run_id, show.public(ming), ACTOR)
    assert set(show.totals()) == {ming, hua}  # the worker may hold these rows: nobody waits for it under the lock
    assert show.settle(1) and show.totals() == {hua: (978, 1)}
    assert recompute(show.services, show.run_id).differences == []


@pytest.mark.race
def test_a_run_cancelled_while_a_worker_judges_gets_no_result(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    show, _, _ = closed(stage)
    with judging(show, 1, monkeypatch) as (worker,):
        assert cancel(show.services, show.run_id, ACTOR) is Moved.MOVED
    assert worker.told == [False] and settled(show) == [] and show.totals() == {}
    assert show.rows(select(Score).where(Score.run_id == show.run_id)) == []
    assert not show.settle(1) and show.round(1).version == 0
    own = select(Settlement.settled_at).where(Settlement.round_id == show.round(1).id)
    assert [row.settled_at for row in show.rows(own)] == [None]
    assert show.round(1).id not in [row_id for name, row_id in work_due(show.services).jobs if name == "settle_round"]


@pytest.mark.race
def test_a_worker_whose_connection_dies_leaves_nothing_and_holds_nobody_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, ming, hua = closed(stage)
    end = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND state = 'idle in transaction'"
    )
    with judging(show, 1, monkeypatch) as (worker,):
        assert not show.settle(1)
        with show.services.sql.begin() as sql:
            assert len(sql.execute(end).all()) == 1
    assert [isinstance(one, OperationalError) for one in worker.told] == [True] and settled(show) == []
    assert show.settle(1) and settled(show) == [(1, 1)] and show.scores(1) == {ming: 975, hua: 0}
