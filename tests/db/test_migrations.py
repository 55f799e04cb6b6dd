"""Migrations on a database that has people in it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, text

from campaigns.db.records import Event
from deploy.migrate import heads, revisions_in, upgrade
from deploy.program import PROJECT
from tests.conftest import Stores

PEOPLE = (("Ming", "ming"), ("ming", "ming"), ("MING · 7K", "ming"), ("小明 · 7K8M", "小明"), ("· · ·", "· · ·"))


@pytest.fixture
def old(stores: Stores) -> Iterator[tuple[Engine, Config]]:
    """An empty database of the first revision, and what moves it on."""
    name = f"t_{uuid4().hex[:12]}"
    house = create_engine(stores.postgres.url_for("postgres"), isolation_level="AUTOCOMMIT")
    with house.connect() as sql:
        sql.execute(text(f"CREATE DATABASE {name}"))
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["url"] = stores.postgres.url_for(name)
    command.upgrade(config, "0001")
    engine = create_engine(stores.postgres.url_for(name))
    yield engine, config
    engine.dispose()
    with house.connect() as sql:
        sql.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    house.dispose()


def test_the_newest_revision_is_read_from_the_scripts_as_alembic_reads_it(old: tuple[Engine, Config]) -> None:
    engine, config = old
    assert heads() == set(ScriptDirectory.from_config(config).get_heads())
    url = str(config.attributes["url"])
    assert revisions_in(url) == {"0001"}
    upgrade(url)
    assert revisions_in(url) == heads()
    upgrade(url)
    with engine.begin() as sql:
        sql.execute(text("DROP TABLE alembic_version"))
    assert revisions_in(url) == set()


def test_the_events_of_a_run_have_an_index_of_their_own(old: tuple[Engine, Config]) -> None:
    engine, config = old
    command.upgrade(config, "head")
    with engine.connect() as sql:
        found = sql.scalar(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'ix_event_run_id_seq'"))
    assert found is not None and found.endswith("(run_id, seq)")
    assert "ix_event_run_id_seq" in {index.name for index in Event.metadata.tables["event"].indexes}


def looks(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as sql:
        rows = sql.execute(text("SELECT nickname, skeleton FROM participation ORDER BY fan_id"))
        return [(row.nickname, row.skeleton) for row in rows]


def test_names_that_already_collide_are_kept_and_told_apart(old: tuple[Engine, Config]) -> None:
    engine, config = old
    with engine.begin() as sql:
        campaign = sql.scalar(
            text("INSERT INTO campaign (title, zone, rate, created_at) VALUES ('{}', 'UTC', 1, now()) RETURNING id")
        )
        for n, (nickname, skeleton) in enumerate(PEOPLE):
            fan = sql.scalar(
                text("INSERT INTO fan (secret_hash, public, created_at) VALUES (:h, :p, now()) RETURNING id"),
                {"h": bytes([n]), "p": str(n)},
            )
            row = {"c": campaign, "f": fan, "n": nickname, "s": skeleton}
            columns = "(campaign_id, fan_id, nickname, skeleton, joined_at)"
            sql.execute(text(f"INSERT INTO participation {columns} VALUES (:c, :f, :n, :s, now())"), row)
    before = looks(engine)
    command.upgrade(config, "head")
    after = looks(engine)
    assert [name for name, _ in after] == [name for name, _ in before]
    assert [look for _, look in after] == ["ming", "ming·2", "ming·7K", "小明·7K8M", "· · ·"]
    command.downgrade(config, "0001")
    assert looks(engine) == before


def test_every_operator_who_was_there_owns_every_campaign_that_was_there(old: tuple[Engine, Config]) -> None:
    engine, config = old
    command.upgrade(config, "0017")
    with engine.begin() as sql:
        for name in ("ada", "bob"):
            sql.execute(text("INSERT INTO operator (name, created_at) VALUES (:n, now())"), {"n": name})
            made = "INSERT INTO campaign (title, zone, rate, created_at) VALUES ('{}', 'UTC', 1, now())"
            sql.execute(text(made))
    command.upgrade(config, "0018")
    with engine.connect() as sql:
        held = (
            "SELECT name, role, count(*) FROM crew JOIN operator ON operator.id = operator_id GROUP BY 1, 2 ORDER BY 1"
        )
        assert [tuple(row) for row in sql.execute(text(held))] == [("ada", "owner", 2), ("bob", "owner", 2)]


ACTIVITY = """
INSERT INTO activity (campaign_id, kind, title, rules, created_at) VALUES (:campaign, 'rush', '{}', '{}', now()) RETURNING id
"""
RUN = """
INSERT INTO run (campaign_id, activity_id, code, state, scene, seed, rules, rate, created_at, award_version, awarded_version)
VALUES (:campaign, :activity, :code, :state, 'final', '', '{}', 1, now(), :wanted, :awarded) RETURNING id
"""
STANDING = """
INSERT INTO standing (run_id, fan_id, score, elapsed_ms, right_ms, rank, streak, out, lives)
VALUES (:run, :fan, :score, :ms, 0, 1, 0, false, 0)
"""


def test_the_places_of_runs_that_are_over_and_awarded_are_numbered_and_of_no_others(old: tuple[Engine, Config]) -> None:
    engine, config = old
    command.upgrade(config, "0033")
    with engine.begin() as sql:
        made = "INSERT INTO campaign (title, zone, rate, created_at) VALUES ('{}', 'UTC', 1, now()) RETURNING id"
        campaign = sql.scalar(text(made))
        activity = sql.scalar(text(ACTIVITY), {"campaign": campaign})
        for code, state, wanted, awarded in (("A", "ended", 1, 1), ("B", "ended", 2, 1), ("C", "live", 0, 0)):
            row = {"code": code, "state": state, "wanted": wanted, "awarded": awarded}
            run = sql.scalar(text(RUN), row | {"campaign": campaign, "activity": activity})
            for fan, score, ms in ((11, 100, 900), (12, 300, 500), (13, 100, 800)):
                sql.execute(text(STANDING), {"run": run, "fan": fan, "score": score, "ms": ms})
    command.upgrade(config, "0034")
    with engine.connect() as sql:
        numbered = "SELECT code, fan_id, place FROM standing JOIN run ON run.id = run_id ORDER BY code, place, fan_id"
        rows = sql.execute(text(numbered)).all()
    assert [tuple(row) for row in rows[:3]] == [("A", 12, 1), ("A", 13, 2), ("A", 11, 3)]
    assert len(rows) == 9 and {row.place for row in rows[3:]} == {None}
