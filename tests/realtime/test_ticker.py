"""How often counters go out: twice a second, and less often where that alone would fill the time."""

from __future__ import annotations

from realtime.ticker import CROWD, LONGEST_TICK_S, TICK_S, TICK_SHARE, after_tick_s, is_due


def test_ticks_come_twice_a_second_and_never_take_more_than_their_share() -> None:
    assert after_tick_s(100.0, 100.001) == 100.0 + TICK_S
    assert after_tick_s(100.0, 100.2) == 100.0 + TICK_SHARE * (100.2 - 100.0)
    assert after_tick_s(100.0, 107.0) == 100.0 + LONGEST_TICK_S


def test_a_tick_lets_a_crowd_of_answers_by_but_not_for_ever() -> None:
    assert is_due(100.0, 100.0, CROWD - 1) and not is_due(99.9, 100.0, 0)
    assert not is_due(100.0 + TICK_S / 2, 100.0, CROWD) and is_due(100.0 + TICK_S, 100.0, 10 * CROWD)
