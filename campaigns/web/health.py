"""/healthz for people and supervisors, /metrics for Prometheus.

SQL away is `down` (503): nothing can be recorded. Everything else away is `degraded` (200): the show goes on, slower.
The worker is alive if RQ has heard its heartbeat; the sweeper if it wrote `fanfare:sweeper` in Redis within its minute.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

from flask import Blueprint, Response, jsonify, make_response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis import RedisError
from rq import Worker
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from campaigns.live import keys
from campaigns.web.access import Role, requires
from campaigns.web.edge import edge, services

WORKER_SILENT_S, SWEEPER_SILENT_S = 120.0, 30.0
health = Blueprint("health", __name__)


@health.get("/healthz")
@requires(Role.ANYONE)
def healthz() -> Response:
    sql, redis = _well(_ask_sql), _well(_ask_redis)
    worker, sweeper = _seconds(_worker_seen), _seconds(_sweeper_seen)
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


def _seconds(ask: Callable[[], float | None]) -> float | None:
    """Age in seconds; None: never seen, or Redis cannot say."""
    with contextlib.suppress(RedisError):
        seen = ask()
        return None if seen is None else round(max(0.0, time.time() - seen), 1)
    return None


def _worker_seen() -> float | None:
    heartbeats = [worker.last_heartbeat for worker in Worker.all(connection=services().queue.connection)]
    return max((beat.timestamp() for beat in heartbeats if beat is not None), default=None)


def _sweeper_seen() -> float | None:
    stamp = services().live.get(keys.SWEEPER_SEEN)
    return float(stamp) if isinstance(stamp, (bytes, str)) else None
