"""A rush or a quiz again, by one press; a campaign again begins at the form of a new one (campaigns.py, `?like=`)."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions, quizzes
from campaigns.control.copying import copy_activity
from campaigns.domain.roles import Action
from campaigns.web.access import Role, actor, requires
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators


@operators.post("/rushes/<int:rush_id>/copy")
@requires(Role.OPERATOR, Action.EDIT)
def copy_rush(rush_id: int) -> Response:
    copy = copy_activity(services(), definitions.rush(services(), rush_id).id, actor())
    flash(_("This is the copy: a draft of its own."))
    return redirect(url_for("operators.rush", rush_id=copy), 303)


@operators.post("/quizzes/<int:quiz_id>/copy")
@requires(Role.OPERATOR, Action.EDIT)
def copy_quiz(quiz_id: int) -> Response:
    copy = copy_activity(services(), quizzes.quiz(services(), quiz_id).id, actor())
    flash(_("This is the copy: a draft of its own."))
    return redirect(url_for("operators.quiz", quiz_id=copy), 303)
