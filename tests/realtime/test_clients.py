"""Standard clients, unmodified: Python's and the official JavaScript one, over WebSocket, polling, and both in turn."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest

from campaigns.bootstrap import Services
from campaigns.control.runs import run_summary
from config import Settings
from deploy.house import House
from tests.raw import RawDesk, RawPage
from tests.stage import PATIENCE_S, Phone, joined_fan, run_of, single

PROJECT = Path(__file__).parents[2]
SCRIPT = PROJECT / "tests" / "js_client" / "fan.mjs"
BOTH = ["polling", "websocket"]


class NodeFan:
    """The JavaScript client as a process of its own; `step` reads its lines."""

    def __init__(self, url: str, cookie: str, run: str, transports: list[str]) -> None:
        said = json.dumps({"url": url, "cookie": cookie, "run": run, "transports": transports})
        command = ["node", str(SCRIPT), said]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=PROJECT, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def step(self, name: str) -> dict[str, Any]:
        """The next line with this step; anything in between is skipped."""
        assert self.process.stdout is not None and self.process.stderr is not None
        for line in self.process.stdout:
            said: dict[str, Any] = json.loads(line)
            if said["step"] == name:
                return said
        raise AssertionError(f"the client ended before {name!r}: {self.process.stderr.read()[-2000:]}")


@pytest.mark.parametrize(
    ("transports", "ends_on"), [(["websocket"], "websocket"), (["polling"], "polling"), (BOTH, "websocket")]
)
def test_the_javascript_client_plays_and_survives_a_break(
    house: House, services: Services, transports: list[str], ends_on: str
) -> None:
    run_id = run_of(services, [single(right="b", seconds=100)])
    code = run_summary(services, run_id).code
    _, token = joined_fan(services, run_id, "小杰")
    with (
        RawDesk(house.url, services, run_id) as desk,
        NodeFan(house.url, f"fan={token}", code, transports) as fan,
    ):
        first = fan.step("snapshot")
        assert first["scene"] == "lobby" and first["you"]["name"] == "小杰"
        desk.next()
        ack = fan.step("answered")["ack"]
        assert ack["outcome"] == "recorded" and ack["receipt"]
        back = fan.step("snapshot")
        assert back["scene"] == "open" and back["you"]["answered"]["receipt"] == ack["receipt"]
        again = fan.step("again")
        assert again["ack"] == {**ack, "outcome": "duplicate"} and again["stored"]["places"] == [1]
        assert again["transport"] == ends_on
        desk.next()
        desk.next()
        revealed = fan.step("revealed")
        right = revealed["places"] == [1]
        assert revealed["standing"]["right"] is right and revealed["standing"]["receipt"] == ack["receipt"]
        assert revealed["unknown"]["error"] == "bad_input"
        assert fan.process.wait(PATIENCE_S) == 0


def test_the_javascript_client_hears_why_it_is_refused(house: House, services: Services) -> None:
    code = run_summary(services, run_of(services, [single(seconds=100)])).code
    with NodeFan(house.url, "fan=nobody", code, ["websocket"]) as fan:
        assert fan.step("refused")["message"] == "not_joined"


class Pythonic(Phone):
    """Python's client over the transports it is given."""

    transports = BOTH

    def __enter__(self) -> Self:
        headers = {"Cookie": self._cookie}
        self.client.connect(
            self._url, headers=headers, auth=self._auth, namespaces=["/fans"], transports=self.transports
        )
        return self


@pytest.mark.parametrize(("transports", "ends_on"), [(["polling"], "polling"), (BOTH, "websocket")])
def test_the_python_client_plays_over_polling_and_upgraded(
    house: House, services: Services, transports: list[str], ends_on: str
) -> None:
    run_id = run_of(services, [single(right="b", seconds=100)])
    phone = Pythonic(house.url, services, run_id, "小派")
    phone.transports = transports
    with RawDesk(house.url, services, run_id) as desk, phone:
        assert phone.scene("lobby")
        desk.next()
        opened = phone.scene("open")
        right = desk.places_of(opened["round"]["id"], "b")
        ack = phone.answer(opened, places=[right])
        assert ack["outcome"] == "recorded" and phone.client.eio.transport() == ends_on
        with raw_twin(phone) as other:
            assert other.wait(lambda event, data: event == "snapshot")["you"]["answered"]["receipt"] == ack["receipt"]
            assert phone.wait(lambda event, data: event == "removed")["reason"] == "replaced"
            desk.next()
            desk.next()
            other.scene("reveal")
            assert other.ask("standing")["right"]


def raw_twin(phone: Phone) -> RawPage:
    """The same fan on another device."""
    return RawPage(phone._url, "/fans", phone._cookie, {**phone._auth, "tab": "other"})


def test_with_polling_off_only_websockets_are_served(settings: Settings, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    code = run_summary(services, run_id).code
    phone_id, token = joined_fan(services, run_id, "小布")
    assert phone_id
    with House(replace(settings, polling=False), workers=False) as house:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{house.url}/socket.io/?EIO=4&transport=polling", timeout=60)
        with refused.value:
            assert refused.value.code == 400 and b"Traceback" not in refused.value.read()
        with RawPage(house.url, "/fans", f"fan={token}", {"run": code}) as phone:
            assert phone.scene("lobby")["run"]["code"] == code
        with NodeFan(house.url, f"fan={token}", code, ["polling"]) as fan:
            assert fan.step("refused")
