"""The audit log's page: what operators did, the newest first, by person and by kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flask import render_template, request

from campaigns.control import definitions
from campaigns.control.audit import Deed, Wish, log_of
from campaigns.domain.roles import Action
from campaigns.web.access import Role, requires
from campaigns.web.edge import services
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.deeds import kind_name

LONGEST = 160
MOST_PAGES = 2000


@operators.get("/campaigns/<int:campaign_id>/audit", endpoint="audit")
@requires(Role.OPERATOR, Action.READ)
def audit_page(campaign_id: int) -> str:
    wish = Wish(request.args.get("actor", "")[:40], request.args.get("kind", "")[:40])
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    log = log_of(services(), campaign_id, wish, page)
    return render_template(
        "operators/audit.html",
        campaign=definitions.campaign(services(), campaign_id),
        zone=definitions.zone_of(services(), campaign_id),
        log=log,
        wish=wish,
        page=page,
        kind_name=kind_name,
        kinds=sorted(log.kinds, key=kind_name),
        changes=changes,
    )


def changes(deed: Deed) -> Iterator[tuple[str, str | None, str | None]]:
    """(name, before, after) of all that a deed tells; None: there was, or is, nothing to tell."""
    for name in {**deed.before, **deed.after}:
        yield name, _short(deed.before.get(name)), _short(deed.after.get(name))


def _short(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
