"""The replay of a run against what was really sent: every packet of the night comes again from the record."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import delete, update

from campaigns.control.buzzing import mark
from campaigns.control.extending import extend
from campaigns.control.faces import hide_names, show_brand
from campaigns.control.going_back import press_back
from campaigns.control.pauses import pause, resume
from campaigns.control.people import kick
from campaigns.control.replays import Replay, replay
from campaigns.db.models import Round, Run
from realtime.messages import plain
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage, stage
from tests.stage import buzzer, estimate, single

__all__ = ["stage"]
OF_THE_CLOCK = ("reading_until_ms", "opens_ms", "closes_ms", "light_ms")


class Night:
    """A show whose packets are kept as they go out, with the instant of each."""

    def __init__(self, show: Show) -> None:
        self.show, self.began, self.sent = show, show.clock.ns, dict[int, tuple[float, dict[str, Any]]]()
        self.keep()

    def keep(self) -> None:
        packet = self.show.scene()
        self.sent.setdefault(packet["seq"], ((self.show.clock.ns - self.began) / 1e6, packet))

    def next(self) -> None:
        self.show.next()
        self.keep()

    def question(self, said: dict[int, dict[str, Any]], close_s: float = 5.0) -> int:
        n = self.show.ask()
        self.keep()
        for fan, what in said.items():
            self.show.say(fan, **what)
        self.show.close(close_s)
        self.keep()
        self.show.settle_all()
        self.keep()
        self.next()
        return n


def found(show: Show) -> tuple[Replay, dict[int, tuple[float, dict[str, Any]]]]:
    again = replay(show.services, show.run_id)
    assert again is not None
    scenes = {data["seq"]: (ms, json.loads(json.dumps(data))) for ms, kind, data in again.packets if kind == "scene"}
    return again, scenes


def still(packet: dict[str, Any]) -> dict[str, Any]:
    """Without what is the clock's, and what awards and the wire of phones alone know."""
    plainly: dict[str, Any] = json.loads(json.dumps(packet))
    for part in (plainly["round"], plainly["reveal"]):
        for name in OF_THE_CLOCK:
            (part or {}).pop(name, None)
    return plainly


def test_every_packet_of_the_night_comes_again_at_its_instant(stage: Stage) -> None:
    show = stage(single("一"), estimate(), single("三"))
    fans = show.fans("小明", "小华", "沉默")
    night = Night(show)
    night.question({fans[0]: {"choice": "b", "after_ms": 700}, fans[1]: {"choice": "a", "after_ms": 1900}})
    night.next()
    night.question({fans[0]: {"value": 188.0}, fans[1]: {"value": 200.0}})
    night.next()
    night.question({fans[1]: {"choice": "b", "after_ms": 900}})
    for _ in range(6):
        go(show.clock, 3)
        night.next()
    _, scenes = found(show)
    assert len(night.sent) > 15
    for seq, (ms, packet) in night.sent.items():
        again_ms, again = scenes[seq]
        assert still(again) == still(packet), seq
        if packet["scene"] not in ("open", "closed"):
            assert again_ms <= ms + 1e-6
    assert [packet["scene"] for _, packet in scenes.values()][-1] == "final"


def test_a_question_opens_and_closes_on_the_timeline_as_long_after_its_packet_as_on_the_night(stage: Stage) -> None:
    show = stage(single())
    fan = show.fan("小明")
    night = Night(show)
    night.question({fan: {"choice": "b", "after_ms": 1300}})
    show.to_the_end()
    again, scenes = found(show)
    ms, packet = next((ms, data) for ms, data in scenes.values() if data["scene"] == "open")
    assert packet["round"]["opens_ms"] - ms == pytest.approx(show.rules.lead_ms)
    assert packet["round"]["closes_ms"] - packet["round"]["opens_ms"] == pytest.approx(20_000)
    ticks = [(at, data["answered"]) for at, kind, data in again.packets if kind == "tick"]
    at = next(at for at, answered in ticks if answered == 1)
    assert 1300 <= at - packet["round"]["opens_ms"] <= 1300 + 500


def test_pauses_more_time_and_what_lay_over_the_scene_are_in_it(stage: Stage) -> None:
    show = stage(single())
    fan = show.fan("小明")
    show.ask()
    go(show.clock, 2)
    assert extend(show.services, show.run_id, show.round(1).id, 20, ACTOR)
    assert pause(show.services, show.run_id, ACTOR)
    night = Night(show)
    go(show.clock, 60)
    assert resume(show.services, show.run_id, ACTOR)
    night.keep()
    assert show_brand(show.services, show.run_id, ACTOR, shown=True)
    night.keep()
    go(show.clock, 1)
    show.say(fan, "b", after_ms=63_000)
    show.close()
    show.settle(1)
    show.next()
    show.to_the_end()
    _, scenes = found(show)
    for seq, (_, packet) in night.sent.items():
        again = scenes[seq][1]
        assert again["brand"] == packet["brand"] and (again["pause"] is None) is (packet["pause"] is None)
        if packet["pause"]:
            assert again["pause"]["left_ms"] == pytest.approx(packet["pause"]["left_ms"], abs=0.01)
        assert again["round"]["seconds"] == 30


def test_who_pressed_an_open_buzzer_comes_again_in_turn_and_with_the_marks_of_that_moment(stage: Stage) -> None:
    show = stage(buzzer())
    ming, hua = show.fans("小明", "小华")
    show.ask()
    show.say(ming, after_ms=700)
    show.say(hua, after_ms=3200)
    for fan, right in ((ming, False), (hua, True)):
        go(show.clock, 4)
        assert mark(show.services, show.run_id, show.round(1).id, show.public(fan), ACTOR, right=right) == "moved"
    show.settle_all()
    show.next()
    show.to_the_end()
    packets = found(show)[0].packets
    order = [
        [(row["name"], row["right"]) for row in data["buzz"]["rows"]] for _, _, data in packets if data.get("buzz")
    ]
    told = [each for at, each in enumerate(order) if not at or each != order[at - 1]]
    one, both = [("小明", None)], [("小明", None), ("小华", None)]
    passed, judged = [("小明", False), ("小华", None)], [("小明", False), ("小华", True)]
    assert told == [[], one, both, passed, judged]
    waits = [data["round"]["waiting"] for _, kind, data in packets if kind == "scene" and data["scene"] == "closed"]
    assert waits == ["key", "settling", "reveal"]
    speaks = [data["buzz"]["speaks"] for _, _, data in packets if data.get("buzz") and data["buzz"]["rows"]]
    assert list(dict.fromkeys(speaks)) == [show.public(ming), show.public(hua), None]


def test_a_sealed_question_waits_for_its_key_until_it_was_entered(stage: Stage) -> None:
    show = stage(single(sealed=True))
    show.ask()
    night = Night(show)
    show.close()
    night.keep()
    assert show.enter_key(1, "b") == "moved"
    night.keep()
    show.settle_all()
    night.next()
    show.to_the_end()
    _, scenes = found(show)
    for seq, (_, packet) in night.sent.items():
        assert still(scenes[seq][1]) == still(packet), (seq, packet["scene"])
    waits = [data["round"]["waiting"] for _, data in scenes.values() if data["scene"] == "closed"]
    assert waits == ["key", "settling", "reveal"]


def test_a_correction_is_shown_as_it_came(stage: Stage) -> None:
    show = stage(single(), single("二"))
    fans = show.fans("小明", "小华")
    night = Night(show)
    night.question({fans[0]: {"choice": "b"}, fans[1]: {"choice": "a"}})
    show.correct(1, "a")
    night.keep()
    show.settle_all()
    night.keep()
    night.next()
    night.question({fans[0]: {"choice": "b"}})
    show.to_the_end()
    _, scenes = found(show)
    for seq, (_, packet) in night.sent.items():
        assert still(scenes[seq][1]) == still(packet), (seq, packet["scene"])
    versions = [data["reveal"]["version"] for _, data in scenes.values() if data["reveal"] and data["round"]["n"] == 1]
    assert versions[0] == 1 and versions[-1] == 2


def test_steps_back_of_the_desk_are_steps_back_in_the_replay(stage: Stage) -> None:
    show = stage(single())
    fan, night = show.fan("小明"), Night(show)
    night.question({fan: {"choice": "b"}})

    def back() -> str:
        assert press_back(show.services, show.run_id, show.run().seq, ACTOR) == "moved"
        night.keep()
        return f"{show.run().scene} {show.run().podium_step}"

    night.next()
    assert back() == "reveal 0"
    while show.run().podium_step != 2:
        night.next()
    assert back() == "podium 3" and back() == "podium 0"
    while show.run().scene != "final":
        night.next()
    _, scenes = found(show)
    for seq, (_, packet) in night.sent.items():
        assert still(scenes[seq][1]) == still(packet), (seq, packet["scene"])


def test_who_was_removed_since_and_names_hidden_now_are_not_in_the_replay(stage: Stage) -> None:
    show = stage(single())
    fans = show.fans("小明", "小华")
    show.play({fans[0]: ("b", 500), fans[1]: ("b", 900)})
    show.to_the_end()
    assert "小明" in json.dumps(plain(found(show)[0]), ensure_ascii=False)
    assert kick(show.services, show.run_id, show.public(fans[0]), ACTOR)
    told = json.dumps(plain(found(show)[0]), ensure_ascii=False)
    assert "小明" not in told and "小华" in told
    assert hide_names(show.services, show.run_id, ACTOR, hidden=True)
    assert "小华" not in json.dumps(plain(found(show)[0]), ensure_ascii=False)


def test_seats_and_ticks_of_a_replay_are_counted_off_the_hub(stage: Stage) -> None:
    show, away = stage(single()), ThreadPoolExecutor(1)
    show.play({show.fan("小明"): ("b", 500)})
    show.to_the_end()
    left: list[object] = []

    def offload(work: Callable[[], object]) -> object:
        left.append(away.submit(work).result())
        return left[-1]

    assert replay(show.services, show.run_id, offload) == found(show)[0]
    away.shutdown()
    seats, ticks = left
    assert seats and isinstance(ticks, list) and {kind for _, kind, _ in ticks} == {"tick"}


def test_a_rehearsal_has_no_replay_for_it_is_cleared_away(stage: Stage) -> None:
    show = stage(single())
    show.play({show.fan("小明"): ("b", 500)})
    show.to_the_end()
    with show.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == show.run_id).values(rehearsal=True))
        sql.execute(delete(Round).where(Round.run_id == show.run_id))
    assert replay(show.services, show.run_id) is None


def test_a_run_that_goes_on_has_no_replay(stage: Stage) -> None:
    show = stage(single())
    assert replay(show.services, show.run_id) is None
    show.play({show.fan("小明"): ("b", 500)})
    assert replay(show.services, show.run_id) is None
    show.to_the_end()
    again, _ = found(show)
    assert [mark.scene for mark in again.marks] == ["lobby", "question", "podium", "final"]
    assert again.length_ms > again.packets[-1][0]
    names = [name for _, kind, data in again.packets if kind == "tick" for name in data.get("names", [])]
    assert names == ["小明"]
