"""Proposals of fans: into the bank, three at a time, decided once, and played under their author's name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import insert, select, text

from campaigns.control.proposals import accept, count_open, open_proposals, refuse
from campaigns.db.authorship import author_names
from campaigns.db.models import Operator, Question, QuestionVersion
from campaigns.domain.errors import BadInput
from campaigns.domain.proposal import MOST_OPEN, ProposalState, Typed
from campaigns.play.proposals import Proposing, own_proposals, propose
from tests.play.quiz.conftest import Season, Table, season

__all__ = ["season"]
TYPED = Typed("zh", "这是谁出的题？", ("我", "你", "他", "她"), 1, "是你。")


def proposing(table: Table, fan: int, n: int = 0) -> Proposing:
    return propose(table.services, table.seat(fan), replace(TYPED, text=f"{TYPED.text}{n}"))


def an_operator(table: Table) -> int:
    with table.services.sql.begin() as sql:
        row = insert(Operator).values(name=f"op {table.campaign_id}", created_at=table.services.now().at)
        return int(sql.execute(row.returning(Operator.id)).scalar_one())


def test_a_proposal_lies_in_the_bank_as_a_draft_and_is_not_drawn(season: Season) -> None:
    table = season()
    fan = table.fan()
    assert proposing(table, fan) is Proposing.PROPOSED
    with table.services.reading() as sql:
        row = sql.execute(select(Question).where(Question.author_fan_id == fan)).one()
    assert (row.state, row.kind, row.campaign_id) == ("draft", "single", table.campaign_id)
    bank = table.another_process().shelf.bank(table.campaign_id, table.services.now())
    assert len(bank) == 24
    waiting = open_proposals(table.services, table.campaign_id)
    assert [(each.id, each.author, each.known) for each in waiting] == [(row.id, table.seat(fan).name, False)]


def test_three_may_wait_and_a_decided_one_makes_place(season: Season) -> None:
    table = season()
    fan = table.fan()
    assert [proposing(table, fan, n) for n in range(4)] == [Proposing.PROPOSED] * 3 + [Proposing.TOO_MANY]
    assert proposing(table, table.fan()) is Proposing.PROPOSED, "each fan has three"
    first = open_proposals(table.services, table.campaign_id)[0].id
    assert accept(table.services, table.campaign_id, first, an_operator(table))
    assert proposing(table, fan, 9) is Proposing.PROPOSED


def test_twenty_at_once_are_three(season: Season) -> None:
    table = season()
    fan = table.fan()
    with ThreadPoolExecutor(10) as pool:
        outcomes = list(pool.map(lambda n: proposing(table, fan, n), range(20)))
    assert outcomes.count(Proposing.PROPOSED) == MOST_OPEN
    assert count_open(table.services, table.campaign_id) == MOST_OPEN


def test_without_the_lock_on_the_place_twenty_would_be_more(season: Season, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: who counts before the others have written finds room for all."""
    from campaigns.play import proposals

    table = season()
    fan = table.fan()
    monkeypatch.setattr(proposals, "_alone", lambda sql, seat: True)
    slow = proposals.open_count

    def counted_early(sql: object, campaign_id: int, fan_id: int) -> int:
        with table.services.reading() as other:
            return slow(other, campaign_id, fan_id)

    with table.services.sql.begin() as sql:
        sql.execute(text("LOCK TABLE proposal IN SHARE MODE"))  # nobody can write until all have counted
        monkeypatch.setattr(proposals, "open_count", counted_early)
        pool = ThreadPoolExecutor(5)
        waiting = [pool.submit(proposing, table, fan, n) for n in range(5)]
        while _waiting(table) < 5:
            pass
    assert [each.result() for each in waiting].count(Proposing.PROPOSED) == 5 > MOST_OPEN
    pool.shutdown()


def _waiting(table: Table) -> int:
    locks = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'proposal'\\:\\:regclass")
    with table.services.reading() as sql:
        return int(sql.scalar(locks) or 0)


def test_an_accepted_one_is_drawn_for_others_under_its_authors_name_and_never_for_the_author(season: Season) -> None:
    table = season(each=3)
    author, operator = table.fan(), an_operator(table)
    proposing(table, author)
    question = open_proposals(table.services, table.campaign_id)[0].id
    assert accept(table.services, table.campaign_id, question, operator)
    assert not accept(table.services, table.campaign_id, question, operator)
    assert not refuse(table.services, table.campaign_id, question, operator, "zu spät")
    plays, now = table.another_process(), table.services.now()
    assert len(plays.shelf.bank(table.campaign_id, now)) == 7
    with table.services.reading() as sql:
        version = sql.execute(select(QuestionVersion.id).where(QuestionVersion.question_id == question)).scalar_one()
        assert author_names(sql, table.campaign_id) == {version: table.seat(author).name}
    assert plays.authors.name(table.campaign_id, version, now) == table.seat(author).name
    assert [own.state for own in own_proposals(table.services, author)] == [ProposalState.ACCEPTED]


def test_a_banned_author_is_not_named_and_may_not_propose(season: Season) -> None:
    table = season()
    author = table.fan()
    seat = table.seat(author)
    proposing(table, author)
    accept(
        table.services, table.campaign_id, open_proposals(table.services, table.campaign_id)[0].id, an_operator(table)
    )
    with table.services.sql.begin() as sql:
        sql.execute(text("UPDATE participation SET banned_at = now() WHERE fan_id = :fan"), {"fan": author})
    with table.services.reading() as sql:
        assert author_names(sql, table.campaign_id) == {}
    assert propose(table.services, seat, TYPED) is Proposing.NOT_HERE


def test_a_refused_one_tells_its_author_why(season: Season) -> None:
    table = season()
    author, operator = table.fan(), an_operator(table)
    proposing(table, author)
    question = open_proposals(table.services, table.campaign_id)[0].id
    for nothing in ("", "  ", "x" * 201):
        with pytest.raises(BadInput):
            refuse(table.services, table.campaign_id, question, operator, nothing)
    assert refuse(table.services, table.campaign_id, question, operator, "问过了 ")
    own = own_proposals(table.services, author)[0]
    assert (own.state, own.reason, own.asked) == (ProposalState.REFUSED, "问过了", 0)
    assert count_open(table.services, table.campaign_id) == 0


def test_an_operator_of_one_campaign_decides_nothing_in_another(season: Season) -> None:
    table, other = season(), season()
    proposing(table, table.fan())
    question = open_proposals(table.services, table.campaign_id)[0].id
    assert not accept(table.services, other.campaign_id, question, an_operator(table))
    assert count_open(table.services, table.campaign_id) == 1


def test_twenty_decisions_at_once_are_one(season: Season) -> None:
    table = season()
    proposing(table, table.fan())
    question, operator = open_proposals(table.services, table.campaign_id)[0].id, an_operator(table)

    def decide(n: int) -> bool:
        if n % 2:
            return accept(table.services, table.campaign_id, question, operator)
        return refuse(table.services, table.campaign_id, question, operator, "nein")

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(decide, range(20))) == 1
