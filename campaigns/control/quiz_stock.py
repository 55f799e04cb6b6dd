"""What a campaign's bank has for a quiz: how many questions each pool finds, whether a play can be drawn, how it would go.

Read from the columns that stand beside each question, not from the questions themselves: 13,000 of them are one quick
query. Sealed ones have no key and are not drawn, like in play (campaigns/play/quiz/shelf.py).
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
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.simulation import Forecast, simulate


@dataclass(frozen=True, slots=True)
class Stock:
    """The reviewed questions. `shares`: version id → share of right answers, where enough people have answered."""

    items: tuple[BankItem, ...]
    shares: Mapping[int, float]
    bank: Bank

    def __len__(self) -> int:
        return len(self.items)

    def has(self, pool: Pool) -> dict[int, int]:
        """By difficulty, how many questions the pool may draw from."""
        return {difficulty: len(items) for difficulty, items in self.bank.fitting(pool).items()}

    def drawn(self, rules: QuizRules) -> Draw | Shortage:
        """A draw for a fan who has seen nothing yet."""
        return draw(rules.levels, self.bank, 0, {})

    def forecast(self, rules: QuizRules) -> Forecast | Shortage:
        return simulate(rules, self.items, self.shares)


def stock_of(services: Services, campaign_id: int) -> Stock:
    newest = (QuestionVersion.question_id == Question.id) & (QuestionVersion.n == Question.n)
    columns = (QuestionVersion.id.label("version_id"), Question.id, Question.tags, Question.difficulty)
    counted = (Question.author_fan_id, QuestionStat.asked, QuestionStat.right)
    rows = select(*columns, *counted).join(QuestionVersion, newest)
    rows = rows.outerjoin(QuestionStat, QuestionStat.question_id == Question.id)
    rows = rows.where(Question.campaign_id == campaign_id, Question.state == BankState.REVIEWED)
    with services.reading() as sql:
        found = sql.execute(rows.where(QuestionVersion.key.is_not(None))).all()
    items = tuple(BankItem(r.version_id, r.id, tuple(r.tags), r.difficulty, r.author_fan_id) for r in found)
    shares = {row.version_id: row.right / row.asked for row in found if (row.asked or 0) >= ENOUGH}
    return Stock(items, shares, Bank(items))


def spare(drawn: Draw, n: int, level: Level) -> bool:
    """Whether retries and swaps of level `n` bring new questions for everybody, and never the same again."""
    wanted = level.count * level.retries + level.helps.swap * sum(len(pool.mix) for pool in level.pools)
    return len(drawn.reserve[n - 1]) >= wanted
