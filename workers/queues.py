"""The only callables that may run as jobs. A payload that names anything else is refused (Redis is not trusted with code)."""

from __future__ import annotations

JOBS = frozenset(
    {"settle_round", "award_badges", "read_import", "store_import", "settle_plays", "end_plays"}
    | {"condense_plays", "count_answers", "clean_import", "make_occurrences"}
    | {"rehearse", "clear_rehearsal", "forget_devices"}
)
ALLOWED = frozenset(f"workers.jobs.{name}" for name in JOBS)
