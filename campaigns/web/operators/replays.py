"""The replay of a run that is over: a screen's page without a wire, and the packets it plays."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import partial
from typing import cast

from flask import render_template, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.replays import Replay, has_replay, replay
from campaigns.control.runs import run_summary
from campaigns.domain.errors import NotFound
from campaigns.domain.roles import Action
from campaigns.web.access import Role, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import TAGS, language
from campaigns.web.operators.blueprint import operators
from campaigns.web.packing import packed
from campaigns.web.themes import dressed


@operators.get("/runs/<int:run_id>/replay", endpoint="replay")
@requires(Role.OPERATOR, Action.READ)
def replay_page(run_id: int) -> str:
    if not has_replay(services(), run_id):
        raise NotFound(f"replay of run {run_id}")
    run = run_summary(services(), run_id)
    return render_template(
        "operators/replay.html",
        run=run,
        title=definitions.campaign(services(), run.campaign_id).title,
        theme=dressed(run.campaign_id),
        record=url_for("operators.replay_record", run_id=run_id),
        back=url_for("operators.report", run_id=run_id),
        words_json=edge().catalog.dictionary("displays"),
        lang=TAGS[language()],
    )


@operators.get("/runs/<int:run_id>/replay.json", endpoint="replay_record")
@requires(Role.OPERATOR, Action.READ)
def replay_record(run_id: int) -> Response:
    found = replay(services(), run_id, edge().offload)
    if found is None:
        raise NotFound(f"replay of run {run_id}")
    response = packed(cast("str", edge().offload(partial(_as_json, found))))
    response.headers["Content-Type"] = "application/json"
    return response


def _as_json(found: Replay) -> str:
    return json.dumps(asdict(found), ensure_ascii=False, separators=(",", ":"))
