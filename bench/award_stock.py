"""What the award bench settles: people with names and channels, and finished plays spread over a fortnight until now.

Made by SQL in sets, from a fixed seed: making it is not what is measured. Everybody plays at least once; some play a lot.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import text

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, create_campaign
from campaigns.control.quizzes import QuizDraft, create_quiz
from campaigns.control.seasons import make_season
from campaigns.domain.quiz_rules import classic

LEVELS = 5
DAYS = 14
AT_ONCE = 1_000_000
RATE = Decimal("0.1")

PEOPLE = text("""
WITH made AS (
  INSERT INTO fan (secret_hash, public, created_at)
  SELECT sha256(convert_to('award-' || n, 'UTF8')), 'award' || n, :at
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n RETURNING id)
INSERT INTO participation (campaign_id, fan_id, nickname, skeleton, first_channel, joined_at)
SELECT :campaign, id, 'Fan ' || id, 'fan' || id, ('{weibo,wechat,bilibili,NULL}'::text[])[1 + id % 4], :at FROM made
""")
LOWEST = text("SELECT min(fan_id) FROM participation WHERE campaign_id = :campaign")
# of each play: who (the first ones: everybody once), when, how many levels, what on each
PLAYS = text("""
INSERT INTO play_result (play_id, activity_id, run_id, fan_id, day, ended_at, challenge_id, score, elapsed_ms, "right",
                         asked, passed, perfect, flags, level_scores)
SELECT n, :activity, :run, fan, (at AT TIME ZONE 'Asia/Shanghai')::date, at, CASE WHEN n > :people AND n % 50 = 49 THEN n - 1 END,
       (s1 + s2 + s3 + s4 + s5) + 5 * passed * (passed + 1), 60000, 3 * passed, 5 * passed + 5, passed,
       (CASE WHEN s1 = 200 THEN 1 ELSE 0 END + CASE WHEN s2 = 200 THEN 2 ELSE 0 END + CASE WHEN s3 = 200 THEN 4 ELSE 0 END),
       0, ARRAY[s1, CASE WHEN passed >= 1 THEN s2 END, CASE WHEN passed >= 2 THEN s3 END, CASE WHEN passed >= 3 THEN s4 END,
                CASE WHEN passed >= 4 THEN s5 END]::int[]
  FROM (SELECT n, fan, at, passed, CASE WHEN passed >= 1 THEN l1 ELSE 0 END AS s1, CASE WHEN passed >= 2 THEN l2 ELSE 0 END AS s2,
               CASE WHEN passed >= 3 THEN l3 ELSE 0 END AS s3, CASE WHEN passed >= 4 THEN l4 ELSE 0 END AS s4,
               CASE WHEN passed >= 5 THEN l5 ELSE 0 END AS s5
          FROM (SELECT n, :lowest + (CASE WHEN n < :people THEN (n * 7919) % :people
                                     ELSE floor(:people * random() ^ 1.3)::bigint END) AS fan,
                       CAST(:begun AS timestamptz) + :step * n * interval '1 microsecond' AS at,
                       least(5, floor(6.5 * random()))::int AS passed, 30 + 10 * floor(18 * random())::int AS l1,
                       40 + 10 * floor(17 * random())::int AS l2, 50 + 10 * floor(16 * random())::int AS l3,
                       60 + 10 * floor(15 * random())::int AS l4, 70 + 10 * floor(14 * random())::int AS l5
                  FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n OFFSET 0) AS drawn
       OFFSET 0) AS scored
""")


@dataclass(frozen=True)
class Stock:
    campaign_id: int
    activity_id: int
    run_id: int
    lowest: int
    people: int
    plays: int


def stock(services: Services, plays: int, people: int) -> Stock:
    """A season of a fortnight with all its plays, none of them settled."""
    draft = CampaignDraft({"zh": "压测", "en": "Bench"}, "Asia/Shanghai", RATE)
    campaign_id = create_campaign(services, draft)
    quiz_id = create_quiz(services, campaign_id, QuizDraft({"zh": "智勇大冲关", "en": "The road"}, classic(LEVELS)))
    run_id = make_season(services, quiz_id, actor="bench")
    now = services.now().at
    for first in range(1, people + 1, AT_ONCE):
        last = min(people, first + AT_ONCE - 1)
        _make(services, PEOPLE, {"campaign": campaign_id, "at": now, "first": first, "last": last})
    with services.reading() as sql:
        lowest: int = sql.execute(LOWEST, {"campaign": campaign_id}).scalar_one()
    made = Stock(campaign_id, quiz_id, run_id, lowest, people, plays)
    _plays(services, made, now - timedelta(days=DAYS))
    return made


def _plays(services: Services, made: Stock, begun: datetime) -> None:
    step_us = DAYS * 86_400_000_000 // made.plays
    for first in range(0, made.plays, AT_ONCE):
        last = min(made.plays, first + AT_ONCE) - 1
        values = {"activity": made.activity_id, "run": made.run_id, "lowest": made.lowest, "people": made.people}
        _make(services, PLAYS, values | {"begun": begun, "step": step_us, "first": first, "last": last})
        print(f"{last + 1} plays made", file=sys.stderr)
    with services.reading() as sql:  # as autovacuum leaves what was written over a fortnight
        sql.execute(text("SET statement_timeout = 0"))
        sql.execute(text("VACUUM (ANALYZE) play_result, participation, fan"))
        sql.execute(text("RESET statement_timeout"))


def _make(services: Services, statement: object, values: dict[str, object]) -> None:
    with services.sql.begin() as sql:
        sql.execute(text("SET LOCAL statement_timeout = 0"))
        sql.execute(text("SELECT setseed(0.5)"))
        sql.execute(statement, values)  # type: ignore[call-overload]  # a text of ours
