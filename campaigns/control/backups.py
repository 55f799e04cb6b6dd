"""What is known of backups: the command tells it, the checklist asks for the newest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from campaigns.bootstrap import Services
from campaigns.db.backups import Backup


@dataclass(frozen=True, slots=True)
class Made:
    taken_at: datetime
    bytes: int
    file: str


def note_backup(services: Services, made: Made, sha256: bytes) -> None:
    values = {"taken_at": made.taken_at, "size": made.bytes, "file": made.file, "sha256": sha256}
    with services.sql.begin() as sql:
        sql.execute(insert(Backup).values(values))


def newest_backup(services: Services) -> Made | None:
    newest = select(Backup.taken_at, Backup.size, Backup.file).order_by(Backup.taken_at.desc(), Backup.id.desc())
    with services.reading() as sql:
        row = sql.execute(newest.limit(1)).one_or_none()
    return Made(*row) if row is not None else None
