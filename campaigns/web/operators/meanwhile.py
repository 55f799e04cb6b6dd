"""What others did while somebody was typing, said to whoever saves second."""

from __future__ import annotations

from typing import Any

from flask_babel import format_datetime

from campaigns.control.edits import EditLine, What, edits_since
from campaigns.web.edge import services
from campaigns.web.language import say as _
from campaigns.web.operators.field_names import field_name

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
        told = [f"{field_name(name)} {_short(was)} → {_short(now)}" for name, (was, now) in line.fields.items()]
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
