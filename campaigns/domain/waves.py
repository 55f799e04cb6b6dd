"""Opening in waves: who may play before a season is open to all. "Seed the core first, then widen."

A wave names channels: whoever first came by a link of one of them, and with `friends` also whoever such a fan invited, may
play from its hour on. What decides was stored when the fan joined and does not change. Channels come with links that
anybody can pass on: waves are a courtesy to the core, not a lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.domain.errors import BadInput

MOST_WAVES, MOST_CHANNELS, LONGEST_CHANNEL = 5, 20, 40


@dataclass(frozen=True, slots=True)
class Wave:
    opens_at: datetime
    channels: tuple[str, ...]
    friends: bool = False

    def has(self, came: Came) -> bool:
        return came.channel in self.channels or (self.friends and came.inviter_channel in self.channels)

    def to_dict(self) -> dict[str, Any]:
        return {"opens_at": self.opens_at.isoformat(), "channels": list(self.channels), "friends": self.friends}


@dataclass(frozen=True, slots=True)
class Came:
    """How a fan came to the campaign: by which channel, and by which their inviter had."""

    channel: str | None
    inviter_channel: str | None = None


def waves_from(stored: Iterable[Mapping[str, Any]]) -> tuple[Wave, ...]:
    return tuple(Wave(datetime.fromisoformat(w["opens_at"]), tuple(w["channels"]), bool(w["friends"])) for w in stored)


def opens_for(waves: Iterable[Wave], all_at: datetime, came: Came) -> datetime:
    """When this fan may begin: with the first wave that has them, at the latest with all."""
    return min([wave.opens_at for wave in waves if wave.has(came)] + [all_at])


def first_opening(waves: Iterable[Wave], all_at: datetime) -> datetime:
    """When the season opens to anybody."""
    return min([wave.opens_at for wave in waves] + [all_at])


def check_waves(waves: Sequence[Wave], all_at: datetime) -> None:
    """Raises BadInput, whose field names the wave: `waves[1].channels`."""
    if len(waves) > MOST_WAVES:
        raise BadInput("waves", len(waves), f"at most {MOST_WAVES} waves")
    named: set[str] = set()
    for n, wave in enumerate(waves):
        _check_channels(f"waves[{n}].channels", wave.channels, named)
        if n and wave.opens_at <= waves[n - 1].opens_at:
            raise BadInput(f"waves[{n}].opens_at", wave.opens_at.isoformat(), "a wave after the one before it")
        if wave.opens_at >= all_at:
            raise BadInput(f"waves[{n}].opens_at", wave.opens_at.isoformat(), "a wave before the opening for all")


def _check_channels(field: str, channels: tuple[str, ...], named: set[str]) -> None:
    if not 0 < len(channels) <= MOST_CHANNELS:
        raise BadInput(field, list(channels), f"1 to {MOST_CHANNELS} channels")
    for channel in channels:
        if channel in named:
            raise BadInput(field, channel, "each channel in one wave only")
        if not 0 < len(channel) <= LONGEST_CHANNEL or channel != channel.strip() or not channel.isprintable():
            raise BadInput(
                field, channel, f"channels of 1 to {LONGEST_CHANNEL} characters, as they stand in their links"
            )
        named.add(channel)
