"""The order in which a web process takes its leave: answers are committed as long as anybody may still say one."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry

from campaigns.db.journal import Stored
from campaigns.db.promise import Promise
from campaigns.domain.answer import Outcome
from realtime.meters import Meters
from realtime.server import make_socketio
from realtime.wiring import wire
from tests.db.entries import entry_of, until
from tests.show import PATIENCE_S, Show


class Step:
    who = (1, 1)


def test_an_answer_said_while_the_last_steps_are_written_is_committed_too(
    show: Show, monkeypatch: pytest.MonkeyPatch
) -> None:
    fan = show.fan("末")
    show.ask()
    socketio = make_socketio(Flask("leaving"))
    wiring = wire(show.services, socketio, Meters(CollectorRegistry()), "http://hall.example", 100)
    said: list[Promise[Stored]] = []

    def last_steps(entries: list[Any]) -> list[bool]:
        until(lambda: wiring.steps._stopping)
        said.append(wiring.journal.put(entry_of(show, fan))[0])
        return [True for _ in entries]

    step: Any = Step()
    monkeypatch.setattr(wiring.steps, "_commit", last_steps)
    wiring.journal.start()
    wiring.steps.start()
    wiring.steps.put(step)
    wiring.drain.run()
    assert said[0].result(PATIENCE_S).outcome is Outcome.RECORDED
    assert set(show.answers(1)) == {fan}
