"""The page behind the checklist's test link: it says that this device has arrived, and tells the desk so. Nothing else is on it.

An opening on the machine itself proves nothing and is not counted: an address is ours if a socket can be bound to it.
"""

from __future__ import annotations

import contextlib
import ipaddress
import math
import socket

from flask import Blueprint, render_template, request
from redis import RedisError

from campaigns.control.reach import is_token, note
from campaigns.domain.checklist import Opening
from campaigns.domain.errors import NotFound
from campaigns.web.access import Role, requires
from campaigns.web.edge import services

reach = Blueprint("reach", __name__)
DEVICES = ("iPhone", "iPad", "Android", "HarmonyOS", "Windows", "Macintosh", "Linux")
FARTHEST_S = 100 * 365 * 24 * 3600.0


@reach.route("/reach/<token>", methods=["GET", "POST"], endpoint="opened")
@requires(Role.ANYONE)
def opened(token: str) -> str:
    if not is_token(services(), token):
        raise NotFound(token)
    if request.method == "GET":
        return render_template("fans/reach.html", token=token, told="")
    at, address = services().now().at, _plain(request.remote_addr or "")
    if not address or of_this_machine(address):
        return render_template("fans/reach.html", token=token, told="here")
    try:
        note(services(), Opening(at, address, _device(request.user_agent.string), _offset_s(at.timestamp())))
    except RedisError:
        return render_template("fans/reach.html", token=token, told="away")
    return render_template("fans/reach.html", token=token, told="yes")


def of_this_machine(address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as probe:
        probe.bind((address, 0))
        return True
    return False


def _plain(address: str) -> str:
    """::ffff:192.0.2.1 is 192.0.2.1; "" is no address."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)


def _device(agent: str) -> str:
    device = next((name for name in DEVICES if name in agent), "")
    return f"{device} 微信/WeChat".strip() if "MicroMessenger" in agent else device


def _offset_s(now_s: float) -> float | None:
    """How far the device is ahead; it says its clock, and how long a round trip took it. None: it did not, or nonsense."""
    try:
        clock_s, trip_s = float(request.form["clock_ms"]) / 1000, float(request.form["trip_ms"]) / 1000
    except (KeyError, ValueError):
        return None
    offset = clock_s + trip_s / 2 - now_s
    return round(offset, 3) if math.isfinite(offset) and abs(offset) < FARTHEST_S else None
