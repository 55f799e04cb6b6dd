"""What *next* shows, scene by scene: the whole packet each time, so that nothing is in it that was not meant to be."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from campaigns.control.conduct import Moved
from campaigns.domain.rush_rules import RushRules
from campaigns.settle.awards import award_badges
from tests.conftest import FakeTime
from tests.show import Show, go
from tests.show_fixtures import Stage
from tests.stage import single, words

READING = RushRules(lead_ms=1500, reading_min_ms=4000, reading_max_ms=4000)
NOTHING: dict[str, Any] = dict.fromkeys(("round", "reveal", "board", "podium", "final"))
HIDDEN = ("opens_ms", "closes_ms", "choices", "unit", "low", "high", "image", "image_alt", "waiting")


def outline(show: Show) -> dict[str, Any]:
    """The packet without its seq and what is the same in all of them."""
    packet = show.scene()
    return {name: packet[name] for name in ("scene", *NOTHING)}


def reading(show: Show, asked_ms: float) -> dict[str, Any]:
    """The round part while the sentence stands alone; asked when the clock said `asked_ms`."""
    question = {
        "n": 1,
        "warm_up": False,
        "of": 1,
        "kind": "single",
        "text": words("哪一款更重？"),
        "possible": 1000,
        "seconds": 20,
    }
    rule = {"rule": "speed", "first_n": None, "sealed": False, "last": True, "reading_until_ms": asked_ms + 2500}
    return {"id": str(show.round(1).id), **question, **rule, **dict.fromkeys(HIDDEN)}


def announced(show: Show, asked_ms: float) -> dict[str, Any]:
    """The round part from the moment the choices are out."""
    opens = {"opens_ms": asked_ms + 4000, "closes_ms": asked_ms + 24_000, "unit": {}, "image_alt": {}}
    choices = [words(f"选项 {name}") for name in show.round(1).choice_order]
    return {**reading(show, asked_ms), **opens, "choices": choices}


def reveal(show: Show, revealed_ms: float) -> dict[str, Any]:
    """小明 was right after 1990 ms, 小华 said a. The hall is one light 800 ms after the reveal."""
    counts = [0, 0, 0, 0]
    counts[show.place(1, "b")], counts[show.place(1, "a")] = 1, 1
    told = {"version": 1, "places": [show.place(1, "b")], "value": None, "margin": None, "explanation": words("因为 b")}
    sums = {"counts": counts, "answered": 2, "right": 1, "silent": 0, "changed": None}
    sums |= {"after": None, "cut": None, "pot": None}
    lanes = [[0] * 64 for _ in counts]
    lanes[show.place(1, "b")][63], lanes[show.place(1, "a")][32] = 1, 1
    race = {"until_ms": 2000, "lanes": lanes}
    return {
        **told,
        **sums,
        "fastest": {"name": "小明", "elapsed_ms": 1990},
        "race": race,
        "light_ms": revealed_ms + 800,
    }


def board(show: Show, ming: int, hua: int) -> dict[str, Any]:
    new = {"before": None, "out": False}
    rows = [
        {"fan": show.public(ming), "name": "小明", "rank": 1, "score": 950, "gained": 950, **new},
        {"fan": show.public(hua), "name": "小华", "rank": 2, "score": 0, "gained": 0, **new},
    ]
    counted = {"after": {"round": str(show.round(1).id), "version": 1}, "of": 2, "top": rows}
    return {**counted, "histogram": [[0, 1], [950, 1]], "survivors": None, "fallen": None, "changed": None}


def answered(stage: Stage, clock: FakeTime) -> tuple[Show, int, int, dict[str, Any]]:
    """A show with both answers in and the round closed after six seconds; the round part that this makes."""
    show = stage(single("哪一款更重？", "b"), rules=READING)
    ming, hua = show.fans("小明", "小华")
    asked_ms = clock.ns / 1e6
    show.ask()
    show.say(ming, "b", after_ms=2000, rtt_ms=20)
    show.say(hua, "a", after_ms=1000)
    show.close(6)
    return show, ming, hua, {**announced(show, asked_ms), "closes_ms": asked_ms + 10_000}


def test_from_the_lobby_to_the_open_question(stage: Stage, fake_time: FakeTime) -> None:
    show = stage(single("哪一款更重？", "b"), rules=READING)
    ming, hua = show.fans("小明", "小华")
    run, asked_ms = show.scene()["run"], fake_time.ns / 1e6
    assert (run["rule"], run["rounds"], run["joined"], run["cap_ms"], run["rehearsal"]) == ("speed", 1, 2, 100, False)
    assert outline(show) == {**NOTHING, "scene": "lobby"}
    assert show.next() is Moved.MOVED
    assert outline(show) == {**NOTHING, "scene": "reading", "round": reading(show, asked_ms)}
    go(fake_time, 2.5)
    assert show.next() is Moved.MOVED
    opened = {**NOTHING, "scene": "open", "round": announced(show, asked_ms)}
    assert outline(show) == opened
    assert [show.say(fan, choice).outcome for fan, choice in ((ming, "b"), (hua, "a"))] == ["recorded", "recorded"]
    assert outline(show) == opened  # an answer changes nothing for others


def test_from_the_close_to_the_board(stage: Stage, fake_time: FakeTime) -> None:
    show, ming, hua, part = answered(stage, fake_time)
    assert outline(show) == {**NOTHING, "scene": "closed", "round": {**part, "waiting": "settling"}}
    assert show.next() is Moved.WAITING
    assert show.settle(1)
    assert outline(show) == {**NOTHING, "scene": "closed", "round": {**part, "waiting": "reveal"}}
    revealed = {**NOTHING, "round": part, "reveal": reveal(show, fake_time.ns / 1e6), "board": board(show, ming, hua)}
    assert show.next() is Moved.MOVED
    assert outline(show) == {**revealed, "scene": "reveal"}
    assert show.next() is Moved.MOVED
    told = {**revealed["reveal"], "race": None, "light_ms": None}
    assert outline(show) == {**revealed, "reveal": told, "scene": "board"}


def test_from_the_podium_to_the_awards(stage: Stage, fake_time: FakeTime) -> None:
    show, ming, hua, _ = answered(stage, fake_time)
    show.settle(1)
    show.next()
    show.next()
    shown = [{"rank": 1, "fan": show.public(ming), "name": "小明", "score": 950, "elapsed_ms": 1990}]
    standing = {**NOTHING, "board": board(show, ming, hua)}
    for step in (0, 3, 2, 1):
        assert show.next() is Moved.MOVED
        podium = {"step": step, "rows": shown if step == 1 else []}
        assert outline(show) == {**standing, "scene": "podium", "podium": podium}
    assert show.next() is Moved.MOVED
    final = {**standing, "scene": "final", "podium": {"step": 1, "rows": shown}}
    seed = show.run().seed  # told now, so that every draw can be checked; its hash was told from the beginning
    assert sha256(seed).hexdigest() == show.scene()["run"]["draw"]
    told = {"rate": 2.0, "seed": seed.hex()}
    assert outline(show) == {**final, "final": {"awards": False, "version": 0, **told}}
    assert award_badges(show.services, show.run_id)
    assert outline(show) == {**final, "final": {"awards": True, "version": 1, **told}}
    assert show.next() is Moved.NOTHING
