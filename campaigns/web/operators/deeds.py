"""What operators do, in words: every kind of the audit log (campaigns/control/audit.py)."""

from __future__ import annotations

from flask_babel import gettext


def N_(sentence: str) -> str:
    return sentence


KINDS = {
    # with the campaign and its people
    "campaign_made": N_("Made the campaign"),
    "role_given": N_("Gave a role"),
    "role_taken": N_("Took a role away"),
    "screen_paired": N_("Paired a screen"),
    "screen_unpaired": N_("Unpaired a screen"),
    "edit_fields": N_("Changed a definition"),
    # with rushes and quizzes
    "rush_made": N_("Made a rush"),
    "quiz_made": N_("Made a quiz"),
    "rush_reviewed": N_("Reviewed a rush"),
    "schedule_made": N_("Set a repetition"),
    "schedule_stopped": N_("Stopped a repetition"),
    "edit_questions_added": N_("Brought questions into a rush"),
    "edit_question_changed": N_("Changed a question of a rush"),
    "edit_question_removed": N_("Took a question out of a rush"),
    "edit_question_moved": N_("Moved a question of a rush"),
    # with the bank
    "question_written": N_("Wrote a question"),
    "question_changed": N_("Changed a question of the bank"),
    "questions_sorted": N_("Moved questions to another state"),
    "import_uploaded": N_("Uploaded a file of questions"),
    "import_confirmed": N_("Confirmed an import"),
    "import_discarded": N_("Discarded an import"),
    "proposal_accepted": N_("Accepted a proposal"),
    "proposal_refused": N_("Refused a proposal"),
    # at the desk
    "run_scheduled": N_("Scheduled a run"),
    "lobby_opened": N_("Opened the lobby"),
    "rehearsal_started": N_("Began a rehearsal"),
    "asked": N_("Asked a question"),
    "opened": N_("Opened a question"),
    "closed": N_("Closed a question"),
    "passed_over": N_("Passed a question over"),
    "revealed": N_("Revealed the answer"),
    "board_shown": N_("Showed the board"),
    "podium_reached": N_("Began the podium"),
    "podium_step": N_("Showed a place of the podium"),
    "reveal_shown_again": N_("Went back to the reveal"),
    "podium_step_back": N_("Went back a step on the podium"),
    "remote_offered": N_("Made a link for a remote control"),
    "remote_taken": N_("A phone took a remote control"),
    "remotes_revoked": N_("Took the remote controls back"),
    "ended": N_("Ended the run"),
    "cancelled": N_("Cancelled"),
    "cohort_made": N_("Made a link for viewers of a stream"),
    "cohort_delayed": N_("Set how late a stream is"),
    "flashes_begun": N_("Let the screens flash to measure a stream"),
    "reopened": N_("Reopened the run"),
    "paused": N_("Paused"),
    "resumed": N_("Went on after a pause"),
    "extended": N_("Gave more time"),
    "redone": N_("Had a question asked again"),
    "warm_up": N_("Put a warm-up in"),
    "voided": N_("Made a question void"),
    "key_entered": N_("Entered a key"),
    "marked": N_("Marked what was said at a buzzer"),
    "nobody_right": N_("Ended a buzzer question without a right answer"),
    "corrected": N_("Corrected a key"),
    "switched": N_("Set a switch of the desk"),
    "question_skipped": N_("Skipped a coming question"),
    "question_brought_back": N_("Brought a skipped question back"),
    "question_moved": N_("Moved a coming question"),
    "brand_shown": N_("Put the brand on every screen"),
    "brand_left": N_("Took the brand off the screens"),
    "names_hidden": N_("Hid all names"),
    "names_shown": N_("Showed the names again"),
    "wall_chosen": N_("Chose what the screens show"),
    "wall_freed": N_("Let the screens choose by themselves"),
    "renamed": N_("Changed a fan's name"),
    "name_hidden": N_("Hid a fan's name"),
    "name_given_back": N_("Gave a fan its own name back"),
    "kicked": N_("Sent a fan out of a run"),
    "banned": N_("Banned a fan"),
    "prize_redeemed": N_("Handed a prize over"),
    # with seasons
    "season_scheduled": N_("Scheduled a season"),
    "season_opened": N_("Opened a season"),
    "season_opened_to_all": N_("Opened a season to all"),
    "season_closing_moved": N_("Moved the closing of a season"),
    "season_closed": N_("Closed a season"),
    "season_waves_set": N_("Set the waves of a season"),
    "boards_freeze_set": N_("Set when the boards freeze"),
    "boards_revealed": N_("Revealed frozen boards"),
    "play_voided": N_("Made a play void"),
    "play_void_lifted": N_("Let a play count again"),
}


def kind_name(kind: str) -> str:
    """Of a kind that has no words yet: itself."""
    return gettext(KINDS[kind]) if kind in KINDS else kind
