"""The table of roles, read aloud."""

from __future__ import annotations

from campaigns.domain.actor import HOUSE, of_operator, operator_id
from campaigns.domain.roles import TABLE, Action, CampaignRole, may

R, A = CampaignRole, Action


def who(action: Action) -> set[CampaignRole]:
    return {role for role in R if may(role, action)}


def test_every_role_looks_and_nobody_without_one_does_anything() -> None:
    assert who(A.READ) == set(R)
    assert not any(may(None, action) for action in A)


def test_owners_do_everything_and_alone_give_roles() -> None:
    assert TABLE[R.OWNER] == set(A)
    assert who(A.MANAGE) == {R.OWNER}


def test_editors_prepare_and_hosts_run_and_neither_does_the_others_work() -> None:
    assert who(A.EDIT) == {R.OWNER, R.EDITOR}
    assert who(A.RUN) == {R.OWNER, R.HOST}


def test_moderators_look_after_people_and_take_nothing_away() -> None:
    assert who(A.MODERATE) == {R.OWNER, R.HOST, R.MODERATOR}
    assert who(A.EXPORT) == {R.OWNER, R.EDITOR, R.HOST}


def test_an_actor_is_an_operator_only_if_it_says_so_with_a_number() -> None:
    assert operator_id(of_operator(7)) == 7
    assert [operator_id(actor) for actor in (HOUSE, "clock", "operator:", "operator:x", "7", "schedule:7")] == [
        None
    ] * 6
