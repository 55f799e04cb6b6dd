"""Whether another device can open an address: a code to scan with this machine's own name would lead a phone to itself."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def only_here(address: str) -> bool:
    """Whether `address`, http://host:port, names this machine to itself: localhost or a loopback address."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
