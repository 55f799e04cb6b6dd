"""What is written of a judgement: scores of its version, totals, and the result that the scene packet shows.

The standings have one writer at a time. While a settlement of the run waits or is being judged, they are its worker's,
who writes them without the campaign's lock; otherwise they are whose transition holds that lock (`forget_kicked`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from campaigns.db.models import Round
from campaigns.db.records import Score, Settlement, Standing
from campaigns.domain.leaderboard import LONGEST_MS, histogram
from campaigns.domain.question import Kind
from campaigns.domain.race import race_of
from campaigns.domain.run import BEFORE_REVEAL
from campaigns.domain.rush import AnswerFacts, Verdict
from campaigns.domain.rush_draw import drawn
from campaigns.domain.rush_rules import Rule
from campaigns.settle import fallen
from campaigns.settle.record import Judged

BINS = 20  # of an estimate's distribution, from low to high
TOP = 10

CHUNK = 5_000

# In the order of `score_row`.
COPY_SCORES = """
COPY score (round_id, version, fan_id, run_id, "right", score, bonus, elapsed_ms,
            streak, "out", lives, fell, rank, flagged) FROM STDIN
"""
_SAID = {None: "\\N", True: "t", False: "f"}

# Absolute, so it can be repeated. One round's numbers fit four bytes and are summed as such: eight would make a numeric.
# Order and ties: domain/leaderboard.py (`tie_ms`); ranks are computed by the same rule.
# :round counts in :version already, although its row says so only at the end of this transaction.
# What stands after a settlement that was never told (corrected or voided before its reveal) is no rank to have come from.
STANDINGS = text(f"""
WITH judged AS (
    SELECT id, n, CASE WHEN id = :round THEN :version ELSE version END AS version FROM round
    WHERE run_id = :run AND warm_up = 0
), counted AS (
    SELECT s.* FROM score s JOIN judged r ON r.id = s.round_id AND r.version = s.version WHERE s.run_id = :run
), totals AS (
    SELECT f.fan_id,
           coalesce(sum(c.score::int), 0) AS score,
           coalesce(sum(c.elapsed_ms::int) FILTER (WHERE c.right), 0) AS summed_ms
    FROM run_fan f LEFT JOIN counted c ON c.fan_id = f.fan_id
    WHERE f.run_id = :run AND f.kicked_at IS NULL GROUP BY f.fan_id
), newest AS (
    SELECT max(n) AS n FROM judged WHERE version > 0
), state AS (
    SELECT c.fan_id, c.streak, c.out, c.lives FROM counted c JOIN judged r ON r.id = c.round_id JOIN newest USING (n)
), placed AS (
    SELECT t.fan_id, t.score,
           CASE WHEN t.score > 0 THEN least(t.summed_ms, {LONGEST_MS}) WHEN s.out THEN {LONGEST_MS} ELSE 0 END AS elapsed_ms,
           coalesce(s.streak, 0) AS streak, coalesce(s.out, false) AS out, coalesce(s.lives, 0) AS lives
    FROM totals t LEFT JOIN state s USING (fan_id)
), untold AS (
    SELECT 1 FROM run JOIN round ON round.id = run.round_id
    WHERE run.id = :run AND run.scene IN ({", ".join(f"'{scene}'" for scene in sorted(BEFORE_REVEAL))}) AND round.version > 0
)
INSERT INTO standing (run_id, fan_id, score, elapsed_ms, rank, rank_before, streak, out, lives)
SELECT :run, fan_id, score, elapsed_ms, rank() OVER (ORDER BY score DESC, elapsed_ms), NULL, streak, out, lives FROM placed
ON CONFLICT (run_id, fan_id) DO UPDATE SET
    score = excluded.score, elapsed_ms = excluded.elapsed_ms, rank = excluded.rank,
    rank_before = CASE WHEN EXISTS (SELECT FROM untold) THEN standing.rank_before ELSE standing.rank END,
    streak = excluded.streak, out = excluded.out, lives = excluded.lives
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


def write_scores(sql: Connection, row: Row[Any], version: int, verdicts: Sequence[Verdict]) -> None:
    """One row per fan of the run for this settlement version, by COPY: an INSERT costs a million fans ten times that."""
    rest = iter(verdicts)
    driver: Any = sql.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(COPY_SCORES) as copy:
        while chunk := list(islice(rest, CHUNK)):
            copy.write("".join(_lines(row, version, chunk)))


def _lines(row: Row[Any], version: int, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """In COPY's text format; nothing in it needs escaping: numbers and truths only."""
    head, run, said = f"{row.id}\t{version}\t", row.run_id, _SAID
    for fan, right, score, bonus, elapsed_ms, (streak, out, lives, fell), rank, flagged, _ in verdicts:
        yield (
            f"{head}{fan}\t{run}\t{said[right]}\t{score}\t{bonus}\t{_number(elapsed_ms)}\t"
            f"{streak}\t{said[out]}\t{lives}\t{_number(fell)}\t{_number(rank)}\t{said[flagged]}\n"
        )


def _number(value: int | None) -> int | str:
    return "\\N" if value is None else value


def score_row(row: Row[Any], version: int, verdict: Verdict) -> dict[str, Any]:
    """The row of table `score` that a verdict becomes."""
    who = {"round_id": row.id, "version": version, "fan_id": verdict.fan, "run_id": row.run_id}
    judged = {name: value for name, value in verdict._asdict().items() if name not in ("fan", "carry", "fun")}
    return who | verdict.carry._asdict() | judged


def recompute_standings(sql: Connection, row: Row[Any], version: int) -> None:
    """Totals and ranks of the whole run, by the versions that count once round `row` counts in this one.

    Nested loops are what the planner picks for tables it has not counted yet, and quadratic in the fans.
    """
    sql.execute(text("SET LOCAL enable_nestloop = off"))
    sql.execute(STANDINGS, {"run": row.run_id, "round": row.id, "version": version})
    sql.execute(FORGET_KICKED, {"run": row.run_id})
    if row.rules["rule"] == Rule.SURVIVAL:
        fallen.recount(sql, row.run_id, row.id, version)
    sql.execute(text("SET LOCAL enable_nestloop = on"))


def forget_kicked(sql: Connection, run_id: int) -> None:
    """Removed fans leave the standings, and who stood behind them moves up. Needs the campaign's lock.

    Left to the worker while a settlement waits: it may be holding these rows, and it comes for our lock at its end.
    """
    waiting = select(Settlement.round_id).join(Round, Round.id == Settlement.round_id)
    if sql.scalar(waiting.where(Round.run_id == run_id, Settlement.settled_at.is_(None)).limit(1)) is None:
        close_ranks(sql, run_id)


def close_ranks(sql: Connection, run_id: int) -> None:
    sql.execute(FORGET_KICKED, {"run": run_id})
    sql.execute(CLOSE_RANKS, {"run": run_id})
    fallen.close_ranks(sql, run_id)


def round_result(row: Row[Any], judged: Judged, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The public result of a round: distribution, how many were right, the fastest, the race."""
    right = [verdict for verdict in verdicts if verdict.right]
    timed = [(v.elapsed_ms, v.fan) for v in right if v.elapsed_ms is not None and not v.flagged]
    fastest = min(timed, default=None)
    ran = race_of(((answer.places, answer.elapsed_ms) for answer in judged.answers), len(row.choice_order))
    return {
        "counts": _counts(row, judged.answers),
        "answered": len(judged.answers),
        "right": len(right),
        "silent": len(verdicts) - len(judged.answers),
        "fastest": {"fan": fastest[1], "elapsed_ms": fastest[0]} if fastest else None,
        "race": asdict(ran) if ran else None,
    }


def draw_result(judged: Judged) -> dict[str, Any] | None:
    """The draw at the cut, if there was one: everybody in it by their lots, best first. campaigns/play/draws.py shows it."""
    if judged.draw is None:
        return None
    asked = judged.arguments
    line = drawn(asked["rules"].version, asked["seed"], asked["n"], judged.draw.fans, asked["publics"])
    return {"elapsed_ms": judged.draw.elapsed_ms, "places": judged.draw.places, "fans": line}


def _counts(row: Row[Any], answers: Sequence[AnswerFacts]) -> list[int]:
    if Kind(row.body["kind"]) is Kind.ESTIMATE:
        return _bins(row.body["low"], row.body["high"], [a.value for a in answers if a.value is not None])
    counts = [0] * len(row.choice_order)
    for answer in answers:
        for place in answer.places:
            counts[place] += 1
    return counts


def _bins(low: float, high: float, values: Sequence[float]) -> list[int]:
    """Values outside the slider count in the outermost bins."""
    bins = [0] * BINS
    for value in values:
        bins[max(0, min(BINS - 1, int((value - low) / (high - low) * BINS)))] += 1
    return bins


def board_result(sql: Connection, row: Row[Any], version: int) -> dict[str, Any]:
    """The board after this settlement: the first ten, and the histogram from which every page tells its own place."""
    gained = select(Score.score).where(
        Score.round_id == row.id, Score.version == version, Score.fan_id == Standing.fan_id
    )
    columns = (Standing.fan_id, Standing.rank, Standing.rank_before, Standing.score, Standing.out)
    best = select(*columns, gained.scalar_subquery().label("gained")).where(Standing.run_id == row.run_id)
    by_place = (Standing.score.desc(), Standing.elapsed_ms, Standing.fan_id)  # as ranks go, and by the index
    top = sql.execute(best.order_by(*by_place).limit(TOP))
    grouped = select(Standing.score, func.count()).where(Standing.run_id == row.run_id).group_by(Standing.score)
    scores = {score: count for score, count in sql.execute(grouped)}
    survival = row.rules["rule"] == Rule.SURVIVAL
    inside = select(func.count()).where(Standing.run_id == row.run_id, Standing.out.is_(False))
    return {
        "of": sum(scores.values()),
        "top": [_top_row(place, moved=not row.warm_up) for place in top],
        "histogram": histogram(score for score, count in scores.items() for _ in range(count)),
        "survivors": sql.scalar(inside) if survival else None,
        "fallen": fallen.fallen_result(sql, row.run_id) if survival else None,
    }


def _top_row(place: Row[Any], *, moved: bool) -> dict[str, Any]:
    before = place.rank_before if moved else place.rank
    numbers = {"rank": place.rank, "before": before, "score": place.score, "gained": place.gained or 0}
    return {"fan": place.fan_id, "out": place.out, **numbers}
