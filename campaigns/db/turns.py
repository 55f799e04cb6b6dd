"""The turn of the rounds of a run: by `n`, and after question n its warm-ups. Skipped rounds (n below 0) have none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, and_, or_

from campaigns.db.models import Round

IN_TURN = (Round.n, Round.warm_up)


def before_it(row: Row[Any]) -> ColumnElement[bool]:
    """The round whose judgement this one builds on: the question before. Nothing builds on a warm-up."""
    return and_(Round.n == (row.n if row.warm_up else row.n - 1), Round.warm_up == 0)


def after_it(n: int, warm_up: int) -> ColumnElement[bool]:
    """All that come later, warm-ups too."""
    return or_(Round.n > n, and_(Round.n == n, Round.warm_up > warm_up))
