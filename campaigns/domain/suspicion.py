"""What makes a fan worth a second look: reasons for an operator's eye. They decide nothing and cost nobody anything.

- `superhuman`: answers below the floor that docs/scoring.md names.
- `device`: three to eight fans who joined from one address with one browser. More of them are a hall's network, not a device.
- `staff`: a name that holds an operator's, or is one letter off. What *is* one was refused when it was typed (nickname.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from campaigns.domain.graphemes import columns
from campaigns.domain.look_alikes import letters_only

FEWEST_AT_A_DEVICE, MOST_AT_A_DEVICE = 3, 8
SHORTEST = 4  # columns of a name that others may be mistaken for: two Chinese signs, four letters


class Reason(StrEnum):
    SUPERHUMAN = "superhuman"
    DEVICE = "device"
    STAFF = "staff"


def one_device(fans: int) -> bool:
    """Whether so many with one mark look like one device."""
    return FEWEST_AT_A_DEVICE <= fans <= MOST_AT_A_DEVICE


def known_by(staff: Iterable[str]) -> dict[str, str]:
    """Operators by the letters of their names; those too short to be mistaken for are left out."""
    bare = {letters_only(person): person for person in staff if columns(person) >= SHORTEST}
    return {letters: person for letters, person in bare.items() if letters}


def passed_for(name: str, known: Mapping[str, str]) -> str | None:
    """The operator (of `known_by`) whom this name may be mistaken for."""
    bare = letters_only(name)
    return known.get(bare) or next((known[letters] for letters in known if _alike(bare, letters)), None)


def _alike(bare: str, person: str) -> bool:
    return person in bare or (len(person) > 3 and _one_off(bare, person))


def _one_off(one: str, two: str) -> bool:
    """One letter changed, added or left out."""
    if abs(len(one) - len(two)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    rests: Collection[tuple[str, str]] = (
        (one[same + 1 :], two[same + 1 :]),
        (one[same:], two[same + 1 :]),
        (one[same + 1 :], two[same:]),
    )
    return any(a == b for a, b in rests)
