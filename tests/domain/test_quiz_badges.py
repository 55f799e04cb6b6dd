"""Badges of a quiz: who earns which, what a void takes back, and that every one has words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from campaigns.domain import quiz_badges as badges
from campaigns.domain.badge_wall import chinese, described
from campaigns.domain.badges import Badge, changes
from campaigns.domain.play_result import PlayResult

FIRST = date(2026, 11, 1)
TWO_OF_THREE = PlayResult(290, 30_000, 9, 15, (200, 90, 0), 0b001, 2, 0)
ROAD = replace(TWO_OF_THREE, level_scores=(200, 200, 40), perfect=0b011, passed=3)


def running(*days: int) -> list[date]:
    return [FIRST + timedelta(days=n) for n in days]


def test_each_passed_level_the_flawless_ones_and_the_road_have_badges() -> None:
    assert badges.of_result(TWO_OF_THREE) == {"level:1", "level:2", "perfect:1"}
    assert badges.of_result(ROAD) == {"level:1", "level:2", "level:3", "perfect:1", "perfect:2", "road"}


def test_days_in_a_row_earn_at_three_seven_and_thirty() -> None:
    assert badges.of_streak(badges.longest_streak(running(0, 1))) == set()
    assert badges.of_streak(badges.longest_streak(running(0, 1, 1, 2, 9))) == {"streak:3"}
    assert badges.of_streak(badges.longest_streak(running(*range(30)))) == {"streak:3", "streak:7", "streak:30"}


def test_the_first_ten_of_a_period_need_a_score() -> None:
    ranks = {fan: fan for fan in range(1, 13)} | {13: 10}
    earned = badges.of_ranks("week:2026-W47", ranks, {fan: 100 - fan for fan in ranks if fan != 3})
    assert sorted(earned) == [1, 2, 4, 5, 6, 7, 8, 9, 10, 13]
    assert earned[1] == {"top:week:2026-W47"}


def test_a_voided_play_takes_back_only_what_it_alone_had_earned() -> None:
    before = badges.of_fan([TWO_OF_THREE, ROAD], running(0, 1, 2), authored=1)
    after = badges.of_fan([TWO_OF_THREE], running(0, 1), authored=1)
    assert changes({7: after}, {7: before}) == [(7, b, -1) for b in ("level:3", "perfect:2", "road", "streak:3")]
    assert changes({7: before}, {7: before}) == []
    assert badges.AUTHOR in after


EVERY = [
    *Badge,
    *(badges.level_badge(n) for n in range(1, 13)),
    *(badges.perfect_badge(n) for n in range(1, 13)),
    *(badges.streak_badge(n) for n in badges.STREAKS),
    *(badges.top_badge(b) for b in ("all", "season:3", "month:2026-11", "week:2026-W47", "day:2026-11-22")),
    badges.ROAD,
    badges.AUTHOR,
]


@pytest.mark.parametrize("badge", EVERY)
def test_every_badge_has_a_name_and_a_reason_in_both_languages(badge: str) -> None:
    shown = described(badge)
    assert shown is not None and shown.badge == badge
    assert all(words[language].strip() for words in (shown.name, shown.why) for language in ("zh", "en"))


def test_no_two_badges_share_a_name_or_a_place() -> None:
    shown = [badge for badge in map(described, EVERY) if badge]
    for language in ("zh", "en"):
        assert len({badge.name[language] for badge in shown}) == len(EVERY)
    assert len({badge.place for badge in shown}) == len(EVERY)


@pytest.mark.parametrize("unknown", ["", "level", "level:x", "streak:4", "top:year:2026", "top:week", "road:1", "hat"])
def test_a_name_nobody_knows_is_no_badge(unknown: str) -> None:
    assert described(unknown) is None


def test_numbers_are_said_as_in_chinese() -> None:
    assert [chinese(n) for n in (1, 9, 10, 12, 20, 35)] == ["一", "九", "十", "十二", "二十", "三十五"]
