"""B and H: the brand over every screen, and nobody's name on the wire; and a run ended by mistake."""

from __future__ import annotations

from sqlalchemy import select

from campaigns.control.conduct import Moved, press_next
from campaigns.control.desk import desk_view
from campaigns.control.faces import hide_names, show_brand
from campaigns.control.people import newest_names
from campaigns.control.reopening import reopen
from campaigns.db.models import RunFan
from campaigns.db.records import Award, Balance, LedgerEntry
from campaigns.domain.run import RunState, Scene
from campaigns.play.own import you
from campaigns.play.seat import Seat, seat_of
from campaigns.settle.awards import award_badges
from campaigns.settle.due import work_due
from campaigns.settle.rebuild import check_ledger
from tests.conftest import FakeTime
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import single


def names_in(packet: object) -> set[object]:
    """Every value called `name`, however deep."""
    if isinstance(packet, dict):
        own = {packet["name"]} if "name" in packet else set()
        return own.union(*(names_in(each) for each in packet.values()))
    return set().union(*(names_in(each) for each in packet)) if isinstance(packet, list) else set()


def test_the_brand_is_over_the_scene_and_the_show_goes_on_under_it(stage: Stage) -> None:
    show = stage(single(), single())
    seq = show.run().seq
    assert show_brand(show.services, show.run_id, ACTOR, shown=True)
    assert not show_brand(show.services, show.run_id, ACTOR, shown=True)
    assert show.scene()["brand"] is True and show.scene()["scene"] == "lobby"
    assert press_next(show.services, show.run_id, seq, ACTOR) is Moved.MOVED  # not stale by it
    assert show.scene()["brand"] is True and show.scene()["scene"] == "reading"
    assert show_brand(show.services, show.run_id, ACTOR, shown=False)
    assert show.scene()["brand"] is False


def test_hidden_names_are_numbers_everywhere_and_the_same_ones_until_they_come_back(stage: Stage) -> None:
    show = stage(single(), single())
    fans = show.fans("小明", "小华", "小红")
    show.play({fan: ("b", 900 + 10 * place) for place, fan in enumerate(fans)})
    assert names_in(show.scene()) == {"小明", "小华", "小红"}
    assert hide_names(show.services, show.run_id, ACTOR, hidden=True)
    assert not hide_names(show.services, show.run_id, ACTOR, hidden=True)
    told = show.scene()
    numbers = {row["fan"]: row["name"] for row in told["board"]["top"]}
    assert told["run"]["nameless"] and names_in(told) == set(numbers.values()) and len(names_in(told)) == 3
    assert all(isinstance(each, int) and 10_000 <= each < 100_000 for each in numbers.values())
    assert set(newest_names(show.services, show.run_id, 40)) == set(numbers.values())
    seat = seat_of(show.services, show.run().code, fans[0])
    assert isinstance(seat, Seat) and you(show.services, seat).name == "小明"
    assert show.next() is Moved.MOVED
    show.play({fan: ("b", 900) for fan in fans})
    for _ in range(5):
        assert show.next() is Moved.MOVED
    podium = show.scene()["podium"]["rows"]
    assert podium and {row["fan"]: row["name"] for row in podium}.items() <= numbers.items()
    assert hide_names(show.services, show.run_id, ACTOR, hidden=False)
    assert names_in(show.scene()) == {"小明", "小华", "小红"}


def ended(stage: Stage) -> tuple[Show, list[int]]:
    show = stage(single(), single())
    fans = show.fans("小明", "小华")
    show.play({fans[0]: ("b", 900), fans[1]: ("c", 900)})
    assert show.next() is Moved.MOVED
    show.play({fans[0]: ("b", 900), fans[1]: ("b", 900)})
    show.to_the_end()
    return show, fans


def given(show: Show) -> tuple[int, int, dict[int, int]]:
    """Entries, awards and points that this run has given."""
    fans = {row.fan_id for row in show.rows(select(RunFan.fan_id).where(RunFan.run_id == show.run_id))}
    points = {row.fan_id: row.points for row in show.rows(select(Balance).where(Balance.fan_id.in_(fans)))}
    entries = show.rows(select(LedgerEntry.id).where(LedgerEntry.run_id == show.run_id))
    return len(entries), len(show.rows(select(Award.id).where(Award.run_id == show.run_id))), points


def test_a_run_ended_by_mistake_is_on_its_podium_again_and_its_second_end_gives_nothing_twice(stage: Stage) -> None:
    show, _ = ended(stage)
    assert award_badges(show.services, show.run_id)
    first = given(show)
    assert desk_view(show.services, show.run_id).reopen_until_ms is not None
    assert reopen(show.services, show.run_id, ACTOR) and not reopen(show.services, show.run_id, ACTOR)
    assert (show.run().state, show.scene()["scene"]) == (RunState.PODIUM, Scene.PODIUM)
    assert show.run().ended_at is None and desk_view(show.services, show.run_id).next.step == "end"
    assert not award_badges(show.services, show.run_id) and given(show) == first
    assert show.next() is Moved.MOVED and show.run().state == RunState.ENDED
    assert award_badges(show.services, show.run_id)
    assert given(show) == first and check_ledger(show.services) == []


def test_what_changed_while_it_stood_open_again_is_compensated_at_its_second_end(stage: Stage) -> None:
    show, (ming, hua) = ended(stage)
    assert award_badges(show.services, show.run_id)
    points = given(show)[2]
    assert reopen(show.services, show.run_id, ACTOR)
    show.correct(1, "c")
    show.settle_all()
    assert ("award_badges", show.run_id) not in work_due(show.services).jobs
    assert given(show)[2] == points  # nothing is given while it stands open
    assert show.next() is Moved.MOVED
    assert award_badges(show.services, show.run_id)
    assert given(show)[2] == {ming: points[hua], hua: points[ming]} and check_ledger(show.services) == []


def test_awards_that_were_not_given_yet_wait_for_the_second_end(stage: Stage) -> None:
    show, _ = ended(stage)
    assert reopen(show.services, show.run_id, ACTOR)
    assert not award_badges(show.services, show.run_id) and given(show) == (0, 0, {})
    assert show.next() is Moved.MOVED and award_badges(show.services, show.run_id)
    assert given(show)[2]


def test_after_a_minute_an_end_is_an_end(stage: Stage, fake_time: FakeTime) -> None:
    show, _ = ended(stage)
    go(fake_time, 59)
    assert desk_view(show.services, show.run_id).reopen_until_ms == fake_time.ns / 1e6 + 1000
    go(fake_time, 1)
    assert not reopen(show.services, show.run_id, ACTOR) and show.run().state == RunState.ENDED
    assert desk_view(show.services, show.run_id).reopen_until_ms is None
