"""What a web process keeps of a run, and which run the screens of a campaign follow."""

from __future__ import annotations

from campaigns.bootstrap import Services
from campaigns.play.live import load_live, newest_run
from realtime.rooms import Room
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import single


def followed(show: Show) -> int | None:
    services: Services = show.services
    return newest_run(services, show.run().campaign_id)


def test_screens_follow_the_run_that_is_played_whatever_was_made_later(stage: Stage) -> None:
    first = stage(single(), single())
    second = first.another()
    assert followed(first) == second.run_id  # nothing is played yet: where something happened last
    first.ask()
    assert followed(first) == first.run_id


def test_an_ended_run_does_not_hide_the_one_that_begins(stage: Stage) -> None:
    first = stage(single())
    second = first.another()
    second.ask()
    second.close()
    second.settle_all()
    second.next()  # reveal
    second.to_the_end()
    assert followed(first) == second.run_id  # it keeps its last scene
    first.ask()
    assert followed(first) == first.run_id


def test_who_has_answered_is_read_until_the_result_tells_how_many(stage: Stage) -> None:
    show = stage(single())
    ming, _ = show.fans("小明", "小华")

    def answered() -> tuple[set[int], int]:
        """Who, and how many as a web process says that starts now."""
        room = Room(load_live(show.services, show.run_id))
        room.take(room.live)
        return room.answered, room.answers

    show.ask()
    assert answered() == (set(), 0)
    show.say(ming, "b")
    assert answered() == ({ming}, 1)
    show.close()
    assert answered() == ({ming}, 1)
    show.settle_all()
    for scene in ("reveal", "board"):
        show.next()
        assert (show.run().scene, answered()) == (scene, (set(), 1))
