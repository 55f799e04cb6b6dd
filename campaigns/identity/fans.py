"""A fan is whoever holds the cookie: one identity per installation, no sign-up."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, insert, select

from campaigns.bootstrap import Services
from campaigns.db.models import Fan
from campaigns.identity.tokens import new_public_id, new_token, token_hash

LONGEST_TOKEN = 100  # ours have 43 characters; hash nothing huge


_HOLDER = select(Fan.id, Fan.public).where(Fan.secret_hash == bindparam("hash"))


@dataclass(frozen=True, slots=True)
class FanIdentity:
    id: int
    public: str


def new_fan(services: Services) -> tuple[int, str]:
    """(fan id, cookie token). The token is stored nowhere but with its holder."""
    token = new_token()
    values = {"secret_hash": token_hash(token), "public": new_public_id(), "created_at": services.now().at}
    with services.sql.begin() as sql:
        fan_id = sql.execute(insert(Fan).values(values).returning(Fan.id)).scalar_one()
    return fan_id, token


def fan_of(services: Services, token: str | None) -> FanIdentity | None:
    """Who holds this token; None for a forged, forgotten or missing one."""
    if not token or len(token) > LONGEST_TOKEN:
        return None
    with services.reading() as sql:
        row = sql.execute(_HOLDER, {"hash": token_hash(token)}).one_or_none()
    return FanIdentity(row.id, row.public) if row is not None else None
