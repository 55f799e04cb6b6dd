"""Flask: create_app puts the edges together. Each parses, calls one use case, shows the outcome; no rule of games."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Request, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf import CSRFProtect
from prometheus_client import CollectorRegistry
from werkzeug.routing import IntegerConverter, Map
from whitenoise import WhiteNoise

from campaigns.bootstrap import Services
from campaigns.domain.checklist import Machine
from campaigns.identity.operators import Offload, here
from campaigns.web import access, headers, language, problems, throttle
from campaigns.web.after import after
from campaigns.web.assets import PREFIX, Assets
from campaigns.web.cards import cards
from campaigns.web.displays import displays
from campaigns.web.edge import KEY, Edge
from campaigns.web.fans import fans
from campaigns.web.flashes import flashes
from campaigns.web.handover import handover
from campaigns.web.health import health
from campaigns.web.keeping import keeping
from campaigns.web.login import login
from campaigns.web.operators import UPLOADS, operators
from campaigns.web.proposals import proposals
from campaigns.web.reach import reach
from campaigns.web.remotes import remotes
from campaigns.web.themes import themes
from campaigns.web.words import Catalog

PROJECT = Path(__file__).resolve().parents[2]
LARGEST_FORM = 64 * 1024
CENTURY_S = 10 * 365 * 24 * 3600


class _SecureWhereItCan(SecureCookieSessionInterface):
    """The cookie of the CSRF token: `Secure` exactly on https, because a hall's own network has plain http."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


class _Looked(Request):
    """HEAD is a look at a page, as the previews of chat apps take it: without this, "not GET" in a view would be a press,
    past the CSRF token, and burn the link that was to be looked at. Flask sends no body by the environment's method."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.method = "GET" if self.method == "HEAD" else self.method


class _RowId(IntegerConverter):
    """An id beyond bigint is no id: 404, not an error of the database."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": 2**63 - 1, **options})


def create_app(
    services: Services,
    *,
    public_url: str,
    secret_key: bytes,
    joins_per_minute: int = 5000,
    issuers: Mapping[str, bytes] | None = None,
    asset_folder: Path | None = None,
    offload: Offload = here,
    metrics: CollectorRegistry | None = None,
    alive: Callable[[], dict[str, bool]] = dict,
    machine: Machine | None = None,
) -> Flask:
    """The web application. `offload` runs slow work off the hub, `alive` names what else /healthz should know.

    `machine`: what the checklist says of where this process runs. `issuers`: who may hand members over, with their secrets.
    """
    app = Flask("fanfare", root_path=str(PROJECT), template_folder="templates", static_folder=None)
    app.config.update(
        SECRET_KEY=secret_key,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=None,
        SESSION_COOKIE_NAME="form",
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # in-app browsers send no Referer; access.py asks Sec-Fetch-Site and Origin instead
    )
    app.request_class = _Looked
    app.session_interface = _SecureWhereItCan()
    assets = Assets(asset_folder or PROJECT / "static" / "dist")
    shared = Edge(
        services=services,
        public_url=public_url.rstrip("/"),
        assets=assets,
        catalog=Catalog(PROJECT / "static" / "js"),
        joins_per_minute=joins_per_minute,
        issuers=issuers or {},
        offload=offload,
        metrics=metrics or CollectorRegistry(),
        alive=alive,
        machine=machine or Machine(),
    )
    app.extensions[KEY] = shared
    _put_together(app, shared)
    _in_front(app, assets)
    return app


def _put_together(app: Flask, shared: Edge) -> None:
    app.url_map.converters["int"] = _RowId
    app.jinja_env.globals["asset"] = shared.assets
    app.jinja_env.globals["wall_ms"] = lambda: round(shared.services.now().at.timestamp() * 1000)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    language.set_up(app, str(PROJECT / "translations"))
    headers.set_up(app)
    access.set_up(app)
    app.before_request(_allow_uploads)
    app.before_request(access.refuse_nul)
    CSRFProtect(app)
    problems.set_up(app)
    for blueprint in (
        fans,
        cards,
        after,
        flashes,
        keeping,
        handover,
        proposals,
        displays,
        operators,
        login,
        remotes,
        reach,
        themes,
        health,
    ):
        app.register_blueprint(blueprint)
    throttle.set_up(app, shared)
    access.check_every_view(app)


def _allow_uploads() -> None:
    """After the role was checked, before anything reads the body."""
    if request.endpoint in UPLOADS:
        request.max_content_length = UPLOADS[request.endpoint]


def _in_front(app: Flask, assets: Assets) -> None:
    """Static files are answered before Flask."""
    inner = WhiteNoise(
        app.wsgi_app,
        root=str(assets.folder) if assets.folder.is_dir() else None,
        prefix=PREFIX,
        max_age=CENTURY_S,
        immutable_file_test=lambda path, url: not url.endswith(".json"),
        allow_all_origins=False,
        autorefresh=False,
    )
    app.wsgi_app = inner  # type: ignore[method-assign]  # Flask's own way to wrap it
