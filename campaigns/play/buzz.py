"""What everybody sees of a buzzer round: who pressed first, who was asked, whose turn it is to speak.

It stands in the scene packet, exact; while presses come in also in the tick, which never advances `seq`.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from campaigns.bootstrap import Services
from campaigns.db.presses import line, marks
from campaigns.domain.buzzer import speaker
from campaigns.domain.question import Kind
from campaigns.domain.round import RoundState
from campaigns.domain.run import Scene
from campaigns.domain.scene import BuzzPart, BuzzRow
from campaigns.play.current import round_row, run_row
from campaigns.play.names import names_of

SHOWN_IN = frozenset({Scene.OPEN, Scene.CLOSED, Scene.REVEAL})


def buzz_part(sql: Connection, run: Row[Any], row: Row[Any] | None) -> BuzzPart | None:
    """From the rows of run and current round (current.py). None: no buzzer, not open yet, told already, or void; and for
    viewers of a stream, of whom nobody is asked."""
    if (
        row is None
        or run.of_run_id is not None
        or Scene(run.scene) not in SHOWN_IN
        or row.body["kind"] != Kind.BUZZER
        or row.state == RoundState.VOID
    ):
        return None
    return order_of(sql, run, row, over=Scene(run.scene) is Scene.REVEAL)


def order_of(sql: Connection, run: Row[Any], row: Row[Any], *, over: bool) -> BuzzPart:
    """`over`: nobody is asked any more."""
    first, key = line(sql, run, row), marks(sql, run, row.id)
    names = names_of(sql, run, [press.fan for press in first])
    rows = tuple(BuzzRow(*names[press.fan], press.rank, press.elapsed_ms, key.said(press.fan)) for press in first)
    next_one = None if over else speaker(first, key)
    return BuzzPart(rows, None if next_one is None else names[next_one][0])


def buzz_now(services: Services, run_id: int) -> BuzzPart | None:
    """The same at this instant, for a tick."""
    with services.reading() as sql:
        run = run_row(sql, run_id)
        return buzz_part(sql, run, round_row(sql, run.round_id))


def somebody_speaks(sql: Connection, run: Row[Any], row: Row[Any]) -> bool:
    """There is somebody left to be asked."""
    return speaker(line(sql, run, row), marks(sql, run, row.id)) is not None
