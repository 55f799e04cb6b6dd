"""Kinds of badges, to say "whoever holds one of these": by their recorded name, or by the family a name begins with.

`level:3` is that badge; a kind that ends in a colon is a family: `top:week:` is each week's (`top:week:2026-W47`), and
nobody can list every week. Operators read and type the names that fans see; what is stored is the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from campaigns.domain.badge_bits import LEVELS
from campaigns.domain.badge_wall import PERIOD_NAMES, described
from campaigns.domain.badges import Badge
from campaigns.domain.question import Words
from campaigns.domain.quiz_badges import AUTHOR, ROAD, STREAKS, level_badge, streak_badge, top_badge

_SINGLE = (
    *Badge,
    ROAD,
    *map(streak_badge, STREAKS),
    AUTHOR,
    top_badge("all"),
    *(level_badge(n) for n in range(1, LEVELS + 1)),
)
_FAMILIES: Mapping[str, Words] = {
    "perfect:": {"zh": "无伤", "en": "Unscathed at a gate"},
    **{
        f"{top_badge(period)}:": {"zh": f"{zh}高手", "en": f"High on {en} board"}
        for period, (zh, en) in PERIOD_NAMES.items()
        if period != "all"
    },
}


def _words() -> Mapping[str, Words]:
    found = ((str(kind), described(kind)) for kind in _SINGLE)
    return {**{kind: badge.name for kind, badge in found if badge is not None}, **_FAMILIES}


KINDS: Mapping[str, Words] = _words()


def is_kind(kind: str) -> bool:
    return kind in KINDS


def holds(held: AbstractSet[str], kind: str) -> bool:
    return kind in held or (kind.endswith(":") and any(badge.startswith(kind) for badge in held))


def kind_called(said: str) -> str | None:
    """The kind by its name in either language, however capitals stand, or by itself."""
    wanted = said.casefold()
    return next((kind for kind, name in KINDS.items() if wanted in (kind, *map(str.casefold, name.values()))), None)
