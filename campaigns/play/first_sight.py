"""What stands in the page of a game when it arrives, so that its first picture needs no connection.

The same scene packet as on the wire and the same own part, hence the same secrecy. While a hall opens its pages the scene is
read twice a second, as often as a tick would tell how many have joined, and anew with each `seq`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Run
from campaigns.domain.scene import ScenePacket
from campaigns.play.own import you
from campaigns.play.scene import load_scene
from campaigns.play.seat import Seat

NS_PER_MS = 1_000_000
KEPT = 64  # runs whose pages are opened at the same time
FRESH_NS = 500 * NS_PER_MS


class FirstSight:
    """One per web process."""

    def __init__(self) -> None:
        self._newest: dict[int, tuple[int, ScenePacket]] = {}  # by run, with the instant of the reading

    def of(self, services: Services, seat: Seat) -> dict[str, Any]:
        """docs/messages.md, `snapshot`. The own part is read after the scene, so it is never older."""
        now_ns = services.now().ns
        scene = self._scene(services, seat.run_id, now_ns)
        return {"scene": asdict(scene), "you": asdict(you(services, seat)), "now_ms": now_ns / NS_PER_MS}

    def _scene(self, services: Services, run_id: int, now_ns: int) -> ScenePacket:
        read_ns, kept = self._newest.get(run_id, (0, None))
        with services.sql.connect().execution_options(isolation_level="REPEATABLE READ") as sql:
            seq = sql.scalar(select(Run.seq).where(Run.id == run_id))
            if kept is not None and kept.seq == seq and now_ns - read_ns < FRESH_NS:
                return kept
            scene = load_scene(sql, run_id)
        if len(self._newest) >= KEPT:
            self._newest.pop(next(iter(self._newest)), None)
        self._newest[run_id] = now_ns, scene
        return scene
