"""The journal of answers to a rush's rounds, by group commit.

The row lock `FOR SHARE` on the round makes settling wait for batches under way, and what settling overtook finds the state
moved on: `too late`. A repeated answer, by a second tap or by ourselves after a lost reply, meets its own row.
The marks of a round's pauses stand in its row, where the lock finds them: a pause that a batch had to wait for holds for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from msgspec import Struct
from msgspec.structs import astuple
from sqlalchemy import Connection, Engine, text

from campaigns.db.engine import one_statement
from campaigns.db.gathering import Gathering
from campaigns.db.group_commit import GroupCommit
from campaigns.domain.answer import Outcome
from campaigns.domain.moment import Moment


class Entry(Struct, frozen=True, gc=False):  # one for each answer, in a thirtieth of a frozen dataclass's time
    """One answer on its way into SQL: the columns of table `answer`, but for those that are the same for a whole batch
    (boot_id), follow from others (received_at) or stand in the round (question_version_id)."""

    round_id: int
    fan_id: int
    places: str  # PostgreSQL array literal: an array of arrays of unequal length cannot be a parameter
    value: float | None
    opened_ns: int
    received_ns: int
    allowance_ns: int
    rtt_ns: int | None
    tap_ms: float | None
    receipt: str
    early_ns: int | None = None

    @property
    def who(self) -> tuple[int, int]:
        return self.round_id, self.fan_id


class Stored(Struct, frozen=True, gc=False):
    """The outcome and, for recorded and duplicate, the row that counts."""

    outcome: Outcome
    entry: Entry | None = None


_TYPES = {"round_id": "bigint", "fan_id": "bigint", "places": "text", "value": "float8", "opened_ns": "bigint"}
_TYPES |= {"received_ns": "bigint", "allowance_ns": "bigint", "rtt_ns": "bigint", "tap_ms": "float8"}
_TYPES |= {"receipt": "text", "early_ns": "bigint"}
COLUMNS = Entry.__struct_fields__
_UNNEST = ", ".join(f"CAST(:{name} AS {_TYPES[name]}[])" for name in COLUMNS)
_NAMES = ", ".join(COLUMNS)
_VALUES = ", ".join("a.places::smallint[]" if name == "places" else f"a.{name}" for name in COLUMNS)
_QUOTED = [_TYPES[name] == "text" for name in COLUMNS]

_RECEIVED_AT = "CAST(:now AS timestamptz) - (CAST(:now_ns AS bigint) - a.received_ns) / 1000 * interval '1 microsecond'"
_IN_A_PAUSE = "width_bucket(a.received_ns, r.pauses) % 2"  # as domain/clock.py: an odd number of marks has passed

INSERT = text(f"""
WITH r AS (SELECT * FROM round WHERE id = ANY(CAST(:rounds AS bigint[])) AND state IN ('open', 'closed') FOR SHARE)
INSERT INTO answer ({_NAMES}, question_version_id, boot_id, received_at)
SELECT {_VALUES}, r.question_version_id, r.boot_id, {_RECEIVED_AT}
FROM unnest({_UNNEST}) AS a({_NAMES}) JOIN r ON r.id = a.round_id
WHERE r.boot_id = :boot AND a.received_ns BETWEEN r.opens_ns AND r.closes_ns AND {_IN_A_PAUSE} = 0
ON CONFLICT DO NOTHING
""")
PAUSED = text(f"""
SELECT a.round_id, a.fan_id FROM unnest(CAST(:rounds AS bigint[]), CAST(:fans AS bigint[]), CAST(:received AS bigint[]))
    AS a(round_id, fan_id, received_ns) JOIN round r ON r.id = a.round_id WHERE {_IN_A_PAUSE} = 1
""")
_KEYS = "SELECT * FROM unnest(CAST(:rounds AS bigint[]), CAST(:fans AS bigint[]))"
SELECT = text(f"SELECT {_NAMES.replace('places', 'places::text')} FROM answer WHERE (round_id, fan_id) IN ({_KEYS})")


class Journal(GroupCommit[Entry, Stored]):
    """One per process, with one flusher; an answer's key is (round, fan). `now`: the clock that read the entries' arrivals.
    `elsewhere`: the engine of those who look up what is stored; the flusher's connections are for commits."""

    def __init__(self, engine: Engine, now: Callable[[], Moment], elsewhere: Engine | None = None) -> None:
        alone = one_statement(engine)
        super().__init__(
            "answers", lambda them: commit(alone, them, now()), lambda each: each.who, Stored(Outcome.BUSY)
        )
        self._stored = Gathering("stored answers", partial(_look_up, one_statement(elsewhere or engine)))

    def stored(self, round_id: int, fan_id: int) -> Entry | None:
        """The committed answer of this fan to this round. After a close a whole hall may ask: all who wait are read together."""
        return self._stored.ask((round_id, fan_id))


def commit(engine: Engine, entries: list[Entry], now: Moment) -> list[Stored]:
    """Write the batch in one transaction and say of each entry what became of it. Raises what SQLAlchemy raises."""
    with engine.begin() as sql:
        written = sql.execute(INSERT, parameters(entries, now)).rowcount
    if written == len(entries):
        return [Stored(Outcome.RECORDED, entry) for entry in entries]
    with engine.connect() as sql:
        known = _read(sql, [entry.who for entry in entries])
        paused = _paused(sql, [entry for entry in entries if entry.who not in known])
    return [_outcome(entry, known.get(entry.who), paused) for entry in entries]


def parameters(entries: list[Entry], now: Moment) -> dict[str, object]:
    """What INSERT is given. The wall's time of an arrival is reckoned from `now`, for all of them together: a reading and a
    text of it for each answer would be a tenth of what an answer costs."""
    columns = zip(*map(astuple, entries), strict=True)
    arrays = [_array(values, quoted=quoted) for values, quoted in zip(columns, _QUOTED, strict=True)]
    of_all = {
        "rounds": _array({entry.round_id for entry in entries}),
        "boot": now.boot_id,
        "now": now.at,
        "now_ns": now.ns,
    }
    return dict(zip(COLUMNS, arrays, strict=True)) | of_all


def _array(values: Iterable[object], *, quoted: bool = False) -> str:
    """PostgreSQL's text of an array. The driver, asked for thirteen arrays, takes four times as long; numbers are written as a
    list is. No text of an entry holds a quotation mark or a backslash."""
    if quoted:
        return '{"' + '","'.join(map(str, values)) + '"}'
    return "{" + repr(list(values))[1:-1].replace("None", "NULL") + "}"


def _outcome(entry: Entry, row: Entry | None, paused: set[tuple[int, ...]]) -> Stored:
    """By what stands in the record after the commit."""
    if row is None:
        return Stored(Outcome.PAUSED if entry.who in paused else Outcome.TOO_LATE)
    # Our own row, of this commit or of one whose reply got lost: same arrival, same receipt.
    own = row.received_ns == entry.received_ns and row.receipt == entry.receipt
    return Stored(Outcome.RECORDED if own else Outcome.DUPLICATE, row)


def _paused(sql: Connection, entries: list[Entry]) -> set[tuple[int, ...]]:
    """Of these, who came while the clock stood still: a process may not have heard of the pause yet."""
    rounds, fans = [entry.round_id for entry in entries], [entry.fan_id for entry in entries]
    given = {"rounds": rounds, "fans": fans, "received": [entry.received_ns for entry in entries]}
    return {tuple(row) for row in sql.execute(PAUSED, given)}


def _read(sql: Connection, keys: list[tuple[int, int]]) -> dict[tuple[int, int], Entry]:
    rows = sql.execute(SELECT, {"rounds": [key[0] for key in keys], "fans": [key[1] for key in keys]})
    entries = [Entry(*row) for row in rows]
    return {entry.who: entry for entry in entries}


def _look_up(engine: Engine, keys: list[tuple[int, int]]) -> list[Entry | None]:
    with engine.connect() as sql:
        known = _read(sql, keys)
    return [known.get(key) for key in keys]
