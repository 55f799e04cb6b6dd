"""Warm-ups: asked, answered and revealed like questions, at any moment, and nothing that counts is changed by them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import select

from campaigns.control.conduct import Moved
from campaigns.control.report.questions import question_figures
from campaigns.control.report.what_if import Wish, what_if
from campaigns.control.running_order import Ordered, redo, reorder
from campaigns.control.warm_ups import typed, warm_up_from_bank, warm_up_typed
from campaigns.db.models import Question, Round
from campaigns.db.records import Award, Fallen, Standing
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.run import Scene
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.play.own import you
from campaigns.play.seat import Seat, seat_of
from campaigns.play.standing import own_standing
from campaigns.settle.awards import award_badges
from campaigns.settle.rebuild import recompute
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import single

QUICK: dict[str, Any] = {"lead_ms": 300, "reading_min_ms": 0, "reading_max_ms": 300}
RULES = {
    "first_n": RushRules(rule=Rule.FIRST_N, first_n=1, streak=True, **QUICK),
    "survival": RushRules(rule=Rule.SURVIVAL, pot=1000, lives=1, **QUICK),
}
LINE = typed("暖个场：今天热吗？", ["热", "不热"], 1)


def coming(show: Show) -> list[int]:
    """Round ids to come, as a desk would send them."""
    now = show.row(select(Round).where(Round.id == show.run().round_id))
    done = (now.n, now.warm_up) if now else (0, 0)
    rows = show.rows(select(Round).where(Round.run_id == show.run_id).order_by(Round.n, Round.warm_up))
    return [row.id for row in rows if (row.n, row.warm_up) > done]


def put_in(show: Show) -> Ordered:
    return warm_up_typed(show.services, show.run_id, coming(show), LINE, ACTOR)


def kept(show: Show) -> dict[str, Any]:
    """All that counts, by fan; `rank_before` is how the newest board moved."""
    places = show.rows(select(Standing).where(Standing.run_id == show.run_id).order_by(Standing.fan_id))
    fallen = show.rows(select(Fallen).where(Fallen.run_id == show.run_id).order_by(Fallen.fan_id))
    return {"places": [tuple(row) for row in places], "fallen": [tuple(row) for row in fallen]}


def warm(show: Show, said: dict[int, tuple[str, int]]) -> None:
    """A typed warm-up from its putting in to its reveal. Its right answer is "b"."""
    assert put_in(show) is Ordered.MOVED
    to_the_board(show)
    show.play(said)


def to_the_board(show: Show) -> None:
    """After a warm-up there is none."""
    if show.run().scene == Scene.REVEAL and not show.scene()["round"]["warm_up"]:
        assert show.next() is Moved.MOVED


def seated(show: Show, fan: int) -> Seat:
    seat = seat_of(show.services, show.run().code, fan)
    assert isinstance(seat, Seat)
    return seat


@pytest.mark.parametrize("rule", RULES)
def test_a_run_with_warm_ups_ends_as_the_same_run_without(stage: Stage, rule: str) -> None:
    ended = []
    for warming in (False, True):
        show = stage(*(single(f"第 {n} 题") for n in range(1, 4)), rules=RULES[rule])
        ming, hua, li = show.fans("小明", "小华", "小李")
        if warming:
            warm(show, {ming: ("a", 200), hua: ("b", 100)})
        for n, said in enumerate(({ming: "b", hua: "b"}, {ming: "b", hua: "c"}, {ming: "b", li: "b"}), start=1):
            to_the_board(show)
            show.play({fan: (choice, 900 + 10 * place) for place, (fan, choice) in enumerate(said.items())})
            assert show.scene()["round"]["n"] == n
            if warming and n == 2:
                before = kept(show)
                warm(show, {ming: ("a", 900), hua: ("b", 50), li: ("b", 50)})
                assert kept(show) == before
        if warming:
            warm(show, {})
        while show.run().scene != Scene.FINAL:
            assert show.next() is Moved.MOVED
        assert recompute(show.services, show.run_id).differences == []
        award_badges(show.services, show.run_id)
        badges = show.rows(select(Award).where(Award.run_id == show.run_id).order_by(Award.badge, Award.fan_id))
        fans = {ming: "ming", hua: "hua", li: "li"}
        totals = {fans[fan]: total for fan, total in show.totals().items()}
        scores = [{fans[fan]: score for fan, score in show.scores(n).items()} for n in (1, 2, 3)]
        ended.append((totals, scores, {(row.badge, fans[row.fan_id]) for row in badges}))
    assert ended[0] == ended[1]


def test_a_warm_up_is_revealed_with_its_bars_and_tells_who_was_right_and_has_no_number(stage: Stage) -> None:
    show = stage(single("第 1 题"), single("第 2 题"))
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 900), hua: ("c", 900)})
    score = show.totals()[ming][0]
    warm(show, {ming: ("a", 200), hua: ("b", 100)})
    scene = show.scene()
    assert scene["round"] | {"warm_up": True, "n": 1, "of": 2, "possible": 0, "last": False} == scene["round"]
    assert scene["reveal"]["answered"] == 2 and scene["reveal"]["right"] == 1 and sum(scene["reveal"]["counts"]) == 2
    assert [row["before"] for row in scene["board"]["top"]] == [row["rank"] for row in scene["board"]["top"]]
    seat = seated(show, hua)
    own = own_standing(show.services, seat)
    assert own is not None and own.right and own.gained == 0 and own.judged and own.score == show.totals()[hua][0]
    assert you(show.services, seated(show, ming)).score == score
    assert show.next() is Moved.MOVED  # no board again: the next question
    assert show.run().scene == Scene.READING and show.scene()["round"]["n"] == 2


def test_pressed_twice_or_from_an_older_order_it_is_put_in_once(stage: Stage) -> None:
    show = stage(single("第 1 题"), single("第 2 题"))
    seen = coming(show)
    assert warm_up_typed(show.services, show.run_id, seen, LINE, ACTOR) is Ordered.MOVED
    assert warm_up_typed(show.services, show.run_id, seen, LINE, ACTOR) is Ordered.STALE
    drafts = show.rows(
        select(Question).where(Question.campaign_id == show.run().campaign_id, Question.state == "draft")
    )
    assert len(drafts) == 1 and drafts[0].source == "warm-up"
    with pytest.raises(BadInput):
        warm_up_typed(show.services, show.run_id, coming(show), typed("一个选项？", ["只有这个"], 0), ACTOR)
    assert len(coming(show)) == 3


def test_one_of_the_bank_is_put_in_and_one_of_another_campaign_is_not_found(stage: Stage) -> None:
    show, other = stage(single("第 1 题")), stage(single("别家的题"))
    own, foreign = (
        show.row(select(Question).where(Question.campaign_id == each.run().campaign_id)).id for each in (show, other)
    )
    assert warm_up_from_bank(show.services, show.run_id, coming(show), own, ACTOR) is Ordered.MOVED
    with pytest.raises(NotFound):
        warm_up_from_bank(show.services, show.run_id, coming(show), foreign, ACTOR)


def test_a_warm_up_to_come_is_moved_and_skipped_and_brought_back_and_one_asked_is_done_again(stage: Stage) -> None:
    show = stage(*(single(f"第 {n} 题") for n in range(1, 4)))
    ming = show.fan("小明")
    assert put_in(show) is Ordered.MOVED
    line, one, two, three = coming(show)

    def arrange(before: list[int], after: list[int]) -> Ordered:
        return reorder(show.services, show.run_id, before, after, ACTOR)

    assert arrange([line, one, two, three], [one, line, two, three]) is Ordered.MOVED
    assert arrange([one, line, two, three], [line]) is Ordered.STALE  # a run without a question is none
    assert arrange([one, line, two, three], [one, two, three]) is Ordered.MOVED
    assert arrange([one, two, three], [one, line, two, three]) is Ordered.MOVED
    show.play({ming: ("b", 900)})
    show.next()
    show.play({ming: ("b", 900)})
    assert show.scene()["round"]["warm_up"] and coming(show) == [two, three]
    assert redo(show.services, show.run_id, line, ACTOR, "too loud") is Ordered.MOVED
    show.settle_all()
    show.play({ming: ("a", 900)})
    assert show.scene()["round"]["warm_up"] and show.scene()["round"]["id"] != str(line)
    show.play({ming: ("b", 900)})
    assert show.scene()["round"]["id"] == str(two) and show.scene()["round"]["n"] == 2
    assert recompute(show.services, show.run_id).differences == []


def test_a_corrected_question_is_counted_again_through_the_warm_up_behind_it(stage: Stage) -> None:
    show = stage(single("第 1 题"), single("第 2 题"))
    ming, hua = show.fans("小明", "小华")
    show.play({ming: ("b", 900), hua: ("c", 900)})
    warm(show, {ming: ("b", 900)})
    show.correct(1, "c")
    show.settle_all()
    assert [row["score"] > 0 for row in show.scene()["board"]["top"]] == [True, False]
    assert show.scene()["board"]["top"][0]["fan"] == show.public(hua)
    assert recompute(show.services, show.run_id).differences == []


def test_the_report_names_the_warm_up_and_a_what_if_leaves_it_out(stage: Stage) -> None:
    show = stage(single("第 1 题"), rules=RULES["survival"])
    ming, hua = show.fans("小明", "小华")
    warm(show, {ming: ("b", 900), hua: ("a", 900)})
    show.play({ming: ("b", 900), hua: ("b", 800)})
    with show.services.reading() as sql:
        figures = question_figures(sql, show.run_id)
    assert [(each.warm_up, each.answered, each.right) for each in figures] == [(1, 2, 1), (0, 2, 2)]
    told = what_if(show.services, show.run_id, Wish(RULES["survival"]), lambda work: work())
    assert told.moved == 0 and [asdict(row)["score"] for row in told.would] == [500, 500]


def test_while_the_clocks_stand_still_one_can_be_put_in_and_after_the_podium_none(stage: Stage) -> None:
    show = stage(single("第 1 题"))
    show.play({show.fan("小明"): ("b", 900)})
    go(show.clock, 1)
    show.to_the_end()
    assert put_in(show) is Ordered.STALE


def test_a_typed_line_may_stand_in_english_too() -> None:
    assert dict(typed("热吗？", ["热", "不热"], 0, "Hot?").text) == {"zh": "热吗？", "en": "Hot?"}
    assert dict(typed("热吗？", ["热", "不热"], 0).text) == {"zh": "热吗？", "en": "热吗？"}, (
        "who reads English reads it too"
    )
