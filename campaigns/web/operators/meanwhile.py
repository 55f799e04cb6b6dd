"""What others did while somebody was typing, said to whoever saves second."""

from __future__ import annotations

from typing import Any

from flask_babel import format_datetime

from campaigns.control.edits import EditLine, What, edits_since
from campaigns.web.edge import services
from campaigns.web.language import say as _

LONGEST = 40
MOST_FIELDS = 4


def meanwhile(version: int, *, activity_id: int | None = None, campaign_id: int | None = None) -> str:
    """ "Li, 17:03: rule speed → flat. …", the newest first; of edits that were made after `version` was read."""
    lines = edits_since(services(), version, activity_id=activity_id, campaign_id=campaign_id)
    return " ".join(_line(line) for line in lines)


def _line(line: EditLine) -> str:
    at = format_datetime(line.at, "HH:mm:ss")
    return _("%(name)s, %(at)s: %(what)s.", name=line.name or _("Fanfare itself"), at=at, what=_what(line))


def _what(line: EditLine) -> str:
    if line.what is What.FIELDS:
        told = [f"{_label(name)} {_short(was)} → {_short(now)}" for name, (was, now) in line.fields.items()]
        more = len(told) - MOST_FIELDS
        return "; ".join(told[:MOST_FIELDS]) + (_(" and %(n)s more", n=more) if more > 0 else "") or _(
            "saved as it was"
        )
    return {
        What.QUESTIONS_ADDED: _("%(n)s questions brought in", n=line.n),
        What.QUESTION_CHANGED: _("question %(n)s changed", n=line.n),
        What.QUESTION_REMOVED: _("a question taken out"),
        What.QUESTION_MOVED: _("a question moved to place %(n)s", n=line.n),
    }[line.what]


def _short(value: Any) -> str:
    """Whole gates of a quiz are too much for a line: that they differ is said by their name."""
    text = "…" if isinstance(value, dict | list) else "–" if value is None else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _label(name: str) -> str:
    if name.startswith("level_"):
        return _("gate %(n)s", n=name.removeprefix("level_"))
    labels = {
        "title_zh": _("Name") + " (中)",
        "title_en": _("Name") + " (EN)",
        "zone": _("Time zone"),
        "rate": _("Points for one score"),
        "brand": _("Brand colour"),
        "ground": _("Ground colour"),
        "backdrop": _("Background"),
        "sounds": _("Sounds on the screens"),
        "logo": _("Logo"),
        "rule": _("Rule"),
        "first_n": _("How many are first"),
        "pot": _("Pot"),
        "prizes": _("Prizes"),
        "lives": _("One extra life"),
        "streak": _("Streaks"),
        "close_when_all": _("Close when everybody has answered"),
        "auto_reveal": _("Reveal by itself"),
        "cap_ms": _("Network allowance, at most"),
        "lead_ms": _("Announced ahead"),
        "reading_min_ms": _("Reading, at least"),
        "reading_max_ms": _("Reading, at most"),
    }
    return labels.get(name, name)
