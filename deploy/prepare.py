"""What stands between empty stores and a show: migrations, the demo, a fresh operator link.

Runs as a process of its own, held until the stores are ready, so that its imports cost no time of the start and a crash
in here costs the supervisor nothing. It reports by marked lines on its standard output; everything else is for people.
"""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deploy.errors import DeployError

if TYPE_CHECKING:
    from config import Settings

MARK = "@prepared "
PATIENCE_S = 30.0


def report(**facts: object) -> None:
    print(MARK + json.dumps(facts), flush=True)


def read_report(line: str, into: dict[str, object]) -> bool:
    """Whether the line was a report; its facts are in `into` then."""
    if not line.startswith(MARK):
        return False
    into.update(json.loads(line.removeprefix(MARK)))
    return True


def prepare(settings: Settings, held: Sequence[str] = ()) -> None:
    """Raises DeployError when the stores do not answer."""
    gc.disable()  # a short life, spent on imports
    from campaigns.bootstrap import build_services
    from campaigns.control.demo import ensure_demo, road_code
    from campaigns.identity.operators import mint_login_link
    from deploy.hold import wait_if_held
    from deploy.migrate import upgrade

    wait_if_held(held)
    wait_for_database(settings.database_url, PATIENCE_S)
    upgrade(settings.database_url)
    report(migrated=True)
    services = build_services(settings)
    report(code=ensure_demo(services), road=road_code(services), token=mint_login_link(services))


def wait_for_database(url: str, patience_s: float) -> None:
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.pool import NullPool

    engine = create_engine(url, poolclass=NullPool)
    until = time.monotonic() + patience_s
    while True:
        try:
            engine.connect().close()
            return
        except OperationalError as error:
            if time.monotonic() > until:
                place = make_url(url).render_as_string(hide_password=True)
                raise DeployError(f"no database answers at {place}: {error.orig}") from error
            time.sleep(0.05)  # a server that is not there cannot be waited for, only asked again
