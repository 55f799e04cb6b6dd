"""Whether a fan's wave has come. Nothing is read once a season is open to all."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, text

from campaigns.domain.waves import Came, opens_for
from campaigns.play.quiz.season import Season

CAME = text("""
SELECT own.first_channel AS channel, inviter.first_channel AS inviter_channel FROM participation own
  LEFT JOIN participation inviter ON inviter.campaign_id = own.campaign_id AND inviter.fan_id = own.inviter_id
 WHERE own.campaign_id = :campaign AND own.fan_id = :fan
""")


def waits_until(sql: Connection, season: Season, fan_id: int, at: datetime) -> datetime | None:
    """When the season opens for this fan, where that is still to come."""
    if season.starts_at is None or season.starts_at <= at:
        return None
    opens_at = season.starts_at
    if season.waves:
        row = sql.execute(CAME, {"campaign": season.campaign_id, "fan": fan_id}).one_or_none()
        came = Came(row.channel, row.inviter_channel) if row is not None else Came(None)
        opens_at = opens_for(season.waves, season.starts_at, came)
    return opens_at if opens_at > at else None
