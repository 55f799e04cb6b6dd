"""A season with results in its record, as many and as odd as a test wants, and what they must come to by plain Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select, text

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.seasons import make_season
from campaigns.db.models import Fan, Participation, Run
from campaigns.db.plays import PlayResult
from campaigns.domain.periods import day_of
from campaigns.domain.quiz_rules import QuizRules
from tests.conftest import FakeTime
from tests.play.quiz.conftest import ROAD, season

__all__ = ["season"]
ZONE = ZoneInfo("Asia/Shanghai")
_numbers = count(1)


@dataclass
class Ledgerless:
    """A season whose results are written as the step journal writes them, without anybody having played."""

    services: Services
    time: FakeTime
    campaign_id: int
    activity_id: int
    run_id: int
    fans: list[int] = field(default_factory=list)

    def fan(self, channel: str | None = None, inviter: int | None = None) -> int:
        n, now = next(_numbers), self.time.at
        with self.services.sql.begin() as sql:
            row = insert(Fan).values(secret_hash=f"secret {n}".encode(), public=f"p{n}", created_at=now)
            fan: int = sql.execute(row.returning(Fan.id)).scalar_one()
            own = {"campaign_id": self.campaign_id, "fan_id": fan, "nickname": f"Fan {n}", "skeleton": f"fan {n}"}
            own |= {"first_channel": channel, "last_channel": channel, "inviter_id": inviter, "joined_at": now}
            sql.execute(insert(Participation).values(own))
        self.fans.append(fan)
        return fan

    def ended(
        self,
        fan: int,
        score: int,
        at: datetime | None = None,
        *,
        day: date | None = None,
        levels: Sequence[int | None] = (10, None),
        passed: int = 0,
        perfect: int = 0,
        challenge: int | None = None,
        run_id: int | None = None,
    ) -> int:
        """A finished play; returns its id."""
        ended_at, play_id = at or self.time.at, next(_numbers)
        values: dict[str, Any] = {"play_id": play_id, "activity_id": self.activity_id, "fan_id": fan}
        values["run_id"] = run_id or self.run_id
        values |= {
            "day": day or day_of(ended_at, ZONE),
            "ended_at": ended_at,
            "challenge_id": challenge,
            "score": score,
        }
        values |= {"elapsed_ms": 1000, "right": 1, "asked": 2, "passed": passed, "perfect": perfect, "flags": 0}
        with self.services.sql.begin() as sql:
            sql.execute(insert(PlayResult).values(values | {"level_scores": list(levels)}))
        return play_id

    def board(self, name: str, measure: str = "total") -> list[tuple[int, int]]:
        """(fan, score), best first."""
        order = f"{measure} DESC, {measure}_at, fan_id"
        rows = f"SELECT fan_id, {measure} FROM board_row r JOIN board b ON b.id = r.board_id WHERE b.name = :name"
        with self.services.reading() as sql:
            found = sql.execute(
                text(f"{rows} AND b.activity_id = :a ORDER BY {order}"), {"name": name, "a": self.activity_id}
            )
            return [(row[0], row[1]) for row in found]

    def points(self, fan: int) -> int:
        with self.services.reading() as sql:
            return sql.scalar(text("SELECT points FROM balance WHERE fan_id = :fan"), {"fan": fan}) or 0

    def projections(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row that settling made, to be compared with what another way of settling makes."""
        b = "JOIN board b ON b.id = x.board_id WHERE b.activity_id = :a ORDER BY 1, 2, 3, 4"
        queries = {
            "tally": "SELECT * FROM tally WHERE run_id IN (SELECT id FROM run WHERE activity_id = :a) ORDER BY 1, 2",
            "rows": f"SELECT b.name, x.fan_id, total, total_at, best, best_at FROM board_row x {b}",
            "buckets": f"SELECT b.name, measure, score, slot, fans FROM board_bucket x {b}",
            "balance": "SELECT fan_id, points FROM balance WHERE fan_id = ANY (:fans) AND points <> 0 ORDER BY 1",
        }
        with self.services.reading() as sql:
            values = {"a": self.activity_id, "fans": self.fans}
            return {name: [tuple(row) for row in sql.execute(text(query), values)] for name, query in queries.items()}


Record = Callable[..., Ledgerless]


@pytest.fixture
def record(services_at: Callable[[FakeTime], Services], fake_time: FakeTime) -> Iterator[Record]:
    """record(rate=…) → a season that is open since two weeks ago."""
    timed = services_at(fake_time)

    def make(rate: str = "0.5", rules: QuizRules = ROAD) -> Ledgerless:
        campaign_id = create_campaign(timed, CampaignDraft({"zh": "关", "en": "Gate"}, "Asia/Shanghai", Decimal(rate)))
        quiz_id = create_quiz(timed, campaign_id, QuizDraft({"zh": "大冲关", "en": "The road"}, rules))
        run_id = make_season(timed, quiz_id, actor="test")
        return Ledgerless(timed, fake_time, campaign_id, quiz_id, run_id)

    yield make


def days_ago(time: FakeTime, days: float) -> datetime:
    return time.at - timedelta(days=days)


def another_season(table: Ledgerless) -> int:
    return make_season(table.services, table.activity_id, actor="test")


def code_of(table: Ledgerless) -> str:
    with table.services.reading() as sql:
        return str(sql.scalar(select(Run.code).where(Run.id == table.run_id)))


MIDNIGHT = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)  # begins 22 November in Shanghai
