"""A recorded step, read back."""

from __future__ import annotations

from typing import Any

from campaigns.domain.step import Step, StepKind


def step_of(row: Any) -> Step:
    """The step that a row of `play_step` holds."""
    return Step(
        n=row.n,
        kind=StepKind(row.kind),
        ns=row.ns,
        boot=row.boot,
        at=row.at,
        question_version_id=row.question_version_id,
        places=tuple(row.places) if row.places is not None else None,
        value=row.value,
        allowance_ns=row.allowance_ns,
        rtt_ns=row.rtt_ns,
        receipt=row.receipt,
    )
