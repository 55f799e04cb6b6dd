"""What the poster of a run (战报) tells, from the moment its winners stand on the podium: five facts, one snapshot.

By the judgements that count now, so a correction makes another poster. Who was removed is in none of its figures' names, a
hidden name is its number, and what was answered faster than a human can is nobody's record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from campaigns.bootstrap import Services
from campaigns.control.report.snapshot import snapshot
from campaigns.domain.activity import ActivityKind
from campaigns.domain.question import Words
from campaigns.domain.run import RunState
from campaigns.domain.scene import Shown
from campaigns.play.names import names_of

RUN = text("""
SELECT n.id, n.campaign_id, n.code, n.state, n.podium_step, n.names_hidden, n.rehearsal, a.title AS activity, c.title, a.kind,
       coalesce(n.started_at, n.created_at) AS at,
       (SELECT count(*) FROM run_fan f WHERE f.run_id = n.id AND f.kicked_at IS NULL) AS joined,
       (SELECT count(*) FROM answer x JOIN round r ON r.id = x.round_id WHERE r.run_id = n.id) AS answers
  FROM run n JOIN activity a ON a.id = n.activity_id JOIN campaign c ON c.id = n.campaign_id WHERE n.id = :run
""")
_STAYED = """
  JOIN run_fan f ON f.run_id = s.run_id AND f.fan_id = s.fan_id AND f.kicked_at IS NULL
  JOIN participation p ON p.campaign_id = :campaign AND p.fan_id = s.fan_id AND p.banned_at IS NULL
"""
_ANSWERED = "q.body ->> 'kind' <> 'buzzer'"  # a press there is no answer (docs/scoring.md): nobody is fast, nor felled
FASTEST = text(f"""
SELECT s.fan_id, s.elapsed_ms, r.n FROM score s {_STAYED}
  JOIN round r ON r.id = s.round_id AND r.version = s.version AND r.warm_up = 0
  JOIN settlement t ON t.round_id = r.id AND t.version = r.version AND NOT t.voided
  JOIN question_version q ON q.id = r.question_version_id AND {_ANSWERED}
 WHERE r.run_id = :run AND s."right" AND NOT s.flagged AND s.elapsed_ms IS NOT NULL
 ORDER BY s.elapsed_ms, s.fan_id LIMIT 1
""")
WINNERS = text(f"""
SELECT s.fan_id, s.rank, s.score FROM standing s {_STAYED}
 WHERE s.run_id = :run AND s.rank <= 3 AND s.score > 0 ORDER BY s.rank, s.fan_id
""")
ROUNDS = text(f"""
SELECT r.n, q.body, t.result FROM round r JOIN question_version q ON q.id = r.question_version_id AND {_ANSWERED}
  JOIN settlement t ON t.round_id = r.id AND t.version = r.version AND NOT t.voided
 WHERE r.run_id = :run AND r.n > 0 AND r.warm_up = 0 ORDER BY r.n
""")


@dataclass(frozen=True, slots=True)
class Fastest:
    name: Shown
    elapsed_ms: int
    n: int


@dataclass(frozen=True, slots=True)
class Hardest:
    """The question that felled most: `felled` of the `there` who could answer it did not get it right."""

    n: int
    text: Words
    felled: int
    there: int


@dataclass(frozen=True, slots=True)
class Winner:
    rank: int
    name: Shown
    score: int


@dataclass(frozen=True, slots=True)
class Poster:
    code: str
    campaign_id: int
    title: Words
    activity: Words
    at: datetime
    rehearsal: bool
    over: bool
    joined: int
    answers: int
    fastest: Fastest | None
    hardest: Hardest | None
    winners: tuple[Winner, ...]


def poster(services: Services, run_id: int) -> Poster | None:
    """None: no such run of a rush, or its winners have not all been shown yet."""
    with snapshot(services) as sql:
        run = sql.execute(RUN, {"run": run_id}).one_or_none()
        if run is None or run.kind != ActivityKind.RUSH or not _shown(run):
            return None
        whose = {"run": run_id, "campaign": run.campaign_id}
        first, best = sql.execute(FASTEST, whose).one_or_none(), sql.execute(WINNERS, whose).all()
        people = [row.fan_id for row in best] + ([first.fan_id] if first else [])
        names = {fan: shown for fan, (_, shown) in names_of(sql, run, people).items()}
        return Poster(
            code=run.code,
            campaign_id=run.campaign_id,
            title=run.title,
            activity=run.activity,
            at=run.at,
            rehearsal=run.rehearsal,
            over=run.state == RunState.ENDED,
            joined=run.joined,
            answers=run.answers,
            fastest=Fastest(names[first.fan_id], first.elapsed_ms, first.n) if first else None,
            hardest=_hardest(sql, run_id),
            winners=tuple(Winner(row.rank, names[row.fan_id], row.score) for row in best),
        )


def _shown(run: Row[Any]) -> bool:
    return bool(run.state == RunState.ENDED or (run.state == RunState.PODIUM and run.podium_step == 1))


def _hardest(sql: Connection, run_id: int) -> Hardest | None:
    """The earlier one where two felled as many; None: none felled anybody."""
    found = None
    for row in sql.execute(ROUNDS, {"run": run_id}):
        there = row.result["answered"] + row.result["silent"]
        felled = there - row.result["right"]
        if felled > (found.felled if found else 0):
            found = Hardest(row.n, row.body["text"], felled, there)
    return found
