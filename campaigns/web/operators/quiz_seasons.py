"""Seasons of a quiz: open one now or later, its page with its plays, one play step by step, its closing."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from campaigns.control import definitions, faces, people, quizzes, screens, seasons, voids
from campaigns.control.conduct import Moved
from campaigns.control.play_story import story
from campaigns.control.schedule import instant, local_text
from campaigns.control.season_sheets import PAGE, PlayLine, SeasonSheet, play_line, plays_in, season_sheet
from campaigns.control.waves import channels_of
from campaigns.domain.badge_kinds import KINDS
from campaigns.domain.errors import BadInput
from campaigns.domain.reach import only_here
from campaigns.domain.roles import Action
from campaigns.web.access import Role, actor, operator, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import pick
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.operators.complaints import complaint
from campaigns.web.operators.quizzes import quiz_page
from campaigns.web.operators.typed import Typed


@operators.post("/quizzes/<int:quiz_id>/seasons")
@requires(Role.OPERATOR, Action.RUN)
def start_season(quiz_id: int) -> Response:
    """Open at once, or by itself at `starts_at`; closes by itself at `ends_at`, if that is given."""
    typed, found = Typed(request.form), quizzes.quiz(services(), quiz_id)
    zone = definitions.zone_of(services(), found.campaign_id)
    starts_at, ends_at = _hour(typed, "starts_at", zone), _hour(typed, "ends_at", zone)
    late_s = typed.late() if starts_at else None
    if not typed.problems:
        try:
            run_id = seasons.make_season(
                services(), quiz_id, actor=actor(), starts_at=starts_at, ends_at=ends_at, late_s=late_s
            )
            return to_season(run_id)
        except BadInput as refused:
            typed.problems[refused.field if refused.field == "ends_at" else "when"] = complaint(refused)
    return make_response(quiz_page(quiz_id, typed=typed), 400)


@operators.get("/seasons/<int:run_id>")
@requires(Role.OPERATOR, Action.READ)
def season(run_id: int) -> str:
    return season_page(season_sheet(services(), run_id))


@operators.post("/seasons/<int:run_id>/closing")
@requires(Role.OPERATOR, Action.RUN)
def move_closing(run_id: int) -> Response:
    sheet, typed = season_sheet(services(), run_id), Typed(request.form)
    zone = definitions.zone_of(services(), sheet.campaign_id)
    with typed.noting():
        ends_at = instant(typed.text("ends_at"), zone, services().now().at, "ends_at")
        moved = seasons.move_closing(services(), run_id, ends_at, actor())
        shown = ends_at.astimezone(zone).strftime("%Y-%m-%d %H:%M (%Z, UTC%z)")
        say_moved(moved, _("It closes by itself at %(when)s.", when=shown))
        return to_season(run_id)
    return make_response(season_page(sheet, typed=typed), 400)


@operators.post("/seasons/<int:run_id>/open")
@requires(Role.OPERATOR, Action.RUN)
def open_season(run_id: int) -> Response:
    season_sheet(services(), run_id)
    say_moved(seasons.open_season(services(), run_id, actor()), _("The season is open."))
    return to_season(run_id)


@operators.post("/seasons/<int:run_id>/close")
@requires(Role.OPERATOR, Action.RUN)
def close_season(run_id: int) -> Response:
    season_sheet(services(), run_id)
    say_moved(
        seasons.close_season(services(), run_id, actor()), _("The season is closed; the boards stand as they are.")
    )
    return to_season(run_id)


@operators.post("/seasons/<int:run_id>/call-off")
@requires(Role.OPERATOR, Action.RUN)
def call_off(run_id: int) -> Response:
    season_sheet(services(), run_id)
    say_moved(seasons.call_off(services(), run_id, actor()), _("Called off: it will not open."))
    return to_season(run_id)


@operators.post("/seasons/<int:run_id>/wall")
@requires(Role.OPERATOR, Action.RUN)
def choose_wall(run_id: int) -> Response:
    """The campaign's screens follow this season (`shown=on`), or choose by themselves again."""
    season_sheet(services(), run_id)
    shown = request.form.get("shown") == "on"
    done = (screens.choose_wall if shown else screens.free_wall)(services(), run_id, actor())
    said = _("The screens show this season.") if shown else _("The screens choose by themselves again.")
    flash(said if done else _("Nothing done: the season has moved on meanwhile."), "message" if done else "problem")
    return to_season(run_id)


@operators.get("/seasons/<int:run_id>/plays/<int:play_id>")
@requires(Role.OPERATOR, Action.READ)
def play(run_id: int, play_id: int) -> str:
    return _play_page(run_id, play_id)


@operators.post("/seasons/<int:run_id>/plays/<int:play_id>/void")
@requires(Role.OPERATOR, Action.MODERATE)
def void_play(run_id: int, play_id: int) -> Response:
    """The play is taken out of everything; why stands beside it for good."""
    typed, who = Typed(request.form), operator()
    play_line(services(), season_sheet(services(), run_id), play_id)
    with typed.noting():
        done = voids.void_play(services(), play_id, who.id, typed.text("why"), actor())
        was = _("It was void already.")
        flash(_("This play does not count any more.") if done else was, "message" if done else "problem")
        return redirect(url_for("operators.play", run_id=run_id, play_id=play_id), 303)
    return make_response(_play_page(run_id, play_id, typed=typed), 400)


@operators.post("/seasons/<int:run_id>/plays/<int:play_id>/lift")
@requires(Role.OPERATOR, Action.MODERATE)
def lift_void(run_id: int, play_id: int) -> Response:
    """The void is taken back: the play counts again."""
    typed = Typed(request.form)
    play_line(services(), season_sheet(services(), run_id), play_id)
    with typed.noting():
        done = voids.lift_void(services(), play_id, typed.text("why"), actor())
        was = _("It counts already.")
        flash(_("This play counts again.") if done else was, "message" if done else "problem")
        return redirect(url_for("operators.play", run_id=run_id, play_id=play_id), 303)
    return make_response(_play_page(run_id, play_id, typed=typed), 400)


@operators.post("/seasons/<int:run_id>/plays/<int:play_id>/send-away")
@requires(Role.OPERATOR, Action.MODERATE)
def send_away(run_id: int, play_id: int) -> Response:
    """The fan of this play: out of the season, or (`ban`) out of the campaign."""
    line = play_line(services(), season_sheet(services(), run_id), play_id)
    take_out = people.ban if "ban" in request.form else people.kick
    done = take_out(services(), run_id, line.fan, actor())
    gone = _("%(name)s is out. Boards follow within seconds.", name=line.name)
    flash(gone if done else _("Nothing done: this fan is out already."), "message" if done else "problem")
    return redirect(url_for("operators.play", run_id=run_id, play_id=play_id), 303)


def _play_page(run_id: int, play_id: int, *, typed: Typed | None = None) -> str:
    sheet = season_sheet(services(), run_id)
    return render_template(
        "operators/quiz_play.html",
        sheet=sheet,
        quiz=quizzes.quiz(services(), sheet.quiz_id),
        campaign=definitions.campaign(services(), sheet.campaign_id),
        zone=definitions.zone_of(services(), sheet.campaign_id),
        play=play_line(services(), sheet, play_id),
        story=story(services(), sheet, play_id),
        values=typed.values if typed else {},
        problems=typed.problems if typed else {},
    )


def season_page(sheet: SeasonSheet, *, typed: Typed | None = None) -> str:
    zone = definitions.zone_of(services(), sheet.campaign_id)
    name, flagged = request.args.get("name", "")[:60], "flagged" in request.args
    below = request.args.get("below", "")
    known = int(below) if below.isascii() and below.isdigit() and len(below) < 18 else None
    plays = plays_in(services(), sheet, name, flagged=flagged, below=known)
    now = services().now().at
    return render_template(
        "operators/quiz_season.html",
        sheet=sheet,
        quiz=quizzes.quiz(services(), sheet.quiz_id),
        campaign=definitions.campaign(services(), sheet.campaign_id),
        zone=zone,
        join_url=edge().public_url + url_for("fans.run", code=sheet.code),
        qr_url="" if only_here(edge().public_url) else url_for("fans.qr", code=sheet.code),
        plays=plays,
        wish={"name": name, "flagged": flagged},
        older=_older(sheet, plays, name, flagged),
        waiting=sheet.state in ("scheduled", "playing") and sheet.starts_at is not None and sheet.starts_at > now,
        frozen=sheet.freeze_at is not None and sheet.freeze_at <= now,
        channels=channels_of(services(), sheet.campaign_id),
        badges=[pick(name) for name in KINDS.values()],
        wall=screens.wall_of(services(), sheet.campaign_id),
        over=faces.over(services(), sheet.id),
        values=_standing(sheet, zone) | (typed.values if typed else {}),
        problems=typed.problems if typed else {},
    )


def _standing(sheet: SeasonSheet, zone: ZoneInfo) -> dict[str, str]:
    """What stands in the fields of the page before anybody types."""
    values = {"ends_at": local_text(sheet.ends_at, zone) if sheet.ends_at else ""}
    values["freeze_at"] = local_text(sheet.freeze_at, zone) if sheet.freeze_at else ""
    for n, wave in enumerate(sheet.waves):
        values[f"waves[{n}].opens_at"] = local_text(wave.opens_at, zone)
        values[f"waves[{n}].channels"] = ", ".join(wave.channels)
        values[f"waves[{n}].badges"] = ", ".join(pick(KINDS[badge]) for badge in wave.badges)
        if wave.friends:
            values[f"waves[{n}].friends"] = "on"
    return values


def _older(sheet: SeasonSheet, plays: list[PlayLine], name: str, flagged: bool) -> str | None:
    if len(plays) < PAGE:
        return None
    below, tick = plays[-1].id, "on" if flagged else None
    return url_for("operators.season", run_id=sheet.id, below=below, name=name or None, flagged=tick)


def _hour(typed: Typed, field: str, zone: ZoneInfo) -> datetime | None:
    """None: left empty, or a problem."""
    if typed.text(field):
        with typed.noting():
            return instant(typed.text(field), zone, services().now().at, field)
    return None


def say_moved(moved: Moved, done: str) -> None:
    late = _("Nothing done: the season has moved on meanwhile.")
    flash(done if moved is Moved.MOVED else late, "message" if moved is Moved.MOVED else "problem")


def to_season(run_id: int) -> Response:
    return redirect(url_for("operators.season", run_id=run_id), 303)
