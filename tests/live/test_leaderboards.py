"""Boards in Redis: absolute, in the domain's order, replaced whole with their edition, gone when there is nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from redis import Redis

from campaigns.bootstrap import Services
from campaigns.domain.leaderboard import HIGHEST_SCORE, LONGEST_MS, Place, ranked
from campaigns.live import keys
from campaigns.live.leaderboards import CHUNK, places, remove, size_of, write_board

RUN = 4711


@pytest.fixture
def live(services: Services) -> Iterator[Redis]:
    services.live.flushall()
    yield services.live


def test_a_board_counts_its_fans_in_its_own_edition_only(live: Redis) -> None:
    assert size_of(live, RUN, 0) is None and size_of(live, RUN, 1) is None
    write_board(live, RUN, 1, [(1, 900, 5000), (2, 1000, 7000)])
    assert (size_of(live, RUN, 1), size_of(live, RUN, 2), size_of(live, RUN + 1, 1)) == (2, None, None)
    write_board(live, RUN, 2, [(1, 900, 5000)])
    assert (size_of(live, RUN, 1), size_of(live, RUN, 2)) == (None, 1)
    remove(live, RUN, 1)
    assert size_of(live, RUN, 2) == 0


def test_redis_ranks_as_the_domain_does_at_every_size_of_number(live: Redis) -> None:
    dice = random.Random(7)
    scores, times = [0, 1, 999, 1000, HIGHEST_SCORE - 1, HIGHEST_SCORE], [0, 1, 500, LONGEST_MS - 1, LONGEST_MS]
    given = [Place(fan, dice.choice(scores), dice.choice(times)) for fan in range(200)]
    write_board(live, RUN, 1, ((place.fan, place.score, place.elapsed_ms) for place in given))
    board = keys.board(RUN)
    for row in ranked(given):
        ahead = live.zcount(board, f"({live.zscore(board, str(row.fan))!r}", "+inf")
        assert ahead == row.rank - 1
    assert places(live, RUN) == {place.fan: (place.score, place.elapsed_ms) for place in given}


def test_a_board_is_replaced_whole_and_who_is_not_in_it_any_more_is_gone(live: Redis) -> None:
    write_board(live, RUN, 1, [(1, 900, 5000), (2, 1000, 7000)])
    write_board(live, RUN, 2, [(2, 500, 1)])
    assert places(live, RUN) == {2: (500, 1)}
    remove(live, RUN, 2)
    remove(live, RUN, 99)
    assert places(live, RUN) == {}
    write_board(live, RUN, 3, [(1, 900, 5000)])
    write_board(live, RUN, 4, [])
    assert live.keys(keys.board(RUN) + "*") == []


def test_a_half_written_board_of_a_dead_worker_is_not_mixed_in(live: Redis) -> None:
    live.zadd(f"{keys.board(RUN)}:new", {"77": 1.0})
    write_board(live, RUN, 1, [(1, 900, 5000)])
    assert set(places(live, RUN)) == {1}


def test_a_board_larger_than_a_chunk_is_written_whole_and_does_not_live_for_ever(live: Redis) -> None:
    write_board(live, RUN, 1, ((fan, fan, 0) for fan in range(CHUNK + 3)))
    assert size_of(live, RUN, 1) == CHUNK + 3
    assert all(0 < live.ttl(key) <= keys.BOARD_SECONDS for key in (keys.board(RUN), keys.board_edition(RUN)))
