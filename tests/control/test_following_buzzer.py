"""A buzzer question for viewers of a stream: they press along, and nobody of them is asked."""

from __future__ import annotations

from campaigns.control.buzzing import mark
from campaigns.control.keys import KeyOutcome
from campaigns.play.buzz import buzz_now
from campaigns.settle.rebuild import recompute
from tests.control.streams import DELAY_S, catch_up, opened, stream_of, told
from tests.show import ACTOR, go
from tests.show_fixtures import Stage
from tests.stage import buzzer, single


def test_viewers_of_a_stream_press_along_and_nobody_of_them_has_the_word(stage: Stage) -> None:
    hall = stage(buzzer(), single())
    stream = stream_of(hall)
    here, there = hall.fan("小明"), stream.fan("小红")
    opened(hall, stream)
    assert hall.say(here, after_ms=900).outcome == stream.say(there, after_ms=300).outcome == "recorded"
    assert told(hall)["buzz"]["speaks"] == hall.public(here)
    assert told(stream)["scene"] == "open" and told(stream)["buzz"] is None
    assert buzz_now(hall.services, stream.run_id) is None
    assert mark(hall.services, hall.run_id, hall.round(1).id, hall.public(here), ACTOR, right=True) is KeyOutcome.MOVED
    hall.settle_all()
    hall.next()
    go(hall.clock, DELAY_S)
    assert catch_up(stream)[-1] == "revealed"
    assert told(stream)["reveal"]["right"] == 0 and told(stream)["buzz"] is None
    assert hall.scores(1)[here] > 0 and stream.scores(1) == {there: 0}
    hall.next()
    go(hall.clock, DELAY_S)
    catch_up(stream)
    assert opened(hall, stream) == 2 and told(stream)["scene"] == "open"  # the show goes on
    assert recompute(stream.services, stream.run_id).differences == []
