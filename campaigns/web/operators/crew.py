"""The people of a campaign: who has which role; given by name, changed, taken."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from campaigns.control import crew, definitions
from campaigns.control.crew import RoleChange
from campaigns.domain.roles import TABLE, Action, CampaignRole
from campaigns.identity.operators import LONGEST_NAME
from campaigns.web.access import Role, actor, operator, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators


@operators.get("/campaigns/<int:campaign_id>/people", endpoint="crew")
@requires(Role.OPERATOR, Action.READ)
def crew_page(campaign_id: int) -> str:
    return render_template(
        "operators/crew.html",
        campaign=definitions.campaign(services(), campaign_id),
        members=crew.crew_of(services(), campaign_id),
        roles=TABLE,
        actions=list(Action),
    )


@operators.post("/campaigns/<int:campaign_id>/people/give", endpoint="give_role")
@requires(Role.OPERATOR, Action.MANAGE)
def give_role(campaign_id: int) -> Response:
    name = request.form.get("name", "").strip()[:LONGEST_NAME]
    if request.form.get("role") not in set(CampaignRole):
        raise BadRequest()
    _say(crew.give_role(services(), campaign_id, name, CampaignRole(request.form["role"]), actor()), name)
    return redirect(url_for("operators.crew", campaign_id=campaign_id), 303)


@operators.post("/campaigns/<int:campaign_id>/people/<int:operator_id>/remove", endpoint="take_role")
@requires(Role.OPERATOR, Action.MANAGE)
def take_role(campaign_id: int, operator_id: int) -> Response:
    done = crew.take_role(services(), campaign_id, operator_id, actor())
    _say(done, "")
    left = done is RoleChange.DONE and operator().id == operator_id
    return redirect(url_for("operators.campaigns") if left else url_for("operators.crew", campaign_id=campaign_id), 303)


def _say(done: RoleChange, name: str) -> None:
    unknown = _("No operator is called %(name)s. Invite them first: your name above, “Let somebody in”.", name=name)
    said = {
        RoleChange.DONE: _("Done. It holds from now on, at open desks too."),
        RoleChange.SAME: _("It is so already."),
        RoleChange.UNKNOWN: unknown if name else _("This operator has no role here."),
        RoleChange.LAST_OWNER: _("A campaign keeps an owner: give the role to somebody else first."),
    }[done]
    flash(said, "message" if done in (RoleChange.DONE, RoleChange.SAME) else "problem")
