"""Pictures of questions that come from a file, found by name: among those that came with it, else among the house's own.

A file names its pictures and does not contain them. A name of the campaign's earlier questions is good when it stood for
one picture only; folders do not matter. What is not found is remarked, and the question comes in without a picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from sqlalchemy import Connection, text

from campaigns.control.media import Picture, store

MISSING = "a picture of this name, sent along with the file or in the bank already: the question comes in without one"
HOUSE = text("""
SELECT regexp_replace(v.body->>'image', '^.*/', '') AS name, min(v.media_id) AS media_id
  FROM question_version v JOIN question q ON q.id = v.question_id
 WHERE q.campaign_id = :campaign AND v.media_id IS NOT NULL AND v.body->>'image' IS NOT NULL
 GROUP BY 1 HAVING count(DISTINCT v.media_id) = 1
""")


def bare(image: str) -> str:
    return PurePosixPath(image).name


def stored(sql: Connection, campaign_id: int, pictures: Mapping[str, Picture]) -> dict[str, int]:
    """Name → media id, of pictures that came along."""
    return {bare(name): store(sql, campaign_id, picture) for name, picture in pictures.items()}


def at_hand(sql: Connection, campaign_id: int, sent: Mapping[str, int]) -> dict[str, int]:
    """Name → media id: what came along goes before what was there."""
    house = {row.name: row.media_id for row in sql.execute(HOUSE, {"campaign": campaign_id})}
    return house | dict(sent)
