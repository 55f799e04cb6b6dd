"""A fan is whoever holds the cookie: one identity per installation, no sign-up.

A member of a partner community holds one on each device, and a guest who has entered as such a member is that fan, with
the guest's cookie too: another tab may still send it (accounts.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import insert, text

from campaigns.bootstrap import Services
from campaigns.db.models import Fan
from campaigns.identity.tokens import new_public_id, new_token, token_hash

LONGEST_TOKEN = 100  # ours have 43 characters; hash nothing huge


# Each hash by its index, however many: LATERAL with a LIMIT is not made a join of whole tables.
_HOLDERS = text("""
SELECT asked.n, fan.id, fan.public FROM unnest(CAST(:hashes AS bytea[])) WITH ORDINALITY AS asked(hash, n)
CROSS JOIN LATERAL (
  SELECT id FROM fan WHERE secret_hash = asked.hash UNION ALL SELECT fan_id FROM fan_token WHERE token_hash = asked.hash LIMIT 1
) AS holder LEFT JOIN fan_alias AS alias ON alias.from_id = holder.id
JOIN fan ON fan.id = coalesce(alias.to_id, holder.id)
""")
_NOW = text("SELECT to_id FROM fan_alias WHERE from_id = :fan")


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
    return fans_of(services, [token])[0] if plausible(token) else None


def fans_of(services: Services, tokens: Sequence[str | None]) -> list[FanIdentity | None]:
    """The same of many at once, in their order."""
    hashes = [token_hash(token) if token and plausible(token) else b"" for token in tokens]
    with services.reading() as sql:
        rows = {row.n: FanIdentity(row.id, row.public) for row in sql.execute(_HOLDERS, {"hashes": hashes})}
    return [rows.get(n) for n in range(1, len(hashes) + 1)]


def plausible(token: str | None) -> bool:
    """It may be one of ours: worth a look."""
    return bool(token) and len(token or "") <= LONGEST_TOKEN


def fan_now(services: Services, fan_id: int) -> int:
    """Who this fan is by now: a connection may have been opened by a guest who has entered as a member since."""
    with services.reading() as sql:
        return sql.scalar(_NOW, {"fan": fan_id}) or fan_id
