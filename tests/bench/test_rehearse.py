"""Which rush a rehearsal without a desk takes when nobody names one."""

from __future__ import annotations

from sqlalchemy import select, update

from bench.rehearse import _next_rush
from campaigns.bootstrap import Services
from campaigns.control.runs import make_run
from campaigns.db.models import Run
from tests.stage import rush, single


def test_the_rush_that_is_to_be_played_next_goes_before_a_newer_one_without_a_run(services: Services) -> None:
    played = rush(services, [single()])
    run_id = make_run(services, played, actor="test")
    newer = rush(services, [single()])
    assert _next_rush(services) == played
    with services.sql.begin() as sql:
        assert sql.scalar(select(Run.activity_id).where(Run.id == run_id)) == played
        sql.execute(update(Run).values(state="ended"))
    assert _next_rush(services) == newer
