"""What a finished play meant, told with its last acknowledgement: before the settlement, from the record and the buckets.

The fan's own plays are read from the record, this one included; all others as far as they are settled, a second or two ago.
A practice play means nothing to boards and badges, a challenge only to its own board, and a play left before its first question
nothing to anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text

from campaigns.domain.badge_wall import WallBadge, described
from campaigns.domain.daily import streak_of
from campaigns.domain.goal_words import goal_words
from campaigns.domain.goals import Goal, nearest, to_best, to_pass, to_rank, to_streak
from campaigns.domain.moment import Moment
from campaigns.domain.periods import season_board
from campaigns.domain.play_result import PlayResult, condensed
from campaigns.domain.question import Words
from campaigns.domain.quiz_badges import of_fan
from campaigns.play.quiz.plays import Playing, Plays

# One look at the own plays and at all others, because plays end as often as they begin. `own_…`: the fan's own row, which is
# not one of the others; `still`: the boards are frozen, and no place is told.
MEANT = text("""
WITH mine AS MATERIALIZED (
  SELECT play_id, day, score, elapsed_ms, "right", asked, level_scores, perfect, passed, flags FROM play_result r
   WHERE run_id = :run AND fan_id = :fan AND challenge_id IS NULL
     AND NOT EXISTS (SELECT FROM play_void v WHERE v.play_id = r.play_id AND v.lifted IS NULL)),
sums AS (SELECT :score + coalesce(sum(score) FILTER (WHERE play_id <> :play), 0)::bigint AS total FROM mine),
board AS (SELECT id, frozen FROM board WHERE activity_id = :activity AND name = :name),
own AS (SELECT r.total, r.best FROM board_row r JOIN board ON board.id = r.board_id WHERE r.fan_id = :fan),
others AS (
  SELECT coalesce(sum(fans) FILTER (WHERE measure = 1), 0)::bigint AS fans,
         coalesce(sum(fans) FILTER (WHERE measure = 1 AND k.score < :score), 0)::bigint AS lower,
         coalesce(sum(fans) FILTER (WHERE measure = 0 AND k.score >= sums.total), 0)::bigint AS higher,
         min(k.score) FILTER (WHERE measure = 0 AND k.score >= sums.total
                                AND (fans > 1 OR k.score IS DISTINCT FROM (SELECT total FROM own))) AS next
    FROM sums, board_bucket k JOIN board ON board.id = k.board_id WHERE measure < 2)
SELECT mine.*, sums.total, others.*, (SELECT total FROM own) AS own_total, (SELECT best FROM own) AS own_best,
       EXISTS (SELECT FROM board WHERE frozen IS NOT NULL)
         OR EXISTS (SELECT FROM run WHERE activity_id = :activity AND freeze_at <= :now) AS still
  FROM others, sums LEFT JOIN mine ON true
""")


@dataclass(frozen=True, slots=True)
class GoalView:
    kind: str
    missing: int
    unit: str
    label: Words


@dataclass(frozen=True, slots=True)
class ResultView:
    """`ahead`: percent of all other fans whose best play is worth less than this one. `rank`: by total, in the season.
    Both None while the boards are frozen."""

    score: int
    right: int
    asked: int
    elapsed_ms: int
    ahead: int | None
    goal: GoalView | None
    new_badges: tuple[WallBadge, ...]
    rank: int | None


def result_view(plays: Plays, playing: Playing, now: Moment) -> ResultView:
    """Of a play that has ended."""
    result, season = condensed(playing.progress), plays.seasons.season(playing.run_id, now)
    sums = (result.score, result.right, result.asked, result.elapsed_ms)
    if not (playing.on_boards and result.played):
        return ResultView(*sums, None, None, (), None)
    values = {
        "run": playing.run_id,
        "fan": playing.fan_id,
        "play": playing.play_id,
        "score": result.score,
        "now": now.at,
    }
    values |= {"activity": season.activity_id, "name": season_board(playing.run_id)}
    with plays.services.reading() as sql:
        rows = sql.execute(MEANT, values).all()
    before = [row for row in rows if row.play_id not in (None, playing.play_id)]
    others, total = rows[0], rows[0].total
    held = of_fan(map(_result, before), [row.day for row in before], 0)
    earned = of_fan([*map(_result, before), result], [*(row.day for row in before), playing.day], 0) - held
    goal = _goal(playing, before, held | earned, season.day(now.at), total, others)
    badges = sorted(filter(None, map(described, earned)), key=lambda badge: badge.place)
    if others.still:
        return ResultView(*sums, None, goal, tuple(badges), None)
    counted = others.fans - (others.own_best is not None)
    lower = others.lower - (others.own_best is not None and others.own_best < result.score)
    ahead = 100 * lower // counted if counted > 0 else None
    rank = 1 + others.higher - (others.own_total is not None and others.own_total >= total)
    return ResultView(*sums, ahead, goal, tuple(badges), int(rank))


def _goal(
    playing: Playing, before: list[Row[Any]], held: set[str], today: date, total: int, others: Row[Any]
) -> GoalView | None:
    progress, rules = playing.progress, playing.progress.facts.rules
    streak = streak_of([*(row.day for row in before), playing.day], today)
    goals: list[Goal | None] = [
        to_pass(progress, held),
        to_streak(streak, held),
        to_rank(rules, total, None if others.still else others.next),
    ]
    if before:
        goals.append(to_best(rules, progress.banked, max(row.score for row in before)))
    goal = nearest(goals)
    return None if goal is None else GoalView(goal.kind.value, goal.missing, goal.unit.value, goal_words(goal))


def _result(row: Row[Any]) -> PlayResult:
    sums = (row.score, row.elapsed_ms, row.right, row.asked)
    return PlayResult(*sums, tuple(row.level_scores), row.perfect, row.passed, row.flags)
