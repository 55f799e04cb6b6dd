"""What a run was: its report, the same answers by another rule or key, and its record as files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO

from flask import redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.report.export import write_book, write_sheet
from campaigns.control.report.figures import Report, report
from campaigns.control.report.network import EDGES_MS
from campaigns.control.report.questions import QuestionFigures
from campaigns.control.report.what_if import Wish, what_if
from campaigns.control.runs import run_summary
from campaigns.control.season_sheets import is_quiz_run
from campaigns.domain.errors import BadInput
from campaigns.domain.question import ChoiceKey, Key, Kind, ValueKey
from campaigns.domain.roles import Action
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.play.afterwards import has_afterwards
from campaigns.web.access import Role, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import language
from campaigns.web.operators.bank_files import XLSX
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.typed import Typed
from campaigns.web.themes import dressed

LARGEST_SUM = 10_000_000


@operators.get("/runs/<int:run_id>/report", endpoint="report")
@requires(Role.OPERATOR, Action.READ)
def report_page(run_id: int) -> str | Response:
    """With `rule` or `n` in its address also the board as it would be. A season's figures stand on its own page."""
    if is_quiz_run(services(), run_id):
        return redirect(url_for("operators.season", run_id=run_id))
    found, typed = report(services(), run_id), Typed(request.args)
    wish = _wish(found, typed) if {"rule", "n"} & typed.values.keys() else None
    beside = what_if(services(), run_id, wish, edge().offload) if wish and not typed.problems else None
    run = run_summary(services(), run_id)
    return render_template(
        "operators/report.html",
        run=run,
        found=found,
        rush=definitions.rush(services(), run.activity_id),
        campaign=definitions.campaign(services(), run.campaign_id),
        zone=definitions.zone_of(services(), run.campaign_id),
        theme=dressed(run.campaign_id),
        words_json=edge().catalog.dictionary("operators"),
        public=has_afterwards(services(), run_id),
        edges=EDGES_MS,
        rules_there=list(Rule),
        wish=wish,
        beside=beside,
        values=_standing(wish.rules if wish else found.rules) | typed.values,
        said=request.args.getlist("right"),
        problems=typed.problems,
    )


def _standing(rules: RushRules) -> dict[str, str]:
    values = {"rule": rules.rule.value, "first_n": str(rules.first_n), "lives": str(rules.lives)}
    return values | {"pot": str(rules.pot)} | ({"streak": "on"} if rules.streak else {})


def _wish(found: Report, typed: Typed) -> Wish:
    """What cannot be wished is a problem of its field."""
    rules, n, key = found.rules, None, None
    if "rule" in typed.values:
        wanted: dict[str, object] = {"rule": typed.text("rule"), "streak": typed.switch("streak")}
        wanted["first_n"] = typed.whole("first_n", 1, 1000, default=rules.first_n)
        wanted["lives"] = typed.whole("lives", 0, 1, default=rules.lives)
        wanted["pot"] = typed.whole("pot", 0, LARGEST_SUM, default=rules.pot)
        with typed.noting():
            rules = RushRules.from_dict(rules.to_dict() | wanted)
    asked = next((each for each in found.questions if each.mark == typed.text("n") and not each.warm_up), None)
    if asked is not None:
        with typed.noting():
            n, key = asked.n, _key(asked, typed)
    return Wish(rules, n, key)


def _key(asked: QuestionFigures, typed: Typed) -> Key:
    """Raises BadInput."""
    if asked.question.kind is Kind.ESTIMATE:
        margin = asked.key.margin if isinstance(asked.key, ValueKey) else asked.question.margin or 0
        try:
            return ValueKey(float(typed.text("value")), margin)
        except ValueError:
            raise BadInput("right", typed.text("value"), "a number such as 189 or 7.5") from None
    right, there = frozenset(request.args.getlist("right")), ", ".join(sorted(asked.order))
    if not right or not right <= set(asked.order):
        raise BadInput("right", ", ".join(sorted(right)), f"some of {there}")
    if len(right) > 1 and asked.question.kind is not Kind.MULTIPLE:
        raise BadInput("right", ", ".join(sorted(right)), f"exactly one of {there}")
    return ChoiceKey(right)


@operators.get("/runs/<int:run_id>/export/<sheet>.csv", endpoint="export_sheet")
@requires(Role.OPERATOR, Action.EXPORT)
def export_sheet(run_id: int, sheet: str) -> Response:
    return _sent(
        f"{sheet}.csv", run_id, "text/csv", lambda out: write_sheet(services(), run_id, sheet, language(), out)
    )


@operators.get("/runs/<int:run_id>/export.xlsx", endpoint="export_book")
@requires(Role.OPERATOR, Action.EXPORT)
def export_book(run_id: int) -> Response:
    return _sent(
        "record.xlsx", run_id, XLSX, lambda out: write_book(services(), run_id, language(), out, edge().offload)
    )


def _sent(name: str, run_id: int, content_type: str, write: Callable[[IO[bytes]], None]) -> Response:
    """From a file without a name, which is gone when it has been read."""
    out = tempfile.TemporaryFile()  # noqa: SIM115  # the response closes it
    try:
        write(out)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    filename = f"{run_summary(services(), run_id).code}-{name}"
    response = send_file(out, mimetype=content_type, as_attachment=True, download_name=filename)
    response.headers["Cache-Control"] = "no-store"  # it holds names; send_file would let it be kept
    return response
