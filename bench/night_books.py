"""The night's books: what the fans were told, held against the record round by round, and the whole by the crowd's check."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from sqlalchemy import text

from bench.audit import counted
from bench.night_crowd import Sheet
from bench.night_show import Night
from campaigns.bootstrap import Services

STORED = text("SELECT fan_id, receipt FROM answer WHERE round_id = :round")


def checked(services: Services, night: Night, sheets: Sequence[Sheet]) -> tuple[list[str], int, int]:
    """(What is wrong in words, answers acknowledged that are not in SQL, answers that are there or were counted twice)."""
    complaints: list[str] = []
    lost = duplicated = 0
    rounds = [round_id for hall in night.halls for round_id in hall.rounds]
    for round_id, sheet in zip(rounds, sheets, strict=True):
        with services.sql.connect() as sql:
            rows = sql.execute(STORED, {"round": round_id}).all()
        stored = {fan for fan, _ in rows}
        told = {night.fans[n] for n in range(1, len(night.fans)) if sheet.acks[n]}
        lost += len(told - stored)
        duplicated += len(rows) - len(stored) + sheet.again
        if stored != told:
            complaints.append(f"round {round_id}: {len(told)} acknowledged, {len(stored)} stored")
        if sum(crc32(receipt.encode()) for _, receipt in rows) != sheet.receipts:
            complaints.append(f"round {round_id}: a receipt in SQL is not the one that was told")
    runs, acknowledged = [hall.run_id for hall in night.halls], sum(sheet.acked for sheet in sheets)
    complaints += counted(services, runs, len(night.fans) - 1, acknowledged)
    return complaints, lost, duplicated
