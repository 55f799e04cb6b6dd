"""The facts of a whole run from which badges are earned."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from campaigns.db.models import QuestionVersion, Round, RunFan
from campaigns.db.records import Answer, Score, Settlement, Standing
from campaigns.domain.badges import Given, RoundFacts, RunFacts
from campaigns.domain.question import Kind


def run_facts(sql: Connection, run: Row[Any]) -> RunFacts:
    """From scores of the versions that count; fans who were removed have no part in it."""
    stays = (RunFan.fan_id == Answer.fan_id) & (RunFan.run_id == run.id) & RunFan.kicked_at.is_(None)
    answered = select(Answer.fan_id).join(RunFan, stays).join(Round, Round.id == Answer.round_id)
    standings = sql.execute(select(Standing).where(Standing.run_id == run.id)).all()
    survival = run.rules["rule"] == "survival"
    return RunFacts(
        answered=frozenset(sql.scalars(answered.where(Round.run_id == run.id, Round.warm_up == 0).distinct())),
        rounds=_rounds(sql, run.id),
        ranks={row.fan_id: row.rank for row in standings},
        scores={row.fan_id: row.score for row in standings},
        survivors=frozenset(row.fan_id for row in standings if survival and not row.out),
    )


def _rounds(sql: Connection, run_id: int) -> list[RoundFacts]:
    counts = (Settlement.round_id == Round.id) & (Settlement.version == Round.version)
    judged = select(Round.id, Round.version, Settlement.voided, QuestionVersion.body).join(Settlement, counts)
    judged = judged.join(QuestionVersion, QuestionVersion.id == Round.question_version_id)
    rounds = sql.execute(judged.where(Round.run_id == run_id, Round.warm_up == 0).order_by(Round.n)).all()
    return [
        RoundFacts(row.voided, _given(sql, run_id, row.id, row.version), row.body["kind"] == Kind.BUZZER)
        for row in rounds
    ]


def _given(sql: Connection, run_id: int, round_id: int, version: int) -> list[Given]:
    stays = (RunFan.fan_id == Score.fan_id) & (RunFan.run_id == run_id) & RunFan.kicked_at.is_(None)
    scores = select(Score.fan_id, Score.right, Score.elapsed_ms, Score.flagged).join(RunFan, stays)
    rows = sql.execute(scores.where(Score.round_id == round_id, Score.version == version))
    return [Given(row.fan_id, row.right, row.elapsed_ms, row.flagged) for row in rows]
