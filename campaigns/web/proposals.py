"""The page on which a fan proposes a question for the quiz: one form, without a script."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.domain.activity import ActivityKind
from campaigns.domain.errors import BadInput, NotFound
from campaigns.domain.proposal import IDS, Blocked, Typed
from campaigns.domain.run import RunState
from campaigns.play.join import JoinRefusal, RunCard, find_run
from campaigns.play.proposals import Proposing, own_proposals, propose
from campaigns.play.seat import Seat, seat_of
from campaigns.web.access import Role, current_fan, requires
from campaigns.web.edge import services
from campaigns.web.language import language
from campaigns.web.language import say as _
from campaigns.web.operators.complaints import complaint
from campaigns.web.themes import dress

LONGEST = 2000  # of a field, before it is looked at
proposals = Blueprint("proposals", __name__)


@proposals.route("/r/<code>/propose", methods=["GET", "POST"], endpoint="propose")
@requires(Role.FAN)
def proposal(code: str) -> Response:
    run, seat = _seat(code)
    if seat is None:
        return redirect(url_for("fans.run", code=run.code))
    if request.method == "GET":
        return _page(run, seat, {"language": language(), "right": "0"})
    try:
        outcome = propose(services(), seat, _typed())
    except BadInput as refused:
        return _page(run, seat, request.form.to_dict(), (refused.field.split(" (")[0], _complaint(refused)))
    if outcome is Proposing.PROPOSED:
        return redirect(url_for("proposals.propose", code=run.code, sent=1), 303)
    too_many = _("Three questions of yours are waiting to be read. Propose more when they have been.")
    return _page(
        run,
        seat,
        request.form.to_dict(),
        ("", too_many if outcome is Proposing.TOO_MANY else _("This page belongs to somebody else.")),
    )


def _seat(code: str) -> tuple[RunCard, Seat | None]:
    """The run, and the fan's seat there. NotFound where nothing can be proposed."""
    run, fan = find_run(services(), code), current_fan()
    if (
        run is None
        or fan is None
        or run.kind is not ActivityKind.QUIZ
        or run.state in (RunState.ENDED, RunState.CANCELLED)
    ):
        raise NotFound(f"proposals for {code!r}")
    seat = seat_of(services(), run.code, fan.id)
    return run, None if isinstance(seat, JoinRefusal) else seat


def _typed() -> Typed:
    form = request.form
    right = form.get("right", "")
    return Typed(
        form.get("language", "")[:2],
        form.get("text", "")[:LONGEST],
        tuple(form.get(f"choice_{id}", "")[:LONGEST] for id in IDS),
        int(right) if right in ("0", "1", "2", "3") else -1,
        form.get("explanation", "")[:LONGEST],
    )


def _complaint(refused: BadInput) -> str:
    if isinstance(refused, Blocked):
        return _("This has words in it that would not please everybody. Say it differently.")
    if refused.field == "key":
        return _("Mark the choice that is right, one that you have filled in.")
    return complaint(refused)


def _page(run: RunCard, seat: Seat, values: dict[str, str], problem: tuple[str, str] | None = None) -> Response:
    shown = render_template(
        "fans/propose.html",
        run=run,
        theme=dress(run.campaign_id, run.look),
        code=run.code,
        values=values,
        problem=problem,
        letters=IDS,
        sent="sent" in request.args,
        proposals=own_proposals(services(), seat.fan_id),
    )
    return make_response(shown, 400 if problem is not None else 200)
