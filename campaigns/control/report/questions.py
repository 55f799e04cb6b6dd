"""What the questions did: who said what, how fast right and wrong came, how hard each was. By the judgements that count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, text

from campaigns.db.question_rows import question_from
from campaigns.domain.question import Key, Kind, Question, Words, public

CURVE = 24  # bins from the opening to the close

ROUNDS = text("""
SELECT r.id, r.n, r.warm_up, r.seconds, r.choice_order, q.body, q.key AS authored, t.key, t.voided, t.result
  FROM round r JOIN question_version q ON q.id = r.question_version_id
  JOIN settlement t ON t.round_id = r.id AND t.version = r.version
 WHERE r.run_id = :run ORDER BY r.n, r.warm_up
""")
# Of a void round nobody is right or wrong, but its times are known.
TIMES = text("""
SELECT s.round_id, coalesce(s."right", false) AS right,
       least(:bins - 1, s.elapsed_ms * :bins / (r.seconds * 1000))::int AS bin, count(*) AS n
  FROM score s JOIN round r ON r.id = s.round_id AND r.version = s.version
 WHERE r.run_id = :run AND s.elapsed_ms IS NOT NULL GROUP BY 1, 2, 3
""")
NUMBERS = text("""
SELECT s.round_id, count(s.elapsed_ms) AS answered, count(*) FILTER (WHERE s."right") AS right,
       count(*) FILTER (WHERE s.flagged) AS flagged,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY s.elapsed_ms) AS median_ms
  FROM score s JOIN round r ON r.id = s.round_id AND r.version = s.version WHERE r.run_id = :run GROUP BY 1
""")


@dataclass(frozen=True, slots=True)
class Said:
    """One choice, by its place: how many said it."""

    text: Words
    fans: int
    right: bool


@dataclass(frozen=True, slots=True)
class QuestionFigures:
    """`said` of choices, `bins` of estimates (low to high). `curve[i]`: (right, wrong) in that part of its time."""

    n: int
    warm_up: int
    question: Question
    key: Key | None
    order: tuple[str, ...]
    seconds: int
    voided: bool
    answered: int
    silent: int
    right: int
    flagged: int
    median_ms: int | None
    said: tuple[Said, ...] = ()
    bins: tuple[int, ...] = ()
    curve: list[tuple[int, int]] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Tells it from the others of its page."""
        return f"{self.n}-{self.warm_up}" if self.warm_up else str(self.n)

    @property
    def share(self) -> float | None:
        """Of those who answered. At a buzzer nearly nobody was asked: there is none."""
        counts = self.answered and not self.voided and self.question.kind is not Kind.BUZZER
        return self.right / self.answered if counts else None


def question_figures(sql: Connection, run_id: int) -> list[QuestionFigures]:
    """In the order they were asked; of those that have been judged."""
    numbers = {row.round_id: row for row in sql.execute(NUMBERS, {"run": run_id})}
    curves: dict[int, list[list[int]]] = {}
    for round_id, right, bin, n in sql.execute(TIMES, {"run": run_id, "bins": CURVE}):
        curves.setdefault(round_id, [[0, 0] for _ in range(CURVE)])[bin][0 if right else 1] = n
    rounds = sql.execute(ROUNDS, {"run": run_id})
    return [_figures(row, numbers.get(row.id), curves.get(row.id, [])) for row in rounds]


def _figures(row: Row[Any], numbers: Any, curve: list[list[int]]) -> QuestionFigures:
    question = question_from(row.body, row.key or row.authored)
    counts, estimate = row.result["counts"], question.kind is Kind.ESTIMATE
    right = (row.key or {}).get("right", ())
    texts = public(question, tuple(row.choice_order)).choices
    said = zip(row.choice_order, texts, counts, strict=True) if not estimate else ()
    return QuestionFigures(
        n=row.n,
        warm_up=row.warm_up,
        question=question,
        key=question.key,
        order=tuple(row.choice_order),
        seconds=row.seconds,
        voided=row.voided,
        answered=numbers.answered if numbers else 0,
        silent=row.result["silent"],
        right=numbers.right if numbers else 0,
        flagged=numbers.flagged if numbers else 0,
        median_ms=numbers.median_ms if numbers else None,
        said=tuple(Said(words, n, choice in right) for choice, words, n in said),
        bins=tuple(counts) if estimate else (),
        curve=[(right, wrong) for right, wrong in curve] if question.kind is not Kind.BUZZER else [],
    )
