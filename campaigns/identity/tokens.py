"""Random tokens. The holder has the token, SQL only its SHA-256: a stolen table opens no door."""

from __future__ import annotations

import hashlib
import secrets

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # no 0/O, 1/I/L


def new_token() -> str:
    """256 bits, safe in cookies and links."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def new_code(length: int) -> str:
    """A short code for people to read and type."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))


def new_public_id() -> str:
    """Tells rows of a board apart; opens nothing."""
    return secrets.token_hex(6)
