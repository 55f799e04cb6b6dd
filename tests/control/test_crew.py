"""Roles are given, changed and taken; a campaign always keeps an owner, also when two put each other out at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import pytest
from sqlalchemy import Connection, delete, insert, select

from campaigns.bootstrap import Services
from campaigns.control import crew
from campaigns.control.copying import copy_campaign
from campaigns.control.crew import RoleChange, crew_of, give_role, take_role
from campaigns.control.definitions import campaigns, create_campaign
from campaigns.db.crew import Crew
from campaigns.db.models import Operator
from campaigns.domain.actor import of_operator
from campaigns.domain.errors import NotAllowed, NotFound
from campaigns.domain.roles import Action, CampaignRole
from campaigns.identity.operators import consume_login_link, mint_login_link, operator_of
from campaigns.identity.roles import Within, campaigns_of, check, role_in
from tests.control.deeds_of_definitions import DRAFT

R = CampaignRole
MEET_S = 1.0


def operator(services: Services) -> tuple[int, str]:
    name = f"op {uuid4().hex[:8]}"
    with services.sql.begin() as sql:
        row = insert(Operator).values(name=name, created_at=services.now().at).returning(Operator.id)
        return sql.execute(row).scalar_one(), name


def roles(services: Services, campaign_id: int) -> dict[int, CampaignRole]:
    return {member.operator_id: member.role for member in crew_of(services, campaign_id)}


def test_who_makes_a_campaign_owns_it_and_nobody_else_sees_it(services: Services) -> None:
    (ada, _), (bob, _) = operator(services), operator(services)
    made = create_campaign(services, DRAFT, by=of_operator(ada))
    copied = copy_campaign(services, made, DRAFT, of_operator(bob))
    assert roles(services, made) == {ada: R.OWNER} and roles(services, copied) == {bob: R.OWNER}
    assert campaigns_of(services, ada) == {made} and campaigns_of(services, bob) == {copied}
    assert [card.id for card in campaigns(services, campaigns_of(services, bob))] == [copied]
    with pytest.raises(NotAllowed):
        check(services, bob, Action.READ, Within.CAMPAIGN, made)
    with pytest.raises(NotFound):
        role_in(services, ada, Within.RUN, 0)


def test_what_the_house_makes_belongs_to_every_operator_there_is(services: Services) -> None:
    (ada, _), (bob, _) = operator(services), operator(services)
    owners = roles(services, create_campaign(services, DRAFT))
    assert {owners[ada], owners[bob]} == {R.OWNER}


def test_who_is_let_in_from_the_server_owns_what_has_no_owner_and_nothing_more(services: Services) -> None:
    (ada, _), (bob, name) = operator(services), operator(services)
    kept, left = (create_campaign(services, DRAFT, by=of_operator(ada)) for _ in range(2))
    give_role(services, left, name, R.VIEWER, of_operator(ada))
    with services.sql.begin() as sql:
        sql.execute(delete(Crew).where(Crew.campaign_id == left, Crew.operator_id == ada))
    found = operator_of(services, consume_login_link(services, mint_login_link(services, name)))
    assert found is not None and found.id == bob
    assert roles(services, left) == {bob: R.OWNER} and roles(services, kept) == {ada: R.OWNER}


def test_a_role_is_given_changed_and_taken(services: Services) -> None:
    (ada, _), (bob, name) = operator(services), operator(services)
    made, by = create_campaign(services, DRAFT, by=of_operator(ada)), of_operator(ada)
    assert give_role(services, made, name, R.VIEWER, by) is RoleChange.DONE
    assert give_role(services, made, name, R.VIEWER, by) is RoleChange.SAME
    assert check(services, bob, Action.READ, Within.CAMPAIGN, made) is R.VIEWER
    assert give_role(services, made, name, R.HOST, by) is RoleChange.DONE
    assert check(services, bob, Action.RUN, Within.CAMPAIGN, made) is R.HOST
    assert campaigns_of(services, bob, Action.EDIT) == set()
    assert take_role(services, made, bob, by) is RoleChange.DONE
    assert take_role(services, made, bob, by) is RoleChange.UNKNOWN
    assert give_role(services, made, "nobody at all", R.HOST, by) is RoleChange.UNKNOWN
    assert roles(services, made) == {ada: R.OWNER}


def test_the_last_owner_cannot_leave_nor_become_less(services: Services) -> None:
    (ada, hers), (bob, his) = operator(services), operator(services)
    made, by = create_campaign(services, DRAFT, by=of_operator(ada)), of_operator(ada)
    assert take_role(services, made, ada, by) is RoleChange.LAST_OWNER
    assert give_role(services, made, hers, R.EDITOR, by) is RoleChange.LAST_OWNER
    assert give_role(services, made, his, R.OWNER, by) is RoleChange.DONE
    assert take_role(services, made, ada, by) is RoleChange.DONE
    assert roles(services, made) == {bob: R.OWNER}


@pytest.mark.parametrize("locked", [True, False], ids=["guarded", "negative control"])
def test_two_owners_who_put_each_other_out_at_once(
    services: Services, monkeypatch: pytest.MonkeyPatch, locked: bool
) -> None:
    (ada, _), (bob, his) = operator(services), operator(services)
    made = create_campaign(services, DRAFT, by=of_operator(ada))
    give_role(services, made, his, R.OWNER, of_operator(ada))
    meeting, guarded = threading.Barrier(2), crew._owners

    def unguarded(sql: Connection, campaign_id: int) -> set[int]:
        owners = select(Crew.operator_id).where(Crew.campaign_id == campaign_id, Crew.role == R.OWNER)
        return set(sql.scalars(owners))

    def meets(sql: Connection, campaign_id: int) -> set[int]:
        found = (guarded if locked else unguarded)(sql, campaign_id)
        with suppress(threading.BrokenBarrierError):
            meeting.wait(MEET_S)  # with the lock the other one never comes as far
        return found

    monkeypatch.setattr(crew, "_owners", meets)
    with ThreadPoolExecutor(2) as pool:
        pairs = ((ada, bob), (bob, ada))
        done = list(pool.map(lambda pair: take_role(services, made, pair[1], of_operator(pair[0])), pairs))
    if locked:
        assert sorted(done) == [RoleChange.DONE, RoleChange.LAST_OWNER] and len(roles(services, made)) == 1
    else:
        assert done == [RoleChange.DONE] * 2 and roles(services, made) == {}
