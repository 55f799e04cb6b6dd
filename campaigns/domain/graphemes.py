"""Graphemes, nearly: what a reader counts as one sign, and how many columns it takes.

A base with its marks, an emoji sequence held by zero-width joiners, a flag of two regional letters. Enough to measure
and to cut a name without halving a person or a flag. Rejected: full UAX 29 (tables the standard library does not have);
conjoining Hangul is composed by NFKC before it comes here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

ZWJ: Final = "\u200d"
EMOJI_STYLE: Final = "\ufe0f"


def columns(text: str) -> int:
    """Display width: East Asian wide and emoji count two, everything else that is drawn counts one."""
    return sum(cluster_columns(cluster) for cluster in clusters(text))


def clusters(text: str) -> Iterator[str]:
    cluster = ""
    for sign in text:
        if cluster and _continues(cluster, sign):
            cluster += sign
            continue
        if cluster:
            yield cluster
        cluster = sign
    if cluster:
        yield cluster


def cluster_columns(cluster: str) -> int:
    wide = unicodedata.east_asian_width(cluster[0]) in "WF" or is_regional(cluster[0])
    if wide or EMOJI_STYLE in cluster or ZWJ in cluster:
        return 2
    return 1 + sum(unicodedata.category(sign) == "Mc" for sign in cluster)


def is_pictograph(sign: str) -> bool:
    return bool(sign) and (unicodedata.category(sign) == "So" or is_skin_tone(sign))


def is_skin_tone(sign: str) -> bool:
    return "\U0001f3fb" <= sign <= "\U0001f3ff"


def is_regional(sign: str) -> bool:
    return "\U0001f1e6" <= sign <= "\U0001f1ff"


def _continues(cluster: str, sign: str) -> bool:
    if sign in (ZWJ, EMOJI_STYLE) or cluster[-1] == ZWJ or unicodedata.category(sign)[0] == "M":
        return True
    if is_skin_tone(sign):
        return is_pictograph(cluster[-1]) and not is_skin_tone(cluster[-1])
    return is_regional(sign) and len(cluster) == 1 and is_regional(cluster)
