"""The cast takes its seats: set-based SQL instead of 2,000 forms, because the way in is not what is rehearsed.

Who is the n-th, and by which cookie, follows from the house's secret: a process that was restarted in the middle finds its
fans again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, insert, select, text, update

from campaigns.bootstrap import Services
from campaigns.db.models import Fan
from campaigns.db.rehearsals import Extra
from campaigns.domain.nickname import look, with_tag
from campaigns.domain.suggestions import suggest
from campaigns.identity.tokens import new_public_id, token_hash

IN_ENGLISH = 4  # every so-manieth name

_PLACES = text("""
WITH placed AS (
  INSERT INTO participation (campaign_id, fan_id, nickname, skeleton, joined_at)
  SELECT :campaign, e.fan_id, given.nickname, given.skeleton, :at
    FROM unnest(CAST(:ns AS bigint[]), CAST(:names AS text[]), CAST(:looks AS text[])) AS given (n, nickname, skeleton)
    JOIN extra AS e USING (n)
  ON CONFLICT DO NOTHING RETURNING fan_id)
INSERT INTO rehearsal_guest (campaign_id, fan_id, run_id) SELECT :campaign, fan_id, :run FROM placed
ON CONFLICT DO NOTHING""")
_SEATS = text("""
INSERT INTO run_fan (run_id, fan_id, seed, joined_at)
SELECT :run, g.fan_id, given.seed, :at
  FROM unnest(CAST(:ns AS bigint[]), CAST(:seeds AS bigint[])) AS given (n, seed)
  JOIN extra AS e USING (n) JOIN rehearsal_guest AS g ON g.fan_id = e.fan_id AND g.run_id = :run
ON CONFLICT DO NOTHING""")


def token_of(secret: bytes, n: int) -> str:
    """The cookie of the n-th of the cast."""
    return hmac.new(secret, f"fanfare extra {n}".encode(), hashlib.sha256).hexdigest()


def cast_of(services: Services, fans: int) -> dict[int, int]:
    """n → fan id of the first so many; who is missing is made."""
    hashes = {n: token_hash(token_of(services.secret, n)) for n in range(fans)}
    with services.sql.begin() as sql:
        sql.execute(text("LOCK TABLE extra IN SHARE ROW EXCLUSIVE MODE"))
        stored = select(Extra.n, Extra.fan_id, Fan.secret_hash).join(Fan, Fan.id == Extra.fan_id)
        known = {row.n: row for row in sql.execute(stored.where(Extra.n < fans))}
        for n, row in known.items():
            if row.secret_hash != hashes[n]:  # the house has another secret since
                sql.execute(update(Fan).where(Fan.id == row.fan_id).values(secret_hash=hashes[n]))
        made = _make(sql, {n: hashes[n] for n in hashes.keys() - known.keys()}, services.now().at)
    return {n: row.fan_id for n, row in known.items()} | made


def _make(sql: Connection, hashes: dict[int, bytes], at: datetime) -> dict[int, int]:
    if not hashes:
        return {}
    rows = [{"secret_hash": each, "public": new_public_id(), "created_at": at} for each in hashes.values()]
    ids = {row.secret_hash: row.id for row in sql.execute(insert(Fan).returning(Fan.secret_hash, Fan.id), rows)}
    made = {n: ids[each] for n, each in hashes.items()}
    sql.execute(insert(Extra), [{"n": n, "fan_id": fan} for n, fan in made.items()])
    return made


def seat(services: Services, run_id: int, campaign_id: int, ns: Iterable[int]) -> None:
    """These of the cast sit in the run, under names of their own. Twice is harmless."""
    numbers = list(ns)
    bare = {n: suggest(n, "en" if n % IN_ENGLISH == IN_ENGLISH - 1 else "zh") for n in numbers}
    signs = {n: f"{n + 1:04d}" for n in numbers}
    given = {"campaign": campaign_id, "run": run_id, "at": services.now().at, "ns": numbers}
    names, looks = ([shown(bare[n], signs[n]) for n in numbers] for shown in (with_tag, look))
    with services.sql.begin() as sql:
        sql.execute(_PLACES, given | {"names": names, "looks": looks})
        sql.execute(_SEATS, given | {"seeds": [secrets.randbits(32) for _ in numbers]})
