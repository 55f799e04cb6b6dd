"""Questions that fans propose: read, accepted, refused with a reason."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control import proposals as control
from campaigns.domain.errors import BadInput
from campaigns.web.access import Role, operator, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators


@operators.get("/campaigns/<int:campaign_id>/proposals", endpoint="proposals")
@requires(Role.OPERATOR)
def waiting(campaign_id: int) -> str:
    card = definitions.campaign(services(), campaign_id)
    waiting = control.open_proposals(services(), campaign_id)
    return render_template("operators/proposals.html", campaign=card, proposals=waiting)


@operators.post("/campaigns/<int:campaign_id>/proposals/<int:question_id>", endpoint="decide_proposal")
@requires(Role.OPERATOR)
def decide(campaign_id: int, question_id: int) -> Response:
    who = (services(), campaign_id, question_id, operator().id)
    if request.form.get("to") == "accept":
        flash(_("Accepted: it may be drawn from now on.") if control.accept(*who) else _already())
        return _back(campaign_id)
    try:
        refused = control.refuse(*who, request.form.get("reason", "")[:500])
        flash(_("Refused. The fan reads your reason on the own page.") if refused else _already())
    except BadInput:
        flash(_("Say why in one sentence, at most %(n)s characters: the fan reads it.", n=control.LONGEST_REASON))
    return _back(campaign_id)


def _already() -> str:
    return _("Somebody else has decided on this one already.")


def _back(campaign_id: int) -> Response:
    return redirect(url_for("operators.proposals", campaign_id=campaign_id), 303)
