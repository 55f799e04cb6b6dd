"""A process that starts early and waits for the word: its imports go on beside what it needs, and it touches nothing.

The word is a line on its standard input. An input that ends without one means that whoever would have said it is gone
or has given the start up. Rejected: a marker file (has to be polled, may be an old one), the input's end as the word (a
killed parent would say it too), the same for workers (nobody waits for them, and the cores are busy).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

HELD = "held"
WORD = b"go\n"


def wait_if_held(arguments: Sequence[str]) -> None:
    """For the main function of a process that can be held; the argument `held` says whether it is."""
    if list(arguments) not in ([], [HELD]):
        raise SystemExit(f"the only argument is {HELD}: got {' '.join(arguments)}")
    if arguments and os.read(sys.stdin.fileno(), len(WORD)) != WORD:
        raise SystemExit("the start was given up")
