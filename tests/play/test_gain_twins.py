"""The page's own reckoning (static/js/shared/gain.js) held to the domain: whole random runs, every fan, every round."""

from __future__ import annotations

import json
import random
import subprocess
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from campaigns.domain.buzzer import MarksKey
from campaigns.domain.question import ValueKey
from campaigns.domain.rush import AnswerFacts, Carry, Key, PlacesKey, Rule, RushRules, Verdict, judge
from campaigns.domain.scene import After, cut_of, pot_of

SCRIPT = Path(__file__).parents[1] / "js_client" / "reckon.mjs"
FANS, ROUNDS, RUNS, SECONDS = 7, 4, 40, 20
WARM_UP = {"id": "w", "rule": "flat", "first_n": None, "possible": 0, "warm_up": True}  # as scene.py tells one
TIMES_MS = (0, 119, 499, 500, 501, 777, 777, 1234, 8001, 19_999, 20_000, 20_040)
KEYS = ((1.0, 0.1), (186.5, 3.0), (0.3, 0.1), (-2.0, 0.05), (1e6, 12_500.0), (3e-7, 1e-7))
STEPS = (0.0, 0.25, 0.5, 0.9, 1.0, 1.0000001, 1.5, 1.99, 2.0, 7.0)


@dataclass
class Run:
    """One random run as it goes on: what fans carry and have scored, and a case for each of them in each round."""

    rules: RushRules
    dice: random.Random
    carries: dict[int, Carry | None] = field(default_factory=dict)
    totals: Counter[int] = field(default_factory=Counter)
    fun: Counter[int] = field(default_factory=Counter)
    cases: list[dict[str, Any]] = field(default_factory=list)
    wanted: list[dict[str, Any] | None] = field(default_factory=list)
    buzz: dict[str, Any] | None = None

    def play(self) -> None:
        self.carries = dict.fromkeys(range(1, FANS), None)
        for n in range(1, ROUNDS + 1):
            if n == 3:
                self.carries[FANS] = None  # came late: nothing to count on
            self.round(n)
            if self.dice.random() < 0.3:
                self.round(n, warm_up=True)

    def round(self, n: int, *, warm_up: bool = False) -> None:
        dice, voided, (kind, key, answers) = self.dice, self.dice.random() < 0.1, self.said()
        possible, last = dice.choice([0, 1000, 1000, 2000, 1005]), n == ROUNDS and not warm_up
        verdicts = judge(
            self.rules,
            possible=possible,
            limit_ms=SECONDS * 1000,
            key=key,
            answers=answers,
            carries=self.carries,
            n=n,
            last=last,
            seed=dice.randbytes(32),
            publics={fan: f"fan{fan}" for fan in self.carries},
            voided=voided,
            counts=not warm_up,
        )
        asked, told = self.asked(n, kind, possible, last), self.told(n, key, verdicts, voided)
        marks = key.marks if isinstance(key, MarksKey) else ()
        self.buzz = {"rows": [{"fan": f"fan{fan}", "right": right} for fan, right in marks]}
        if warm_up:
            asked, told = asked | WARM_UP, told | {"after": asdict(After(str(n), 1)), "cut": None}
        for verdict in verdicts:
            self.case(asked, told, verdict, next((a for a in answers if a.fan == verdict.fan), None))
        self.carries = {verdict.fan: verdict.carry for verdict in verdicts}

    def said(self) -> tuple[str, Key, list[AnswerFacts]]:
        """A kind of question, its key, and what fans answer."""
        dice, estimate = self.dice, self.dice.random() < 0.4
        right = dice.choice([frozenset({2}), frozenset({0, 3})])
        key = ValueKey(*dice.choice(KEYS)) if estimate else PlacesKey(right)
        answers = [self.answer(fan, key) for fan in self.carries if dice.random() < 0.85]
        if dice.random() >= 0.2:
            return "estimate" if estimate else "multiple", key, answers
        first = dice.sample(answers, min(len(answers), dice.randint(0, 3)))
        return "buzzer", MarksKey(tuple((a.fan, at == 2) for at, a in enumerate(first))), answers

    def asked(self, n: int, kind: str, possible: int, last: bool) -> dict[str, Any]:
        asked = {"n": n, "kind": kind, "possible": possible, "seconds": SECONDS, "id": str(n), "last": last}
        return asked | {"rule": str(self.rules.rule), "first_n": self.rules.first_n}

    def answer(self, fan: int, key: PlacesKey | ValueKey) -> AnswerFacts:
        elapsed_ms = self.dice.choice(TIMES_MS)
        if isinstance(key, PlacesKey):
            wrong = frozenset(self.dice.sample(range(4), self.dice.randint(1, 3)))
            return AnswerFacts(fan, key.right if self.dice.random() < 0.7 else wrong, None, elapsed_ms)
        away = self.dice.choice(STEPS) * key.margin * self.dice.choice([-1, 1])
        value = round(key.value + away, 9) if self.dice.random() < 0.8 else key.value + away
        return AnswerFacts(fan, frozenset(), value, elapsed_ms)

    def told(self, n: int, key: Key, verdicts: list[Verdict], voided: bool) -> dict[str, Any]:
        """The part of the reveal that matters, from the same functions as the server's (campaigns/play/reckoning.py)."""
        times = sorted(v.elapsed_ms for v in verdicts if v.right and v.elapsed_ms is not None)
        first_n, survival = self.rules.rule is Rule.FIRST_N, self.rules.rule is Rule.SURVIVAL
        cut = cut_of(times[: self.rules.first_n + 1], self.rules.first_n) if first_n else None
        pot = pot_of({(v.score, v.carry.out) for v in verdicts if v.score > 0}) if survival else None
        places, value, margin = (
            ([], key.value, key.margin)
            if isinstance(key, ValueKey)
            else (sorted(key.right) if isinstance(key, PlacesKey) else [], None, None)
        )
        return {
            "after": asdict(After(str(n - 1), 1)) if n > 1 else None,
            "places": places,
            "value": value,
            "margin": margin,
            "cut": asdict(cut) if cut else None,
            "pot": asdict(pot) if pot else None,
            "changed": {"kind": "voided"} if voided else None,
        }

    def case(self, asked: dict[str, Any], told: dict[str, Any], verdict: Verdict, answer: AnswerFacts | None) -> None:
        run = {"streak": self.rules.streak, "lives": self.rules.lives}
        said = answer and {"places": sorted(answer.places), "value": answer.value, "elapsed_ms": answer.elapsed_ms}
        base = self.base(asked["n"] + asked.get("warm_up", False), verdict.fan)
        scene = {"run": run, "round": asked, "reveal": told, "buzz": self.buzz}
        self.cases.append({"scene": scene, "base": base, "answered": said, "fan": f"fan{verdict.fan}"})
        self.totals[verdict.fan] += verdict.score
        self.fun[verdict.fan] += verdict.fun
        cut = told["cut"]
        drawn = cut and cut["drawn"] and verdict.right and verdict.elapsed_ms == cut["elapsed_ms"]
        self.wanted.append(None if base is None or drawn else self.own(verdict))

    def base(self, n: int, fan: int) -> dict[str, Any] | None:
        """What the fan's page holds: its totals after the round before, or nothing yet in the first."""
        carry = self.carries[fan]
        if n == 1:
            return {
                "round": None,
                "version": 0,
                "score": 0,
                "streak": 0,
                "out": False,
                "lives": self.rules.lives,
                "fun": 0,
            }
        if carry is None:
            return None
        held: dict[str, Any] = {
            "score": self.totals[fan],
            "streak": carry.streak,
            "out": carry.out,
            "lives": carry.lives,
        }
        held["fun"] = self.fun[fan]
        return {"round": str(n - 1), "version": 1} | held

    def own(self, verdict: Verdict) -> dict[str, Any]:
        share = verdict.score if self.rules.rule is Rule.SURVIVAL else 0
        gained = {"right": verdict.right, "gained": verdict.score, "bonus": verdict.bonus, "share": share}
        carry = verdict.carry
        held: dict[str, Any] = {"score": self.totals[verdict.fan], "streak": carry.streak, "out": carry.out}
        held["fun"] = self.fun[verdict.fan]
        return gained | held | ({"lives": carry.lives} if self.rules.rule is Rule.SURVIVAL else {})


def reckoned(cases: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
    """All cases through one Node process."""
    done = subprocess.run(["node", str(SCRIPT)], input=json.dumps(cases), capture_output=True, text=True, check=True)
    found: list[dict[str, Any] | None] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("rule", list(Rule))
def test_every_page_reckons_what_the_domain_judges_or_waits(rule: Rule) -> None:
    dice = random.Random(f"twins of {rule}")
    cases: list[dict[str, Any]] = []
    wanted: list[dict[str, Any] | None] = []
    for _ in range(RUNS):
        rules = RushRules(rule=rule, first_n=dice.choice([1, 2, 3]), streak=dice.random() < 0.6)
        run = Run(RushRules.from_dict(rules.to_dict() | {"lives": dice.choice([0, 1]), "pot": 10_000}), dice)
        run.play()
        cases, wanted = cases + run.cases, wanted + run.wanted
    found = reckoned(cases)
    wrong = [(case, mine, told) for case, mine, told in zip(cases, found, wanted, strict=True) if not same(mine, told)]
    assert wrong == [], wrong[0]
    assert len(cases) > 900 and sum(told is not None for told in wanted) > 800
    assert sum(told is not None and told["gained"] > 0 for told in wanted) > 40


def same(mine: dict[str, Any] | None, told: dict[str, Any] | None) -> bool:
    """Lives are told in survival only, where they mean something."""
    return mine is None if told is None else mine is not None and mine.items() >= told.items()


def test_a_page_that_stands_on_another_settlement_waits() -> None:
    run = Run(RushRules(rule=Rule.FLAT, streak=True), random.Random(7))
    run.play()
    later = [case for case in run.cases if case["scene"]["round"]["n"] > 1 and case["base"] is not None]
    others = ({"version": 2}, {"round": "9"}, {"round": None, "version": 0})
    found = reckoned([case | {"base": case["base"] | change} for change in others for case in later])
    assert all(own is None for own in found)
    assert None not in reckoned(later)


def test_an_answer_that_may_not_be_the_stored_one_is_not_reckoned_with() -> None:
    run = Run(RushRules(rule=Rule.SPEED), random.Random(8))
    run.play()
    said = [case for case in run.cases if case["answered"] and case["base"]]
    unsure = [case | {"answered": case["answered"] | {"unsure": True}} for case in said]
    assert all(own is None for own in reckoned(unsure)) and None not in reckoned(said)
