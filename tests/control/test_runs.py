"""Runs: each with its own code, record and board; frozen when made; opened by itself when scheduled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from campaigns.bootstrap import Services
from campaigns.control import bank
from campaigns.control.definitions import CampaignDraft, Edit, RushDraft, create_campaign, create_rush, edit_rush, rush
from campaigns.control.questions import add_questions, edit_question, questions_of, remove_question
from campaigns.control.review import review, review_of
from campaigns.control.runs import CODE_LENGTH, make_run, run_summary, runs_of
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.run import RunState
from campaigns.domain.rush_rules import Rule
from campaigns.identity.tokens import CODE_ALPHABET
from campaigns.settle.due import keep_time, runs_in_time
from tests.conftest import FakeTime
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import QUICK, single, words


def test_every_run_of_a_rush_has_a_code_that_can_be_read_out(stage: Stage) -> None:
    show = stage()
    activity = show.run().activity_id
    made = [make_run(show.services, activity, actor=ACTOR) for _ in range(20)]
    codes = {run_summary(show.services, run_id).code for run_id in made}
    assert len(codes) == 20 and all(len(code) == CODE_LENGTH and set(code) <= set(CODE_ALPHABET) for code in codes)
    assert [run.id for run in runs_of(show.services, activity)] == sorted([show.run_id, *made], reverse=True)


def test_a_second_run_of_the_same_rush_has_its_own_record_and_board(stage: Stage) -> None:
    first = stage(single())
    ming = first.fan("小明")
    first.play({ming: ("b", 1000)})
    second = first.another()
    assert (second.scene()["scene"], second.scene()["run"]["joined"], second.totals()) == ("lobby", 0, {})
    hua = second.fan("小华")
    second.play({hua: ("a", 1000)})
    assert (first.totals(), second.totals()) == ({ming: (975, 1)}, {hua: (0, 1)})
    assert first.run().seed != second.run().seed and first.round(1).id != second.round(1).id
    assert first.run().scene == "reveal"


def test_editing_a_rush_does_not_touch_the_runs_it_has(services: Services, stage: Stage) -> None:
    campaign_id = create_campaign(services, CampaignDraft(words("一"), "Asia/Shanghai", Decimal(1)))
    rush_id = create_rush(services, campaign_id, RushDraft(words("抢答"), QUICK))
    assert add_questions(services, rush_id, 1, [single("旧题", "b"), single("第二题")]) is Edit.SAVED
    before = stage()
    before.run_id = make_run(before.services, rush_id, actor=ACTOR)
    frozen = (before.run().rules, before.round(1), before.round(2))
    old = questions_of(services, rush_id)
    changed = single("新题", "c", seconds=5)
    assert edit_question(services, rush_id, rush(services, rush_id).version, old[0].id, changed) is Edit.SAVED
    assert remove_question(services, rush_id, rush(services, rush_id).version, old[1].id) is Edit.SAVED
    draft = RushDraft(words("新名"), type(QUICK)(rule=Rule.FLAT))
    assert edit_rush(services, rush_id, rush(services, rush_id).version, draft) is Edit.SAVED

    assert (before.run().rules, before.round(1), before.round(2)) == frozen
    fan = before.fan("小明")
    before.play({fan: ("b", 1000)})
    assert before.scene()["round"]["text"] == words("旧题") and before.totals() == {fan: (975, 1)}
    after = stage()
    after.run_id = make_run(after.services, rush_id, actor=ACTOR)
    asked = after.scene()["run"]
    assert (asked["rule"], asked["rounds"], after.round(1).seconds, after.round(2)) == ("flat", 1, 5, None)


def looked_at(show: Show) -> int:
    """The rush of the stage, reviewed."""
    activity: int = show.run().activity_id
    assert review(show.services, activity, rush(show.services, activity).version, ACTOR) is Edit.SAVED
    return activity


def test_only_a_rush_that_is_reviewed_as_it_stands_may_open_by_itself(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    activity, later = show.run().activity_id, fake_time.at + timedelta(hours=3)

    def scheduled() -> bool:
        try:
            return bool(make_run(show.services, activity, actor=ACTOR, starts_at=later))
        except BadInput as refused:
            assert refused.field == "review"
            return False

    assert not scheduled() and review_of(show.services, activity) is None
    version = rush(show.services, activity).version
    assert review(show.services, activity, version - 1, ACTOR) is Edit.STALE and not scheduled()
    assert review(show.services, activity, version, ACTOR) is Edit.SAVED and scheduled()
    seen = review_of(show.services, activity)
    assert seen is not None and seen.at == fake_time.at
    placed = questions_of(show.services, activity)[0]
    assert edit_question(show.services, activity, version, placed.id, single("改了", "c")) is Edit.SAVED
    assert not scheduled() and review_of(show.services, activity) is None
    go(fake_time, 1)
    assert review(show.services, activity, version + 1, ACTOR) is Edit.SAVED and scheduled()
    go(fake_time, 1)
    campaign = show.run().campaign_id
    card = bank.card(show.services, campaign, placed.id)
    assert bank.edit(show.services, card, campaign, single("题库里改了", "a"), "") is Edit.SAVED
    assert not scheduled()  # the bank's editor went past the rush
    assert make_run(show.services, activity, actor=ACTOR) > 0  # by hand


def test_a_scheduled_run_opens_its_lobby_by_itself_at_its_time(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    starts_at = fake_time.at + timedelta(hours=3)
    show.run_id = make_run(show.services, looked_at(show), actor=ACTOR, starts_at=starts_at)
    assert (show.run().state, show.scene()["scene"]) == ("scheduled", "scheduled")
    assert show.scene()["run"]["starts_at"] == starts_at.isoformat() and show.run_id in runs_in_time(show.services)
    go(fake_time, 3 * 3600 - 1)
    assert not keep_time(show.services, show.run_id)
    go(fake_time, 1)
    assert keep_time(show.services, show.run_id) and not keep_time(show.services, show.run_id)
    assert show.run().state == RunState.LOBBY and show.scene()["scene"] == "lobby"
    assert show.run_id not in runs_in_time(show.services)


def test_an_operator_may_open_a_scheduled_lobby_early(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    later = fake_time.at + timedelta(hours=3)
    show.run_id = make_run(show.services, looked_at(show), actor=ACTOR, starts_at=later)
    show.next()
    assert show.run().state == RunState.LOBBY


def test_a_rush_without_questions_cannot_be_run(services: Services) -> None:
    campaign_id = create_campaign(services, CampaignDraft(words("空"), "Asia/Shanghai", Decimal(1)))
    rush_id = create_rush(services, campaign_id, RushDraft(words("抢答"), QUICK))
    with pytest.raises(BadInput, match="at least one question"):
        make_run(services, rush_id, actor=ACTOR)
    with pytest.raises(NotFound):
        make_run(services, rush_id + 1000, actor=ACTOR)
    assert runs_of(services, rush_id) == []
