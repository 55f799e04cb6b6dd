"""The map and the boards of a quiz as the server renders them: what is said, and where the own row stands."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count

from flask import Flask
from sqlalchemy import insert, select

from campaigns.db.models import Run
from campaigns.db.plays import PlayResult
from campaigns.domain.level import Helps
from campaigns.domain.periods import day_of
from campaigns.identity.fans import fan_of
from campaigns.settle.plays import settle_plays
from tests.play.quiz.conftest import ROAD, Season, Table, season
from tests.settle.quiz.conftest import ZONE
from tests.web.conftest import Browser
from tests.web.test_fans import cookie
from tests.web.test_proposals import joined

__all__ = ["season"]
_plays = count(1)


def own(table: Table, browser: Browser) -> int:
    fan = fan_of(table.services, cookie(browser))
    assert fan is not None
    return fan.id


def ended(table: Table, fan: int, score: int) -> None:
    """A finished play, without anybody having played."""
    values = {"play_id": next(_plays), "run_id": table.run_id, "fan_id": fan, "score": score, "ended_at": table.time.at}
    values |= {"day": day_of(table.time.at, ZONE), "level_scores": [score, None], "elapsed_ms": 1000}
    values |= dict.fromkeys(("right", "asked", "passed"), 1) | {"perfect": 0, "flags": 0, "challenge_id": None}
    with table.services.sql.begin() as sql:
        activity = sql.scalar(select(Run.activity_id).where(Run.id == table.run_id))
        sql.execute(insert(PlayResult).values(values | {"activity_id": activity}))


def test_the_rules_tell_only_the_helps_that_some_gate_gives(app: Flask, season: Season) -> None:
    said = {"fifty": "takes two wrong", "time": "half of the seconds", "swap": "another question"}
    for given in (("fifty", "swap"), ("time",), ()):
        helps = Helps(**{name: int(name in given) for name in said})
        levels = (replace(ROAD.levels[0], helps=helps), replace(ROAD.levels[1], helps=Helps(0, 0, 0)))
        table = season(replace(ROAD, levels=levels))
        page = joined(app, table).get(f"/r/{table.code}?lang=en").text
        assert [name for name, words in said.items() if words in page] == list(given)
        assert ("Each at most once a question" in page) is bool(given)
        assert "when that is above 0" in page


def test_who_stands_far_down_gets_to_the_own_row_by_one_tap(app: Flask, season: Season) -> None:
    table = season()
    named = {name: joined(app, table, name) for name in ("listed", "just below", "far down")}
    for score in range(1000, 944, -1):
        ended(table, table.fan(), score)
    for name, score in (("listed", 990), ("just below", 950), ("far down", 10)):
        ended(table, own(table, named[name]), score)
    settle_plays(table.services)
    pages = {name: fan.get(f"/r/{table.code}/boards?lang=en").text for name, fan in named.items()}
    below = {"listed": [], "just below": [51, 52, 53, 54, 55], "far down": [56, 57, 58, 59]}
    for name, page in pages.items():
        ranks = [int(rank) for rank in re.findall(r'row__rank num">(\d+)<', page)]
        assert ranks == [*range(1, 51), *below[name]], name
        assert page.count('href="#mine"') == page.count('id="mine"') == 1, name
        assert ("boards__gap" in page) is (name == "far down")
    assert "Rank 59 of 59" in pages["far down"]
