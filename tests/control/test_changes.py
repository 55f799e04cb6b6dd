"""What the boards of later questions say about an earlier one that was corrected or voided."""

from __future__ import annotations

from typing import Any

from campaigns.control.desk import desk_view
from campaigns.control.keys import KeyOutcome
from campaigns.control.people import kick
from campaigns.control.runs import run_summary
from campaigns.domain.rush_rules import Rule, RushRules
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage
from tests.stage import single

FLAT = RushRules(rule=Rule.FLAT)


def told(show: Show) -> Any:
    return show.scene()["board"]["changed"]


def test_an_earlier_question_corrected_during_another_ones_reveal_is_named_there_until_the_next_is_asked(
    stage: Stage,
) -> None:
    show = stage(single(right="b"), single(right="b"), single(right="b"), rules=FLAT)
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 2000), hua: ("c", 1000)})
    show.next()
    show.play({ming: ("b", 2000)})
    before = show.scene()
    assert before["board"]["changed"] is None
    assert show.correct(1, "c") is KeyOutcome.MOVED
    show.settle_all()
    packet = show.scene()
    assert packet["board"]["changed"] == {"kind": "corrected", "n": 1} and packet["reveal"]["changed"] is None
    assert [row["score"] for row in packet["board"]["top"]] == [1000, 1000]
    show.next()
    assert show.scene()["scene"] == "board" and told(show) == {"kind": "corrected", "n": 1}
    show.play({ming: ("b", 2000)})
    assert told(show) is None


def test_a_void_is_called_a_void_also_where_later_questions_were_counted_after_it(stage: Stage) -> None:
    show = stage(single(right="b"), single(right="b"), rules=FLAT)
    ming = show.fan("小明")
    show.play({ming: ("b", 2000)})
    show.next()
    show.play({ming: ("b", 2000)})
    assert show.void(1) is KeyOutcome.MOVED
    show.settle_all()
    assert told(show) == {"kind": "voided", "n": 1}
    show.to_the_end()
    assert told(show) == {"kind": "voided", "n": 1} and show.totals() == {ming: (1000, 1)}


def test_a_change_while_the_next_question_is_asked_is_told_with_that_ones_reveal(stage: Stage) -> None:
    show = stage(single(right="b"), single(right="b"), rules=FLAT)
    ming = show.fan("小明")
    show.play({ming: ("b", 2000)})
    show.next()
    show.ask()
    assert show.correct(1, "c") is KeyOutcome.MOVED
    show.settle(1)
    assert show.scene()["board"] is None
    show.close()
    show.settle_all()
    show.next()
    assert show.scene()["scene"] == "reveal" and told(show) == {"kind": "corrected", "n": 1}


def test_with_two_changes_the_newest_is_told(stage: Stage) -> None:
    show = stage(single(right="b"), single(right="b"), rules=FLAT)
    ming = show.fan("小明")
    show.play({ming: ("b", 2000)})
    show.next()
    show.play({ming: ("b", 2000)})
    for n in (1, 2):
        assert show.correct(n, "c") is KeyOutcome.MOVED
        show.settle_all()
        assert told(show) == {"kind": "corrected", "n": n}
    assert show.void(1) is KeyOutcome.MOVED
    show.settle_all()
    assert told(show) == {"kind": "voided", "n": 1}


def test_the_desk_counts_what_was_judged_on_its_own_account_and_shows_no_key_of_a_void_round(stage: Stage) -> None:
    show = stage(single(right="b"), single(right="b"), rules=FLAT)
    ming = show.fan("小明")
    show.play({ming: ("b", 2000)})
    show.next()
    show.play({ming: ("b", 2000)})
    assert show.correct(1, "c") is KeyOutcome.MOVED
    show.settle_all()
    first, second = desk_view(show.services, show.run_id).rounds
    assert [(each.version, each.counted) for each in (first, second)] == [(2, 2), (2, 1)]
    assert second.places == (show.place(2, "b"),)
    assert show.void(2) is KeyOutcome.MOVED
    show.settle_all()
    view = desk_view(show.services, show.run_id)
    assert view.rounds[1].places is None and view.round is not None and view.round.key is None


def test_who_was_removed_is_not_counted_among_the_people_of_the_run(stage: Stage) -> None:
    show = stage()
    ming, _ = show.fans("小明", "小华")
    assert kick(show.services, show.run_id, show.public(ming), ACTOR) == ming
    assert run_summary(show.services, show.run_id).joined == show.scene()["run"]["joined"] == 1
