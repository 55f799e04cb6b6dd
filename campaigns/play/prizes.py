"""What a fan has won and may claim. The code goes to this fan alone, and only after the run has ended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from campaigns.db.models import Activity, Run
from campaigns.db.prizes import Claim
from campaigns.domain.prizes import code_as_shown
from campaigns.domain.question import Words


@dataclass(frozen=True, slots=True)
class WonPrize:
    """`code`: as it is shown; `of`: what it was won in."""

    name: Words
    code: str
    redeemed: bool
    of: Words


def won_prizes(sql: Connection, whose: ColumnElement[bool]) -> tuple[WonPrize, ...]:
    """The newest first; a correction has taken back what is missing."""
    columns: tuple[Any, ...] = (Claim.prize, Claim.code, Claim.redeemed_at, Run.prizes, Activity.title)
    joined = select(*columns).join(Run, Run.id == Claim.run_id).join(Activity, Activity.id == Run.activity_id)
    stands = Claim.withdrawn_at.is_(None) | Claim.redeemed_at.is_not(None)
    rows = sql.execute(joined.where(whose, stands).order_by(Claim.run_id.desc(), Claim.prize))
    return tuple(
        WonPrize(row.prizes[row.prize]["name"], code_as_shown(row.code), row.redeemed_at is not None, row.title)
        for row in rows
    )
