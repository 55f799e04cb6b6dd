"""The namespace of displays: read-only screens. A screen follows the run that its operator chose, else its campaign's newest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import segno
from socketio import Server

from campaigns.bootstrap import Services
from campaigns.domain.errors import NotAllowed
from campaigns.domain.reach import only_here
from campaigns.identity import cookies
from campaigns.identity.displays import display_of, still_paired
from campaigns.play.live import newest_run
from realtime.dispatch import Event, Namespace
from realtime.fans import clock, now_ms, token_of
from realtime.messages import DisplayAuth, Nothing, plain
from realtime.publisher import DISPLAYS, Publisher
from realtime.rooms import Rooms, room_name


class DisplaysWire:
    """`public_url` stands in every link and QR that a hall will scan; `heard` is told the sid of every sign of life."""

    def __init__(
        self,
        services: Services,
        server: Server,
        rooms: Rooms,
        publisher: Publisher,
        public_url: str,
        heard: Callable[[str], None],
    ) -> None:
        self._services, self._server, self._rooms, self._heard = services, server, rooms, heard
        self._publisher, self._public_url = publisher, public_url
        publisher.wall_chosen = self.follow_newest

    def register(self, namespace: Namespace) -> None:
        events = [
            Event("clock", Nothing, self.clock),
            Event("refresh", Nothing, lambda sid, _: self.snapshot(sid)),
        ]
        namespace.register(DisplayAuth, self.connect, self._rooms.leave_display, events)

    def connect(self, sid: str, environ: dict[str, Any], auth: DisplayAuth) -> None:
        display = display_of(self._services, token_of(environ, cookies.DISPLAY))
        if display is None or display.campaign_id is None:
            raise NotAllowed("this screen is not paired")
        self._rooms.screens[sid] = (display.id, display.campaign_id)
        self._heard(sid)
        run_id = newest_run(self._services, display.campaign_id)
        if run_id is not None:
            self.follow(sid, run_id)

    def clock(self, sid: str, asked: Nothing) -> dict[str, float]:
        """What a screen asks every 20 s, as long as it lives."""
        self._heard(sid)
        return clock(sid, asked)

    def follow(self, sid: str, run_id: int) -> None:
        """Show this run from now on."""
        room = self._publisher.room(run_id)
        before = self._rooms.following.get(sid)
        if before is not None and before != run_id:
            self._server.leave_room(sid, room_name(before), namespace=DISPLAYS)
            if before in self._rooms.by_run:
                self._rooms.by_run[before].displays.discard(sid)
        self._rooms.following[sid] = run_id
        room.displays.add(sid)
        room.desk_dirty = True
        room.ticked = ()  # the next tick goes out whatever it says: this screen has no counters and no names yet
        self._server.enter_room(sid, room_name(run_id), namespace=DISPLAYS)
        self._server.emit("snapshot", self.snapshot(sid), to=sid, namespace=DISPLAYS)

    def follow_newest(self) -> None:
        """Move screens whose campaign shows another run now, let go of revoked ones. Called once a second, and by a hint."""
        if not self._rooms.screens:
            return
        self._let_go_of_revoked()
        wanted = {campaign: newest_run(self._services, campaign) for _, campaign in set(self._rooms.screens.values())}
        for sid, (_, campaign) in list(self._rooms.screens.items()):
            run_id = wanted.get(campaign)
            if run_id is not None and self._rooms.following.get(sid) != run_id:
                self.follow(sid, run_id)

    def _let_go_of_revoked(self) -> None:
        paired = still_paired(self._services, {display for display, _ in self._rooms.screens.values()})
        for sid, (display, _) in list(self._rooms.screens.items()):
            if display not in paired:
                self._server.emit("removed", {"reason": "revoked"}, to=sid, namespace=DISPLAYS)
                self._server.disconnect(sid, namespace=DISPLAYS)

    def snapshot(self, sid: str) -> dict[str, Any]:
        run_id = self._rooms.following.get(sid)
        if run_id is None:
            raise NotAllowed("there is no run to show yet")
        scene = self._publisher.room(run_id).live.packet
        join_url = f"{self._public_url}/r/{scene.run.code}"
        qr = "" if only_here(join_url) else qr_svg(join_url)
        return {"scene": plain(scene), "now_ms": now_ms(), "join_url": join_url, "qr": qr}


def qr_svg(url: str) -> str:
    """The link as an SVG in the current text colour's stead: dark modules only, so that a page gives the ground."""
    return segno.make(url, error="m").svg_inline(scale=4, border=2, dark="#0E1014", light="#FFFFFF", omitsize=True)
