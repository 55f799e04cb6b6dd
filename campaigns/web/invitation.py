"""How somebody came to a run's page: by a channel, by a fan's link, or by a challenge, which is both (?d=, ?c=, ?i=).

It travels through the join in the form's hidden fields. Of a challenge only the token travels: channel and inviter are
read off the play it leads to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from campaigns.domain.activity import ActivityKind
from campaigns.play.join import RunCard
from campaigns.play.quiz.challenge import Challenger, opponent_of
from campaigns.web.edge import services

CHALLENGE = "challenge"  # the channel's name
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Invitation:
    """`token`: of the challenge, kept through the join; `challenger`: who sent it."""

    channel: str | None
    inviter: str | None
    token: str | None = None
    challenger: Challenger | None = None


def invitation(run: RunCard, given: Mapping[str, str]) -> Invitation:
    """From the arguments of a link, or the fields of the form it led to."""
    token = given.get("d", "")[:LONGEST]
    opponent = opponent_of(services(), run.id, token) if token and run.kind is ActivityKind.QUIZ else None
    if opponent is not None:
        return Invitation(CHALLENGE, opponent.challenger.fan, token, opponent.challenger)
    return Invitation(given.get("c", "")[:LONGEST] or None, given.get("i", "")[:LONGEST] or None)
