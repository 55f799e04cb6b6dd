"""Begin a play, or find the one that is open. One statement claims the place: the limit, the attempt and "one open play
per fan" are decided by SQL, so two devices that begin at once get the same play.
"""

from __future__ import annotations

import json
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select, text

from campaigns.db.plays import Play, PlayStep, Tally
from campaigns.domain.daily import attempts_allowed, streak_on
from campaigns.domain.draw import Draw, Shortage, draw
from campaigns.domain.moment import Moment
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.quiz_rules import DrawRule
from campaigns.domain.step import StepKind
from campaigns.identity.fans import fan_now
from campaigns.play.quiz.plays import Playing, Plays
from campaigns.play.quiz.season import Season

REMEMBERED = 20  # plays back that "seldom seen first" looks
UNLIMITED = 1_000_000

BEGIN = text("""
INSERT INTO play (run_id, fan_id, attempt, day, practice, challenge_id, seed, drawn, begun_at)
SELECT :run, :fan, coalesce(max(attempt), 0) + 1, :day, :practice, :challenge, :seed, CAST(:drawn AS jsonb), :at
FROM play WHERE run_id = :run AND fan_id = :fan
HAVING :practice OR count(*) FILTER (WHERE day = :day AND NOT practice) < :allowed
ON CONFLICT DO NOTHING RETURNING id
""")


@dataclass(frozen=True, slots=True)
class Begun:
    outcome: PlayOutcome
    playing: Playing | None = None


def begin(
    plays: Plays, run_id: int, fan_id: int, now: Moment, *, practice: bool = False, challenge: str | None = None
) -> Begun:
    """The fan's open play (RESUMED), or a new one (STARTED), or why there is none. `challenge`: the token of a link."""
    season, fan_id = plays.seasons.season(run_id, now), fan_now(plays.services, fan_id)
    found = open_play(plays, run_id, fan_id, now)
    if found is not None:
        return Begun(PlayOutcome.RESUMED, found)
    if not season.open_at(now.at) or (practice and not season.rules.practice):
        return Begun(PlayOutcome.NOT_OPEN)
    if challenge is not None:
        return _take_up(plays, season, fan_id, now, challenge)
    drawn = _draw(plays, season, fan_id, now)
    if isinstance(drawn, Shortage):
        return Begun(PlayOutcome.BANK_TOO_SMALL)
    return _claim(plays, season, fan_id, now, drawn, practice, None)


def _take_up(plays: Plays, season: Season, fan_id: int, now: Moment, challenge: str) -> Begun:
    """A play with the challenger's draw, seed and all. It counts, and takes one of the day's plays, like any other."""
    opponent = plays.duels.find(season.run_id, challenge)
    refusal = plays.duels.refusal(season, fan_id, opponent)
    if refusal is not None or opponent is None:
        return Begun(refusal or PlayOutcome.NO_CHALLENGE)
    return _claim(plays, season, fan_id, now, opponent.draw, False, opponent.play_id)


def open_play(plays: Plays, run_id: int, fan_id: int, now: Moment) -> Playing | None:
    """The play that this fan has not ended."""
    here = select(Play.id).where(Play.run_id == run_id, Play.fan_id == fan_id, Play.ended_at.is_(None))
    with plays.services.reading() as sql:
        play_id = sql.scalar(here)
    return plays.playing(play_id, now) if play_id is not None else None


def begun_today(sql: Connection, season: Season, fan_id: int, day: date) -> int:
    """How many of the day's attempts are used."""
    begun = select(func.count()).where(Play.run_id == season.run_id, Play.fan_id == fan_id)
    return sql.scalar(begun.where(Play.day == day, Play.practice.is_(False))) or 0


def streak(sql: Connection, run_id: int, fan_id: int, today: date) -> int:
    """Days in a row up to now."""
    own = select(Tally.streak, Tally.last_day).where(Tally.run_id == run_id, Tally.fan_id == fan_id)
    row = sql.execute(own).one_or_none()
    return streak_on(today, row.streak, row.last_day) if row is not None else 0


def _claim(
    plays: Plays, season: Season, fan_id: int, now: Moment, drawn: Draw, practice: bool, challenge: int | None
) -> Begun:
    day = season.day(now.at)
    values = {"run": season.run_id, "fan": fan_id, "day": day, "practice": practice, "challenge": challenge}
    values |= {"seed": drawn.seed, "drawn": json.dumps(drawn.to_dict()), "at": now.at}
    with plays.services.sql.begin() as sql:
        allowed = attempts_allowed(season.rules, streak(sql, season.run_id, fan_id, day))
        play_id = sql.scalar(BEGIN, values | {"allowed": UNLIMITED if allowed is None else allowed})
    if play_id is None:  # no attempt is left, or another device was first
        other = open_play(plays, season.run_id, fan_id, now)
        return Begun(PlayOutcome.NO_ATTEMPTS) if other is None else Begun(PlayOutcome.RESUMED, other)
    return Begun(PlayOutcome.STARTED, plays.playing(play_id, now))


def _draw(plays: Plays, season: Season, fan_id: int, now: Moment) -> Draw | Shortage:
    bank = plays.shelf.bank(season.campaign_id, now)
    seen = _seen(plays, season, fan_id, now) if season.rules.draw is DrawRule.SELDOM else {}
    return draw(season.rules.levels, bank, secrets.randbits(32), seen, fan_id)


def _seen(plays: Plays, season: Season, fan_id: int, now: Moment) -> dict[int, int]:
    """How often this fan was asked each question lately, by question."""
    mine = select(Play.id).where(Play.run_id == season.run_id, Play.fan_id == fan_id)
    last = mine.order_by(Play.attempt.desc()).limit(REMEMBERED)
    kinds = (StepKind.ASKED, StepKind.SWAP)
    asked = select(PlayStep.question_version_id).where(PlayStep.play_id.in_(last), PlayStep.kind.in_(kinds))
    question_of = plays.shelf.question_ids(season.campaign_id, now)
    with plays.services.reading() as sql:
        versions = sql.scalars(asked)
        known = (question_of.get(version) for version in versions if version is not None)
        return dict(Counter(question for question in known if question is not None))
