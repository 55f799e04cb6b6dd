"""The scene packet of a full hall with the longest names and words keeps to 4 kB, by giving way in the order it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from campaigns.domain import scene
from campaigns.domain.nickname import MAX_COLUMNS
from campaigns.domain.packet_size import FEWEST, FEWEST_BINS, FEWEST_ROWS, LIMIT, PLENTY, fitted
from campaigns.domain.race import BINS, Race
from campaigns.domain.run import Scene
from campaigns.domain.scene import ScenePacket
from realtime import wire_json
from realtime.messages import plain
from realtime.packets import TextPacket
from realtime.server import make_socketio

FANS = 12_000
ON_THE_WIRE = 4096
LONGEST = "长" * (MAX_COLUMNS // 2)
BOTH = {"zh": "哪一款手机最重？", "en": "Which phone weighs most?"}


def words(length: int) -> Any:
    return {"zh": "字" * length, "en": ""}


def packet(explanation: Any, choice: Any = BOTH, *, survival: bool = False, scores: int = 300) -> ScenePacket:
    """A reveal with six choices, ten on the board, five fallen (survival) and `scores` different scores."""
    rule = "survival" if survival else "speed"
    run = scene.RunPart("ABC234", BOTH, BOTH, rule, True, 1, 12, False, None, 400, FANS, "f" * 64)
    times: Any = {"reading_until_ms": 123456789.123456, "opens_ms": 123456789.123456, "closes_ms": 123456789.123456}
    asked: Any = {"choices": (choice,) * 6, "unit": None, "low": None, "high": None, "image": None, "image_alt": None}
    place: Any = {"id": "1234", "n": 7, "warm_up": False, "of": 12, "kind": "single", "text": BOTH, "possible": 1000}
    more: Any = {"seconds": 20, "rule": rule, "first_n": None, "sealed": False, "last": False, "waiting": None}
    board = scene.BoardPart(
        after=scene.After("1234", 1),
        of=FANS,
        top=tuple(scene.BoardRow(f"{at:012x}", LONGEST, at + 1, at + 2, 123_456, 1000, False) for at in range(10)),
        histogram=tuple((at * 400 + 7, 40) for at in range(scores)),
        survivors=9_000 if survival else None,
        fallen=scene.FallenPart(3_000, tuple(scene.FallenRow(f"{at:012x}", LONGEST, at, 9, 99_999) for at in range(5))),
        changed=None,
    )
    told = (2_000, 2_000, 2_000, 2_000, 2_000, 2_000)
    reveal = scene.RevealPart(
        1, board.after, (1,), None, None, explanation, told, FANS, 1, 0, scene.Fastest(LONGEST, 999), None, None, None
    )
    return ScenePacket(
        99, Scene.REVEAL, run, scene.RoundPart(**place, **times, **asked, **more), reveal, board, None, None
    )


@pytest.fixture(scope="module")
def sent() -> Callable[[ScenePacket], int]:
    """How many bytes the packet is on the wire of a server set up as ours."""
    from flask import Flask

    make_socketio(Flask("wire"))
    assert TextPacket.json is wire_json

    def size(made: ScenePacket) -> int:
        return len(TextPacket(data=["scene", plain(made)], namespace="/fans").encode().encode())

    return size


@pytest.mark.parametrize("survival", [False, True])
@pytest.mark.parametrize("explanation", [0, 40, 150, 300])
@pytest.mark.parametrize("choice", [6, 20])
@pytest.mark.parametrize("scores", [1, 21, 120, 300])
def test_a_full_hall_with_the_longest_names_gets_four_kilobytes(
    sent: Callable[[ScenePacket], int], survival: bool, explanation: int, choice: int, scores: int
) -> None:
    whole = packet(words(explanation), words(choice), survival=survival, scores=scores)
    made = fitted(whole)
    assert sent(made) <= ON_THE_WIRE and whole.board is not None and made.board is not None
    assert sum(fans for _, fans in made.board.histogram) == 40 * scores and made.board.of == FANS
    assert (made.run, made.round, made.reveal) == (whole.run, whole.round, whole.reveal)  # words and counts stay
    if sent(whole) <= LIMIT:
        assert made == whole
    elif len(made.board.histogram) > FEWEST:
        assert made.board.top == whole.board.top and made.board.fallen == whole.board.fallen
        assert sent(made) > 3_000, "more could have stayed"


def test_rows_go_when_buckets_are_not_enough_the_fallen_first_and_the_first_three_never(
    sent: Callable[[ScenePacket], int],
) -> None:
    kept = []
    for length in range(0, 900, 30):
        made = fitted(packet(words(length), words(20), survival=True)).board
        assert made is not None and made.fallen is not None
        kept.append((len(made.histogram), len(made.fallen.top), len(made.top)))
        assert [row.rank for row in made.top] == list(range(1, len(made.top) + 1))
    assert kept == sorted(kept, reverse=True)
    for buckets, fallen, top in kept:
        assert fallen == 5 or buckets <= FEWEST
        assert top == 10 or fallen == 0
    assert kept[0][1:] == (5, 10) and kept[-1][1:] == (0, FEWEST_ROWS)


def test_fitting_measures_a_few_times_not_once_a_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    measured: list[int] = []
    dumps = json.dumps

    def counting(*data: Any, **asked: Any) -> str:
        measured.append(1)
        return dumps(*data, **asked)

    monkeypatch.setattr("campaigns.domain.packet_size.json.dumps", counting)
    fitted(running(packet(words(40), words(20))))
    assert len(measured) <= 20


def running(whole: ScenePacket, lane: tuple[int, ...] = (31,) * BINS) -> ScenePacket:
    """The same with a race of six lanes."""
    assert whole.reveal is not None
    return replace(whole, reveal=replace(whole.reveal, race=Race(20_000, (lane,) * 6)))


@pytest.mark.parametrize("scores", [1, 120, 300])
@pytest.mark.parametrize("survival", [False, True])
def test_the_race_runs_in_the_room_of_buckets_too_many_and_stays_away_before_anything_is_missed(
    sent: Callable[[ScenePacket], int], scores: int, survival: bool
) -> None:
    kept = []
    for length in range(0, 400, 20):
        alone = packet(words(length), survival=survival, scores=scores)
        made, without = fitted(running(alone)), fitted(alone)
        assert sent(made) <= ON_THE_WIRE and made.reveal and made.board and without.board
        race = made.reveal.race
        kept.append(0 if race is None else len(race.lanes[0]))
        if race is None:
            assert made == without
            continue
        assert [sum(lane) for lane in race.lanes] == [31 * BINS] * 6
        rows = alone.board.top if alone.board else ()
        assert made.board.top == (rows if made == running(alone) else rows[:FEWEST_ROWS])
        assert len(made.board.histogram) >= min(scores, PLENTY)
    assert kept == sorted(kept, reverse=True) and set(kept) <= {BINS, BINS // 2, FEWEST_BINS, 0}
    assert kept[0] == (BINS if scores < 300 else BINS // 2) and kept[-1] == (BINS // 2 if scores == 1 else 0)


def test_a_hall_with_words_of_usual_length_keeps_its_race(sent: Callable[[ScenePacket], int]) -> None:
    made = fitted(running(packet(words(60), words(8)), (1, 9) * (BINS // 2)))
    assert made.reveal is not None and made.reveal.race is not None and sent(made) <= ON_THE_WIRE


@pytest.mark.parametrize(
    ("data", "text"),
    [(["小明"], '["小明"]'), (["\ud83d"], '["\\ud83d"]'), (["小\udc00"], '["\\u5c0f\\udc00"]'), ({"a": 1}, '{"a":1}')],
)
def test_characters_go_out_as_they_are_and_half_a_pair_escaped(data: Any, text: str) -> None:
    assert wire_json.dumps(data, separators=(",", ":")) == text
    assert json.loads(text) == data and text.encode()
