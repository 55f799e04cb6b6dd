"""The application without a server, and the people who use it, each with a browser of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from werkzeug.test import TestResponse

from campaigns.bootstrap import Services
from campaigns.control.questions import questions_of
from campaigns.identity.operators import mint_login_link
from campaigns.web import create_app

PUBLIC_URL = "http://192.0.2.7:8000"
SECRET_KEY = b"a secret key of the tests"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'
CAMPAIGN = {"title_zh": "新品之夜", "title_en": "Launch night", "zone": "Europe/Berlin", "rate": "1.5"}
RUSH = {"title_zh": "抢答", "title_en": "Rush one", "rule": "first_n", "first_n": "5", "streak": "on"}
SINGLE = {"kind": "single", "text_zh": "谁更重？", "text_en": "Which is heavier?", "key": "b", "seconds": "20"}
SINGLE |= {"choice_a_zh": "甲", "choice_a_en": "First", "choice_b_zh": "乙", "choice_b_en": "Second"}
SINGLE |= {"possible": "1000", "difficulty": "2", "explanation_zh": "因为秘密", "explanation_en": "canary-7f3a"}


class Browser:
    """A client that fills the CSRF token of the page it last saw into what it posts."""

    def __init__(self, app: Flask, base_url: str = "http://localhost") -> None:
        self.client: FlaskClient = app.test_client()
        self.base_url = base_url
        self.client.get("/", base_url=base_url)

    def get(self, path: str, **more: object) -> TestResponse:
        return self.client.get(path, base_url=self.base_url, **more)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found is not None, f"{path} has no form"
        return found.group(1)

    def post(self, path: str, data: dict[str, object], *, form_at: str, **more: object) -> TestResponse:
        sent = {"csrf_token": self.token(form_at), **data}
        return self.client.post(path, data=sent, base_url=self.base_url, **more)


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Bundles as tools/build.mjs leaves them, small ones."""
    folder = tmp_path_factory.mktemp("dist")
    names = {
        f"{face}.{end}": f"{face}-0A1B2C3D.{end}" for face in ("fans", "displays", "operators") for end in ("js", "css")
    }
    names |= {
        f"operators-{page}.js": f"operators-{page}-0A1B2C3D.js"
        for page in ("preview", "road-preview", "quiz-live", "theme", "poster", "remotes")
    }
    names |= {f"fans-{page}.js": f"fans-{page}-0A1B2C3D.js" for page in ("reach", "card", "flash")}
    names["displays-replay.js"] = "displays-replay-0A1B2C3D.js"
    names["share.png"] = "share-0A1B2C3D.png"
    for name in names.values():
        (folder / name).write_text("/* */" * 300)
        (folder / f"{name}.br").write_bytes(b"pretend this is brotli")
    (folder / "manifest.json").write_text(str(names).replace("'", '"'))
    return folder


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """To compile its templates is most of what an application costs: done once for all modules."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="module")
def application(services: Services, assets: Path, compiled: BytecodeCache) -> Flask:
    made = create_app(services, public_url=PUBLIC_URL, secret_key=SECRET_KEY, asset_folder=assets)
    made.jinja_env.bytecode_cache = compiled
    return made


@pytest.fixture
def app(application: Flask, services: Services) -> Flask:
    services.live.flushall()  # the counters of the throttle
    return application


@pytest.fixture
def stranger(app: Flask) -> Browser:
    return Browser(app)


@pytest.fixture
def operator(app: Flask, services: Services) -> Browser:
    """Logged in by a fresh link."""
    browser = Browser(app)
    link = f"/login/{mint_login_link(services)}"
    assert browser.post(link, {}, form_at=link).status_code == 302
    return browser


def send(browser: Browser, path: str, data: dict[str, str], **more: object) -> int:
    return browser.post(path, dict(data), form_at=path, **more).status_code


@pytest.fixture
def campaign_id(operator: Browser) -> int:
    answer = operator.post("/operators/campaigns/new", dict(CAMPAIGN), form_at="/operators/campaigns/new")
    return int(answer.headers["Location"].rsplit("/", 1)[1])


@pytest.fixture
def rush_id(operator: Browser, campaign_id: int) -> int:
    path = f"/operators/campaigns/{campaign_id}/rushes/new"
    return int(operator.post(path, dict(RUSH), form_at=path).headers["Location"].rsplit("/", 1)[1])


@pytest.fixture
def question_id(operator: Browser, services: Services, rush_id: int) -> int:
    assert send(operator, f"/operators/rushes/{rush_id}/questions/new", SINGLE | {"version": "1"}) == 303
    return questions_of(services, rush_id)[0].id
