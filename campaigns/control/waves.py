"""Waves of a season as operators set them: the whole list at once, until it is open to all.

What has been played stays played: a fan whose wave is taken away goes on with the play that is open and keeps every result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from campaigns.bootstrap import Services
from campaigns.control.conduct import Moved
from campaigns.control.seasons import is_season
from campaigns.db.models import Participation, Run
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.run import RunState
from campaigns.domain.waves import Wave, check_waves, waves_from

MOST_LISTED = 30


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that fans of the campaign first came by."""

    name: str
    fans: int


def set_waves(services: Services, run_id: int, waves: Sequence[Wave], actor: str) -> Moved:
    """None of them: open to all at once. BadInput; NotFound; STALE: it is open to all already, or over."""
    with services.transition(run_id) as change:
        now = change.now.at
        run = change.sql.execute(select(Run).where(Run.id == run_id)).one()
        if not is_season(run):
            raise NotFound(f"season {run_id}")
        waits = Run.state.in_((RunState.SCHEDULED, RunState.PLAYING)) & (Run.starts_at > now)
        if run.starts_at is None or run.starts_at <= now:
            return Moved.STALE
        check_waves(waves, run.starts_at)
        stood = {wave.opens_at for wave in waves_from(run.waves)}
        for n, wave in enumerate(waves):
            if wave.opens_at <= now and wave.opens_at not in stood:
                raise BadInput(f"waves[{n}].opens_at", wave.opens_at.isoformat(), "a time that has not passed")
        stored = [wave.to_dict() for wave in waves]
        if change.sql.execute(update(Run).where(Run.id == run_id, waits).values(waves=stored)).rowcount != 1:
            return Moved.STALE
        change.record(run_id, "season_waves_set", actor, waves=stored, before=run.waves)
        return Moved.MOVED


def channels_of(services: Services, campaign_id: int) -> list[Channel]:
    """Those that most fans came by, first."""
    fans = func.count().label("fans")
    came = select(Participation.first_channel, fans).where(Participation.campaign_id == campaign_id)
    came = came.where(Participation.first_channel.is_not(None)).group_by(Participation.first_channel)
    with services.reading() as sql:
        rows = sql.execute(came.order_by(fans.desc(), Participation.first_channel).limit(MOST_LISTED))
        return [Channel(row.first_channel or "", row.fans) for row in rows]
