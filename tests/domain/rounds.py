"""Rounds to judge: a few stock fans, what they say, and one way to ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from campaigns.domain.rush import AnswerFacts, Carry, Key, PlacesKey, Rule, RushRules, Verdict, judge

ANNA, BO, CHEN, DORA, EVE = 1, 2, 3, 4, 5
KEY = PlacesKey(frozenset({2}))


def says(fan: int, elapsed_ms: int, *places: int) -> AnswerFacts:
    return AnswerFacts(fan, frozenset(places), None, elapsed_ms)


def right(fan: int, elapsed_ms: int = 1000) -> AnswerFacts:
    return says(fan, elapsed_ms, 2)


def wrong(fan: int, elapsed_ms: int = 1000) -> AnswerFacts:
    return says(fan, elapsed_ms, 1)


def guesses(fan: int, value: float | None, elapsed_ms: int = 1000) -> AnswerFacts:
    return AnswerFacts(fan, frozenset(), value, elapsed_ms)


def ask(
    rules: RushRules,
    answers: list[AnswerFacts],
    carries: Mapping[int, Carry | None],
    *,
    n: int = 1,
    last: bool = False,
    key: Key | None = KEY,
    possible: int = 1000,
    seed: bytes = b"9",
    version: int | None = None,
    voided: bool = False,
) -> list[Verdict]:
    rules = rules if version is None else replace(rules, version=version)
    return judge(
        rules,
        possible=possible,
        limit_ms=20_000,
        key=key,
        answers=answers,
        carries=carries,
        n=n,
        last=last,
        seed=seed,
        publics={answer.fan: public(answer.fan) for answer in answers},
        voided=voided,
    )


def public(fan: int) -> str:
    """The fan's public id."""
    return f"k3f9-{fan}"


def left(verdicts: list[Verdict]) -> dict[int, Carry]:
    return {verdict.fan: verdict.carry for verdict in verdicts}


def scores(verdicts: list[Verdict]) -> dict[int, int]:
    return {verdict.fan: verdict.score for verdict in verdicts}


def nobody(*fans: int) -> dict[int, Carry | None]:
    return dict.fromkeys(fans)


SURVIVAL = RushRules(Rule.SURVIVAL, pot=1000, streak=True)
