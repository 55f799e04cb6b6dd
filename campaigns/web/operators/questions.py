"""The editor of one question. Its fields are the columns of an import, so one set of rules and words judges both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from flask import flash, make_response, render_template, request
from werkzeug.wrappers import Response

from campaigns.control import definitions, media
from campaigns.control.definitions import Edit
from campaigns.control.media import Picture
from campaigns.control.questions import (
    Placed,
    add_questions,
    edit_question,
    file_name,
    move_question,
    question_of,
    remove_question,
)
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.importing.cells import cells_of
from campaigns.domain.legibility import legible
from campaigns.domain.question import POSSIBLE, Choice, Kind, Question
from campaigns.domain.question_cells import LETTERS, draft
from campaigns.domain.roles import Action
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.fans import picture_response
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.complaints import complaint
from campaigns.web.operators.rushes import stale, to_question, version_in
from campaigns.web.operators.typed import Typed
from campaigns.web.operators.uploads import picture as chosen_picture

BLANK = {"seconds": "20", "possible": "1000", "difficulty": "1"}
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", media.SVG: "svg"}


@operators.route("/rushes/<int:rush_id>/questions/new", methods=["GET", "POST"], endpoint="new_question")
@requires(Role.OPERATOR, Action.EDIT)
def new_question(rush_id: int) -> Response:
    rush = definitions.rush(services(), rush_id)
    if request.method == "GET":
        kind = kind_of(request.args.get("kind"))
        return _form(rush, None, {**BLANK, "kind": kind.value, "version": str(rush.version)}, {}, LETTERS)
    typed, question, picture = typed_question(LETTERS)
    if question is None:
        return _form(rush, None, typed.values, typed.problems, LETTERS, 400)
    named = {file_name(question.image): picture} if picture is not None else {}
    with typed.noting():
        if add_questions(services(), rush_id, version_in(typed), [question], named, by=actor()) is Edit.SAVED:
            flash(_("The question stands at the end of the rush."))
            return to_question(rush_id)
        typed.problems["version"] = stale(rush_id, typed)
    return _form(rush, None, typed.values, typed.problems, LETTERS, 409)


@operators.route("/rushes/<int:rush_id>/questions/<int:question_id>", methods=["GET", "POST"], endpoint="edit_question")
@requires(Role.OPERATOR, Action.EDIT)
def change_question(rush_id: int, question_id: int) -> Response:
    rush = definitions.rush(services(), rush_id)
    placed = question_of(services(), rush_id, question_id)
    order = order_of(placed.question.choices)
    if request.method == "GET":
        return _form(rush, placed, cells_of(placed.question) | {"version": str(rush.version)}, {}, order)
    typed, question, picture = typed_question(order)
    if question is None:
        return _form(rush, placed, typed.values, typed.problems, order, 400)
    dropped = typed.switch("drop_picture")
    if picture is None and not dropped:
        question = replace(question, image=placed.question.image)
    with typed.noting():
        version = version_in(typed)
        saved = edit_question(
            services(), rush_id, version, question_id, question, picture, drop_picture=dropped, by=actor()
        )
        if saved is Edit.SAVED:
            flash(_("Saved. Runs that exist already ask the question as it was."))
            return to_question(rush_id, question_id)
        typed.problems["version"] = stale(rush_id, typed)
    return _form(rush, placed, typed.values, typed.problems, order, 409)


@operators.post("/rushes/<int:rush_id>/questions/<int:question_id>/move")
@requires(Role.OPERATOR, Action.EDIT)
def move(rush_id: int, question_id: int) -> Response:
    typed = Typed(request.form)
    place = typed.whole("place", 0, 100_000, default=1)
    moved = move_question(services(), rush_id, version_in(typed), question_id, place, by=actor())
    return _after(rush_id, moved, question_id, typed)


@operators.post("/rushes/<int:rush_id>/questions/<int:question_id>/delete")
@requires(Role.OPERATOR, Action.EDIT)
def delete(rush_id: int, question_id: int) -> Response:
    typed = Typed(request.form)
    return _after(
        rush_id, remove_question(services(), rush_id, version_in(typed), question_id, by=actor()), None, typed
    )


@operators.get("/media/<int:media_id>")
@requires(Role.OPERATOR, Action.READ)
def picture(media_id: int) -> Response:
    found = media.picture_of(services(), media_id)
    if found is None:
        raise NotFound(f"picture {media_id}")
    return picture_response(found.data, found.content_type)


def _after(rush_id: int, outcome: Edit, question_id: int | None, typed: Typed) -> Response:
    if outcome is Edit.STALE:
        flash(stale(rush_id, typed), "problem")
    return to_question(rush_id, question_id)


def kind_of(text: str | None) -> Kind:
    return Kind(text) if text in list(Kind) else Kind.SINGLE


def order_of(choices: Sequence[Choice]) -> tuple[str, ...]:
    """The authored order of the choices, then the letters that are still free."""
    used = tuple(choice.id for choice in choices if choice.id in LETTERS)
    return used + tuple(letter for letter in LETTERS if letter not in used)


def typed_question(order: Sequence[str]) -> tuple[Typed, Question | None, Picture | None]:
    typed = Typed(request.form)
    typed.values["key"] = ",".join(request.form.getlist("key"))[:200]
    cells = {name: text for name, text in typed.values.items() if name not in ("version", "drop_picture")}
    if "sealed" in cells:
        cells |= {"sealed": "yes", "key": ""}
    picture = None
    with typed.noting():
        picture = chosen_picture("picture")
    if picture is not None:
        # A name for this picture and no other, by which an export finds it again.
        cells["image"] = f"picture-{sha256(picture.data).hexdigest()[:12]}.{ENDINGS[picture.content_type]}"

    def report(column: str, value: str, wanted: str) -> None:
        typed.problems.setdefault(column, complaint(BadInput(column, value, wanted)))

    question = draft(cells, report, tuple(order))
    return typed, None if typed.problems else question, picture


def _form(
    rush: definitions.Rush,
    placed: Placed | None,
    values: dict[str, str],
    problems: dict[str, str],
    order: Sequence[str],
    status: int = 200,
) -> Response:
    page = render_template(
        "operators/question_form.html",
        rush=rush,
        campaign=definitions.campaign(services(), rush.campaign_id),
        placed=placed,
        values=values,
        problems=problems,
        order=order,
        kind=kind_of(values.get("kind")).value,
        kinds=list(Kind),
        possible=POSSIBLE,
        too_long=placed is not None and not legible(placed.question),
    )
    return make_response(page, status)
