"""Who did something, in one word as records keep it: "operator:7", "house", "clock", "worker", "schedule:3", "fans".

By a phone as remote control the operator's word is followed by its own: "operator:7 remote:3"."""

from __future__ import annotations

HOUSE = "house"  # where nobody does it: the demo, an import by command
OPERATOR = "operator:"


def of_operator(operator_id: int) -> str:
    return f"{OPERATOR}{operator_id}"


def operator_id(actor: str) -> int | None:
    """The 7 of "operator:7", also by remote control; None of whoever else acts."""
    number = actor.partition(" ")[0].removeprefix(OPERATOR)
    return int(number) if number != actor and number.isdecimal() else None
