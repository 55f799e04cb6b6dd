"""Members who enter, guests who have something, and fifty at once."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Collection
from decimal import Decimal

from sqlalchemy import func, insert, select, text

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, RushDraft, create_campaign, create_rush
from campaigns.control.questions import add_questions
from campaigns.control.runs import make_run
from campaigns.db.ledger_chain import append
from campaigns.db.models import Fan
from campaigns.db.plays import Tally
from campaigns.db.records import Award, Balance, LedgerEntry
from campaigns.domain import ledger
from campaigns.domain.rush_rules import RushRules
from campaigns.domain.step import StepKind
from campaigns.domain.ticket import Ticket
from campaigns.identity.accounts import Entered, enter
from campaigns.identity.fans import new_fan
from campaigns.play.join import Joined, join
from campaigns.play.quiz.begin import begin
from campaigns.play.quiz.boards import Measure, board_view
from campaigns.play.quiz.challenge import link_token
from campaigns.settle.plays import settle_plays
from campaigns.settle.quiz.again import compare_quiz
from campaigns.settle.rebuild import check_ledger
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


def takes_up(table: Table, fan: int, sent: int, answers: str = "rrr") -> int:
    """Plays the draw of the play `sent`, by its link."""
    token = link_token(table.services.secret, sent)
    playing = begin(table.plays, table.run_id, fan, table.services.now(), challenge=token).playing
    assert playing is not None
    for answer in answers:
        table.ask(playing)
        table.wait(1)
        table.reply(playing, right=answer == "r")
    table.do(playing, StepKind.STOP)
    return playing.play_id


def came_by(table: Table, channel: str) -> int:
    """A fan whose first link had this channel."""
    fan, _ = new_fan(table.services)
    assert isinstance(join(table.services, table.code, fan, f"Fan {secrets.token_hex(4)}", channel), Joined)
    return fan


def stood(table: Table, name: str = "season") -> list[tuple[str, int]]:
    """(public id, score) of the rows on this board, as shown."""
    now = table.services.now()
    season = table.plays.seasons.season(table.run_id, now)
    rows = board_view(table.services, season, table.seat(table.fan()), name, Measure.TOTAL, now).rows
    assert all(place.name for place in rows)
    return [(place.fan, place.score) for place in rows]


LEFT_BEHIND = """
SELECT '{0}' AS what, x.fan_id FROM {0} x JOIN fan_alias ON from_id = fan_id WHERE fan_id = ANY (:fans)
"""


def left_behind(services: Services, fans: Collection[int]) -> list[tuple[str, int]]:
    """What counts and is still a guest's who has become a member: must be nothing, once all is settled."""
    tables = ("play", "play_result", "tally", "board_row", "run_fan", "participation")
    with services.reading() as sql:
        held = text(" UNION ALL ".join(LEFT_BEHIND.format(name) for name in tables))
        return [(row.what, row.fan_id) for row in sql.execute(held, {"fans": list(fans)})]


def proven(table: Table) -> None:
    """What stands is what the record gives."""
    settled(table)
    assert compare_quiz(table.services, table.run_id).differences == []
    assert check_ledger(table.services) == []


def public(services: Services, fan: int) -> str:
    with services.reading() as sql:
        return sql.execute(select(Fan.public).where(Fan.id == fan)).scalar_one()


def waiting(services: Services, many: int = 1) -> None:
    """Until so many transactions wait for another's row."""
    held = text("SELECT count(*) FROM pg_locks WHERE locktype IN ('transactionid', 'tuple') AND NOT granted")
    until = time.monotonic() + 20
    with services.reading() as sql:
        while (sql.scalar(held) or 0) < many:
            assert time.monotonic() < until, "nobody waits"
            time.sleep(0.01)  # between two looks at real SQL


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
