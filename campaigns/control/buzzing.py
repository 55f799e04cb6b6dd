"""What was said at a buzzer, marked from the desk: one event for each mark, and what counts is a settlement.

A mark names the fan it is about, who must be the one whose turn it is to speak: a second press, or a second desk, is stale.
A wrong mark passes the word on and leaves the round open, if it is; a right one closes it. Judged, a slip is a correction.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from campaigns.bootstrap import Services
from campaigns.control import transitions
from campaigns.control.conduct import read_run
from campaigns.control.keys import KeyOutcome, newest
from campaigns.db.events import Transition
from campaigns.db.models import Fan, QuestionVersion, Round
from campaigns.db.presses import MARKED, line, marks
from campaigns.db.question_rows import marks_json
from campaigns.domain.actor import operator_id
from campaigns.domain.buzzer import MarksKey, corrected, speaker
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.question import Kind
from campaigns.domain.round import RoundEvent, RoundState
from campaigns.domain.run import RunState

TAKES_MARKS = (RoundState.OPEN, RoundState.CLOSED)


def mark(services: Services, run_id: int, round_id: int, public: str, actor: str, *, right: bool) -> KeyOutcome:
    """What the fan whose turn it is has said was right, or wrong."""
    with services.transition(run_id) as change:
        run = read_run(change, run_id)
        row = _waiting(change, run, round_id)
        if row is None:
            return KeyOutcome.STALE
        first, key = line(change.sql, run, row), marks(change.sql, run, round_id)
        fan = speaker(first, key)
        if fan is None or fan != _fan(change, public):
            return KeyOutcome.STALE
        if right and row.state == RoundState.OPEN and not transitions.close(change, run, row, actor):
            return KeyOutcome.STALE
        change.record(run_id, MARKED, actor, round=round_id, fan=fan, right=right)
        if right:
            _order(change, round_id, 1, MarksKey((*key.marks, (fan, True))), actor)
        return KeyOutcome.MOVED


def nobody(services: Services, run_id: int, round_id: int, actor: str) -> KeyOutcome:
    """Nobody (more) is asked: judged by the marks there are, closed first if it is open."""
    with services.transition(run_id) as change:
        run = read_run(change, run_id)
        row = _waiting(change, run, round_id)
        if row is None or (row.state == RoundState.OPEN and not transitions.close(change, run, row, actor)):
            return KeyOutcome.STALE
        _order(change, round_id, 1, marks(change.sql, run, round_id), actor)
        change.record(run_id, "nobody_right", actor, round=round_id)
        return KeyOutcome.MOVED


def correct_marks(
    services: Services, run_id: int, round_id: int, public: str | None, actor: str, why: str
) -> KeyOutcome:
    """Judge the round again: `public` was right after all, or (None) nobody."""
    with services.transition(run_id) as change:
        run = read_run(change, run_id)
        row = _buzzer(change, run, round_id)
        right = None if public is None else _fan(change, public)
        if right is not None and right not in {press.fan for press in line(change.sql, run, row)}:
            raise BadInput("fan", public, "one of the first who pressed")
        key = corrected(marks(change.sql, run, round_id), right)
        over = run.state == RunState.CANCELLED
        if over or not transitions.move_round(change, round_id, RoundEvent.CORRECTED, RoundState.SETTLING):
            return KeyOutcome.STALE
        version = newest(change, round_id) + 1
        _order(change, round_id, version, key, actor, why=why)
        told = {"before": {"version": version - 1}, "version": version}
        change.record(run_id, "corrected", actor, round=round_id, why=why, **told)
        return KeyOutcome.MOVED


def _waiting(change: Transition, run: Row[Any], round_id: int) -> Row[Any] | None:
    """The round on stage while its marks are being made."""
    row = _buzzer(change, run, round_id)
    waits = run.round_id == round_id and run.state == RunState.PLAYING and row.state in TAKES_MARKS
    return row if waits and not newest(change, round_id) else None


def _buzzer(change: Transition, run: Row[Any], round_id: int) -> Row[Any]:
    columns = (Round, QuestionVersion.body, QuestionVersion.key.label("authored_key"))
    asked = select(*columns).join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    row = change.sql.execute(asked.where(Round.id == round_id, Round.run_id == run.id)).one_or_none()
    if row is None:
        raise NotFound(f"round {round_id} of run {run.id}")
    if row.body["kind"] != Kind.BUZZER:
        raise BadInput("round", round_id, "a buzzer question: others have a key")
    return row


def _fan(change: Transition, public: str) -> int:
    fan = change.sql.scalar(select(Fan.id).where(Fan.public == public))
    if fan is None:
        raise NotFound(f"fan {public}")
    return fan


def _order(change: Transition, round_id: int, version: int, key: MarksKey, actor: str, **more: Any) -> None:
    more |= {"operator_id": operator_id(actor)}
    transitions.order_settlement(change, round_id, version, marks_json(key), **more)
