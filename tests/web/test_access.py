"""Every route and its role, written down once more; and what happens to whoever has not got it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from campaigns.web.access import Role, check_every_view, requires, role_of
from tests.web.conftest import Browser

OPEN = {
    "/": "GET",
    "/r/<code>": "GET",
    "/r/<code>/join": "POST",
    "/r/<code>/flash": "GET POST",
    "/r/<code>/qr.svg": "GET",
    "/r/<code>/boards": "GET",
    "/r/<code>/after": "GET",
    "/r/<code>/draws.json": "GET",
    "/s/<token>": "GET",
    "/s/<token>/<spoken>.png": "GET",
    "/keep/<token>": "GET POST",
    "/media/<name>": "GET",
    "/display": "GET",
    "/display/overlay": "GET",
    "/display/state": "GET",
    "/theme/<int:campaign_id>/<digest>.css": "GET",
    "/theme/<int:campaign_id>/logo-<int:media_id>": "GET",
    "/login": "GET POST",
    "/login/<token>": "GET POST",
    "/logout": "POST",
    "/enter": "GET POST",
    "/remote": "GET",
    "/remote/<secret>": "GET POST",
    "/reach/<token>": "GET POST",
    "/healthz": "GET",
    "/metrics": "GET",
}
FANS = {"/me": "GET", "/me/keep": "POST", "/r/<code>/propose": "GET POST"}
RUSH, QUESTION = "/operators/rushes/<int:rush_id>", "/operators/rushes/<int:rush_id>/questions/<int:question_id>"
CAMPAIGN = "/operators/campaigns/<int:campaign_id>"
QUIZ, SEASON = "/operators/quizzes/<int:quiz_id>", "/operators/seasons/<int:run_id>"
OPERATORS = {
    "/login/welcome": "GET",
    "/operators/": "GET",
    "/operators/account": "GET POST",
    "/operators/calendar": "GET",
    "/operators/checklist": "GET",
    "/operators/checklist/qr.svg": "GET",
    "/operators/account/invite": "POST",
    "/operators/campaigns/new": "GET POST",
    CAMPAIGN: "GET",
    f"{CAMPAIGN}/edit": "GET POST",
    f"{CAMPAIGN}/theme": "GET POST",
    f"{CAMPAIGN}/theme/colours": "GET",
    f"{CAMPAIGN}/bank": "GET",
    f"{CAMPAIGN}/bank/new": "GET POST",
    f"{CAMPAIGN}/bank/<int:question_id>": "GET POST",
    f"{CAMPAIGN}/bank/state": "POST",
    f"{CAMPAIGN}/bank/export.<ending>": "GET",
    f"{CAMPAIGN}/bank/template.<ending>": "GET",
    f"{CAMPAIGN}/bank/import": "GET POST",
    f"{CAMPAIGN}/bank/imports/<int:import_id>": "GET",
    f"{CAMPAIGN}/bank/imports/<int:import_id>/decide": "POST",
    f"{CAMPAIGN}/bank/imports/<int:import_id>/progress": "GET",
    f"{CAMPAIGN}/bank/imports/<int:import_id>/report.csv": "GET",
    f"{CAMPAIGN}/people": "GET",
    f"{CAMPAIGN}/people/give": "POST",
    f"{CAMPAIGN}/people/<int:operator_id>/remove": "POST",
    f"{CAMPAIGN}/audit": "GET",
    f"{CAMPAIGN}/displays": "POST",
    f"{CAMPAIGN}/displays/<int:display_id>/revoke": "POST",
    f"{CAMPAIGN}/proposals": "GET",
    f"{CAMPAIGN}/proposals/<int:question_id>": "POST",
    f"{CAMPAIGN}/rushes/new": "GET POST",
    f"{CAMPAIGN}/quizzes/new": "GET POST",
    QUIZ: "GET",
    f"{QUIZ}/edit": "GET POST",
    f"{QUIZ}/simulation": "GET",
    f"{QUIZ}/preview": "GET",
    f"{QUIZ}/preview/<face>/<spoken>": "GET POST",
    f"{QUIZ}/seasons": "POST",
    f"{QUIZ}/copy": "POST",
    f"{QUIZ}/schedules": "POST",
    "/operators/quizzes/<int:activity_id>/schedules/<int:schedule_id>/stop": "POST",
    SEASON: "GET",
    f"{SEASON}/open": "POST",
    f"{SEASON}/close": "POST",
    f"{SEASON}/call-off": "POST",
    f"{SEASON}/closing": "POST",
    f"{SEASON}/plays/<int:play_id>": "GET",
    f"{SEASON}/plays/<int:play_id>/void": "POST",
    f"{SEASON}/plays/<int:play_id>/lift": "POST",
    f"{SEASON}/plays/<int:play_id>/send-away": "POST",
    f"{SEASON}/waves": "POST",
    f"{SEASON}/freeze": "POST",
    f"{SEASON}/reveal": "POST",
    f"{SEASON}/wall": "POST",
    f"{SEASON}/brand": "POST",
    f"{SEASON}/names": "POST",
    RUSH: "GET",
    f"{RUSH}/pick": "POST",
    f"{RUSH}/edit": "GET POST",
    f"{RUSH}/import": "GET POST",
    f"{RUSH}/runs": "POST",
    f"{RUSH}/rehearse": "GET POST",
    f"{RUSH}/review": "POST",
    f"{RUSH}/prizes": "GET POST",
    f"{RUSH}/copy": "POST",
    f"{RUSH}/schedules": "POST",
    "/operators/rushes/<int:activity_id>/schedules/<int:schedule_id>/stop": "POST",
    f"{RUSH}/questions/new": "GET POST",
    QUESTION: "GET POST",
    f"{QUESTION}/move": "POST",
    f"{QUESTION}/delete": "POST",
    f"{QUESTION}/preview": "GET",
    f"{QUESTION}/preview/<face>/<spoken>": "GET",
    "/operators/runs/<int:run_id>": "GET",
    "/operators/runs/<int:run_id>/remotes": "GET POST",
    "/operators/runs/<int:run_id>/remotes/revoke": "POST",
    "/operators/runs/<int:run_id>/board": "GET",
    "/operators/runs/<int:run_id>/rehearsal": "GET",
    "/operators/runs/<int:run_id>/prizes": "GET",
    "/operators/runs/<int:run_id>/streams": "GET",
    "/operators/runs/<int:run_id>/streams/new": "POST",
    "/operators/runs/<int:run_id>/stream/delay": "POST",
    "/operators/runs/<int:run_id>/stream/remove": "POST",
    "/operators/runs/<int:run_id>/stream/flash": "POST",
    "/operators/runs/<int:run_id>/prizes/redeem": "POST",
    "/operators/runs/<int:run_id>/poster.json": "GET",
    "/operators/runs/<int:run_id>/replay": "GET",
    "/operators/runs/<int:run_id>/replay.json": "GET",
    "/operators/runs/<int:run_id>/report": "GET",
    "/operators/runs/<int:run_id>/export.xlsx": "GET",
    "/operators/runs/<int:run_id>/export/<sheet>.csv": "GET",
    "/operators/media/<int:media_id>": "GET",
}
TABLE = {Role.ANYONE: OPEN, Role.FAN: FANS, Role.OPERATOR: OPERATORS}


def test_every_route_has_the_role_that_stands_in_the_table(app: Flask) -> None:
    wanted = {(path, methods, role) for role, paths in TABLE.items() for path, methods in paths.items()}
    found = set()
    for rule in app.url_map.iter_rules():
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        role = role_of(app, rule.endpoint)
        assert role is not None
        found.add((rule.rule, methods, role))
    assert found == wanted


def test_an_application_with_a_view_without_a_role_does_not_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/open", "open", requires(Role.ANYONE)(lambda: "open"))
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    with pytest.raises(RuntimeError, match="forgotten"):
        check_every_view(app)


@pytest.mark.parametrize("path", [path for path, methods in OPERATORS.items() if "GET" in methods])
def test_a_stranger_is_led_from_every_operators_page_to_the_login(stranger: Browser, path: str) -> None:
    path = re.sub(r"<int:\w+>", "1", path)
    answer = stranger.get(path.replace("<face>", "fans").replace("<spoken>", "zh"))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login?next=")


@pytest.mark.parametrize("path", [path for path, methods in OPERATORS.items() if "POST" in methods])
def test_a_stranger_with_a_valid_token_cannot_post_to_operators_pages(stranger: Browser, path: str) -> None:
    path = re.sub(r"<int:\w+>", "1", path)
    assert stranger.post(path, {"title_zh": "x"}, form_at="/login").status_code == 403


def test_an_operator_is_no_fan(operator: Browser) -> None:
    assert operator.get("/me").headers["Location"] == "/"


def test_a_form_without_its_token_is_refused_with_words(operator: Browser) -> None:
    answer = operator.client.post("/operators/campaigns/new", data={"title_zh": "a", "title_en": "b"})
    assert answer.status_code == 400
    assert "刷新页面" in answer.text
    assert "暂无" not in operator.get("/operators/").text


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.example"}],
)
def test_a_form_from_another_site_is_refused_even_with_a_token(operator: Browser, headers: dict[str, str]) -> None:
    data = {"title_zh": "偷", "title_en": "stolen", "zone": "Asia/Shanghai", "rate": "1"}
    answer = operator.post("/operators/campaigns/new", dict(data), form_at="/operators/campaigns/new", headers=headers)
    assert answer.status_code == 403
    assert "stolen" not in operator.get("/operators/?lang=en").text


def test_the_own_site_may_post(operator: Browser) -> None:
    data = {"title_zh": "自己的", "title_en": "own", "zone": "Asia/Shanghai", "rate": "1"}
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    answer = operator.post("/operators/campaigns/new", dict(data), form_at="/operators/campaigns/new", headers=own)
    assert answer.status_code == 303


def test_pages_run_nothing_of_strangers_and_are_kept_nowhere(stranger: Browser) -> None:
    headers = stranger.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy and "style-src 'self';" in policy and "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]
    assert "Strict-Transport-Security" not in headers


def test_only_displays_may_be_framed(stranger: Browser) -> None:
    for page in ("/display", "/display/overlay?overlay=side"):
        assert "frame-ancestors *" in stranger.get(page).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in stranger.get("/login").headers["Content-Security-Policy"]


def test_https_is_asked_to_stay_https(app: Flask) -> None:
    assert "Strict-Transport-Security" in Browser(app, "https://localhost").get("/").headers
