"""Steps of plays into SQL: one INSERT for a batch, and with a play's last step its result, in the same transaction.

The primary key (play, n) is the whole guard: of two devices, two taps or two hundred requests that want to write the same
step, one row comes back from RETURNING. Everybody else is told `False` and reads the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from sqlalchemy import Connection, Engine, text

from campaigns.db.group_commit import GroupCommit


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


def _insert(table: str, types: dict[str, str], array: str, of: str) -> str:
    names = ", ".join(f'"{name}"' for name in types)
    given = ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in types.items())
    values = ", ".join(f'x."{name}"::{of}[]' if name == array else f'x."{name}"' for name in types)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM unnest({given}) AS x({names}) ON CONFLICT DO NOTHING"


INSERT_STEPS = text(_insert("play_step", _STEP_TYPES, "places", "smallint") + " RETURNING play_id, n")
INSERT_RESULTS = text(_insert("play_result", _RESULT_TYPES, "level_scores", "int"))
END_PLAYS = text("""
UPDATE play SET ended_at = x.at FROM unnest(CAST(:play_id AS bigint[]), CAST(:at AS timestamptz[])) AS x(play_id, at)
WHERE play.id = x.play_id AND play.ended_at IS NULL RETURNING play.id, play.fan_id
""")
_KEYS = "SELECT * FROM unnest(CAST(:plays AS bigint[]), CAST(:ns AS smallint[]))"
STORED = text(f"SELECT play_id, n, kind, ns, boot, receipt FROM play_step WHERE (play_id, n) IN ({_KEYS})")


def step_journal(engine: Engine) -> GroupCommit[StepEntry, bool]:
    """The flusher of steps; its futures say whether the step was written (False: somebody else's stands there)."""
    return GroupCommit("steps", _committer(engine), lambda entry: entry.who, busy=False)


def _committer(engine: Engine) -> Callable[[list[StepEntry]], list[bool]]:
    return lambda entries: commit(engine, entries)


def commit(engine: Engine, entries: list[StepEntry]) -> list[bool]:
    """Write the batch in one transaction; of each entry, whether it is in the record. Raises what SQLAlchemy raises."""
    columns = {name: [getattr(entry, name) for entry in entries] for name in _STEP_TYPES}
    with engine.begin() as sql:
        written = {(row.play_id, row.n) for row in sql.execute(INSERT_STEPS, columns)}
        _end(sql, [entry for entry in entries if entry.ending is not None and entry.who in written])
    lost = [entry for entry in entries if entry.who not in written]
    if lost:
        written |= _own(engine, lost)
    return [entry.who in written for entry in entries]


def _end(sql: Connection, entries: list[StepEntry]) -> None:
    if not entries:
        return
    endings = [(entry.play_id, entry.ending) for entry in entries if entry.ending is not None]
    ended = {"play_id": [play for play, _ in endings], "at": [end.ended_at for _, end in endings]}
    whose = {row.id: row.fan_id for row in sql.execute(END_PLAYS, ended)}  # a guest's play may be another fan's by now
    counted = [(play, replace(end, fan_id=whose[play])) for play, end in endings if end.counts and play in whose]
    if counted:
        names = [field.name for field in fields(Ending) if field.name in _RESULT_TYPES]
        columns: dict[str, list[object]] = {name: [getattr(end, name) for _, end in counted] for name in names}
        sql.execute(INSERT_RESULTS, columns | {"play_id": [play for play, _ in counted]})


def _own(engine: Engine, lost: list[StepEntry]) -> set[tuple[int, int]]:
    """Of refused entries those whose row is their own: the commit went through, its reply got lost, and we came again."""
    with engine.connect() as sql:
        keys = {"plays": [entry.play_id for entry in lost], "ns": [entry.n for entry in lost]}
        stored = {(row.play_id, row.n): (row.kind, row.ns, row.boot, row.receipt) for row in sql.execute(STORED, keys)}
    return {entry.who for entry in lost if stored.get(entry.who) == (entry.kind, entry.ns, entry.boot, entry.receipt)}
