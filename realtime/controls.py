"""The desk's live controls: what an operator does to a show that is running, one key each.

All say what is wanted, so none does anything twice. The screens of this process hear of it at once, not by way of the bus.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from campaigns.bootstrap import Services
from campaigns.control.buzzing import correct_marks, mark, nobody
from campaigns.control.extending import extend
from campaigns.control.faces import hide_names, show_brand
from campaigns.control.going_back import press_back
from campaigns.control.naming import hide_name, rename
from campaigns.control.pauses import pause, resume
from campaigns.control.reopening import reopen
from campaigns.control.running_order import Ordered, redo, reorder
from campaigns.control.warm_ups import typed, warm_up_from_bank, warm_up_typed
from realtime import messages as shapes
from realtime.dispatch import Event
from realtime.publisher import Publisher


def controls(services: Services, publisher: Publisher, who: Callable[[str], tuple[str, int]]) -> list[Event]:
    """`who`: a desk's sid → (actor, run id), or NotAllowed."""

    def event(name: str, shape: type[shapes.Incoming], act: Callable[[int, str, Any], bool | StrEnum]) -> Event:
        def handle(sid: str, message: Any) -> dict[str, str]:
            actor, run_id = who(sid)
            done = act(run_id, actor, message)
            outcome = str(done) if isinstance(done, StrEnum) else "moved" if done else "stale"
            if outcome == "moved":
                publisher.refresh(run_id)
            return {"outcome": outcome}

        return Event(name, shape, handle)

    return [
        event("brand", shapes.Brand, lambda run, actor, m: show_brand(services, run, actor, shown=m.shown)),
        event("names", shapes.Names, lambda run, actor, m: hide_names(services, run, actor, hidden=m.hidden)),
        event("back", shapes.Next, lambda run, actor, m: press_back(services, run, m.seq, actor)),
        event("pause", shapes.Stop, lambda run, actor, m: (pause if m.paused else resume)(services, run, actor)),
        event("extend", shapes.Extension, lambda run, actor, m: extend(services, run, int(m.round), m.seconds, actor)),
        event("order", shapes.Order, lambda run, actor, m: _reorder(services, run, actor, m)),
        event("warm_up", shapes.WarmUp, lambda run, actor, m: _warm_up(services, run, actor, m)),
        event("redo", shapes.Void, lambda run, actor, m: redo(services, run, int(m.round), actor, m.why)),
        event("mark", shapes.Mark, lambda run, actor, m: _mark(services, run, actor, m)),
        event(
            "remark",
            shapes.MarksCorrection,
            lambda run, actor, m: correct_marks(services, run, int(m.round), m.fan, actor, m.why),
        ),
        event("rename", shapes.Rename, lambda run, actor, m: rename(services, run, m.fan, m.name, actor)),
        event("hide", shapes.HideName, lambda run, actor, m: hide_name(services, run, m.fan, actor, hidden=m.hidden)),
        event("reopen", shapes.Nothing, lambda run, actor, _: reopen(services, run, actor)),
    ]


def _mark(services: Services, run_id: int, actor: str, message: shapes.Mark) -> StrEnum:
    if message.fan is None:
        return nobody(services, run_id, int(message.round), actor)
    return mark(services, run_id, int(message.round), message.fan, actor, right=message.right)


def _reorder(services: Services, run_id: int, actor: str, message: shapes.Order) -> Ordered:
    return reorder(services, run_id, [*map(int, message.before)], [*map(int, message.after)], actor)


def _warm_up(services: Services, run_id: int, actor: str, m: shapes.WarmUp) -> Ordered:
    before = [*map(int, m.before)]
    if m.question is not None:
        return warm_up_from_bank(services, run_id, before, int(m.question), actor)
    return warm_up_typed(services, run_id, before, typed(m.text, m.choices, m.right, m.text_en), actor)
