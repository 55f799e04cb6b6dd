"""Entering from a partner's community: /enter?ticket=… shows who one is about to be, one tap makes it so (docs/handover.md).

The link itself changes nothing: chat apps open links before people do, and a stranger could send somebody a ticket of
their own, by which that guest's plays would become the stranger's. So it takes a form of ours, and names the account.
"""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from campaigns.domain.ticket import Ticket, TicketRefusal, read
from campaigns.identity import cookies
from campaigns.identity.accounts import account_fan, enter, is_guest
from campaigns.web.access import Role, current_fan, requires, set_token
from campaigns.web.edge import edge, services
from campaigns.web.language import say as _

handover = Blueprint("handover", __name__)


@handover.route("/enter", methods=["GET", "POST"], endpoint="enter")
@requires(Role.ANYONE)
def entrance() -> Response:
    given = (request.form if request.method == "POST" else request.args).get("ticket", "")
    ticket = read(given, edge().issuers, services().now().at)
    if isinstance(ticket, TicketRefusal):
        return _refused(ticket)
    return _confirmed(ticket) if request.method == "POST" else _page(ticket, given)


def _page(ticket: Ticket, given: str) -> Response:
    fan = current_fan()
    known = account_fan(services(), ticket.issuer, ticket.member)
    if fan is not None and fan.id == known:
        return _private(redirect(ticket.to, 303))  # this browser is the member's already: nothing to ask
    guest = fan is not None and is_guest(services(), fan.id)
    return _private(make_response(render_template("fans/enter.html", ticket=ticket, given=given, guest=guest)))


def _confirmed(ticket: Ticket) -> Response:
    fan = current_fan()
    entered = enter(services(), ticket, fan.id if fan is not None else None)
    if isinstance(entered, TicketRefusal):
        again = fan is not None and fan.id == account_fan(services(), ticket.issuer, ticket.member)
        return _private(redirect(ticket.to, 303)) if again else _refused(entered)  # a second tap has nothing left to do
    response = redirect(ticket.to, 303)
    if entered.token is not None:
        set_token(response, cookies.FAN, entered.token)
    return _private(response)


def _refused(refusal: TicketRefusal) -> Response:
    response = make_response(render_template("fans/not_entered.html", reason=_words(refusal), code=refusal.value))
    response.status_code = 403 if refusal in (TicketRefusal.FORGED, TicketRefusal.UNKNOWN_ISSUER) else 400
    return _private(response)


def _words(refusal: TicketRefusal) -> str:
    return {
        TicketRefusal.MALFORMED: _("This link is incomplete. Go back to your community and tap it there again."),
        TicketRefusal.UNKNOWN_ISSUER: _("This link comes from a community that this place does not know."),
        TicketRefusal.FORGED: _("This link was not signed by the community it names. Nothing was changed."),
        TicketRefusal.EXPIRED: _(
            "This link was good for two minutes, and they are over. Go back to your community and tap it again."
        ),
        TicketRefusal.EARLY: _(
            "This link says that it was made in the future: the clock of your community is wrong. Tell its operators."
        ),
        TicketRefusal.BAD_PATH: _("This link leads somewhere outside of this place. Nothing was changed."),
        TicketRefusal.USED: _("This link has been used; each works once. Go back to your community and tap it again."),
    }[refusal]


def _private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"  # the ticket stands in the address
    return response
