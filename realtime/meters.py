"""What this process measures of itself: for /metrics and for the desk's health line."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter as Tally
from collections import deque
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, Gauge, Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.utils import floatToGoString

WINDOW_S = 10.0
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Meters:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._outcomes: Tally[str] = Tally()
        self._took, self._took_s = (
            [0] * (len(BUCKETS) + 1),
            0.0,
        )  # answers by the time to their acknowledgement; the sum
        registry.register(self)
        self.errors = Counter("fanfare_errors", "Unexpected exceptions on the wire", registry=registry)
        self.connected = Gauge("fanfare_connected", "Open sockets", ["role"], registry=registry)
        self.turned_away = Counter("fanfare_turned_away", "Fans told that the house is full", registry=registry)
        self._recent: deque[tuple[float, float]] = deque(maxlen=20_000)  # (when, seconds to the acknowledgement)
        self.error_count = 0

    def answered(self, outcome: str, seconds: float) -> None:
        self._outcomes[outcome] += 1
        self._took[bisect_left(BUCKETS, seconds)] += 1
        self._took_s += seconds
        self._recent.append((time.monotonic(), seconds))

    def collect(self) -> Iterator[Metric]:
        """For /metrics. What is counted for each answer is counted here: the library's counters take four locks for it."""
        answers = CounterMetricFamily("fanfare_answers", "Answers by outcome", labels=["outcome"])
        for outcome, count in self._outcomes.items():
            answers.add_metric([outcome], count)
        yield answers
        names = [*map(floatToGoString, BUCKETS), "+Inf"]
        buckets = list(zip(names, accumulate(self._took), strict=True))
        said = "Answer read to acknowledgement ready"
        yield HistogramMetricFamily("fanfare_ack_seconds", said, buckets=buckets, sum_value=self._took_s)

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
