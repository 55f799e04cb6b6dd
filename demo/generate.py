"""Write demo/questions.json and demo/outlines/*.svg from phones.csv, names.csv and plan.json.

    python -m demo.generate                   write the files again; the same inputs give the same bytes
    python -m demo.generate --select PATH     choose the rows of phones.csv from the big catalogue at PATH

The plan says what is asked, in words; the facts say what is right (keys.py). Order of questions: by difficulty, the
kinds taking turns. Order of choices: by a hash, so that it neither tells the key nor depends on a library's random
numbers; years stand in their own order.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from demo import wording
from demo.facts import HERE, DemoError, Phone, read_phones
from demo.keys import Verdict, judge
from demo.kinds import CLAIM, ESTIMATE, MANY, SECONDS, WHICH, YEAR, Measure
from demo.outline import draw
from demo.selection import select

Json = dict[str, Any]

# Of the first few hundred numbers, the one that spreads the right answers most evenly over the places.
SALT = "fanfare demo 103"

# The stage has not named the price yet: no key exists anywhere, and none can be computed.
PRICE: Json = {
    "kind": "estimate",
    "text": {
        "zh": "压轴竞猜：今晚发布的新机，起售价是多少元？（差 200 元得一半分）",
        "en": "The grand finale: at what price, in CNY, does tonight's new phone start? (200 off scores half)",
    },
    "choices": [],
    "key": None,
    "margin": 200.0,
    "unit": {"zh": "元", "en": "CNY"},
    "low": 999.0,
    "high": 9999.0,
    "sealed": True,
    "explanation": {
        "zh": "台上刚刚公布的起售价就是答案：分毫不差得满分，差 200 元得一半，差到 400 元不得分。",
        "en": "The price just named on stage is the answer: spot on scores in full, 200 off half, 400 off nothing.",
    },
    "image": None,
    "image_alt": None,
    "seconds": 40,
    "possible": 2000,
    "difficulty": 5,
    "tags": ["price"],
    "facts": [],
    "starter": True,
}


# Spoken in the hall and marked from the desk; the file holds no key of it.
SPOKEN = "Mi Mix"


def spoken(phone: Phone) -> Json:
    year = phone.cells["year"]
    return PRICE | {
        "kind": "buzzer",
        "text": {
            "zh": "按下按钮，直接说：第一代小米MIX 是哪一年发布的？",
            "en": "Press, then say it aloud: in which year was the first Mi Mix announced?",
        },
        "margin": None,
        "unit": None,
        "low": None,
        "high": None,
        "explanation": {"zh": f"{year} 年。", "en": f"In {year}."},
        "seconds": 20,
        "possible": 1000,
        "tags": ["buzzer"],
        "facts": [_fact(phone, "year")],
        "starter": False,
    }


def slug(model: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", model.lower().replace("+", " plus")).strip("-")


def question(entry: Json, known: dict[str, Phone]) -> Json:
    """One plan entry as a question of the Fanfare JSON format."""
    phones = [known[model] for model in entry["models"]]
    verdict = judge(entry, phones)
    kind = _kind(entry["ask"])
    outlined = entry["ask"] == "outline"
    return {
        "kind": kind,
        "text": wording.sentence(entry, phones),
        **_answers(entry, phones, verdict),
        "sealed": False,
        "explanation": wording.shape(phones[0]) if outlined else wording.explanation(entry, phones, _measure(entry)),
        "image": f"outlines/{slug(phones[0].model)}.svg" if outlined else None,
        "image_alt": wording.outline_alt(phones[0]) if outlined else None,
        "seconds": SECONDS[kind],
        "possible": 1000,
        "difficulty": verdict.difficulty,
        "tags": [entry["ask"], "shape" if outlined else _measure(entry).tag],
        "facts": [_fact(phone, column) for phone in phones for column in verdict.columns],
        "starter": entry.get("starter", False),
    }


def _kind(ask: str) -> str:
    if ask in CLAIM:
        return "truefalse"
    if ask in ESTIMATE:
        return "estimate"
    return "multiple" if ask in MANY or ask == "many_year" else "single"


def _measure(entry: Json) -> Measure:
    ask = entry["ask"]
    if ask in ESTIMATE:
        return ESTIMATE[ask]
    return next((table[ask][0] for table in (WHICH, CLAIM, MANY) if ask in table), YEAR)


def _fact(phone: Phone, column: str) -> Json:
    return {"brand": phone.cells["brand"], "model": phone.model, "column": column, "value": phone.cells[column]}


def _answers(entry: Json, phones: Sequence[Phone], verdict: Verdict) -> Json:
    """The part of a question that says what can be answered and what is right."""
    if entry["ask"] in ESTIMATE:
        measure = _measure(entry)
        key = {"value": phones[0].number(measure.column), "margin": float(measure.margin)}
        unit = {"zh": measure.zh, "en": measure.en}
        return {"choices": [], "key": key, "unit": unit, "low": float(measure.low), "high": float(measure.high)}
    if entry["ask"] in CLAIM:
        options = [("true", {"zh": "对", "en": "True"}), ("false", {"zh": "错", "en": "False"})]
        ids = ["true", "false"]
    elif entry["ask"] == "year":
        options = [(str(year), {"zh": f"{year} 年", "en": str(year)}) for year in entry["years"]]
        ids = list("abcdef")
    else:
        shuffled = sorted(phones, key=lambda phone: _place(entry, phone))
        options = [(phone.model, wording.name(phone)) for phone in shuffled]
        ids = list("abcdef")
    key_ids = [ids[place] for place, (option, _) in enumerate(options) if option in verdict.right]
    if len(key_ids) != len(verdict.right) or not key_ids:
        raise DemoError(f"plan.json: {entry['zh']}: the right answer is not among the choices")
    choices = [{"id": ids[place], "text": text} for place, (_, text) in enumerate(options)]
    return {"choices": choices, "key": key_ids, "unit": None, "low": None, "high": None}


def _place(entry: Json, phone: Phone) -> str:
    return hashlib.sha256(f"{SALT}|{entry['en']}|{phone.model}".encode()).hexdigest()


def in_order(questions: Sequence[Json]) -> list[Json]:
    """By rising difficulty; inside one difficulty the kinds take turns."""
    turns: Counter[tuple[int, str]] = Counter()
    keyed: list[tuple[int, int, int, Json]] = []
    for place, item in enumerate(questions):
        ask = (item["difficulty"], item["tags"][0])
        keyed.append((item["difficulty"], turns[ask], place, item))
        turns[ask] += 1
    return [item for *_, item in sorted(keyed, key=lambda row: row[:3])]


def build() -> dict[str, str]:
    """Every generated file by its path under demo/."""
    known = read_phones()
    plan: list[Json] = json.loads((HERE / "plan.json").read_text(encoding="utf-8"))
    questions = [*in_order([question(entry, known) for entry in plan]), spoken(known[SPOKEN]), PRICE]
    document = {"format": "fanfare-questions", "version": 1, "questions": questions}
    files = {"questions.json": json.dumps(document, ensure_ascii=False, indent=1) + "\n"}
    for entry in plan:
        if entry["ask"] == "outline":
            phone = known[entry["models"][0]]
            files[f"outlines/{slug(phone.model)}.svg"] = draw(phone)
    return files


def write(folder: Path) -> None:
    files = build()
    (folder / "outlines").mkdir(exist_ok=True)
    for stale in set((folder / "outlines").glob("*.svg")) - {folder / path for path in files}:
        stale.unlink()
    for path, text in files.items():
        (folder / path).write_text(text, encoding="utf-8", newline="\n")


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m demo.generate", description="Make the demo's questions.")
    parser.add_argument("--select", metavar="PATH", type=Path, help="choose the rows of phones.csv from this catalogue")
    options = parser.parse_args(arguments)
    if options.select is None:
        write(HERE)
        return 0
    refused = select(options.select)
    print("\n".join(refused) or "every named model was taken")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
