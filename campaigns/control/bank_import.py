"""A file on its way into the bank: uploaded → previewed → confirmed → stored, or refused, or discarded.

The row is the queue of record: `uploaded` waits to be read, `confirmed` to be stored, both by a worker, the sweeper being
the net. Whoever works on one holds an advisory lock, which dies with its connection. Reading shows its progress batch by
batch; storing is one transaction of set-based SQL: all that was accepted, or nothing.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select, text, update

from campaigns.bootstrap import Services
from campaigns.control.bank_pictures import MISSING, at_hand, bare, stored
from campaigns.control.media import Picture
from campaigns.db.audit import write_down
from campaigns.db.bank import BankImport, BankImportLine
from campaigns.db.models import Question
from campaigns.db.question_rows import only_language
from campaigns.domain.actor import HOUSE, of_operator
from campaigns.domain.bank import BankState
from campaigns.domain.importing.encoding import MAX_BYTES, bounded
from campaigns.domain.importing.report import ImportProblem, ImportRefused, Verdict, problem
from campaigns.files.reading import FileRead, Found, read_file

log = logging.getLogger("fanfare.bank")
BATCH = 500
LOCK = 0x42616E6B  # "Bank"
LONGEST_NAME = 120
ONE_LANGUAGE = "one_language"  # counted beside the verdicts: of those that are taken
IN_BANK = "a question that is not in the bank already (question {n})"
LIKE_BANK = "other words than those of question {n} in the bank, unless it is meant as another question"
STORE = (
    """UPDATE bank_import_line line SET question_id = nextval(pg_get_serial_sequence('question', 'id'))
        WHERE import_id = :id AND body IS NOT NULL AND NOT EXISTS (
              SELECT 1 FROM question known WHERE known.campaign_id = :campaign AND known.twin = line.twin)""",
    """INSERT INTO question (id, campaign_id, state, source, n, kind, tags, difficulty, norm, twin, created_at)
       SELECT question_id, :campaign, :arriving, COALESCE(NULLIF(source, ''), :source), 1, body->>'kind',
              ARRAY(SELECT jsonb_array_elements_text(body->'tags')), (body->>'difficulty')::bigint, norm, twin, :now
         FROM bank_import_line WHERE import_id = :id AND question_id IS NOT NULL ORDER BY place""",
    """INSERT INTO question_version (question_id, n, body, key, media_id, created_at)
       SELECT line.question_id, 1, line.body, line.key, picture.media_id, :now FROM bank_import_line line
         LEFT JOIN unnest(CAST(:names AS text[]), CAST(:media AS bigint[])) AS picture(name, media_id)
           ON picture.name = regexp_replace(line.body->>'image', '^.*/', '')
        WHERE line.import_id = :id AND line.question_id IS NOT NULL ORDER BY line.place""",
)


def upload(
    services: Services,
    campaign_id: int,
    operator_id: int | None,
    name: str,
    data: bytes,
    arriving: BankState,
    source: str,
    pictures: Mapping[str, Picture] | None = None,
) -> int:
    """The id of the import, which a worker now reads; `pictures` by file name. Raises ImportRefused: the file is too large."""
    bounded(data, MAX_BYTES)
    values = {"campaign_id": campaign_id, "operator_id": operator_id, "file_name": name[-LONGEST_NAME:], "data": data}
    now, by = services.now().at, HOUSE if operator_id is None else of_operator(operator_id)
    more = {"state": "uploaded", "arriving": arriving.value, "source": source, "created_at": now}
    with services.sql.begin() as sql:
        sent = stored(sql, campaign_id, pictures or {})
        made = insert(BankImport).values(**values, **more, pictures=sent).returning(BankImport.id)
        import_id = sql.execute(made).scalar_one()
        told = {"import": import_id, "file": name[-LONGEST_NAME:], "arriving": arriving.value}
        write_down(sql, campaign_id, now, by, "import_uploaded", after=told)
    services.enqueue("read_import", import_id)
    return import_id


def imports_due(services: Services) -> list[tuple[str, int]]:
    """Jobs for the sweeper."""
    jobs = {"uploaded": "read_import", "confirmed": "store_import"}
    waiting = select(BankImport.state, BankImport.id).where(BankImport.state.in_(("uploaded", "confirmed")))
    with services.reading() as sql:
        return [(jobs[row.state], row.id) for row in sql.execute(waiting)]


@contextmanager
def _alone(services: Services, import_id: int) -> Iterator[bool]:
    """True for the only one who works on this import; the others find it taken."""
    with services.reading() as sql:
        numbers = {"lock": LOCK, "id": import_id % 2**31}
        held = bool(sql.scalar(text("SELECT pg_try_advisory_lock(:lock, :id)"), numbers))
        try:
            yield held
        finally:
            if held:
                sql.execute(text("SELECT pg_advisory_unlock(:lock, :id)"), numbers)


def read_import(services: Services, import_id: int) -> bool:
    """The worker's first half: the report. False when there is nothing to do, or somebody is at it."""
    with _alone(services, import_id) as held:
        wanted = select(BankImport).where(BankImport.id == import_id, BankImport.state == "uploaded")
        with services.reading() as sql:
            row = sql.execute(wanted).one_or_none() if held else None
        if row is None:
            return False
        try:
            with services.reading() as sql:
                pictures = frozenset(at_hand(sql, row.campaign_id, row.pictures))
            file = read_file(row.data or b"", row.file_name)
            counts = _read(services, import_id, row.campaign_id, file, pictures)
            _finish(services, import_id, state="previewed", counts=counts)
        except ImportRefused as refused:
            problems = [[each.row, each.column, each.value, each.wanted] for each in refused.errors]
            _finish(services, import_id, state="refused", problems=problems)
    return True


def _finish(services: Services, import_id: int, **values: Any) -> None:
    with services.sql.begin() as sql:
        if values["state"] == "refused":
            sql.execute(delete(BankImportLine).where(BankImportLine.import_id == import_id))
        sql.execute(update(BankImport).where(BankImport.id == import_id).values(data=None, **values))


def _read(
    services: Services, import_id: int, campaign_id: int, file: FileRead, pictures: frozenset[str]
) -> dict[str, int]:
    counts: Counter[str] = Counter()
    with services.sql.begin() as sql:
        sql.execute(delete(BankImportLine).where(BankImportLine.import_id == import_id))
        started = update(BankImport).where(BankImport.id == import_id)
        sql.execute(started.values(format=file.format, expected=file.of, done=0))
    done = 0
    while batch := list(islice(file.found, BATCH)):
        with services.sql.begin() as sql:
            judged = [_illustrated(each, pictures) for each in _beside_bank(sql, campaign_id, batch)]
            sql.execute(insert(BankImportLine), [_line(import_id, done + n, each) for n, each in enumerate(judged, 1)])
            done += len(batch)
            sql.execute(update(BankImport).where(BankImport.id == import_id).values(done=done))
        counts.update(each.verdict.value for each in judged)
        counts[ONE_LANGUAGE] += sum(each.body is not None and only_language(each.body) is not None for each in judged)
    return {name: counts[name] for name in (*(verdict.value for verdict in Verdict), ONE_LANGUAGE)}


def _line(import_id: int, place: int, found: Found) -> dict[str, Any]:
    values: dict[str, Any] = {"import_id": import_id, "place": place, "row": found.row, "verdict": found.verdict.value}
    values |= {"problems": [[each.column, each.value, each.wanted] for each in found.problems], "text": found.text}
    return values | {name: getattr(found, name) for name in ("body", "key", "source", "norm", "twin")}


def _beside_bank(sql: Connection, campaign_id: int, batch: Sequence[Found]) -> list[Found]:
    """The batch, knowing what the bank holds already: the same is refused, the same words get a remark."""
    twins, norms = [each.twin for each in batch if each.twin], [each.norm for each in batch if each.norm]
    alike = or_(Question.twin.in_(twins), func.md5(Question.norm).in_([func.md5(each) for each in norms]))
    known = select(Question.id, Question.twin, Question.norm).where(Question.campaign_id == campaign_id, alike)
    rows = sql.execute(known.order_by(Question.id.desc())).all()
    same, like = {row.twin: row.id for row in rows}, {row.norm: row.id for row in rows}
    return [_judged(each, same.get(each.twin), like.get(each.norm)) for each in batch]


def _judged(found: Found, same: int | None, like: int | None) -> Found:
    if found.body is None or (same is None and like is None):
        return found
    if same is not None:
        why: tuple[ImportProblem, ...] = (problem(found.row, "text", found.text, IN_BANK.format(n=same)),)
        return replace(found, verdict=Verdict.REFUSED, problems=why, body=None, key=None)
    why = (*found.problems, problem(found.row, "text", found.text, LIKE_BANK.format(n=like)))
    return replace(found, verdict=Verdict.WARNING, problems=why)


def _illustrated(found: Found, pictures: frozenset[str]) -> Found:
    image = found.body.get("image") if found.body is not None else None
    if not image or bare(image) in pictures:
        return found
    why = (*found.problems, problem(found.row, "image", image, MISSING))
    return replace(found, verdict=Verdict.WARNING, problems=why)


def confirm(services: Services, campaign_id: int, import_id: int, by: str = HOUSE) -> bool:
    """The operator has looked at the report: all that was accepted may come in. False when that was said before."""
    mine = update(BankImport).where(BankImport.id == import_id, BankImport.campaign_id == campaign_id)
    with services.sql.begin() as sql:
        if sql.execute(mine.where(BankImport.state == "previewed").values(state="confirmed")).rowcount != 1:
            return False
        write_down(sql, campaign_id, services.now().at, by, "import_confirmed", after={"import": import_id})
    services.enqueue("store_import", import_id)
    return True


def discard(services: Services, campaign_id: int, import_id: int, by: str = HOUSE) -> bool:
    mine = update(BankImport).where(BankImport.id == import_id, BankImport.campaign_id == campaign_id)
    with services.sql.begin() as sql:
        gone = (
            sql.execute(mine.where(BankImport.state == "previewed").values(state="discarded", data=None)).rowcount == 1
        )
        if gone:
            sql.execute(delete(BankImportLine).where(BankImportLine.import_id == import_id))
            write_down(sql, campaign_id, services.now().at, by, "import_discarded", before={"import": import_id})
    return gone


def store_import(services: Services, import_id: int) -> bool:
    """The worker's second half, one transaction. Imports of one campaign follow one another, so no twin slips in."""
    with services.sql.begin() as sql:
        wanted = select(BankImport).where(BankImport.id == import_id, BankImport.state == "confirmed")
        row = sql.execute(wanted.with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return False
        sql.execute(text("SET LOCAL statement_timeout = '60s'"))
        sql.execute(text("SELECT pg_advisory_xact_lock(:lock, :id)"), {"lock": LOCK + 1, "id": row.campaign_id % 2**31})
        now, pictures = services.now().at, at_hand(sql, row.campaign_id, row.pictures)
        values = {"id": import_id, "campaign": row.campaign_id, "arriving": row.arriving, "source": row.source}
        values |= {"now": now, "names": list(pictures), "media": list(pictures.values())}
        came = [sql.execute(text(statement), values).rowcount for statement in STORE][-1]
        ended = update(BankImport).where(BankImport.id == import_id)
        sql.execute(ended.values(state="stored", counts={**row.counts, "stored": came}, finished_at=now))
    return True
