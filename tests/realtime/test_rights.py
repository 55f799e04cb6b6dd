"""What each role may press at the desk; and a role that is taken away ends an open desk."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.crew import give_role, take_role
from campaigns.control.runs import run_summary
from campaigns.db.models import Operator
from campaigns.domain.roles import CampaignRole, may
from campaigns.identity.operators import consume_login_link, mint_login_link
from deploy.house import House
from realtime.rights import NEEDS
from tests.raw import RawDesk, RawPage
from tests.realtime.test_events import DECLARED
from tests.stage import run_of, single

ROUND: dict[str, Any] = {"round": "999999"}  # of no run: who may press hears that, and nothing moves
WELL_FORMED: dict[str, dict[str, Any]] = {
    "next": {"seq": 0},
    "key": ROUND,
    "correct": ROUND,
    "void": ROUND,
    "mark": ROUND | {"fan": "nobody"},
    "remark": ROUND | {"fan": None},
    "redo": ROUND,
    "order": {"before": [], "after": []},
    "warm_up": {"before": []},
    "back": {"seq": 0},
    "rename": {"fan": "nobody", "name": "小明"},
    "hide": {"fan": "nobody", "hidden": True},
    "extend": ROUND | {"seconds": 5},
    "pause": {"paused": False},
    "brand": {"shown": False},
    "names": {"hidden": False},
    "wall": {"shown": False},
    "pair": {"code": "0000"},
    "kick": {"fan": "nobody"},
    "ban": {"fan": "nobody"},
}


def login(services: Services, name: str) -> str:
    token = consume_login_link(services, mint_login_link(services, name))
    assert token is not None
    return f"operator={token}"


def number_of(services: Services, name: str) -> int:
    with services.reading() as sql:
        return sql.execute(select(Operator.id).where(Operator.name == name)).scalar_one()


def test_every_event_of_the_desk_says_what_it_needs() -> None:
    assert set(NEEDS) == DECLARED["/operators"][1]
    assert {event for event, action in NEEDS.items() if action is None} == {"clock"}


def test_each_role_presses_what_the_table_says_and_nothing_else(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    campaign_id = run_summary(services, run_id).campaign_id
    with RawDesk(house.url, services, run_id):  # the owner, first
        pass
    wrong = []
    for role in (CampaignRole.VIEWER, CampaignRole.MODERATOR, CampaignRole.EDITOR, CampaignRole.HOST):
        cookie = login(services, role)
        give_role(services, campaign_id, role, role, "operator:1")
        with RawPage(house.url, "/operators", cookie, {"run": str(run_id)}) as desk:
            assert desk.refused is None
            for event, action in NEEDS.items():
                if event == "cancel" and action is not None and may(role, action):
                    continue  # pressed last, by the host, below
                said = desk.ask(event, WELL_FORMED.get(event, {}))
                refused = said.get("error") == "not_allowed"
                if refused is (action is None or may(role, action)):
                    wrong.append((str(role), event, said))
            if role is CampaignRole.HOST:
                assert desk.ask("cancel", {}) == {"outcome": "moved"}
    assert wrong == []


def test_a_role_that_is_taken_closes_the_desk_and_a_stranger_gets_none(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    campaign_id = run_summary(services, run_id).campaign_id
    with RawDesk(house.url, services, run_id):
        cookie = login(services, "for an hour")
        with RawPage(house.url, "/operators", cookie, {"run": str(run_id)}) as stranger:
            assert stranger.refused == "not_allowed" and not stranger.packets
        give_role(services, campaign_id, "for an hour", CampaignRole.HOST, "operator:1")
        with RawPage(house.url, "/operators", cookie, {"run": str(run_id)}) as desk:
            assert desk.ask("names", {"hidden": True}) == {"outcome": "moved"}
            give_role(services, campaign_id, "for an hour", CampaignRole.VIEWER, "operator:1")
            assert desk.ask("names", {"hidden": False})["error"] == "not_allowed"
            assert desk.ask("people", {})["people"] == []
            take_role(services, campaign_id, number_of(services, "for an hour"), "operator:1")
            desk._until(lambda: any(frame.startswith("41") for frame in desk.frames))
