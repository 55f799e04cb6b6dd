"""What is said around a question, in both languages: names, measures, explanations with the real numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from demo.facts import Phone
from demo.kinds import YEAR, Measure

Words = dict[str, str]

OUTLINE_ZH = "手机轮廓：长 {length_mm} 毫米，宽 {width_mm} 毫米，厚 {thickness_mm} 毫米，屏幕 {screen_in} 英寸"
OUTLINE_EN = "Outline: {length_mm} mm long, {width_mm} mm wide, {thickness_mm} mm thick, screen of {screen_in} in"


def name(phone: Phone) -> Words:
    return {"zh": phone.zh, "en": phone.en}


def sentence(entry: dict[str, Any], phones: Sequence[Phone]) -> Words:
    """The authored sentence, with names and limits put in from the facts rather than typed twice."""
    limits = {key: entry[key] for key in ("limit", "year") if key in entry}
    return {
        "zh": entry["zh"].format(*(phone.zh for phone in phones), **limits),
        "en": entry["en"].format(*(phone.en for phone in phones), **limits),
    }


def explanation(entry: dict[str, Any], phones: Iterable[Phone], measure: Measure) -> Words:
    """One number for each phone, the largest first, and the author's aside if there is one."""
    ranked = sorted(phones, key=lambda phone: -phone.number(measure.column))
    if measure is YEAR:
        ranked.reverse()
    aside = entry.get("aside", {"zh": "", "en": ""})
    colon = ("：", ": ") if len(ranked) == 1 else (" ", " ")
    zh = "，".join(f"{phone.zh}{colon[0]}{_zh(phone, measure)}" for phone in ranked)
    en = ", ".join(f"{_short(phone)}{colon[1]}{_en(phone, measure)}" for phone in ranked)
    return {"zh": f"{zh}。{aside['zh']}", "en": f"{en}. {aside['en']}".strip()}


def shape(phone: Phone) -> Words:
    """Size and screen of an outlined phone, for its explanation."""
    size = " × ".join(phone.cells[column] for column in ("length_mm", "width_mm", "thickness_mm"))
    screen = phone.cells["screen_in"]
    return {
        "zh": f"{phone.zh}：{size} 毫米，{screen} 英寸屏。",
        "en": f"{_short(phone)}: {size} mm with a {screen} in screen.",
    }


def outline_alt(phone: Phone) -> Words:
    """The outline in numbers, so that it can be played without seeing; the name stays out."""
    size = {column: phone.cells[column] for column in ("length_mm", "width_mm", "thickness_mm", "screen_in")}
    return {
        "zh": OUTLINE_ZH.format(**size),
        "en": OUTLINE_EN.format(**size),
    }


def _zh(phone: Phone, measure: Measure) -> str:
    return f"{phone.cells[measure.column]} {measure.zh}"


def _en(phone: Phone, measure: Measure) -> str:
    value = phone.cells[measure.column]
    return f"({value})" if measure is YEAR else f"{value} {measure.en}"


def _short(phone: Phone) -> str:
    return phone.en.removeprefix("Xiaomi ")
