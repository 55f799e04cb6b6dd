"""Names as people (and others) type them: through the real form, then as they arrive in packets on every face."""

from __future__ import annotations

import re
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from campaigns.bootstrap import Services
from campaigns.control.runs import run_summary
from campaigns.domain.nickname import MAX_COLUMNS, columns
from deploy.house import House
from tests.raw import RawDesk, RawPage, RawScreen
from tests.stage import run_of, single

TYPED = {
    "emoji family": ("👨‍👩‍👧‍👦 全家", "👨‍👩‍👧‍👦 全家"),
    "markup": ("<script>alert(1)</script>", None),
    "an image that fails": ('"><img src=x onerror=alert(1)>', None),
    "zalgo": ("Z̸̡̢̛͓̗̣͎͖̭̫̩̫̔͌̉̿͊a̵̛͓͎̐l̶̰͌g̵̱̈o̸̩͐", None),
    "right to left": ("محمد", "محمد"),
    "a right-to-left override": ("abc\u202egnp.exe", "abcgnp.exe"),
    "invisible signs": ("小\u200b\u2060米\ufeff", "小米"),
    "a template": ("{{ 7*7 }}", "{{ 7*7 }}"),
    "quotes and a slash": ("O'Neil\\\"&amp;", None),
    "longer than anybody": ("长" * 200, "长" * 10),
    "full width": ("ＡＢＣ", "ABC"),
}
CONTROLS = re.compile("[\u0000-\u001f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def join_by_form(house: House, code: str, name: str) -> tuple[int, str, str]:
    """(status, fan cookie, page) after the form was sent as a browser sends it."""
    jar = CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    with browser.open(f"{house.url}/r/{code}", timeout=60) as page:
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.read().decode())
    assert token is not None
    form = urllib.parse.urlencode({"csrf_token": token.group(1), "nickname": name}).encode()
    try:
        with browser.open(f"{house.url}/r/{code}/join", form, timeout=60) as answer:
            status, body = answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        with refused:
            status, body = refused.code, refused.read().decode()
    cookie = next((f"{c.name}={c.value}" for c in jar if c.name == "fan"), "")
    return status, cookie, body


@pytest.mark.parametrize("what", TYPED)
def test_a_name_arrives_on_every_face_as_text_and_in_bounds(house: House, services: Services, what: str) -> None:
    typed, wanted = TYPED[what]
    run_id = run_of(services, [single(seconds=100)])
    code = run_summary(services, run_id).code
    status, cookie, body = join_by_form(house, code, typed)
    assert status == 200 and cookie
    assert "<script>alert" not in body and "<img src=x" not in body and ">49<" not in body
    with (
        RawScreen(house.url, services, run_id) as screen,
        RawDesk(house.url, services, run_id) as desk,
        RawPage(house.url, "/fans", cookie, {"run": code}) as phone,
    ):
        name = phone.wait(lambda event, data: event == "snapshot")["you"]["name"]
        assert wanted is None or name == wanted
        assert name and columns(name) <= MAX_COLUMNS and not CONTROLS.search(name)
        assert screen.wait(lambda event, data: event == "tick" and name in data.get("names", []))
        assert desk.wait(lambda event, data: any(person["name"] == name for person in data["people"]))


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u2060", "主持人", "𝐀𝐝𝐦𝐢𝐧"])
def test_a_name_that_nobody_may_have_is_refused_in_words(house: House, services: Services, typed: str) -> None:
    code = run_summary(services, run_of(services, [single(seconds=100)])).code
    status, _, body = join_by_form(house, code, typed)
    assert status == 400 and 'role="alert"' in body and "Traceback" not in body


def test_namesakes_are_told_apart(house: House, services: Services) -> None:
    run_id = run_of(services, [single(seconds=100)])
    code = run_summary(services, run_id).code
    names = set()
    for typed in ("小明", "小明", "小 明", "小明"):
        _, cookie, _ = join_by_form(house, code, typed)
        with RawPage(house.url, "/fans", cookie, {"run": code}) as phone:
            names.add(phone.wait(lambda event, data: event == "snapshot")["you"]["name"])
    assert len(names) == 4 and "小明" in names
