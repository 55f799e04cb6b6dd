"""The audit log as people read it: words for keys, names for ids, no clock of the machine."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.audit import Deed
from campaigns.control.runs import make_run
from campaigns.db.models import Round
from campaigns.domain.rehearsal import Plan
from campaigns.domain.rush_rules import RushRules
from campaigns.domain.theme import Theme
from campaigns.web.operators.deed_words import MEANING, UNTOLD, sides
from campaigns.web.operators.deeds import KINDS
from campaigns.web.operators.field_names import FIELDS, is_named
from tests.domain.plays import rules as quiz_rules
from tests.web.conftest import Browser

DETAILS = re.compile(r"<dt>(.*?)</dt><dd>(.*?)</dd>")


def read(operator: Browser, campaign_id: int, language: str) -> list[tuple[str, str]]:
    """What the log's page tells: name and value, tags taken out."""
    page = operator.get(f"/operators/campaigns/{campaign_id}/audit?lang={language}").text
    return [(name, re.sub(r"<[^>]+>", "", value)) for name, value in DETAILS.findall(page)]


def test_a_run_is_told_by_the_questions_of_its_rounds(
    operator: Browser, services: Services, campaign_id: int, rush_id: int, question_id: int
) -> None:
    run_id = make_run(services, rush_id, actor="operator:1")
    with services.reading() as sql:
        one = sql.scalars(select(Round.id).where(Round.run_id == run_id)).one()
    with services.transition(run_id) as change:
        change.record(run_id, "asked", "operator:1", round=one, n=1)
        change.record(run_id, "resumed", "operator:1", round=one, from_ns=10**12, until_ns=10**12 + 2_300_000_000)
        change.record(run_id, "question_skipped", "operator:1", before=[one, 0], after=[0])
        change.record(run_id, "extended", "operator:1", round=one, before={"seconds": 20}, seconds=30)
        change.record(run_id, "season_closing_moved", "operator:1", ends_at="2026-11-24T09:00:00+00:00", before=None)
    told = read(operator, campaign_id, "en")
    assert [told.count(("Question", f"{number}“Which is heavier?”")) for number in ("question 1 ", "")] == [4, 0]
    assert ("Stood still", "2.3 s") in told and ("Time for the question", "20 s → 30 s") in told
    assert ("Closes", "2026-11-24 10:00") in told, "by the clock of the campaign, in Berlin"
    assert not [name for name, value in told if "_" in name or "{" in value or str(10**12) in value]
    assert {name for name, _ in read(operator, campaign_id, "zh")} >= {"题目", "停了"}


def test_a_rehearsal_s_plan_is_told_in_words(
    operator: Browser, services: Services, campaign_id: int, rush_id: int, question_id: int
) -> None:
    run_id = make_run(services, rush_id, actor="operator:1")
    with services.transition(run_id) as change:
        change.record(run_id, "rehearsal_started", "operator:1", plan=Plan(fans=20, by_itself=True).to_dict())
    told = dict(read(operator, campaign_id, "en"))
    assert (told["Simulated fans"], told["Plays by itself"], told["Half of them answer within"]) == ("20", "on", "4 s")
    assert told["Delay of their network"] == "80 ms"


def test_of_a_change_in_a_list_only_what_is_another_is_told() -> None:
    def deed(before: list[int], after: list[int]) -> Deed:
        return Deed(datetime.now(UTC), "operator:1", "", "moved", None, None, {"after": before}, {"after": after})

    assert sides(deed([1, 2, 3, 4], [1, 3, 2, 4])) == ({"after": [2, 3]}, {"after": [3, 2]})
    assert sides(deed([1, 2, 3], [1, 3])) == ({}, {"round": 2})
    assert sides(deed([1, 2, 3], [3]))[0] == {"after": [1, 2, 3]}, "two have gone: none is told for both"
    assert sides(deed([1, 2], [1, 2])) == ({"after": [1, 2]}, {"after": [1, 2]})


def test_every_field_of_a_definition_has_words() -> None:
    fields = {**RushRules().to_dict(), **quiz_rules().to_dict(), **Theme().to_dict(), **Plan().to_dict()}
    assert [name for name in fields if name != "levels" and not is_named(name)] == []


def test_no_word_is_for_nothing() -> None:
    assert all(kind in KINDS for kind, _ in MEANING)
    assert not UNTOLD & FIELDS.keys()
