"""One answer: gate in memory, journal, acknowledgement. The hot path; it reads no SQL unless the answer is refused.

A refusal for lateness first looks whether this fan's answer is stored: a page that lost its acknowledgement asks again with
the same content, perhaps long after the round, and must get its receipt, not "too late".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec import Struct

from campaigns.bootstrap import Services
from campaigns.db.journal import Entry, Journal, Stored
from campaigns.db.promise import Promise
from campaigns.domain.allowance import allowance_ns
from campaigns.domain.answer import Outcome, RoundGate, Said, admit, content
from campaigns.domain.clock import lasted_ns
from campaigns.domain.receipt import receipt

NS_PER_MS = 1_000_000


class Arrival(Struct, frozen=True, gc=False):
    """When the bytes came in and what the server knows of this fan's network. `tap_ms` is the page's word: recorded only."""

    received_ns: int
    rtt_ns: int | None
    cap_ns: int
    tap_ms: float | None = None
    early_ns: int | None = None  # at a buzzer: when this fan's first press from before the opening came

    @property
    def allowance_ns(self) -> int:
        return allowance_ns(self.rtt_ns, self.cap_ns)


@dataclass(slots=True)  # frozen, it would take five times as long to make
class Ack:
    """What the fan is told; never whether it was right."""

    outcome: Outcome
    elapsed_ms: int | None = None
    raw_ms: int | None = None
    network_ms: int | None = None
    receipt: str | None = None


def answer(
    services: Services, journal: Journal, gate: RoundGate | None, fan_id: int, said: Said, arrival: Arrival
) -> Promise[Stored] | Ack:
    """A refusal at once, or the promise of the journal's verdict (turn it into an Ack with `acknowledge`)."""
    if gate is None:
        return Ack(Outcome.NOT_OPEN)
    entry = judged(services, gate, fan_id, said, arrival)
    if entry is Outcome.TOO_LATE:
        return stored_answer(journal, gate.round_id, fan_id)
    return Ack(entry) if isinstance(entry, Outcome) else put(journal, entry)


def judged(services: Services, gate: RoundGate, fan_id: int, said: Said, arrival: Arrival) -> Entry | Outcome:
    """What goes to the journal, or why it does not. Never waits."""
    allowed_ns = arrival.allowance_ns
    refusal = admit(gate, said, arrival.received_ns, allowed_ns, arrival.early_ns)
    return _entry(services, gate, fan_id, said, arrival, allowed_ns) if refusal is None else refusal


def put(journal: Journal, entry: Entry, promise: Promise[Stored] | None = None) -> Promise[Stored]:
    """The promise of the journal's verdict: the one given, if one is; for a repetition another, with the verdict of the first.
    Never waits."""
    known, first = journal.put(entry, promise)
    return known if first else _Repetition(known)


def acknowledge(stored: Stored) -> Ack:
    """What a journal verdict means for the page."""
    row = stored.entry
    if row is None:
        return Ack(stored.outcome)
    raw_ms = lasted_ns(row.opened_ns, row.received_ns) // NS_PER_MS
    elapsed_ms = lasted_ns(row.opened_ns, row.received_ns, row.allowance_ns) // NS_PER_MS
    return Ack(stored.outcome, elapsed_ms, raw_ms, raw_ms - elapsed_ms, row.receipt)


def stored_answer(journal: Journal, round_id: int, fan_id: int) -> Promise[Stored] | Ack:
    """For an answer that comes too late to count: what stands in the record, or is on its way there (SQL was away)."""
    under_way = journal.pending((round_id, fan_id))
    if under_way is not None:
        return _Repetition(under_way)
    row = journal.stored(round_id, fan_id)
    return acknowledge(Stored(Outcome.DUPLICATE, row)) if row is not None else Ack(Outcome.TOO_LATE)


class _Repetition(Promise[Stored]):
    """A second answer while the first is on its way: it gets the first one's receipt, as a duplicate."""

    __slots__ = ("_first",)

    def __init__(self, first: Promise[Stored]) -> None:
        super().__init__()
        self._first = first

    def done(self) -> bool:
        return self._first.done()

    def when_done(self, tell: Callable[[], object]) -> None:
        self._first.when_done(tell)

    def result(self, timeout: float | None = None) -> Stored:
        stored = self._first.result(timeout)
        outcome = Outcome.DUPLICATE if stored.outcome is Outcome.RECORDED else stored.outcome
        return Stored(outcome, stored.entry)


def _entry(services: Services, gate: RoundGate, fan_id: int, said: Said, arrival: Arrival, allowed_ns: int) -> Entry:
    assert gate.clock is not None  # admit() let it through
    text = content(said)
    return Entry(
        round_id=gate.round_id,
        fan_id=fan_id,
        places=f"{{{text}}}" if said.value is None else "{}",
        value=said.value,
        opened_ns=gate.clock.opening_of(arrival.received_ns),
        received_ns=arrival.received_ns,
        allowance_ns=allowed_ns,
        rtt_ns=arrival.rtt_ns,
        tap_ms=arrival.tap_ms,
        receipt=receipt(services.secret, gate.round_id, fan_id, arrival.received_ns, text),
        early_ns=arrival.early_ns,
    )
