"""What a desk's event needs the operator's role to allow. An event that stands not in here does not let the server start."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from campaigns.domain.roles import Action
from realtime.dispatch import Event

NEEDS: Mapping[str, Action | None] = {
    "clock": None,  # tells nothing but the time, and a look into SQL would spoil what it measures
    "refresh": Action.READ,
    "people": Action.READ,
    "next": Action.RUN,
    "back": Action.RUN,
    "key": Action.RUN,
    "correct": Action.RUN,
    "void": Action.RUN,
    "mark": Action.RUN,
    "remark": Action.RUN,
    "redo": Action.RUN,
    "warm_up": Action.RUN,
    "bank": Action.RUN,
    "order": Action.RUN,
    "extend": Action.RUN,
    "pause": Action.RUN,
    "cancel": Action.RUN,
    "reopen": Action.RUN,
    "switches": Action.RUN,
    "brand": Action.RUN,
    "wall": Action.RUN,
    "pair": Action.RUN,
    "names": Action.MODERATE,
    "rename": Action.MODERATE,
    "hide": Action.MODERATE,
    "flagged": Action.MODERATE,
    "kick": Action.MODERATE,
    "ban": Action.MODERATE,
}


OF_REMOTES = frozenset({"clock", "refresh", "next", "back", "pause"})  # what a phone as remote control may press


def guarded(events: list[Event], admit: Callable[[str, Action, str], None]) -> list[Event]:
    """`admit(sid, action, event)` raises NotAllowed before the event's own handler is called."""

    def behind(event: Event) -> Event:
        action = NEEDS[event.name]
        if action is None:
            return event

        def handle(sid: str, message: Any) -> Any:
            admit(sid, action, event.name)
            return event.handle(sid, message)

        return replace(event, handle=handle)

    return [behind(event) for event in events]
