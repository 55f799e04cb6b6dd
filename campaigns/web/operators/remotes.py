"""Remote controls of a run, as its desk gives them out and takes them back."""

from __future__ import annotations

import segno
from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.runs import run_summary
from campaigns.domain.reach import only_here
from campaigns.domain.roles import Action
from campaigns.identity.remotes import invite, remotes_of, revoke_remotes
from campaigns.web.access import Role, actor, operator, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators


@operators.route("/runs/<int:run_id>/remotes", methods=["GET", "POST"], endpoint="remotes")
@requires(Role.OPERATOR, Action.RUN)
def list_remotes(run_id: int) -> Response:
    """A link that is made stands on the page that answers, and nowhere else."""
    if request.method != "POST":
        return _page(run_id, None)
    return _page(run_id, edge().public_url + url_for("remotes.link", secret=invite(services(), run_id, operator().id)))


@operators.post("/runs/<int:run_id>/remotes/revoke", endpoint="revoke_remotes")
@requires(Role.OPERATOR, Action.RUN)
def revoke(run_id: int) -> Response:
    if revoke_remotes(services(), run_id, actor()):
        flash(_("All remote controls of this run are taken back."))
    return redirect(url_for("operators.remotes", run_id=run_id), 303)


def _page(run_id: int, link: str | None) -> Response:
    run = run_summary(services(), run_id)
    page = render_template(
        "operators/remotes.html",
        run=run,
        rush=definitions.rush(services(), run.activity_id),
        campaign=definitions.campaign(services(), run.campaign_id),
        zone=definitions.zone_of(services(), run.campaign_id),
        held=remotes_of(services(), run_id),
        link=link,
        qr=segno.make(link, error="m").svg_data_uri(scale=6, border=2, light="#fff") if link else None,
        only_here=only_here(edge().public_url),
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
