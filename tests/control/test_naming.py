"""A fan's name changed or hidden by an operator, at once and everywhere; its own given back; and who is worth a second look."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from campaigns.control import flags
from campaigns.control.flags import flagged
from campaigns.control.naming import Named, hide_name, rename
from campaigns.control.people import people
from campaigns.db.models import Operator
from campaigns.db.naming import DeviceMark
from campaigns.db.records import Event
from campaigns.domain.look_alikes import letters_only
from campaigns.domain.suspicion import Reason
from campaigns.play.devices import forget_devices, remember_device, runs_to_forget
from campaigns.play.join import Joined, join
from campaigns.play.live import load_live
from tests.conftest import FakeTime
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage


def called(show: Show, fan: int, name: str) -> Named:
    return rename(show.services, show.run_id, show.public(fan), name, ACTOR)


def hidden(show: Show, fan: int, *, yes: bool = True) -> Named:
    return hide_name(show.services, show.run_id, show.public(fan), ACTOR, hidden=yes)


def names(show: Show) -> set[str]:
    return {person.name for person in people(show.services, show.run_id)}


def test_a_renamed_fan_is_called_so_on_every_face_and_cannot_change_it_back(stage: Stage) -> None:
    show = stage()
    fan, other = show.fans("坏名字", "小明")
    show.play({fan: ("b", 900), other: ("c", 900)})
    seq = show.run().seq
    assert called(show, fan, "小亮") is Named.MOVED and called(show, fan, "小亮") is Named.STALE
    assert show.scene()["board"]["top"][0]["name"] == "小亮" == show.scene()["reveal"]["fastest"]["name"]
    assert load_live(show.services, show.run_id).named == {fan: "小亮"} and show.run().seq > seq
    back = join(show.services, show.run().code, fan, "坏名字")
    assert isinstance(back, Joined) and back.nickname == "小亮"
    event = show.row(select(Event).where(Event.run_id == show.run_id, Event.kind == "renamed"))
    assert (event.actor, event.payload["before"], event.payload["name"]) == (ACTOR, {"name": "坏名字"}, "小亮")
    assert [each.own for each in people(show.services, show.run_id, "坏名")] == ["坏名字"]
    assert hidden(show, fan, yes=False) is Named.MOVED and names(show) == {"坏名字", "小明"}
    assert hidden(show, fan, yes=False) is Named.STALE
    assert isinstance(again := join(show.services, show.run().code, fan, "新名字"), Joined)
    assert again.nickname == "新名字"


def test_a_name_given_by_an_operator_obeys_the_rules_for_names(stage: Stage) -> None:
    show = stage()
    fan, _ = show.fans("甲乙", "小明")
    assert called(show, fan, "小明") is Named.MOVED
    assert len(names(show)) == 2 and any(name.startswith("小明 · ") for name in names(show))
    assert called(show, fan, " ") is Named.EMPTY
    assert called(show, fan, "官方") is Named.RESERVED
    assert rename(show.services, show.run_id, "nobody", "小红", ACTOR) is Named.UNKNOWN


def test_a_hidden_name_is_a_number_and_a_stranger_takes_the_own_one_meanwhile(stage: Stage) -> None:
    show = stage()
    fan = show.fan("坏名字")
    assert hidden(show, fan) is Named.MOVED and hidden(show, fan) is Named.STALE
    (person,) = people(show.services, show.run_id)
    assert person.name == f"#{person.number}" and person.own == "坏名字"
    show.fan("坏名字")
    assert hidden(show, fan, yes=False) is Named.MOVED
    assert sorted(name[:3] for name in names(show)) == ["坏名字", "坏名字"] and len(names(show)) == 2


def test_flagged_fans_come_with_their_reasons(stage: Stage) -> None:
    show = stage()
    with show.services.sql.begin() as sql:
        sql.execute(insert(Operator).values(name="Marguerite", created_at=show.services.now().at))
    quick, staff, calm, *three = show.fans("快手", "Marquerite", "小明", "一号", "二号", "三号")
    show.play({quick: ("b", 60), calm: ("b", 900)})
    for fan in three:
        remember_device(show.services, show.run_id, fan, "10.0.0.7", "Mobile Safari")
    remember_device(show.services, show.run_id, calm, "10.0.0.7", "Firefox")
    found = {each.person.fan_id: [why.reason for why in each.why] for each in flagged(show.services, show.run_id)}
    assert found == {quick: [Reason.SUPERHUMAN], staff: [Reason.STAFF]} | {fan: [Reason.DEVICE] for fan in three}


def test_each_name_is_read_once_however_many_operators_there_are_and_others_have_a_turn_meanwhile(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = stage()
    with show.services.sql.begin() as sql:
        for n in range(8):
            sql.execute(
                insert(Operator).values(name=f"stage hand {n} {show.run_id}", created_at=show.services.now().at)
            )
        staff = sql.execute(select(func.count()).select_from(Operator)).scalar_one()
    fans = show.fans(*(f"观众 {n}" for n in range(6)))
    read, turns = list[str](), list[float]()

    def letters(name: str) -> str:
        read.append(name)
        return letters_only(name)

    monkeypatch.setattr("campaigns.domain.suspicion.letters_only", letters)
    monkeypatch.setattr(flags, "IN_A_ROW", 2)
    monkeypatch.setattr(time, "sleep", turns.append)
    assert flagged(show.services, show.run_id) == []
    assert len(read) <= len(fans) + staff and turns == [0, 0, 0]


def test_the_marks_of_devices_go_a_day_after_the_end_and_differ_from_run_to_run(
    stage: Stage, fake_time: FakeTime
) -> None:
    show, other = stage(), stage()
    fan, there = show.fan("小明"), other.fan("小明")
    for each, who in ((show, fan), (other, there)):
        remember_device(each.services, each.run_id, who, "10.0.0.7", "Firefox")
    rows = select(DeviceMark).where(DeviceMark.run_id.in_((show.run_id, other.run_id)))
    first, second = show.rows(rows)
    assert first.mark != second.mark and b"10.0" not in first.mark
    show.play({fan: ("b", 900)})
    show.to_the_end()
    assert show.run_id not in runs_to_forget(show.services)
    fake_time.at += timedelta(days=1, seconds=1)
    assert show.run_id in runs_to_forget(show.services) and other.run_id not in runs_to_forget(show.services)
    assert forget_devices(show.services, show.run_id) and not forget_devices(show.services, show.run_id)
    assert len(show.rows(rows)) == 1
