"""Every key and channel that Fanfare itself uses in Redis (RQ and Flask-Limiter keep their own prefixes).

| key               | type       | holds                                                     | lifetime            |
|-------------------|------------|-----------------------------------------------------------|---------------------|
| {run:ID}:board    | sorted set | fan id → leaderboard.board_value, absolute, never added to | BOARD_SECONDS       |
| {run:ID}:board:edition | string | how many settlements the board knows of               | BOARD_SECONDS       |
| {run:ID}:here     | hash       | web process → since, last said (seconds), fans connected   | HERE_SECONDS        |
| {run:ID}:here:P   | set        | ids of the fans whom web process P waits for               | HERE_SECONDS        |
| {run:ID}:passes   | list       | the newest gates passed in a quiz: "FAN LEVEL MILLISECONDS" | PASSES_SECONDS      |
| fanfare:sweeper   | string     | when the sweeper last went round, seconds since 1970      | –                   |
| fanfare:screens   | hash       | display id → when it was heard of, and what it shows (JSON) | SCREENS_SECONDS    |
| fanfare:openings  | list       | the newest openings of the test link elsewhere (JSON)     | OPENINGS_SECONDS    |
| fanfare:moved     | channel    | "RUN SEQ": this run has a newer event                      | –                   |
| fanfare:seated    | channel    | "RUN FAN STAMP PROCESS": this fan has a newer tab there    | –                   |
| fanfare:wall      | channel    | "CAMPAIGN": an operator chose what its screens follow      | –                   |
| fanfare:flash     | channel    | "RUN NS NS NS": when the screens of this run flash         | –                   |

The braces are a Redis Cluster hash tag: all keys of one run live on one shard.
"""

from __future__ import annotations

BOARD_SECONDS = 7 * 24 * 3600
HERE_SECONDS = 60
PASSES_SECONDS = 24 * 3600
SCREENS_SECONDS = 7 * 24 * 3600
OPENINGS_SECONDS = 24 * 3600
MOVED = "fanfare:moved"
SEATED = "fanfare:seated"
WALL = "fanfare:wall"
FLASH = "fanfare:flash"
SWEEPER_SEEN = "fanfare:sweeper"
SCREENS = "fanfare:screens"
OPENINGS = "fanfare:openings"


def board(run_id: int) -> str:
    return f"{{run:{run_id}}}:board"


def board_edition(run_id: int) -> str:
    return f"{{run:{run_id}}}:board:edition"


def here(run_id: int) -> str:
    return f"{{run:{run_id}}}:here"


def here_fans(run_id: int, process: str) -> str:
    return f"{{run:{run_id}}}:here:{process}"


def passes(run_id: int) -> str:
    return f"{{run:{run_id}}}:passes"
