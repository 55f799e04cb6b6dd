"""Two runs that differ in nothing but the key send the same bytes to fans and screens until the reveal."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select, update

from campaigns.bootstrap import Services
from campaigns.db.models import Round, RunFan
from campaigns.domain.question import Question
from campaigns.domain.rush_rules import Rule
from deploy.house import House
from tests.raw import RawDesk, RawPage, RawPhone, RawScreen
from tests.secrecy.oracle import differences, normal, scenes_by_seq, secret_estimate, secret_single, text_of
from tests.stage import QUICK, run_of

RULES = dataclasses.replace(QUICK, rule=Rule.FLAT, streak=True)  # points that no stopwatch changes
MARK = "q0-twin"
TICK_FIELDS = {"seq", "joined", "connected", "answered"}
LOBBY_FIELDS = TICK_FIELDS | {"names", "badges"}
TWINS: dict[str, tuple[Callable[[], Question], Callable[[], Question], list[Any]]] = {
    "single": (lambda: secret_single(MARK, "a", seconds=100), lambda: secret_single(MARK, "c", seconds=100), [0, 2]),
    "estimate": (
        lambda: secret_estimate(MARK, 187, 5, seconds=100),
        lambda: secret_estimate(MARK, 251, 9, seconds=100),
        [187.0, 251.0],
    ),
    "sealed": (
        lambda: secret_single(MARK, seconds=100, sealed=True),
        lambda: secret_single(MARK, seconds=100, sealed=True),
        [0, 2],
    ),
}


@dataclass
class Told:
    """What fans and screens of one run were told until its last reveal."""

    scenes: dict[str, dict[int, str]] = field(default_factory=dict)  # page → seq → packet
    answers: dict[str, list[str]] = field(default_factory=dict)  # page → acknowledgements in order
    ticks: set[frozenset[str]] = field(default_factory=set)
    lengths: list[int] = field(default_factory=list)


def fix_chance(services: Services, run_id: int) -> None:
    """The order of the choices and the fans' own shuffles are drawn: give both twins the same."""
    with services.sql.begin() as sql:
        for row in sql.execute(select(Round.id, Round.choice_order).where(Round.run_id == run_id)).all():
            sql.execute(update(Round).where(Round.id == row.id).values(choice_order=sorted(row.choice_order)))
        sql.execute(update(RunFan).where(RunFan.run_id == run_id).values(seed=7))


def play(house: House, services: Services, last: Question, said: list[Any], key: int) -> Told:
    """A first round with one right answer, then the last round up to the moment before its reveal."""
    run_id = run_of(services, [secret_single("q1-same", "b", seconds=100), last], RULES)
    ming, hua = (RawPhone(house.url, services, run_id, name) for name in ("小明", "小华"))
    screen, told = RawScreen(house.url, services, run_id), Told()
    fix_chance(services, run_id)
    with ExitStack() as stack:
        for page in (desk := RawDesk(house.url, services, run_id), ming, hua, screen):
            stack.enter_context(page)
        round_of(desk, ming, hua, told, [1, 2])
        desk.next()  # reveal
        desk.next()  # board
        round_of(desk, ming, hua, told, said, key if last.sealed else None)
        waits(screen, 2, "reveal")
        ask_everything(told, ming, hua, screen)
        reconnected = stack.enter_context(ming.again())
        told.answers["小明 again"] = [text_of(reconnected.wait(lambda event, data: event == "snapshot"))]
        pages: dict[str, RawPage] = {"小明": ming, "小华": hua, "screen": screen}
        told.scenes = {name: scenes_by_seq(page.packets) for name, page in pages.items()}
        packets = [packet for page in pages.values() for packet in page.packets]
        told.ticks = {frozenset(data) for event, data in packets if event == "tick"}
        desk.next()
        assert screen.scene("reveal", 2)["reveal"]
    return told


def round_of(desk: RawDesk, ming: RawPhone, hua: RawPhone, told: Told, said: list[Any], key: int | None = None) -> None:
    """Asked, answered by both and twice by one, closed, settled."""
    desk.next()
    n = 2 if "小明" in told.answers else 1
    opened = ming.scene("open", n)
    field_of = "value" if isinstance(said[0], float) else "places"
    for name, page, what in zip(("小明", "小华", "小明"), (ming, hua, ming), [*said, said[1]], strict=True):
        ack = page.answer(opened, **{field_of: what if field_of == "value" else [what]})
        told.lengths.append(len(json.dumps(sorted(ack))))
        told.answers.setdefault(name, []).append(text_of(ack))
    desk.next()
    if key is not None:
        waits(ming, n, "key")
        both = {"round": opened["round"]["id"], "places": [key], "places_again": [key]}
        assert desk.ask("key", both)["outcome"] == "moved"
    waits(ming, n, "reveal")
    waits(hua, n, "reveal")


def waits(page: RawPage, n: int, what: str) -> None:
    page.wait(lambda event, data: event == "scene" and (data["round"] or {}).get("waiting") == what
              and data["round"]["n"] == n)  # fmt: skip


def ask_everything(told: Told, ming: RawPhone, hua: RawPhone, screen: RawScreen) -> None:
    for name, page in (("小明", ming), ("小华", hua)):
        told.answers[name] += [text_of(page.ask(event)) for event in ("refresh", "standing", "awards")]
    told.answers["screen"] = [text_of(screen.ask("refresh"))]


@pytest.fixture(scope="module")
def played(house: House, services: Services) -> dict[str, tuple[Told, Told]]:
    """All runs at once: they mostly wait."""
    with ThreadPoolExecutor(2 * len(TWINS)) as together:
        begun = {
            kind: [
                together.submit(play, house, services, question(), said, key)
                for question, key in ((one, 0), (other, 2))
            ]
            for kind, (one, other, said) in TWINS.items()
        }
        return {kind: (one.result(), other.result()) for kind, (one, other) in begun.items()}


@pytest.mark.parametrize("kind", TWINS)
def test_runs_that_differ_only_in_the_key_tell_the_same(played: dict[str, tuple[Told, Told]], kind: str) -> None:
    one, other = played[kind]
    assert one.answers == other.answers and one.lengths == other.lengths
    for page in one.scenes:
        assert differences(one.scenes[page], other.scenes[page]) == []
        assert one.scenes[page].keys() & other.scenes[page].keys() >= {max(one.scenes[page])}
    assert one.ticks | other.ticks <= {frozenset(TICK_FIELDS), frozenset(LOBBY_FIELDS)}
    told = " ".join(one.answers["小明"])
    assert (
        '"outcome": "recorded"' in told and '"outcome": "duplicate"' in told and "right" not in told.split("scene")[0]
    )


def test_acknowledgements_have_one_shape_for_right_and_wrong(house: House, services: Services) -> None:
    run_id = run_of(services, [secret_single(MARK, "a", seconds=100)])
    with (
        RawDesk(house.url, services, run_id) as desk,
        RawPhone(house.url, services, run_id, "对") as right,
        RawPhone(house.url, services, run_id, "错") as wrong,
    ):
        desk.next()
        opened = right.scene("open", 1)
        place = desk.places_of(opened["round"]["id"], f"{MARK}-id-a")
        acks = [right.answer(opened, places=[place]), wrong.answer(opened, places=[(place + 1) % 4])]
    assert normal(acks[0]) == normal(acks[1])
    assert set(acks[0]) == {"outcome", "elapsed_ms", "raw_ms", "network_ms", "receipt"}
    assert len(acks[0]["receipt"]) == len(acks[1]["receipt"])


def test_a_planted_difference_between_twins_is_seen() -> None:
    """Negative control: one packet that carries a trace of the key, and one that came to one twin only."""
    packet: dict[str, Any] = {
        "seq": 4,
        "scene": "open",
        "round": {"id": "7", "possible": 1000, "opens_ms": 5.0},
        "reveal": None,
    }
    leaky = {**packet, "round": {**packet["round"], "possible": 1001}}
    honest = scenes_by_seq([("scene", packet)])
    assert differences(honest, scenes_by_seq([("scene", {**packet, "round": {**packet["round"], "id": "88"}})])) == []
    assert differences(honest, scenes_by_seq([("scene", leaky)])) != []
    assert differences(honest, scenes_by_seq([("scene", packet), ("scene", {**packet, "seq": 5})])) != []
    assert differences(honest, scenes_by_seq([("scene", {**packet, "hint": 1})])) != []
