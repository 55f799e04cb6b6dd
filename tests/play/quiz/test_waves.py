"""A season that opens in waves: nobody plays before theirs, nobody loses by it what they have."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from sqlalchemy import insert, select, text

from campaigns.control.conduct import Moved
from campaigns.control.season_sheets import season_sheet
from campaigns.control.seasons import open_season
from campaigns.control.waves import channels_of, set_waves
from campaigns.db.identities import FanAlias
from campaigns.db.plays import Play, Tally
from campaigns.db.records import Award
from campaigns.domain.errors import BadInput
from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.step import StepKind
from campaigns.domain.waves import Came, Wave, opens_for
from campaigns.identity.fans import new_fan
from campaigns.play.join import Joined, join
from campaigns.play.quiz.first_sight import first_sight
from campaigns.play.quiz.road import road_you
from campaigns.settle.due import keep_time
from tests.play.quiz.conftest import Season, Table

START = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HOUR = 3600


def waves(table: Table) -> list[Wave]:
    core, weibo = table.time.at + timedelta(hours=1), table.time.at + timedelta(hours=2)
    return [Wave(core, ("core",), friends=True), Wave(weibo, ("weibo", "forum"))]


def scheduled(season: Season) -> Table:
    table = season(starts_at=START + timedelta(hours=3))
    assert set_waves(table.services, table.run_id, waves(table), "operator:1") is Moved.MOVED
    return table


@pytest.fixture(autouse=True)
def noon(fake_time: object) -> None:
    fake_time.at = START  # type: ignore[attr-defined]  # conftest's FakeTime


def fan(table: Table, channel: str | None, inviter: str | None = None) -> int:
    fan_id, _ = new_fan(table.services)
    joined = join(table.services, table.code, fan_id, f"Fan {fan_id}", channel, inviter)
    assert isinstance(joined, Joined)
    return fan_id


def honoured(table: Table, fan_id: int, badge: str, *deltas: int) -> None:
    """By a campaign of long ago, whose run nobody needs any more; deltas: given, taken back."""
    with table.services.sql.begin() as sql:
        for n, delta in enumerate(deltas):
            gave = {"run_id": 0, "fan_id": fan_id, "badge": badge, "delta": delta, "version": n, "at": START}
            sql.execute(insert(Award).values(key=f"test:{fan_id}:{badge}:{n}", **gave))


def on(table: Table) -> None:
    """An hour passes, and the clock does what is due."""
    table.wait(HOUR)
    keep_time(table.services, table.run_id)


def begun(table: Table) -> set[int]:
    with table.services.reading() as sql:
        return set(sql.scalars(select(Play.fan_id).where(Play.run_id == table.run_id)))


def test_nobody_plays_before_their_wave_and_who_comes_too_early_loses_no_attempt(season: Season) -> None:
    table, chance = scheduled(season), random.Random(7)
    opens_at, listed = START + timedelta(hours=3), waves(table)
    fans: dict[int, Came] = {}
    publics: dict[str, str] = {}
    for channel, inviter in product((None, "core", "weibo", "forum", "elsewhere"), (None, "core", "weibo")):
        made = fan(table, channel, publics.get(inviter or ""))
        if channel is not None:
            publics.setdefault(channel, table.seat(made).public)
        fans[made] = Came(
            channel, inviter if inviter in publics and publics[inviter] != table.seat(made).public else None
        )
    for _ in range(6):
        for each, how in chance.sample(list(fans.items()), len(fans)):
            due, at = opens_for(listed, opens_at, how), table.time.at
            told = table.begin(each)
            you = road_you(table.plays, table.seat(each), table.services.now())
            if at >= due:
                assert told.outcome in (PlayOutcome.STARTED, PlayOutcome.RESUMED) and you.opens_at is None
                continue
            season_is_open = at >= listed[0].opens_at
            assert told.outcome is (PlayOutcome.NOT_YET if season_is_open else PlayOutcome.NOT_OPEN), how
            assert told.opens_at == (due if season_is_open else None)
            assert you.opens_at == due.isoformat() and you.attempts_left == 3
            assert first_sight(table.services, table.seat(each)).opens_at == due
            assert each not in begun(table)
        table.wait(HOUR / 2)
        keep_time(table.services, table.run_id)
    assert table.time.at == opens_at and {table.begin(each).outcome for each in fans} == {PlayOutcome.STARTED} | {
        PlayOutcome.RESUMED
    }


def test_badges_of_earlier_campaigns_open_it_one_tier_after_the_other(season: Season) -> None:
    table = season(starts_at=START + timedelta(hours=3))
    tiers = [Wave(START + timedelta(hours=1), badges=("top3",), friends=True)]
    tiers.append(Wave(START + timedelta(hours=2), badges=("level:2", "top:week:")))
    assert set_waves(table.services, table.run_id, tiers, "operator:1") is Moved.MOVED
    team, fell, weekly, deep, anybody = (fan(table, None) for _ in range(5))
    friend = fan(table, None, table.seat(team).public)
    honoured(table, team, "top3", 1)
    honoured(table, fell, "top3", 1, -1)
    honoured(table, weekly, "top:week:2026-W40", 1)
    with table.services.sql.begin() as sql:
        bits = {"plays": 1, "total": 9, "best": 9, "passed": 2, "streak": 1, "granted": 0, "badges": 0b11}
        sql.execute(insert(Tally).values(run_id=0, fan_id=deep, last_day=START.date(), **bits))
    on(table)
    due = {team: 1, friend: 1, weekly: 2, deep: 2, fell: 3, anybody: 3}
    for hour in (1, 2, 3):
        for each, its in due.items():
            told = table.begin(each)
            assert (told.outcome is PlayOutcome.NOT_YET) is (hour < its)
            assert told.opens_at == (START + timedelta(hours=its) if hour < its else None)
        on(table)


def test_a_guest_who_became_a_member_is_known_by_the_members_badges(season: Season) -> None:
    table = season(starts_at=START + timedelta(hours=3))
    first = Wave(START + timedelta(hours=1), badges=("road",))
    set_waves(table.services, table.run_id, [first], "operator:1")
    guest, stranger, member = fan(table, None), fan(table, None), new_fan(table.services)[0]
    honoured(table, member, "road", 1)
    with table.services.sql.begin() as sql:
        sql.execute(insert(FanAlias).values(from_id=guest, to_id=member, at=START))
    on(table)
    assert table.begin(guest).outcome is PlayOutcome.STARTED
    assert table.begin(stranger).outcome is PlayOutcome.NOT_YET


def test_practice_and_challenges_wait_for_their_wave_too(season: Season) -> None:
    table = scheduled(season)
    late = fan(table, "elsewhere")
    on(table)
    assert table.begin(late, practice=True).outcome is PlayOutcome.NOT_YET and not begun(table)


def test_a_wave_that_is_taken_away_leaves_the_play_that_is_open_and_what_was_played(season: Season) -> None:
    table = scheduled(season)
    core = fan(table, "core")
    on(table)
    playing = table.playing(core)
    table.ask(playing)
    assert set_waves(table.services, table.run_id, [], "operator:1") is Moved.MOVED
    table.wait(2)
    assert table.begin(core).outcome is PlayOutcome.RESUMED
    assert table.reply(playing).outcome is PlayOutcome.DONE
    table.do(playing, StepKind.STOP)
    assert table.begin(core).outcome is PlayOutcome.NOT_YET
    with table.services.reading() as sql:
        ended = sql.execute(text("SELECT score FROM play_result WHERE fan_id = :fan"), {"fan": core}).all()
    assert len(ended) == 1


def test_an_operator_opens_it_to_all_at_once(season: Season) -> None:
    table = scheduled(season)
    late = fan(table, None)
    on(table)
    assert table.begin(late).outcome is PlayOutcome.NOT_YET
    assert open_season(table.services, table.run_id, "operator:1") is Moved.MOVED
    table.wait(1.1)
    assert table.begin(late).outcome is PlayOutcome.STARTED
    assert open_season(table.services, table.run_id, "operator:1") is Moved.STALE
    assert set_waves(table.services, table.run_id, [], "operator:1") is Moved.STALE


def test_waves_are_refused_that_have_passed_or_come_after_all(season: Season) -> None:
    table = season(starts_at=START + timedelta(hours=3))
    for hours in (-1, 3, 4):
        with pytest.raises(BadInput, match=r"waves\[0\]\.opens_at"):
            set_waves(table.services, table.run_id, [Wave(START + timedelta(hours=hours), ("core",))], "operator:1")
    with pytest.raises(BadInput, match=r"waves\[0\]\.badges.*bravest"):
        set_waves(table.services, table.run_id, [Wave(START + timedelta(hours=1), badges=("bravest",))], "operator:1")
    assert season_sheet(table.services, table.run_id).waves == ()
    first = waves(table)
    set_waves(table.services, table.run_id, first, "operator:1")
    on(table)  # the first one has begun: it may stand in the list that is set now
    widened = [first[0], Wave(START + timedelta(minutes=90), ("weibo",))]
    assert set_waves(table.services, table.run_id, widened, "operator:1") is Moved.MOVED
    assert season_sheet(table.services, table.run_id).waves == tuple(widened)


def test_the_channels_that_fans_came_by_are_listed_with_their_number(season: Season) -> None:
    table = scheduled(season)
    for channel in ("core", "weibo", "core", None):
        fan(table, channel)
    assert [(each.name, each.fans) for each in channels_of(table.services, table.campaign_id)] == [
        ("core", 2),
        ("weibo", 1),
    ]


def test_the_first_tap_after_the_opening_plays_whatever_the_process_knew_a_moment_ago(season: Season) -> None:
    table = scheduled(season)
    core, other = fan(table, "core"), fan(table, None)
    assert table.begin(core).outcome is PlayOutcome.NOT_OPEN
    table.wait(HOUR - 0.3)
    assert table.begin(core).outcome is PlayOutcome.NOT_OPEN
    table.wait(0.3)
    keep_time(table.services, table.run_id)
    assert table.begin(core).outcome is PlayOutcome.STARTED
    assert table.begin(other).outcome is PlayOutcome.NOT_YET
    assert open_season(table.services, table.run_id, "operator:1") is Moved.MOVED
    assert table.begin(other).outcome is PlayOutcome.STARTED
