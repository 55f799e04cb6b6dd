"""Who is where: each web process says which fans of a run it waits for, and hears the same of the others.

A process that has said nothing for ALIVE_S is taken for dead, and its fans are missed no longer: a crash, unlike a tunnel,
is not waited out. What stands here is believed only once our own word has stood for SETTLED_S: a Redis that was emptied or
has just started must first have heard of all. Times are Redis's own, so that the clocks of hosts play no part.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from redis import Redis

from campaigns.live import keys

ALIVE_S = 10.0
SETTLED_S = 2.0


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the other processes said: fans they wait for (connected, or lost: realtime/rooms.py), and how many are connected there
    and not here: a process that died still says for ALIVE_S whom it had, and they have come to us by then."""

    fans: frozenset[int]
    connected: int
    processes: int


def exchange(
    live: Redis, run_id: int, process: str, waited: frozenset[int], told: frozenset[int] | None, connected: Set[int]
) -> Elsewhere | None:
    """Say ours, hear theirs. `told`: what we said last, so that only changes are sent. None: not to be believed yet."""
    here = keys.here(run_id)
    pipe = live.pipeline(transaction=False)
    pipe.time()
    pipe.hgetall(here)
    (seconds, micros), rows = pipe.execute()
    now_s = seconds + micros / 1e6
    said = {name.decode(): [float(part) for part in row.split()] for name, row in rows.items()}
    since_s = said.pop(process, [now_s])[0]
    others = {name: row for name, row in said.items() if now_s - row[1] < ALIVE_S}
    pipe = live.pipeline()
    if waited != told or process.encode() not in rows:
        pipe.delete(keys.here_fans(run_id, process))
        for chunk in _chunks(sorted(waited)):
            pipe.sadd(keys.here_fans(run_id, process), *chunk)
    pipe.hset(here, process, f"{since_s} {now_s} {len(connected)}")
    for key in (here, keys.here_fans(run_id, process)):
        pipe.expire(key, keys.HERE_SECONDS)
    if dead := said.keys() - others.keys():
        pipe.hdel(here, *dead)
    if others:
        pipe.sunion([keys.here_fans(run_id, name) for name in others])
    answers = pipe.execute()
    fans = frozenset(int(fan) for fan in answers[-1]) if others else frozenset[int]()
    if now_s - since_s < SETTLED_S:
        return None
    there = min(int(sum(row[2] for row in others.values())), len(fans.difference(connected)))
    return Elsewhere(fans, there, len(others))


def _chunks(fans: list[int], size: int = 5_000) -> list[list[int]]:
    return [fans[start : start + size] for start in range(0, len(fans), size)]
