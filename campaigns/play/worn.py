"""The badge worn beside a name in lobby, board and podium: the best that this fan holds in the campaign.

Of rushes and quizzes alike, from what has been awarded; rehearsals award nothing. A guest who has become a member wears the
member's: badges stand there (settle/awards.py).
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, func, select

from campaigns.db.identities import FanAlias
from campaigns.db.models import Fan, Run
from campaigns.db.plays import Tally
from campaigns.db.records import Award
from campaigns.domain.badge_bits import badges_in
from campaigns.domain.badge_wall import best_of


def best_badges(sql: Connection, run_id: int, fans: Collection[int]) -> dict[int, str]:
    """Fan id → badge, of those who have one worth wearing. `run_id`: of whichever run is on in the campaign."""
    if not fans:
        return {}
    moved = select(FanAlias.from_id, FanAlias.to_id).where(FanAlias.from_id.in_(fans))
    owner = {fan: fan for fan in fans} | {row.from_id: row.to_id for row in sql.execute(moved)}
    held = _held(sql, run_id, set(owner.values()))
    best = {fan: best_of(held.get(owner[fan], ())) for fan in fans}
    return {fan: badge for fan, badge in best.items() if badge is not None}


def best_of_publics(sql: Connection, run_id: int, publics: Collection[str]) -> dict[str, str]:
    """The same by public ids."""
    if not publics:
        return {}
    ids = {row.id: row.public for row in sql.execute(select(Fan.id, Fan.public).where(Fan.public.in_(publics)))}
    return {ids[fan]: badge for fan, badge in best_badges(sql, run_id, ids).items()}


def _held(sql: Connection, run_id: int, fans: Collection[int]) -> dict[int, set[str]]:
    own = select(Run.campaign_id).where(Run.id == run_id).scalar_subquery()
    runs = select(Run.id).where(Run.campaign_id == own)
    held: dict[int, set[str]] = {}
    awards = select(Award.fan_id, Award.badge).where(Award.fan_id.in_(fans), Award.run_id.in_(runs))
    for row in sql.execute(awards.group_by(Award.fan_id, Award.badge).having(func.sum(Award.delta) > 0)):
        held.setdefault(row.fan_id, set()).add(row.badge)
    tallies = select(Tally.fan_id, Tally.badges).where(Tally.fan_id.in_(fans), Tally.run_id.in_(runs))
    for fan, bits in sql.execute(tallies):
        held.setdefault(fan, set()).update(badges_in(bits))
    return held
