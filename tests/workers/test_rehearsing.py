"""The process of a rehearsal is started once, however often it is asked for; when it has ended, again."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from campaigns.bootstrap import Services
from workers import rehearsing


@pytest.fixture
def children(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Real processes that wait until they are told to end, instead of rehearsals."""
    made: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def waiting(command: list[str], **more: Any) -> subprocess.Popen[bytes]:
        assert command[1:4] == ["-m", "workers", "rehearsal"]
        made.append(real([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return made[-1]

    monkeypatch.setattr(subprocess, "Popen", waiting)
    yield made
    for child in made:
        child.communicate()


def test_a_rehearsal_that_is_slow_to_begin_is_not_started_twice(
    services: Services, children: list[subprocess.Popen[bytes]]
) -> None:
    assert rehearsing.rehearse(services, 7) and not rehearsing.rehearse(services, 7)
    assert rehearsing.rehearse(services, 8), "another one is"
    children[0].communicate(b"\n")
    assert rehearsing.rehearse(services, 7) and len(children) == 3
