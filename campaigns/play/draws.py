"""The draws of a finished run, with all that anybody needs to draw them again: docs/scoring.md has the recipe.

Told at the end only: before, the list would say who was right, and the seed would tell a lot that is still to be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, select

from campaigns.bootstrap import Services
from campaigns.db.models import Fan, Round, Run
from campaigns.db.records import Settlement
from campaigns.domain.run import RunState


@dataclass(frozen=True, slots=True)
class Draw:
    """Who was tied at the cut of round `n`: public ids by their lots, best first; the first `places` of them won."""

    n: int
    elapsed_ms: int
    places: int
    fans: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draws:
    """`draw`: SHA-256 of the seed, as in every packet. `seed`: hexadecimal, None until the run has ended."""

    code: str
    version: int
    draw: str
    seed: str | None
    rounds: tuple[Draw, ...]


def draws_of(services: Services, code: str) -> Draws | None:
    """None: there is no such run."""
    with services.reading() as sql:
        run = sql.execute(select(Run).where(Run.code == code)).one_or_none()
        if run is None:
            return None
        ended = run.state == RunState.ENDED
        rounds = _draws(sql, run.id) if ended else ()
    seed = run.seed.hex() if ended else None
    return Draws(run.code, run.rules["version"], sha256(run.seed).hexdigest(), seed, rounds)


def _draws(sql: Connection, run_id: int) -> tuple[Draw, ...]:
    counts = (Settlement.round_id == Round.id) & (Settlement.version == Round.version)
    settled = select(Round.n, Settlement.result["draw"].label("draw")).join(Settlement, counts)
    rows = [row for row in sql.execute(settled.where(Round.run_id == run_id).order_by(Round.n)) if row.draw]
    shown = _publics(sql, rows)
    return tuple(
        Draw(row.n, row.draw["elapsed_ms"], row.draw["places"], tuple(shown[fan] for fan in row.draw["fans"]))
        for row in rows
    )


def _publics(sql: Connection, rows: list[Row[Any]]) -> dict[int, str]:
    fans = {fan for row in rows for fan in row.draw["fans"]}
    return {row.id: row.public for row in sql.execute(select(Fan.id, Fan.public).where(Fan.id.in_(fans)))}
