"""One step back shows what was shown before, and undoes nothing that was played."""

from __future__ import annotations

from campaigns.control.conduct import Moved
from campaigns.control.going_back import press_back
from campaigns.domain.run import Scene
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage


def back(show: Show, seq: int | None = None) -> Moved:
    return press_back(show.services, show.run_id, show.run().seq if seq is None else seq, ACTOR)


def test_the_board_goes_back_to_its_reveal_and_the_podium_a_step_and_nothing_else_goes_back(stage: Stage) -> None:
    show = stage()
    assert back(show) is Moved.NOTHING
    show.play({show.fan("小明"): ("b", 900)})
    assert back(show) is Moved.NOTHING
    seq, totals = show.run().seq, show.totals()
    assert show.next() is Moved.MOVED
    assert back(show, seq) is Moved.STALE and back(show) is Moved.MOVED
    assert show.run().scene == Scene.REVEAL and show.scene()["reveal"]["right"] == 1
    for _ in range(4):  # the board, the podium, its third and its second gate
        assert show.next() is Moved.MOVED
    assert show.run().podium_step == 2 and len(show.scene()["podium"]["rows"]) == 0
    assert back(show) is Moved.MOVED and show.run().podium_step == 3
    assert back(show) is Moved.MOVED and show.run().podium_step == 0
    assert back(show) is Moved.NOTHING and show.totals() == totals
