"""Deeds with links for viewers of a stream."""

from __future__ import annotations

from campaigns.control import calibrating, cohorts
from tests.control.deeds import DeedsHouse, deed
from tests.show import ACTOR


def _stream(house: DeedsHouse, actor: str = ACTOR) -> tuple[int, int]:
    show, campaign_id = house.show()
    made = cohorts.make_cohort(house.services, show.run_id, "B 站", 5000, actor)
    assert made is not None
    return made, campaign_id


@deed
def cohorts__make_cohort(house: DeedsHouse) -> int:
    return _stream(house, house.doer)[1]


@deed
def cohorts__set_delay(house: DeedsHouse) -> int:
    run_id, campaign_id = _stream(house)
    cohorts.set_delay(house.services, run_id, 7000, house.doer)
    return campaign_id


@deed
def cohorts__take_back(house: DeedsHouse) -> int:
    run_id, campaign_id = _stream(house)
    cohorts.take_back(house.services, run_id, house.doer)
    return campaign_id


@deed
def calibrating__begin_flashes(house: DeedsHouse) -> int:
    run_id, campaign_id = _stream(house)
    calibrating.begin_flashes(house.services, run_id, house.doer)
    return campaign_id
