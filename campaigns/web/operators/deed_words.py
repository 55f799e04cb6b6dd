"""What a deed of the audit log changed, as people read it: names for ids, words for keys, times in the campaign's zone.

The records keep what the machine needs (ids, nanoseconds, a plan as one value); this says it again for the page. What has
two sides stands as before → after under one name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns.control.audit import BEFORE, Deed
from campaigns.control.audit_names import ACTIVITIES, Asked, Names
from campaigns.domain.badge_kinds import KINDS
from campaigns.domain.question import Words
from campaigns.web.language import pick
from campaigns.web.language import say as _
from campaigns.web.operators.field_names import N_, field_name

LONGEST = 160
NS_PER_S = 1_000_000_000
NS_KEYS = frozenset({"from_ns", "until_ns", "opens_ns", "closes_ns"})  # of the host's own clock: no hour of anybody's
UNTOLD = NS_KEYS | {"schedule"}  # which has no name; its rule stands beside it
PARTNERS = {  # a record's bare `before` is the other side of this one
    "season_closing_moved": "ends_at",
    "season_waves_set": "waves",
    "question_skipped": "after",
    "question_brought_back": "after",
    "question_moved": "after",
}
MEANING = {  # a key that means something else in a deed of this kind
    ("edit_questions_added", "n"): N_("How many"),
    ("cohort_made", "name"): N_("Stream"),
    ("schedule_made", "rule"): N_("Repeats"),
    ("schedule_stopped", "rule"): N_("Repeats"),
    ("corrected", "version"): N_("Counting"),
    ("rehearsal_started", "pace_ms"): N_("By itself each picture stands"),
    ("rehearsal_started", "delay_ms"): N_("Delay of their network"),
}
VALUES = {
    "rule": {
        "speed": N_("By speed"),
        "flat": N_("All alike"),
        "first_n": N_("The first few"),
        "survival": N_("Survival"),
        "FREQ=DAILY": N_("Every day"),
    },
    "role": {
        "owner": N_("Owner"),
        "editor": N_("Editor"),
        "host": N_("Host"),
        "moderator": N_("Moderator"),
        "viewer": N_("Viewer"),
    },
    "arriving": {"draft": N_("Drafts"), "reviewed": N_("Reviewed"), "retired": N_("Retired")},
    "scoring": {"road": N_("Road points"), "speed": N_("By speed")},
}


@dataclass(frozen=True, slots=True)
class Teller:
    names: Names
    zone: ZoneInfo

    def changes(self, deed: Deed) -> Iterator[tuple[str, str | None, str | None]]:
        """(name, before, after) of all that a deed tells; None: there was, or is, nothing to tell."""
        before, after = sides(deed)
        for key in {**before, **after}:
            if key not in UNTOLD and not (key == "n" and "round" in after):
                was, now = (None if side.get(key) is None else self._said(key, side[key]) for side in (before, after))
                if was is not None or now is not None:
                    yield label(deed.kind, key), was, now
        if "from_ns" in after and "until_ns" in after:
            stood_s = (after["until_ns"] - after["from_ns"]) / NS_PER_S
            yield _("Stood still"), None, _("%(s)s s", s=f"{stood_s:.1f}")

    def _said(self, key: str, value: Any) -> str:
        text = self._about(key, value) if isinstance(value, int | list) and not isinstance(value, bool) else None
        return _short(text if text is not None else plain(key, value, self.zone))

    def _about(self, key: str, value: Any) -> str | None:
        """The name of what an id is of; None: it is no id, or has no name."""
        if isinstance(value, list):
            rounds = key == "after" or key == BEFORE
            return " · ".join(question(self.names.rounds.get(each)) for each in value) if rounds else None
        if key in ("round", "again"):
            return question(self.names.rounds.get(value))
        if key == "fan":
            return self.names.fans.get(value) or _("Fan %(n)s", n=value)
        titles = self.names.questions if key == "question" else self.names.activities if key in ACTIVITIES else {}
        found = titles.get(value) or (self.names.campaigns.get(value) if key == "like" else None)
        return pick(found) if found else None


def sides(deed: Deed) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Both under the same names; the plan of a rehearsal taken apart."""
    before, after = dict(deed.before), dict(deed.after)
    if BEFORE in before and deed.kind in PARTNERS:
        before[PARTNERS[deed.kind]] = before.pop(BEFORE)
    after |= after.pop("plan", {})
    was, now = before.get("after"), after.get("after")
    if was is not None and now is not None and len(was) != len(now):  # skipped, or brought back: that one alone
        gone, come = ([each for each in one if each not in other] for one, other in ((was, now), (now, was)))
        alone = gone or come
        return ({}, {"round": alone[0]}) if len(alone) == 1 and not (gone and come) else (before, after)
    if was is not None and now is not None and was != now:  # moved: only the stretch that is another
        apart = [at for at, (one, other) in enumerate(zip(was, now, strict=True)) if one != other]
        before["after"], after["after"] = was[apart[0] : apart[-1] + 1], now[apart[0] : apart[-1] + 1]
    return before, after


def label(kind: str, key: str) -> str:
    return _(MEANING[kind, key]) if (kind, key) in MEANING else field_name(key)


def question(asked: Asked | None) -> str:
    if asked is None:
        return _("a question that is gone")
    number = _("warm-up") if asked.warm_up else _("question %(n)s", n=asked.n) if asked.n > 0 else ""
    return " ".join(part for part in (number, f"“{pick(asked.text)}”") if part)


def plain(key: str, value: Any, zone: ZoneInfo) -> str:
    """A value that is no id."""
    if key == "right":
        return _("right") if value else _("wrong")
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if key.endswith("_ms"):
        return _("%(s)s s", s=f"{value / 1000:g}") if value >= 1000 else f"{value} ms"
    if key == "seconds":
        return _("%(s)s s", s=value)
    if key == "prize":
        return _("no. %(n)s", n=value + 1)
    if isinstance(value, list):
        return " · ".join(plain("", each, zone) for each in value) or "–"
    if isinstance(value, dict):
        return _parts(value, zone)
    words = VALUES.get(key, {}).get(str(value))
    return _(words) if words else _hour(value, zone) if isinstance(value, str) else str(value)


def _parts(value: Mapping[str, Any], zone: ZoneInfo) -> str:
    """Words in both languages: this page's; a prize or a wave: each part of it, what is set."""
    if value.keys() <= {"zh", "en"}:
        words: Words = {language: str(text) for language, text in value.items()}
        return pick(words)
    if {"badge", "name"} <= value.keys():
        return f"{value['badge']}: {plain('', value['name'], zone)} × {value.get('pieces', 1)}"
    if {"first", "last", "name"} <= value.keys():
        return f"{value['first']}–{value['last']}: {plain('', value['name'], zone)} × {value.get('pieces', 1)}"
    if "opens_at" in value:
        badges = (pick(KINDS[kind]) if kind in KINDS else kind for kind in value.get("badges", ()))
        who = ", ".join((*value.get("channels", ()), *badges)) or _("friends")
        return f"{plain('opens_at', value['opens_at'], zone)} ({who})"
    return ", ".join(f"{field_name(name)} {plain(name, each, zone)}" for name, each in value.items())


def _hour(text: str, zone: ZoneInfo) -> str:
    """An instant as the campaign's clock shows it; any other text as it is."""
    if len(text) < len("2026-11-22T09:00") or text[4:5] != "-" or text[10:11] != "T":
        return text
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (at.astimezone(zone) if at.tzinfo else at).strftime("%Y-%m-%d %H:%M")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
