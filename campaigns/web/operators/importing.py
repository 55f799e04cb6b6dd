"""Import: a CSV or JSON file, or its text pasted, with its pictures. All questions come in, or none and all reasons."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from campaigns.control import definitions, media
from campaigns.control.definitions import Edit
from campaigns.control.media import Picture
from campaigns.control.questions import add_questions
from campaigns.domain.errors import BadInput
from campaigns.domain.question_cells import COLUMNS, REQUIRED_COLUMNS
from campaigns.domain.question_import import MAX_BYTES, ImportProblem, ImportRefused, parse
from campaigns.web.access import Role, requires
from campaigns.web.edge import services
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.complaints import complaint, in_words
from campaigns.web.operators.rushes import stale, version_in
from campaigns.web.operators.typed import Typed, read_upload

MOST_PICTURES = 200


@operators.route("/rushes/<int:rush_id>/import", methods=["GET", "POST"], endpoint="import_questions")
@requires(Role.OPERATOR)
def import_questions(rush_id: int) -> Response:
    rush = definitions.rush(services(), rush_id)
    if request.method == "GET":
        return _form(rush, "", [], "")
    pasted = request.form.get("pasted", "")
    try:
        questions, pictures = parse(_data(pasted)), _pictures()
        saved = add_questions(services(), rush_id, version_in(Typed(request.form)), questions, pictures)
    except ImportRefused as refused:
        return _form(rush, pasted, list(refused.errors), "", 400)
    except BadInput as refused:
        return _form(rush, pasted, [], complaint(refused), 400)
    if saved is Edit.STALE:
        return _form(rush, pasted, [], stale(), 409)
    n = len(questions)
    flash(ngettext("%(num)s question came in.", "%(num)s questions came in.", n))
    return redirect(url_for("operators.rush", rush_id=rush_id) + "#questions", 303)


def _data(pasted: str) -> bytes:
    file = request.files.get("file")
    if file is not None and file.filename:
        return read_upload(file, MAX_BYTES)
    return pasted.encode("utf-8", "replace")


def _pictures() -> dict[str, Picture]:
    files = [file for file in request.files.getlist("pictures") if file.filename]
    if len(files) > MOST_PICTURES:
        raise BadInput("pictures", len(files), f"at most {MOST_PICTURES} pictures")
    names = [str(file.filename).replace("\\", "/").split("/")[-1] for file in files]
    return {
        name: media.checked(read_upload(file, media.MAX_BYTES), name) for name, file in zip(names, files, strict=True)
    }


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
