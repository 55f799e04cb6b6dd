"""What is begun, ended or entered in the very moment in which a guest becomes a member: before it, or the member's.

Each guard has its negative control: the same moment without it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import cast

import pytest
from sqlalchemy import Connection, Engine, select, text

from campaigns.bootstrap import Services
from campaigns.db import step_journal
from campaigns.db.identities import Account
from campaigns.db.plays import Play, PlayResult
from campaigns.db.step_journal import StepEntry
from campaigns.domain.play_gate import PlayOutcome
from campaigns.identity import accounts, moving
from campaigns.identity.accounts import Entered
from campaigns.play.quiz import begin as beginning
from campaigns.play.quiz.begin import Begun, begin
from campaigns.play.quiz.challenge import link_token
from tests.identity.members import a_member, at_once, entered, left_behind, played, proven, ticket, waiting
from tests.play.quiz.conftest import Season, Table, season

__all__ = ["season"]


class InThread:
    """`work` in a thread of its own; `done()` waits for it and gives what it gave."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work, self._given = work, list[object]()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        self._given.append(self._work())

    def done(self) -> object:
        self._thread.join()
        return self._given[0]


@contextmanager
def entering(services: Services, member: str, guest: int) -> Iterator[Connection]:
    """All that an entry does, but for its commit, which comes when the block ends."""
    with services.sql.begin() as sql:
        done = accounts._enter(sql, ticket(services, member), guest, services.now().at, 0)
        assert isinstance(done, Entered)
        yield sql


def owners(table: Table, *fans: int) -> list[int]:
    with table.services.reading() as sql:
        return list(sql.scalars(select(Play.fan_id).where(Play.fan_id.in_(fans), Play.run_id == table.run_id)))


def test_a_play_begun_while_a_guest_enters_is_the_members(season: Season) -> None:
    table = season()
    member = a_member()
    own, guest = entered(table.services, member, table.fan()).fan_id, table.fan()
    with entering(table.services, member, guest):
        begun = InThread(lambda: table.begin(guest))
        waiting(table.services)
    told = begun.done()
    assert isinstance(told, Begun) and told.playing is not None
    assert (told.outcome, told.playing.fan_id, owners(table, own, guest)) == (PlayOutcome.STARTED, own, [own])


def test_without_the_lock_on_the_fan_such_a_play_would_be_nobodys(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the same beginning, without a look at the fan's row."""
    table = season()
    member = a_member()
    own, guest = entered(table.services, member, table.fan()).fan_id, table.fan()
    locks = "FROM fan WHERE id = :fan AND moved_at IS NULL FOR SHARE"
    assert locks in beginning.BEGIN.text
    bare = beginning.BEGIN.text.replace(locks, "FROM fan WHERE id = :fan")
    monkeypatch.setattr(beginning, "BEGIN", text(bare))
    with entering(table.services, member, guest):
        table.begin(guest)
    assert owners(table, own, guest) == [guest]


def test_a_link_taken_up_while_its_sender_becomes_the_same_member_makes_no_duel(season: Season) -> None:
    """Two attempts of one number: the later of the two waits, and then sees what the other has done."""
    table = season()
    member = a_member()
    own, guest = entered(table.services, member, table.fan()).fan_id, table.fan()
    token = link_token(table.services.secret, played(table, guest))
    with entering(table.services, member, guest):
        begun = InThread(lambda: begin(table.plays, table.run_id, own, table.services.now(), challenge=token))
        waiting(table.services)
    told = begun.done()
    assert isinstance(told, Begun) and told.playing is None
    assert owners(table, own, guest) == [own]
    again = begin(table.plays, table.run_id, own, table.services.now(), challenge=token)
    assert again.outcome is PlayOutcome.OWN_CHALLENGE


def test_plays_begun_and_guests_entering_at_once_leave_nothing_with_nobody(season: Season) -> None:
    table = season()
    guests, strangers = list[int](), 0
    for _ in range(12):
        member = a_member()
        own, guest = entered(table.services, member, None).fan_id, table.fan()
        guests.append(guest)
        work = (lambda g=guest: table.begin(g), lambda m=member, g=guest: entered(table.services, m, g))
        at_once(lambda i, work=work: work[i](), 2)  # type: ignore[misc]  # mypy infers no lambda that binds its loop
        strangers += owners(table, own, guest) != [own]
    assert strangers == 0 and left_behind(table.services, guests) == []
    proven(table)


class StillOpen:
    """An engine whose transaction is ours, and goes on when its block ends."""

    def __init__(self, sql: Connection) -> None:
        self._sql = sql

    def begin(self) -> AbstractContextManager[Connection]:
        return nullcontext(self._sql)


def ended_during(table: Table, guest: int, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> int:
    """A play of the guest's ends; its last step waits for its commit while `meanwhile` runs in a thread. Returns the play."""
    real = step_journal.commit
    with table.services.sql.begin() as sql, monkeypatch.context() as patch:

        def held(engine: Engine, entries: list[StepEntry]) -> list[bool]:
            ends = any(entry.ending for entry in entries)
            return real(cast(Engine, StillOpen(sql)) if ends else engine, entries)

        patch.setattr(step_journal, "commit", held)
        play_id = played(table, guest)
        other = InThread(meanwhile)
        waiting(table.services)
    other.done()
    return play_id


def result_of(table: Table, play_id: int) -> int | None:
    with table.services.reading() as sql:
        return sql.scalar(select(PlayResult.fan_id).where(PlayResult.play_id == play_id))


def test_the_result_of_a_play_that_ends_while_the_guest_enters_is_the_members(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = season()
    member = a_member()
    own, guest = entered(table.services, member, table.fan()).fan_id, table.fan()
    play_id = ended_during(table, guest, monkeypatch, lambda: entered(table.services, member, guest))
    assert result_of(table, play_id) == own and left_behind(table.services, [guest]) == []


def test_with_results_moved_before_plays_such_a_result_would_be_nobodys(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: nothing makes the results wait for a play that is ending."""
    table = season()
    own, guest = entered(table.services, a_member(), table.fan()).fan_id, table.fan()
    both = {"guest": guest, "fan": own}

    def the_wrong_way_round() -> None:
        with table.services.sql.begin() as sql:
            sql.execute(moving.MOVE_RESULTS, both)
            sql.execute(moving.MOVE_PLAYS, both)

    play_id = ended_during(table, guest, monkeypatch, the_wrong_way_round)
    assert result_of(table, play_id) == guest and owners(table, own, guest) == [own]


def two_members_of_one_browser(services: Services, guest: int, stop: Callable[[], None]) -> tuple[int, Entered]:
    """One entry makes the guest its account's fan; the other, of a member whom the house knows, comes before its commit."""
    new, known = a_member(), a_member()
    entered(services, known, None)
    with services.sql.begin() as sql:
        done = accounts._enter(sql, ticket(services, new), guest, services.now().at, 0)
        assert isinstance(done, Entered) and done.fan_id == guest
        second = InThread(lambda: entered(services, known, guest))
        stop()
    last = second.done()
    assert isinstance(last, Entered)
    with services.reading() as sql:
        return sql.execute(select(Account.fan_id).where(Account.external_id == new)).scalar_one(), last


def test_a_guest_who_is_becoming_one_members_fan_is_not_moved_to_another(season: Season) -> None:
    table = season()
    guest = table.fan()
    fan, last = two_members_of_one_browser(table.services, guest, lambda: waiting(table.services))
    assert fan == guest and not last.moved


def test_without_the_lock_on_the_guest_a_members_fan_would_become_another(
    season: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: the second entry looks before the first has committed, and waits for nothing."""
    table = season()
    guest, looked = table.fan(), threading.Event()

    def bare(sql: Connection, fan_id: int | None) -> int | None:
        free = fan_id if fan_id is not None and accounts.is_free(sql, fan_id) else None
        looked.set()
        return free

    def stop() -> None:
        looked.wait()

    locked = accounts._guest
    calls = iter((locked, bare))
    monkeypatch.setattr(accounts, "_guest", lambda sql, fan_id: next(calls, locked)(sql, fan_id) if fan_id else None)
    _, last = two_members_of_one_browser(table.services, guest, stop)
    assert last.moved
