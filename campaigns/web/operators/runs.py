"""Runs: make one now or schedule it, its desk, its board afterwards."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.boards import board_of
from campaigns.control.runs import make_run, run_summary
from campaigns.control.schedule import instant
from campaigns.control.season_sheets import is_quiz_run
from campaigns.domain.errors import BadInput
from campaigns.domain.reach import only_here
from campaigns.domain.roles import Action
from campaigns.web.access import Role, operator, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import language
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.complaints import complaint
from campaigns.web.operators.rushes import rush_page
from campaigns.web.operators.typed import Typed
from campaigns.web.themes import dressed
from campaigns.web.words import script_json


@operators.post("/rushes/<int:rush_id>/runs")
@requires(Role.OPERATOR, Action.RUN)
def start_run(rush_id: int) -> Response:
    """`when=now` opens the lobby at once and leads to the desk; else the lobby opens by itself at `starts_at`."""
    typed = Typed(request.form)
    found = definitions.rush(services(), rush_id)
    actor = f"operator:{operator().id}"
    try:
        if typed.text("when") == "now":
            run_id = make_run(services(), rush_id, actor=actor)
            return redirect(url_for("operators.desk", run_id=run_id), 303)
        zone = definitions.zone_of(services(), found.campaign_id)
        starts_at = instant(typed.text("starts_at"), zone, services().now().at)
        late_s = typed.late()
        if typed.problems:
            return make_response(rush_page(rush_id, typed=typed), 400)
        make_run(services(), rush_id, actor=actor, starts_at=starts_at, late_s=late_s)
    except BadInput as refused:
        typed.problems["starts_at" if refused.field == "starts_at" else "when"] = complaint(refused)
        return make_response(rush_page(rush_id, typed=typed), 400)
    shown = starts_at.astimezone(zone).strftime("%Y-%m-%d %H:%M (%Z, UTC%z)")
    flash(_("Scheduled: the lobby opens by itself at %(when)s.", when=shown))
    return redirect(url_for("operators.rush", rush_id=rush_id) + "#runs", 303)


@operators.get("/runs/<int:run_id>")
@requires(Role.OPERATOR, Action.READ)
def desk(run_id: int) -> str | Response:
    """A quiz's season has no desk: nobody asks its questions. It leads to the season's page."""
    if is_quiz_run(services(), run_id):
        return redirect(url_for("operators.season", run_id=run_id))
    run = run_summary(services(), run_id)
    rush = definitions.rush(services(), run.activity_id)
    join_url = edge().public_url + url_for("fans.run", code=run.code)
    page = {"run": str(run.id), "code": run.code, "lang": language(), "join_url": join_url}
    return render_template(
        "operators/desk.html",
        run=run,
        rush=rush,
        campaign=definitions.campaign(services(), run.campaign_id),
        theme=dressed(run.campaign_id),
        join_url=join_url,
        qr_url="" if only_here(join_url) else url_for("fans.qr", code=run.code),
        words_json=edge().catalog.dictionary("operators"),
        page_json=script_json(page),
    )


@operators.get("/runs/<int:run_id>/board")
@requires(Role.OPERATOR, Action.READ)
def board(run_id: int) -> str:
    run = run_summary(services(), run_id)
    page = request.args.get("page", "1")
    return render_template(
        "operators/board.html",
        run=run,
        rush=definitions.rush(services(), run.activity_id),
        campaign=definitions.campaign(services(), run.campaign_id),
        zone=definitions.zone_of(services(), run.campaign_id),
        board=board_of(services(), run_id, int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1),
    )
