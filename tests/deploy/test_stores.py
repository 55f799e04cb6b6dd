"""The embedded PostgreSQL and Redis alone: private, durable, and back by themselves after any death."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from deploy.errors import DeployError
from deploy.places import LONGEST_SOCKET_PATH, account_for
from deploy.postgres import PostgresServer
from deploy.redis import RedisServer
from tests.deploy.conftest import living

pytestmark = pytest.mark.faults
Grown = Callable[[Path], PostgresServer]


def ask(server: PostgresServer, statement: str) -> object:
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as sql:
        found = sql.execute(statement)
        row = found.fetchone() if found.description else None
        return row[0] if row else None


def test_postgresql_keeps_what_was_committed_across_stop_and_kill(folder: Path) -> None:
    with PostgresServer(folder / "pg") as server:
        assert str(ask(server, "SHOW server_version")).startswith("18.")
        assert ask(server, "SHOW fsync") == "on"
        assert ask(server, "SHOW listen_addresses") == ""
        assert ask(server, "SELECT lower('ÄÉ')") == "äé"
        ask(server, "CREATE TABLE fact (n int); INSERT INTO fact VALUES (1)")
        server.kill()
        assert server.pid is None
        server.start()
        assert ask(server, "SELECT n FROM fact") == 1
        server.stop()
        server.start()
        assert ask(server, "SELECT n FROM fact") == 1
    assert living(folder) == {}


def test_postgresql_lies_in_private_directories_of_an_unprivileged_account(folder: Path) -> None:
    with PostgresServer(folder / "pg") as server:
        owner = account_for(server.directory)
        for place in (server.directory, server.data, server.sockets):
            assert place.stat().st_mode & 0o777 == 0o700
            assert place.stat().st_uid == (owner.uid if owner else os.geteuid())
        assert Path(f"/proc/{server.pid}").stat().st_uid == (owner.uid if owner else os.geteuid())


def test_an_orphan_that_still_holds_the_data_is_stopped_first(folder: Path, grown: Grown) -> None:
    server = grown(folder / "pg")
    uid = server.account.uid if server.account else None
    gid = server.account.gid if server.account else None
    groups: list[int] | None = [] if server.account else None
    orphan = subprocess.Popen(
        server.program.argv, user=uid, group=gid, extra_groups=groups, cwd="/", stderr=subprocess.DEVNULL
    )
    while not server.program.ready(orphan.pid):
        assert orphan.poll() is None
    with server:
        assert orphan.wait(60) == 0
        assert ask(server, "SELECT 1") == 1


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_hinder_the_start(folder: Path, grown: Grown) -> None:
    server = grown(folder / "pg").start()
    pid_file = server.data / "postmaster.pid"
    stale = pid_file.read_text().splitlines()
    server.kill()
    pid_file.write_text("\n".join([str(os.getpid()), *stale[1:]]) + "\n")
    with server:
        assert ask(server, "SELECT 1") == 1


def test_a_start_killed_while_the_cluster_was_made_leaves_nothing_to_repair(folder: Path) -> None:
    server = PostgresServer(folder / "pg")
    half = server.data.with_suffix(".new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    with server:
        assert ask(server, "SELECT 1") == 1


def test_a_cluster_of_another_version_is_refused_and_left_untouched(folder: Path) -> None:
    server = PostgresServer(folder / "pg")
    server.data.mkdir()
    (server.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(DeployError, match="made by PostgreSQL 17"):
        server.start()
    assert sorted(path.name for path in server.data.iterdir()) == ["PG_VERSION"]


def test_a_folder_with_a_very_long_path_gets_a_short_socket(folder: Path, grown: Grown) -> None:
    deep = folder / ("很长的名字" * 12)
    deep.mkdir()
    with grown(deep / "pg") as server, RedisServer(deep / "redis") as redis:
        assert len(os.fsencode(redis.socket)) <= LONGEST_SOCKET_PATH
        assert ask(server, "SELECT 1") == 1
        assert Redis.from_url(redis.url).ping()
        assert server.sockets == PostgresServer(deep / "pg").sockets, "the same at every start"
    server.sockets.rmdir()
    redis.socket.parent.rmdir()


def test_redis_is_private_appends_and_comes_back(folder: Path) -> None:
    with RedisServer(folder / "redis") as server:
        assert server.directory.stat().st_mode & 0o777 == 0o700
        client = Redis.from_url(server.url)
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        client.set("board", "7")
        client.close()
        server.stop()
        server.start()
        client = Redis.from_url(server.url)
        assert client.get("board") == b"7"
        server.kill()
        server.start()
        assert client.ping()
        client.close()
    assert living(folder) == {}


def test_a_damaged_file_of_redis_is_set_aside_because_nothing_in_it_is_a_fact(folder: Path) -> None:
    server = RedisServer(folder / "redis")
    (server.directory / "appendonly.aof").write_bytes(b"*1\r\nthis is no command\r\n" * 9)
    with pytest.raises(DeployError, match="Bad file format"):
        server.start()
    with server, Redis.from_url(server.url) as client:
        assert client.dbsize() == 0
    assert list(server.directory.glob("damaged-*/appendonly.aof"))


def test_a_server_that_does_not_start_says_what_its_log_says(folder: Path) -> None:
    server = RedisServer(folder / "redis")
    (folder / "redis" / "appendonly.aof").mkdir()
    (folder / "redis" / "appendonlydir").write_text("")
    with pytest.raises(DeployError, match="redis does not start"):
        server.start()
    assert living(folder) == {}
