"""The editor of a quiz as the fields of its form, and back. A field is named by its place in the rules, `levels[2].pass_mark`,
which is what a BadInput names: every problem finds its field.

Levels and pools are added, moved and taken out by buttons of the same form (`do`), on the server: nothing typed is lost,
and it needs no script. Between field and rules stand plain nested texts; a button rearranges them, saving reads them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from campaigns.control.quizzes import QuizDraft
from campaigns.domain.level import EASIEST, HARDEST, MAX_POOLS, Help, Level
from campaigns.domain.question import LANGUAGES
from campaigns.domain.quiz_rules import MAX_LEVELS, Preset, QuizRules, preset
from campaigns.web.operators.typed import Typed

LEVEL_NUMBERS = ("seconds", "pass_mark", "lives", "bonus", "retries")
NUMBERS = ("attempts_per_day", "streak_extra_max", "pace_ms", "cap_ms")
SWITCHES = ("dare", "practice")
DIFFICULTIES = tuple(range(EASIEST, HARDEST + 1))
COMMA = re.compile(r"[,，、;；\n]+")
NOWHERE = 999  # no level and no pool has this place
Texts = dict[str, Any]


def values_of(draft: QuizDraft) -> dict[str, str]:
    """What stands in the fields."""
    rules = draft.rules
    values = {f"title_{language}": draft.title.get(language, "") for language in LANGUAGES}
    values |= {"scoring": rules.scoring.value, "draw": rules.draw.value}
    values |= {name: str(getattr(rules, name)) for name in NUMBERS}
    values |= {name: "on" for name in SWITCHES if getattr(rules, name)}
    return values | flat([_texts_of(level) for level in rules.levels])


def _texts_of(level: Level) -> Texts:
    pools = [
        {"tags": ", ".join(p.tags), "mix": {str(d): str(n) if (n := p.mix.get(d)) else "" for d in DIFFICULTIES}}
        for p in level.pools
    ]
    words = {"title": dict(level.title), "story": dict(level.story), "pools": pools}
    helps = {help.value: str(level.helps.of(help)) for help in Help}
    return words | {name: str(getattr(level, name)) for name in LEVEL_NUMBERS} | {"helps": helps}


def flat(levels: list[Texts]) -> dict[str, str]:
    """Nested texts as fields."""
    values: dict[str, str] = {}
    for i, level in enumerate(levels):
        at = f"levels[{i}]"
        for name in ("title", "story", "helps"):
            values |= {f"{at}.{name}.{part}": text for part, text in level[name].items()}
        values |= {f"{at}.{name}": level[name] for name in LEVEL_NUMBERS}
        for j, pool in enumerate(level["pools"]):
            values[f"{at}.pools[{j}].tags"] = pool["tags"]
            values |= {f"{at}.pools[{j}].mix[{d}]": text for d, text in pool["mix"].items()}
    return values


def nested(values: Mapping[str, str]) -> list[Texts]:
    """The levels that the fields hold; one that lacks a field has nothing there."""
    return [_level(values, i) for i in range(_many(values, "levels", MAX_LEVELS + 1))]


def _level(values: Mapping[str, str], i: int) -> Texts:
    at = f"levels[{i}]"

    def part(name: str, parts: tuple[str, ...]) -> dict[str, str]:
        return {each: values.get(f"{at}.{name}.{each}", "").strip() for each in parts}

    level: Texts = {name: part(name, LANGUAGES) for name in ("title", "story")}
    level |= {name: values.get(f"{at}.{name}", "").strip() for name in LEVEL_NUMBERS}
    level["helps"] = part("helps", tuple(help.value for help in Help))
    pools = []
    for j in range(_many(values, f"{at}.pools", MAX_POOLS + 1)):
        mix = {str(d): values.get(f"{at}.pools[{j}].mix[{d}]", "").strip() for d in DIFFICULTIES}
        pools.append({"tags": values.get(f"{at}.pools[{j}].tags", "").strip(), "mix": mix})
    return level | {"pools": pools}


def _many(values: Mapping[str, str], name: str, most: int) -> int:
    """How many `name[0]`, `name[1]`, … there are."""
    begun = {match.group(1) for field in values if (match := re.match(re.escape(name) + r"\[(\d{1,3})\]", field))}
    return next((i for i in range(most) if str(i) not in begun), most)


def draft_in(typed: Typed) -> QuizDraft | None:
    """What was typed, or None with a problem at every level that has one."""
    data: Texts = {"scoring": typed.text("scoring"), "draw": typed.text("draw")}
    data |= {name: typed.switch(name) for name in SWITCHES}
    data |= {name: _number(typed.text(name)) for name in NUMBERS if name in typed.values}
    levels = [_data(texts) for texts in nested(typed.values)]
    for i, level in enumerate(levels):
        with typed.noting():
            Level.from_dict(level, f"levels[{i}]")
    if not typed.problems:
        with typed.noting():
            return QuizDraft(typed.words("title"), QuizRules.from_dict(data | {"levels": levels}))
    return None


def _data(texts: Texts) -> Texts:
    """The texts of a level as the JSON values that rules are read from; what is no number stays as it was typed."""
    pools = []
    for pool in texts["pools"]:
        tags = [tag.strip() for tag in COMMA.split(pool["tags"]) if tag.strip()]
        pools.append({"tags": tags, "mix": {d: _number(text) for d, text in pool["mix"].items() if text}})
    numbers = {name: _number(texts[name]) for name in LEVEL_NUMBERS}
    helps = {name: _number(text or "0") for name, text in texts["helps"].items()}
    story = {language: text for language, text in texts["story"].items() if text}
    return {"title": texts["title"], "story": story, "pools": pools, "helps": helps, **numbers}


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else text


def rearranged(values: Mapping[str, str], do: str) -> tuple[dict[str, str], int]:
    """The fields after the button `do` ("add", "up:2", "down:2", "drop:2", "pool:2", "unpool:2:0"), and the level to show."""
    levels = nested(values)
    word, *at = do.split(":")
    i, j = ([int(n) for n in at if n.isascii() and n.isdigit() and len(n) < 4] + [NOWHERE, NOWHERE])[:2]
    shown = min(i, max(0, len(levels) - 1))
    if word == "add" and len(levels) < MAX_LEVELS:
        levels.append(_another(levels))
        shown = len(levels) - 1
    elif word == "drop" and i < len(levels) > 1:
        levels.pop(i)
        shown = max(0, i - 1)
    elif word in ("up", "down"):
        to = i - 1 if word == "up" else i + 1
        if 0 <= to < len(levels) and i < len(levels):
            levels[i], levels[to] = levels[to], levels[i]
            shown = to
    elif word == "pool" and i < len(levels) and len(levels[i]["pools"]) < MAX_POOLS:
        levels[i]["pools"].append({"tags": "", "mix": {str(d): "" for d in DIFFICULTIES}})
    elif word == "unpool" and i < len(levels) and j < len(levels[i]["pools"]) > 1:
        levels[i]["pools"].pop(j)
    kept = {name: text for name, text in values.items() if not name.startswith("levels[")}
    return kept | flat(levels), shown


def _another(levels: list[Texts]) -> Texts:
    """A level like the last one, a name of its own to come."""
    if not levels:
        return _texts_of(preset(Preset.CLASSIC, 1).level(1))
    more = deepcopy(levels[-1])
    n = len(levels) + 1
    return more | {"title": {"zh": f"第 {n} 关", "en": f"Level {n}"}, "story": {"zh": "", "en": ""}}
