"""What the close waits for: answers received in time that are still on their way into SQL, on the real clock."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control import conduct
from campaigns.db.journal import Entry, commit
from campaigns.db.models import Run
from campaigns.domain.answer import Outcome, Said
from campaigns.domain.rush_rules import RushRules
from campaigns.play.answer import Arrival, judged
from campaigns.play.live import load_live
from campaigns.settle import rounds
from campaigns.settle.due import keep_time
from campaigns.settle.rounds import settle_round
from tests.stage import PATIENCE_S, joined_fan, run_of, single

NOW = RushRules(lead_ms=0, reading_min_ms=0, reading_max_ms=0)


def press(services: Services, run_id: int) -> None:
    with services.sql.connect() as sql:
        seq = sql.execute(select(Run.seq).where(Run.id == run_id)).scalar_one()
    assert conduct.press_next(services, run_id, seq, "test") is conduct.Moved.MOVED


def answered(services: Services) -> tuple[int, Entry]:
    """A run with one fan, the question open, and the answer of that fan on its way."""
    run_id = run_of(services, [single()], NOW)
    fan_id, _ = joined_fan(services, run_id, "小明")
    press(services, run_id)
    assert keep_time(services, run_id)  # announced
    gate = load_live(services, run_id).gate
    assert gate is not None
    entry = judged(services, gate, fan_id, Said((1,)), Arrival(services.now().ns, None, 0))
    assert isinstance(entry, Entry)
    return run_id, entry


def test_an_answer_received_in_time_is_recorded_although_its_batch_comes_after_the_close(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, go_on, asked_s = threading.Event(), threading.Event(), list[float]()

    def hold(seconds: float) -> None:
        asked_s.append(seconds)
        held.set()
        assert go_on.wait(PATIENCE_S)

    monkeypatch.setattr(rounds, "HOLD_NS", 60 * 10**9)  # that it waits is the point; how long would test this machine
    monkeypatch.setattr(rounds, "time", SimpleNamespace(sleep=hold))
    run_id, entry = answered(services)
    press(services, run_id)  # closed; the worker has the job
    settling = threading.Thread(target=settle_round, args=(services, entry.round_id))
    settling.start()
    assert held.wait(PATIENCE_S) and 0 < asked_s[0] <= 60
    assert commit(services.sql, [entry], services.now())[0].outcome is Outcome.RECORDED
    go_on.set()
    settling.join()


def test_where_everybody_s_answer_is_in_the_record_nothing_is_waited_for(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "HOLD_NS", 60 * 10**9)
    asked_s = list[float]()
    monkeypatch.setattr(rounds, "time", SimpleNamespace(sleep=asked_s.append))
    run_id, entry = answered(services)
    assert commit(services.sql, [entry], services.now())[0].outcome is Outcome.RECORDED
    press(services, run_id)
    assert settle_round(services, entry.round_id) and asked_s == []
