"""Tickets: a partner community says who its member is, signed, once, for two minutes (format: docs/handover.md).

    ticket  = payload "." signature          both base64url without padding
    payload = JSON {"iss", "sub", "name", "iat", "nonce", "to"}
    signature = HMAC-SHA256 of the payload as it stands in the ticket, keyed by the issuer's secret

`to` is where the member lands afterwards: a path of this house and nothing else, or a ticket would lead anywhere in our
name. Rejected: JWT (its header lets the sender choose the algorithm, and PHP forums would need a library for it).
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

VALID = timedelta(minutes=2)
SKEW = timedelta(seconds=30)  # how far ahead the community's clock may be
LONGEST, LONGEST_NAME, LONGEST_PATH = 2000, 200, 512
_ISSUER = re.compile(r"[a-z0-9-]{1,32}\Z")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
_MEMBER = re.compile(r"[^\0-\x1f\x7f\ud800-\udfff]{1,128}\Z")
_NAME = re.compile(r"[^\0\ud800-\udfff]*\Z")
_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*\Z")  # one slash first; no backslash, blank or control character


class TicketRefusal(StrEnum):
    MALFORMED = "malformed"
    UNKNOWN_ISSUER = "unknown_issuer"
    FORGED = "forged"
    EXPIRED = "expired"
    EARLY = "early"  # from the future: the community's clock is wrong
    BAD_PATH = "bad_path"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Ticket:
    """`member`: the issuer's own id of the person; never shown."""

    issuer: str
    member: str
    name: str
    issued_at: datetime
    nonce: str
    to: str

    @property
    def expires_at(self) -> datetime:
        return self.issued_at + VALID


def is_issuer(name: str) -> bool:
    return _ISSUER.match(name) is not None


def is_path(path: str) -> bool:
    """A path of this house that a browser cannot take for another host."""
    return len(path) <= LONGEST_PATH and _PATH.match(path) is not None


def read(ticket: str, issuers: Mapping[str, bytes], at: datetime) -> Ticket | TicketRefusal:
    """What the ticket says, if an issuer of ours signed it within the last two minutes."""
    payload, dot, signature = ticket.partition(".")
    said = _json(payload) if dot and len(ticket) <= LONGEST and ticket.isascii() else None
    if said is None:
        return TicketRefusal.MALFORMED
    secret = issuers.get(issuer) if isinstance(issuer := said.get("iss"), str) else None
    if secret is None:
        return TicketRefusal.UNKNOWN_ISSUER
    if not hmac.compare_digest(signature.encode(), _signature(secret, payload)):
        return TicketRefusal.FORGED
    found = _fields(said)
    if found is None:
        return TicketRefusal.MALFORMED
    if found.issued_at - at > SKEW:
        return TicketRefusal.EARLY
    if at >= found.expires_at:
        return TicketRefusal.EXPIRED
    return found if is_path(found.to) else TicketRefusal.BAD_PATH


def write(ticket: Ticket, secret: bytes) -> str:
    """The ticket as an issuer makes it."""
    said: dict[str, str | int] = {"iss": ticket.issuer, "sub": ticket.member, "name": ticket.name}
    said |= {"iat": int(ticket.issued_at.timestamp()), "nonce": ticket.nonce, "to": ticket.to}
    payload = urlsafe_b64encode(json.dumps(said, ensure_ascii=False).encode()).rstrip(b"=").decode()
    return f"{payload}.{_signature(secret, payload).decode()}"


def _fields(said: Mapping[str, object]) -> Ticket | None:
    issuer, member, name, nonce = (said.get(field, "") for field in ("iss", "sub", "name", "nonce"))
    issued, to = said.get("iat"), said.get("to", "/")
    if not (isinstance(issuer, str) and isinstance(member, str) and isinstance(name, str) and isinstance(nonce, str)):
        return None
    if type(issued) is not int or not 0 < issued < 1 << 33 or not isinstance(to, str):
        return None
    if not (_MEMBER.match(member) and _NONCE.match(nonce) and _NAME.match(name) and len(name) <= LONGEST_NAME):
        return None
    return Ticket(issuer, member, name, datetime.fromtimestamp(issued, UTC), nonce, to)


def _json(payload: str) -> Mapping[str, object] | None:
    try:
        said = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _signature(secret: bytes, payload: str) -> bytes:
    return urlsafe_b64encode(hmac.digest(secret, payload.encode(), sha256)).rstrip(b"=")
