"""Waves: who may begin when, whatever the waves; and the lists that are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.errors import BadInput
from campaigns.domain.waves import Came, Wave, check_waves, first_opening, opens_for, waves_from

ALL_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
CHANNELS = ("core", "weibo", "forum", "报名")


BADGES = ("top3", "streak:7", "top:week:", "perfect", "perfect:")
HELD = ("top3", "streak:7", "streak:30", "top:week:2026-W47", "top:day:2026-11-22", "perfect", "perfect:2", "level:1")


def wave(hours: float, *channels: str, friends: bool = False, badges: tuple[str, ...] = ()) -> Wave:
    return Wave(ALL_AT - timedelta(hours=hours), channels, friends, badges)


def whose(each: Wave, channel: str | None, held: frozenset[str]) -> bool:
    """Said once more, badge by badge."""
    weekly = "top:week:" in each.badges and "top:week:2026-W47" in held
    gate = "perfect:" in each.badges and "perfect:2" in held
    return channel in each.channels or bool(held.intersection(each.badges)) or weekly or gate


waves = st.lists(
    st.builds(
        wave,
        st.integers(-2, 48),
        st.sampled_from(CHANNELS),
        friends=st.booleans(),
        badges=st.lists(st.sampled_from(BADGES), max_size=2).map(tuple),
    ),
    max_size=5,
).map(tuple)
held = st.frozensets(st.sampled_from(HELD), max_size=3)
came = st.builds(Came, st.none() | st.sampled_from(CHANNELS), st.none() | st.sampled_from(CHANNELS), held, held)


@given(waves, came)
def test_a_fan_begins_with_the_first_wave_that_has_them_and_at_the_latest_with_all(
    listed: tuple[Wave, ...], fan: Came
) -> None:
    opens = opens_for(listed, ALL_AT, fan)
    assert first_opening(listed, ALL_AT) <= opens <= ALL_AT
    mine = [
        each
        for each in listed
        if whose(each, fan.channel, frozenset(fan.badges))
        or (each.friends and whose(each, fan.inviter_channel, frozenset(fan.inviter_badges)))
    ]
    assert opens == min([ALL_AT, *(each.opens_at for each in mine)])


@given(waves, came)
def test_one_more_wave_makes_nobody_wait_longer_and_what_is_stored_reads_the_same(
    listed: tuple[Wave, ...], fan: Came
) -> None:
    more = (*listed, wave(7, "core"))
    assert opens_for(more, ALL_AT, fan) <= opens_for(listed, ALL_AT, fan)
    assert waves_from([each.to_dict() for each in listed]) == listed


@pytest.mark.parametrize(
    ("listed", "field"),
    [
        ([wave(2, "core"), wave(2, "weibo")], "waves[1].opens_at"),
        ([wave(1, "core"), wave(2, "weibo")], "waves[1].opens_at"),
        ([wave(0, "core")], "waves[0].opens_at"),
        ([wave(-1, "core")], "waves[0].opens_at"),
        ([wave(2)], "waves[0].channels"),
        ([wave(2, "core"), wave(1, *(f"c{n}" for n in range(21)))], "waves[1].channels"),
        ([wave(2, "core"), wave(1, "core")], "waves[1].channels"),
        ([wave(2, "core", badges=("top3",)), wave(1, badges=("top3",))], "waves[1].badges"),
        ([wave(2, "core"), wave(1, badges=("bravest",))], "waves[1].badges"),
        ([wave(2, badges=("top:week",))], "waves[0].badges"),
        ([wave(2, "core", "core")], "waves[0].channels"),
        ([wave(2, " core")], "waves[0].channels"),
        ([wave(2, "")], "waves[0].channels"),
        ([wave(2, "x" * 41)], "waves[0].channels"),
        ([wave(2, "a\nb")], "waves[0].channels"),
        ([wave(9 - n, f"c{n}") for n in range(6)], "waves"),
    ],
)
def test_a_list_that_makes_no_sense_is_refused_by_the_name_of_its_field(listed: list[Wave], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_waves(listed, ALL_AT)
    assert refused.value.field == field


def test_waves_one_after_the_other_are_taken() -> None:
    check_waves(
        [wave(48, "core", friends=True), wave(24, "weibo", "报名"), wave(9, badges=("road", "perfect:"))], ALL_AT
    )
    check_waves([], ALL_AT)


def test_a_badge_nobody_knows_is_named_with_its_wave() -> None:
    with pytest.raises(BadInput) as refused:
        check_waves([wave(2, "core"), wave(1, badges=("top3", "bravest"))], ALL_AT)
    assert (refused.value.field, refused.value.value) == ("waves[1].badges", "bravest")


def test_waves_that_an_older_version_stored_name_no_badges() -> None:
    stored = {"opens_at": "2026-11-22T08:00:00+00:00", "channels": ["core"], "friends": True}
    assert waves_from([stored]) == (wave(4, "core", friends=True),)
