"""Languages, words, errors, health, static files: what every page rests on."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import create_engine

from campaigns.bootstrap import Services
from campaigns.domain import question_cells, question_layout
from campaigns.domain.importing import (
    csv_rows,
    encoding,
    formats,
    gift,
    gift_answers,
    json_files,
    pipeline,
    sheet,
    trivia_text,
)
from campaigns.files import workbook
from campaigns.web import PROJECT, create_app
from campaigns.web.access import Role, requires
from campaigns.web.operators.complaints import known
from campaigns.web.proxies import behind_proxies
from campaigns.web.words import extract, literals, script_json
from tests.web.conftest import SECRET_KEY, Browser

MAPPINGS = {
    "campaigns": [("**.py", "python")],
    "templates": [("**.html", "jinja2")],
    "static/js": [("**.js", "campaigns.web.words:extract")],
}


def chinese() -> Catalog:
    with (PROJECT / "translations/zh_Hans_CN/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def said(message: Message) -> str:
    """The Chinese of a message; Chinese has one plural form."""
    return message.string if isinstance(message.string, str) else "".join(message.string or ())


def sentences() -> set[str]:
    """Every English sentence of the project, found as `make messages` finds them."""
    found: set[str] = set()
    for folder, mapping in MAPPINGS.items():
        for _, _, message, _, _ in extract_from_dir(str(PROJECT / folder), mapping):
            found.add(message if isinstance(message, str) else message[0])
    return found


def test_every_sentence_of_every_page_stands_in_chinese() -> None:
    catalog = chinese()
    spoken = {}
    for message in catalog:
        key = message.id if isinstance(message.id, str) else message.id[0]
        spoken[key] = said(message)
        assert not (message.fuzzy and key), key
    wanted = sentences()
    assert len(wanted) > 400
    assert sorted(sentence for sentence in wanted if not spoken.get(sentence)) == []


def test_placeholders_survive_translation() -> None:
    catalog = chinese()
    holes = re.compile(r"%\(\w+\)s|\{\w+\}")
    for message in catalog:
        if not message.id:
            continue
        english = message.id if isinstance(message.id, str) else message.id[1]
        assert sorted(set(holes.findall(english))) == sorted(set(holes.findall(said(message)))), english


def test_chinese_is_left_out_by_six_dots_as_it_is_printed() -> None:
    halves = re.compile(r"(?<!…)…(?:……)*(?!…)| …|\.\.\.")
    assert [said(message) for message in chinese() if halves.search(said(message))] == []


def test_every_reason_of_an_import_is_known_to_the_translation() -> None:
    """The domain says what it wanted in English; each such sentence must be one that can be said in Chinese."""
    found = set()
    readers = (csv_rows, encoding, formats, gift, gift_answers, json_files, pipeline, sheet, trivia_text, workbook)
    for module in (question_cells, question_layout, *readers):
        source = Path(str(module.__file__)).read_text()
        calls = r'(?:problem|refuse)\(\s*[^()\n]*?(?:\([^()]*\)[^()\n]*?)*?,\s*"([a-z][^"{}]+)"\s*\)'
        found |= set(re.findall(calls, source))
    assert len(found) > 30
    assert sorted(sentence for sentence in found if not known(sentence)) == []


def test_scripts_words_are_found_in_code_and_not_in_comments() -> None:
    source = (
        '/** Call t("not this"). */\nconst a = t("First {n}", { n });\nb = format("no"); c = t(\n  "It\\u2019s");\n'
    )
    assert list(literals(source)) == [(2, "First {n}"), (3, "It’s")]
    with (PROJECT / "static/js/fans/stage.js").open("rb") as file:
        assert len(list(extract(file, (), (), {}))) > 5


def test_json_in_a_page_cannot_end_its_script() -> None:
    evil = {"name": "</script><script>alert(1)</script><!--"}
    assert "</" not in script_json(evil) and "<!--" not in script_json(evil)
    assert json.loads(script_json(evil)) == evil


@pytest.mark.parametrize(
    ("query", "accepts", "said"),
    [
        ("", "", "zh-CN"),
        ("", "en-GB,en;q=0.9", "en"),
        ("", "zh-TW,en;q=0.5", "zh-CN"),
        ("", "fr,de;q=0.5", "zh-CN"),
        ("?lang=en", "zh", "en"),
        ("?lang=xx", "en", "en"),
    ],
)
def test_a_page_speaks_the_language_that_was_asked_for(stranger: Browser, query: str, accepts: str, said: str) -> None:
    page = stranger.get(f"/{query}", headers={"Accept-Language": accepts} if accepts else {}).text
    assert f'<html lang="{said}"' in page


def test_a_chosen_language_is_remembered(stranger: Browser) -> None:
    stranger.get("/?lang=en")
    assert '<html lang="en"' in stranger.get("/login").text
    assert "Log in" in stranger.get("/login").text


def test_a_page_that_answered_a_form_changes_its_language_where_the_form_stood(operator: Browser) -> None:
    page = "/operators/account"
    sent = operator.post(f"{page}/invite", {"name": "x"}, form_at=page, headers={"Referer": f"http://localhost{page}"})
    assert f'href="{page}?lang=en"' in sent.text
    foreign = operator.post(f"{page}/invite", {"name": "x"}, form_at=page, headers={"Referer": "http://evil.example/y"})
    assert 'href="/?lang=en"' in foreign.text


def test_scripts_get_their_words_in_the_language_of_the_page(stranger: Browser) -> None:
    def dictionary(path: str) -> dict[str, str]:
        found = re.search(r'id="words">(.*?)</script>', stranger.get(path).text, re.S)
        assert found is not None
        words: dict[str, str] = json.loads(found.group(1))
        return words

    assert dictionary("/?lang=zh")["Recorded"] == "已记录"
    assert dictionary("/?lang=en") == {}


@pytest.mark.parametrize(
    ("method", "path", "status"), [("get", "/nowhere", 404), ("post", "/healthz", 400), ("put", "/", 400)]
)
def test_errors_are_pages_for_people_and_json_for_scripts(
    stranger: Browser, method: str, path: str, status: int
) -> None:
    page = stranger.client.open(path, method=method.upper(), headers={"Accept": "text/html"})
    assert page.status_code in (status, 405) and "<h1" in page.text
    answer = stranger.client.open(path, method=method.upper(), headers={"Accept": "application/json"})
    assert answer.json is not None and set(answer.json) == {"error", "message"}


def test_a_bug_shows_its_number_and_no_traceback(
    services: Services, assets: Path, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(services, public_url="http://x", secret_key=SECRET_KEY, asset_folder=assets)

    def broken() -> str:
        raise ZeroDivisionError("the secret detail")

    app.view_functions["fans.home"] = requires(Role.ANYONE)(broken)
    answer = FlaskClient(app).get("/")
    reference = re.search(r"[0-9a-f]{8}", answer.text.split("已记录，编号")[1])
    assert answer.status_code == 500
    assert "secret detail" not in answer.text and "Traceback" not in answer.text
    assert reference is not None and reference.group() in caplog.text and "ZeroDivisionError" in caplog.text


def test_without_sql_pages_say_so_and_health_is_down(services: Services, assets: Path) -> None:
    away = create_engine("postgresql+psycopg://nobody@/none?host=/nonexistent", connect_args={"connect_timeout": 1})
    app = create_app(replace(services, sql=away), public_url="http://x", secret_key=SECRET_KEY, asset_folder=assets)
    client = app.test_client()
    answer = client.get("/r/K7M2QD")
    assert answer.status_code == 503 and answer.headers["Retry-After"] == "2"
    assert "nonexistent" not in answer.text
    health = client.get("/healthz")
    assert health.status_code == 503
    assert health.json is not None and health.json["status"] == "down" and "sql" in health.json["degraded"]


def test_health_names_what_is_missing_and_stays_up(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["status"] == "degraded"
    assert set(answer.json["degraded"]) == {"worker", "sweeper"}


def test_what_else_is_not_well_is_named_too(services: Services, assets: Path) -> None:
    app = create_app(
        services, public_url="http://x", secret_key=SECRET_KEY, asset_folder=assets, alive=lambda: {"bus": False}
    )
    answer = app.test_client().get("/healthz").json
    assert answer is not None and "bus" in answer["degraded"]


def test_metrics_are_in_the_format_of_prometheus(app: Flask) -> None:
    assert app.test_client().get("/metrics").content_type.startswith("text/plain; version=")


def test_bundles_are_kept_for_ever_and_come_compressed(stranger: Browser) -> None:
    address = re.search(r"/static/fans-\w+\.js", stranger.get("/").text)
    assert address is not None
    with stranger.get(address.group(), headers={"Accept-Encoding": "br"}) as answer:
        assert answer.headers["Content-Encoding"] == "br"
        assert "immutable" in answer.headers["Cache-Control"]
    assert stranger.get("/static/../config.py").status_code == 404


@pytest.mark.parametrize(("proxies", "seen"), [(0, "http://localhost/"), (1, "https://fans.example/")])
def test_forwarded_headers_count_only_from_promised_proxies(
    services: Services, assets: Path, proxies: int, seen: str
) -> None:
    app = create_app(services, public_url="http://x", secret_key=SECRET_KEY, asset_folder=assets)
    behind_proxies(app, proxies)
    app.view_functions["fans.home"] = requires(Role.ANYONE)(lambda: request.url)
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "fans.example", "X-Forwarded-For": "192.0.2.9"}
    assert app.test_client().get("/", headers=headers).text == seen


@pytest.mark.parametrize(("base_url", "wanted"), [("http://192.0.2.7", None), ("https://fans.example", "same-origin")])
def test_headers_that_only_https_honours_are_not_sent_on_plain_http(
    stranger: Browser, base_url: str, wanted: str | None
) -> None:
    headers = stranger.client.get("/", base_url=base_url).headers
    assert headers.get("Cross-Origin-Opener-Policy") == wanted
    assert ("Strict-Transport-Security" in headers) is (wanted is not None)
