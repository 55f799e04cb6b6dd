"""A draw can be made again by anybody: by the recipe in docs/scoring.md, from public data alone."""

from __future__ import annotations

import hashlib
from dataclasses import asdict
from typing import Any

from sqlalchemy import text

from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.play.draws import draws_of
from campaigns.play.seat import Seat, seat_of
from campaigns.settle.rebuild import recompute
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import single

FIRST_TWO = RushRules(Rule.FIRST_N, first_n=2, lead_ms=300, reading_min_ms=0, reading_max_ms=300)


def told(show: Show) -> dict[str, Any]:
    found = draws_of(show.services, show.run().code)
    assert found is not None
    return asdict(found)


def a_tie(show: Show) -> dict[int, tuple[str, int]]:
    """One is faster, four are tied for the one place left, one is slower and one was wrong at the same time."""
    fast, *tied, slow, wrong = show.fans("快", "甲", "乙", "丙", "丁", "慢", "错")
    return {fast: ("b", 500), **dict.fromkeys(tied, ("b", 900)), slow: ("b", 901), wrong: ("c", 900)}


def test_a_tie_at_the_cut_can_be_drawn_again_from_what_everybody_can_see(stage: Stage) -> None:
    show = stage(single(), single(), rules=FIRST_TWO)
    commitment = show.scene()["run"]["draw"]  # in every packet, from the lobby on
    said = a_tie(show)
    show.play(said)
    top = {row["fan"]: row["gained"] for row in show.scene()["board"]["top"]}
    tied = [show.public(fan) for fan, (choice, ms) in said.items() if (choice, ms) == ("b", 900)]
    assert (
        told(show)["rounds"] == () and told(show)["seed"] is None
    )  # it would tell the lots that are still to be drawn
    show.next()
    show.play(dict.fromkeys(list(said)[:2], ("b", 900)))  # as many as there are places: nothing to draw
    show.to_the_end()

    seed = show.scene()["final"]["seed"]
    assert hashlib.sha256(bytes.fromhex(seed)).hexdigest() == commitment
    drawn = sorted(tied, key=lambda fan: hashlib.sha256(f"{seed}:1:{fan}".encode("ascii")).digest())
    assert {fan for fan in tied if top[fan] == 1000} == {drawn[0]}
    assert {fan for fan in tied if top[fan] == 100} == set(drawn[1:])
    assert told(show) == {
        "code": show.run().code,
        "version": 2,
        "draw": commitment,
        "seed": seed,
        "rounds": ({"n": 1, "elapsed_ms": 900, "places": 1, "fans": tuple(drawn)},),
    }
    assert recompute(show.services, show.run_id).differences == []


def test_lots_are_drawn_by_the_id_that_a_fans_own_page_and_the_boards_show(stage: Stage) -> None:
    show = stage(rules=FIRST_TWO)
    said = a_tie(show)
    show.play(said)
    board = {row["fan"] for row in show.scene()["board"]["top"]}
    show.to_the_end()
    seats = [
        seat_of(show.services, show.run().code, fan) for fan, (choice, ms) in said.items() if (choice, ms) == ("b", 900)
    ]
    own = {seat.public for seat in seats if isinstance(seat, Seat)}
    assert len(own) == 4 and own == set(told(show)["rounds"][0]["fans"]) and own <= board


def test_a_run_frozen_with_the_older_rules_is_judged_again_by_them(stage: Stage) -> None:
    show = stage(rules=FIRST_TWO)
    frozen = text("UPDATE run SET rules = jsonb_set(rules, '{version}', '1') WHERE id = :run")
    with show.services.sql.begin() as sql:
        sql.execute(frozen.bindparams(run=show.run_id))
    said = a_tie(show)
    show.play(said)
    tied = [fan for fan, (choice, ms) in said.items() if (choice, ms) == ("b", 900)]
    number = int.from_bytes(show.run().seed)
    first = min(tied, key=lambda fan: hashlib.sha256(f"{number}:1:{fan}".encode()).digest())
    assert [fan for fan in tied if show.scores(1)[fan] == 1000] == [first]
    assert recompute(show.services, show.run_id).differences == []


def test_a_new_run_is_frozen_with_the_newest_rules_however_old_its_rush_is(stage: Stage) -> None:
    show = stage(rules=RushRules(version=1))
    assert show.run().rules["version"] == 2
    assert draws_of(show.services, "NORUN") is None
