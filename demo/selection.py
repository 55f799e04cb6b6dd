"""Choose from the big catalogue the rows that the demo carries over.

A row comes along when its model has a checked name in names.csv, its numbers are plausible (facts.py), and no regional
twin says otherwise. Twins are rows whose names differ only by a network, a market or a year of re-release: the one with
the shortest name may stay, and only if all its twins state the same numbers, because a fan holds one of them in
the hand and calls it by the short name. Rejected: a list of twins by hand, which nobody would keep up.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path

from demo.facts import COLUMNS, HERE, implausible, read_rows

BRAND = "Xiaomi"
_TWIN_MARK = re.compile(r"\s*(\([^)]*\)|\b(4G|5G|LTE|NFC|NE|Global|20\d\d)\b)")
_COMPARED = tuple(column for column in COLUMNS if column not in ("model", "year", "ppi"))


def stem(model: str) -> str:
    """The model's name without the marks that tell regional twins apart."""
    return _TWIN_MARK.sub("", model).strip()


def refusal(row: dict[str, str], rows: list[dict[str, str]]) -> str | None:
    """Why a row does not come along, or None."""
    twins = [other for other in rows if stem(other["model"]) == stem(row["model"]) and other is not row]
    if any(len(other["model"]) < len(row["model"]) for other in twins):
        return "a regional twin with a shorter name is in the catalogue"
    if any(other[column] != row[column] for other in twins for column in _COMPARED):
        return "its regional twins state other numbers"
    return implausible(row)


def select(catalogue: Path, folder: Path = HERE) -> list[str]:
    """Write phones.csv in `folder` from `catalogue`; return one line for each named model that was refused."""
    rows = [row for row in read_rows(catalogue) if row["brand"] == BRAND]
    named = {row["model"] for row in read_rows(HERE / "names.csv")}
    refused = [f"{model}: not in the catalogue" for model in sorted(named - {row["model"] for row in rows})]
    kept: list[dict[str, str]] = []
    for row in rows:
        if row["model"] not in named:
            continue
        reason = refusal(row, rows)
        if reason is None:
            kept.append({column: row[column] for column in COLUMNS})
        else:
            refused.append(f"{row['model']}: {reason}")
    with (folder / "phones.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    return refused
