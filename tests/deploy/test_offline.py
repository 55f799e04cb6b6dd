"""A machine that was set up once starts without any network, as in a hall whose uplink is down."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deploy.house import free_port
from tests.deploy.conftest import living

pytestmark = pytest.mark.faults
SCRIPT = Path(__file__).with_name("offline.py")
ALONE = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--map-current-user", "--keep-caps", "--net")


def without_network(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [*ALONE, sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def cut_off() -> None:
    if shutil.which("unshare") is None:
        pytest.skip("no `unshare` here to cut the network with")
    if (tried := without_network()).returncode != 0:
        pytest.skip(f"this account may not cut its network: {tried.stderr.strip().splitlines()[-1]}")


@pytest.mark.usefixtures("cut_off")
def test_without_a_network_it_starts_says_that_its_links_are_local_and_stops(folder: Path) -> None:
    done = without_network(str(folder / "var"), str(port := free_port()))
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert f"http://localhost:{port}/login/" in told["said"], told["said"]
    assert "work on this machine only" in told["said"]
    assert "█" not in told["said"], "a code that no phone can follow"
    assert "Traceback" not in told["said"]
    assert told["healthz"]["sql"] and told["healthz"]["redis"]
    assert told["ended"] == 0
    assert living(folder) == {}
