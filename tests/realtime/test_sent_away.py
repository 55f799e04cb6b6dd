"""Who was sent away: in the middle of a question, with another cookie, by an invitation, in the campaign's other run."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest
from sqlalchemy import select, text

from campaigns.bootstrap import Services
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import Participation, RunFan
from campaigns.identity.fans import new_fan
from campaigns.play.join import Joined, JoinRefusal, join
from deploy.house import House
from tests.raw import RawDesk, RawPhone
from tests.realtime.test_names import join_by_form
from tests.stage import joined_fan, run_of, rush, single

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO run_fan%'"


def public(phone: RawPhone) -> str:
    return str(phone.wait(lambda event, data: event == "snapshot")["you"]["fan"])


def visit(house: House, path: str, cookie: str, form: dict[str, str] | None = None) -> tuple[int, str]:
    """As a browser with this cookie; a form is sent with the token of the start page."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    browser.addheaders = [("Cookie", cookie)]
    data = None
    try:
        if form is not None:
            fresh = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar := CookieJar()))
            with fresh.open(f"{house.url}{path.removesuffix('/join')}", timeout=60) as page:
                token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
            assert token is not None
            form = {**form, "csrf_token": token.group(1)}
            session = "; ".join(f"{held.name}={held.value}" for held in jar)
            browser.addheaders = [("Cookie", f"{cookie}; {session}")]
            data = urllib.parse.urlencode(form).encode()
        with browser.open(f"{house.url}{path}", data, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read().decode()


def test_who_is_kicked_after_answering_counts_nowhere(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=60)])
    with (
        RawDesk(house.url, services, run_id) as desk,
        RawPhone(house.url, services, run_id, "捣蛋") as bad,
        RawPhone(house.url, services, run_id, "规矩") as good,
    ):
        desk.next()
        opened = bad.scene("open")
        right = {
            "places": [desk.wait(lambda e, d: e == "desk" and d["round"] is not None)["round"]["key"]["places"][0]]
        }
        assert bad.answer(opened, **right)["outcome"] == "recorded"
        good.wait(lambda event, data: event == "tick" and data["answered"] == 1)
        assert desk.ask("kick", {"fan": public(bad)}) == {"outcome": "removed"}
        assert good.wait(lambda e, d: e == "tick" and (d["answered"], d["connected"], d["joined"]) == (0, 1, 1))
        assert good.answer(opened, **right)["outcome"] == "recorded"
        desk.next()
        good.wait(lambda event, data: event == "scene" and data["round"]["waiting"] == "reveal")
        desk.next()
        told = good.scene("reveal")
        assert (told["reveal"]["answered"], told["reveal"]["right"], told["reveal"]["silent"]) == (1, 1, 0)
        assert told["board"]["of"] == 1 and told["reveal"]["fastest"]["name"] == "规矩"
        assert "捣蛋" not in str(told)


def test_a_banned_fan_does_not_come_back_by_link_name_or_invitation(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    code = run_summary(services, run_id).code
    with RawDesk(house.url, services, run_id) as desk, RawPhone(house.url, services, run_id, "捣蛋") as phone:
        friend = RawPhone(house.url, services, run_id, "朋友")
        with friend:
            invitation = public(friend)
        desk.ask("ban", {"fan": public(phone)})
        phone.wait(lambda event, data: event == "removed")
        for path in (f"/r/{code}", f"/r/{code}?i={invitation}&c=weibo"):
            status, page = visit(house, path, phone._cookie)
            assert status == 403 and 'name="nickname"' not in page
        status, page = visit(house, f"/r/{code}/join", phone._cookie, {"nickname": "新名", "i": invitation})
        assert status == 403 and "Traceback" not in page
        own = select(Participation.nickname, Participation.inviter_id, Participation.banned_at)
        with services.sql.connect() as sql:
            row = sql.execute(own.where(Participation.fan_id == phone.fan_id)).one()
        assert (row.nickname, row.inviter_id) == ("捣蛋", None) and row.banned_at is not None
        with phone.again() as back:
            assert back.refused == "banned"


def test_another_cookie_is_another_fan_who_gets_neither_the_name_nor_the_seat(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=60)])
    code = run_summary(services, run_id).code
    with RawDesk(house.url, services, run_id) as desk, RawPhone(house.url, services, run_id, "捣蛋") as phone:
        desk.ask("ban", {"fan": public(phone)})
        phone.wait(lambda event, data: event == "removed")
        status, cookie, _ = join_by_form(house, code, "捣蛋")
        assert status == 200
        other = phone.again()
        other._cookie = cookie
        with other:
            mine = other.wait(lambda event, data: event == "snapshot")["you"]
            assert mine["name"].startswith("捣蛋 · ") and mine["fan"] != public(phone)
        both = phone.again()
        both._cookie = f"{phone._cookie}; {cookie}"  # a header with two: one of them says who it is, never a mixture
        with both:
            assert both.refused in ("banned", None)
            if both.refused is None:
                assert public(both) == mine["fan"]


def test_a_ban_reaches_the_campaigns_other_run_that_is_going_on(house: House, services: Services) -> None:
    activity = rush(services, [single(seconds=60)])
    first, second = make_run(services, activity, actor="test"), make_run(services, activity, actor="test")
    with (
        RawDesk(house.url, services, first) as desk,
        RawDesk(house.url, services, second) as other,
        RawPhone(house.url, services, first, "两场") as phone,
    ):
        assert isinstance(join(services, run_summary(services, second).code, phone.fan_id, "两场"), Joined)
        inside = phone.again()
        inside._auth = {"run": run_summary(services, second).code, "tab": "second"}
        with inside:
            other.next()
            opened = inside.scene("open")
            assert desk.ask("ban", {"fan": public(phone)}) == {"outcome": "removed"}
            assert inside.wait(lambda event, data: event == "removed")["reason"] == "banned"
            ack = inside.ask("answer", {"round": opened["round"]["id"], "places": [0]})
            assert ack is None or ack["outcome"] == "not_playing"
        assert other.ask("people")["people"] == []


@pytest.mark.race
def test_a_join_that_meets_a_ban_under_way_waits_for_it_and_is_refused(services: Services) -> None:
    activity = rush(services, [single(seconds=100)])
    first, second = make_run(services, activity, actor="test"), make_run(services, activity, actor="test")
    fan_id, _ = joined_fan(services, first, "同时")
    said: list[object] = []
    joining = threading.Thread(
        target=lambda: said.append(join(services, run_summary(services, second).code, fan_id, "同时"))
    )
    with services.sql.begin() as sql:
        sql.execute(text("UPDATE participation SET banned_at = now() WHERE fan_id = :fan"), {"fan": fan_id})
        joining.start()  # has seen no ban: it is not committed
        for _ in range(500):
            with services.answers_sql.connect() as watching:
                if watching.scalar(text(WAITING)):
                    break
            threading.Event().wait(0.02)
    joining.join(60)
    assert said == [JoinRefusal.BANNED]
    with services.sql.connect() as sql:
        assert sql.scalars(select(RunFan.run_id).where(RunFan.fan_id == fan_id)).all() == [first]


def test_who_joins_as_nobody_has_no_seat(services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    assert join(services, run_summary(services, run_id).code, new_fan(services)[0], "\u200b") is JoinRefusal.NAME_EMPTY
