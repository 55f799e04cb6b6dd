"""Claims come with the awards of a run, follow its corrections, and are redeemed once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text, update

from campaigns.control.prizes import ClaimState, Redeemed, Redeeming, claims_of, edit_prizes, prizes_of, redeem
from campaigns.db.models import Run
from campaigns.db.prizes import Claim
from campaigns.db.records import Event
from campaigns.domain.badges import Badge
from campaigns.domain.prizes import Prize
from campaigns.play.history import awards_of, own_page
from campaigns.settle.awards import award_badges
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import words

FIRST = Prize(words("手机"), 1, 1, 1)
EARS = Prize(words("耳机"), 1, badge=Badge.TOOK_PART)
DESK = "operator:1"


def with_prizes(show: Show, *prizes: Prize) -> Show:
    with show.services.sql.begin() as sql:
        listed = [prize.to_dict() for prize in prizes]
        sql.execute(update(Run).where(Run.id == show.run_id).values(prizes=listed))
    return show


def ended(stage: Stage, *prizes: Prize) -> tuple[Show, int, int]:
    """小明 is right and first, 小华 is wrong."""
    show = with_prizes(stage(), *prizes)
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 1000), hua: ("c", 900)})
    show.to_the_end()
    return show, ming, hua


def counted_again(show: Show) -> None:
    """As after 'c' is named the right answer."""
    assert show.correct(1, "c")
    show.settle_all()
    assert award_badges(show.services, show.run_id)


def code_of(show: Show, fan: int) -> str:
    won = awards_of(show.services, show.run_id, fan)
    assert won is not None
    return won.prizes[0].code


def standing(show: Show) -> list[tuple[str, ClaimState]]:
    return [(line.name, line.state) for line in claims_of(show.services, show.run_id)]


def test_winners_and_they_alone_find_a_code_and_a_repetition_makes_no_other(stage: Stage) -> None:
    show, ming, hua = ended(stage, FIRST, EARS)
    assert own_page(show.services, ming).prizes == ()
    assert award_badges(show.services, show.run_id)
    code = code_of(show, ming)
    won, lost = (awards_of(show.services, show.run_id, fan) for fan in (ming, hua))
    assert won is not None and [prize.name["zh"] for prize in won.prizes] == ["手机", "耳机"]
    assert lost is not None and lost.prizes == ()
    assert own_page(show.services, ming).prizes[0].code == code
    with show.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == show.run_id).values(award_version=Run.award_version + 1))
    assert award_badges(show.services, show.run_id) and code_of(show, ming) == code
    assert len(show.rows(select(Claim.id).where(Claim.run_id == show.run_id))) == 2


def test_a_rehearsal_and_a_run_without_prizes_make_no_claims(stage: Stage) -> None:
    show, ming, _ = ended(stage)
    assert award_badges(show.services, show.run_id)
    assert own_page(show.services, ming).prizes == () and claims_of(show.services, show.run_id) == []


def test_a_code_is_redeemed_once_and_the_second_desk_reads_who_was_first(stage: Stage) -> None:
    show, ming, _ = ended(stage, FIRST)
    award_badges(show.services, show.run_id)
    code = code_of(show, ming)
    first = redeem(show.services, show.run_id, code.lower(), DESK)
    assert first.outcome is Redeeming.REDEEMED and first.line is not None
    assert (first.line.name, first.line.rank, first.line.prize) == ("小明", 1, words("手机"))
    again = redeem(show.services, show.run_id, code, "operator:2")
    assert again.outcome is Redeeming.ALREADY and again.line is not None
    assert again.line.redeemed_at == show.clock.at
    assert own_page(show.services, ming).prizes[0].redeemed
    noted = select(Event.actor).where(Event.run_id == show.run_id, Event.kind == "prize_redeemed")
    assert [row.actor for row in show.rows(noted)] == [DESK]


def test_what_is_no_code_of_this_run_is_unknown_and_nothing_is_said_of_it(stage: Stage) -> None:
    show, ming, _ = ended(stage, FIRST)
    award_badges(show.services, show.run_id)
    other, code = ended(stage, FIRST)[0], code_of(show, ming)
    award_badges(other.services, other.run_id)
    for run_id, typed in ((show.run_id, "AAAAA-AAAAA"), (show.run_id, ""), (other.run_id, code)):
        assert redeem(show.services, run_id, typed, DESK) == Redeemed(Redeeming.UNKNOWN)
    assert standing(show) == [("小明", ClaimState.OPEN)]


def test_a_correction_takes_back_what_is_open_and_gives_it_to_who_has_earned_it(stage: Stage) -> None:
    show, ming, hua = ended(stage, FIRST)
    award_badges(show.services, show.run_id)
    code = code_of(show, ming)
    counted_again(show)
    assert standing(show) == [("小华", ClaimState.OPEN)]
    assert own_page(show.services, ming).prizes == ()
    assert redeem(show.services, show.run_id, code, DESK).outcome is Redeeming.WITHDRAWN
    assert redeem(show.services, show.run_id, code_of(show, hua), DESK).outcome is Redeeming.REDEEMED
    assert show.correct(1, "b")
    assert redeem(show.services, show.run_id, code, DESK).outcome is Redeeming.NOT_YET
    show.settle_all()
    award_badges(show.services, show.run_id)
    assert code_of(show, ming) == code  # the one the fan has seen
    assert standing(show) == [("小明", ClaimState.OPEN), ("小华", ClaimState.TOO_LATE)]


def test_what_was_handed_over_stays_and_the_operator_sees_that_it_was_too_late(stage: Stage) -> None:
    show, ming, hua = ended(stage, FIRST)
    award_badges(show.services, show.run_id)
    code = code_of(show, ming)
    redeem(show.services, show.run_id, code, DESK)
    counted_again(show)
    assert sorted(standing(show)) == [("小华", ClaimState.OPEN), ("小明", ClaimState.TOO_LATE)]
    assert own_page(show.services, ming).prizes[0].redeemed and not own_page(show.services, hua).prizes[0].redeemed
    assert redeem(show.services, show.run_id, code, DESK).outcome is Redeeming.ALREADY


def test_a_rush_gives_what_its_list_said_when_the_run_was_made(stage: Stage) -> None:
    show = stage()
    rush = show.run().activity_id
    edit_prizes(show.services, rush, 1, [FIRST], DESK)
    second = show.another()
    edit_prizes(show.services, rush, 2, [EARS, FIRST], DESK)
    assert prizes_of(show.services, rush) == (EARS, FIRST)
    assert (show.run().prizes, second.run().prizes) == ([], [FIRST.to_dict()])


def at_once(work: Callable[[], Any], workers: int = 8) -> list[Any]:
    start, done = threading.Barrier(workers), list[Any]()

    def one() -> None:
        start.wait()
        done.append(work())

    threads = [threading.Thread(target=one) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return done


@pytest.mark.race
def test_of_eight_desks_at_once_exactly_one_hands_the_prize_over(stage: Stage) -> None:
    show, ming, _ = ended(stage, FIRST)
    award_badges(show.services, show.run_id)
    code = code_of(show, ming)
    outcomes = [done.outcome for done in at_once(lambda: redeem(show.services, show.run_id, code, DESK))]
    assert sorted(outcomes) == [Redeeming.ALREADY] * 7 + [Redeeming.REDEEMED]


@pytest.mark.race
def test_that_race_goes_red_for_desks_that_look_first_and_write_then(stage: Stage) -> None:
    show, ming, _ = ended(stage, FIRST)
    award_badges(show.services, show.run_id)
    code, between = code_of(show, ming).replace("-", ""), threading.Barrier(2)

    def naive() -> bool:
        with show.services.sql.begin() as sql:
            free = sql.scalar(text("SELECT redeemed_at IS NULL FROM claim WHERE code = :code"), {"code": code})
            between.wait(60)
            sql.execute(text("UPDATE claim SET redeemed_at = now() WHERE code = :code"), {"code": code})
        return bool(free)

    assert at_once(naive, workers=2) == [True, True]
