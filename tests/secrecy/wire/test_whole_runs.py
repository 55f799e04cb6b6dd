"""Whole runs over the real wire, recorded by every role: no canary reaches anybody but an operator before its moment."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from campaigns.bootstrap import Services
from campaigns.control.media import Picture, store
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import Activity, QuestionVersion, Round
from campaigns.db.models import Question as QuestionRow
from campaigns.domain.question import public
from campaigns.identity.displays import new_display
from campaigns.identity.fans import new_fan
from campaigns.play import scene as scenes
from campaigns.web import create_app
from campaigns.web.access import Role, role_of
from deploy.house import House
from realtime.messages import plain
from tests.raw import RawDesk, RawPage, RawPhone, RawScreen
from tests.secrecy.oracle import leaks, secret_estimate, secret_single
from tests.stage import run_of, rush, single

MARK_1, MARK_2, MARK_3 = "q1-zvxkfanfare", "q2-zvxkfanfare", "q3-zvxkfanfare"
NEVER = [f"{mark}-{part}" for mark in (MARK_1, MARK_3) for part in ("id-", "tag")]  # not even after the reveal
PICTURE = b"\x89PNG\r\n\x1a\n-picture-of-zvxkfanfare"


@dataclass
class Watch:
    """Everything that anybody but the operator has seen, by who and where."""

    seen: dict[str, list[str | bytes]] = field(default_factory=dict)
    pages: dict[str, RawPage] = field(default_factory=dict)

    def everything(self) -> dict[str, list[str | bytes]]:
        wire: dict[str, list[str | bytes]] = {name: list(page.frames) for name, page in self.pages.items()}
        return {**self.seen, **wire}


@dataclass
class Hall:
    house: House
    services: Services
    run_id: int
    desk: RawDesk
    phone: RawPhone
    watch: Watch
    cookies: dict[str, str]
    addresses: list[str]
    open_addresses: list[str]  # those that are not for operators

    def look_everywhere(self, backstage: bool) -> None:
        """Every page of every address as a stranger, a fan and a screen."""
        for who, cookie in self.cookies.items():
            for address in self.addresses if backstage else self.open_addresses:
                self.watch.seen.setdefault(f"{who} at {address}", []).append(fetch(self.house.url + address, cookie))

    def ask_everything(self) -> None:
        for event in ("refresh", "standing", "awards", "clock"):
            self.phone.ask(event)

    def clean_of(self, secrets: list[str], *, backstage: bool = False) -> None:
        self.look_everywhere(backstage)
        self.ask_everything()
        assert leaks(self.watch.everything(), [*NEVER, *secrets]) == []
        self.watch.seen.clear()  # judged by the strictest list it will ever meet


def fetch(address: str, cookie: str = "") -> bytes:
    """Status, headers and body, redirects not followed, error pages as well."""
    request = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    try:
        with OPENER.open(request, timeout=60) as answer:
            return bytes(f"{answer.status}\n{answer.headers}".encode() + answer.read())
    except urllib.error.HTTPError as refused:
        with refused:
            return bytes(f"{refused.code}\n{refused.headers}".encode() + refused.read())


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *request: Any) -> None:
        return None


OPENER = urllib.request.build_opener(_Stay)


def addresses(services: Services, run_id: int, *roles: Role) -> list[str]:
    """Every GET address of the application for these roles, with the ids of this run in it."""
    app = create_app(services, public_url="http://hall.example", secret_key=b"0" * 32)
    run = run_summary(services, run_id)
    with services.sql.connect() as sql:
        row = sql.execute(select(Round).where(Round.run_id == run_id).order_by(Round.n)).first()
    assert row is not None
    known = {"code": run.code, "name": row.media_name, "token": "x", "run_id": run_id, "campaign_id": run.campaign_id}
    known |= {"activity_id": run.activity_id, "question_id": row.question_version_id, "rush_id": run.activity_id}
    found = ["/nothing/here", "/r/WRONG1", "/static/dist/none.js"]
    for rule in app.url_map.iter_rules():
        wanted = "GET" in (rule.methods or ()) and role_of(app, rule.endpoint) in roles
        if wanted and not _is_picture_of_round(rule.endpoint):
            values = {argument: known.get(argument, 1) for argument in rule.arguments}
            with app.test_request_context():
                found.append(app.url_for(rule.endpoint, **values))
    return found


def _is_picture_of_round(endpoint: str) -> bool:
    return endpoint == "fans.picture"  # has a test of its own: it is secret until its round is announced only


def with_picture(services: Services, activity_id: int) -> None:
    """Put the picture to the first question of the activity, as another version of it."""
    with services.sql.begin() as sql:
        campaign_id = sql.execute(select(Activity.campaign_id).where(Activity.id == activity_id)).scalar_one()
        media_id = store(sql, campaign_id, Picture("image/png", PICTURE))
        first = select(QuestionVersion).join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)
        row = sql.execute(first.where(QuestionRow.campaign_id == campaign_id).order_by(QuestionVersion.id)).first()
        assert row is not None
        values = {"question_id": row.question_id, "n": 2, "body": row.body, "key": row.key, "media_id": media_id}
        sql.execute(insert(QuestionVersion).values(**values, created_at=row.created_at))


@pytest.fixture(scope="module")
def hall(house: House, services: Services) -> Iterator[Hall]:
    questions = [
        secret_single(MARK_1, "c", image="picture", possible=1000, seconds=200),
        secret_estimate(MARK_2, 187.3317, 9.7713, seconds=200),
        secret_single(MARK_3, "a", sealed=True, seconds=200),
    ]
    activity = rush(services, questions)
    with_picture(services, activity)
    run_id = make_run(services, activity, actor="test")
    other = run_of(services, [single()])
    phone, elsewhere = RawPhone(house.url, services, run_id, "小明"), RawPhone(house.url, services, other, "别场")
    screen = RawScreen(house.url, services, run_id)
    auth = {"run": run_summary(services, run_id).code}
    stranger_cookie, unpaired = f"fan={new_fan(services)[1]}", f"display={new_display(services)[0]}"
    pages: dict[str, RawPage] = {"fan": phone, "fan of another run": elsewhere, "screen": screen}
    pages["another run's fan at this run's door"] = RawPage(house.url, "/fans", elsewhere._cookie, auth)
    pages["stranger"] = RawPage(house.url, "/fans", "", auth)
    pages["somebody who has not joined"] = RawPage(house.url, "/fans", stranger_cookie, auth)
    pages["screen not paired"] = RawPage(house.url, "/displays", unpaired, {})
    pages["fan at the desk's door"] = RawPage(house.url, "/operators", phone._cookie, {"run": str(run_id)})
    pages["nobody's namespace"] = RawPage(house.url, "/", "", auth)
    cookies = {"stranger": "", "fan": phone._cookie, "screen": screen._cookie}
    with ExitStack() as stack:
        desk = stack.enter_context(RawDesk(house.url, services, run_id))
        for page in pages.values():
            stack.enter_context(page)
        shown = (addresses(services, run_id, *Role), addresses(services, run_id, *(set(Role) - {Role.OPERATOR})))
        assert len(shown[0]) > len(shown[1]) > 10
        yield Hall(house, services, run_id, desk, phone, Watch(pages=pages), cookies, *shown)


def told_of(*marks: str) -> list[str]:
    return [f"{mark}-told" for mark in marks]


def test_no_canary_leaves_the_house_before_its_reveal(hall: Hall) -> None:
    secrets = [*told_of(MARK_1, MARK_2, MARK_3), f"{MARK_2}-text", f"{MARK_3}-text", "187.3317", "9.7713"]
    hall.clean_of([*secrets, f"{MARK_1}-text", "choice c of q1", "picture-of-zvxkfanfare"], backstage=True)
    first_round(hall, secrets)
    second_round(hall)
    third_round(hall)
    assert leaks({"desk": hall.desk.frames}, told_of(MARK_1))  # the oracle has eyes: operators are told


def first_round(hall: Hall, secrets: list[str]) -> None:
    hall.desk.next()
    opened = hall.phone.scene("open", 1)
    assert hall.phone.scene("reading", 1)["round"]["choices"] is None
    earlier = {name: takewhile(is_before_opening, frames) for name, frames in hall.watch.everything().items()}
    assert leaks(earlier, [*secrets, "choice c of q1", "/media/"]) == []
    assert opened["round"]["image"].startswith("/media/")
    hall.clean_of(secrets)
    right = hall.desk.places_of(opened["round"]["id"], f"{MARK_1}-id-c")
    assert hall.phone.answer(opened, places=[right])["outcome"] == "recorded"
    hall.clean_of(secrets)
    wait_settled(hall, 1)
    hall.clean_of(secrets, backstage=True)
    assert hall.desk.wait(lambda event, data: data["round"]["key"])["round"]["key"]["places"] == [right]
    hall.desk.next()
    assert hall.phone.scene("reveal", 1)["reveal"]["explanation"]["en"].startswith(f"{MARK_1}-told")
    hall.desk.next()


def is_before_opening(piece: str | bytes) -> bool:
    return '"scene":"open"' not in str(piece)


def second_round(hall: Hall) -> None:
    hall.desk.next()
    opened = hall.phone.scene("open", 2)
    secrets = [*told_of(MARK_2, MARK_3), f"{MARK_3}-text", "187.3317", "9.7713"]
    assert hall.phone.answer(opened, value=190.0)["outcome"] == "recorded"
    wait_settled(hall, 2)
    hall.clean_of(secrets)
    hall.desk.next()
    assert hall.phone.scene("reveal", 2)["reveal"]["value"] == 187.3317
    hall.desk.next()


def third_round(hall: Hall) -> None:
    """Sealed: between the key's entry and the reveal it is as secret as any other."""
    hall.desk.next()
    opened = hall.phone.scene("open", 3)
    assert hall.phone.answer(opened, places=[0])["outcome"] == "recorded"
    hall.desk.next()
    hall.phone.wait(lambda event, data: event == "scene" and (data["round"] or {}).get("waiting") == "key")
    hall.clean_of(told_of(MARK_3))
    place = hall.desk.places_of(opened["round"]["id"], f"{MARK_3}-id-a")
    keyed = {"round": opened["round"]["id"], "places": [place], "places_again": [place]}
    assert hall.desk.ask("key", keyed)["outcome"] == "moved"
    waits_for_reveal(hall, 3)
    hall.clean_of(told_of(MARK_3))
    hall.desk.next()
    assert hall.phone.scene("reveal", 3)["reveal"]["places"] == [place]
    assert leaks(hall.watch.everything(), NEVER) == []


def wait_settled(hall: Hall, n: int) -> None:
    hall.desk.next()  # close
    waits_for_reveal(hall, n)


def waits_for_reveal(hall: Hall, n: int) -> None:
    def settled(event: str, data: Any) -> bool:
        return event == "scene" and (data["round"] or {}).get("n") == n and data["round"]["waiting"] == "reveal"

    hall.phone.wait(settled)


def test_those_who_have_no_business_there_heard_nothing_but_a_refusal(hall: Hall) -> None:
    codes = {name: page.refused for name, page in hall.watch.pages.items() if page.refused is not None}
    assert codes == {
        "another run's fan at this run's door": "not_joined",
        "stranger": "not_joined",
        "somebody who has not joined": "not_joined",
        "screen not paired": "not_allowed",
        "fan at the desk's door": "not_allowed",
        "nobody's namespace": "Unable to connect",
    }
    for name in codes:
        assert hall.watch.pages[name].packets == []


def test_a_picture_is_nowhere_before_its_round_is_announced(house: House, services: Services) -> None:
    activity = rush(services, [secret_single(MARK_1, image="picture", seconds=100)])
    with_picture(services, activity)
    run_id = make_run(services, activity, actor="test")
    with services.sql.connect() as sql:
        name = sql.execute(select(Round.media_name).where(Round.run_id == run_id)).scalar_one()
    assert name is not None
    address = f"{house.url}/media/{name}"
    with RawDesk(house.url, services, run_id) as desk, RawPhone(house.url, services, run_id, "看图") as phone:
        assert fetch(address, phone._cookie).startswith(b"404") and PICTURE not in fetch(address)
        desk.next()
        opened = phone.scene("open", 1)
        assert opened["round"]["image"] == f"/media/{name}"
        assert PICTURE in fetch(address, phone._cookie)
        reading = [data for event, data in phone.packets if event == "scene" and data["scene"] == "reading"]
        assert reading and all(name not in str(packet) for packet in reading)
    with services.sql.begin() as sql:
        sql.execute(update(Round).where(Round.media_name == name).values(state="reading"))
    assert fetch(address, phone._cookie).startswith(b"404")


def test_the_oracle_sees_a_planted_leak(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: a build whose open round carries the explanation, and each disguise of a secret."""
    run_id = run_of(hall.services, [secret_single(MARK_1)])
    with RawDesk(hall.house.url, hall.services, run_id) as desk:
        desk.next()
        desk.wait(lambda event, data: data["scene"]["scene"] == "open")
    with hall.services.sql.connect() as sql:
        assert leaks({"fan": [str(plain(scenes.load_scene(sql, run_id)))]}, told_of(MARK_1)) == []
        honest = public

        def planted(question: Any, order: tuple[str, ...]) -> Any:
            asked = honest(question, order)
            return type(asked)(**{**vars(asked), "image_alt": question.explanation})

        monkeypatch.setattr(scenes, "public", planted)
        assert leaks({"fan": [str(plain(scenes.load_scene(sql, run_id)))]}, told_of(MARK_1)) != []
    for form in ("q1-zvxk", "71312d7a76786b", "kxvz-1q", "Q1-ZVXK", "cTEtenZ4a"):
        assert leaks({"fan": [f"…{form}…"]}, ["q1-zvxk"]), form
