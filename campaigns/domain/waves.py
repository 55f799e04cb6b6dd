"""Opening in waves: who may play before a season is open to all. "Seed the core first, then widen."

A wave names channels (whoever first came by a link of one of them), badges (whoever holds one of them, from whichever
campaign: staff, honorary team, deep users, one after the other) or both; with `friends` also whoever such a fan invited.
They play from its hour on. How a fan came was stored at the join; badges are looked at when the fan asks. Channels come
with links that anybody can pass on: waves are a courtesy to the core, not a lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.domain.badge_kinds import holds, is_kind
from campaigns.domain.errors import BadInput

MOST_WAVES, MOST_CHANNELS, LONGEST_CHANNEL = 5, 20, 40


@dataclass(frozen=True, slots=True)
class Came:
    """How a fan came to the campaign, by which channel, and which badges the fan holds; the same of their inviter."""

    channel: str | None
    inviter_channel: str | None = None
    badges: AbstractSet[str] = frozenset()
    inviter_badges: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wave:
    """`badges`: kinds of them, as badge_kinds.py names them."""

    opens_at: datetime
    channels: tuple[str, ...] = ()
    friends: bool = False
    badges: tuple[str, ...] = ()

    def has(self, came: Came) -> bool:
        own = self._names(came.channel, came.badges)
        return own or (self.friends and self._names(came.inviter_channel, came.inviter_badges))

    def _names(self, channel: str | None, held: AbstractSet[str]) -> bool:
        return channel in self.channels or any(holds(held, kind) for kind in self.badges)

    def to_dict(self) -> dict[str, Any]:
        who = {"channels": list(self.channels), "friends": self.friends, "badges": list(self.badges)}
        return {"opens_at": self.opens_at.isoformat(), **who}


def waves_from(stored: Iterable[Mapping[str, Any]]) -> tuple[Wave, ...]:
    """What older versions stored names no badges."""
    return tuple(
        Wave(
            datetime.fromisoformat(w["opens_at"]), tuple(w["channels"]), bool(w["friends"]), tuple(w.get("badges", ()))
        )
        for w in stored
    )


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
    channels: set[str] = set()
    badges: set[str] = set()
    for n, wave in enumerate(waves):
        _check_channels(f"waves[{n}].channels", wave, channels)
        _check_badges(f"waves[{n}].badges", wave.badges, badges)
        if n and wave.opens_at <= waves[n - 1].opens_at:
            raise BadInput(f"waves[{n}].opens_at", wave.opens_at.isoformat(), "a wave after the one before it")
        if wave.opens_at >= all_at:
            raise BadInput(f"waves[{n}].opens_at", wave.opens_at.isoformat(), "a wave before the opening for all")


def _check_channels(field: str, wave: Wave, named: set[str]) -> None:
    if not wave.channels and not wave.badges:
        raise BadInput(field, [], "a channel or a badge")
    if len(wave.channels) > MOST_CHANNELS:
        raise BadInput(field, list(wave.channels), f"at most {MOST_CHANNELS} channels")
    for channel in wave.channels:
        if channel in named:
            raise BadInput(field, channel, "each channel in one wave only")
        if not 0 < len(channel) <= LONGEST_CHANNEL or channel != channel.strip() or not channel.isprintable():
            raise BadInput(
                field, channel, f"channels of 1 to {LONGEST_CHANNEL} characters, as they stand in their links"
            )
        named.add(channel)


def _check_badges(field: str, badges: tuple[str, ...], named: set[str]) -> None:
    for badge in badges:
        if not is_kind(badge):
            raise BadInput(field, badge, "a badge there is")
        if badge in named:
            raise BadInput(field, badge, "each badge in one wave only")
        named.add(badge)
