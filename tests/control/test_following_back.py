"""What the hall takes back on its screens is taken back in its cohorts."""

from __future__ import annotations

from collections.abc import Callable

from campaigns.bootstrap import Services
from campaigns.control.conduct import press_next
from campaigns.control.going_back import press_back
from tests.control.streams import DELAY_S, catch_up, opened, stream_of
from tests.show import ACTOR, go
from tests.show_fixtures import Stage
from tests.stage import single


def test_a_step_back_on_the_board_and_on_the_podium_is_the_cohorts_too(stage: Stage) -> None:
    hall = stage(single())
    stream = stream_of(hall)
    opened(hall, stream)
    hall.close(after_s=6)
    hall.settle_all()

    def both(press: Callable[[Services, int, int, str], str]) -> tuple[str, int]:
        assert press(hall.services, hall.run_id, hall.run().seq, ACTOR) == "moved"
        go(hall.clock, DELAY_S)
        catch_up(stream)
        here, there = hall.run(), stream.run()
        assert (there.scene, there.podium_step) == (here.scene, here.podium_step)
        return there.scene, there.podium_step

    assert [both(press)[0] for press in (press_next, press_next, press_back)] == ["reveal", "board", "reveal"]
    assert [both(press_next)[0] for _ in range(2)] == ["board", "podium"]
    steps = (press_next, press_next, press_back, press_back, press_next, press_next, press_next)
    assert [both(press)[1] for press in steps] == [3, 2, 3, 0, 3, 2, 1]
