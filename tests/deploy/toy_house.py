"""`cli.py up`, with toys for web, worker, sweeper and prepare; the stores and the supervisor are the real ones."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from campaigns.domain.errors import FanfareError
from config import Settings
from deploy.hold import HELD
from deploy.supervisor import say
from deploy.up import Crew, up


def toy(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(Path(__file__).with_name("toys.py")), *arguments)


if __name__ == "__main__":
    crew = Crew(prepare=toy("prepare", HELD), web=toy("web", HELD), worker=toy("worker"), sweeper=toy("sweeper"))
    try:
        up(Settings.from_environ(os.environ), os.environ, say, crew)
    except FanfareError as error:
        sys.exit(str(error))
