"""One action in a play, as recorded: append-only, numbered from 1 without gaps (docs/decisions/0008).

A step holds what happened, never what came of it: that is the fold's to say (play.py). `places` are places *as this fan
saw them* (lineup.py turns them into authored choices). An answer without places and value is silence, written when the
fan's next action finds the clock run out; an answer that came late keeps what was said, and is judged as silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from campaigns.domain.answer import Said
from campaigns.domain.level import Help
from campaigns.domain.moment import Moment


class StepKind(IntEnum):
    """The numbers are in the record: never renumber."""

    ASKED = 1
    ANSWERED = 2
    FIFTY = 3
    TIME = 4
    SWAP = 5
    BANK = 6
    DARE = 7
    RETRY = 8
    STOP = 9


HELPS: dict[StepKind, Help] = {StepKind.FIFTY: Help.FIFTY, StepKind.TIME: Help.TIME, StepKind.SWAP: Help.SWAP}
KIND_OF: dict[Help, StepKind] = {help: kind for kind, help in HELPS.items()}


@dataclass(frozen=True, slots=True)
class Step:
    """`question_version_id`: what was asked (ASKED), or came instead (SWAP). `ns`, `boot`, `at`: when it arrived.

    `allowance_ns` (what the network is given; answers only) and `rtt_ns` are fixed at arrival, so that a judgement done
    again needs nothing but the row.
    """

    n: int
    kind: StepKind
    ns: int
    boot: str
    at: datetime
    question_version_id: int | None = None
    places: tuple[int, ...] | None = None
    value: float | None = None
    allowance_ns: int = 0
    rtt_ns: int | None = None
    receipt: str | None = None

    @property
    def moment(self) -> Moment:
        return Moment(self.at, self.ns, self.boot)

    @property
    def said(self) -> Said | None:
        """What an answer says; None: silence."""
        return None if self.places is None and self.value is None else Said(self.places or (), self.value)
