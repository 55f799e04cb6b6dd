"""Boards of a quiz as a fan sees them: the first hundred, the own exact place, three neighbours either way; and friends'.

A rank counts: fans in higher buckets, and those before one inside the own bucket (same score, reached earlier). Best plays
crowd on few scores; there the quarters of a day before are counted by their own buckets and only the own one row by row. A final
day's, week's or month's board has rows for its first thousand; beyond them equal scores share the place that is surely theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, text

from campaigns.bootstrap import Services
from campaigns.domain import periods
from campaigns.domain.badge_bits import best_badge
from campaigns.domain.errors import BadInput
from campaigns.domain.moment import Moment
from campaigns.play.quiz.board_sql import AROUND, INSIDE, OWN, OWN_RESULTS, PAGE
from campaigns.play.quiz.season import Season
from campaigns.play.quiz.still import still_rows
from campaigns.play.seat import Seat

PAGE_ROWS, NEIGHBOURS, MOST_FRIENDS = 100, 3, 500
LONGEST_NAME = 80


class Measure(StrEnum):
    TOTAL = "total"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Place:
    """`fan` is the public id; `badge` the finest one of this run."""

    rank: int
    fan: str
    name: str
    score: int
    badge: str | None


@dataclass(frozen=True, slots=True)
class OwnPlace:
    rank: int
    score: int


@dataclass(frozen=True, slots=True)
class BoardView:
    """`of`: how many fans stand on it. `final`: its period is over. `frozen`: it stands still until it is revealed."""

    board: str
    measure: Measure
    rows: tuple[Place, ...]
    own: OwnPlace | None
    around: tuple[Place, ...]
    of: int
    final: bool
    frozen: bool


BOARD = text("SELECT id, final_at, frozen FROM board WHERE activity_id = :activity AND name = :name")
COUNT = text("SELECT coalesce(sum(fans), 0)::bigint FROM board_bucket WHERE board_id = :board AND measure = 1")
PEOPLE = text("""
SELECT fan.id, fan.public, p.nickname, coalesce(t.badges, 0) AS badges
  FROM unnest(CAST(:fans AS bigint[])) AS x(id) JOIN fan ON fan.id = x.id AND x.id NOT IN (
       SELECT fan_id FROM participation WHERE campaign_id = :campaign AND fan_id = x.id AND banned_at IS NOT NULL
       UNION ALL SELECT fan_id FROM sent_away WHERE run_id = :run AND fan_id = x.id)
  LEFT JOIN participation p ON p.campaign_id = :campaign AND p.fan_id = x.id
  LEFT JOIN tally t ON t.run_id = :run AND t.fan_id = x.id
""")
CHANNEL = text("SELECT first_channel FROM participation WHERE campaign_id = :campaign AND fan_id = :fan")
FRIENDS = text("""
SELECT fan_id FROM participation WHERE campaign_id = :campaign AND inviter_id = :fan
UNION SELECT inviter_id FROM participation WHERE campaign_id = :campaign AND fan_id = :fan AND inviter_id IS NOT NULL
UNION SELECT CAST(:fan AS bigint) LIMIT :most
""")

FRIENDS_PUBLIC = text(f"SELECT public FROM fan WHERE id IN ({FRIENDS.text})")


def board_view(services: Services, season: Season, seat: Seat, name: str, measure: Measure, now: Moment) -> BoardView:
    """The board of this name as the fan of this seat sees it. BadInput: there can be no such board."""
    if name.startswith("level"):
        measure = Measure.BEST  # by total it would rank who played most often
    with services.sql.connect().execution_options(isolation_level="REPEATABLE READ") as sql:
        stored = _stored_name(sql, season, seat, name, now)
        board = sql.execute(BOARD, {"activity": season.activity_id, "name": stored}).one_or_none()
        if board is None:
            return BoardView(name, measure, (), None, (), 0, False, False)
        if board.frozen is not None:
            return _still(sql, seat, board, name, measure)
        if name == "friends":
            return _friends(sql, seat, board, measure)
        return _view(sql, season, seat, board, name, measure, stored)


def _view(
    sql: Connection, season: Season, seat: Seat, board: Row[Any], name: str, measure: Measure, stored: str
) -> BoardView:
    final, values = board.final_at is not None, {"board": board.id, "fan": seat.fan_id}
    of = sql.scalar(COUNT, values) or 0
    first = sql.execute(PAGE[measure], values | {"most": PAGE_ROWS})
    rows = _ranked(sql, seat, [(row.fan_id, row.score) for row in first])
    own = sql.execute(OWN[measure], values).one_or_none()
    if own is None:
        return BoardView(name, measure, rows, _beyond(sql, season, seat, board, stored, measure), (), of, final, False)
    rank = rank_of(sql, board.id, measure, seat.fan_id, own.score, own.at)
    around = _around(sql, seat, board.id, measure, own, rank)
    return BoardView(name, measure, rows, OwnPlace(rank, own.score), around, of, final, False)


def _still(sql: Connection, seat: Seat, board: Row[Any], name: str, measure: Measure) -> BoardView:
    """What stood there when it froze: of the first hundred, less who was sent away since. Own and friends' places too."""
    rows = _ranked(sql, seat, still_rows(sql, board.frozen[measure]))
    of = board.frozen["of"]
    if name == "friends":
        friends = set(sql.scalars(FRIENDS_PUBLIC, _whose(seat)))
        mine = [place for place in rows if place.fan in friends]
        rows = tuple(replace(place, rank=rank) for rank, place in enumerate(mine, start=1))
        of = len(rows)
    own = next((place for place in rows if place.fan == seat.public), None)
    final = board.final_at is not None
    if own is None:
        return BoardView(name, measure, rows, None, (), of, final, True)
    return BoardView(name, measure, rows, OwnPlace(own.rank, own.score), _near(rows, own.rank), of, final, True)


def own_place(
    services: Services, season: Season, seat: Seat, name: str, measure: Measure, now: Moment
) -> OwnPlace | None:
    """The own place alone; None: not on this board."""
    with services.reading() as sql:
        stored = _stored_name(sql, season, seat, name, now)
        board = sql.execute(BOARD, {"activity": season.activity_id, "name": stored}).one_or_none()
        if board is None:
            return None
        if board.frozen is not None:
            return _still(sql, seat, board, name, measure).own
        own = sql.execute(OWN[measure], {"board": board.id, "fan": seat.fan_id}).one_or_none()
        if own is None:
            return _beyond(sql, season, seat, board, stored, measure)
        return OwnPlace(rank_of(sql, board.id, measure, seat.fan_id, own.score, own.at), own.score)


def channel_of(services: Services, seat: Seat) -> str | None:
    """By which the fan first came: whose board `channel` is. None: by none."""
    with services.reading() as sql:
        return sql.scalar(CHANNEL, {"campaign": seat.campaign_id, "fan": seat.fan_id}) or None


def rank_of(sql: Connection, board_id: int, measure: Measure, fan_id: int, score: int, at: datetime) -> int:
    """The exact place of a fan with this score, reached at this instant."""
    slot = int(at.timestamp()) // periods.SLOT_S
    values = {"board": board_id, "fan": fan_id, "score": score, "at": at, "slot": slot}
    values["slot_at"] = datetime.fromtimestamp(slot * periods.SLOT_S, UTC)
    return 1 + int(sql.scalar(INSIDE[measure], values) or 0)


def _around(
    sql: Connection, seat: Seat, board_id: int, measure: Measure, own: Row[Any], rank: int
) -> tuple[Place, ...]:
    values = {"board": board_id, "fan": seat.fan_id, "score": own.score, "at": own.at, "most": NEIGHBOURS}
    before, after = (list(sql.execute(query, values)) for query in AROUND[measure])
    ranked = [(rank - i, row.fan_id, row.score) for i, row in enumerate(before[:NEIGHBOURS], start=1)][::-1]
    ranked.append((rank, seat.fan_id, own.score))
    ranked += [(rank + i, row.fan_id, row.score) for i, row in enumerate(after[:NEIGHBOURS], start=1)]
    return _places(sql, seat, ranked)


def _beyond(
    sql: Connection, season: Season, seat: Seat, board: Row[Any], stored: str, measure: Measure
) -> OwnPlace | None:
    """On a final board, behind its first thousand: the own score from the record, the place from the buckets."""
    span = periods.span_of(stored, season.zone) if board.final_at is not None else None
    if span is None:
        return None
    values = {"activity": season.activity_id, "fan": seat.fan_id, "board": board.id}
    values |= {"first": span.first, "after": span.after, "until": span.until + periods.GRACE}
    row = sql.execute(OWN_RESULTS[measure], values).one()
    return OwnPlace(int(row.above) + 1, int(row.score)) if row.score is not None else None


def _friends(sql: Connection, seat: Seat, board: Row[Any], measure: Measure) -> BoardView:
    """Whom I invited and who invited me, on the season's board."""
    fans = list(sql.scalars(FRIENDS, _whose(seat)))
    query = f"SELECT fan_id, {measure} AS score FROM board_row WHERE board_id = :board AND fan_id = ANY (:fans)"
    rows = sql.execute(
        text(f"{query} ORDER BY {measure} DESC, {measure}_at, fan_id"), {"board": board.id, "fans": fans}
    )
    ranked = _ranked(sql, seat, [(row.fan_id, row.score) for row in rows])
    own = next((OwnPlace(place.rank, place.score) for place in ranked if place.fan == seat.public), None)
    around = _near(ranked, own.rank) if own is not None else ()
    return BoardView("friends", measure, ranked[:PAGE_ROWS], own, around, len(ranked), False, False)


def _near(places: Sequence[Place], rank: int) -> tuple[Place, ...]:
    """The own place and its neighbours, of a board that is here whole."""
    return tuple(places[max(0, rank - 1 - NEIGHBOURS) : rank + NEIGHBOURS])


def _whose(seat: Seat) -> dict[str, int]:
    return {"campaign": seat.campaign_id, "fan": seat.fan_id, "most": MOST_FRIENDS}


def _ranked(sql: Connection, seat: Seat, rows: Sequence[tuple[int, int]]) -> tuple[Place, ...]:
    """(fan, score) from the top, without who was sent away: whoever stood behind them moves up at once. Own places follow
    with the next settlement, a second or two later."""
    places = _places(sql, seat, [(0, fan, score) for fan, score in rows])
    return tuple(replace(place, rank=rank) for rank, place in enumerate(places, start=1))


def _places(sql: Connection, seat: Seat, ranked: Sequence[tuple[int, int, int]]) -> tuple[Place, ...]:
    fans = [fan for _, fan, _ in ranked]
    rows = sql.execute(PEOPLE, {"campaign": seat.campaign_id, "run": seat.run_id, "fans": fans})
    people = {row.id: row for row in rows}
    return tuple(
        Place(rank, people[fan].public, people[fan].nickname or "", score, best_badge(people[fan].badges))
        for rank, fan, score in ranked
        if fan in people
    )


def _stored_name(sql: Connection, season: Season, seat: Seat, name: str, now: Moment) -> str:
    """The board's name in the record for the one that a page gives; `day`, `week`, `month` are the current ones."""
    day, run = season.day(now.at), season.run_id
    named = {
        "all": periods.ALL,
        "season": periods.season_board(run),
        "friends": periods.season_board(run),
        "challenge": periods.challenge_board(run),
        "day": periods.day_board(day),
        "week": periods.week_board(day),
        "month": periods.month_board(day),
    }
    if name in named:
        return named[name]
    kind, _, which = name.partition(":")
    if kind == "level" and which in {str(n) for n in range(1, len(season.rules.levels) + 1)}:
        return periods.level_board(run, int(which))
    if kind in ("day", "week", "month") and len(name) <= LONGEST_NAME:
        return name
    if kind == "channel":
        which = which or sql.scalar(CHANNEL, {"campaign": seat.campaign_id, "fan": seat.fan_id}) or ""
        return periods.channel_board(run, which)
    raise BadInput("board", name, "all, season, friends, challenge, channel, day, week, month or level:n")


def names(levels: int) -> Iterable[str]:
    """The boards that a page may ask for by these names."""
    yield from ("all", "season", "month", "week", "day", "friends", "channel", "challenge")
    yield from (f"level:{n}" for n in range(1, levels + 1))
