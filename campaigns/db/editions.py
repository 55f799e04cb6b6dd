"""Which state of a run's standings a board shows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, cast, func, select
from sqlalchemy.orm import aliased

from campaigns.db.models import Round


def board_edition(run_id: Any) -> Any:
    """As SQL: how many settlements of the run count. Every one of them raises it, so it names a state of the standings."""
    counted = aliased(Round)
    return (
        select(cast(func.coalesce(func.sum(counted.version), 0), BigInteger))
        .where(counted.run_id == run_id)
        .scalar_subquery()
    )
