"""Transitions that had to wait for their campaign: late, never unfair; and joins do not wait with them."""

from __future__ import annotations

import threading
import time

from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.control import conduct
from campaigns.db.models import Campaign, Round, Run
from campaigns.domain.rush_rules import RushRules
from campaigns.settle.due import keep_time
from tests.stage import joined_fan, run_of, single

LEAD_MS = 300


def test_who_waited_for_the_campaign_opens_nothing_in_the_past_and_joins_go_on(services: Services) -> None:
    run_id = run_of(services, [single()], RushRules(lead_ms=LEAD_MS, reading_min_ms=0, reading_max_ms=0))
    with services.sql.connect() as sql:
        run = sql.execute(select(Run).where(Run.id == run_id)).one()
    assert conduct.press_next(services, run_id, run.seq, "test") is conduct.Moved.MOVED
    clock = threading.Thread(target=keep_time, args=(services, run_id))
    with services.sql.begin() as other:  # another transition of this campaign takes its time
        other.execute(update(Campaign).where(Campaign.id == run.campaign_id).values(seq=Campaign.seq))
        clock.start()
        time.sleep(0.5)  # the time that the lock comes late is what is tested
        joined_fan(services, run_id, "不用等")
        released_ns = time.monotonic_ns()
    clock.join()
    with services.sql.connect() as sql:
        opens_ns = sql.scalar(select(Round.opens_ns).where(Round.run_id == run_id))
    assert opens_ns is not None and opens_ns >= released_ns + LEAD_MS * 1_000_000
