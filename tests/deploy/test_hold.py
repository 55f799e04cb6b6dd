"""A process that is held goes on at the word and at nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from deploy.hold import HELD, WORD

HOLD = "import sys; from deploy.hold import wait_if_held; wait_if_held(sys.argv[1:]); print('began')"


def told(said: bytes, *arguments: str) -> tuple[int, bytes]:
    done = subprocess.run([sys.executable, "-c", HOLD, *arguments], input=said, capture_output=True, timeout=60)
    return done.returncode, done.stdout


def test_the_word_lets_it_begin_and_who_is_not_held_needs_none() -> None:
    assert told(WORD, HELD) == told(b"") == (0, b"began\n")


@pytest.mark.parametrize("said", [b"", b"no\n", b"g"])
def test_an_input_that_ends_or_says_something_else_gives_the_start_up(said: bytes) -> None:
    assert told(said, HELD) == (1, b"")


def test_another_argument_is_refused() -> None:
    assert told(WORD, "wait") == (1, b"")
