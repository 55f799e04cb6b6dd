"""What stands in the braces of a GIFT question, as cells; escaped signs are hidden by the caller."""

from __future__ import annotations

import re
from collections.abc import Callable

from campaigns.domain.importing.raw import Told
from campaigns.domain.importing.report import ImportProblem, problem

TRUTH = re.compile(r"^(T|TRUE|F|FALSE)$", re.I)
WEIGHT = re.compile(r"^%(-?\d+(?:\.\d+)?)%")
NUMBER = r"[+-]?\d{1,13}(?:\.\d{1,24})?(?:[eE][+-]?\d{1,2})?"  # every float that repr writes of what a slider holds
AROUND = re.compile(rf"^({NUMBER})(?:\s*:\s*({NUMBER}))?$")
BETWEEN = re.compile(rf"^({NUMBER})\s*\.\.\s*({NUMBER})$")
Worded = Callable[[str], str]
Answers = tuple[dict[str, str], list[ImportProblem]]


def answers_in(
    inside: str, language: str, row: int, found: list[ImportProblem], worded: Worded, *, sealed: bool
) -> Answers:
    """(cells, remarks); what cannot be a question of ours is added to `found`."""
    inside, _, general = inside.partition("####")
    cells = {f"explanation_{language}": worded(general)} if general.strip() else {}
    inside = inside.strip()
    if not inside:
        if not sealed:  # a sealed estimate has nothing to say in GIFT
            found.append(problem(row, "answer", "{}", "choices: an essay cannot be asked"))
        return cells, []
    if inside.startswith("#"):
        numbers, remarks = _number(inside[1:], row, found)
        return cells | numbers, remarks
    bare = re.split(r"#", inside, maxsplit=1)[0].strip()
    if TRUTH.match(bare):
        return cells | {"kind": "truefalse", "key": "true" if bare[0] in "Tt" else "false"}, []
    return cells | _choices(inside, language, row, found, worded, sealed), []


def _choices(
    inside: str, language: str, row: int, found: list[ImportProblem], worded: Worded, sealed: bool
) -> dict[str, str]:
    parts = re.findall(r"([=~])([^=~]*)", inside)
    if not parts or not inside.startswith(("=", "~")):
        found.append(problem(row, "answer", worded(inside), "an answer in braces: {=right ~wrong}, {T} or {#42:1}"))
        return {}
    if not any(sign == "~" for sign, _ in parts):
        matching = all("->" in text for _, text in parts)
        wanted = "choices: pairs to match cannot be asked" if matching else "choices: a typed answer cannot be asked"
        found.append(problem(row, "answer", worded(inside), wanted))
        return {}
    texts, right = [], set()
    for place, (sign, text) in enumerate(parts):
        weight = WEIGHT.match(text)
        if (weight and float(weight.group(1)) > 0) or (sign == "=" and not weight):
            right.add(place)
        texts.append(worded((text[weight.end() :] if weight else text).split("#", 1)[0]))
    told = Told("", texts, frozenset(right), language)
    if not told.fits() or (not right and not sealed):
        wanted = "2 to 6 choices" if not told.fits() else "a choice with = before it, or weights above 0"
        found.append(problem(row, "answer", worded(inside), wanted))
        return {}
    cells = told.cells()
    del cells[f"text_{language}"]
    return cells


def _number(text: str, row: int, found: list[ImportProblem]) -> Answers:
    """The first answer of a numeric question as an estimate; GIFT knows no slider, so its ends are powers of ten."""
    first = re.split(r"[=~]", text.strip().lstrip("="), maxsplit=1)[0]
    first = WEIGHT.sub("", first.strip()).split("#", 1)[0].replace("\x06", ":").strip()
    around, between = AROUND.match(first), BETWEEN.match(first)
    if between:
        low, high = sorted((float(between.group(1)), float(between.group(2))))
        value, margin = (low + high) / 2, (high - low) / 2
    elif around:
        value, margin = float(around.group(1)), abs(float(around.group(2) or 0))
    else:
        found.append(problem(row, "answer", text, "a number: {#42}, {#42:1} or {#41..43}"))
        return {}, []
    end = 10.0
    while end <= abs(value) + margin:
        end *= 10
    cells = {"kind": "estimate", "key": repr(value), "margin": repr(margin or 0.5)}
    cells |= {"low": repr(-end if value < 0 else 0.0), "high": repr(end if value >= 0 else 0.0)}
    ends = f"{cells['low']} – {cells['high']}"
    return cells, [problem(row, "low", ends, "ends of the slider of your own: GIFT has none, these are only a guess")]
