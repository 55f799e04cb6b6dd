"""A callback that no worker may call; it would leave a mark in Redis."""

from __future__ import annotations

from rq.job import Job


def call(job: Job, *_: object) -> None:
    job.connection.set("smuggled", "1")
