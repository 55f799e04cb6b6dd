"""`make rehearse N=500`: the rehearsal of a rush without a desk, against the running server; then the line of `make crowd`.

The same rehearsal as the desk's button begins, playing by itself: the server's worker drives the simulated fans, this process
only waits for the report. Findings go to stderr; the exit status is 1 unless all that was told is true.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from bench.crowd import reached, tell
from campaigns.bootstrap import Services, build_services
from campaigns.control.conduct import cancel
from campaigns.control.rehearsals import rehearsal, start_rehearsal
from campaigns.crowd.errors import CrowdError
from campaigns.crowd.report import Report
from campaigns.db.models import Activity, ActivityQuestion, Round, Run, RunFan
from campaigns.domain.activity import ActivityKind
from campaigns.domain.errors import FanfareError
from campaigns.domain.rehearsal import MOST_FANS, Plan
from campaigns.domain.run import RunState
from config import Settings
from deploy.running import beside_running

ACTOR = "rehearsal"
TO_COME = (RunState.SCHEDULED, RunState.LOBBY)
BEGINS_S, LONGEST_S, LOOK_S = 180.0, 3 * 3600.0, 0.5


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    given = _arguments(argv)
    port = {"PORT": str(given.port)} if given.port else {}
    try:
        settings = Settings.from_environ(beside_running({**environ, **port})).complete()
        numbers = {"speed_ms": given.speed, "dropouts": given.dropouts, "pace_ms": given.pace}
        told = run(settings, given.rush, Plan(given.fans, **numbers, by_itself=True))
    except FanfareError as error:
        print(f"rehearse: {error}", file=sys.stderr)
        return 1
    for found in told["findings"]:
        where = "" if found["n"] is None else f"question {found['n']}: "
        print(f"{found['state']}: {where}{found['code']} {found['facts'] or ''}".rstrip(), file=sys.stderr)
    if told["figures"] is None:
        return 1
    return tell(Report(**told["figures"]), told["measured"]["refused"])


def run(settings: Settings, rush_id: int | None, plan: Plan) -> dict[str, Any]:
    """The report. Raises FanfareError."""
    reached(settings)
    services = build_services(settings, pool_size=1)
    try:
        run_id = start_rehearsal(services, rush_id or _next_rush(services), plan, ACTOR)
        if run_id is None:
            raise CrowdError("another rehearsal is under way: end it at its desk")
        print(f"{plan.fans} simulated fans rehearse run {run_id} …", file=sys.stderr)
        return _wait(services, run_id)
    finally:
        services.sql.dispose()
        for client in (services.live, services.bus, services.queue.connection):
            client.close()


def _wait(services: Services, run_id: int) -> dict[str, Any]:
    began_s, told = time.monotonic(), 0
    while (found := rehearsal(services, run_id)).report is None:
        waited_s = time.monotonic() - began_s
        if waited_s > LONGEST_S or (waited_s > BEGINS_S and not _somebody(services, run_id)):
            cancel(services, run_id, ACTOR)
            raise CrowdError(f"rehearsal {run_id} has no fans after {waited_s:.0f} s: is a worker running?")
        asked, of = _asked(services, run_id)
        if asked != told:
            told = asked
            print(f"question {asked} of {of}", file=sys.stderr)
        time.sleep(LOOK_S)  # between two looks: another process plays
    return found.report


def _somebody(services: Services, run_id: int) -> bool:
    with services.reading() as sql:
        return sql.scalar(select(RunFan.fan_id).where(RunFan.run_id == run_id).limit(1)) is not None


def _asked(services: Services, run_id: int) -> tuple[int, int]:
    """(questions asked so far, all of them)."""
    counted = select(func.count(Round.opens_ns), func.count()).where(Round.run_id == run_id, Round.n > 0)
    with services.reading() as sql:
        asked, of = sql.execute(counted).one()
    return asked, of


def _next_rush(services: Services) -> int:
    """Of the newest run that is still to be played; if there is none, the newest rush that has a question."""
    rushes = select(Activity.id).where(
        Activity.kind == ActivityKind.RUSH, Activity.id.in_(select(ActivityQuestion.activity_id))
    )
    to_come = rushes.join(Run, Run.activity_id == Activity.id).where(Run.state.in_(TO_COME), Run.rehearsal.is_(False))
    with services.reading() as sql:
        found = sql.scalar(to_come.order_by(Run.id.desc()).limit(1))
        found = found if found is not None else sql.scalar(rushes.order_by(Activity.id.desc()).limit(1))
    if found is None:
        raise CrowdError("there is no rush with a question in this house")
    return found


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.rehearse", description=__doc__)
    parser.add_argument("--fans", type=_several, default=200, help="how many (200)")
    parser.add_argument("--rush", type=int, help="its number, as in its page's address (the next to be played)")
    parser.add_argument("--speed", type=int, default=2_000, help="half of them answer within, in ms (2000)")
    parser.add_argument("--dropouts", type=int, default=5, help="percent who lose their connection (5)")
    parser.add_argument("--pace", type=int, default=500, help="how long each picture stands, in ms (500)")
    parser.add_argument("--port", type=int, help="the server's (as it runs here, else PORT)")
    return parser.parse_args(argv)


def _several(text: str) -> int:
    number = int(text)
    if not 1 <= number <= MOST_FANS:
        raise argparse.ArgumentTypeError(f"from 1 to {MOST_FANS}")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
