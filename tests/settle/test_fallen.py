"""The board of the fallen: who is out plays on for fun, told at the reveal, kept right by corrections and removals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from campaigns.control.people import kick
from campaigns.control.runs import run_summary
from campaigns.db.records import Award, Fallen, LedgerEntry
from campaigns.domain.rush_rules import Rule
from campaigns.play.own import you
from campaigns.play.seat import Seat, seat_of
from campaigns.play.standing import own_standing
from campaigns.settle.awards import award_badges
from campaigns.settle.rebuild import recompute
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage
from tests.stage import QUICK, single

SURVIVAL = replace(QUICK, rule=Rule.SURVIVAL, pot=1000)


def seat(show: Show, fan: int) -> Seat:
    found = seat_of(show.services, run_summary(show.services, show.run_id).code, fan)
    assert isinstance(found, Seat)
    return found


def own(show: Show, fan: int) -> tuple[int, int | None] | None:
    """Right for fun and the rank, as a snapshot tells it."""
    held = you(show.services, seat(show, fan)).fallen
    return None if held is None else (held.score, held.rank)


def told(show: Show) -> list[tuple[str, int, int, int]]:
    """The rows of the board of the fallen in the packet: name, rank, score, time."""
    return [tuple(row[field] for field in ("name", "rank", "score", "elapsed_ms")) for row in fallen(show)["top"]]


def fallen(show: Show) -> dict[str, Any]:
    board: dict[str, Any] = show.scene()["board"]["fallen"]
    return board


@pytest.fixture
def night(stage: Stage) -> tuple[Show, list[int]]:
    """Three of five fell at the first question; at the second two of them had it, for fun: 丙 after 700 ms, 丁 after 900."""
    show = stage(*(single(right="b") for _ in range(4)), rules=SURVIVAL)
    fans = show.fans("甲", "乙", "丙", "丁", "戊")
    first, second, third, fourth, fifth = fans
    show.play({first: ("b", 500), second: ("b", 600), third: ("a", 500), fourth: ("c", 500)})  # 戊 is silent
    assert fallen(show) == {"of": 3, "top": []}, "nobody has anything right yet"
    show.next()
    show.play({first: ("b", 500), second: ("b", 600), third: ("b", 700), fourth: ("b", 900), fifth: ("a", 100)})
    return show, fans


def test_who_is_out_has_a_board_of_their_own_ordered_by_right_answers_and_then_by_time(
    night: tuple[Show, list[int]],
) -> None:
    show, (first, _, third, fourth, fifth) = night
    assert fallen(show)["of"] == 3 and told(show) == [("丙", 1, 1, 700), ("丁", 2, 1, 900)]
    assert show.scene()["board"]["survivors"] == 2
    assert [own(show, fan) for fan in (first, third, fourth, fifth)] == [None, (1, 1), (1, 2), (0, 3)]
    standing = own_standing(show.services, seat(show, fourth))
    assert standing is not None and standing.fallen is not None
    assert (standing.fallen.score, standing.fallen.rank, standing.score) == (1, 2, 0)
    assert recompute(show.services, show.run_id).differences == []


def test_nothing_of_it_is_told_before_the_reveal(night: tuple[Show, list[int]]) -> None:
    show, (first, _, third, fourth, _) = night
    show.next()
    n = show.ask()
    for fan, choice in ((first, "b"), (third, "a"), (fourth, "b")):
        show.say(fan, choice)
    show.close()
    before = [own(show, fan) for fan in (first, third, fourth)]
    assert show.settle(n)
    assert show.scene()["board"] is None
    assert [own(show, fan) for fan in (first, third, fourth)] == [None, (1, None), (1, None)]
    assert [held and held[0] for held in before] == [None, 1, 1]
    assert own_standing(show.services, seat(show, fourth)) is None
    show.next()
    assert [row[:3] for row in told(show)] == [("丁", 1, 2), ("丙", 2, 1)]


def test_a_correction_counts_the_fun_again_and_is_another_count_of_the_board(night: tuple[Show, list[int]]) -> None:
    show, (first, _, third, fourth, fifth) = night
    assert show.scene()["board"]["after"] == {"round": str(show.round(2).id), "version": 1}
    show.correct(1, "c")  # 丁 was right, everybody else was not
    show.settle_all()
    assert show.scene()["board"]["after"] == {"round": str(show.round(2).id), "version": 2}
    assert fallen(show)["of"] == 4 and told(show) == [("甲", 1, 1, 500), ("乙", 2, 1, 600), ("丙", 3, 1, 700)]
    assert [own(show, fan) for fan in (first, third, fourth, fifth)] == [(1, 1), (1, 3), None, (0, 4)]
    assert recompute(show.services, show.run_id).differences == []


def test_a_void_question_counts_for_no_fun_and_who_is_removed_leaves_the_board(night: tuple[Show, list[int]]) -> None:
    show, (_, _, third, fourth, fifth) = night
    kick(show.services, show.run_id, show.public(third), ACTOR)
    assert [own(show, fan) for fan in (fourth, fifth)] == [(1, 1), (0, 2)]
    assert told(show) == [("丁", 2, 1, 900)], "the picture that is shown loses the name only"
    assert recompute(show.services, show.run_id).differences == []
    show.void(2)
    show.settle_all()
    assert fallen(show) == {"of": 2, "top": []}
    assert recompute(show.services, show.run_id).differences == []


def test_fun_earns_no_points_and_no_badge_of_place(night: tuple[Show, list[int]]) -> None:
    show, (first, second, third, fourth, fifth) = night
    for _ in range(2):
        show.next()
        show.play({first: ("b", 500), second: ("b", 600), third: ("b", 50), fourth: ("b", 900)})
    assert [row[:3] for row in told(show)] == [("丙", 1, 3), ("丁", 2, 3)]
    show.to_the_end()
    award_badges(show.services, show.run_id)
    entries = show.rows(select(LedgerEntry.fan_id, LedgerEntry.amount).where(LedgerEntry.run_id == show.run_id))
    assert {fan: amount for fan, amount in entries if amount} == {first: 1000, second: 1000}
    badges = show.rows(select(Award.fan_id, Award.badge).where(Award.run_id == show.run_id))
    assert {badge for fan, badge in badges if fan in (third, fourth, fifth)} == {"took_part"}


def test_no_other_rule_has_fallen(stage: Stage) -> None:
    show = stage()
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 500), hua: ("a", 500)})
    assert show.scene()["board"]["fallen"] is None and own(show, hua) is None
    assert show.row(select(func.count()).where(Fallen.run_id == show.run_id)).count == 0
