"""Rehearsals: what can be seen before one, its settings, and the report of what would break."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.questions import questions_of
from campaigns.control.rehearsal_sight import seen_of_rush
from campaigns.control.rehearsals import rehearsal, start_rehearsal, under_way
from campaigns.domain.rehearsal import LIMITS, Plan, longest_ms
from campaigns.domain.roles import Action
from campaigns.domain.round import reading_ms
from campaigns.web.access import Role, actor, mine, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.typed import Typed

SECONDS = {"speed_s": (1, 60, 4), "pace_s": (1, 20, 3)}  # lowest, highest, at first


@operators.route("/rushes/<int:rush_id>/rehearse", methods=["GET", "POST"], endpoint="rehearse")
@requires(Role.OPERATOR, Action.RUN)
def rehearse(rush_id: int) -> Response:
    """The settings, and what would break as far as it can be seen without a rehearsal; then the desk of the new run."""
    found = definitions.rush(services(), rush_id)
    if request.method == "GET":
        return _form(found, _values(Plan()), {})
    typed = Typed(request.form)
    plan = _typed(typed)
    if plan is not None:
        with typed.noting():
            run_id = start_rehearsal(services(), rush_id, plan, actor())
            if run_id is not None:
                return redirect(url_for("operators.desk", run_id=run_id), 303)
            typed.problems["busy"] = _("Another rehearsal is under way. Two at a time would measure each other.")
    return _form(found, typed.values, typed.problems, 400)


@operators.get("/runs/<int:run_id>/rehearsal", endpoint="rehearsal")
@requires(Role.OPERATOR, Action.READ)
def rehearsal_page(run_id: int) -> str:
    """While it goes on this page looks again by itself."""
    found = rehearsal(services(), run_id)
    return render_template(
        "operators/rehearsal.html",
        found=found,
        rush=definitions.rush(services(), found.activity_id),
        campaign=definitions.campaign(services(), found.campaign_id),
        zone=definitions.zone_of(services(), found.campaign_id),
    )


def _typed(typed: Typed) -> Plan | None:
    normal = Plan()
    numbers = {
        name: typed.whole(name, *LIMITS[name], default=getattr(normal, name))
        for name in ("fans", "skill", "delay_ms", "dropouts")
    }
    if typed.text("expected"):
        numbers["expected"] = typed.whole("expected", *LIMITS["expected"])
    for name, (low, high, at_first) in SECONDS.items():
        numbers[name.removesuffix("_s") + "_ms"] = typed.whole(name, low, high, default=at_first) * 1000
    return None if typed.problems else Plan(**numbers, by_itself=typed.switch("by_itself"))


def _values(plan: Plan) -> dict[str, str]:
    values = {name: str(getattr(plan, name)) for name in ("fans", "skill", "delay_ms", "dropouts")}
    return values | {name: str(at_first) for name, (_low, _high, at_first) in SECONDS.items()}


def _form(found: definitions.Rush, values: dict[str, str], problems: dict[str, str], status: int = 200) -> Response:
    """Another campaign's rehearsal is not named to who has no business there."""
    other = under_way(services())
    pace = values.get("pace_s", "")
    pace_ms = 1000 * (int(pace) if pace.isdecimal() and len(pace) < 3 else SECONDS["pace_s"][2])
    page = render_template(
        "operators/rehearsal_form.html",
        rush=found,
        campaign=definitions.campaign(services(), found.campaign_id),
        findings=[each.to_dict() for each in seen_of_rush(services(), found.id, found.campaign_id)],
        length=_length(found, pace_ms),
        other=other,
        reachable=other is not None and other.campaign_id in mine(),
        values=values,
        problems=problems,
        limits=LIMITS,
        seconds=SECONDS,
    )
    return make_response(page, status)


def _length(rush: definitions.Rush, pace_ms: int) -> tuple[int, int]:
    """How many questions, and how many minutes they last by themselves, at most."""
    rules = rush.draft.rules
    bounds = (rules.reading_min_ms, rules.reading_max_ms)
    questions = [placed.question for placed in questions_of(services(), rush.id)]
    asked = [
        (reading_ms(each.text.get("zh", ""), each.text.get("en", ""), *bounds), each.seconds) for each in questions
    ]
    return len(asked), -(-longest_ms(asked, rules.lead_ms, pace_ms) // 60_000)
