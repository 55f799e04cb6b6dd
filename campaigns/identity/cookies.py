"""The cookies that say who somebody is. The web sets them, the wire reads them; both ask here for the names.

On https the name carries the `__Host-` prefix, which a neighbouring host name cannot forge; plain http (a hall's own
network) cannot use it. What came by https, page or wire, is believed by the stronger one only: a plain cookie there may
be a neighbour's. Rejected: reading either everywhere, so that a move to https logs nobody out; a house that moves
changes its host name, and with it every cookie, anyway.
"""

from __future__ import annotations

from collections.abc import Mapping

FAN, DISPLAY, OPERATOR, REMOTE = "fan", "display", "operator", "remote"
HOST_PREFIX = "__Host-"
LONGEST_TOKEN = 128


def cookie_name(who: str, *, secure: bool) -> str:
    return HOST_PREFIX + who if secure else who


def token_in(cookies: Mapping[str, str], who: str, *, secure: bool) -> str | None:
    """The token a browser carries for this role; None also for what cannot be one of ours. `secure`: came by https."""
    token = cookies.get(HOST_PREFIX + who) or (None if secure else cookies.get(who))
    return token if token and len(token) <= LONGEST_TOKEN and token.isascii() else None
