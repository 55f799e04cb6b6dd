"""The one line in which `make crowd` and `make rehearse` say what came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Report:
    """Counts, and spans in milliseconds (None: nothing measured)."""

    fans: int
    joined: int
    sent: int
    acknowledged: int
    rows: int
    duplicates_tried: int
    duplicates_counted: int
    board_sum: int
    scores_sum: int
    ledger_sum: int
    expected_ledger_sum: int
    recomputed_equal: bool
    badges: int
    told_wrong: int
    failures: int
    late: int
    early: int
    reloads: int
    repeats: int
    unavailable: int
    push_p99_ms: float | None
    ack_p99_ms: float | None
    reveal_p99_ms: float | None
    join_p99_ms: float | None
    arrived_after_opening: int
    took_s: float

    @property
    def correct(self) -> bool:
        """Whether everything that was told is true."""
        sums = self.acknowledged == self.rows and self.board_sum == self.scores_sum
        paid = self.ledger_sum == self.expected_ledger_sum and self.recomputed_equal
        return sums and paid and not (self.duplicates_counted or self.told_wrong or self.failures)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
