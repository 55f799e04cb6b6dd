"""The links a start prints, and how another device reaches this machine: PUBLIC_URL, else the LAN address.

Never localhost: a phone that scans it would look for Fanfare on itself. Only where there is nothing else (no network, or
HOST is a loopback address) the links are this machine's own, and say so, and no code to scan is drawn.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import ipaddress
import socket
import struct

import segno

from campaigns.domain.reach import only_here

FAN_PATH = "/r/{code}"
DISPLAY_PATH = "/display"
LOGIN_PATH = "/login/{token}"
EVERYWHERE = ("0.0.0.0", "::", "")
SIOCGIFADDR = 0x8915
ONLY_HERE = (
    "  These links work on this machine only: HOST is its own address, or it has no network.",
    "  For phones and screens: connect it, or set PUBLIC_URL, and start again.",
    "  以上链接仅本机可用：HOST 为本机地址，或本机没有网络。要让手机和大屏访问，请联网或设置 PUBLIC_URL，再重新启动。",
)


def base_url(public_url: str | None, host: str, port: int, lan: str | None) -> str:
    """What stands before the path of every printed link; localhost only where there is no other address."""
    if public_url:
        return public_url
    address = (lan or "localhost") if host in EVERYWHERE else host
    shown = f"[{address}]" if ":" in address else address
    return f"http://{shown}" if port == 80 else f"http://{shown}:{port}"


def lan_address() -> str | None:
    """The address this machine speaks from; connecting a UDP socket asks the routing table and sends nothing."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return _useful(probe.getsockname()[0]) or _of_interfaces()
    return _of_interfaces()


def _of_interfaces() -> str | None:
    """Without a default route (a hall's switch without an uplink). No name lookup: that could wait for a DNS server."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                answer = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                if found := _useful(socket.inet_ntoa(answer[20:24])):
                    return found
    return None


def _useful(address: str) -> str | None:
    parsed = ipaddress.ip_address(address)
    return None if parsed.is_loopback or parsed.is_unspecified else address


def fan_link(base: str, code: str) -> str:
    return base + FAN_PATH.format(code=code)


def display_link(base: str) -> str:
    return base + DISPLAY_PATH


def login_link(base: str, token: str) -> str:
    return base + LOGIN_PATH.format(token=token)


def qr(link: str) -> str:
    """For a dark or a light terminal, two modules a character; low correction keeps it small."""
    drawn = io.StringIO()
    segno.make(link, error="l", micro=False).terminal(drawn, border=2, compact=True)
    return drawn.getvalue().rstrip("\n")


def banner(base: str, code: str, road: str, token: str) -> str:
    """What stands in the terminal once everything runs. `code`: the rush to scan into; `road`: the quiz."""
    fans, local = fan_link(base, code), only_here(base)
    lines = [
        "",
        "Fanfare is running. Ctrl-C stops it.  Fanfare 已启动，按 Ctrl-C 停止。",
        *([] if local else [qr(fans)]),
        f"  Fans      粉丝  {fans}",
        f"  Quiz      冲关  {fan_link(base, road)}",
        f"  Display   大屏  {display_link(base)}",
        f"  Operator  导播  {login_link(base, token)}   (once, within 15 min · 一次有效，15 分钟内)",
        *(ONLY_HERE if local else ()),
        "",
    ]
    return "\n".join(lines)
