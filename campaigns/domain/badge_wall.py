"""The wall: every badge there is, by the name it has in the record, with its words and its place on the wall.

Rush badges are one word (badges.py), quiz badges have parts (quiz_badges.py). A name nobody knows (any more) is shown
as nothing rather than as itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.domain.badges import NAMES, WHY, Badge
from campaigns.domain.question import Words
from campaigns.domain.quiz_badges import AUTHOR, PERIODS, ROAD, TOP

_FAMILIES = ("level", "perfect", ROAD, "streak", "top", AUTHOR)
# What is worn beside a name: the rarest first. Having been there (took_part) is everybody's, so nobody wears it.
_WORN = ("top3", "survivor", "fastest", "perfect", "first_blood", "top:", "streak:", ROAD, "perfect:", AUTHOR, "level:")
_STREAK_NAMES = {
    3: ("三日不断", "Three days running"),
    7: ("七日连冲", "A week without a gap"),
    30: ("满月", "Full moon"),
}
PERIOD_NAMES = {
    "day": ("日榜", "the day's"),
    "week": ("周榜", "the week's"),
    "month": ("月榜", "the month's"),
    "season": ("赛季榜", "the season's"),
    "all": ("总榜", "the all-time"),
}
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class WallBadge:
    """`place` sorts the wall."""

    badge: str
    name: Words
    why: Words
    place: tuple[int, int, str]


def described(badge: str) -> WallBadge | None:
    """The badge by its recorded name; None: there is no such badge."""
    if badge in set(Badge):
        known = Badge(badge)
        return WallBadge(badge, NAMES[known], WHY[known], (0, list(Badge).index(known), badge))
    family, _, rest = badge.partition(":")
    number = int(rest) if rest.isascii() and rest.isdigit() else 0
    texts = _texts(family, rest, number)
    if texts is None:
        return None
    (name_zh, name_en), (why_zh, why_en) = texts
    place = (1 + _FAMILIES.index(family), number, badge)
    return WallBadge(badge, {"zh": name_zh, "en": name_en}, {"zh": why_zh, "en": why_en}, place)


def best_of(badges: Iterable[str]) -> str | None:
    """The one to wear; of a family its highest (the gate, the days)."""
    return min((each for each in badges if _kind(each) in _WORN), key=_honour, default=None)


def _kind(badge: str) -> str:
    family, parts, _ = badge.partition(":")
    return family + parts


def _honour(badge: str) -> tuple[int, int, str]:
    number = badge.partition(":")[2]
    return _WORN.index(_kind(badge)), -int(number) if number.isdecimal() else 0, badge


Texts = tuple[tuple[str, str], tuple[str, str]]


def _texts(family: str, rest: str, number: int) -> Texts | None:
    """((name zh, en), (why zh, en))."""
    if family == "level" and number:
        return _level(number)
    if family == "perfect" and number:
        return _perfect(number)
    if family == "streak" and number in _STREAK_NAMES:
        why = (f"连续 {number} 天，天天来闯关。", f"{number} days in a row, and you played on every one.")
        return _STREAK_NAMES[number], why
    if family == "top":
        return _top(rest)
    if (family, rest) == (ROAD, ""):
        return ("智勇双全", "Wit and nerve"), (
            "从第一关走到最后一关，一路闯通。",
            "From the first gate to the last: the whole road.",
        )
    if (family, rest) == (AUTHOR, ""):
        return ("命题人", "Question setter"), (
            "你出的题，正在考所有人。",
            "A question of yours is out there, testing everybody.",
        )
    return None


def _level(n: int) -> Texts:
    why = (f"第{chinese(n)}关，你闯过来了。", f"Gate {n} stood there, and you went through.")
    return (f"破关·{chinese(n)}", f"Through gate {n}"), why


def _perfect(n: int) -> Texts:
    why = (f"第{chinese(n)}关，题题皆中，毫发无伤。", f"Gate {n}, every answer right, not a scratch.")
    return (f"无伤·{chinese(n)}", f"Unscathed at gate {n}"), why


def _top(board: str) -> Texts | None:
    period, _, which = board.partition(":")
    if period not in PERIODS or bool(which) == (period == "all"):
        return None
    zh, en = PERIOD_NAMES[period]
    stamp = f" {which}" if which and period != "season" else ""
    why = (f"{zh}{stamp}，前 {TOP} 名里有你。", f"You stood among the first {TOP} of {en} board{stamp}.")
    return (f"{zh}高手{stamp}", f"High on {en} board{stamp}"), why


def chinese(n: int) -> str:
    """1…99 as spoken: 七, 十二, 三十."""
    tens, ones = divmod(n, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones or not tens else "")
