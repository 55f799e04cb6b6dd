"""What a process measures of itself, as Prometheus reads it."""

from __future__ import annotations

from prometheus_client import CollectorRegistry

from realtime.meters import Meters


def test_answers_are_counted_by_outcome_and_by_the_time_to_their_acknowledgement() -> None:
    registry = CollectorRegistry()
    meters = Meters(registry)
    for outcome, seconds in (("recorded", 0.002), ("recorded", 0.3), ("duplicate", 99.0)):
        meters.answered(outcome, seconds)

    def told(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    assert told("fanfare_answers_total", outcome="recorded") == 2
    within = [told("fanfare_ack_seconds_bucket", le=most) for most in ("0.002", "0.2", "0.5", "10.0", "+Inf")]
    assert within == [1, 1, 2, 2, 3] and told("fanfare_ack_seconds_count") == 3
    assert meters.rate_and_p99_ms() == (0.3, 99_000.0)
