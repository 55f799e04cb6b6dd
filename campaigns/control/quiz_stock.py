"""What a campaign's bank has for a quiz: how many questions each pool finds, whether a play can be drawn, how it would go,
what a gate can bring at most.

Read from the columns that stand beside each question, and what it is worth, not the whole questions: 13,000 of them are one
quick query. Sealed ones have no key and are not drawn, like in play (campaigns/play/quiz/shelf.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.bank import QuestionStat
from campaigns.db.models import Question, QuestionVersion
from campaigns.domain.bank import ENOUGH, BankState
from campaigns.domain.draw import Bank, BankItem, Draw, Shortage, draw
from campaigns.domain.level import Level, Pool
from campaigns.domain.quiz_rules import QuizRules, Scoring, most_points
from campaigns.domain.simulation import Forecast, simulate

USUAL_WORTH = 1000


@dataclass(frozen=True, slots=True)
class Beyond:
    """Gate `level` (from 1) wants more points than its questions can bring."""

    level: int
    pass_mark: int
    most: int


@dataclass(frozen=True, slots=True)
class Stock:
    """The reviewed questions. `shares`: version id → share of right answers, where enough people have answered;
    `worth`: version id → possible points by speed."""

    items: tuple[BankItem, ...]
    shares: Mapping[int, float]
    bank: Bank
    worth: Mapping[int, int]

    def __len__(self) -> int:
        return len(self.items)

    def has(self, pool: Pool) -> dict[int, int]:
        """By difficulty, how many questions the pool may draw from."""
        return {difficulty: len(items) for difficulty, items in self.bank.fitting(pool).items()}

    def drawn(self, rules: QuizRules) -> Draw | Shortage:
        """A draw for a fan who has seen nothing yet."""
        return draw(rules.levels, self.bank, 0, {})

    def most(self, scoring: Scoring, level: Level) -> int:
        """The highest level score that the questions of its pools allow. What the pools lack counts as worth 1000."""
        if scoring is Scoring.ROAD:
            return most_points(scoring, level.count)
        return sum(
            self._dearest(pool, difficulty, wanted) for pool in level.pools for difficulty, wanted in pool.mix.items()
        )

    def _dearest(self, pool: Pool, difficulty: int, wanted: int) -> int:
        here = sorted((self.worth[item.version_id] for item in self.bank.fitting(pool)[difficulty]), reverse=True)
        return sum((here + [USUAL_WORTH] * wanted)[:wanted])

    def beyond(self, rules: QuizRules) -> list[Beyond]:
        """The gates that nobody can pass with these questions."""
        gates = [
            Beyond(n, gate.pass_mark, self.most(rules.scoring, gate)) for n, gate in enumerate(rules.levels, start=1)
        ]
        return [gate for gate in gates if gate.pass_mark > gate.most]

    def forecast(self, rules: QuizRules) -> Forecast | Shortage:
        return simulate(rules, self.items, self.shares)


def stock_of(services: Services, campaign_id: int) -> Stock:
    newest = (QuestionVersion.question_id == Question.id) & (QuestionVersion.n == Question.n)
    columns = (QuestionVersion.id.label("version_id"), Question.id, Question.tags, Question.difficulty)
    counted = (Question.author_fan_id, QuestionStat.asked, QuestionStat.right)
    possible = QuestionVersion.body["possible"].as_integer().label("possible")
    rows = select(*columns, *counted, possible).join(QuestionVersion, newest)
    rows = rows.outerjoin(QuestionStat, QuestionStat.question_id == Question.id)
    rows = rows.where(Question.campaign_id == campaign_id, Question.state == BankState.REVIEWED)
    with services.reading() as sql:
        found = sql.execute(rows.where(QuestionVersion.key.is_not(None))).all()
    items = tuple(BankItem(r.version_id, r.id, tuple(r.tags), r.difficulty, r.author_fan_id) for r in found)
    shares = {row.version_id: row.right / row.asked for row in found if (row.asked or 0) >= ENOUGH}
    return Stock(items, shares, Bank(items), {row.version_id: row.possible for row in found})


def spare(drawn: Draw, n: int, level: Level) -> bool:
    """Whether retries and swaps of level `n` bring new questions for everybody, and never the same again."""
    wanted = level.count * level.retries + level.helps.swap * sum(len(pool.mix) for pool in level.pools)
    return len(drawn.reserve[n - 1]) >= wanted
