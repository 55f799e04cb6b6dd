"""The picture that a frozen board shows, with the people in it as who they are by now: a guest may have become a member.

Read when it is shown: a merge that rewrote the picture could miss one that is being taken just then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, text

BECAME = text("SELECT from_id, to_id FROM fan_alias WHERE from_id = ANY (:fans)")


def still_rows(sql: Connection, shown: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
    """(fan, score) from the top. Who stands there twice, as a guest and as a member, has the better place."""
    rows = [(fan, score) for fan, score in shown]
    became = {row.from_id: row.to_id for row in sql.execute(BECAME, {"fans": [fan for fan, _ in rows]})}
    kept: dict[int, int] = {}
    for fan, score in rows:
        kept.setdefault(became.get(fan, fan), score)
    return list(kept.items())
