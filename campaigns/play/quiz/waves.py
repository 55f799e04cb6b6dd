"""Whether a fan's wave has come. Nothing is read once a season is open to all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from campaigns.domain.waves import Came, opens_for, waves_from
from campaigns.play.quiz.season import Season

CAME = text("""
SELECT run.starts_at, run.waves, own.first_channel AS channel, inviter.first_channel AS inviter_channel FROM run
  LEFT JOIN participation own ON own.campaign_id = run.campaign_id AND own.fan_id = :fan
  LEFT JOIN participation inviter ON inviter.campaign_id = run.campaign_id AND inviter.fan_id = own.inviter_id
 WHERE run.id = :run
""")


def waits_until(sql: Connection, season: Season, fan_id: int, at: datetime) -> datetime | None:
    """When the season opens for this fan, where that is still to come. Nobody is sent away by hours that were just changed:
    they are read anew.
    """
    if season.starts_at is None or season.starts_at <= at:
        return None
    row = sql.execute(CAME, {"run": season.run_id, "fan": fan_id}).one()
    opens_at = opens_for(waves_from(row.waves), row.starts_at, Came(row.channel, row.inviter_channel))
    return opens_at if opens_at > at else None
