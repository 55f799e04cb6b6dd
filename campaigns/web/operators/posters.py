"""The poster of a run (战报) as one JSON: everything it says, in both languages. static/js/operators/poster.js draws it."""

from __future__ import annotations

from typing import Any

import segno
from flask import jsonify, url_for
from flask_babel import force_locale, format_date
from werkzeug.wrappers import Response

from campaigns.control.definitions import zone_of
from campaigns.control.report.poster import Poster, poster
from campaigns.domain.errors import NotFound
from campaigns.domain.question import Words
from campaigns.domain.reach import only_here
from campaigns.domain.roles import Action
from campaigns.domain.scene import Shown
from campaigns.web.access import Role, requires
from campaigns.web.edge import edge, services
from campaigns.web.language import LOCALES, TAGS, Language
from campaigns.web.language import say as _
from campaigns.web.operators.blueprint import operators
from campaigns.web.themes import dressed

MOST_NAMED = 5


@operators.get("/runs/<int:run_id>/poster.json", endpoint="poster")
@requires(Role.OPERATOR, Action.READ)
def poster_of(run_id: int) -> Response:
    """404 until all winners have been shown."""
    found = poster(services(), run_id)
    if found is None:
        raise NotFound(f"poster of run {run_id}")
    theme = dressed(found.campaign_id)
    address = edge().public_url + url_for("after.page", code=found.code)
    scans = found.over and not found.rehearsal and not only_here(address)
    code = segno.make(address, error="m") if scans else None
    response = jsonify(
        code=found.code,
        logo=theme.logo if theme else None,
        qr=["".join("1" if dark else "0" for dark in row) for row in code.matrix] if code is not None else [],
        faces={language: _face(found, language) for language in LOCALES},
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _face(found: Poster, language: Language) -> dict[str, Any]:
    other: Language = "en" if language == "zh" else "zh"

    def said(words: Words) -> str:
        return words.get(language) or words.get(other) or ""

    with force_locale(LOCALES[language]):
        day = found.at.astimezone(zone_of(services(), found.campaign_id)).date()
        return {
            "lang": TAGS[language],
            "file": f"fanfare-{found.code}-{language}.png",
            "kicker": _("Rehearsal") if found.rehearsal else _("The night in numbers"),
            "title": said(found.title),
            "activity": said(found.activity),
            "date": format_date(day, "long"),
            "figures": [[_count(found.joined), _("took part")], [_count(found.answers), _("answers given")]],
            "winners": _winners(found),
            "cards": [card for card in (_fastest(found), _hardest(found, said)) if card],
            "call": _("All questions, answers and the board"),
        }


def _winners(found: Poster) -> dict[str, Any]:
    rows = [[row.rank, _name(row.name), _count(row.score), _("points")] for row in found.winners[:MOST_NAMED]]
    unnamed = len(found.winners) - len(rows)
    more = _("and %(n)s more on the podium", n=unnamed) if unnamed else ""
    return {"label": _("Winners"), "rows": rows, "more": more, "nobody": _("Nobody got a point: the stage wins.")}


def _fastest(found: Poster) -> dict[str, str] | None:
    first = found.fastest
    if first is None:
        return None
    more = _("%(name)s · question %(n)s", name=_name(first.name), n=first.n)
    time = _("%(time)s s", time=f"{first.elapsed_ms / 1000:.3f}")
    return {"label": _("The fastest right answer"), "head": time, "more": more}


def _hardest(found: Poster, said: Any) -> dict[str, str] | None:
    worst = found.hardest
    if worst is None:
        return None
    numbers = {"felled": _count(worst.felled), "there": _count(worst.there)}
    more = _("%(felled)s of %(there)s did not get it right", **numbers)
    return {"label": _("The question that felled most"), "text": said(worst.text), "more": more}


def _name(name: Shown) -> str:
    return _("Fan %(n)s", n=name) if isinstance(name, int) else name


def _count(n: int) -> str:
    return f"{n:,}"
