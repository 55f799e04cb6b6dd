"""Viewers of a stream: their links, how late each of them is, and measuring it by flashes."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.calibrating import begin_flashes, calibration_of
from campaigns.control.cohorts import BEFORE_PLAY, cohort_line, cohorts_of, make_cohort, set_delay, take_back
from campaigns.control.runs import run_summary
from campaigns.domain.cohort import LONGEST_MS, LONGEST_NAME
from campaigns.domain.errors import NotFound
from campaigns.domain.reach import only_here
from campaigns.domain.roles import Action
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.typed import Typed


@operators.get("/runs/<int:run_id>/streams")
@requires(Role.OPERATOR, Action.READ)
def streams(run_id: int) -> Response:
    return _page(run_id, {"delay_ms": "10000"}, {})


@operators.post("/runs/<int:run_id>/streams/new")
@requires(Role.OPERATOR, Action.RUN)
def make_stream(run_id: int) -> Response:
    typed = Typed(request.form)
    delay_ms = typed.whole("delay_ms", 0, LONGEST_MS)
    made: int | None = None
    if not typed.problems:
        with typed.noting():
            made = make_cohort(services(), run_id, typed.text("name"), delay_ms, actor(), prizes=typed.switch("prizes"))
    if typed.problems:
        return _page(run_id, typed.values, typed.problems, 400)
    return _back(run_id, done=made is not None)


@operators.post("/runs/<int:run_id>/stream/delay")
@requires(Role.OPERATOR, Action.RUN)
def delay_stream(run_id: int) -> Response:
    """`run_id`: the cohort's. Without a number: what was measured."""
    typed, of_run_id = Typed(request.form), _of(run_id)
    if typed.switch("measured"):
        found = calibration_of(services(), run_id)
        if found is None or found.estimate is None:
            return _back(of_run_id, done=False)
        said = found.estimate
        return _back(of_run_id, done=set_delay(services(), run_id, said.delay_ms, actor(), said.spread_ms))
    delay_ms = typed.whole("delay_ms", 0, LONGEST_MS)
    if typed.problems:
        return _page(of_run_id, {"delay_ms": "10000"}, {f"delay_{run_id}": typed.problems["delay_ms"]}, 400)
    return _back(of_run_id, done=set_delay(services(), run_id, delay_ms, actor()))


@operators.post("/runs/<int:run_id>/stream/remove")
@requires(Role.OPERATOR, Action.RUN)
def remove_stream(run_id: int) -> Response:
    return _back(_of(run_id), done=take_back(services(), run_id, actor()))


@operators.post("/runs/<int:run_id>/stream/flash")
@requires(Role.OPERATOR, Action.RUN)
def flash_stream(run_id: int) -> Response:
    return _back(_of(run_id), done=begin_flashes(services(), run_id, actor()))


def _of(run_id: int) -> int:
    """The hall's run that this cohort follows."""
    line = cohort_line(services(), run_id)
    if line is None:
        raise NotFound(f"cohort {run_id}")
    return line.of_run_id


def _back(run_id: int, *, done: bool) -> Response:
    if not done:
        flash(_("That is not possible any more: see below how it stands."))
    return redirect(url_for("operators.streams", run_id=run_id), 303)


def _page(run_id: int, values: Mapping[str, str], problems: Mapping[str, str], status: int = 200) -> Response:
    run = run_summary(services(), run_id)
    found = [line for line in cohorts_of(services(), run_id) if line.state != "cancelled"]
    shown = render_template(
        "operators/streams.html",
        run=run,
        rush=definitions.rush(services(), run.activity_id),
        campaign=definitions.campaign(services(), run.campaign_id),
        cohorts=[(line, calibration_of(services(), line.run_id)) for line in found],
        changeable=run.state in BEFORE_PLAY,
        longest_ms=LONGEST_MS,
        longest_name=LONGEST_NAME,
        public_url=edge().public_url,
        only_here=only_here(edge().public_url),
        values=values,
        problems=problems,
    )
    return make_response(shown, status)
