"""An id in a link that strangers may hold: nobody can read it, guess one, or make one of their own.

A synthetic-IV cipher of two HMACs: the first, over purpose and number, is the seal; the second, keyed by that seal, hides
the number. The same number always gives the same 24 characters, so a link needs no row in SQL. The purpose is part of
both: what was sealed for one thing opens nothing else. Rejected: the number with its signature beside it (it tells how
many plays there are, and whose came next); a random token in a table (18 million rows for links that few ever send).
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

_SEAL, _NUMBER = 10, 8  # bytes; together 18, which base64 writes without padding
LENGTH = 24


def seal(secret: bytes, purpose: str, number: int) -> str:
    """24 characters, safe in a link. `number`: 0 … 2⁶⁴−1."""
    plain = number.to_bytes(_NUMBER)
    tag = _tag(secret, purpose, plain)
    return urlsafe_b64encode(tag + _masked(secret, purpose, tag, plain)).decode()


def unseal(secret: bytes, purpose: str, token: str) -> int | None:
    """The number; None for what this house has not sealed for this purpose."""
    if len(token) != LENGTH or not token.isascii():
        return None
    try:
        raw = urlsafe_b64decode(token)
    except ValueError:
        return None
    if len(raw) != _SEAL + _NUMBER:
        return None
    plain = _masked(secret, purpose, raw[:_SEAL], raw[_SEAL:])
    good = hmac.compare_digest(raw[:_SEAL], _tag(secret, purpose, plain))
    return int.from_bytes(plain) if good and seal(secret, purpose, int.from_bytes(plain)) == token else None


def _tag(secret: bytes, purpose: str, plain: bytes) -> bytes:
    return hmac.digest(secret, f"seal\n{purpose}\n".encode() + plain, sha256)[:_SEAL]


def _masked(secret: bytes, purpose: str, tag: bytes, number: bytes) -> bytes:
    mask = hmac.digest(secret, f"mask\n{purpose}\n".encode() + tag, sha256)
    return bytes(a ^ b for a, b in zip(number, mask, strict=False))
