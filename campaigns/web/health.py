"""/healthz for people and supervisors, /metrics for Prometheus.

SQL away is `down` (503): nothing can be recorded. Everything else away is `degraded` (200): the show goes on, slower.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, make_response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis import RedisError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from campaigns.bootstrap import Services
from campaigns.control.pulse import sweeper_ago_s, worker_ago_s
from campaigns.domain.checklist import SWEEPER_SILENT_S, WORKER_SILENT_S
from campaigns.web.access import Role, requires
from campaigns.web.edge import edge, services

health = Blueprint("health", __name__)


@health.get("/healthz")
@requires(Role.ANYONE)
def healthz() -> Response:
    sql, redis = _well(_ask_sql), _well(_ask_redis)
    worker, sweeper = _seconds(worker_ago_s), _seconds(sweeper_ago_s)
    well = {
        "sql": sql,
        "redis": redis,
        "worker": worker is not None and worker < WORKER_SILENT_S,
        "sweeper": sweeper is not None and sweeper < SWEEPER_SILENT_S,
        **edge().alive(),
    }
    degraded = sorted(name for name, is_well in well.items() if not is_well)
    status = "down" if not sql else "degraded" if degraded else "ok"
    facts = {"status": status, "degraded": degraded, "sql": sql, "redis": redis}
    facts |= {"worker_seen_s": worker, "sweeper_seen_s": sweeper}
    return make_response(jsonify(facts), 200 if sql else 503)


@health.get("/metrics")
@requires(Role.ANYONE)
def metrics() -> Response:
    response = make_response(generate_latest(edge().metrics))
    response.headers["Content-Type"] = CONTENT_TYPE_LATEST
    return response


def _ask_sql() -> None:
    with services().sql.connect() as sql:
        sql.execute(text("SELECT 1"))


def _ask_redis() -> None:
    services().live.ping()


def _well(ask: Callable[[], None]) -> bool:
    try:
        ask()
    except (SQLAlchemyError, RedisError):
        return False
    return True


def _seconds(ask: Callable[[Services], float | None]) -> float | None:
    """None: never seen, or Redis cannot say."""
    with contextlib.suppress(RedisError):
        return ask(services())
    return None
