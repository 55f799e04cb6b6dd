"""A reading of both clocks at one instant. Read once per operation and carried (conventions: Time)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Moment(NamedTuple):
    """`at` for people and calendars; `ns` (monotonic) means something only within the boot `boot_id`."""

    at: datetime
    ns: int
    boot_id: str
