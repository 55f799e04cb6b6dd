"""The journal of answers: group commit. What arrived while the last commit was under way is the next batch.

An answer's future resolves only after the transaction that holds it has committed; that is the acknowledgement. When SQL is
away the batch is kept and tried again (the arrival stays the arrival), so nobody is told "recorded" falsely and nobody loses
what was said in time. The row lock `FOR SHARE` on the round makes settling wait for batches under way, and what settling
overtook finds the state moved on: `too late`. Rejected: one transaction per answer (25 times the CPU), an
acknowledgement from Redis (a failover loses it).
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from campaigns.domain.answer import Outcome

log = logging.getLogger("fanfare.journal")
BATCH = 500
MOST_WAITING = 50_000
LONGEST_BACK_OFF_S = 1.0
AWAY = (
    OperationalError,
    InterfaceError,
    PoolTimeout,
)  # the pool is empty when others hang on a SQL that does not answer


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer on its way into SQL; the columns of table `answer` but for the question version, which SQL adds."""

    round_id: int
    fan_id: int
    places: str  # PostgreSQL array literal: an array of arrays of unequal length cannot be a parameter
    value: float | None
    opened_ns: int
    received_ns: int
    allowance_ns: int
    rtt_ns: int | None
    tap_ms: float | None
    boot_id: str
    received_at: datetime
    receipt: str

    @property
    def who(self) -> tuple[int, int]:
        return self.round_id, self.fan_id


@dataclass(frozen=True, slots=True)
class Stored:
    """The outcome and, for recorded and duplicate, the row that counts."""

    outcome: Outcome
    entry: Entry | None = None


_TYPES = {"round_id": "bigint", "fan_id": "bigint", "places": "text", "value": "float8", "opened_ns": "bigint"}
_TYPES |= {"received_ns": "bigint", "allowance_ns": "bigint", "rtt_ns": "bigint", "tap_ms": "float8"}
_TYPES |= {"boot_id": "text", "received_at": "timestamptz", "receipt": "text"}
COLUMNS = [field.name for field in fields(Entry)]
_UNNEST = ", ".join(f"CAST(:{name} AS {_TYPES[name]}[])" for name in COLUMNS)
_NAMES = ", ".join(COLUMNS)
_VALUES = ", ".join("a.places::smallint[]" if name == "places" else f"a.{name}" for name in COLUMNS)

INSERT = text(f"""
INSERT INTO answer ({_NAMES}, question_version_id)
SELECT {_VALUES}, r.question_version_id
FROM unnest({_UNNEST}) AS a({_NAMES}) JOIN round r ON r.id = a.round_id
WHERE r.state IN ('open', 'closed') AND r.boot_id = a.boot_id AND a.received_ns BETWEEN r.opens_ns AND r.closes_ns
FOR SHARE OF r
ON CONFLICT DO NOTHING
RETURNING round_id, fan_id
""")
_KEYS = "SELECT * FROM unnest(CAST(:rounds AS bigint[]), CAST(:fans AS bigint[]))"
SELECT = text(f"SELECT {_NAMES.replace('places', 'places::text')} FROM answer WHERE (round_id, fan_id) IN ({_KEYS})")


class Journal:
    """One per process, with one flusher. Thread-safe; under gevent's patch its threads are greenlets."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[tuple[Entry, Future[Stored]]] = deque()
        self._pending: dict[tuple[int, int], Future[Stored]] = {}
        self._lock = threading.Lock()
        self._work = threading.Event()
        self._stopping = False
        self._flusher = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> None:
        self._flusher.start()

    def stop(self) -> None:
        """Commit what is waiting, then end. Bounded: gives up after 3 s when SQL is away."""
        self._stopping = True
        self._work.set()
        self._flusher.join(timeout=3)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def put(self, entry: Entry) -> tuple[Future[Stored], bool]:
        """The future of this fan's answer to this round, and whether this entry is the first to ask for it."""
        with self._lock:
            known = self._pending.get(entry.who)
            if known is not None:
                return known, False
            future: Future[Stored] = Future()
            if len(self._waiting) >= MOST_WAITING:
                future.set_result(Stored(Outcome.BUSY))
                return future, True
            self._pending[entry.who] = future
            self._waiting.append((entry, future))
        self._work.set()
        return future, True

    def pending(self, round_id: int, fan_id: int) -> Future[Stored] | None:
        """The future of an answer that is on its way into SQL."""
        with self._lock:
            return self._pending.get((round_id, fan_id))

    def stored(self, round_id: int, fan_id: int) -> Entry | None:
        """The committed answer of this fan to this round. One query."""
        with self._engine.connect() as sql:
            return _read(sql, [(round_id, fan_id)]).get((round_id, fan_id))

    def _run(self) -> None:
        while not (self._stopping and not self._waiting):
            self._work.wait()
            self._work.clear()
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
                self._commit_until_done(batch)

    def _commit_until_done(self, batch: list[tuple[Entry, Future[Stored]]]) -> None:
        back_off_s = 0.05
        while True:
            try:
                results = commit(self._engine, [entry for entry, _ in batch])
                break
            except AWAY as error:
                if self._stopping:
                    return
                log.warning("SQL is away, %d answers wait: %s", len(batch), str(error).partition("\n")[0])
                time.sleep(back_off_s)
                back_off_s = min(LONGEST_BACK_OFF_S, back_off_s * 2)
            except Exception as error:  # whatever it is, the flusher must go on: everybody waits for it
                self._give_up_or_split(batch, error)
                return
        self._resolve(batch, results)

    def _give_up_or_split(self, batch: list[tuple[Entry, Future[Stored]]], error: Exception) -> None:
        """A row that SQL refuses must not hold the others back: try them one by one."""
        if len(batch) > 1:
            for one in batch:
                self._commit_until_done([one])
            return
        entry, future = batch[0]
        log.error("answer of fan %s to round %s refused by SQL: %s", entry.fan_id, entry.round_id, error)
        with self._lock:
            self._pending.pop(entry.who, None)
        future.set_exception(error)

    def _resolve(self, batch: list[tuple[Entry, Future[Stored]]], results: list[Stored]) -> None:
        with self._lock:
            for entry, _ in batch:
                self._pending.pop(entry.who, None)
        for (_, future), result in zip(batch, results, strict=True):
            future.set_result(result)


def commit(engine: Engine, entries: list[Entry]) -> list[Stored]:
    """Write the batch in one transaction and say of each entry what became of it. Raises what SQLAlchemy raises."""
    columns = {name: [getattr(entry, name) for entry in entries] for name in COLUMNS}
    with engine.begin() as sql:
        recorded = {tuple(row) for row in sql.execute(INSERT, columns)}
    rest = [entry.who for entry in entries if entry.who not in recorded]
    known: dict[tuple[int, int], Entry] = {}
    if rest:
        with engine.connect() as sql:
            known = _read(sql, rest)
    return [_outcome(entry, recorded, known) for entry in entries]


def _outcome(entry: Entry, recorded: set[tuple[int, ...]], known: dict[tuple[int, int], Entry]) -> Stored:
    if entry.who in recorded:
        return Stored(Outcome.RECORDED, entry)
    before = known.get(entry.who)
    if before is None:
        return Stored(Outcome.TOO_LATE)
    # Our own row from a commit whose reply got lost: same arrival, same receipt.
    own = before.received_ns == entry.received_ns and before.receipt == entry.receipt
    return Stored(Outcome.RECORDED if own else Outcome.DUPLICATE, before)


def _read(sql: Connection, keys: list[tuple[int, int]]) -> dict[tuple[int, int], Entry]:
    rows = sql.execute(SELECT, {"rounds": [key[0] for key in keys], "fans": [key[1] for key in keys]})
    entries = [Entry(*row) for row in rows]
    return {entry.who: entry for entry in entries}
