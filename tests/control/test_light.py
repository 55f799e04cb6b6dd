"""The hall as one light: one instant for every phone, in the packet, ahead of time."""

from __future__ import annotations

from campaigns.control.conduct import Moved
from campaigns.control.keys import KeyOutcome
from campaigns.control.transitions import LIGHT_NS
from tests.conftest import FakeTime
from tests.show import go
from tests.show_fixtures import Stage
from tests.stage import single


def test_the_reveal_names_one_instant_ahead_of_it_and_neither_time_nor_a_correction_moves_it(
    stage: Stage, fake_time: FakeTime
) -> None:
    show = stage(single(right="a"), single(right="a"))
    ming = show.fans("小明")[0]
    show.ask()
    show.say(ming, "b")
    show.close()
    show.settle(1)
    assert show.scene()["reveal"] is None and show.round(1).light_ns is None
    revealed_ns = fake_time.ns
    assert show.next() is Moved.MOVED
    light_ms = show.scene()["reveal"]["light_ms"]
    assert light_ms == (revealed_ns + LIGHT_NS) / 1e6

    go(fake_time, 5)
    assert show.correct(1, "b") is KeyOutcome.MOVED and show.settle(1)
    told = show.scene()["reveal"]
    assert (told["version"], told["light_ms"]) == (2, light_ms)
    assert show.next() is Moved.MOVED
    assert show.scene()["scene"] == "board" and show.scene()["reveal"]["light_ms"] is None
