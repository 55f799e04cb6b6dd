"""A quiz to play: a campaign with a bank, a road of two short levels, a season that is open, fans with seats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.seasons import make_season
from campaigns.db.models import Question as QuestionRow
from campaigns.db.models import QuestionVersion, Run
from campaigns.db.question_rows import body_of, key_json
from campaigns.db.step_journal import step_journal
from campaigns.domain.answer import Said
from campaigns.domain.level import Helps, Level, Pool
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.step import StepKind
from campaigns.identity.fans import new_fan
from campaigns.play.join import Joined, join
from campaigns.play.quiz.act import Came, Intent, Told, act
from campaigns.play.quiz.begin import Begun, begin
from campaigns.play.quiz.plays import Playing, Plays
from campaigns.play.seat import Seat, seat_of
from tests.conftest import FakeTime

SECONDS = 20
HELPS = Helps(fifty=1, time=1, swap=1)
ROAD = QuizRules(
    levels=(
        Level({"zh": "第一关", "en": "One"}, (Pool((), {1: 3}),), SECONDS, 30, bonus=50, helps=HELPS, retries=1),
        Level({"zh": "第二关", "en": "Two"}, (Pool((), {2: 2}),), SECONDS, 10, lives=1, bonus=80),
    ),
    attempts_per_day=3,
)


def asked(n: int, difficulty: int) -> Question:
    choices = tuple(Choice(letter, {"zh": f"{letter}{n}", "en": f"{letter} {n}"}) for letter in "abcd")
    words = {"zh": f"第{n}题", "en": f"Question {n}"}
    told = {"zh": f"解释{n}", "en": f"Because {n}"}
    return Question(Kind.SINGLE, words, choices, ChoiceKey(frozenset("a")), explanation=told, difficulty=difficulty)


def stock(services: Services, campaign_id: int, each: int = 12) -> None:
    """A bank with `each` questions of the difficulties 1 and 2."""
    now = services.now().at
    with services.sql.begin() as sql:
        for n in range(2 * each):
            question = asked(n, 1 + n % 2)
            row = insert(QuestionRow).values(campaign_id=campaign_id, created_at=now).returning(QuestionRow.id)
            values = {"question_id": sql.execute(row).scalar_one(), "n": 1, "created_at": now}
            values |= {"body": body_of(question), "key": key_json(question.key)}
            sql.execute(insert(QuestionVersion).values(values))


@dataclass
class Table:
    """A season and what a test does in it. Time stands still until `wait`."""

    services: Services
    time: FakeTime
    campaign_id: int
    run_id: int
    code: str
    plays: Plays

    def fan(self) -> int:
        fan_id, _ = new_fan(self.services)
        assert isinstance(join(self.services, self.code, fan_id, f"Fan {uuid4().hex[:8]}"), Joined)
        return fan_id

    def seat(self, fan: int) -> Seat:
        seat = seat_of(self.services, self.code, fan)
        assert isinstance(seat, Seat)
        return seat

    def begin(self, fan: int, *, practice: bool = False) -> Begun:
        return begin(self.plays, self.run_id, fan, self.services.now(), practice=practice)

    def playing(self, fan: int) -> Playing:
        playing = self.begin(fan).playing
        assert playing is not None
        return playing

    def do(self, playing: Playing, kind: StepKind, said: Said | None = None, n: int | None = None) -> Told:
        """The next step of this play (or step `n`), now. Returns what the page is told."""
        known = self.plays.playing(playing.play_id, self.services.now()) or playing
        wanted = n if n is not None else known.progress.n + 1
        told = act(self.plays, playing.fan_id, playing.play_id, Intent(wanted, kind, said), Came(self.services.now()))
        assert told is not None
        return told

    def ask(self, playing: Playing) -> Told:
        return self.do(playing, StepKind.ASKED)

    def reply(self, playing: Playing, right: bool = True) -> Told:
        return self.do(playing, StepKind.ANSWERED, self.said(playing, right))

    def said(self, playing: Playing, right: bool = True) -> Said:
        """The right answer to the open question, or a wrong one, in the fan's own places."""
        progress = (self.plays.playing(playing.play_id, self.services.now()) or playing).progress
        assert progress.open is not None and progress.question is not None
        correct = [p for p, i in enumerate(progress.open.shown) if progress.question.choices[i].id == "a"]
        return Said((correct[0] if right else (correct[0] + 1) % 4,))

    def pass_level(self, playing: Playing, questions: int) -> Told:
        told = Told(self.begin(playing.fan_id).outcome)
        for _ in range(questions):
            self.ask(playing)
            told = self.reply(playing)
        return told

    def wait(self, seconds: float) -> None:
        self.time.at += timedelta(seconds=seconds)
        self.time.ns += int(seconds * 1e9)

    def another_process(self) -> Plays:
        """Plays as another web process knows them: nothing of ours in its memory."""
        return Plays(self.services, self.plays.journal)


Season = Callable[..., Table]


@pytest.fixture
def season(services: Services, fake_time: FakeTime) -> Iterator[Season]:
    """season(rules=…, …) → a Table with the season open."""
    timed = replace(services, now=fake_time)
    journals = []

    def make(rules: QuizRules = ROAD, *, each: int = 12, zone: str = "Asia/Shanghai", **hours: object) -> Table:
        campaign_id = create_campaign(timed, CampaignDraft({"zh": "关", "en": "Gate"}, zone, Decimal(1)))
        stock(timed, campaign_id, each)
        quiz_id = create_quiz(timed, campaign_id, QuizDraft({"zh": "大冲关", "en": "The road"}, rules))
        run_id = make_season(timed, quiz_id, actor="test", **hours)  # type: ignore[arg-type]  # starts_at, ends_at
        journal = step_journal(timed.answers_sql)
        journal.start()
        journals.append(journal)
        plays = Plays(timed, journal)
        with timed.reading() as sql:
            code = sql.execute(select(Run.code).where(Run.id == run_id)).scalar_one()
        return Table(timed, fake_time, campaign_id, run_id, code, plays)

    yield make
    for journal in journals:
        journal.stop()
