"""`make crowd N=200`: a hall full of fans against the running server, an evening in a minute, then the books are checked.

A process of its own. It knows the server's database only to make its campaign, to mint an operator's session, to see
when the awards are written and to check at the end; all else goes over the wire. The last line is one JSON object; the
exit status is 1 unless all that was told is true.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence

from bench.audit import SHOWN_FAILURES, audit
from bench.director import perform
from campaigns.bootstrap import build_services
from campaigns.crowd.errors import CrowdError
from campaigns.crowd.pages import Address
from campaigns.crowd.report import Report
from campaigns.domain.errors import FanfareError
from config import Settings
from deploy.running import beside_running

ANYWHERE = ("0.0.0.0", "::")


def main(argv: Sequence[str], environ: Mapping[str, str]) -> int:
    given = _arguments(argv)
    port = {"PORT": str(given.port)} if given.port else {}
    try:
        settings = Settings.from_environ(beside_running({**environ, **port})).complete()
        report, failures = run(settings, given.fans, given.quick)
    except FanfareError as error:
        print(f"crowd: {error}", file=sys.stderr)
        return 1
    return tell(report, failures)


def tell(report: Report, failures: Sequence[str]) -> int:
    """The exit status, after complaints and the one line."""
    for failure in failures[:SHOWN_FAILURES]:
        print(failure, file=sys.stderr)
    print(json.dumps(report.as_dict()), flush=True)
    return 0 if report.correct else 1


def run(settings: Settings, fans: int, quick: bool) -> tuple[Report, list[str]]:
    """Play against the server of these settings. Raises FanfareError."""
    at = reached(settings)
    services = build_services(settings)
    try:
        print(f"{fans} fans go to {at.url} …", file=sys.stderr)
        record = asyncio.run(perform(services, at, fans, quick))
        return audit(services, record), record.tally.failures
    finally:
        services.sql.dispose()
        for client in (services.live, services.bus, services.queue.connection):
            client.close()


def reached(settings: Settings) -> Address:
    """Where the server of these settings answers. Raises CrowdError."""
    at = Address("127.0.0.1" if settings.host in ANYWHERE else settings.host, settings.port)
    try:
        with urllib.request.urlopen(f"{at.url}/healthz", timeout=5):
            return at
    except urllib.error.HTTPError:
        return at  # degraded, but there
    except OSError as error:
        raise CrowdError(f"nothing answers at {at.url} ({error}): start it with `make run`, or give PORT=") from error


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.crowd", description=__doc__)
    parser.add_argument("--fans", type=_several, default=200, help="how many (200)")
    parser.add_argument("--port", type=int, help="the server's (as it runs here, else PORT)")
    parser.add_argument("--quick", action="store_true", help="shortest reading and lead: for tests")
    return parser.parse_args(argv)


def _several(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 20_000:
        raise argparse.ArgumentTypeError("from 1 to 20000")
    return number


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
