"""Every namespace and event declares its role; the code's tables, this table and the written contract are one."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry

from campaigns.bootstrap import Services
from campaigns.control.desk import DeskView
from campaigns.domain import scene
from campaigns.play.answer import Ack
from campaigns.play.history import Awarded
from campaigns.play.own import Answered, You
from campaigns.play.standing import OwnStanding
from deploy.house import House
from realtime.dispatch import MOST_UNKNOWN, Namespace
from realtime.meters import Meters
from realtime.packets import RESERVED
from realtime.server import make_socketio
from realtime.wiring import wire
from tests.raw import RawDesk, RawPage, RawPhone, RawScreen
from tests.stage import run_of, single

CONTRACT = Path(__file__).parents[2] / "docs" / "messages.md"
OF_A_QUIZ = {"play", "ask", "reply", "help", "decide", "retry", "stop", "road", "boards", "challenge"}
DECLARED = {
    "/fans": ("fan", {"clock", "refresh", "answer", "standing", "awards"} | OF_A_QUIZ),
    "/displays": ("display", {"clock", "refresh"}),
    "/operators": (
        "operator",
        {
            "clock",
            "refresh",
            "next",
            "key",
            "correct",
            "void",
            "kick",
            "ban",
            "switches",
            "wall",
            "pair",
            "people",
            "cancel",
            "brand",
            "names",
            "pause",
            "reopen",
            "extend",
            "order",
            "redo",
            "mark",
            "remark",
            "warm_up",
            "back",
            "rename",
            "hide",
            "flagged",
            "bank",
        },
    ),
}
HEARD = {
    "/fans": {"snapshot", "scene", "tick", "removed"},
    "/displays": {"snapshot", "scene", "tick", "flash", "removed"},
    "/operators": {"desk"},
}


@pytest.fixture(scope="module")
def namespaces(services: Services) -> tuple[Namespace, ...]:
    socketio = make_socketio(Flask("events"))
    return wire(services, socketio, Meters(CollectorRegistry()), "http://hall.example", 100).namespaces


def test_every_namespace_has_its_role_and_exactly_its_events(namespaces: tuple[Namespace, ...]) -> None:
    assert {space.name: (space.role, set(space.events)) for space in namespaces} == DECLARED


def test_the_library_knows_no_handler_that_no_table_names(namespaces: tuple[Namespace, ...]) -> None:
    server = namespaces[0].server
    housekeeping = {"connect", "disconnect", "*"}
    known = {name: set(handlers) - housekeeping for name, handlers in server.handlers.items()}
    assert known == {name: events for name, (_, events) in DECLARED.items()}
    assert not server.namespace_handlers and set(server.namespaces) <= set(DECLARED)


def test_the_written_contract_names_every_event_in_its_section() -> None:
    sections = re.split(r"^## ", CONTRACT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name, (_, events) in DECLARED.items():
        section = "".join(part for part in sections if f"(`{name}`" in part.splitlines()[0])
        missing = {event for event in events if f"`{event}`" not in section}
        assert not missing, f"docs/messages.md does not say that {name} takes {missing}"


def test_the_written_contract_names_every_field_that_goes_out() -> None:
    text = CONTRACT.read_text(encoding="utf-8")
    parts: list[Any] = [
        scene.ScenePacket,
        scene.RunPart,
        scene.RoundPart,
        scene.RevealPart,
        scene.BuzzPart,
        scene.BuzzRow,
        scene.BoardPart,
        scene.BoardRow,
    ]
    parts += [scene.PodiumRow, scene.FinalPart, You, Answered, OwnStanding, Ack, Awarded, DeskView]
    missing = {
        f"{part.__name__}.{item.name}" for part in parts for item in fields(part) if f'"{item.name}"' not in text
    }
    assert missing == set()


def test_an_event_of_another_audience_is_refused(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with RawPhone(house.url, services, run_id, "好奇") as phone, RawScreen(house.url, services, run_id) as screen:
        for page in (phone, screen):
            own = DECLARED[page.namespace][1]
            for event in sorted(DECLARED["/operators"][1] - own)[:8]:
                refused = page.ask(event, {"seq": 1})
                assert refused["error"] == "bad_input" and event in refused["message"]
            assert page.ask("clock")["now_ms"] > 0
        assert screen.ask("answer", {"round": "1", "places": [0]})["error"] == "bad_input"


def test_in_a_rush_a_quizs_events_are_refused_in_one_word(house: House, services: Services) -> None:
    step = {"play": "1", "n": 1}
    sent = [
        ("play", {}),
        ("road", {}),
        ("boards", {}),
        ("ask", step),
        ("stop", step),
        ("challenge", {"challenge": "x"}),
    ]
    with RawPhone(house.url, services, run_of(services, [single()]), "走错门") as page:
        assert [page.ask(name, message).get("error") for name, message in sent] == ["not_allowed"] * len(sent)


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_a_reserved_name_is_an_unknown_event_and_runs_no_handler(house: House, services: Services, name: str) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with RawPhone(house.url, services, run_id, "保留") as phone:
        forged = [name, {"HTTP_COOKIE": "fan=x"}, {"run": "K7M2QD"}]
        refused = phone.ask_raw(str(forged).replace("'", '"'))
        assert refused["error"] == "bad_input" and f"{name}?" in refused["message"]
        assert phone.ask("refresh")["you"]["name"].startswith("保留")


def test_twenty_unknown_events_cut_the_socket(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    with RawPhone(house.url, services, run_id, "乱按") as phone:
        for number in range(MOST_UNKNOWN - 1):
            assert phone.ask(f"nonsense {number}")["error"] == "bad_input"
        phone.ask("once too often")
        phone.wait_closed()
    with RawPhone(house.url, services, run_id, "常客") as regular:
        assert regular.scene("lobby")


def test_pages_hear_only_what_their_contract_says(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    pages: list[RawPage] = [RawPhone(house.url, services, run_id, "听众"), RawScreen(house.url, services, run_id)]
    with RawDesk(house.url, services, run_id) as desk, pages[0], pages[1]:
        desk.next()
        opened = pages[0].scene("open")
        assert opened["round"]["choices"]
        pages[0].wait(lambda event, data: event == "tick")
        for page in (*pages, desk):
            assert {event for event, _ in page.packets} <= HEARD[page.namespace]
