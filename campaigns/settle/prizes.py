"""Claims of a finished run, beside its badges and in the same transaction: what stands there becomes what should.

A claim that is no longer earned is withdrawn, one that is earned again comes back with the code its fan has seen. What
was handed over stays handed over: it is withdrawn too, which is how operators see it, and takes no piece from who has
earned it now. Doing it twice is harmless: (run, prize, fan) is UNIQUE, and only differences are written.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from campaigns.db.events import Transition
from campaigns.db.models import Fan
from campaigns.db.prizes import Claim
from campaigns.domain.badges import Badge, RunFacts
from campaigns.domain.prizes import CODE_LENGTH, DRAW_ROUND, Prize, earned, winners
from campaigns.domain.rush_draw import lot
from campaigns.identity.tokens import new_code

WITHDRAW = text("UPDATE claim SET withdrawn_at = :at WHERE id = ANY (:ids) AND withdrawn_at IS NULL")
RESTORE = text("UPDATE claim SET withdrawn_at = NULL WHERE id = ANY (:ids) AND withdrawn_at IS NOT NULL")


def write_claims(change: Transition, run: Row[Any], facts: RunFacts, badges: Mapping[int, AbstractSet[Badge]]) -> None:
    if not run.prizes:
        return
    wanted = _wanted(change.sql, run, facts, badges)
    held = change.sql.execute(select(Claim.id, Claim.prize, Claim.fan_id).where(Claim.run_id == run.id)).all()
    stands = {(row.prize, row.fan_id): row.id for row in held}
    change.sql.execute(WITHDRAW, {"ids": [stands[each] for each in stands.keys() - wanted], "at": change.now.at})
    change.sql.execute(RESTORE, {"ids": [stands[each] for each in stands.keys() & wanted]})
    rows = [_row(run, prize, fan, change.now.at) for prize, fan in sorted(wanted - stands.keys())]
    if rows:
        change.sql.execute(insert(Claim), rows)


def _row(run: Row[Any], prize: int, fan: int, at: datetime) -> dict[str, Any]:
    of = {"run_id": run.id, "prize": prize, "fan_id": fan, "version": run.award_version}
    return of | {"code": new_code(CODE_LENGTH), "made_at": at}


def _wanted(
    sql: Connection, run: Row[Any], facts: RunFacts, badges: Mapping[int, AbstractSet[Badge]]
) -> set[tuple[int, int]]:
    """(place of the prize in the run's list, fan)."""
    wanted: set[tuple[int, int]] = set()
    for n, prize in enumerate(map(Prize.from_dict, run.prizes)):
        candidates = earned(prize, facts.ranks, facts.scores, badges)
        publics = _publics(sql, candidates) if len(candidates) > prize.pieces else {}

        def drawn(fan: int, publics: Mapping[int, str] = publics) -> bytes:
            return lot(run.seed, DRAW_ROUND, publics[fan])

        wanted |= {(n, fan) for fan in winners(prize, candidates, facts.ranks, drawn)}
    return wanted


def _publics(sql: Connection, fans: Collection[int]) -> dict[int, str]:
    named = text("SELECT id, public FROM fan WHERE id = ANY (:fans)").columns(Fan.id, Fan.public)
    return {row.id: row.public for row in sql.execute(named, {"fans": list(fans)})}
