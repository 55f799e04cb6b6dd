"""What an operator puts over the wall of a season, which has no desk: the brand, and numbers instead of names."""

from __future__ import annotations

from flask import flash, request
from werkzeug.wrappers import Response

from campaigns.control import faces
from campaigns.control.season_sheets import season_sheet
from campaigns.domain.roles import Action
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.quiz_seasons import to_season


@operators.post("/seasons/<int:run_id>/brand")
@requires(Role.OPERATOR, Action.RUN)
def season_brand(run_id: int) -> Response:
    """`shown=on`: every screen that follows the season shows the brand; without it the road again."""
    season_sheet(services(), run_id)
    shown = request.form.get("shown") == "on"
    faces.show_brand(services(), run_id, actor(), shown=shown)
    flash(_("The screens show the brand. Phones go on.") if shown else _("The screens show the road."), "message")
    return to_season(run_id)


@operators.post("/seasons/<int:run_id>/names")
@requires(Role.OPERATOR, Action.MODERATE)
def season_names(run_id: int) -> Response:
    """`hidden=on`: numbers instead of names on the screens; without it names again."""
    season_sheet(services(), run_id)
    hidden = request.form.get("hidden") == "on"
    faces.hide_names(services(), run_id, actor(), hidden=hidden)
    flash(_("The screens show numbers instead of names.") if hidden else _("The screens show names."), "message")
    return to_season(run_id)
