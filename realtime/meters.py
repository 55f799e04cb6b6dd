"""What this process measures of itself: for /metrics and for the desk's health line."""

from __future__ import annotations

import time
from collections import deque

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

WINDOW_S = 10.0
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Meters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self.answers = Counter("fanfare_answers", "Answers by outcome", ["outcome"], registry=registry)
        self.ack_seconds = Histogram(
            "fanfare_ack_seconds", "Answer read to acknowledgement ready", buckets=BUCKETS, registry=registry
        )
        self.errors = Counter("fanfare_errors", "Unexpected exceptions on the wire", registry=registry)
        self.connected = Gauge("fanfare_connected", "Open sockets", ["role"], registry=registry)
        self.turned_away = Counter("fanfare_turned_away", "Fans told that the house is full", registry=registry)
        self._recent: deque[tuple[float, float]] = deque(maxlen=20_000)  # (when, seconds to the acknowledgement)
        self.error_count = 0

    def answered(self, outcome: str, seconds: float) -> None:
        self.answers.labels(outcome).inc()
        self.ack_seconds.observe(seconds)
        self._recent.append((time.monotonic(), seconds))

    def failed(self) -> None:
        self.errors.inc()
        self.error_count += 1

    def rate_and_p99_ms(self) -> tuple[float, float]:
        """Answers a second and the 99th percentile of their acknowledgement, over the last seconds."""
        since = time.monotonic() - WINDOW_S
        recent = sorted(seconds for when, seconds in self._recent if when >= since)
        if not recent:
            return 0.0, 0.0
        return len(recent) / WINDOW_S, recent[min(len(recent) - 1, int(len(recent) * 0.99))] * 1000
