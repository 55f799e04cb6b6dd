"""Simulated fans: as many, as clever and as quick as was planned, the same every time."""

from __future__ import annotations

from dataclasses import replace
from statistics import median

import pytest

from campaigns.domain.errors import BadInput
from campaigns.domain.rehearsal import FASTEST_MS, Asked, Plan, deed, leavers, longest_ms, pressed_after_ms
from campaigns.domain.run import Step

FOUR = Asked(1, 4, False, frozenset({2}), 0, 0, None, 1, 20)
SEVERAL = replace(FOUR, several=True, right=frozenset({0, 3}))
WEIGHT = Asked(2, 0, False, None, 100, 300, 190, 10, 20)
PLAN = Plan(fans=400)


def test_the_same_seed_gives_the_same_fans_and_another_one_others() -> None:
    first = [deed(PLAN, FOUR, "7", fan) for fan in range(50)]
    assert first == [deed(PLAN, FOUR, "7", fan) for fan in range(50)]
    assert first != [deed(PLAN, FOUR, "8", fan) for fan in range(50)]
    assert leavers(PLAN, 6, "7") == leavers(PLAN, 6, "7") != leavers(PLAN, 6, "8")


@pytest.mark.parametrize("asked", [FOUR, SEVERAL], ids=["one right", "several right"])
def test_skill_is_the_chance_to_be_right(asked: Asked) -> None:
    for skill, low, high in ((0, 0, 40), (60, 200, 300), (100, 400, 400)):
        plan = replace(PLAN, skill=skill, speed_ms=1000)
        said = [deed(plan, asked, "1", fan) for fan in range(plan.fans)]
        right = sum(one is not None and frozenset(one.places) == asked.right for one in said)
        assert low <= right <= high, (skill, right)
        assert all(one is not None and one.places and set(one.places) <= set(range(4)) for one in said)


def test_estimates_are_near_the_value_or_anywhere_between_the_ends() -> None:
    sure = [deed(replace(PLAN, skill=100), WEIGHT, "1", fan) for fan in range(100)]
    assert all(one is not None and one.value is not None and abs(one.value - 190) < 60 for one in sure)
    lost = [one.value for fan in range(100) if (one := deed(replace(PLAN, skill=0), WEIGHT, "1", fan)) is not None]
    assert all(value is not None and 100 <= value <= 300 for value in lost) and len(set(lost)) > 50


def test_nobody_is_right_about_a_sealed_question_and_everybody_answers() -> None:
    said = [deed(replace(PLAN, skill=100), replace(FOUR, right=None), "1", fan) for fan in range(100)]
    assert {one.places for one in said if one is not None} == {(0,), (1,), (2,), (3,)}


def test_a_buzzer_is_pressed() -> None:
    said = deed(PLAN, replace(FOUR, choices=0, right=None, buzzer=True), "1", 3)
    assert said is not None and (said.places, said.value) == ((), None)


def test_speed_is_the_median_nobody_is_quicker_than_a_human_and_who_thinks_too_long_is_silent() -> None:
    said = [deed(PLAN, FOUR, "1", fan) for fan in range(PLAN.fans)]
    times = [one.after_ms for one in said if one is not None]
    assert 3_200 < median(times) < 4_800 and min(times) >= FASTEST_MS and max(times) < 20_000
    slow = [deed(replace(PLAN, speed_ms=20_000), FOUR, "1", fan) for fan in range(PLAN.fans)]
    assert 120 < sum(one is None for one in slow) < 280


def test_the_delay_of_the_network_is_around_its_mean() -> None:
    said = [deed(PLAN, FOUR, "1", fan) for fan in range(100)]
    assert all(one is None or 40 <= one.delay_ms <= 120 for one in said)


def test_so_many_drop_out_as_planned_and_half_of_them_come_back() -> None:
    gone = leavers(replace(PLAN, dropouts=10), 6, "1")
    assert len(gone) == 40 and sum(one.back_s is not None for one in gone.values()) == 20
    assert {one.n for one in gone.values()} <= set(range(1, 7)) and max(gone) < 400
    assert leavers(replace(PLAN, dropouts=0), 6, "1") == {}


@pytest.mark.parametrize(
    ("name", "value"), [("fans", 0), ("fans", 2001), ("skill", 101), ("dropouts", 91), ("delay_ms", -1)]
)
def test_a_plan_beyond_its_limits_is_refused_by_name(name: str, value: int) -> None:
    with pytest.raises(BadInput) as refused:
        Plan.from_dict({name: value})
    assert refused.value.field == name


def test_a_plan_is_stored_and_read_back() -> None:
    plan = Plan(fans=7, by_itself=True, expected=900)
    assert Plan.from_dict(plan.to_dict()) == plan and plan.audience == 900 and Plan(fans=7).audience == 7


def test_what_plays_by_itself_never_presses_over_a_clock_a_worker_or_a_pause() -> None:
    waits = {step for step in Step if pressed_after_ms(step, 3000) is None}
    assert waits == {Step.OPEN_NOW, Step.CLOSE_NOW, Step.WAIT, Step.RESUME, Step.NOTHING}
    assert pressed_after_ms(Step.ASK, 3000) == 3000


def test_a_show_by_itself_lasts_as_long_as_its_clocks_and_pictures() -> None:
    assert longest_ms([], 1500, 3000) == 15_000, "the podium and the end"
    assert (
        longest_ms([(2000, 20), (4000, 10)], 1500, 3000)
        == 15_000 + (2000 + 1500 + 20_000) + (4000 + 1500 + 10_000) + 2 * 7000
    )
