"""What is written of a judgement: scores of its version, totals, and the result that the scene packet shows.

The standings have one writer at a time. While a settlement of the run waits or is being judged, they are its worker's,
who writes them without the campaign's lock; otherwise they are whose transition holds that lock (`forget_kicked`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from campaigns.db.models import Round
from campaigns.db.records import Score, Settlement, Standing
from campaigns.domain.leaderboard import LONGEST_MS, histogram
from campaigns.domain.question import Kind
from campaigns.domain.race import race_of
from campaigns.domain.run import BEFORE_REVEAL
from campaigns.domain.rush import Verdict
from campaigns.domain.rush_cases import Said
from campaigns.domain.rush_rules import Rule
from campaigns.settle import fallen
from campaigns.settle.cases import Judged

BINS = 20  # of an estimate's distribution, from low to high
TOP = 10

# By difference: what this version says of the round, less what the version says that has counted so far (none: :counted is 0).
# A settlement counts once, in the transaction that writes this; `recompute` sums the whole record up and compares.
# Order and ties: domain/leaderboard.py (`tie_ms`); ranks are computed by the same rule.
# Streaks and lives are those after the newest judged round, which need not be this one.
# What stands after a settlement that was never told (corrected or voided before its reveal) is no rank to have come from.
STANDINGS = text(f"""
WITH said AS (
    SELECT fan_id, score, CASE WHEN "right" THEN elapsed_ms ELSE 0 END AS right_ms, streak, "out", lives
    FROM score WHERE round_id = :round AND version = :version
), counted AS (
    SELECT fan_id, score, CASE WHEN "right" THEN elapsed_ms ELSE 0 END AS right_ms
    FROM score WHERE round_id = :round AND version = :counted
), totals AS (
    SELECT f.fan_id, coalesce(t.score, 0) + coalesce(s.score, 0) - coalesce(c.score, 0) AS score,
           coalesce(t.right_ms, 0) + coalesce(s.right_ms, 0) - coalesce(c.right_ms, 0) AS right_ms,
           coalesce(CASE WHEN :newest THEN s.streak ELSE t.streak END, 0) AS streak,
           coalesce(CASE WHEN :newest THEN s."out" ELSE t."out" END, false) AS "out",
           coalesce(CASE WHEN :newest THEN s.lives ELSE t.lives END, 0) AS lives
    FROM run_fan f LEFT JOIN standing t ON t.run_id = :run AND t.fan_id = f.fan_id
         LEFT JOIN said s ON s.fan_id = f.fan_id LEFT JOIN counted c ON c.fan_id = f.fan_id
    WHERE f.run_id = :run AND f.kicked_at IS NULL
), tied AS (
    SELECT *, CASE WHEN score > 0 THEN least(right_ms, {LONGEST_MS}) WHEN "out" THEN {LONGEST_MS} ELSE 0 END AS elapsed_ms
    FROM totals
), placed AS (
    SELECT *, rank() OVER (ORDER BY score DESC, elapsed_ms) AS rank FROM tied
), untold AS (
    SELECT 1 FROM run JOIN round ON round.id = run.round_id
    WHERE run.id = :run AND run.scene IN ({", ".join(f"'{scene}'" for scene in sorted(BEFORE_REVEAL))}) AND round.version > 0
)
MERGE INTO standing t USING placed p ON t.run_id = :run AND t.fan_id = p.fan_id
WHEN MATCHED THEN UPDATE SET
    score = p.score, elapsed_ms = p.elapsed_ms, right_ms = p.right_ms, rank = p.rank,
    rank_before = CASE WHEN EXISTS (SELECT FROM untold) THEN t.rank_before ELSE t.rank END,
    streak = p.streak, "out" = p."out", lives = p.lives, place = NULL
WHEN NOT MATCHED THEN INSERT (run_id, fan_id, score, elapsed_ms, right_ms, rank, rank_before, streak, "out", lives)
    VALUES (:run, p.fan_id, p.score, p.elapsed_ms, p.right_ms, p.rank, NULL, p.streak, p."out", p.lives)
""")
PATIENCE = text("SELECT set_config('statement_timeout', '600s', true), set_config('work_mem', '128MB', true)")
LOOPS = text("SELECT current_setting('enable_nestloop')")
LOOP = text("SELECT set_config('enable_nestloop', :may, true)")
# Once, when the order has come to rest; who is sent away afterwards leaves a number unused.
PLACES = text("""
UPDATE standing SET place = placed.n
FROM (SELECT fan_id, row_number() OVER (ORDER BY score DESC, elapsed_ms, fan_id) AS n FROM standing WHERE run_id = :run) AS placed
WHERE standing.run_id = :run AND standing.fan_id = placed.fan_id
  AND EXISTS (SELECT FROM standing WHERE run_id = :run AND place IS NULL)
""")
FORGET_KICKED = text("""
DELETE FROM standing USING run_fan f
WHERE standing.run_id = :run AND f.run_id = :run AND f.fan_id = standing.fan_id AND f.kicked_at IS NOT NULL
""")

CLOSE_RANKS = text("""
UPDATE standing SET rank = placed.rank
FROM (SELECT fan_id, rank() OVER (ORDER BY score DESC, elapsed_ms) AS rank FROM standing WHERE run_id = :run) AS placed
WHERE standing.run_id = :run AND standing.fan_id = placed.fan_id AND standing.rank <> placed.rank
""")


def score_row(row: Row[Any], version: int, verdict: Verdict) -> dict[str, Any]:
    """The row of table `score` that a verdict becomes."""
    who = {"round_id": row.id, "version": version, "fan_id": verdict.fan, "run_id": row.run_id}
    judged = {name: value for name, value in verdict._asdict().items() if name not in ("fan", "carry", "fun")}
    return who | verdict.carry._asdict() | judged


def recompute_standings(sql: Connection, row: Row[Any], version: int) -> None:
    """Totals and ranks of the whole run, now that round `row` counts in this version instead of its own."""
    later = select(Round.id).where(Round.run_id == row.run_id, Round.n > row.n, Round.warm_up == 0, Round.version > 0)
    newest = sql.scalar(later.limit(1)) is None
    sql.execute(
        STANDINGS, {"run": row.run_id, "round": row.id, "version": version, "counted": row.version, "newest": newest}
    )
    sql.execute(FORGET_KICKED, {"run": row.run_id})
    if row.rules["rule"] == Rule.SURVIVAL:
        fallen.recount(sql, row.run_id, row.id, version)


def forget_kicked(sql: Connection, run_id: int) -> None:
    """Removed fans leave the standings, and who stood behind them moves up. Needs the campaign's lock.

    Left to the worker while a settlement waits: it may be holding these rows, and it comes for our lock at its end.
    """
    waiting = select(Settlement.round_id).join(Round, Round.id == Settlement.round_id)
    if sql.scalar(waiting.where(Round.run_id == run_id, Settlement.settled_at.is_(None)).limit(1)) is None:
        close_ranks(sql, run_id)


def close_ranks(sql: Connection, run_id: int) -> None:
    with _without_loops(sql):
        sql.execute(FORGET_KICKED, {"run": run_id})
        sql.execute(CLOSE_RANKS, {"run": run_id})
        fallen.close_ranks(sql, run_id)


def number_places(sql: Connection, run_id: int) -> None:
    """Of a run that is over, so that a page finds a place's neighbours by an index. Needs the campaign's lock."""
    sql.execute(PATIENCE)
    with _without_loops(sql):
        sql.execute(PLACES, {"run": run_id})


@contextmanager
def _without_loops(sql: Connection) -> Iterator[None]:
    """Of a run that has just been played PostgreSQL knows nothing yet: it takes nine thousand standings for one, and sorts them
    all once for each: more than a minute, under the campaign's lock. If this fails, the setting goes with the transaction."""
    before = sql.scalar(LOOPS)
    sql.execute(LOOP, {"may": "off"})
    yield
    sql.execute(LOOP, {"may": before})


def round_result(row: Row[Any], judged: Judged) -> dict[str, Any]:
    """The public result of a round: distribution, how many were right, the fastest, the race, who drew lots."""
    given = [(said, elapsed_ms or 0, each.fans) for each in judged.told for said, elapsed_ms, _ in [each.case] if said]
    answered = sum(fans for *_, fans in given)
    right = [each for each in judged.told if each.worth.right]
    fastest = min(((each.case.elapsed_ms, each.first) for each in right if not each.worth.flagged), default=None)
    ran = race_of(((said.places, elapsed_ms, fans) for said, elapsed_ms, fans in given), len(row.choice_order))
    return {
        "counts": _counts(row, [(said, fans) for said, _, fans in given]),
        "answered": answered,
        "right": sum(each.fans for each in right),
        "silent": sum(each.fans for each in judged.told) - answered,
        "fastest": {"fan": fastest[1], "elapsed_ms": fastest[0]} if fastest else None,
        "race": asdict(ran) if ran else None,
        "draw": judged.draw,
    }


def _counts(row: Row[Any], given: Sequence[tuple[Said, int]]) -> list[int]:
    if Kind(row.body["kind"]) is Kind.ESTIMATE:
        return _bins(row.body["low"], row.body["high"], given)
    counts = [0] * len(row.choice_order)
    for said, fans in given:
        for place in said.places:
            counts[place] += fans
    return counts


def _bins(low: float, high: float, given: Sequence[tuple[Said, int]]) -> list[int]:
    """Values outside the slider count in the outermost bins."""
    bins = [0] * BINS
    for said, fans in given:
        if said.value is not None:
            bins[max(0, min(BINS - 1, int((said.value - low) / (high - low) * BINS)))] += fans
    return bins


def board_result(sql: Connection, row: Row[Any], version: int) -> dict[str, Any]:
    """The board after this settlement: the first ten, and the histogram from which every page tells its own place."""
    gained = select(Score.score).where(
        Score.round_id == row.id, Score.version == version, Score.fan_id == Standing.fan_id
    )
    columns = (Standing.fan_id, Standing.rank, Standing.rank_before, Standing.score, Standing.out)
    best = select(*columns, gained.scalar_subquery().label("gained")).where(Standing.run_id == row.run_id)
    by_place = (Standing.score.desc(), Standing.elapsed_ms, Standing.fan_id)  # as ranks go
    top = sql.execute(best.order_by(*by_place).limit(TOP))
    grouped = select(Standing.score, func.count()).where(Standing.run_id == row.run_id).group_by(Standing.score)
    scores = {score: count for score, count in sql.execute(grouped)}
    survival = row.rules["rule"] == Rule.SURVIVAL
    inside = select(func.count()).where(Standing.run_id == row.run_id, Standing.out.is_(False))
    return {
        "of": sum(scores.values()),
        "top": [_top_row(place, moved=not row.warm_up) for place in top],
        "histogram": histogram(scores),
        "survivors": sql.scalar(inside) if survival else None,
        "fallen": fallen.fallen_result(sql, row.run_id) if survival else None,
    }


def _top_row(place: Row[Any], *, moved: bool) -> dict[str, Any]:
    before = place.rank_before if moved else place.rank
    numbers = {"rank": place.rank, "before": before, "score": place.score, "gained": place.gained or 0}
    return {"fan": place.fan_id, "out": place.out, **numbers}
