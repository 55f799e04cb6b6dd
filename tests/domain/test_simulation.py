"""The simulated run: the same numbers again, what must come out at the ends of the scale, and the rules of the real thing."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from campaigns.domain.draw import BankItem, Shortage
from campaigns.domain.quiz_rules import Preset, QuizRules, preset
from campaigns.domain.simulation import LEAST_PLAYS, MOST_PLAYS, Forecast, plays_for, simulate

DEMO = Path(__file__).resolve().parents[2] / "demo"
ITEMS = [BankItem(n, n, (), 1 + n % 5) for n in range(200)]
NEVER, ALWAYS = dict.fromkeys(range(200), 0.0), dict.fromkeys(range(200), 1.0)


def forecast(rules: QuizRules, shares: dict[int, float] | None = None, plays: int = 40, seed: int = 7) -> Forecast:
    found = simulate(rules, ITEMS, shares or {}, plays, seed)
    assert isinstance(found, Forecast)
    return found


def test_the_same_rules_and_bank_give_the_same_numbers() -> None:
    rules = preset(Preset.CLASSIC, 3)
    assert forecast(rules) == forecast(rules) != forecast(rules, seed=8)


@pytest.mark.parametrize("name", list(Preset))
def test_who_knows_everything_walks_the_road_and_who_knows_nothing_stops_at_the_first_gate(name: Preset) -> None:
    rules = preset(name, 3)
    wise, lost = forecast(rules, ALWAYS, 10), forecast(rules, NEVER, 10)
    assert wise.finished == 1 and [level.rate for level in wise.levels] == [1, 1, 1]
    assert lost.score == lost.finished == 0 and [level.rate for level in lost.levels] == [0, None, None]


def test_a_full_road_scores_what_its_rules_say() -> None:
    """Without dares 200 a level and the bonuses 10 + 20 + 30."""
    assert forecast(preset(Preset.RELAXED, 3), ALWAYS, 5).score == 3 * 200 + 60


def test_each_gate_is_reached_by_those_who_passed_the_one_before() -> None:
    levels = forecast(preset(Preset.HARDCORE, 5)).levels
    assert levels[0].reached == 1
    assert all(after.reached == before.passed for before, after in pairwise(levels))


def test_the_hardcore_preset_is_hard_and_not_hopeless_on_the_demos_bank() -> None:
    written = json.loads((DEMO / "questions.json").read_text(encoding="utf-8"))
    bank = [BankItem(n, n, (), each["difficulty"]) for n, each in enumerate(written["questions"])]
    found = simulate(preset(Preset.HARDCORE, 5), bank, {}, 300)
    assert isinstance(found, Forecast) and 0.01 <= found.finished <= 0.03


def test_what_play_has_shown_counts_more_than_the_difficulty() -> None:
    rules = preset(Preset.CLASSIC, 2)
    assert forecast(rules, dict.fromkeys(range(200), 0.2)).finished < forecast(rules).finished


def test_a_bank_that_is_too_small_is_said_and_not_simulated() -> None:
    assert isinstance(simulate(preset(Preset.CLASSIC, 2), ITEMS[:7], {}), Shortage)


def test_a_long_road_is_walked_less_often_but_often_enough() -> None:
    assert [plays_for(preset(Preset.CLASSIC, n)) for n in (1, 5, 12)] == [MOST_PLAYS, 160, LEAST_PLAYS]
