"""Names of the fans who wrote questions, for the plays that ask them. Few questions have one: all are read at once, seldom."""

from __future__ import annotations

import threading

from campaigns.bootstrap import Services
from campaigns.db.authorship import author_names
from campaigns.domain.moment import Moment

FRESH_NS = 10_000_000_000  # how long a ban or a new question may take to show


class Authors:
    """One per process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[int, tuple[int, dict[int, str]]] = {}
        self._lock = threading.Lock()

    def name(self, campaign_id: int, version_id: int, now: Moment) -> str | None:
        """None for the house's own questions."""
        with self._lock:
            known = self._known.get(campaign_id)
            due = known is None or now.ns - known[0] >= FRESH_NS
            if known is not None and due:  # one of those who come now reads; the others go on with what is known
                self._known[campaign_id] = (now.ns, known[1])
        if known is None or due:
            with self._services.reading() as sql:
                known = now.ns, author_names(sql, campaign_id)
            with self._lock:
                self._known[campaign_id] = known
        return known[1].get(version_id)
