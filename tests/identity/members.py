"""Members who enter, guests who have something, and fifty at once."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from decimal import Decimal

from sqlalchemy import func, insert, select

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, RushDraft, create_campaign, create_rush
from campaigns.control.questions import add_questions
from campaigns.control.runs import make_run
from campaigns.db.ledger_chain import append
from campaigns.db.plays import Tally
from campaigns.db.records import Award, Balance, LedgerEntry
from campaigns.domain import ledger
from campaigns.domain.rush_rules import RushRules
from campaigns.domain.step import StepKind
from campaigns.domain.ticket import Ticket
from campaigns.identity.accounts import Entered, enter
from campaigns.settle.plays import settle_plays
from tests.play.quiz.conftest import Table
from tests.stage import single


def ticket(services: Services, member: str, issuer: str = "forum") -> Ticket:
    return Ticket(issuer, member, f"会员{member}", services.now().at, secrets.token_urlsafe(16), "/me")


def entered(services: Services, member: str, browser: int | None) -> Entered:
    done = enter(services, ticket(services, member), browser)
    assert isinstance(done, Entered)
    return done


def a_member() -> str:
    return secrets.token_hex(4)


def settled(table: Table) -> None:
    while settle_plays(table.services):
        pass


def played(table: Table, fan: int, answers: str = "rrr") -> int:
    playing = table.playing(fan)
    for answer in answers:
        table.ask(playing)
        table.wait(1)
        table.reply(playing, right=answer == "r")
    table.do(playing, StepKind.STOP)
    return playing.play_id


def total(table: Table, fan: int) -> tuple[int, int, int]:
    """(plays, total in the tally, points in the balance) of a fan."""
    with table.services.reading() as sql:
        row = sql.execute(select(Tally).where(Tally.run_id == table.run_id, Tally.fan_id == fan)).one_or_none()
        points = sql.scalar(select(Balance.points).where(Balance.fan_id == fan)) or 0
    return (row.plays, row.total, points) if row is not None else (0, 0, points)


def at_once(work: Callable[[int], object], many: int) -> list[object]:
    start, done = threading.Barrier(many), list[object]()

    def one(i: int) -> None:
        start.wait()
        done.append(work(i))

    threads = [threading.Thread(target=one, args=(i,)) for i in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def with_points(services: Services, fan: int, points: int) -> None:
    """Points and a badge of a rush that is over."""
    title = {"zh": "抢答", "en": "Rush"}
    campaign = create_campaign(services, CampaignDraft(title, "Asia/Shanghai", Decimal(1)))
    rush = create_rush(services, campaign, RushDraft(title, RushRules()))
    add_questions(services, rush, 1, [single()])
    run_id = make_run(services, rush, actor="test")
    with services.sql.begin() as sql:
        entry = ledger.Entry(ledger.entry_key(run_id, fan, "score", 1), fan, points, "score", 1)
        append(sql, [(run_id, entry)], services.now().at)
        badge = {"key": f"t:{run_id}:{fan}", "run_id": run_id, "fan_id": fan, "badge": "took_part", "delta": 1}
        sql.execute(insert(Award).values(**badge, version=1, at=services.now().at))


def moved_sums(services: Services, guest: int, own: int) -> dict[str, object]:
    with services.reading() as sql:
        points = {fan: sql.scalar(select(Balance.points).where(Balance.fan_id == fan)) or 0 for fan in (own, guest)}
        entries = sql.scalar(
            select(func.count()).where(LedgerEntry.reason == "merge", LedgerEntry.fan_id.in_([own, guest]))
        )
        badges = {
            fan: int(sql.scalar(select(func.coalesce(func.sum(Award.delta), 0)).where(Award.fan_id == fan)) or 0)
            for fan in (own, guest)
        }
    return {"points": points, "entries": entries, "badges": badges}
