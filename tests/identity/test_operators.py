"""Links, passwords and sessions of operators, with a clock that is moved and two hands that reach at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update

from campaigns.bootstrap import Services
from campaigns.db.doors import LoginLink, OperatorSession
from campaigns.db.models import Operator
from campaigns.domain.moment import Moment
from campaigns.identity.operators import (
    ABSOLUTE,
    IDLE,
    LINK_LIFETIME,
    PasswordRefusal,
    consume_login_link,
    end_session,
    link_is_live,
    login_by_password,
    mint_login_link,
    operator_of,
    set_password,
)
from campaigns.identity.tokens import token_hash
from tests.conftest import FakeTime

PASSWORD = "ein langes 密码"
Make = Callable[[Callable[[], Moment]], Services]
AT_ONCE = 8


@pytest.fixture
def at(services_at: Make, fake_time: FakeTime) -> Services:
    return services_at(fake_time)


def test_a_link_makes_its_operator_and_lets_in_once(at: Services) -> None:
    token = mint_login_link(at, "ada")
    assert link_is_live(at, token)
    session = consume_login_link(at, token)
    found = operator_of(at, session)
    assert found is not None and (found.name, found.has_password) == ("ada", False)
    assert consume_login_link(at, token) is None
    assert not link_is_live(at, token)


def test_two_links_of_one_name_are_one_operator(at: Services) -> None:
    first, second = (operator_of(at, consume_login_link(at, mint_login_link(at, "twice"))) for _ in range(2))
    assert first is not None and first == second


def test_a_link_ends_after_fifteen_minutes(at: Services, fake_time: FakeTime) -> None:
    token = mint_login_link(at)
    fake_time.at += LINK_LIFETIME - timedelta(seconds=1)
    assert link_is_live(at, token)
    fake_time.at += timedelta(seconds=1)
    assert not link_is_live(at, token)
    assert consume_login_link(at, token) is None


def test_what_sql_stores_opens_no_door(at: Services) -> None:
    link = mint_login_link(at)
    session = consume_login_link(at, link)
    assert session is not None
    with at.sql.connect() as sql:
        stored = [*sql.scalars(select(LoginLink.token_hash)), *sql.scalars(select(OperatorSession.token_hash))]
    assert token_hash(session) in stored
    assert link.encode() not in stored and session.encode() not in stored
    assert operator_of(at, stored[-1].hex()) is None


@pytest.mark.parametrize("forged", [None, "", "x", "x" * 10_000])
def test_a_forged_session_is_nobody(at: Services, forged: str | None) -> None:
    assert operator_of(at, forged) is None


def test_an_idle_session_ends_and_a_used_one_goes_on_until_its_last_day(at: Services, fake_time: FakeTime) -> None:
    begun = fake_time.at
    idle, used = (consume_login_link(at, mint_login_link(at)) for _ in range(2))
    while fake_time.at + IDLE / 2 < begun + ABSOLUTE:
        fake_time.at += IDLE / 2
        assert operator_of(at, used) is not None
    assert operator_of(at, idle) is None
    fake_time.at = begun + ABSOLUTE
    assert operator_of(at, used) is None


def test_looking_around_writes_at_most_once_a_minute(at: Services, fake_time: FakeTime) -> None:
    session = consume_login_link(at, mint_login_link(at))
    assert session is not None
    seen = select(OperatorSession.seen_at).where(OperatorSession.token_hash == token_hash(session))
    begun = fake_time.at
    for _ in range(5):
        fake_time.at += timedelta(seconds=10)
        operator_of(at, session)
    with at.sql.connect() as sql:
        assert sql.scalar(seen) == begun
    fake_time.at += timedelta(seconds=11)
    operator_of(at, session)
    with at.sql.connect() as sql:
        assert sql.scalar(seen) == fake_time.at


def test_a_password_lets_in_by_its_name_only(at: Services) -> None:
    session = consume_login_link(at, mint_login_link(at, "grace"))
    grace = operator_of(at, session)
    assert grace is not None and session is not None
    assert login_by_password(at, "grace", "") is None
    assert set_password(at, grace, PASSWORD, old=None, keep_session=session) is None
    assert operator_of(at, login_by_password(at, "grace", PASSWORD)) is not None
    for name, password in (
        ("grace", PASSWORD + " "),
        ("Grace", PASSWORD),
        ("nobody", PASSWORD),
        ("grace", "x" * 10**6),
    ):
        assert login_by_password(at, name, password) is None
    with at.sql.connect() as sql:
        stored = sql.scalar(select(Operator.password_hash).where(Operator.name == "grace"))
    assert stored is not None and stored.startswith("$argon2id$")


def test_a_stored_hash_that_is_none_lets_nobody_in(at: Services) -> None:
    mint_login_link(at, "broken")
    with at.sql.begin() as sql:
        sql.execute(update(Operator).where(Operator.name == "broken").values(password_hash="not a hash"))
    assert login_by_password(at, "broken", "not a hash") is None


def test_setting_a_password_asks_the_old_one_and_ends_the_other_sessions(at: Services) -> None:
    here = consume_login_link(at, mint_login_link(at, "mary"))
    there = consume_login_link(at, mint_login_link(at, "mary"))
    mary = operator_of(at, here)
    assert mary is not None and here is not None and there is not None
    assert set_password(at, mary, "short", old=None, keep_session=here) is PasswordRefusal.TOO_SHORT
    assert set_password(at, mary, "x" * 201, old=None, keep_session=here) is PasswordRefusal.TOO_LONG
    assert operator_of(at, there) is not None
    assert set_password(at, mary, PASSWORD, old=None, keep_session=here) is None
    assert operator_of(at, there) is None and operator_of(at, here) is not None
    assert set_password(at, mary, PASSWORD + "2", old="guess", keep_session=here) is PasswordRefusal.WRONG_OLD
    assert login_by_password(at, "mary", PASSWORD + "2") is None


def test_hashing_goes_where_it_was_told_to(at: Services) -> None:
    sent: list[str] = []

    def elsewhere(work: Callable[[], object]) -> object:
        sent.append("work")
        return work()

    assert login_by_password(at, "nobody at all", PASSWORD, elsewhere) is None
    assert sent == ["work"]


def test_an_ended_session_stays_ended(at: Services) -> None:
    session = consume_login_link(at, mint_login_link(at))
    assert session is not None
    end_session(at, session)
    end_session(at, "unknown")
    assert operator_of(at, session) is None


def at_once(work: Callable[[], str | None]) -> int:
    """How many of those who reach for the same thing at once get it."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return sum(got is not None for got in pool.map(lambda _: work(), range(AT_ONCE)))


@pytest.mark.race
def test_of_many_who_use_a_link_at_once_one_gets_in(at: Services) -> None:
    token = mint_login_link(at, "race")
    assert at_once(lambda: consume_login_link(at, token)) == 1
    with at.sql.connect() as sql:
        racer = select(Operator.id).where(Operator.name == "race").scalar_subquery()
        sessions = select(func.count()).select_from(OperatorSession).where(OperatorSession.operator_id == racer)
        assert sql.scalar(sessions) == 1


@pytest.mark.race
def test_reading_first_and_writing_then_would_let_several_in(at: Services) -> None:
    """The negative control: the same race without the conditional UPDATE."""
    token = mint_login_link(at, "careless")

    def careless() -> str | None:
        with at.sql.begin() as sql:
            unused = select(LoginLink.token_hash).where(
                LoginLink.token_hash == token_hash(token), LoginLink.used_at.is_(None)
            )
            if sql.scalar(unused) is None:
                return None
            sql.execute(text("SELECT pg_sleep(0.1)"))
            sql.execute(update(LoginLink).where(LoginLink.token_hash == token_hash(token)).values(used_at=at.now().at))
            return "in"

    assert at_once(careless) > 1


def test_a_new_password_makes_links_that_are_still_out_useless(at: Services) -> None:
    session = consume_login_link(at, mint_login_link(at, "links"))
    found = operator_of(at, session)
    assert session is not None and found is not None
    forgotten, of_another = mint_login_link(at, "links"), mint_login_link(at, "another")
    assert set_password(at, found, PASSWORD, old=None, keep_session=session) is None
    assert consume_login_link(at, forgotten) is None
    assert consume_login_link(at, of_another) is not None
