"""Begin a play, or find the one that is open. One statement claims the place: the limit, the attempt and "one open play
per fan" are decided by SQL, so two devices that begin at once get the same play.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select, text

from campaigns.db.plays import Play, Tally
from campaigns.domain.daily import attempts_allowed, streak_on
from campaigns.domain.draw import Draw, Shortage, draw
from campaigns.domain.moment import Moment
from campaigns.domain.play import begin as before_the_first_step
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.quiz_rules import DrawRule
from campaigns.domain.shuffle import SEED_BITS, concealed_seed
from campaigns.play.quiz.past import Past
from campaigns.play.quiz.plays import Playing, Plays
from campaigns.play.quiz.season import Season
from campaigns.play.quiz.waves import waits_until

UNLIMITED = 1_000_000

# The fan's row is locked against becoming somebody else meanwhile (identity/moving.py); nobody plays a draw twice.
BEGIN = text("""
WITH who AS (SELECT id FROM fan WHERE id = :fan AND moved_at IS NULL FOR SHARE)
INSERT INTO play (run_id, fan_id, attempt, day, practice, challenge_id, seed, drawn, begun_at)
SELECT :run, who.id, past.attempt + 1, :day, :practice, :challenge, :seed, CAST(:drawn AS jsonb), :at
FROM who, (SELECT coalesce(max(attempt), 0) AS attempt FROM play WHERE run_id = :run AND fan_id = :fan
           HAVING count(*) FILTER (WHERE seed = :seed) = 0 AND (
                  :practice OR count(*) FILTER (WHERE day = :day AND NOT practice
                                                  AND (challenge_id IS NULL) = (CAST(:challenge AS bigint) IS NULL)) < :allowed
          )) AS past
ON CONFLICT DO NOTHING RETURNING id
""")
MOVED = text("SELECT moved_at IS NOT NULL FROM fan WHERE id = :fan")


@dataclass(frozen=True, slots=True)
class Begun:
    """`opens_at`: of NOT_YET, when it opens for this fan."""

    outcome: PlayOutcome
    playing: Playing | None = None
    opens_at: datetime | None = None


def begin(
    plays: Plays, run_id: int, fan_id: int, now: Moment, *, practice: bool = False, challenge: str | None = None
) -> Begun:
    """The fan's open play (RESUMED), or a new one (STARTED), or why there is none. `challenge`: the token of a link."""
    known = plays.pasts.known(run_id, fan_id) if challenge is None else None
    if known is not None:
        begun = _anew(plays, run_id, known, now, practice, challenge)
        if begun is not None and begun.outcome is PlayOutcome.STARTED:
            return begun  # else the record says what this process does not know
    season = plays.seasons.season(run_id, now)
    past = plays.pasts.read(run_id, fan_id, _seldom(season))
    found = plays.playing(past.open_id, now) if past.open_id is not None else None
    if found is not None:
        return Begun(PlayOutcome.RESUMED, found)
    begun = _anew(plays, run_id, past, now, practice, challenge)
    # None: a guest has become a member this very moment. A member's fan never moves, so this happens once.
    return begun or begin(plays, run_id, fan_id, now, practice=practice, challenge=challenge)


def _anew(plays: Plays, run_id: int, past: Past, now: Moment, practice: bool, challenge: str | None) -> Begun | None:
    season = plays.seasons.season(run_id, now)
    if not season.open_at(now.at):  # the first taps come with the opening
        season = plays.seasons.anew(run_id, now)
    if not season.open_at(now.at) or (practice and not season.rules.practice):
        return Begun(PlayOutcome.NOT_OPEN)
    waits = _waits(plays, season, past.fan_id, now)
    if waits is not None:
        return Begun(PlayOutcome.NOT_YET, opens_at=waits)
    if challenge is not None:
        return _take_up(plays, season, past, now, challenge)
    question_of = plays.shelf.question_ids(season.campaign_id, now)
    met = past.met or () if _seldom(season) else ()
    seen = Counter(question_of[version] for version in met if version in question_of)
    bank = plays.shelf.bank(season.campaign_id, now)
    seed = concealed_seed(secrets.randbits(SEED_BITS))
    drawn = draw(season.rules.levels, bank, seed, seen, past.fan_id)
    if isinstance(drawn, Shortage):
        return Begun(PlayOutcome.BANK_TOO_SMALL)
    return _claim(plays, season, past, now, drawn, practice, None)


def _seldom(season: Season) -> bool:
    """Whether what this fan has seldom seen comes first."""
    return season.rules.draw is DrawRule.SELDOM


def _waits(plays: Plays, season: Season, fan_id: int, now: Moment) -> datetime | None:
    if season.starts_at is None or season.starts_at <= now.at:  # open to all: nothing to ask
        return None
    with plays.services.reading() as sql:
        return waits_until(sql, season, fan_id, now.at)


def _take_up(plays: Plays, season: Season, past: Past, now: Moment, challenge: str) -> Begun | None:
    """A play with the challenger's draw, seed and all. It counts on the board of challenges alone, and there are as many a
    day as plays, counted apart."""
    opponent = plays.duels.find(season.run_id, challenge)
    refusal = plays.duels.refusal(season, past.fan_id, opponent)
    if refusal is not None or opponent is None:
        return Begun(refusal or PlayOutcome.NO_CHALLENGE)
    return _claim(plays, season, past, now, opponent.draw, False, opponent.play_id)


def _moved(plays: Plays, fan_id: int) -> bool:
    with plays.services.reading() as sql:
        return bool(sql.scalar(MOVED, {"fan": fan_id}))


def open_play(plays: Plays, run_id: int, fan_id: int, now: Moment) -> Playing | None:
    """The play that this fan has not ended."""
    here = select(Play.id).where(Play.run_id == run_id, Play.fan_id == fan_id, Play.ended_at.is_(None))
    with plays.services.reading() as sql:
        play_id = sql.scalar(here)
    return plays.playing(play_id, now) if play_id is not None else None


def begun_today(sql: Connection, season: Season, fan_id: int, day: date) -> int:
    """How many of the day's attempts are used."""
    begun = select(func.count()).where(Play.run_id == season.run_id, Play.fan_id == fan_id)
    return sql.scalar(begun.where(Play.day == day, Play.practice.is_(False), Play.challenge_id.is_(None))) or 0


def streak(sql: Connection, run_id: int, fan_id: int, today: date) -> int:
    """Days in a row up to now."""
    own = select(Tally.streak, Tally.last_day).where(Tally.run_id == run_id, Tally.fan_id == fan_id)
    row = sql.execute(own).one_or_none()
    return streak_on(today, row.streak, row.last_day) if row is not None else 0


def _claim(
    plays: Plays, season: Season, past: Past, now: Moment, drawn: Draw, practice: bool, challenge: int | None
) -> Begun | None:
    """None: the fan is another by now."""
    day = season.day(now.at)
    allowed = attempts_allowed(season.rules, streak_on(day, past.streak or 0, past.last_day))
    values = {"run": season.run_id, "fan": past.fan_id, "day": day, "practice": practice, "challenge": challenge}
    values |= {"seed": drawn.seed, "drawn": json.dumps(drawn.to_dict()), "at": now.at}
    with plays.services.reading() as sql:  # one statement is a transaction of its own
        play_id = sql.scalar(BEGIN, values | {"allowed": UNLIMITED if allowed is None else allowed})
    if play_id is None:  # no attempt is left, or another device was first
        other = open_play(plays, season.run_id, past.fan_id, now)
        if other is not None:
            return Begun(PlayOutcome.RESUMED, other)
        if _moved(plays, past.fan_id):
            return None
        return Begun(PlayOutcome.NO_ATTEMPTS if challenge is None else PlayOutcome.NO_DUELS)
    progress = before_the_first_step(plays.facts(season.run_id, drawn, now))
    plays.pasts.began(season.run_id, past, play_id)
    made = Playing(play_id, season.run_id, past.fan_id, day, practice, challenge, progress)
    return Begun(PlayOutcome.STARTED, plays.keep(made))
