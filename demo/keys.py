"""Keys from facts: which choice is right, how clear it is, and a refusal of every plan entry that is not clear enough.

A `Verdict` says which of the phones shown are right and by how much. Values that decide a key differ by at least
MIN_GAP (as exact fractions of the larger one, so that 5.00 % is 5 %), years by at least one. A column that a fan could
dispute for a phone (names.csv, not_for) never decides anything about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from demo.facts import MIN_GAP, DemoError, Phone
from demo.kinds import CLAIM, ESTIMATE, FRONT, GAP_STEPS, MANY, OUTLINE, WHICH, YEAR, YEAR_STEPS

LEAST = Fraction(str(MIN_GAP))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`right` holds models, or one of "true", "false" or a year; `columns` are the cells that decided."""

    right: frozenset[str]
    columns: tuple[str, ...]
    difficulty: int


def value(phone: Phone, column: str) -> Fraction:
    return Fraction(phone.cells[column])


def gap(one: Fraction, other: Fraction) -> Fraction:
    """How far apart two values are, as a share of the larger."""
    return abs(one - other) / max(one, other)


def judge(entry: dict[str, Any], phones: Sequence[Phone]) -> Verdict:
    """The verdict on one plan entry; DemoError if a key would not be clear."""
    ask = entry["ask"]
    if ask in WHICH:
        verdict = _which(ask, phones)
    elif ask in CLAIM:
        verdict = _claim(ask, phones)
    elif ask in MANY:
        verdict = _many(ask, Fraction(entry["limit"]), phones)
    elif ask in ESTIMATE:
        verdict = Verdict(frozenset(), (ESTIMATE[ask].column,), entry["difficulty"])
    elif ask == "outline":
        verdict = _outline(entry, phones)
    else:
        verdict = _years(entry, phones)
    for phone in phones:
        disputed = phone.not_for & set(verdict.columns)
        if disputed:
            raise DemoError(f"plan.json: {entry['zh']}: {phone.model} must not be asked for {sorted(disputed)}")
    return verdict


def _difficulty(column: str, one: Fraction, other: Fraction) -> int:
    if column == YEAR.column:
        apart, steps = float(abs(one - other)), YEAR_STEPS
    else:
        apart, steps = float(gap(one, other)), GAP_STEPS
        if gap(one, other) < LEAST:
            raise DemoError(f"plan.json: {column} {float(one)} and {float(other)} are too close to decide a key")
    for least, difficulty in steps:
        if apart >= least:
            return difficulty
    raise DemoError(f"plan.json: {column} {float(one)} twice: no single right answer")


def _which(ask: str, phones: Sequence[Phone]) -> Verdict:
    measure, most = WHICH[ask]
    ranked = sorted(phones, key=lambda phone: value(phone, measure.column), reverse=most)
    best, next_best = (value(phone, measure.column) for phone in ranked[:2])
    return Verdict(frozenset({ranked[0].model}), (measure.column,), _difficulty(measure.column, best, next_best))


def _claim(ask: str, phones: Sequence[Phone]) -> Verdict:
    measure, more = CLAIM[ask]
    first, second = (value(phone, measure.column) for phone in phones)
    holds = first > second if more else first < second
    right = frozenset({"true" if holds else "false"})
    return Verdict(right, (measure.column,), _difficulty(measure.column, first, second))


def _many(ask: str, limit: Fraction, phones: Sequence[Phone]) -> Verdict:
    measure, more = MANY[ask]
    values = {phone.model: value(phone, measure.column) for phone in phones}
    right = frozenset(model for model, number in values.items() if (number > limit) is more)
    hardest = max(_difficulty(measure.column, number, limit) for number in values.values())
    return Verdict(right, (measure.column,), hardest)


def _outline(entry: dict[str, Any], phones: Sequence[Phone]) -> Verdict:
    shown, *others = phones
    for other in others:
        if all(gap(value(shown, column), value(other, column)) < LEAST for column in FRONT):
            raise DemoError(f"plan.json: the outlines of {shown.model} and {other.model} look alike")
    return Verdict(frozenset({shown.model}), OUTLINE, entry["difficulty"])


def _years(entry: dict[str, Any], phones: Sequence[Phone]) -> Verdict:
    years = {phone.model: int(phone.cells["year"]) for phone in phones}
    if entry["ask"] == "year":
        right = {str(year) for year in years.values()}
    else:
        same = entry["ask"] == "many_year"
        right = {model for model, year in years.items() if (year == entry["year"]) is same}
    if entry["ask"] != "many_year" and len(right) != 1:
        raise DemoError(f"plan.json: {entry['zh']}: {len(right)} right answers")
    return Verdict(frozenset(right), (YEAR.column,), entry["difficulty"])
