"""Boards in Redis: absolute, exact ranks with shared places, replaced whole, gone when there is nobody."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from redis import Redis

from campaigns.bootstrap import Services
from campaigns.domain.leaderboard import HIGHEST_SCORE, LONGEST_MS, Place, ranked
from campaigns.live import keys
from campaigns.live.leaderboards import CHUNK, places, rank_of, remove, write_board

RUN = 4711


@pytest.fixture
def live(services: Services) -> Iterator[Redis]:
    services.live.flushall()
    yield services.live


def test_rank_is_one_more_than_the_number_of_fans_ahead(live: Redis) -> None:
    write_board(live, RUN, [(1, 900, 5000), (2, 1000, 7000), (3, 900, 5000), (4, 900, 4999), (5, 0, 0)])
    assert {fan: rank_of(live, RUN, fan) for fan in (2, 4, 1, 3, 5)} == {
        2: (1, 5, 1000),
        4: (2, 5, 900),
        1: (3, 5, 900),
        3: (3, 5, 900),
        5: (5, 5, 0),
    }
    assert rank_of(live, RUN, 6) is None and rank_of(live, RUN + 1, 1) is None


def test_redis_ranks_as_the_domain_does_at_every_size_of_number(live: Redis) -> None:
    dice = random.Random(7)
    scores, times = [0, 1, 999, 1000, HIGHEST_SCORE - 1, HIGHEST_SCORE], [0, 1, 500, LONGEST_MS - 1, LONGEST_MS]
    given = [Place(fan, dice.choice(scores), dice.choice(times)) for fan in range(200)]
    write_board(live, RUN, ((place.fan, place.score, place.elapsed_ms) for place in given))
    for row in ranked(given):
        assert rank_of(live, RUN, row.fan) == (row.rank, 200, row.score)
    assert places(live, RUN) == {place.fan: (place.score, place.elapsed_ms) for place in given}


def test_a_board_is_replaced_whole_and_who_is_not_in_it_any_more_is_gone(live: Redis) -> None:
    write_board(live, RUN, [(1, 900, 5000), (2, 1000, 7000)])
    write_board(live, RUN, [(2, 500, 1)])
    assert places(live, RUN) == {2: (500, 1)}
    remove(live, RUN, 2)
    remove(live, RUN, 99)
    assert places(live, RUN) == {}
    write_board(live, RUN, [(1, 900, 5000)])
    write_board(live, RUN, [])
    assert live.keys(keys.board(RUN) + "*") == []


def test_a_half_written_board_of_a_dead_worker_is_not_mixed_in(live: Redis) -> None:
    live.zadd(f"{keys.board(RUN)}:new", {"77": 1.0})
    write_board(live, RUN, [(1, 900, 5000)])
    assert set(places(live, RUN)) == {1}


def test_a_board_larger_than_a_chunk_is_written_whole_and_does_not_live_for_ever(live: Redis) -> None:
    write_board(live, RUN, ((fan, fan, 0) for fan in range(CHUNK + 3)))
    assert rank_of(live, RUN, CHUNK + 2) == (1, CHUNK + 3, CHUNK + 2)
    assert 0 < live.ttl(keys.board(RUN)) <= keys.BOARD_SECONDS
