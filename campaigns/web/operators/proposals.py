"""Questions that fans propose: read, accepted, refused with a reason."""

from __future__ import annotations

import re

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions
from campaigns.control import proposals as control
from campaigns.domain.errors import BadInput
from campaigns.domain.roles import Action
from campaigns.web.access import Role, operator, requires
from campaigns.web.edge import services
from campaigns.web.language import pick
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.complaints import complaint
from campaigns.web.operators.typed import Typed


@operators.get("/campaigns/<int:campaign_id>/proposals", endpoint="proposals")
@requires(Role.OPERATOR, Action.MODERATE)
def waiting(campaign_id: int) -> str:
    card = definitions.campaign(services(), campaign_id)
    waiting = control.open_proposals(services(), campaign_id)
    gates = control.gates_of(services(), campaign_id)
    return render_template("operators/proposals.html", campaign=card, proposals=waiting, gates=gates)


@operators.post("/campaigns/<int:campaign_id>/proposals/<int:question_id>", endpoint="decide_proposal")
@requires(Role.OPERATOR, Action.MODERATE)
def decide(campaign_id: int, question_id: int) -> Response:
    who = (services(), campaign_id, question_id, operator().id)
    if request.form.get("to") == "accept":
        return _accept(campaign_id, question_id)
    try:
        refused = control.refuse(*who, request.form.get("reason", "")[:500])
        flash(_("Refused. The fan reads your reason on the own page.") if refused else _already())
    except BadInput:
        flash(_("Say why in one sentence, at most %(n)s characters: the fan reads it.", n=control.LONGEST_REASON))
    return _back(campaign_id)


def _accept(campaign_id: int, question_id: int) -> Response:
    typed = Typed(request.form)
    digit, tags = typed.text("difficulty"), tuple(filter(None, re.split(r"[\s,，、;；]+", typed.text("tags"))))
    difficulty = int(digit) if digit in ("1", "2", "3", "4", "5") else 1
    try:
        done = control.accept(services(), campaign_id, question_id, operator().id, difficulty, tags)
    except BadInput as refused:
        flash(complaint(refused), "problem")
        return _back(campaign_id)
    flash(_where(campaign_id, difficulty, tags) if done else _already(), "message" if done else "problem")
    return _back(campaign_id)


def _where(campaign_id: int, difficulty: int, tags: tuple[str, ...]) -> str:
    gates = [gate for gate in control.gates_of(services(), campaign_id) if gate.takes(difficulty, tags)]
    if not gates:
        return _("Accepted, but no gate draws it: none asks for this difficulty and these tags.")
    named = ", ".join(f"{pick(gate.title)} {gate.n}" for gate in gates)
    return _("Accepted: it may be drawn from now on, by %(gates)s.", gates=named)


def _already() -> str:
    return _("Somebody else has decided on this one already.")


def _back(campaign_id: int) -> Response:
    return redirect(url_for("operators.proposals", campaign_id=campaign_id), 303)
