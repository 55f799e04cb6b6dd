"""The page of a quiz: the road, drawn by the server with all that is known; its script brings it to life."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.domain.badge_wall import described
from campaigns.play.join import RunCard
from campaigns.play.quiz.boards import BoardView, Measure, Place, board_view, channel_of
from campaigns.play.quiz.first_sight import first_sight
from campaigns.play.quiz.season import Seasons
from campaigns.play.seat import Seat
from campaigns.web.edge import edge, services
from campaigns.web.invitation import CHALLENGE
from campaigns.web.language import language
from campaigns.web.language import say as _
from campaigns.web.packing import packed
from campaigns.web.themes import dress
from campaigns.web.words import script_json

LISTED = 50  # from the top; then the own place with its neighbours, which nobody wants to scroll for


def road_page(run: RunCard, seat: Seat) -> Response:
    sight = first_sight(services(), seat)
    page = {"code": run.code, "lang": language(), "snapshot": sight.snapshot()}
    words = edge().catalog.dictionary("road")
    shown = render_template(
        "fans/road.html",
        run=run,
        theme=dress(run.campaign_id, run.look),
        code=run.code,
        sight=sight,
        page_json=script_json(page),
        words_json=words,
    )
    return packed(shown)


def boards_page(run: RunCard, seat: Seat | None) -> Response:
    """The boards of a quiz's run for who has joined; complete without a script."""
    if seat is None:
        return redirect(url_for("fans.run", code=run.code))
    now = services().now()
    season = Seasons(services()).season(run.id, now)
    wanted = request.args.get("measure")
    measure = Measure.BEST if wanted == Measure.BEST else Measure.TOTAL
    view = board_view(services(), season, seat, request.args.get("board", "season"), measure, now)
    rows = view.rows[:LISTED]
    shown = render_template(
        "fans/boards.html",
        run=run,
        theme=dress(run.campaign_id, run.look),
        view=view,
        me=seat.public,
        rows=rows,
        beneath=_beneath(view, rows, seat.public),
        tabs=_tabs(channel_of(services(), seat)),
        levels=[(f"level:{n}", _("Level %(n)s", n=n)) for n in range(1, len(season.rules.levels) + 1)],
        described=described,
    )
    return packed(shown)


def _beneath(view: BoardView, rows: tuple[Place, ...], me: str) -> tuple[Place, ...]:
    """The own place with its neighbours, as far as they are not listed; nothing if the own place is."""
    if any(place.fan == me for place in rows):
        return ()
    return tuple(place for place in view.around if place.rank > len(rows))


def _tabs(channel: str | None) -> list[tuple[str, str]]:
    """The boards beside those of the levels; a channel's only for who came by one."""
    tabs = [("season", _("This season")), ("day", _("Today")), ("week", _("This week")), ("month", _("This month"))]
    tabs += [("all", _("All time")), ("friends", _("Friends"))]
    if channel:
        tabs.append(("channel", _("By challenge") if channel == CHALLENGE else _("Channel %(name)s", name=channel)))
    return [*tabs, ("challenge", _("Challenges"))]
