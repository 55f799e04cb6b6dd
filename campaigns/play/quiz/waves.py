"""Whether a fan's wave has come. Nothing is read once a season is open to all.

One query, by keys and by the indexes on fan_id. A guest who has become a member holds the member's badges (db/identities.py).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from campaigns.domain.badge_bits import badges_in
from campaigns.domain.waves import Came, opens_for, waves_from
from campaigns.play.quiz.season import Season

CAME = text("""
WITH came AS (
SELECT run.starts_at, run.waves, own.first_channel AS channel, inviter.first_channel AS inviter_channel,
       coalesce((SELECT to_id FROM fan_alias WHERE from_id = :fan), :fan) AS fan,
       coalesce((SELECT to_id FROM fan_alias WHERE from_id = own.inviter_id), own.inviter_id) AS inviter FROM run
  LEFT JOIN participation own ON own.campaign_id = run.campaign_id AND own.fan_id = :fan
  LEFT JOIN participation inviter ON inviter.campaign_id = run.campaign_id AND inviter.fan_id = own.inviter_id
 WHERE run.id = :run)
SELECT came.*,
       ARRAY(SELECT badge FROM award WHERE fan_id = came.fan GROUP BY badge HAVING sum(delta) > 0) AS badges,
       ARRAY(SELECT badge FROM award WHERE fan_id = came.inviter GROUP BY badge HAVING sum(delta) > 0) AS inviter_badges,
       coalesce((SELECT bit_or(badges) FROM tally WHERE fan_id = came.fan), 0) AS bits,
       coalesce((SELECT bit_or(badges) FROM tally WHERE fan_id = came.inviter), 0) AS inviter_bits FROM came
""")


def waits_until(sql: Connection, season: Season, fan_id: int, at: datetime) -> datetime | None:
    """When the season opens for this fan, where that is still to come. Nobody is sent away by hours that were just changed:
    they are read anew.
    """
    if season.starts_at is None or season.starts_at <= at:
        return None
    row = sql.execute(CAME, {"run": season.run_id, "fan": fan_id}).one()
    own = frozenset((*row.badges, *badges_in(row.bits)))
    theirs = frozenset((*row.inviter_badges, *badges_in(row.inviter_bits)))
    opens_at = opens_for(waves_from(row.waves), row.starts_at, Came(row.channel, row.inviter_channel, own, theirs))
    return opens_at if opens_at > at else None
