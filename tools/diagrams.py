"""Draws the state machines and the table of roles into docs/architecture.md, from the very tables the program runs on.

`python -m tools.diagrams` writes them between their markers; `drawn()` is what tests/docs compares with the file. Steps
that many states share (a round made void, a run cancelled) stay arrows of their own: the picture is the table, no more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from campaigns.domain import progress as plays
from campaigns.domain import round as rounds
from campaigns.domain import run as runs
from campaigns.domain.roles import TABLE as ROLES
from campaigns.domain.roles import Action, CampaignRole

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"


def diagram(table: Mapping[S, Mapping[E, S]], first: S) -> str:
    """A mermaid state diagram; states without a way out end in the closing circle."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {first}"]
    for state, steps in table.items():
        lines += [f"    {state} --> {to}: {event}" for event, to in steps.items()]
        if not steps:
            lines.append(f"    {state} --> [*]")
    return "\n".join([*lines, "```"])


def roles_table() -> str:
    """Which role may do what, as a table of marks."""
    lines = ["| | " + " | ".join(CampaignRole) + " |", "|---" * (1 + len(CampaignRole)) + "|"]
    for action in Action:
        marks = ("yes" if action in allowed else "" for allowed in ROLES.values())
        lines.append(f"| {action} | " + " | ".join(marks) + " |")
    return "\n".join(lines)


def drawn(page: str) -> str:
    """`page` with all diagrams as the tables have them now. Raises ValueError if a marker is missing."""
    for name, picture in (
        ("round", diagram(rounds.TABLE, rounds.RoundState.SCHEDULED)),
        ("run", diagram(runs.TABLE, runs.RunState.SCHEDULED)),
        ("play", diagram(plays.TABLE, plays.PlayState.READY)),
        ("roles", roles_table()),
    ):
        begin, end = f"<!-- {name}: drawn by tools/diagrams.py -->", f"<!-- {name}: end -->"
        between = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.S)
        page, found = between.subn("\n".join((begin, picture, end)), page)
        if found != 1:
            raise ValueError(f"{PAGE.name}: wanted the markers {begin} and {end} once, found them {found} times")
    return page


def main() -> None:
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
