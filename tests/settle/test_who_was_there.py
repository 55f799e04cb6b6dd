"""Who was there when a round closed stays the same in every version and in a recomputation, however slow a join was."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text, update

from campaigns.control.people import kick
from campaigns.db.models import Participation
from campaigns.db.records import Score
from campaigns.identity.fans import new_fan
from campaigns.play.join import JoinRefusal, join
from campaigns.settle import rounds
from campaigns.settle.rebuild import recompute
from tests.show import ACTOR, PATIENCE_S, Show
from tests.show_fixtures import Stage
from tests.stage import single

WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%run_fan%'")


def known_here(show: Show, name: str) -> int:
    """Somebody whom the campaign knows from another run, not seated in this one."""
    fan, run_id = new_fan(show.services)[0], show.run_id
    other = show.another()
    join(other.services, other.run().code, fan, name)
    assert show.run_id == run_id
    return fan


def join_that_waits(show: Show, fan: int, name: str, meanwhile: Callable[[], Any], **values: Any) -> Any:
    """What the join gets to hear; its own participation is held, or changed to `values`, while `meanwhile` happens."""
    told: list[Any] = []
    code = show.run().code
    joining = threading.Thread(target=lambda: told.append(join(show.services, code, fan, name)))
    with show.services.sql.begin() as holder:
        held = update(Participation).where(Participation.fan_id == fan)
        holder.execute(held.values(values or {"nickname": name}))
        joining.start()
        pause = threading.Event()
        for _ in range(int(PATIENCE_S / 0.02)):
            with show.services.answers_sql.connect() as sql:
                if sql.scalar(WAITING) or told:
                    break
            pause.wait(0.02)
        assert not told, "the join did not wait"
        meanwhile()
    joining.join(PATIENCE_S)
    return told[0]


def judged(show: Show, version: int) -> set[int]:
    row = show.round(1)
    return {s.fan_id for s in show.rows(Score.__table__.select()) if (s.round_id, s.version) == (row.id, version)}


def test_a_join_that_settling_overtook_was_not_there_in_any_version(stage: Stage) -> None:
    show = stage(single(), single())
    fan = show.fan("甲")
    late = known_here(show, "乙")
    show.ask()
    show.say(fan, "b")

    def close_and_settle() -> None:
        show.close()
        assert show.settle(1)

    join_that_waits(show, late, "乙", close_and_settle)
    assert recompute(show.services, show.run_id).differences == []
    show.next()
    assert show.correct(1, "c") == "moved"
    show.settle_all()
    assert judged(show, 1) == judged(show, 2) == {fan}
    assert recompute(show.services, show.run_id).differences == []


def test_a_recomputation_still_sees_a_verdict_that_is_missing_and_one_too_many(stage: Stage) -> None:
    show = stage(single())
    fan, silent = show.fans("甲", "默")
    show.play({fan: ("b", 1000)})
    with show.services.sql.begin() as sql:
        sql.execute(text("DELETE FROM score WHERE run_id = :run AND fan_id = :fan"), {"run": show.run_id, "fan": fan})
    assert any(f"fan {fan}: stored None" in line for line in recompute(show.services, show.run_id).differences)
    assert silent in judged(show, 1)


def test_who_is_sent_away_after_the_close_is_still_judged_in_the_next_version(stage: Stage) -> None:
    show = stage(single())
    fan, cheat = show.fans("甲", "乙")
    show.play({fan: ("b", 1000), cheat: ("c", 1000)})
    kick(show.services, show.run_id, show.public(cheat), ACTOR)
    show.correct(1, "c")
    show.settle_all()
    assert judged(show, 2) == {fan, cheat} and recompute(show.services, show.run_id).differences == []


def test_sitting_down_waits_for_a_ban_under_way_and_is_refused(stage: Stage) -> None:
    show = stage(single())
    fan = known_here(show, "捣蛋")
    told = join_that_waits(show, fan, "捣蛋", lambda: None, banned_at=show.clock.at)
    assert told is JoinRefusal.BANNED
    here = text("SELECT count(*) AS n FROM run_fan WHERE run_id = :run AND fan_id = :fan")
    with show.services.sql.connect() as sql:
        assert sql.scalar(here, {"run": show.run_id, "fan": fan}) == 0


def test_a_worker_that_was_overtaken_goes_on_with_what_follows(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one settled this round and died: the rest is not left to the sweeper."""
    show = stage(single(), single())
    fan = show.fan("甲")
    for _ in range(2):
        show.play({fan: ("b", 1000)})
        show.next()
    show.correct(1, "c")
    begin, others = rounds._begin, [True]

    def overtaken(services: Any, pending: Any) -> bool:
        if others and others.pop():
            assert rounds._settle(services, pending) is rounds.Attempt.SETTLED
        return begin(services, pending)

    monkeypatch.setattr(rounds, "_begin", overtaken)
    assert show.settle(1) and not others
    assert [show.round(n).version for n in (1, 2)] == [2, 2] and rounds._pending(show.services, show.run_id) is None
