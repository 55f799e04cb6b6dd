"""A challenge as a link: who follows it joins by it, and lands where it can be taken up."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from campaigns.db.models import Participation
from campaigns.domain.step import StepKind
from campaigns.identity.fans import fan_of
from campaigns.play.quiz.view import view
from tests.play.quiz.conftest import Season, Table, season
from tests.web.conftest import Browser
from tests.web.test_fans import cookie

__all__ = ["season"]


def sent(table: Table) -> tuple[int, str]:
    """(the challenger, the token of a challenge)."""
    playing = table.playing(table.fan())
    table.pass_level(playing, 3)
    table.do(playing, StepKind.STOP)
    ended = table.plays.playing(playing.play_id, table.services.now())
    assert ended is not None
    token = view(table.plays, ended, table.services.now()).challenge
    assert token is not None
    return playing.fan_id, token


def test_a_friend_joins_by_the_link_and_the_challenge_stays_in_the_address(app: Flask, season: Season) -> None:
    table, friend = season(), Browser(app)
    challenger, token = sent(table)
    link = f"/r/{table.code}?d={token}"
    page = friend.get(link)
    assert table.seat(challenger).name in page.text and "110" in page.text
    answer = friend.post(f"/r/{table.code}/join", {"nickname": "小红", "d": token, "i": "nobody"}, form_at=link)
    assert (answer.status_code, answer.headers["Location"]) == (303, link)
    fan = fan_of(table.services, cookie(friend))
    assert fan is not None
    with table.services.reading() as sql:
        row = sql.execute(select(Participation).where(Participation.fan_id == fan.id)).one()
    assert (row.first_channel, row.inviter_id) == ("challenge", challenger)


def test_a_link_that_is_not_ours_is_an_ordinary_way_to_the_game(app: Flask, season: Season) -> None:
    table, friend = season(), Browser(app)
    link = f"/r/{table.code}?d={'A' * 24}&c=poster"
    answer = friend.post(f"/r/{table.code}/join", {"nickname": "小刚", "d": "A" * 24, "c": "poster"}, form_at=link)
    assert answer.headers["Location"] == f"/r/{table.code}"
    fan = fan_of(table.services, cookie(friend))
    assert fan is not None
    with table.services.reading() as sql:
        row = sql.execute(select(Participation).where(Participation.fan_id == fan.id)).one()
    assert (row.first_channel, row.inviter_id) == ("poster", None)
    boards = friend.get(f"/r/{table.code}/boards?lang=en").text
    assert '?board=channel&amp;measure=total"' in boards and "Channel poster" in boards
    own = friend.get(f"/r/{table.code}/boards?board=channel&lang=en").text
    assert '?board=channel&amp;measure=total" aria-current="page"' in own


def test_no_id_of_a_play_or_a_fan_stands_in_the_link_or_the_page(app: Flask, season: Season) -> None:
    table = season()
    challenger, token = sent(table)
    other = sent(table)[1]
    assert token != other and len(token) == len(other) == 24
    page = Browser(app).get(f"/r/{table.code}?d={token}").text
    assert table.seat(challenger).public not in page
