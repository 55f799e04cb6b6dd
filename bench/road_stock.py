"""What the road bench plays on: a campaign with a bank, a season of the classic preset, fans with seats, plays of the past.

All of it goes into SQL directly and in sets: making it is not what is measured.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import insert, select, text

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.seasons import make_season
from campaigns.db.models import Question as QuestionRow
from campaigns.db.models import QuestionVersion, Run
from campaigns.db.question_rows import body_of, key_json
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question
from campaigns.domain.quiz_rules import QuizRules, classic
from campaigns.settle.plays import plays_due, settle_plays

QUESTIONS = 1_000
LEVELS = 5
STEPS_OF_A_PLAY = 20  # ten questions, asked and answered
CHUNK = 100_000
SWEPT = ("play", "play_step", "play_result", "tally", "board_row", "board_bucket", "run_fan", "participation", "fan")

FANS = text("""
WITH made AS (
    INSERT INTO fan (secret_hash, public, created_at)
    SELECT sha256(convert_to('bench-' || n, 'UTF8')), 'bench' || n, now()
    FROM generate_series(1, CAST(:fans AS bigint)) AS n RETURNING id
), named AS (
    INSERT INTO participation (campaign_id, fan_id, nickname, skeleton, joined_at)
    SELECT :campaign, id, 'Fan ' || id, 'fan' || id, now() FROM made
)
INSERT INTO run_fan (run_id, fan_id, seed, joined_at) SELECT :run, id, id % 1000, now() FROM made
""")
PLAYS = text("""
WITH fans AS (SELECT min(fan_id) AS first, count(*) AS fans FROM run_fan WHERE run_id = :run), made AS (
    INSERT INTO play (run_id, fan_id, attempt, day, practice, seed, drawn, begun_at, ended_at)
    SELECT :run, fans.first + n % fans.fans, -1 - n / fans.fans, (at AT TIME ZONE 'Asia/Shanghai')::date, false, n,
           CAST(:drawn AS jsonb), at, at
    FROM fans, (SELECT n, now() - interval '2 days' - n % 12 * interval '1 day' AS at
                  FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n) AS past
    RETURNING id, fan_id, day, ended_at
), results AS (
    INSERT INTO play_result (play_id, activity_id, run_id, fan_id, day, ended_at, score, elapsed_ms, "right", asked,
                             passed, perfect, flags, level_scores)
    SELECT id, :activity, :run, fan_id, day, ended_at, id % 400, 60000 + id % 9000, id % 10, 10, id % 3, 0, 0,
           ARRAY[id % 200, id % 150, NULL, NULL, NULL]::int[] FROM made
)
INSERT INTO play_step (play_id, n, kind, question_version_id, places, ns, boot, at, allowance_ns, rtt_ns, receipt)
SELECT id, s, CASE WHEN s % 2 = 1 THEN 1 ELSE 2 END, CASE WHEN s % 2 = 1 THEN CAST(:version AS bigint) END,
       CASE WHEN s % 2 = 0 THEN ARRAY[1]::smallint[] END, 1000000 * s, '3f0c9d7e-0000-4000-8000-an earlier boot', ended_at,
       CASE WHEN s % 2 = 0 THEN 40000000 ELSE 0 END, CASE WHEN s % 2 = 0 THEN 40000000 END,
       CASE WHEN s % 2 = 0 THEN 'M83H-YECM' END
FROM made, generate_series(1, CAST(:steps AS int)) AS s
""")


@dataclass(frozen=True)
class Stock:
    campaign_id: int
    activity_id: int
    run_id: int
    code: str
    version_id: int  # some question's


def rules() -> QuizRules:
    """The classic preset without its daily limit: the bench plays on."""
    return QuizRules.from_dict(classic(LEVELS).to_dict() | {"attempts_per_day": 0})


def stock(services: Services, fans: int) -> Stock:
    """Campaign, bank, open season and fans; a fan's cookie token is `token(n)` for n from 1 to `fans`."""
    campaign_id = create_campaign(services, CampaignDraft({"zh": "压测", "en": "Bench"}, "Asia/Shanghai", Decimal(1)))
    version_id = _bank(services, campaign_id)
    quiz_id = create_quiz(services, campaign_id, QuizDraft({"zh": "智勇大冲关", "en": "The road"}, rules()))
    run_id = make_season(services, quiz_id, actor="bench")
    with services.sql.begin() as sql:
        sql.execute(FANS, {"campaign": campaign_id, "run": run_id, "fans": fans})
        code = sql.execute(select(Run.code).where(Run.id == run_id)).scalar_one()
    return Stock(campaign_id, quiz_id, run_id, code, version_id)


def token(n: int) -> str:
    """The cookie of the n-th fan: its SHA-256 is what `FANS` writes."""
    return f"bench-{n}"


def add_plays(services: Services, made: Stock, first: int, last: int) -> None:
    """Ended plays number `first` to `last` (exclusive) with results and steps, settled and swept: a house that has been
    running for days, not one that has just swallowed a million plays and is still at it."""
    drawn = json.dumps({"levels": [[made.version_id] * 5] * LEVELS, "reserve": [[]] * LEVELS})
    values = {"run": made.run_id, "activity": made.activity_id, "drawn": drawn, "version": made.version_id}
    for begin in range(first, last, CHUNK):
        with services.sql.begin() as sql:
            sql.execute(text("SET LOCAL statement_timeout = 0"))
            end = min(last, begin + CHUNK) - 1
            sql.execute(PLAYS, values | {"first": begin, "last": end, "steps": STEPS_OF_A_PLAY})
    while plays_due(services):
        settle_plays(services)
        time.sleep(0.1)  # another settler may be at it
    with services.sql.connect().execution_options(isolation_level="AUTOCOMMIT") as sql:
        sql.execute(text("SET statement_timeout = 0"))
        for table in SWEPT:
            sql.execute(text(f"VACUUM ANALYZE {table}"))
        sql.execute(text("CHECKPOINT"))


def _bank(services: Services, campaign_id: int) -> int:
    now = services.now().at
    with services.sql.begin() as sql:
        rows = [{"campaign_id": campaign_id, "created_at": now} for _ in range(QUESTIONS)]
        ids = list(sql.scalars(insert(QuestionRow).returning(QuestionRow.id), rows))
        versions = [_version(question_id, n, now) for n, question_id in enumerate(ids)]
        return next(iter(sql.scalars(insert(QuestionVersion).returning(QuestionVersion.id), versions)))


def _version(question_id: int, n: int, now: object) -> dict[str, object]:
    choices = tuple(Choice(letter, {"zh": f"选项{letter}{n}", "en": f"Choice {letter} {n}"}) for letter in "abcd")
    words = {"zh": f"第 {n} 题：哪一款手机更重？", "en": f"Question {n}: which of these phones is heavier?"}
    key = ChoiceKey(frozenset("abcd"[n % 4]))
    question = Question(Kind.SINGLE, words, choices, key, explanation=words, difficulty=1 + n % 5)
    return {"question_id": question_id, "n": 1, "body": body_of(question), "key": key_json(key), "created_at": now}
