"""Revision 0004 on a database that has questions already: what the bank asks of them is filled in from their newest version."""

from __future__ import annotations

import json
import uuid

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from campaigns.db.question_rows import body_of, key_json
from deploy.program import PROJECT
from tests.conftest import Stores
from tests.stage import single

QUESTION = "INSERT INTO question (id, campaign_id, created_at) VALUES (1, 1, now()), (2, 1, now())"
VERSION = "INSERT INTO question_version (question_id, n, body, key, created_at) VALUES (:id, :n, :body, :key, now())"
KNOWN = """SELECT n, kind, tags, difficulty, state, source, norm <> '', length(twin) FROM question ORDER BY id"""
CAMPAIGN = "INSERT INTO campaign (id, title, zone, rate, created_at) VALUES (1, '{}', 'Asia/Shanghai', 1, now())"


def test_questions_that_are_there_get_what_the_bank_asks_of_them(stores: Stores) -> None:
    name = f"m_{uuid.uuid4().hex[:12]}"
    server = create_engine(stores.postgres.url_for("postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as sql:
        sql.execute(text(f"CREATE DATABASE {name}"))
    url = stores.postgres.url_for(name)
    config = Config()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["url"] = url
    command.upgrade(config, "0004")
    engine = create_engine(url)
    with engine.begin() as sql:
        sql.execute(text(CAMPAIGN))
        sql.execute(text(QUESTION))
        old, new = single("Old?", tags=("past",)), single("Which is HEAVIER?", tags=("phones", "重量"), difficulty=4)
        for question_id, n, question in ((1, 1, old), (1, 2, new), (2, 1, old)):
            stored = {"body": json.dumps(body_of(question)), "key": json.dumps(key_json(question.key))}
            sql.execute(text(VERSION), {"id": question_id, "n": n, **stored})
    command.upgrade(config, "0005")
    with engine.begin() as sql:
        rows = [tuple(row) for row in sql.execute(text(KNOWN))]
    assert rows == [
        (2, "single", ["phones", "重量"], 4, "reviewed", "", True, 32),
        (1, "single", ["past"], 1, "reviewed", "", True, 32),
    ]
    command.downgrade(config, "0004")
    command.upgrade(config, "0005")
    engine.dispose()
    with server.connect() as sql:
        sql.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()
