"""Repeating a rush or a quiz: a rule is set, and stopped again."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions, quizzes, schedules
from campaigns.control.recurrence import Recurrence, Repeat, checked, named_rule
from campaigns.control.schedule import SHAPE
from campaigns.domain.errors import BadInput
from campaigns.domain.roles import Action
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.quizzes import quiz_page
from campaigns.web.operators.repeat_panel import in_words
from campaigns.web.operators.rushes import rush_page
from campaigns.web.operators.typed import MOST_LATE_MIN, Typed

MOST_HOURS = 24 * 31


@operators.post("/rushes/<int:rush_id>/schedules")
@requires(Role.OPERATOR, Action.RUN)
def repeat_rush(rush_id: int) -> Response:
    typed, found = Typed(request.form), definitions.rush(services(), rush_id)
    if _repeated(typed, rush_id, found.campaign_id, lasts=False):
        return redirect(url_for("operators.rush", rush_id=rush_id) + "#repeating", 303)
    return make_response(rush_page(rush_id, typed=typed), 400)


@operators.post("/quizzes/<int:quiz_id>/schedules")
@requires(Role.OPERATOR, Action.RUN)
def repeat_quiz(quiz_id: int) -> Response:
    typed, found = Typed(request.form), quizzes.quiz(services(), quiz_id)
    if _repeated(typed, quiz_id, found.campaign_id, lasts=True):
        return redirect(url_for("operators.quiz", quiz_id=quiz_id) + "#repeating", 303)
    return make_response(quiz_page(quiz_id, typed=typed), 400)


@operators.post("/rushes/<int:activity_id>/schedules/<int:schedule_id>/stop", endpoint="stop_rush")
@operators.post("/quizzes/<int:activity_id>/schedules/<int:schedule_id>/stop", endpoint="stop_quiz")
@requires(Role.OPERATOR, Action.RUN)
def stop(activity_id: int, schedule_id: int) -> Response:
    """`runs=on`: what waits for its hour is called off too."""
    if any(one.id == schedule_id for one in schedules.schedules_of(services(), activity_id)):
        schedules.stop(services(), schedule_id, actor(), with_runs="runs" in request.form)
    flash(_("It does not repeat any more."))
    rush = request.endpoint == "operators.stop_rush"
    to = url_for("operators.rush", rush_id=activity_id) if rush else url_for("operators.quiz", quiz_id=activity_id)
    return redirect(to + "#runs" if rush else to, 303)


def _repeated(typed: Typed, activity_id: int, campaign_id: int, *, lasts: bool) -> bool:
    """False: something does not fit, and `typed` says what."""
    late_s = typed.whole("each_late_min", 0, MOST_LATE_MIN) * 60
    ahead = typed.whole("ahead_days", 1, schedules.MOST_AHEAD_DAYS)
    hours = typed.whole("lasts_h", 1, MOST_HOURS) if lasts and typed.text("lasts_h") else 0
    found = _recurrence(typed, definitions.zone_of(services(), campaign_id))
    if found is None or typed.problems:
        return False
    with typed.noting():
        wanted = schedules.Repeated(found, ahead, late_s, hours * 3600 or None)
        schedules.repeat(services(), activity_id, wanted, actor())
        flash(_("It repeats: %(rule)s (%(zone)s).", rule=in_words(found), zone=found.zone.key))
    return not typed.problems


def _recurrence(typed: Typed, zone: ZoneInfo) -> Recurrence | None:
    with typed.noting():
        first = _first(typed.text("first"))
        chosen, until = typed.text("repeat"), typed.text("until")
        rule = named_rule(Repeat(chosen), first, until) if chosen in list(Repeat) else typed.text("rule")
        try:
            return checked(rule, first, zone, services().now().at)
        except BadInput as refused:
            if refused.field != "rule" or chosen not in list(Repeat):
                raise
            raise BadInput("until" if until else "first", rule, refused.wanted) from None
    return None


def _first(text: str) -> datetime:
    try:
        return datetime.strptime(text[:16], SHAPE)
    except ValueError:
        raise BadInput("first", text, "a date and a time") from None
