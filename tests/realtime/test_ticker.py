"""How often counters go out: twice a second, and less often where that alone would fill the time."""

from __future__ import annotations

from realtime.ticker import LONGEST_TICK_S, TICK_S, TICK_SHARE, after_tick_s


def test_ticks_come_twice_a_second_and_never_take_more_than_their_share() -> None:
    assert after_tick_s(100.0, 100.001) == 100.0 + TICK_S
    assert after_tick_s(100.0, 100.2) == 100.0 + TICK_SHARE * (100.2 - 100.0)
    assert after_tick_s(100.0, 107.0) == 100.0 + LONGEST_TICK_S
