"""Keys that come late: sealed questions, corrections before and after the end, rounds made void in every state."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from campaigns.bootstrap import Services
from campaigns.control.conduct import Moved
from campaigns.control.keys import KeyOutcome, enter_key
from campaigns.db.models import Round
from campaigns.db.records import Award, LedgerEntry, Settlement
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.round import RoundState
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.settle.awards import award_badges
from campaigns.settle.rebuild import check_ledger, recompute
from tests.conftest import FakeTime
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import estimate, single

QUICK: dict[str, Any] = {"lead_ms": 300, "reading_min_ms": 0, "reading_max_ms": 300}
MOVED = KeyOutcome.MOVED


def points(show: Show) -> dict[int, int]:
    """Fan → what the ledger says this run gave."""
    sums = select(LedgerEntry.fan_id, func.sum(LedgerEntry.amount)).where(LedgerEntry.run_id == show.run_id)
    return {fan: int(amount) for fan, amount in show.rows(sums.group_by(LedgerEntry.fan_id))}


def badges(show: Show, fan: int) -> set[str]:
    held = select(Award.badge).where(Award.run_id == show.run_id, Award.fan_id == fan)
    return {row.badge for row in show.rows(held.group_by(Award.badge).having(func.sum(Award.delta) > 0))}


def sound(show: Show) -> bool:
    """Recomputed, the record gives what stands there, and the ledger is rate (2) times the board."""
    awarded = show.run().awarded_version > 0
    board = {fan: 2 * score for fan, (score, _) in show.totals().items() if score}
    given = {fan: amount for fan, amount in points(show).items() if amount}
    return recompute(show.services, show.run_id).differences == [] and (not awarded or given == board)


def test_a_sealed_round_waits_in_closed_for_its_key_and_is_judged_by_it(stage: Stage) -> None:
    show = stage(estimate(190, sealed=True))
    ming, hua = show.fans("小明", "小华")
    show.ask()
    show.say(ming, value=190.0)
    show.say(hua, value=200.0)
    show.close()
    assert show.scene()["round"]["waiting"] == "key"
    assert show.next() is Moved.KEY_NEEDED and not show.settle(1)
    assert show.versions(1) == [] and show.round(1).state == "closed"
    assert show.enter_key(1, value=190) is MOVED
    assert show.next() is Moved.WAITING
    assert show.settle(1) and show.scores(1) == {ming: 975, hua: 488}
    assert show.next() is Moved.MOVED
    reveal = show.scene()["reveal"]
    assert (reveal["value"], reveal["margin"], reveal["right"]) == (190, 10, 2)


def test_a_key_that_was_entered_ends_the_waiting_for_it_before_the_judging_begins(stage: Stage) -> None:
    """One seq, one packet: a process that reads it a moment later, when a worker is at work, tells the same."""
    show = stage(single(sealed=True))
    show.ask()
    show.close()
    assert show.enter_key(1, "b") is MOVED
    told = show.scene()
    assert told["round"]["waiting"] == "settling" and show.round(1).state == RoundState.CLOSED
    with show.services.sql.begin() as sql:
        sql.execute(update(Round).where(Round.run_id == show.run_id).values(state=RoundState.SETTLING))
    assert show.scene() == told


def test_only_the_first_key_of_a_sealed_round_counts(stage: Stage) -> None:
    show = stage(estimate(190, sealed=True))
    show.ask()
    assert show.enter_key(1, value=150) is KeyOutcome.STALE  # still open: the stage has announced nothing
    show.close()
    assert show.enter_key(1, value=190) is MOVED
    assert show.enter_key(1, value=210) is KeyOutcome.STALE
    show.settle(1)
    assert show.enter_key(1, value=210) is KeyOutcome.STALE
    assert [
        row.key["value"] for row in show.rows(select(Settlement).where(Settlement.round_id == show.round(1).id))
    ] == [190]


def test_a_key_that_cannot_be_is_refused_with_its_field(stage: Stage) -> None:
    show = stage(single(sealed=True), estimate(190, sealed=True))
    show.ask()
    show.close()
    with pytest.raises(BadInput, match="key: got"):
        show.enter_key(1)
    with pytest.raises(NotFound):  # a round of another run
        enter_key(show.services, show.run_id, stage(single()).round(1).id, ACTOR, [0], None)
    assert show.enter_key(1, "a") is MOVED
    show.settle_all()
    for _ in range(2):
        show.next()
    show.ask()
    show.close()
    with pytest.raises(BadInput, match="value: got None"):
        show.enter_key(2)
    assert show.run().scene == "closed"


def test_a_correction_after_the_reveal_judges_again_and_says_what_changed(stage: Stage) -> None:
    show = stage(single(right="b"))
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 2000), hua: ("c", 1000)})
    before = show.scores(1)
    assert show.correct(1, "c") is MOVED
    assert show.scene()["scene"] == "reveal" and show.correct(1, "a") is KeyOutcome.STALE  # one at a time
    show.settle_all()
    packet = show.scene()
    assert (before, show.scores(1)) == ({ming: 950, hua: 0}, {ming: 0, hua: 975})
    assert packet["reveal"]["version"] == 2 and packet["reveal"]["places"] == [show.place(1, "c")]
    assert packet["reveal"]["changed"] == {"kind": "corrected", "places": [show.place(1, "b")], "value": None}
    assert packet["board"]["changed"] == {"kind": "corrected", "n": 1} and packet["board"]["top"][0]["name"] == "小华"
    assert show.round(1).state == "revealed" and show.totals() == {hua: (975, 1), ming: (0, 2)} and sound(show)
    assert show.versions(1) == [1, 2]


def test_a_correction_before_the_reveal_is_seen_by_nobody_until_the_reveal(stage: Stage) -> None:
    show = stage(single(right="b"))
    fan = show.fan("小明")
    show.ask()
    show.say(fan, "c")
    show.close()
    show.settle(1)
    assert show.correct(1, "c") is MOVED
    show.settle_all()
    packet = show.scene()
    assert (packet["scene"], packet["reveal"], show.round(1).state) == ("closed", None, "settled")
    assert show.next() is Moved.MOVED
    assert show.scene()["reveal"]["places"] == [show.place(1, "c")] and show.scores(1) == {fan: 975}


def test_the_rounds_after_a_corrected_one_follow_with_their_streaks(stage: Stage) -> None:
    show = stage(single(right="b"), single(right="b"), single(right="b"), rules=RushRules(streak=True, **QUICK))
    ming, hua = show.fans("小明", "小华")
    for n in (1, 2, 3):
        show.play({ming: ("b", 1000), hua: ("c" if n == 1 else "b", 1000)})
        show.next()
    assert [show.scores(n) for n in (1, 2, 3)] == [
        {ming: 975, hua: 0},
        {ming: 1075, hua: 975},
        {ming: 1175, hua: 1075},
    ]
    show.correct(1, "c")
    show.settle_all()
    assert [show.scores(n) for n in (1, 2, 3)] == [
        {ming: 0, hua: 975},
        {ming: 975, hua: 1075},
        {ming: 1075, hua: 1175},
    ]
    assert [show.versions(n) for n in (1, 2, 3)] == [[1, 2]] * 3 and sound(show)
    assert {show.round(n).state for n in (1, 2, 3)} == {"revealed"}


def test_a_correction_gives_back_the_life_that_a_wrong_key_took(stage: Stage) -> None:
    rules = RushRules(rule=Rule.SURVIVAL, lives=0, pot=1000, **QUICK)
    show = stage(single(right="a"), single(right="b"), rules=rules)
    ming, hua, rest = show.fans("小明", "小华", "老王")
    show.play({ming: ("b", 1000), hua: ("a", 1000), rest: ("a", 900)})
    show.next()
    show.play({ming: ("b", 1000), hua: ("b", 1000), rest: ("d", 900)})
    assert show.totals()[hua] == (1000, 1) and show.totals()[ming] == (0, 2)
    show.correct(1, "b")
    show.settle_all()
    assert show.totals()[ming] == (1000, 1)
    assert {show.totals()[hua][0], show.totals()[rest][0]} == {0}
    assert sound(show) and show.scene()["board"]["survivors"] == 1


def test_a_correction_after_the_end_compensates_points_and_badges(stage: Stage, services: Services) -> None:
    show = stage(*(single(right="b") for _ in range(3)))
    ming, hua = show.fans("小明", "小华")
    for n in (1, 2, 3):
        show.play({ming: ("b", 1000), hua: ("c" if n == 1 else "b", 2000)})
        if n < 3:
            show.next()
    show.to_the_end()
    assert points(show) == {} and award_badges(show.services, show.run_id)
    assert points(show) == {ming: 5850, hua: 3800}
    assert badges(show, ming) == {"took_part", "first_blood", "perfect", "fastest", "top3"}
    assert badges(show, hua) == {"took_part", "top3"}
    show.correct(1, "c")
    assert not award_badges(show.services, show.run_id)  # not before it has been judged
    show.settle_all()
    assert not show.scene()["final"]["awards"]
    assert award_badges(show.services, show.run_id) and show.scene()["final"]["awards"]
    assert points(show) == {ming: 3900, hua: 5700} and sound(show)
    assert badges(show, ming) == {"took_part", "fastest", "top3"}
    assert badges(show, hua) == {"took_part", "first_blood", "perfect", "top3"}
    rows = show.rows(select(LedgerEntry.amount).where(LedgerEntry.run_id == show.run_id, LedgerEntry.version > 1))
    assert sorted(row.amount for row in rows) == [-1950, 1900]
    assert check_ledger(services) == []


STATES = ["scheduled", "reading", "open", "closed", "settled", "revealed", "board"]


@pytest.mark.parametrize("state", STATES)
def test_a_round_can_be_made_void_in_this_state_and_gives_nothing(
    stage: Stage, fake_time: FakeTime, state: str
) -> None:
    show = stage(single(), single())
    fan = show.fan("小明")
    bring_to(show, fan, state)
    assert show.void(1) is MOVED and show.void(1) is KeyOutcome.STALE
    if state == "scheduled":
        assert show.run().scene == "lobby" and show.versions(1) == []
        assert show.next() is Moved.MOVED  # its turn comes
    show.settle_all()
    packet = show.scene()
    assert packet["scene"] == ("board" if state == "board" else "reveal") and show.round(1).state == "void"
    assert (packet["reveal"]["changed"]["kind"], packet["reveal"]["places"]) == (
        "voided",
        [],
    )  # nor any mark on a phone
    assert packet["board"]["changed"] == {"kind": "voided", "n": 1}
    assert show.scores(1) == {fan: 0} and show.totals() == {fan: (0, 1)}
    go(fake_time, 5)
    late = show.fan("后来的")
    if state != "board":
        show.next()
    show.play({fan: ("b", 1000), late: ("b", 1000)})  # and the run goes on
    assert show.totals() == {fan: (975, 1), late: (975, 1)} and sound(show)


def bring_to(show: Show, fan: int, state: str) -> None:
    """Round 1 to this state, with one right answer where there can be one."""
    if state == "reading":
        show.next()
    elif state != "scheduled":
        show.ask()
        show.say(fan, "b")
    if state not in ("scheduled", "reading", "open"):
        show.close()
    if state in ("settled", "revealed", "board"):
        show.settle(1)
    for _ in range({"revealed": 1, "board": 2}.get(state, 0)):
        show.next()


def test_who_answered_before_the_round_was_made_void_is_not_refused_afterwards(stage: Stage) -> None:
    show = stage(single(), single())
    quick, slow = show.fans("快", "慢")
    show.ask()
    ack = show.say(quick, "b")
    show.void(1)
    assert show.say(slow, "b").outcome == "too_late"
    assert show.say(quick, "b").receipt == ack.receipt
    show.settle_all()
    assert show.scene()["reveal"]["answered"] == 1


def test_a_void_last_question_still_pays_the_pot(stage: Stage) -> None:
    show = stage(single(), single(), rules=RushRules(rule=Rule.SURVIVAL, pot=1000, **QUICK))
    ming, hua = show.fans("小明", "小华")
    assert show.void(2) is MOVED  # before its turn
    show.play({ming: ("b", 1000), hua: ("a", 1000)})
    assert show.totals() == {ming: (0, 1), hua: (0, 2)}
    show.next()
    assert show.next() is Moved.MOVED and show.run().scene == "closed"
    assert show.next() is Moved.WAITING
    show.settle_all()
    assert show.run().scene == "reveal"
    assert show.totals() == {ming: (1000, 1), hua: (0, 2)} and sound(show)
    show.to_the_end()


def test_a_round_made_void_after_the_end_takes_its_points_back(stage: Stage, services: Services) -> None:
    show = stage(single(), single())
    fan = show.fan("小明")
    show.play({fan: ("b", 1000)})
    show.next()
    show.play({fan: ("b", 1000)})
    show.to_the_end()
    award_badges(show.services, show.run_id)
    assert show.void(1) is MOVED
    show.settle_all()
    award_badges(show.services, show.run_id)
    assert points(show) == {fan: 1950} and sound(show) and check_ledger(services) == []
    assert show.run().scene == "final"
