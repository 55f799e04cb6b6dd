"""Steps of plays into SQL: one statement for a batch, and with a play's last step its result, in the same one.

The primary key (play, n) is the whole guard: of two devices, two taps or two hundred requests that want to write the same
step, one row comes back from RETURNING. Everybody else is told `False` and reads the record.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Engine, text

from campaigns.db.engine import one_statement
from campaigns.db.group_commit import GroupCommit

PACE_S = 0.03  # nobody races here: a step may wait longer for company than an answer of a rush


@dataclass(frozen=True, slots=True)
class Ending:
    """The columns of `play_result` beside the play's own (`level_scores`: PostgreSQL array literal)."""

    activity_id: int
    run_id: int
    fan_id: int
    day: date
    ended_at: datetime
    challenge_id: int | None
    score: int
    elapsed_ms: int
    right: int
    asked: int
    passed: int
    perfect: int
    flags: int
    level_scores: str
    counts: bool  # practice plays end without a result


@dataclass(frozen=True, slots=True)
class StepEntry:
    """One step on its way into SQL (`places`: PostgreSQL array literal: arrays of unequal length are no parameter)."""

    play_id: int
    n: int
    kind: int
    question_version_id: int | None
    places: str | None
    value: float | None
    ns: int
    boot: str
    at: datetime
    allowance_ns: int
    rtt_ns: int | None
    receipt: str | None
    ending: Ending | None = None

    @property
    def who(self) -> tuple[int, int]:
        return self.play_id, self.n


_STEP_TYPES = {"play_id": "bigint", "n": "smallint", "kind": "smallint", "question_version_id": "bigint"}
_STEP_TYPES |= {"places": "text", "value": "float8", "ns": "bigint", "boot": "text", "at": "timestamptz"}
_STEP_TYPES |= {"allowance_ns": "bigint", "rtt_ns": "bigint", "receipt": "text"}
_RESULT_TYPES = {"play_id": "bigint", "activity_id": "bigint", "run_id": "bigint", "fan_id": "bigint", "day": "date"}
_RESULT_TYPES |= {"ended_at": "timestamptz", "challenge_id": "bigint", "score": "int", "elapsed_ms": "int"}
_RESULT_TYPES |= dict.fromkeys(("right", "asked", "passed", "perfect", "flags"), "smallint") | {"level_scores": "text"}


_ENDING_TYPES = {"n": "smallint", "counts": "boolean"} | _RESULT_TYPES
_PLAYED = _ENDING_TYPES.keys() - {"play_id", "n"}
# The plays that end with one of these steps, if it is this one that was written. A guest's play may be another fan's by now.
_ENDED = """
, ending AS (SELECT * FROM {given}),
ended AS (
  UPDATE play SET ended_at = e.ended_at FROM ending e JOIN step USING (play_id, n)
   WHERE play.id = e.play_id AND play.ended_at IS NULL RETURNING play.id, play.fan_id),
result AS (
  INSERT INTO play_result ({columns}) SELECT {values} FROM ending x JOIN ended ON ended.id = x.play_id WHERE x.counts
  ON CONFLICT DO NOTHING)
"""


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _given(rows: str, types: dict[str, str], alias: str) -> str:
    """The parameter `rows` as a table. One text for all: thirty arrays would cost the driver more than all else of a commit."""
    columns = ", ".join(f'"{name}" {kind}' for name, kind in types.items())
    return f"json_to_recordset(CAST(:{rows} AS json)) AS {alias}({columns})"


def _values(types: dict[str, str], **others: str) -> str:
    return ", ".join(others.get(name, f'x."{name}"') for name in types)


_STEPS = f"""
WITH step AS (
  INSERT INTO play_step ({_quoted(_STEP_TYPES)}) SELECT {_values(_STEP_TYPES, places="x.places::smallint[]")}
    FROM {_given("steps", _STEP_TYPES, "x")} ON CONFLICT DO NOTHING RETURNING play_id, n)
"""
_WRITTEN = " SELECT play_id, n FROM step"
INSERT = text(_STEPS + _WRITTEN)
INSERT_AND_END = text(
    _STEPS
    + _ENDED.format(
        given=_given("ends", _ENDING_TYPES, "e"),
        columns=_quoted(_RESULT_TYPES),
        values=_values(_RESULT_TYPES, fan_id="ended.fan_id", level_scores="x.level_scores::int[]"),
    )
    + _WRITTEN
)
_KEYS = "SELECT * FROM unnest(CAST(:plays AS bigint[]), CAST(:ns AS smallint[]))"
STORED = text(f"SELECT play_id, n, kind, ns, boot, receipt FROM play_step WHERE (play_id, n) IN ({_KEYS})")


def step_journal(engine: Engine) -> GroupCommit[StepEntry, bool]:
    """The flusher of steps; its promises say whether the step was written (False: somebody else's stands there)."""
    alone = one_statement(engine)
    return GroupCommit("steps", lambda entries: commit(alone, entries), lambda entry: entry.who, False, PACE_S)


def commit(engine: Engine, entries: list[StepEntry]) -> list[bool]:
    """Write the batch in one transaction; of each entry, whether it is in the record. Raises what SQLAlchemy raises."""
    rows = {"steps": _json([_columns(entry, _STEP_TYPES) for entry in entries])}
    ends = [entry for entry in entries if entry.ending is not None]
    if ends:
        rows["ends"] = _json(
            [_columns(entry.ending, _PLAYED) | {"play_id": entry.play_id, "n": entry.n} for entry in ends]
        )
    with engine.begin() as sql:
        written = {(row.play_id, row.n) for row in sql.execute(INSERT_AND_END if ends else INSERT, rows)}
    lost = [entry for entry in entries if entry.who not in written]
    if lost:
        written |= _own(engine, lost)
    return [entry.who in written for entry in entries]


def _columns(row: object, names: Iterable[str]) -> dict[str, object]:
    return {name: getattr(row, name) for name in names}


def _json(rows: Sequence[dict[str, object]]) -> str:
    return json.dumps(rows, default=str)  # dates as PostgreSQL reads them


def _own(engine: Engine, lost: list[StepEntry]) -> set[tuple[int, int]]:
    """Of refused entries those whose row is their own: the commit went through, its reply got lost, and we came again."""
    with engine.connect() as sql:
        keys = {"plays": [entry.play_id for entry in lost], "ns": [entry.n for entry in lost]}
        stored = {(row.play_id, row.n): (row.kind, row.ns, row.boot, row.receipt) for row in sql.execute(STORED, keys)}
    return {entry.who for entry in lost if stored.get(entry.who) == (entry.kind, entry.ns, entry.boot, entry.receipt)}
