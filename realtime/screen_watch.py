"""Tells the checklist, every two seconds, what each screen of this process shows and when it was last heard.

A connection proves little: a laptop that was shut keeps one for half a minute. Heard is a screen that asked something: it asks
for the time every 20 s. A greenlet of its own, so that the ticker never waits for Redis.
"""

from __future__ import annotations

import logging
import time

from redis import RedisError

from campaigns.bootstrap import Services
from campaigns.domain.scene import ScenePacket
from campaigns.live.before import Showing, tell_screens
from realtime.rooms import Rooms

log = logging.getLogger("fanfare.screens")
PERIOD_S = 2.0


class ScreenWatch:
    def __init__(self, services: Services, rooms: Rooms) -> None:
        self._services, self._rooms = services, rooms
        self._heard_s: dict[str, float] = {}

    def heard(self, sid: str) -> None:
        self._heard_s[sid] = self._services.now().at.timestamp()

    def run(self) -> None:
        """For ever, in a greenlet of its own."""
        while True:
            try:
                self.look_round()
            except RedisError as error:  # the checklist says itself that Redis is away
                log.info("screens are not told: %s", error)
            except Exception:  # a greenlet nobody waits for: one bad look must not end all later ones
                log.exception("the watch of screens goes on after an unexpected error")
            time.sleep(PERIOD_S)  # the pulse of this greenlet

    def look_round(self) -> None:
        screens = dict(self._rooms.screens)
        self._heard_s = {sid: at for sid, at in self._heard_s.items() if sid in screens}
        showing = {
            display: self._showing(sid, heard_s)
            for sid, heard_s in sorted(
                self._heard_s.items(), key=lambda item: item[1]
            )  # the newest tab of a screen last
            for display, _ in [screens[sid]]
        }
        if showing:
            tell_screens(self._services.live, showing)

    def _showing(self, sid: str, heard_s: float) -> Showing:
        room = self._rooms.by_run.get(self._rooms.following.get(sid, 0))
        if room is None:
            return Showing(heard_s, "", "")
        packet = room.live.packet
        scene = str(packet.scene)
        if isinstance(packet, ScenePacket):
            scene = "brand" if packet.brand else "paused" if packet.pause is not None else scene
        return Showing(heard_s, packet.run.code, scene)
