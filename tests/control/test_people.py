"""Who is in a run as the desk sees it, and what removing somebody takes away."""

from __future__ import annotations

from sqlalchemy import func, select

from campaigns.control.people import ban, kick, newest_names, people
from campaigns.control.runs import make_run, run_summary
from campaigns.db.records import Award, LedgerEntry
from campaigns.live.leaderboards import places
from campaigns.play.join import Joined, JoinRefusal, join
from campaigns.play.seat import seat_of
from campaigns.settle.awards import award_badges
from campaigns.settle.rebuild import check_ledger, recompute
from tests.conftest import FakeTime
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import single


def code_of(show: Show) -> str:
    return run_summary(show.services, show.run_id).code


def test_the_desk_finds_people_by_a_part_of_their_name(stage: Stage, fake_time: FakeTime) -> None:
    show = stage()
    for name in ("小明", "小华", "100%"):
        show.fan(name)
        go(fake_time, 1)
    assert [person.name for person in people(show.services, show.run_id)] == ["100%", "小华", "小明"]
    assert [person.name for person in people(show.services, show.run_id, "华")] == ["小华"]
    assert [person.name for person in people(show.services, show.run_id, "%")] == ["100%"]
    assert list(newest_names(show.services, show.run_id, 2)) == ["100%", "小华"]


def test_a_kicked_fan_is_out_of_this_run_but_not_of_the_next(stage: Stage) -> None:
    show = stage()
    fan, stays = show.fans("捣蛋", "留下")
    assert kick(show.services, show.run_id, show.public(fan), ACTOR) == fan
    assert kick(show.services, show.run_id, show.public(fan), ACTOR) is None
    assert kick(show.services, show.run_id, "nobody", ACTOR) is None
    assert join(show.services, code_of(show), fan, "又来") is JoinRefusal.KICKED
    assert seat_of(show.services, code_of(show), fan) is JoinRefusal.KICKED
    assert [person.fan_id for person in people(show.services, show.run_id)] == [stays]
    show.run_id = make_run(show.services, show.run().activity_id, actor=ACTOR)
    assert isinstance(join(show.services, code_of(show), fan, "捣蛋"), Joined)


def test_a_banned_fan_is_out_of_the_whole_campaign_and_only_of_it(stage: Stage) -> None:
    show, elsewhere = stage(), stage()
    fan = show.fan("捣蛋")
    assert ban(show.services, show.run_id, show.public(fan), ACTOR) == fan
    assert join(show.services, code_of(show), fan, "又来") is JoinRefusal.BANNED
    show.run_id = make_run(show.services, show.run().activity_id, actor=ACTOR)
    assert join(show.services, code_of(show), fan, "又来") is JoinRefusal.BANNED
    assert isinstance(join(show.services, code_of(elsewhere), fan, "又来"), Joined)


def test_who_was_kicked_before_can_still_be_banned_once(stage: Stage) -> None:
    show = stage()
    fan = show.fan("捣蛋")
    kick(show.services, show.run_id, show.public(fan), ACTOR)
    assert ban(show.services, show.run_id, show.public(fan), ACTOR) == fan
    assert ban(show.services, show.run_id, show.public(fan), ACTOR) is None
    show.run_id = make_run(show.services, show.run().activity_id, actor=ACTOR)
    assert join(show.services, code_of(show), fan, "又来") is JoinRefusal.BANNED


def test_a_fan_kicked_before_the_close_is_not_judged_and_what_was_said_stays_on_record(stage: Stage) -> None:
    show = stage()
    out, stays = show.fans("捣蛋", "留下")
    show.ask()
    show.say(out, "b", after_ms=700)
    show.say(stays, "b", after_ms=1000)
    kick(show.services, show.run_id, show.public(out), ACTOR)
    show.close()
    show.settle(1)
    assert set(show.answers(1)) == {out, stays} and set(show.scores(1)) == {stays}
    assert show.totals() == {stays: (975, 1)}


def test_a_removed_name_leaves_the_board_and_the_podium_at_once(stage: Stage) -> None:
    show = stage()
    first, second = show.fans("脏话", "第二")
    show.play({first: ("b", 700), second: ("b", 1000)})
    assert show.scene()["reveal"]["fastest"]["name"] == "脏话"
    kick(show.services, show.run_id, show.public(first), ACTOR)
    packet = show.scene()
    assert "脏话" not in str(packet) and [row["name"] for row in packet["board"]["top"]] == ["第二"]
    assert show.totals() == {second: (975, 1)} and set(places(show.services.live, show.run_id)) == {second}
    show.to_the_end()
    assert [(row["name"], row["rank"]) for row in show.scene()["podium"]["rows"]] == [("第二", 1)]
    award_badges(show.services, show.run_id)
    assert {row.fan_id for row in show.rows(select(Award).where(Award.run_id == show.run_id))} == {second}
    assert recompute(show.services, show.run_id).differences == []


def test_removed_after_the_end_a_fan_gives_back_what_was_won(stage: Stage) -> None:
    show = stage(single())
    cheat, second = show.fans("作弊", "第二")
    show.play({cheat: ("b", 700), second: ("b", 1000)})
    show.to_the_end()
    award_badges(show.services, show.run_id)
    ban(show.services, show.run_id, show.public(cheat), ACTOR)
    assert award_badges(show.services, show.run_id)
    sums = select(LedgerEntry.fan_id, func.sum(LedgerEntry.amount)).where(LedgerEntry.run_id == show.run_id)
    assert {fan: int(amount) for fan, amount in show.rows(sums.group_by(LedgerEntry.fan_id))} == {
        cheat: 0,
        second: 1950,
    }
    held = select(Award.fan_id, Award.badge).where(Award.run_id == show.run_id).group_by(Award.fan_id, Award.badge)
    winners = {(row.fan_id, row.badge) for row in show.rows(held.having(func.sum(Award.delta) > 0))}
    assert (second, "first_blood") in winners and not any(fan == cheat for fan, _ in winners)
    assert check_ledger(show.services) == []
