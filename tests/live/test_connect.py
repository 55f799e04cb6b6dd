"""A hurried client: so many connections and no more; who finds none waits as briefly as for an answer."""

from __future__ import annotations

import pytest
from redis import RedisError

from campaigns.live.connect import MOST, hurried
from tests.conftest import Stores


def test_beyond_so_many_connections_a_client_waits_for_one_and_gives_up_soon(stores: Stores) -> None:
    with hurried(stores.redis.url) as client:
        taken = [client.connection_pool.get_connection() for _ in range(MOST)]
        with pytest.raises(RedisError, match="No connection"):
            client.ping()
        client.connection_pool.release(taken.pop())
        assert client.ping()
        for connection in taken:
            client.connection_pool.release(connection)
