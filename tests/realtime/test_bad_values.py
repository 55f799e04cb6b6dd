"""Well-formed packets with wrong content: refused in words, nothing stored, nobody else's things in reach."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from campaigns.bootstrap import Services
from deploy.house import House
from tests.raw import RawDesk, RawPage, RawPhone
from tests.realtime.mid_question import MidQuestion, mid_question, no_traceback
from tests.stage import run_of, single


@pytest.fixture(scope="module")
def stage(house: House, services: Services) -> Iterator[MidQuestion]:
    with mid_question(house, services) as running:
        yield running


BAD_ANSWERS: dict[str, Any] = {
    "nothing": {},
    "a list": [],
    "a text": "answer",
    "a number": 5,
    "true": True,
    "no round": {"value": 1},
    "a round that is a number": {"round": 7, "value": 1},
    "a negative round": {"round": "-1", "value": 1},
    "a round beyond a bigint": {"round": "9" * 19, "value": 1},
    "a round with SQL": {"round": "1; DROP TABLE answer", "value": 1},
    "a round in other digits": {"round": "٣", "value": 1},
    "a round and a line": {"round": "1\n", "value": 1},
    "a value that is a text": {"round": "1", "value": "12"},
    "a value that is true": {"round": "1", "value": True},
    "a value of 400 digits": {"round": "1", "value": 10**400},
    "a value that is a list": {"round": "1", "value": [1]},
    "places that are no list": {"round": "1", "places": 1},
    "places of text": {"round": "1", "places": ["0"]},
    "places of fractions": {"round": "1", "places": [0.5]},
    "a negative place": {"round": "1", "places": [-1]},
    "a huge place": {"round": "1", "places": [10**30]},
    "a place beyond the last": {"round": "1", "places": [6]},
    "too many places": {"round": "1", "places": [0] * 7},
    "another field": {"round": "1", "value": 1, "fan": "somebody"},
    "a tap in the future of the universe": {"round": "1", "value": 1, "tap_ms": 1e300},
}


@pytest.mark.parametrize("what", BAD_ANSWERS)
def test_a_bad_answer_is_refused_with_what_was_wrong(stage: MidQuestion, what: str) -> None:
    with stage.phone() as phone:
        refused = phone.ask("answer", BAD_ANSWERS[what]) if BAD_ANSWERS[what] != {} else phone.ask_raw('["answer",{}]')
        assert refused["error"] == "bad_input" and "wanted" in refused["message"] and len(refused["message"]) < 400
        assert phone.ask("refresh")["you"]["answered"] is None
        no_traceback(phone)
    stage.still_serves()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "1e13", "null"])
def test_a_value_that_is_no_answer_is_an_unknown_choice(stage: MidQuestion, value: str) -> None:
    with stage.phone() as phone:
        ack = phone.ask_raw(f'["answer",{{"round":"{stage.round_id}","value":{value}}}]')
        assert ack["outcome"] == "unknown_choice" and ack["receipt"] is None
        assert phone.ask("refresh")["you"]["answered"] is None


def test_more_than_one_argument_is_refused(stage: MidQuestion) -> None:
    with stage.phone() as phone:
        for body in ('["answer",{},{}]', '["clock",{},1,2,3]', '["standing",null,null]'):
            assert phone.ask_raw(body)["error"] == "bad_input"


def test_other_rounds_and_other_fans_answers_stay_out_of_reach(
    stage: MidQuestion, house: House, services: Services
) -> None:
    elsewhere = run_of(services, [single(seconds=200)])
    with RawDesk(house.url, services, elsewhere) as desk, RawPhone(house.url, services, elsewhere, "邻场") as neighbour:
        desk.next()
        there = neighbour.scene("open")
        assert neighbour.answer(there, places=[0])["outcome"] == "recorded"
        with stage.phone() as phone:
            for round_id in (there["round"]["id"], "0", "999999999999999999"):
                ack = phone.ask("answer", {"round": round_id, "places": [0]})
                assert ack["outcome"] == "too_late" and ack["receipt"] is None
            assert phone.ask("answer", {"round": stage.round_id, "places": [0]})["outcome"] == "unknown_choice"
        here = {"round": stage.round_id, "places": [0], "places_again": [0]}
        assert desk.ask("key", here)["error"] == "not_found" and desk.ask("correct", here)["error"] == "not_found"
        assert desk.ask("void", {"round": stage.round_id})["error"] == "not_found"
        assert desk.ask("kick", {"fan": stage.regular.wait(lambda e, d: e == "snapshot")["you"]["fan"]}) == {
            "outcome": "unknown"
        }
    stage.still_serves()


BAD_DESK: dict[str, tuple[str, Any]] = {
    "no seq": ("next", {}),
    "a negative seq": ("next", {"seq": -1}),
    "a seq of text": ("next", {"seq": "1"}),
    "a key of nonsense": ("key", {"round": "x"}),
    "a reason with NUL": ("void", {"round": "1", "why": "a\0b"}),
    "a reason of half a character": ("void", {"round": "1", "why": "\ud800"}),
    "a reason too long": ("correct", {"round": "1", "places": [0], "places_again": [0], "why": "x" * 201}),
    "a search with NUL": ("people", {"search": "\0"}),
    "a wall of text": ("wall", {"shown": "yes"}),
    "switches of text": ("switches", {"auto_reveal": "yes"}),
    "a code of nothing": ("pair", {"code": ""}),
    "a fan of numbers": ("kick", {"fan": 7}),
    "half a character for a number": ("next", {"seq": "\ud800"}),
    "half a character for a choice": ("switches", {"auto_reveal": "\ud800"}),
}


def test_a_desk_hears_what_was_wrong_too(stage: MidQuestion) -> None:
    with RawDesk(stage.house.url, stage.services, stage.run_id) as desk:
        for what, (event, data) in BAD_DESK.items():
            assert desk.ask(event, data)["error"] == "bad_input", what
        seq = stage.regular.ask("refresh")["scene"]["seq"]
        assert desk.ask("next", {"seq": 2**62}) == {"outcome": "stale"}
        huge = {"round": stage.round_id, "value": 1e308, "value_again": 1e308}
        assert desk.ask("correct", huge)["error"] == "bad_input"
        assert desk.ask("people", {"search": "%_\\'"})["people"] == []
        assert stage.regular.ask("refresh")["scene"]["seq"] == seq


BAD_AUTH = [[], "x", 7, True, {"run": 5}, {"run": ""}, {"run": "x" * 21}, {"run": "a\0"}, {"run": "\ud800"}, {"who": 1}]


@pytest.mark.parametrize("auth", [*BAD_AUTH, None], ids=str)
def test_a_bad_auth_is_refused_in_every_namespace(stage: MidQuestion, auth: Any) -> None:
    for namespace in ("/fans", "/operators"):
        with RawPage(stage.house.url, namespace, stage.regular._cookie, auth) as page:
            assert page.refused == "bad_input" and page.packets == []
            no_traceback(page)
    stage.still_serves()


@pytest.mark.parametrize(
    "cookie", ["fan=", "fan=" + "x" * 4000, "fan=\xff\xfe", "fan=a;fan=b", ";;=;", 'fan="\\"', "fan"]
)
def test_a_bad_cookie_is_a_stranger(stage: MidQuestion, cookie: str) -> None:
    with RawPage(stage.house.url, "/fans", cookie, stage.regular._auth) as page:
        assert page.refused == "not_joined"
    stage.still_serves()
