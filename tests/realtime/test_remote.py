"""A phone as remote control: taken once, three things to press, and gone the moment it is taken back."""

from __future__ import annotations

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.crew import give_role
from campaigns.control.runs import run_summary
from campaigns.db.records import Event
from campaigns.domain.roles import CampaignRole
from campaigns.identity.remotes import invite, revoke_remotes, take
from deploy.house import House
from realtime.rights import NEEDS, OF_REMOTES
from tests.raw import RawDesk, RawPage
from tests.realtime.test_rights import login, number_of
from tests.stage import run_of, single


def test_a_remote_control_presses_next_back_and_pause_and_nothing_else(house: House, services: Services) -> None:
    run_id = run_of(services, [single()])
    with RawDesk(house.url, services, run_id):  # the owner, first
        pass
    login(services, "hand")
    give_role(services, run_summary(services, run_id).campaign_id, "hand", CampaignRole.HOST, "operator:1")
    secret = invite(services, run_id, number_of(services, "hand"))
    token = take(services, secret)
    assert token is not None and take(services, secret) is None and take(services, "nonsense") is None
    auth = {"run": str(run_id), "remote": True}
    with RawPage(house.url, "/operators", f"remote={token}", auth) as phone:
        packet = phone.wait(lambda event, data: event == "remote")
        assert packet["next"]["step"] == "ask" and not {"people", "rounds", "wall"} & packet.keys()
        for event in sorted(NEEDS.keys() - OF_REMOTES):
            assert phone.ask(event, {})["error"] in ("not_allowed", "bad_input"), event
        assert phone.ask("cancel", {})["error"] == phone.ask("bank", {})["error"] == "not_allowed"
        assert phone.ask("next", {"seq": packet["next"]["seq"]}) == {"outcome": "moved"}
        assert phone.ask("next", {"seq": packet["next"]["seq"]}) == {"outcome": "stale"}
        assert phone.ask("back", {"seq": 10**9})["outcome"] == "stale"
        reading = phone.wait(lambda event, data: event == "remote" and data["round"] is not None)
        assert reading["round"]["key"] is None and "key" not in str(reading["scene"])
        assert revoke_remotes(services, run_id, "operator:1")
        phone._until(lambda: any(frame.startswith("41") for frame in phone.frames))
    with RawPage(house.url, "/operators", f"remote={token}", auth) as phone:
        assert phone.refused == "not_allowed"
    with services.reading() as sql:
        actors = sql.scalars(select(Event.actor).where(Event.run_id == run_id, Event.kind == "asked")).all()
    assert len(actors) == 1 and actors[0].startswith(f"operator:{number_of(services, 'hand')} remote:")
