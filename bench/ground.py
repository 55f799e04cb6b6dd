"""A house of the bench's own: stores in a temporary folder, web, worker and sweeper on a free port; and what they cost.

Nothing of an installation is touched. Costs are CPU seconds of whole process trees, ended children included, read from /proc:
wall time on a shared machine says little.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import create_engine, text

from campaigns.bootstrap import Services, build_services
from campaigns.crowd.pages import Address
from config import Settings
from deploy.house import House
from deploy.migrate import upgrade
from deploy.postgres import PostgresServer
from deploy.program import Server
from deploy.redis import RedisServer

DATABASE = "bench"
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
# of /proc/PID/stat after the name: utime, stime, and the same of children that have ended
OWN, ENDED, RSS = slice(11, 13), slice(13, 15), 21


@dataclass(frozen=True)
class Ground:
    """`servers`: by part (web, worker, sql, redis)."""

    settings: Settings
    at: Address
    servers: dict[str, Server]

    def cpu_s(self, *parts: str) -> float:
        """CPU seconds so far of these parts, all of them when none is named."""
        return sum(tree_cpu_s(server.pid) for name, server in self.servers.items() if not parts or name in parts)

    def rss_mib(self, part: str) -> float:
        """What the part's processes hold now."""
        return sum(_rss(pid) for pid in tree(self.servers[part].pid)) / 2**20


@contextmanager
def ground(*, sockets: int | None = None, workers: bool = True) -> Iterator[Ground]:
    """Everything started, and stopped afterwards. `workers` False: web only."""
    folder = Path(tempfile.mkdtemp(prefix="ff-bench-"))
    folder.chmod(0o711)  # PostgreSQL's account must be able to walk in
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        postgres = stack.enter_context(PostgresServer(folder / "pg"))
        redis = stack.enter_context(RedisServer(folder / "redis"))
        _create(postgres)
        house = stack.enter_context(House(_settings(postgres, redis, sockets), workers=workers))
        servers: dict[str, Server] = {"sql": postgres, "redis": redis, "web": house.web}
        if workers:
            servers |= {"worker": house.worker, "sweeper": house.sweeper}
        yield Ground(house.settings, Address("127.0.0.1", house.settings.port), servers)


@contextmanager
def services_of(here: Ground) -> Iterator[Services]:
    """What the bench itself asks the stores by; closed afterwards."""
    services = build_services(here.settings)
    try:
        yield services
    finally:
        services.sql.dispose()
        services.answers_sql.dispose()
        for client in (services.live, services.bus, services.queue.connection):
            client.close()


def tree(pid: int | None) -> list[int]:
    """The process and all its living descendants."""
    if pid is None:
        return []
    found, children = [pid], _children()
    for each in found:
        found += children.get(each, [])
    return found


def tree_cpu_s(pid: int | None) -> float:
    """CPU seconds of the tree; of children that have ended as far as their parents have waited for them."""
    ticks = 0
    for each in tree(pid):
        fields = _stat(each)
        ticks += sum(int(ticked) for ticked in (*fields[OWN], *fields[ENDED]))
    return ticks / TICKS


def _children() -> dict[int, list[int]]:
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (fields := _stat(int(name))):
            children.setdefault(int(fields[1]), []).append(int(name))
    return children


def _stat(pid: int) -> list[str]:
    """The fields after the name (which may hold anything); none for a process that is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _rss(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[RSS]) * PAGE if fields else 0


def _create(postgres: PostgresServer) -> None:
    engine = create_engine(postgres.url_for("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as sql:
        sql.execute(text(f"CREATE DATABASE {DATABASE}"))
    engine.dispose()
    upgrade(postgres.url_for(DATABASE))


def _settings(postgres: PostgresServer, redis: RedisServer, sockets: int | None) -> Settings:
    given = {"DATABASE_URL": postgres.url_for(DATABASE), "REDIS_URL": redis.url, "SECRET_KEY": secrets.token_hex(16)}
    return Settings.from_environ(given | ({"MAX_SOCKETS": str(sockets)} if sockets else {}))
