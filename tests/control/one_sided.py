"""Deeds that the audit log tells without a before beside the after, and why; all others have both (test_audit.py)."""

from __future__ import annotations

from campaigns.control.audit import Deed

_MADE = "it makes something: there was nothing before"
_OVER = "it ends, or takes away, what its row names"
_STEP = "a step of the show: what stood before is the row before it, or every step would tell the whole scene"
_TURNED = "one of two words, each written only when it was the other before"
_SAID = "somebody's word on something, which it names; a word before it is a row of its own"
_SECRET = "no key and no password stands in the log"

ONE_SIDED = {
    "bank.write": _MADE,
    "bank_import.confirm": _SAID,
    "bank_import.discard": _OVER,
    "bank_import.upload": _MADE,
    "buzzing.mark": _SAID,
    "buzzing.nobody": _SAID,
    "calibrating.begin_flashes": _STEP,
    "cohorts.make_cohort": _MADE,
    "cohorts.take_back": _OVER,
    "conduct.cancel": _OVER,
    "conduct.press_next": _STEP,
    "copying.copy_activity": _MADE,
    "copying.copy_campaign": _MADE,
    "crew.take_role": _OVER,
    "definitions.create_campaign": _MADE,
    "definitions.create_rush": _MADE,
    "displays.pair": _MADE,
    "displays.revoke": _OVER,
    "faces.hide_names": _TURNED,
    "faces.show_brand": _TURNED,
    "going_back.press_back": _STEP,
    "keys.enter_key": _SECRET,
    "keys.void": _OVER,
    "operators.invitation": _MADE,
    "operators.set_password": _SECRET,
    "pauses.pause": _TURNED,
    "pauses.resume": _TURNED,
    "people.ban": _OVER,
    "people.kick": _OVER,
    "prizes.redeem": _OVER,
    "proposals.accept": _SAID,
    "proposals.refuse": _SAID,
    "questions.add_questions": _MADE,
    "questions.pick_questions": _MADE,
    "questions.remove_question": _OVER,
    "quizzes.create_quiz": _MADE,
    "rehearsals.start_rehearsal": _MADE,
    "remotes.invite": _MADE,
    "remotes.revoke_remotes": _OVER,
    "reopening.reopen": _TURNED,
    "review.review": _SAID,
    "running_order.redo": _MADE,
    "runs.make_run": _MADE,
    "schedules.repeat": _MADE,
    "schedules.stop": _OVER,
    "seasons.call_off": _OVER,
    "seasons.close_season": _STEP,
    "seasons.make_season": _MADE,
    "seasons.open_season": _STEP,
    "voids.lift_void": _TURNED,
    "voids.void_play": _TURNED,
    "warm_ups.warm_up_from_bank": _MADE,
    "warm_ups.warm_up_typed": _MADE,
}


def has_both_sides(deed: Deed) -> bool:
    """What stood before, and that it stands otherwise now."""
    return bool(deed.before and deed.after) and any(deed.after.get(key) != was for key, was in deed.before.items())
