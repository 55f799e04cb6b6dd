"""One statement for many: `among(column, ids)`, an array as one parameter, however many there are.

Rejected: `in_`, which makes (and parses, and plans) another statement for each number of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, any_, literal


def among(column: Any, ids: Collection[int]) -> ColumnElement[bool]:
    """As SQL: the column's value is one of these ids."""
    is_one: ColumnElement[bool] = column == any_(literal(list(ids), ARRAY(BigInteger)))
    return is_one
