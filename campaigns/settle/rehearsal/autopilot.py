"""Presses *next* in a rehearsal that plays by itself, in the state it has seen, as a hand on the desk would.

A sealed question gets a made-up key: in a rehearsal nobody knows the true one either, and the show must go on.
"""

from __future__ import annotations

import time

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.buzzing import mark
from campaigns.control.conduct import press_next
from campaigns.control.desk import desk_view
from campaigns.control.keys import enter_key
from campaigns.db.models import QuestionVersion, Round, Run
from campaigns.domain.rehearsal import pressed_after_ms
from campaigns.domain.run import Step
from campaigns.play.buzz import buzz_now

ACTOR = "rehearsal"


class Autopilot:
    def __init__(self, services: Services, run_id: int, pace_ms: int) -> None:
        self._services, self._run_id, self._pace_ms = services, run_id, pace_ms
        self._shown: tuple[str, int] | None = None
        self._since_s = time.monotonic()

    def look(self) -> None:
        """Called again and again; moves at most one step."""
        view = desk_view(self._services, self._run_id)
        shown, now_s = (view.next.step, view.next.seq), time.monotonic()
        if shown != self._shown:
            self._shown, self._since_s = shown, now_s
        after_ms = pressed_after_ms(Step(view.next.step), self._pace_ms)
        if view.paused or after_ms is None or (now_s - self._since_s) * 1000 < after_ms:
            return
        if view.next.step == Step.ENTER_KEY:
            self._make_up_a_key()
        elif view.next.step == Step.MARK:
            self._let_speak()
        else:
            press_next(self._services, self._run_id, view.next.seq, ACTOR)

    def _let_speak(self) -> None:
        """At a buzzer whoever's turn it is said something right."""
        buzz = buzz_now(self._services, self._run_id)
        with self._services.reading() as sql:
            round_id = sql.execute(select(Run.round_id).where(Run.id == self._run_id)).scalar_one()
        if buzz is not None and buzz.speaks is not None and round_id is not None:
            mark(self._services, self._run_id, round_id, buzz.speaks, ACTOR, right=True)

    def _make_up_a_key(self) -> None:
        current = select(Round.id, Round.choice_order, QuestionVersion.body).join(Run, Run.round_id == Round.id)
        current = current.join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
        with self._services.reading() as sql:
            row = sql.execute(current.where(Run.id == self._run_id)).one()
        value = None if row.choice_order else (row.body["low"] + row.body["high"]) / 2
        places = [0] if row.choice_order else []
        enter_key(self._services, self._run_id, row.id, ACTOR, places, value)
