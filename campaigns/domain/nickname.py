"""Nicknames: what a fan typed, made fit for a phone and a ten-metre screen, and refused only for cause.

`clean` never refuses, it repairs: NFKC; control, format (bidi, zero-width), private, unassigned and blank signs out; at
most two combining marks a letter; one space between words; at most 20 columns (a Chinese character takes two), cut
between graphemes. Emoji stay, whole: a zero-width joiner lives only between two pictographs, at most three in a row;
flags of regions inside a country fall back to the black flag. Signs newer than this Python's Unicode are unassigned.
Right-to-left letters are welcome; pages isolate every name with <bdi>. HTML is text like any other: pages escape.

A taken name is not refused, it gets a tag (小明 · 7K), so a typed tail of that form is cut: nobody wears another's tag.
Rejected: refusing unusual scripts (people have such names); UNIQUE on the name alone (its look-alikes would stay untagged).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator
from enum import StrEnum
from hashlib import blake2s
from typing import Final, NewType

from campaigns.domain.blocklist import is_blocked, is_reserved
from campaigns.domain.graphemes import EMOJI_STYLE, ZWJ, cluster_columns, clusters, columns, is_pictograph, is_skin_tone
from campaigns.domain.look_alikes import fold, letters_only, skeleton

__all__ = ["MAX_COLUMNS", "NameRefusal", "Nickname", "check", "clean", "columns", "look", "skeleton", "tag", "with_tag"]

Nickname = NewType("Nickname", str)

MAX_COLUMNS: Final = 20
MAX_CODE_POINTS: Final = 64  # what a database column must hold; a tag adds five more
TAG_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_RAW_LIMIT: Final = 256  # read no more of a flood; far above what 20 columns can need
_MARKS_PER_BASE: Final = 2
_JOINERS_PER_EMOJI: Final = 3  # a family of four
_KEYCAP: Final = "\u20e3"
# Drawn as nothing although Unicode calls them letters, marks or symbols.
_BLANK: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
)
_WORN_TAG: Final = re.compile(r"(?:\s*[·・•‧∙⋅⸱⸳ꞏᐧ᛫⦁◦𐄁˙]|\s[.。])\s*(\w{2})$")  # after a dot, or what looks like one
_UNSEEMLY: Final = ("2B", "38", "3P", "44", "69", "88", "AV", "KZ", "SB", "SM", "SS", "WC")
_TAGS: Final = tuple(a + b for a in TAG_ALPHABET for b in TAG_ALPHABET if a + b not in _UNSEEMLY)
_TAG_STEP: Final = 367  # prime and no divisor of their number: every attempt is a new tag until all are worn


class NameRefusal(StrEnum):
    """Why a name cannot be used; a value, because a fan's typing is no exception."""

    EMPTY = "empty"
    BLOCKED = "blocked"
    RESERVED = "reserved"


def check(raw: str, staff: Collection[str] = ()) -> Nickname | NameRefusal:
    """The cleaned name, or why not. `staff`: names of real operators, refused with their look-alikes."""
    name = clean(raw)
    if not name:
        return NameRefusal.EMPTY
    if is_reserved(name) or _passes_for(name, staff):
        return NameRefusal.RESERVED
    return NameRefusal.BLOCKED if is_blocked(name) else Nickname(name)


def clean(raw: str) -> str:
    """The presentable form, possibly empty. Idempotent: removing one sign can let its neighbours compose."""
    text = raw[:_RAW_LIMIT]
    while (presentable := _one_pass(text)) != text:
        text = presentable
    return text


def tag(fan: bytes | str, attempt: int = 0) -> str:
    """Two signs that tell namesakes apart; each `attempt` gives another, should a namesake wear the first."""
    seed = fan if isinstance(fan, bytes) else fan.encode("utf-8", "surrogatepass")
    first = int.from_bytes(blake2s(seed).digest()[:8], "big")
    return _TAGS[(first + attempt * _TAG_STEP) % len(_TAGS)]


def with_tag(name: str, signs: str) -> str:
    return f"{name} · {signs}" if signs else name


def look(name: str, signs: str) -> str:
    """What may stand once in a campaign: equal for names that look the same and wear the same tag (or none: "")."""
    return f"{skeleton(name)}·{signs}" if signs else skeleton(name)


def _passes_for(name: str, staff: Collection[str]) -> bool:
    bare = letters_only(name)
    return bool(bare) and bare in {letters_only(person) for person in staff}


def _one_pass(text: str) -> str:
    kept = " ".join("".join(_kept(unicodedata.normalize("NFKC", text))).split())
    return _WORN_TAG.sub(_bared, _cut(unicodedata.normalize("NFKC", kept))).strip()


def _bared(tail: re.Match[str]) -> str:
    """Nothing for what reads as a tag, in small letters or another script's too; 维克多·雨果 stays."""
    signs = fold(tail[1], digits=False)
    return "" if signs.isascii() and signs.isalnum() else tail[0]


def _kept(text: str) -> Iterator[str]:
    """The signs of `text` that may stay, in order; decides each by what was kept before it and what comes next."""
    before = " "  # the sign kept last
    marks = joiners = 0
    for position, sign in enumerate(text):
        kind = unicodedata.category(sign)
        after = text[position + 1 : position + 2]
        if sign == ZWJ:
            if not (_ends_emoji(before) and is_pictograph(after) and joiners < _JOINERS_PER_EMOJI):
                continue
            joiners += 1
        elif sign == EMOJI_STYLE:
            if not (is_pictograph(before) or (before in "0123456789#*" and after == _KEYCAP)):
                continue
        elif kind in ("Mn", "Me", "Mc"):
            marks += 1
            if before == " " or marks > _MARKS_PER_BASE or _BLANK.match(sign):
                continue
        elif kind[0] == "Z" or sign in "\t\n\r\v\f\x85":
            sign, marks, joiners = " ", 0, 0
        elif kind[0] == "C" or _BLANK.match(sign):
            continue
        else:
            marks = 0
            joiners = joiners if before == ZWJ or is_skin_tone(sign) else 0
        yield sign
        before = sign


def _cut(text: str) -> str:
    """The longest beginning, in whole graphemes, that fits the screen and the column."""
    used = length = 0
    for cluster in clusters(text):
        used += cluster_columns(cluster)
        if used > MAX_COLUMNS or length + len(cluster) > MAX_CODE_POINTS:
            break
        length += len(cluster)
    return text[:length].rstrip()


def _ends_emoji(sign: str) -> bool:
    return sign == EMOJI_STYLE or is_pictograph(sign)
