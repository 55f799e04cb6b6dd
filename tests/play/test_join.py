"""Joining: codes as people type them, names and their tags, channels and who brought whom."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text

from campaigns.control.conduct import cancel
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import Participation, RunFan
from campaigns.domain.look_alikes import skeleton
from campaigns.identity.fans import new_fan
from campaigns.play.join import Joined, JoinRefusal, find_run, has_joined, join, own_name
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage

NAMESAKES = 200


def code_of(show: Show) -> str:
    return run_summary(show.services, show.run_id).code


def someone(show: Show) -> int:
    return new_fan(show.services)[0]


def name_of(show: Show, name: str, fan: int | None = None) -> str:
    """How somebody who types this is shown."""
    joined = join(show.services, code_of(show), fan or someone(show), name)
    assert isinstance(joined, Joined), joined
    return joined.nickname


def participation(show: Show, fan: int) -> tuple[str | None, str | None, int | None]:
    own = select(Participation).where(Participation.campaign_id == show.run().campaign_id, Participation.fan_id == fan)
    row = show.row(own)
    return row.first_channel, row.last_channel, row.inviter_id


def test_a_code_is_found_however_it_was_typed(stage: Stage) -> None:
    show = stage()
    code = code_of(show)
    for typed in (code, code.lower(), f" {code[:3]} {code[3:]}\n"):
        found = find_run(show.services, typed)
        assert found is not None and found.id == show.run_id
    assert find_run(show.services, code[:-1]) is None and find_run(show.services, "") is None
    assert find_run(show.services, code + "X" * 10_000) is None


def test_one_fan_joins_once_however_often_the_button_is_pressed(stage: Stage) -> None:
    show = stage()
    fan = someone(show)
    assert not has_joined(show.services, show.run_id, fan)
    assert name_of(show, "小明", fan) == "小明"
    seats = show.rows(select(RunFan).where(RunFan.fan_id == fan))
    assert name_of(show, "小明", fan) == "小明" and has_joined(show.services, show.run_id, fan)
    assert show.rows(select(RunFan).where(RunFan.fan_id == fan)) == seats  # the seed of the shuffle too


def test_a_taken_name_gets_a_tag_and_so_does_one_that_only_looks_like_it(stage: Stage) -> None:
    show = stage()
    assert name_of(show, "Ming") == "Ming"
    tagged = [name_of(show, "Ming"), name_of(show, "ming"), name_of(show, "Міng")]  # the last with a Cyrillic і
    assert skeleton("Міng") == skeleton("Ming")
    for name, typed in zip(tagged, ("Ming", "ming", "Міng"), strict=True):
        assert name.startswith(f"{typed} · ") and len(name) == len(typed) + 5
    assert len(set(tagged)) == 3
    assert name_of(stage(), "Ming") == "Ming"  # another campaign, other people


def test_a_name_stays_over_the_runs_of_a_campaign_and_may_be_changed(stage: Stage) -> None:
    show = stage()
    fan = someone(show)
    campaign_id = show.run().campaign_id
    name_of(show, "小明", fan)
    show.run_id = make_run(show.services, show.run().activity_id, actor=ACTOR)
    assert own_name(show.services, campaign_id, fan) == "小明" and not has_joined(show.services, show.run_id, fan)
    assert name_of(show, "大明", fan) == "大明" and own_name(show.services, campaign_id, fan) == "大明"
    assert name_of(show, "小明") == "小明"  # free again


@pytest.mark.race
def test_two_hundred_who_want_the_same_name_at_once_are_told_apart(stage: Stage) -> None:
    show = stage()
    code, fans = code_of(show), [someone(show) for _ in range(NAMESAKES)]
    shown: list[str] = []
    start = threading.Barrier(20)

    def crowd(part: list[int]) -> None:
        start.wait()
        for fan in part:
            joined = join(show.services, code, fan, "小明")
            assert isinstance(joined, Joined)
            shown.append(joined.nickname)

    threads = [threading.Thread(target=crowd, args=(fans[place::20],)) for place in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(shown) == len(set(shown)) == NAMESAKES and shown.count("小明") == 1
    rows = show.rows(select(Participation.nickname).where(Participation.campaign_id == show.run().campaign_id))
    assert sorted(row.nickname for row in rows) == sorted(shown)


@pytest.mark.race
def test_that_race_goes_red_where_names_are_looked_up_and_then_taken(stage: Stage) -> None:
    show = stage()
    between, shown = threading.Barrier(2), list[str]()
    with show.services.sql.begin() as sql:
        sql.execute(text("CREATE TABLE naive_names (nickname text)"))

    def naive() -> None:
        with show.services.sql.begin() as sql:
            taken = sql.scalar(text("SELECT count(*) FROM naive_names WHERE nickname = '小明'"))
            between.wait(60)
            shown.append("小明 · 7K" if taken else "小明")
            sql.execute(text("INSERT INTO naive_names VALUES (:name)"), {"name": shown[-1]})

    threads = [threading.Thread(target=naive) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(shown) == 2 and len(set(shown)) == 1  # what the test above forbids


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [("", "name_empty"), (" \u200b ", "name_empty"), ("admin", "name_reserved"), ("官方", "name_reserved")],
)
def test_a_name_that_cannot_be_is_refused_and_nobody_has_joined(stage: Stage, typed: str, refusal: str) -> None:
    show = stage()
    fan = someone(show)
    assert join(show.services, code_of(show), fan, typed) == JoinRefusal(refusal)
    assert not has_joined(show.services, show.run_id, fan)


def test_a_run_that_is_over_or_was_never_there_is_refused_in_words(stage: Stage) -> None:
    show = stage()
    fan = someone(show)
    assert join(show.services, "NOSUCH", fan, "小明") is JoinRefusal.NO_RUN
    cancel(show.services, show.run_id, ACTOR)
    assert join(show.services, code_of(show), fan, "小明") is JoinRefusal.ENDED


def test_the_first_channel_stays_and_the_last_one_follows(stage: Stage) -> None:
    show = stage()
    fan, code = someone(show), code_of(show)
    join(show.services, code, fan, "小明", channel=" weibo ")
    assert participation(show, fan) == ("weibo", "weibo", None)
    join(show.services, code, fan, "小明", channel="wechat")
    join(show.services, code, fan, "小明")
    assert participation(show, fan) == ("weibo", "wechat", None)
    join(show.services, code, fan, "大明", channel="x" * 500)
    first, last, _ = participation(show, fan)
    assert (first, last) == ("weibo", "x" * 40)


def test_who_brought_a_fan_is_stored_once_and_nobody_invites_themselves(stage: Stage) -> None:
    show = stage()
    host, guest, loner, other = (someone(show) for _ in range(4))
    code = code_of(show)
    join(show.services, code, host, "东道")
    join(show.services, code, guest, "客人", inviter_public=show.public(host))
    join(show.services, code, loner, "自己", inviter_public=show.public(loner))
    join(show.services, code, other, "路人", inviter_public="nobody at all")
    join(show.services, code, guest, "客人甲", inviter_public=show.public(other))
    invited = {fan: participation(show, fan)[2] for fan in (host, guest, loner, other)}
    assert invited == {host: None, guest: host, loner: None, other: None}
