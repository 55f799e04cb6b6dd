"""Receipts: what a fan holds in the hand when an answer has been committed.

Eight signs of an HMAC over round, fan, time of arrival and content. Only the house can make one, and anybody can have
one checked against the record. The alphabet is Crockford's base 32: no I, L, O, U, so it can be read out aloud.
40 bits are for people; the answer row is the proof.
"""

from __future__ import annotations

import hmac
from functools import lru_cache

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]  # ten bits: four looks instead of eight


def receipt(secret: bytes, round_id: int, fan_id: int, received_ns: int, content: str) -> str:
    """Like Q7F2-9KXM. `content` is the answer as recorded, in one canonical form of the caller's."""
    message = f"{round_id}\n{fan_id}\n{received_ns}\n{content}".encode()
    signing = _keyed(secret).copy()
    signing.update(message)
    bits = int.from_bytes(signing.digest()[:5])
    return f"{_PAIRS[bits >> 30]}{_PAIRS[bits >> 20 & 1023]}-{_PAIRS[bits >> 10 & 1023]}{_PAIRS[bits & 1023]}"


@lru_cache(maxsize=4)
def _keyed(secret: bytes) -> hmac.HMAC:
    """The key taken in once: that is most of what a short message costs."""
    return hmac.new(secret, digestmod="sha256")
