"""The board of the fallen (survival): who is out plays on for fun, and these are the places that come of it.

The score is how many were right since the fan has been out; times of those right answers break ties, then the rank is
shared. It is honour only: never points, badges or a place among those still in. campaigns/settle/fallen.py is the same in SQL.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from campaigns.domain.leaderboard import Place, Ranked, ranked, tie_ms
from campaigns.domain.rush import Verdict


def fallen(rounds: Sequence[Iterable[Verdict]]) -> list[Ranked]:
    """Everybody who is out after these rounds, best first; `rounds` in their order."""
    right: Counter[int] = Counter()
    summed_ms: Counter[int] = Counter()
    out: set[int] = set()
    for verdicts in rounds:
        judged = list(verdicts)
        out = {verdict.fan for verdict in judged if verdict.carry.out}
        for verdict in judged:
            if verdict.fun:
                right[verdict.fan] += 1
                summed_ms[verdict.fan] += verdict.elapsed_ms or 0
    return ranked(Place(fan, right[fan], tie_ms(right[fan], summed_ms[fan])) for fan in out)
