"""Import into a rush: a file, or its text pasted, with its pictures. All questions come in, or none and all reasons.

The same reader in the same child process as the bank's import (bank_files.py), which takes what is good instead.
"""

from __future__ import annotations

from flask import flash, make_response, render_template, request
from flask_babel import ngettext
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control.definitions import Edit
from campaigns.control.file_import import questions_in
from campaigns.control.questions import add_questions
from campaigns.domain.errors import BadInput
from campaigns.domain.question_cells import COLUMNS, REQUIRED_COLUMNS
from campaigns.domain.question_import import MAX_BYTES, ImportProblem, ImportRefused
from campaigns.domain.roles import Action
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.complaints import complaint, in_words
from campaigns.web.operators.rushes import stale, to_question, version_in
from campaigns.web.operators.typed import Typed
from campaigns.web.operators.uploads import file_bytes, pictures


@operators.route("/rushes/<int:rush_id>/import", methods=["GET", "POST"], endpoint="import_questions")
@requires(Role.OPERATOR, Action.EDIT)
def import_questions(rush_id: int) -> Response:
    rush = definitions.rush(services(), rush_id)
    if request.method == "GET":
        return _form(rush, "", [], "")
    pasted = request.form.get("pasted", "")
    try:
        file = file_bytes("file", MAX_BYTES)
        questions = questions_in(pasted.encode("utf-8", "replace") if file is None else file, _name())
        typed = Typed(request.form)
        saved = add_questions(services(), rush_id, version_in(typed), questions, pictures("pictures"), by=actor())
    except ImportRefused as refused:
        return _form(rush, pasted, list(refused.errors), "", 400)
    except BadInput as refused:
        return _form(rush, pasted, [], complaint(refused), 400)
    if saved is Edit.STALE:
        return _form(rush, pasted, [], stale(rush_id, typed), 409)
    n = len(questions)
    flash(ngettext("%(num)s question came in.", "%(num)s questions came in.", n))
    return to_question(rush_id)


def _name() -> str:
    file = request.files.get("file")
    return file.filename or "" if file is not None else ""


def _form(
    rush: definitions.Rush, pasted: str, errors: list[ImportProblem], problem: str, status: int = 200
) -> Response:
    page = render_template(
        "operators/import.html",
        rush=rush,
        campaign=definitions.campaign(services(), rush.campaign_id),
        pasted=pasted,
        errors=errors,
        problem=problem,
        in_words=in_words,
        columns=COLUMNS,
        required=REQUIRED_COLUMNS,
    )
    return make_response(page, status)
