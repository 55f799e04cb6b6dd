"""What stands in the page of a road when it arrives: complete to read without a script, and its first picture with one.

The same packet and own part as on the wire, without the play itself: where that stands is known to the process that holds
the connection. `under_way` says that there is one, so that nobody is offered a new beginning.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.plays import Play
from campaigns.domain.badge_wall import WallBadge, described
from campaigns.domain.road import RoadPacket
from campaigns.play.quiz.road import RoadYou, load_road, own_part
from campaigns.play.quiz.season import Seasons
from campaigns.play.seat import Seat

NS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class FirstSight:
    """`opens_at` (for this fan, while that is to come), `closes_at`: in the campaign's `zone`."""

    road: RoadPacket
    you: RoadYou
    under_way: bool
    zone: ZoneInfo
    opens_at: datetime | None
    closes_at: datetime | None
    badges: tuple[WallBadge, ...]
    now_ms: float

    @property
    def passed(self) -> int:
        """The highest level ever passed: as settled, or as the own plays already show."""
        best = zip(self.road.levels, self.you.best_by_level, strict=True)
        return max([self.you.passed, *(level.n for level, score in best if (score or 0) >= max(1, level.pass_mark))])

    def snapshot(self) -> dict[str, Any]:
        """docs/messages.md, `snapshot`, and whether a play is under way."""
        you = asdict(self.you) | {"under_way": self.under_way}
        return {"scene": asdict(self.road), "you": you, "now_ms": self.now_ms}


def first_sight(services: Services, seat: Seat) -> FirstSight:
    now = services.now()
    season = Seasons(services).season(seat.run_id, now)
    open_play = select(Play.id).where(Play.run_id == seat.run_id, Play.fan_id == seat.fan_id, Play.ended_at.is_(None))
    with services.reading() as sql:
        road = load_road(sql, seat.run_id)
        under_way = sql.scalar(open_play) is not None
    you = own_part(services, season, seat, now, None)
    waits = datetime.fromisoformat(you.opens_at) if you.opens_at is not None else None
    opens, closes = (at.astimezone(season.zone) if at is not None else None for at in (waits, season.ends_at))
    badges = tuple(sorted(filter(None, map(described, you.badges)), key=lambda each: each.place))
    return FirstSight(road, you, under_way, season.zone, opens, closes, badges, now.ns / NS_PER_MS)
