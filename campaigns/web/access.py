"""Who may open which page. Deny by default: a view without a declared role stops the application at its start.

    @fans.get("/me")                                      @operators.post("/rushes/<int:rush_id>/runs")
    @requires(Role.FAN)                                   @requires(Role.OPERATOR, Action.RUN)
    def me() -> str: ...                                  def start_run(rush_id: int) -> Response: ...

A view of operators also names its action: what the operator's role in the campaign has to allow, the campaign being found
by the numbers in the address; or that it is OUTSIDE all campaigns. A stranger at a fan's page is led to the entry, at an
operator's page to the login (and back). Every POST is checked twice: a CSRF token (Flask-WTF), and what the browser says
about where it comes from (Sec-Fetch-Site, Origin).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum
from typing import Final, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.exceptions import BadRequest, Forbidden
from werkzeug.routing import Rule
from werkzeug.wrappers import Response as AnyResponse

from campaigns.domain import roles
from campaigns.domain.actor import of_operator
from campaigns.domain.errors import NotAllowed
from campaigns.domain.roles import Action, CampaignRole
from campaigns.identity import cookies
from campaigns.identity.displays import DisplayIdentity, display_of
from campaigns.identity.fans import FanIdentity, fan_of
from campaigns.identity.operators import OperatorIdentity, operator_of
from campaigns.identity.roles import Within, campaigns_of, check
from campaigns.web.edge import services
from campaigns.web.language import say as _

View = TypeVar("View", bound=Callable[..., object])
DECLARED = "__fanfare_role__"
BACKSTAGE = ("operators", "login", "remotes")  # blueprints whose templates know the operator as `me`
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
COOKIE_AGE_S = {cookies.FAN: 2 * 365 * 24 * 3600, cookies.DISPLAY: 365 * 24 * 3600, cookies.OPERATOR: 7 * 24 * 3600}
COOKIE_AGE_S[cookies.REMOTE] = 24 * 3600


class Role(StrEnum):
    ANYONE = "anyone"
    FAN = "fan"
    DISPLAY = "display"
    OPERATOR = "operator"


class Outside(Enum):
    CAMPAIGNS = "outside of all campaigns"


OUTSIDE: Final = Outside.CAMPAIGNS
WITHIN: Mapping[str, Within] = {
    "campaign_id": Within.CAMPAIGN,
    "rush_id": Within.ACTIVITY,
    "quiz_id": Within.ACTIVITY,
    "activity_id": Within.ACTIVITY,
    "run_id": Within.RUN,
    "media_id": Within.MEDIA,
}


def requires(role: Role, action: Action | Outside | None = None) -> Callable[[View], View]:
    """Declares a view's role, and an operators' view's action; `set_up` enforces them before the view is called."""

    def declare(view: View) -> View:
        setattr(view, DECLARED, (role, action))
        return view

    return declare


def role_of(app: Flask, endpoint: str) -> Role | None:
    return _declared(app, endpoint)[0]


def action_of(app: Flask, endpoint: str) -> Action | Outside | None:
    return _declared(app, endpoint)[1]


def _declared(app: Flask, endpoint: str) -> tuple[Role | None, Action | Outside | None]:
    found: tuple[Role | None, Action | Outside | None] = getattr(app.view_functions[endpoint], DECLARED, (None, None))
    return found


def set_up(app: Flask) -> None:
    app.before_request(_refuse_other_sites)
    app.before_request(_admit)
    for blueprint in BACKSTAGE:
        app.template_context_processors.setdefault(blueprint, []).append(_known_backstage)


def _known_backstage() -> dict[str, object]:
    return {"me": current_operator(), "may": may, "my_role": g.get("campaign_role")}


def check_every_view(app: Flask) -> None:
    """Raises RuntimeError if a view has no role, or an operators' view no action that can be asked. Called when all
    blueprints are in."""
    bare = sorted(name for name in app.view_functions if role_of(app, name) is None)
    if bare:
        raise RuntimeError(f"views without @requires(Role.…): {', '.join(bare)}")
    idle = sorted({rule.endpoint for rule in app.url_map.iter_rules() if not _can_be_asked(app, rule)})
    if idle:
        raise RuntimeError(f"views of operators without an action, or in no campaign: {', '.join(idle)}")


def _can_be_asked(app: Flask, rule: Rule) -> bool:
    role, action = _declared(app, rule.endpoint)
    if role is not Role.OPERATOR:
        return action is None
    return action is not None and (action is OUTSIDE) == rule.arguments.isdisjoint(WITHIN)


def _refuse_other_sites() -> None:
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    foreign = origin not in (None, "null") and urlsplit(str(origin)).netloc != request.host
    if (site is not None and site not in ("same-origin", "none")) or (site is None and foreign):
        raise Forbidden(_("This form was sent from another site."))


def refuse_nul() -> None:
    """PostgreSQL has no text with NUL in it, and no person types one."""
    texts = [request.path, *(text for values in request.args.listvalues() for text in values)]
    if request.method not in SAFE_METHODS:
        texts += [text for values in request.form.listvalues() for text in values]
    if any("\0" in text for text in texts):
        raise BadRequest()


def _admit() -> AnyResponse | None:
    if request.endpoint is None:
        return None  # 404 and 405 have a page of their own
    role = role_of(current_app, request.endpoint)
    if role is Role.ANYONE:
        return None
    if role is Role.FAN:
        return None if current_fan() is not None else redirect(url_for("fans.home"))
    if role is Role.DISPLAY:
        return None if current_display() is not None else redirect(url_for("displays.show"))
    if role is Role.OPERATOR:
        if current_operator() is None:
            return _to_login()
        _refuse_other_roles()
        return None
    raise Forbidden()


def _refuse_other_roles() -> None:
    """Every number in the address that leads to a campaign is asked: no page of one's own opens another's."""
    action = action_of(current_app, str(request.endpoint))
    if action is OUTSIDE:
        return
    if not isinstance(action, Action):
        raise Forbidden()
    numbers = request.view_args or {}
    for name in numbers.keys() & WITHIN.keys():
        try:
            g.campaign_role = check(services(), operator().id, action, WITHIN[name], numbers[name])
        except NotAllowed:
            raise Forbidden(
                _("Your role in this campaign does not allow this. An owner of it can give you another.")
            ) from None


def may(action: str) -> bool:
    """For templates: does the operator's role in the campaign of this page allow it? What it does not is not offered."""
    role: CampaignRole | None = g.get("campaign_role")
    return roles.may(role, Action(action))


def _to_login() -> AnyResponse:
    if request.method not in SAFE_METHODS:
        raise Forbidden(_("You are logged out. Log in again in another tab, then send this form again."))
    return redirect(url_for("login.form", next=request.full_path.rstrip("?")))


def token_here(who: str) -> str | None:
    """The token that this request carries for a role."""
    return cookies.token_in(request.cookies, who, secure=request.is_secure)


def current_fan() -> FanIdentity | None:
    """Asked once per request."""
    if "fan" not in g:
        g.fan = fan_of(services(), token_here(cookies.FAN))
    found: FanIdentity | None = g.fan
    return found


def current_display() -> DisplayIdentity | None:
    if "display" not in g:
        g.display = display_of(services(), token_here(cookies.DISPLAY))
    found: DisplayIdentity | None = g.display
    return found


def current_operator() -> OperatorIdentity | None:
    if "operator" not in g:
        g.operator = operator_of(services(), token_here(cookies.OPERATOR))
    found: OperatorIdentity | None = g.operator
    return found


def operator() -> OperatorIdentity:
    """The operator of a view that requires one."""
    found = current_operator()
    assert found is not None
    return found


def mine(action: Action = Action.READ) -> set[int]:
    """The campaigns in which the operator may do that."""
    return campaigns_of(services(), operator().id, action)


def actor() -> str:
    """The same, as events name who did something."""
    return of_operator(operator().id)


def set_token(response: Response | AnyResponse, who: str, token: str) -> None:
    response.set_cookie(
        cookies.cookie_name(who, secure=request.is_secure),
        token,
        max_age=COOKIE_AGE_S[who],
        path="/",
        secure=request.is_secure,
        httponly=True,
        # A display inside a frame of another site still carries its cookie on https; elsewhere browsers want Lax.
        samesite="None" if who == cookies.DISPLAY and request.is_secure else "Lax",
    )


def drop_token(response: Response | AnyResponse, who: str) -> None:
    for secure in (False, True):
        response.delete_cookie(cookies.cookie_name(who, secure=secure), path="/", secure=secure, httponly=True)
