"""The questions of a campaign's bank, in memory: reviewed ones sorted for the draw, and any version by its id, with its key.

13,000 questions are read once (about a second) and then only when the bank has changed; a look for that costs one small
query every few seconds. Versions are immutable, so a version once read stays.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import func, select

from campaigns.bootstrap import Services
from campaigns.db.models import Question as QuestionRow
from campaigns.db.models import QuestionVersion
from campaigns.db.question_rows import question_from
from campaigns.domain.draw import Bank, BankItem
from campaigns.domain.moment import Moment
from campaigns.domain.question import Question

FRESH_NS = 5_000_000_000
REVIEWED = "reviewed"


@dataclass
class _Campaign:
    stamp: tuple[int, int] = (-1, -1)
    looked_ns: int = 0
    bank: Bank = field(default_factory=lambda: Bank([]))
    question_of: dict[int, int] = field(default_factory=dict)  # version id → question id


class Shelf:
    """One per process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._campaigns: dict[int, _Campaign] = {}
        self._versions: dict[int, Question] = {}
        self._media: dict[int, int] = {}
        self._lock = threading.Lock()

    def bank(self, campaign_id: int, now: Moment) -> Bank:
        """The reviewed questions that can be judged, in their newest versions."""
        return self._current(campaign_id, now).bank

    def question_ids(self, campaign_id: int, now: Moment) -> Mapping[int, int]:
        """Version → question, of those in the bank."""
        return self._current(campaign_id, now).question_of

    def versions(self, ids: Iterable[int]) -> dict[int, Question]:
        """The questions with their keys, by version; what is not here is read."""
        wanted = set(ids)
        missing = wanted - self._versions.keys()
        if missing:
            self._read(missing)
        return {version_id: self._versions[version_id] for version_id in wanted}

    def media_of(self, version_id: int) -> int | None:
        if version_id not in self._versions:
            self._read({version_id})
        return self._media.get(version_id)

    def _read(self, ids: set[int]) -> None:
        columns = (QuestionVersion.id, QuestionVersion.body, QuestionVersion.key, QuestionVersion.media_id)
        with self._services.reading() as sql:
            rows = sql.execute(select(*columns).where(QuestionVersion.id.in_(ids))).all()
        for row in rows:
            self._versions[row.id] = question_from(row.body, row.key)
            if row.media_id is not None:
                self._media[row.id] = row.media_id

    def _current(self, campaign_id: int, now: Moment) -> _Campaign:
        with self._lock:
            known = self._campaigns.setdefault(campaign_id, _Campaign())
            if not known.looked_ns or now.ns - known.looked_ns >= FRESH_NS:
                self._look(campaign_id, known)
                known.looked_ns = now.ns
            return known

    def _look(self, campaign_id: int, known: _Campaign) -> None:
        """Read the bank anew if its newest version or the number of reviewed questions has changed."""
        reviewed = (QuestionRow.campaign_id == campaign_id, QuestionRow.state == REVIEWED)
        newest = select(QuestionVersion.question_id, func.max(QuestionVersion.id).label("id"))
        newest = newest.join(QuestionRow, QuestionRow.id == QuestionVersion.question_id).where(*reviewed)
        each = newest.group_by(QuestionVersion.question_id).subquery()
        with self._services.reading() as sql:
            stamp = sql.execute(select(func.count(), func.coalesce(func.sum(each.c.id), 0)).select_from(each)).one()
            if (stamp[0], int(stamp[1])) == known.stamp:
                return
            columns = (QuestionVersion.id, QuestionVersion.question_id, QuestionRow.author_fan_id)
            items = select(*columns).join(each, each.c.id == QuestionVersion.id)
            rows = sql.execute(items.join(QuestionRow, QuestionRow.id == QuestionVersion.question_id)).all()
        questions = self.versions(row.id for row in rows)
        playable = [row for row in rows if questions[row.id].key is not None]
        known.bank = Bank([_item(row.id, row.question_id, row.author_fan_id, questions[row.id]) for row in playable])
        known.question_of = {row.id: row.question_id for row in playable}
        known.stamp = (stamp[0], int(stamp[1]))


def _item(version_id: int, question_id: int, author_id: int | None, question: Question) -> BankItem:
    return BankItem(version_id, question_id, question.tags, question.difficulty, author_id)
