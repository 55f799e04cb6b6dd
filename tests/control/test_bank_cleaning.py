"""Reports of imports are kept for a month, questions for good."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, insert, select

from campaigns.bootstrap import Services
from campaigns.control import bank, bank_import
from campaigns.control.bank import Wish
from campaigns.control.bank_cleaning import KEPT, clean_import, imports_to_clean
from campaigns.control.bank_report import Import, report
from campaigns.control.file_import import take_in
from campaigns.db.bank import BankImport, BankImportLine
from campaigns.db.models import Campaign
from campaigns.domain.bank import BankState
from tests.conftest import FakeTime

SHEET = b"kind,text_en,choice_a_en,choice_b_en,key\nsingle,Which?,Mi 10,Mi 9,a\nsingle,Why?,Mi 10,Mi 9,z\n"


def a_campaign(services: Services) -> int:
    values = {"title": {"zh": "旧", "en": "Old"}, "zone": "Asia/Shanghai", "rate": 1, "created_at": services.now().at}
    with services.sql.begin() as sql:
        return sql.execute(insert(Campaign).values(**values).returning(Campaign.id)).scalar_one()


def left(services: Services, import_id: int) -> tuple[str, int]:
    """(state, lines of the report)."""
    lines = select(func.count()).where(BankImportLine.import_id == import_id)
    with services.reading() as sql:
        state = sql.execute(select(BankImport.state).where(BankImport.id == import_id)).scalar_one()
        return state, sql.execute(lines).scalar_one()


def test_old_reports_lose_their_lines_and_waiting_files_are_forgotten(
    services_at: Callable[[FakeTime], Services], fake_time: FakeTime
) -> None:
    services = services_at(fake_time)
    campaign = a_campaign(services)
    stored = take_in(services, campaign, "q.csv", SHEET, BankState.DRAFT)

    def waiting(read: bool) -> int:
        import_id = bank_import.upload(services, campaign, None, "w.csv", SHEET, BankState.DRAFT, "")
        assert not read or bank_import.read_import(services, import_id)
        return import_id

    previewed, unread = waiting(True), waiting(False)
    fake_time.at += KEPT
    assert imports_to_clean(services) == [] and not clean_import(services, stored.id), "not a day too early"
    fake_time.at += timedelta(seconds=1)
    fresh = waiting(True)
    assert imports_to_clean(services) == [stored.id, previewed], "what has not been read yet is still to be done"
    assert all(clean_import(services, each) for each in (stored.id, previewed))
    assert not clean_import(services, stored.id) and not clean_import(services, unread)
    assert imports_to_clean(services) == []
    assert (left(services, stored.id), left(services, previewed)) == (("stored", 0), ("discarded", 0))
    assert left(services, fresh) == ("previewed", 2)
    kept: Import = report(services, campaign, stored.id)
    assert kept.counts["stored"] == 1 and kept.cleaned_at == fake_time.at
    assert not bank_import.confirm(services, campaign, previewed)
    assert bank.search(services, campaign, Wish())[0] == 1
