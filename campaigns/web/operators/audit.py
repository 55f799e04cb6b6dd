"""The audit log's page: what operators did, the newest first, by person and by kind."""

from __future__ import annotations

from flask import render_template, request

from campaigns.control import definitions
from campaigns.control.audit import Wish, log_of
from campaigns.domain.roles import Action
from campaigns.web.access import Role, requires
from campaigns.web.edge import services
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.deed_words import Teller
from campaigns.web.operators.deeds import kind_name

MOST_PAGES = 2000


@operators.get("/campaigns/<int:campaign_id>/audit", endpoint="audit")
@requires(Role.OPERATOR, Action.READ)
def audit_page(campaign_id: int) -> str:
    wish = Wish(request.args.get("actor", "")[:40], request.args.get("kind", "")[:40])
    page = min(max(request.args.get("page", 1, type=int), 1), MOST_PAGES)
    log = log_of(services(), campaign_id, wish, page)
    zone = definitions.zone_of(services(), campaign_id)
    return render_template(
        "operators/audit.html",
        campaign=definitions.campaign(services(), campaign_id),
        zone=zone,
        log=log,
        wish=wish,
        page=page,
        kind_name=kind_name,
        kinds=sorted(log.kinds, key=kind_name),
        changes=Teller(log.names, zone).changes,
    )
