"""The report of an import as pages show it: how far it is, what was found, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import or_, select

from campaigns.bootstrap import Services
from campaigns.db.bank import BankImport, BankImportLine
from campaigns.db.question_rows import only_language
from campaigns.domain.errors import NotFound
from campaigns.domain.importing.report import ImportProblem, Verdict
from campaigns.domain.question import LANGUAGES

SHOWN = 200
RECENT = 5


@dataclass(frozen=True, slots=True)
class Import:
    id: int
    file_name: str
    format: str | None
    state: str
    arriving: str
    expected: int
    done: int
    counts: Mapping[str, int]
    problems: tuple[ImportProblem, ...]
    created_at: datetime
    cleaned_at: datetime | None  # its lines are gone

    @property
    def taken(self) -> int:
        """How many would come in."""
        return self.counts.get(Verdict.ACCEPTED, 0) + self.counts.get(Verdict.WARNING, 0)


@dataclass(frozen=True, slots=True)
class ReportLine:
    row: int
    verdict: Verdict
    text: str
    problems: tuple[ImportProblem, ...]
    only: str | None  # the one language of a question that is taken


def report(services: Services, campaign_id: int, import_id: int) -> Import:
    """Raises NotFound."""
    found = [each for each in _imports(services, campaign_id, import_id) if each.id == import_id]
    if not found:
        raise NotFound(f"import {import_id} of campaign {campaign_id}")
    return found[0]


def recent(services: Services, campaign_id: int) -> list[Import]:
    """The newest few that have come to something, or wait for a word."""
    return [each for each in _imports(services, campaign_id) if each.state != "discarded"][:RECENT]


def _imports(services: Services, campaign_id: int, import_id: int | None = None) -> list[Import]:
    wanted = select(*(getattr(BankImport, each.name) for each in fields(Import))).where(
        BankImport.campaign_id == campaign_id
    )
    if import_id is not None:
        wanted = wanted.where(BankImport.id == import_id)
    with services.reading() as sql:
        rows = sql.execute(wanted.order_by(BankImport.id.desc()).limit(2 * RECENT)).mappings().all()
    return [Import(**{**row, "problems": tuple(ImportProblem(*each) for each in row["problems"])}) for row in rows]


def lines(
    services: Services,
    import_id: int,
    verdict: Verdict | None = None,
    most: int | None = SHOWN,
    *,
    one_language: bool = False,
) -> Iterator[ReportLine]:
    """In the order of the file; the caller has asked `report`, which knows whose import it is."""
    body = BankImportLine.body
    columns = (BankImportLine.row, BankImportLine.verdict, BankImportLine.text, BankImportLine.problems, body)
    wanted = select(*columns).where(BankImportLine.import_id == import_id).order_by(BankImportLine.place).limit(most)
    if verdict is not None:
        wanted = wanted.where(BankImportLine.verdict == verdict.value)
    if one_language:
        wanted = wanted.where(or_(*(body["text"][each].astext == "" for each in LANGUAGES)))
    with services.reading() as sql:
        rows = sql.execute(wanted).all()
    for row in rows:
        problems = tuple(ImportProblem(row.row, *each) for each in row.problems)
        only = None if row.body is None else only_language(row.body)
        yield ReportLine(row.row, Verdict(row.verdict), row.text, problems, only)
