"""A phone as remote control: taken once, three things to press, and gone the moment it is taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.crew import give_role
from campaigns.control.runs import run_summary
from campaigns.db.records import Event
from campaigns.domain.roles import CampaignRole
from campaigns.identity.remotes import invite, revoke_remotes, take
from deploy.house import House
from realtime.rights import NEEDS
from tests.raw import RawDesk, RawPage
from tests.realtime.test_rights import WELL_FORMED, login, number_of
from tests.stage import buzzer, run_of, single

MAY_SEND = {"clock", "refresh", "next", "back", "pause"}
IS_TOLD = {"scene", "now_ms", "next", "upcoming", "paused", "back", "health", "round"}


def a_remote(services: Services, run_id: int) -> tuple[str, dict[str, Any]]:
    """(token, auth) of one that a host took."""
    login(services, "hand")
    give_role(services, run_summary(services, run_id).campaign_id, "hand", CampaignRole.HOST, "operator:1")
    secret = invite(services, run_id, number_of(services, "hand"))
    token = take(services, secret)
    assert token is not None and take(services, secret) is None and take(services, "nonsense") is None
    return token, {"run": str(run_id), "remote": True}


def is_for_a_remote(packet: dict[str, Any], *secrets: str) -> None:
    """No key, no people, and of a question to come no word."""
    assert packet.keys() == IS_TOLD
    assert packet["upcoming"] is None or packet["upcoming"].keys() == {"n", "warm_up", "kind", "sealed"}
    assert packet["round"] is None or packet["round"]["key"] is None
    assert not [secret for secret in secrets if secret in str(packet)]


def test_a_remote_control_presses_next_back_and_pause_and_nothing_else(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100), single("第二题是秘密", seconds=100)])
    with RawDesk(house.url, services, run_id):  # the owner, first
        pass
    token, auth = a_remote(services, run_id)
    with RawPage(house.url, "/operators", f"remote={token}", auth) as phone:
        packet = phone.wait(lambda event, data: event == "remote")
        assert packet["next"]["step"] == "ask" and packet["upcoming"]["n"] == 1
        is_for_a_remote(packet, "第二题是秘密")
        for event in sorted(NEEDS.keys() - MAY_SEND):
            assert phone.ask(event, WELL_FORMED.get(event, {}))["error"] == "not_allowed", event
        assert phone.ask("next", {"seq": packet["next"]["seq"]}) == {"outcome": "moved"}
        assert phone.ask("next", {"seq": packet["next"]["seq"]}) == {"outcome": "stale"}
        assert phone.ask("back", {"seq": 10**9})["outcome"] == "stale"
        reading = phone.wait(lambda event, data: event == "remote" and data["round"] is not None)
        for told in (reading, phone.ask("refresh")):
            assert "key" not in str(told["scene"]) and told["upcoming"]["n"] == 2
            is_for_a_remote(told, "第二题是秘密")
        assert phone.ask("pause", {"paused": True})["outcome"] == "moved"
        assert revoke_remotes(services, run_id, "operator:1")
        phone._until(lambda: any(frame.startswith("41") for frame in phone.frames))
    with RawPage(house.url, "/operators", f"remote={token}", auth) as phone:
        assert phone.refused == "not_allowed"
    with services.reading() as sql:
        actors = sql.scalars(select(Event.actor).where(Event.run_id == run_id, Event.kind == "asked")).all()
    assert len(actors) == 1 and actors[0].startswith(f"operator:{number_of(services, 'hand')} remote:")


def test_who_is_right_is_said_at_the_desk_and_by_no_remote_control(house: House, services: Services) -> None:
    run_id = run_of(services, [buzzer(seconds=5), single(seconds=100)])
    with RawDesk(house.url, services, run_id) as desk:
        token, auth = a_remote(services, run_id)
        with RawPage(house.url, "/operators", f"remote={token}", auth) as phone:
            desk.next()
            told = phone.wait(lambda event, data: event == "remote" and data["next"]["step"] == "nobody")
            assert phone.ask("next", {"seq": told["next"]["seq"]}) == {"outcome": "key_needed"}
            assert desk.ask("next", {"seq": told["next"]["seq"]}) == {"outcome": "moved"}
