"""The desk's live controls: what an operator does to a show that is running, one key each.

All say what is wanted, so none does anything twice. The screens of this process hear of it at once, not by way of the bus.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from campaigns.bootstrap import Services
from campaigns.control.faces import hide_names, show_brand
from campaigns.control.pauses import pause, resume
from campaigns.control.reopening import reopen
from realtime import messages as shapes
from realtime.dispatch import Event
from realtime.publisher import Publisher


def controls(services: Services, publisher: Publisher, who: Callable[[str], tuple[str, int]]) -> list[Event]:
    """`who`: a desk's sid → (actor, run id), or NotAllowed."""

    def event(name: str, shape: type[shapes.Incoming], act: Callable[[int, str, Any], bool]) -> Event:
        def handle(sid: str, message: Any) -> dict[str, str]:
            actor, run_id = who(sid)
            moved = act(run_id, actor, message)
            if moved:
                publisher.refresh(run_id)
            return {"outcome": "moved" if moved else "stale"}

        return Event(name, shape, handle)

    return [
        event("brand", shapes.Brand, lambda run, actor, m: show_brand(services, run, actor, shown=m.shown)),
        event("names", shapes.Names, lambda run, actor, m: hide_names(services, run, actor, hidden=m.hidden)),
        event("pause", shapes.Stop, lambda run, actor, m: (pause if m.paused else resume)(services, run, actor)),
        event("reopen", shapes.Nothing, lambda run, actor, _: reopen(services, run, actor)),
    ]
