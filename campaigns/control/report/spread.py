"""Where people came from, and how far they went: by channel of the first visit, and by who invited them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

MOST = 20

# Who answered the last question asked has stayed to the end: a finisher.
_SEATS = """
WITH last AS (SELECT max(r.n) AS n FROM round r
  WHERE r.run_id = :run AND r.warm_up = 0 AND EXISTS (SELECT FROM answer a WHERE a.round_id = r.id)),
given AS (
  SELECT a.fan_id, count(*) AS answers, bool_or(r.n = last.n AND r.warm_up = 0) AS finished
    FROM answer a JOIN round r ON r.id = a.round_id CROSS JOIN last WHERE r.run_id = :run GROUP BY 1),
seats AS (
  SELECT p.first_channel AS channel, p.inviter_id, coalesce(g.answers, 0) AS answers, coalesce(g.finished, false) AS finished
    FROM run_fan f LEFT JOIN participation p ON p.fan_id = f.fan_id AND p.campaign_id = :campaign
    LEFT JOIN given g ON g.fan_id = f.fan_id WHERE f.run_id = :run AND f.kicked_at IS NULL)
"""
_COUNTS = "count(*) AS joined, sum(answers)::bigint AS answers, count(*) FILTER (WHERE finished) AS finished"
CHANNELS = text(f"""{_SEATS}
SELECT channel AS name, {_COUNTS} FROM seats GROUP BY 1 ORDER BY joined DESC, 1 NULLS LAST LIMIT :most
""")
INVITERS = text(f"""{_SEATS}
SELECT i.nickname AS name, {_COUNTS} FROM seats
  JOIN participation i ON i.fan_id = seats.inviter_id AND i.campaign_id = :campaign
 GROUP BY i.fan_id, i.nickname ORDER BY joined DESC, 1 LIMIT :most
""")


@dataclass(frozen=True, slots=True)
class Came:
    """`name` None: by no channel."""

    name: str | None
    joined: int
    answers: int
    finished: int


def channels(sql: Connection, run_id: int, campaign_id: int) -> list[Came]:
    return [Came(*row) for row in sql.execute(CHANNELS, {"run": run_id, "campaign": campaign_id, "most": MOST})]


def inviters(sql: Connection, run_id: int, campaign_id: int) -> list[Came]:
    return [Came(*row) for row in sql.execute(INVITERS, {"run": run_id, "campaign": campaign_id, "most": MOST})]
