"""A run's record as a file: one sheet as CSV, or all of them as a workbook. Written to a file as it is read.

Everything comes from one snapshot, so that board, answers and winners fit together while a run goes on. The file stands on
disk before its first byte leaves: a slow reader holds no connection, and what fails is an error, not half a file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.definitions import zone_of
from campaigns.control.report import rush_sheets, season_sheets
from campaigns.control.report.sheet import Sheet, Wanted
from campaigns.control.report.snapshot import snapshot
from campaigns.db.models import Activity, Run
from campaigns.domain.activity import ActivityKind
from campaigns.domain.errors import NotFound
from campaigns.files.sheets import Book, Table, write_csv

Offload = Callable[[Callable[[], object]], object]


def write_sheet(services: Services, run_id: int, name: str, language: str, out: IO[bytes]) -> None:
    """Raises NotFound."""
    wanted, sheets = _wanted(services, run_id, language)
    sheet = next((each for each in sheets if each.name == name), None)
    if sheet is None:
        raise NotFound(f"sheet {name}")
    with snapshot(services) as sql:
        write_csv(out, _table(sheet, wanted)(sheet.rows(sql, wanted)))


def write_book(services: Services, run_id: int, language: str, out: IO[bytes], offload: Offload) -> None:
    """`offload` packs the workbook, which takes seconds for a hundred thousand answers. Raises NotFound."""
    wanted, sheets = _wanted(services, run_id, language)
    book = Book(out)
    with snapshot(services) as sql:
        for sheet in sheets:
            book.add(_table(sheet, wanted)(sheet.rows(sql, wanted)))
    offload(book.close)


def _table(sheet: Sheet, wanted: Wanted) -> Callable[..., Table]:
    titles = [wanted.said(column) for column in sheet.columns]
    return lambda rows: Table(wanted.said(sheet.title), titles, rows)


def _wanted(services: Services, run_id: int, language: str) -> tuple[Wanted, tuple[Sheet, ...]]:
    kind = select(Run.campaign_id, Activity.kind).join(Activity, Activity.id == Run.activity_id)
    with services.reading() as sql:
        run = sql.execute(kind.where(Run.id == run_id)).one_or_none()
    if run is None:
        raise NotFound(f"run {run_id}")
    sheets = season_sheets.SHEETS if run.kind == ActivityKind.QUIZ else rush_sheets.SHEETS
    return Wanted(run_id, run.campaign_id, language, zone_of(services, run.campaign_id)), sheets
