"""Sixty people whose names merely look alike join at the same instant: one of them stays untagged, never two."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import Connection, Engine, event, select, text

from campaigns.bootstrap import Services
from campaigns.control.runs import run_summary
from campaigns.db.engine import make_engine
from campaigns.db.models import Participation
from campaigns.domain.nickname import check, skeleton
from campaigns.identity.fans import new_fan
from campaigns.play.join import Joined, join
from tests.stage import PATIENCE_S, run_of, single

CROWD = 60
LOOKS = ["".join(signs) for signs in product("Mm", "iІl1", "Nn", "Gg", ("", "-"))][:CROWD]
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO participation%'"
)
UNIQUE = "uq_participation_campaign_id_skeleton"


@contextmanager
def crowded(services: Services) -> Iterator[Services]:
    """The same stores with a connection for everybody, and patience until all are at the door."""
    wide: Engine = make_engine(services.sql.url.render_as_string(hide_password=False), pool_size=CROWD)

    def patient(connection: Connection) -> None:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{2 * PATIENCE_S}s'")
        connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{2 * PATIENCE_S}s'")

    event.listen(wide, "begin", patient)
    yield replace(services, sql=wide)
    wide.dispose()


def rush_in(services: Services, run_id: int) -> list[str]:
    """Everybody has looked whether the name is free before anybody has it: no write gets through until all want to."""
    code, fans = run_summary(services, run_id).code, [new_fan(services)[0] for _ in LOOKS]

    def one(fan: int, name: str) -> str:
        joined = join(services, code, fan, name)
        assert isinstance(joined, Joined), joined
        return joined.nickname

    with ThreadPoolExecutor(CROWD) as pool, services.answers_sql.connect() as held:
        held.execute(text("LOCK TABLE participation IN SHARE MODE"))
        joining = [pool.submit(one, fan, name) for fan, name in zip(fans, LOOKS, strict=True)]
        until = time.monotonic() + PATIENCE_S
        while True:
            with services.answers_sql.connect() as sql:
                waiting = sql.scalar(text(WAITING))
            if waiting == CROWD:
                break
            assert time.monotonic() < until, f"{waiting} of {CROWD} at the door"
            threading.Event().wait(0.02)
        held.rollback()
        return [done.result(PATIENCE_S) for done in joining]


@pytest.mark.race
def test_of_sixty_look_alikes_at_once_exactly_one_stays_untagged(services: Services) -> None:
    assert len(set(LOOKS)) == CROWD and {skeleton(name) for name in LOOKS} == {skeleton("Ming")}
    assert all(check(name) == name for name in LOOKS)
    with crowded(services) as wide:
        run_id = run_of(services, [single()])
        shown = rush_in(wide, run_id)
    assert len([name for name in shown if "·" not in name]) == 1
    tags = [name.partition(" · ")[2] for name in shown]
    assert len(set(tags)) == CROWD  # nor do two wear the same tag beside names that look the same
    campaign = run_summary(services, run_id).campaign_id
    with services.sql.connect() as sql:
        rows = sql.execute(select(Participation.nickname).where(Participation.campaign_id == campaign)).scalars()
        assert sorted(rows) == sorted(shown)


@pytest.mark.race
def test_that_race_goes_red_without_the_unique_key(services: Services) -> None:
    with services.sql.begin() as sql:
        sql.execute(text(f"ALTER TABLE participation DROP CONSTRAINT {UNIQUE}"))
    try:
        with crowded(services) as wide:
            shown = rush_in(wide, run_of(services, [single()]))
    finally:
        with services.sql.begin() as sql:
            sql.execute(text("DELETE FROM participation"))
            sql.execute(text(f"ALTER TABLE participation ADD CONSTRAINT {UNIQUE} UNIQUE (campaign_id, skeleton)"))
    assert len([name for name in shown if "·" not in name]) > 1


def test_a_look_that_was_given_up_is_free_again(services: Services) -> None:
    code = run_summary(services, run_of(services, [single()])).code
    first, second, third = (new_fan(services)[0] for _ in range(3))

    def named(fan: int, name: str) -> str:
        joined = join(services, code, fan, name)
        assert isinstance(joined, Joined), joined
        return joined.nickname

    assert named(first, "Ming") == "Ming" and named(second, "MING").startswith("MING · ")
    assert named(first, "Hua") == "Hua"
    assert named(third, "M.i.n.g") == "M.i.n.g"
    assert named(first, "ming").startswith("ming · ")
    assert named(second, "MING").startswith("MING · ")  # asking again changes nothing
