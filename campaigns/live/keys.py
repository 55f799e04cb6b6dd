"""Every key and channel that Fanfare itself uses in Redis (RQ and Flask-Limiter keep their own prefixes).

| key               | type       | holds                                                     | lifetime            |
|-------------------|------------|-----------------------------------------------------------|---------------------|
| {run:ID}:board    | sorted set | fan id → leaderboard.board_value, absolute, never added to | BOARD_SECONDS       |
| fanfare:sweeper   | string     | when the sweeper last went round, seconds since 1970      | –                   |
| fanfare:moved     | channel    | "RUN SEQ": this run has a newer event                      | –                   |

The braces are a Redis Cluster hash tag: all keys of one run live on one shard.
"""

from __future__ import annotations

BOARD_SECONDS = 7 * 24 * 3600
MOVED = "fanfare:moved"
SWEEPER_SEEN = "fanfare:sweeper"


def board(run_id: int) -> str:
    return f"{{run:{run_id}}}:board"
