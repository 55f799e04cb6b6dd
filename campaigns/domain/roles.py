"""Who may do what with a campaign: five roles, six actions, one table. The table in docs/architecture.md is drawn from it.

A role is held per campaign. A viewer looks and takes no file away; a moderator looks after people and what they write; a host
runs the night; an editor prepares it; an owner does all of it and says who else may. Nothing is implied: what is not in the
table is refused. Rejected: a right per person and action, which nobody can read on the night.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class CampaignRole(StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    HOST = "host"
    MODERATOR = "moderator"
    VIEWER = "viewer"


class Action(StrEnum):
    READ = "read"  # see what is defined and what happens, keys of questions included
    EDIT = "edit"  # campaigns, rushes, quizzes, questions
    RUN = "run"  # make runs and seasons, everything at the desk, screens
    MODERATE = "moderate"  # fans, their names, plays and proposals
    EXPORT = "export"  # take questions or results away
    MANAGE = "manage"  # say who has which role


TABLE: Mapping[CampaignRole, frozenset[Action]] = {
    CampaignRole.OWNER: frozenset(Action),
    CampaignRole.EDITOR: frozenset({Action.READ, Action.EDIT, Action.EXPORT}),
    CampaignRole.HOST: frozenset({Action.READ, Action.RUN, Action.MODERATE, Action.EXPORT}),
    CampaignRole.MODERATOR: frozenset({Action.READ, Action.MODERATE}),
    CampaignRole.VIEWER: frozenset({Action.READ}),
}


def may(role: CampaignRole | None, action: Action) -> bool:
    """None: somebody who has no role there."""
    return role is not None and action in TABLE[role]
