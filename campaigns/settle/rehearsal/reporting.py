"""The report of a rehearsal, written once, before its traces go: figures, what they mean, and what would break."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.control.rehearsal_sight import seen_of_run
from campaigns.control.rehearsals import RehearsalView
from campaigns.crowd.extra import Extra, Memory
from campaigns.crowd.report import Report
from campaigns.crowd.tally import p99
from campaigns.db.models import Run
from campaigns.db.rehearsals import Rehearsal
from campaigns.domain.checklist import State
from campaigns.domain.rehearsal_report import CARRIED, Breaks, Finding, Measured, of_load, projected
from campaigns.settle.books import Books, books_of

SHOWN = 5  # unexpected acknowledgements that are quoted


def report(
    services: Services,
    found: RehearsalView,
    memory: Memory | None,
    cast: Mapping[int, int],
    extras: Sequence[Extra],
    sockets: int | None,
    *,
    took_s: float,
) -> None:
    """`memory` None: the web process was not reached."""
    findings, books = seen_of_run(services, found.run_id), books_of(services, [found.run_id])
    figures = None if memory is None else _figures(services, found, memory, cast, extras, books, took_s)
    seen = _measured(found, memory, figures)
    audience = found.plan.audience
    told = {
        "findings": [each.to_dict() for each in (*findings, *of_load(seen, audience, sockets))],
        "measured": seen.to_dict(),
        "figures": figures.as_dict() if figures else None,
        "load": {"audience": audience, "rate": projected(seen, audience), "carried": CARRIED, "sockets": sockets},
    }
    _write(services, found.run_id, told)


def report_broken(services: Services, found: RehearsalView, error: Exception) -> None:
    """The simulated fans' process failed: it is said, and not begun again."""
    findings = [
        *seen_of_run(services, found.run_id),
        Finding(Breaks.BROKE_OFF, State.BAD, None, {"error": repr(error)}),
    ]
    told = {"findings": [each.to_dict() for each in findings], "measured": None, "figures": None, "load": None}
    _write(services, found.run_id, told)


def _write(services: Services, run_id: int, told: dict[str, Any]) -> None:
    mine = update(Rehearsal).where(Rehearsal.run_id == run_id, Rehearsal.report.is_(None))
    with services.sql.begin() as sql:
        sql.execute(mine.values(report=told))


def _measured(found: RehearsalView, memory: Memory | None, figures: Report | None) -> Measured:
    if memory is None or figures is None:
        return Measured(found.plan.fans, reached=False)
    tally = memory.tally
    seconds = Counter(int(at_s) for at_s in memory.answered_s)
    return Measured(
        fans=found.plan.fans,
        let_in=memory.let_in,
        recorded=len(tally.recorded),
        late=tally.counts["late"],
        lost=tally.counts["lost"],
        left=tally.counts["left"],
        came_back=tally.counts["reloads"],
        peak=max(seconds.values(), default=0),
        pushed=len(tally.push_ms),
        pushed_late=tally.counts["arrived_after_opening"],
        connect_p99_ms=figures.join_p99_ms,
        push_p99_ms=figures.push_p99_ms,
        ack_p99_ms=figures.ack_p99_ms,
        reveal_p99_ms=figures.reveal_p99_ms,
        unserved=tuple(sorted(memory.unserved)),
        refused=tuple(tally.failures[:SHOWN]),
        books_agree=figures.correct or bool(tally.failures),
    )


def _figures(
    services: Services,
    found: RehearsalView,
    memory: Memory,
    cast: Mapping[int, int],
    extras: Sequence[Extra],
    books: Books,
    took_s: float,
) -> Report:
    """As `make crowd` says it. Sums are of everybody who took part, answers of the simulated fans alone."""
    tally = memory.tally
    names = ("sent", "late", "reloads", "repeats", "unavailable", "arrived_after_opening")
    return Report(
        fans=found.plan.fans,
        joined=memory.let_in,
        acknowledged=len(tally.recorded),
        rows=sum(books.answers.get(fan, 0) for fan in cast.values()),
        duplicates_tried=0,
        duplicates_counted=0,
        board_sum=books.board_sum,
        scores_sum=books.scores_sum,
        ledger_sum=books.ledger_sum,
        expected_ledger_sum=0,
        recomputed_equal=books.recomputed_equal,
        badges=books.badges,
        told_wrong=_told_wrong(services, found, cast, extras, books),
        failures=len(tally.failures),
        early=0,
        push_p99_ms=p99(tally.push_ms),
        ack_p99_ms=p99(tally.ack_ms),
        reveal_p99_ms=p99(tally.reveal_ms),
        join_p99_ms=p99(tally.join_ms),
        took_s=round(took_s, 1),
        **{name: tally.counts[name] for name in names},
    )


def _told_wrong(
    services: Services, found: RehearsalView, cast: Mapping[int, int], extras: Sequence[Extra], books: Books
) -> int:
    """Fans whose page was told another score after the last round than stands on the board. Where somebody else presses, what
    was told may have been corrected since: then nobody is asked."""
    if not found.plan.by_itself:
        return 0
    with services.reading() as sql:
        last = str(sql.execute(select(Run.round_id).where(Run.id == found.run_id)).scalar_one())
    board: Mapping[int, Any] = books.boards[found.run_id]
    told = {cast[each.n]: each.standing[1] for each in extras if each.standing and each.standing[0] == last}
    return sum(score != board.get(fan, (0, 0))[0] for fan, score in told.items())
