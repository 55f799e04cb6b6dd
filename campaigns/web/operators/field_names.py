"""What the fields of definitions and of deeds are called, in words: one table by their stored name."""

from __future__ import annotations

from flask_babel import gettext


def N_(sentence: str) -> str:
    return sentence


LANGUAGES = {"title_zh": "中", "title_en": "EN"}  # beside "Name"
FIELDS = {
    # of definitions
    "zone": N_("Time zone"),
    "rate": N_("Points for one score"),
    "brand": N_("Brand colour"),
    "ground": N_("Ground colour"),
    "backdrop": N_("Background"),
    "sounds": N_("Sounds on the screens"),
    "logo": N_("Logo"),
    "rule": N_("Rule"),
    "version": N_("Version"),
    "first_n": N_("How many are first"),
    "pot": N_("Pot"),
    "prizes": N_("Prizes"),
    "lives": N_("One extra life"),
    "streak": N_("Streaks"),
    "close_when_all": N_("Close when everybody has answered"),
    "auto_reveal": N_("Reveal by itself"),
    "cap_ms": N_("Network allowance, at most"),
    "lead_ms": N_("Announced ahead"),
    "reading_min_ms": N_("Reading, at least"),
    "reading_max_ms": N_("Reading, at most"),
    "attempts_per_day": N_("Plays a day"),
    "streak_extra_max": N_("Extra plays by streak, at most"),
    "pace_ms": N_("Suspiciously quick below"),
    "dare": N_("Bank or dare"),
    "practice": N_("Practice"),
    "scoring": N_("Points"),
    "draw": N_("Questions are drawn"),
    # of the audit log's deeds
    "activity": N_("Of"),
    "after": N_("Order"),
    "again": N_("Asked again as"),
    "arriving": N_("They arrive as"),
    "at": N_("Freezes"),
    "by_itself": N_("Plays by itself"),
    "channels": N_("Channels"),
    "choices": N_("Choices"),
    "delay_ms": N_("Delay"),
    "draft": N_("Drafts"),
    "dropouts": N_("Lose their connection"),
    "ends_at": N_("Closes"),
    "expected": N_("Expected on the night"),
    "fan": N_("Fan"),
    "fans": N_("Simulated fans"),
    "file": N_("File"),
    "first": N_("First time"),
    "import": N_("Import"),
    "like": N_("Copied from"),
    "n": N_("Question"),
    "name": N_("Name"),
    "opens_at": N_("Opens"),
    "play": N_("Play"),
    "prize": N_("Prize"),
    "question": N_("Question"),
    "quiz": N_("Quiz"),
    "reason": N_("Why"),
    "remote": N_("Remote control"),
    "remotes": N_("Remote controls"),
    "retired": N_("Retired"),
    "reviewed": N_("Reviewed"),
    "right": N_("Said"),
    "role": N_("Role"),
    "round": N_("Question"),
    "rush": N_("Rush"),
    "screen": N_("Screen"),
    "seconds": N_("Time for the question"),
    "shown": N_("The screens show"),
    "skill": N_("Answer right"),
    "speed_ms": N_("Half of them answer within"),
    "starts_at": N_("Begins"),
    "step": N_("Place"),
    "text": N_("Text"),
    "uncertain_ms": N_("Uncertain by"),
    "waves": N_("Waves"),
    "why": N_("Why"),
}


def is_named(name: str) -> bool:
    return name in FIELDS or name in LANGUAGES or name.startswith("level_")


def field_name(name: str) -> str:
    """Of a field that has no words yet: itself."""
    if name.startswith("level_"):
        return str(gettext("gate %(n)s", n=name.removeprefix("level_")))
    if name in LANGUAGES:
        return f"{gettext('Name')} ({LANGUAGES[name]})"
    return str(gettext(FIELDS[name])) if name in FIELDS else name
