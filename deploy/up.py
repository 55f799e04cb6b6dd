"""`cli.py up`: the whole house with one command, in the order in which its parts need each other.

stores (those without an address of their own) ∥ imports of prepare and web, both held → prepare migrates → web serves,
worker, sweeper ∥ prepare (demo, links) → the links in the terminal → until a signal. Everything that fails takes
everything else down again. Held instead of started last, web made a second start of 3.5 s one of 1.9 s (two cores).
"""

from __future__ import annotations

import http.client
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from deploy import links, running
from deploy.errors import DeployError
from deploy.hold import HELD
from deploy.places import account_for, reachable, second_place
from deploy.postgres import PostgresServer
from deploy.prepare import PATIENCE_S, read_report
from deploy.program import PROJECT, Program
from deploy.redis import RedisServer
from deploy.supervisor import Stopped, Supervisor

if TYPE_CHECKING:
    from config import Settings

Say = Callable[[str], None]


@dataclass(frozen=True)
class Crew:
    """The command of every process that is not a store."""

    prepare: tuple[str, ...] = (sys.executable, "cli.py", "prepare", HELD)
    web: tuple[str, ...] = (sys.executable, "wsgi.py", HELD)
    worker: tuple[str, ...] = (sys.executable, "-m", "workers")
    sweeper: tuple[str, ...] = (sys.executable, "-m", "workers", "sweeper")


def up(settings: Settings, inherited: Mapping[str, str], say: Say, crew: Crew | None = None) -> None:
    """Returns when it was asked to stop; raises DeployError when it cannot run. Nothing is left running either way."""
    var = Path(settings.var_dir).resolve()
    settings = replace(settings, var_dir=str(var))
    supervisor = Supervisor(say)
    supervisor.listen_for_signals()
    refuse_unbuilt(PROJECT)
    with running.only_one(var) as stopping:
        refuse_taken_port(settings.host, settings.port)
        try:
            _run(settings, inherited, crew or Crew(), supervisor, say)
        except Stopped:
            pass
        finally:
            stopping()
            supervisor.stop()
            running.withdraw(var)


def _run(settings: Settings, inherited: Mapping[str, str], crew: Crew, supervisor: Supervisor, say: Say) -> None:
    var = Path(settings.var_dir)
    settings, stores = embed(replace(settings, secret_key=settings.secret_key or running.secret_of(var)), var, say)
    environ = {**settings.environ_for_children(inherited), "PYTHONUNBUFFERED": "1"}
    facts: dict[str, object] = {}
    serves = partial(answers, settings.host, settings.port)
    web = supervisor.add(Program("web", crew.web, environ, held=True, ready=lambda _: serves()))
    listen = partial(read_report, into=facts)
    prepare = supervisor.add(Program("prepare", crew.prepare, environ, held=True, once=True, listen=listen))
    supervisor.wait_ready(*[supervisor.add(store) for store in stores])
    prepare.tell()
    supervisor.wait(lambda: "migrated" in facts, 10 * PATIENCE_S, "the database could not be migrated in time")
    web.tell()
    supervisor.add(Program("worker", crew.worker, environ))
    supervisor.add(Program("sweeper", crew.sweeper, environ))
    supervisor.wait(lambda: "token" in facts, 2 * PATIENCE_S, "the demo could not be made in time")
    supervisor.wait_ready(web)
    running.announce(var, settings.to_environ())
    base = links.base_url(settings.public_url, settings.host, settings.port, links.lan_address())
    say(links.banner(base, str(facts["code"]), str(facts["road"]), str(facts["token"])))
    supervisor.run()


def embed(settings: Settings, var: Path, say: Say) -> tuple[Settings, list[Program]]:
    """The settings with every address filled in, and the stores that have to be started for it."""
    stores: list[Program] = []
    if not settings.database_url:
        postgres = PostgresServer(place_of_postgres(var, say), log=var / "log" / "postgres.log")
        stores.append(postgres.program)
        settings = replace(settings, database_url=postgres.url)
    if not all((settings.live_redis_url, settings.queue_redis_url, settings.bus_redis_url)):
        redis = RedisServer(var / "redis", log=var / "log" / "redis.log")
        stores.append(redis.program)
        settings = replace(
            settings,
            live_redis_url=settings.live_redis_url or redis.url,
            queue_redis_url=settings.queue_redis_url or redis.url,
            bus_redis_url=settings.bus_redis_url or redis.url,
        )
    return settings, stores


def place_of_postgres(var: Path, say: Say) -> Path:
    first = var / "postgres"
    account = account_for(first)
    if account is None or reachable(var, account):
        return first
    second = second_place(var) / "postgres"
    say(f"PostgreSQL runs as the user {account.name}, who cannot reach {var}: its data lies in {second}")
    return second


def refuse_unbuilt(root: Path) -> None:
    """Pages without their bundles do not come to life, and without the catalogs are half English. Raises DeployError."""
    catalogs = [path.with_suffix(".mo") for path in root.glob("translations/*/LC_MESSAGES/*.po")]
    wanted = [*catalogs, root / "static" / "dist" / "manifest.json"]
    missing = [str(path.relative_to(root)) for path in wanted if not path.exists()]
    if missing:
        raise DeployError(f"not set up yet: {', '.join(missing)} missing. `make run` makes them and starts everything")


def refuse_taken_port(host: str, port: int) -> None:
    """Before anything is started. Raises DeployError."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except PermissionError as error:
        raise DeployError(f"PORT {port} needs rights this user does not have; choose one from 1024 on") from error
    except socket.gaierror as error:
        raise DeployError(f"HOST {host} is no address of this machine") from error
    except OSError as error:
        raise DeployError(f"cannot listen on {host}, port {port}: {error.strerror}. Choose another PORT") from error


def answers(host: str, port: int) -> bool:
    """Whether /healthz answers anything at all: what is degraded is for people to read."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)
    connection = http.client.HTTPConnection(address, port, timeout=0.5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
