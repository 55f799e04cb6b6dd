"""Holds what the crowd was told against the record, the board and the ledger. Spans are reported, correctness decides.

What the stores say comes from campaigns/settle/books.py; `told_wrong` counts fans whose own page said something else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.director import Record
from bench.show import RATE
from campaigns.bootstrap import Services
from campaigns.crowd.report import Report
from campaigns.crowd.tally import p99
from campaigns.domain import ledger
from campaigns.settle.books import Books, books_of

SHOWN_FAILURES = 20


def audit(services: Services, record: Record) -> Report:
    """Ask the stores what became of the show."""
    runs, tally = [act.run_id for act in record.acts], record.tally
    books = books_of(services, runs)
    counts = {name: tally.counts[name] for name in ("sent", "late", "early", "reloads", "repeats", "unavailable")}
    counts |= {name: tally.counts[name] for name in ("duplicates_tried", "duplicates_counted", "arrived_after_opening")}
    return Report(
        fans=len(record.fans),
        joined=books.joined,
        acknowledged=len(tally.recorded),
        rows=books.rows,
        scores_sum=books.scores_sum,
        badges=books.badges,
        board_sum=books.board_sum,
        ledger_sum=books.ledger_sum,
        expected_ledger_sum=_owed(books),
        recomputed_equal=books.recomputed_equal,
        told_wrong=sum(_told_wrong(record.told[run], books.boards[run], books.paid[run]) for run in runs),
        failures=len(tally.failures),
        push_p99_ms=p99(tally.push_ms),
        ack_p99_ms=p99(tally.ack_ms),
        reveal_p99_ms=p99(tally.reveal_ms),
        join_p99_ms=p99(tally.join_ms),
        took_s=record.took_s,
        **counts,
    )


def counted(services: Services, runs: Sequence[int], joined: int, acknowledged: int) -> list[str]:
    """The same check for a crowd that was told nothing but acknowledgements: what does not agree, in words."""
    books = books_of(services, runs)
    claims = {
        f"{books.joined} joined, not {joined}": books.joined == joined,
        f"{acknowledged} answers were acknowledged, {books.rows} stored": acknowledged == books.rows,
        f"the boards hold {books.board_sum}, the scores {books.scores_sum}": books.board_sum == books.scores_sum,
        f"the ledger holds {books.ledger_sum} points, not {_owed(books)}": books.ledger_sum == _owed(books),
        "judged again, the record gives something else": books.recomputed_equal,
    }
    return [said for said, holds in claims.items() if not holds]


def _owed(books: Books) -> int:
    """The points that the boards' scores are worth."""
    scores = [score for board in books.boards.values() for score, _ in board.values()]
    return sum(ledger.points(score, RATE) for score in scores)


def _told_wrong(
    told: Mapping[int, Mapping[str, int]], board: Mapping[int, tuple[int, int]], paid: Mapping[int, int]
) -> int:
    """How many fans' own (score, points) are not on the board and in the ledger, as multisets: a page knows no ids."""
    true = sorted((score, paid.get(fan, 0)) for fan, (score, _) in board.items())
    said = sorted((own.get("score", -1), own.get("points", -1)) for own in told.values())
    return sum(1 for left, right in zip(true, said, strict=False) if left != right) + abs(len(true) - len(said))
