"""Any ranking recomputes from the record to the same numbers: random runs with corrections, voids, kicks and latecomers."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import func, select, text

from campaigns.control.people import kick
from campaigns.db.records import LedgerEntry
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, validate
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.live import keys
from campaigns.live.leaderboards import places
from campaigns.settle.awards import award_badges
from campaigns.settle.rebuild import check_ledger, rebuild_boards, recompute
from tests.show import ACTOR, Show
from tests.show_fixtures import Stage
from tests.stage import estimate, single, words

NAMES = ("甲", "乙", "丙", "丁", "戊", "己")


def multiple() -> Question:
    choices = tuple(Choice(name, words(f"选项 {name}")) for name in "abcd")
    return validate(Question(Kind.MULTIPLE, words("哪几款？"), choices, ChoiceKey(frozenset("ab"))))


def random_rules(dice: random.Random) -> RushRules:
    quick: dict[str, Any] = {"lead_ms": 300, "reading_min_ms": 0, "reading_max_ms": 300}
    first_n, lives = dice.randint(1, 3), dice.randint(0, 1)
    return RushRules(dice.choice(list(Rule)), first_n=first_n, streak=dice.random() < 0.5, lives=lives, **quick)


def say_anything(show: Show, dice: random.Random, fan: int, kind: str) -> None:
    if dice.random() < 0.2:
        return
    more: dict[str, Any] = {"after_ms": dice.randint(0, 4900), "rtt_ms": dice.choice([None, 5, 80, 400])}
    if kind == "estimate":
        show.say(fan, value=dice.choice([185.0, 190.0, 195.0, 205.0, 250.0]), **more)
    else:
        show.say(fan, dice.choice(["ab", "ac", "b"]) if kind == "multiple" else dice.choice("abbc"), **more)


def some_trouble(show: Show, dice: random.Random, n: int, fans: list[int]) -> None:
    """What happens on a night: somebody comes late, somebody is thrown out, a key was wrong, a question was bad."""
    if dice.random() < 0.4:
        fans.append(show.fan(f"迟{n}"))
    if dice.random() < 0.2:
        kick(show.services, show.run_id, show.public(fans.pop()), ACTOR)
    earlier = dice.randint(1, n)
    if dice.random() < 0.3:
        show.void(earlier)
    elif dice.random() < 0.4 and show.scene()["round"]["kind"] == "single" and show.round(earlier).choice_order:
        show.correct(earlier, dice.choice("abcd"))


@pytest.mark.parametrize("seed", range(6))
def test_a_random_run_recomputes_to_the_same_numbers(stage: Stage, seed: int) -> None:
    dice = random.Random(seed)
    questions = [dice.choice([single, multiple, estimate])() for _ in range(3)] + [single()]
    show = stage(*questions, rules=random_rules(dice))
    fans = show.fans(*NAMES)
    for n, question in enumerate(questions, start=1):
        show.ask()
        for fan in fans:
            say_anything(show, dice, fan, str(question.kind))
        show.close()
        show.settle_all()
        show.next()
        some_trouble(show, dice, n, fans)
        if dice.random() < 0.5:
            show.settle_all()
        if n < len(questions):
            assert show.next() == "moved"
    show.settle_all()
    show.to_the_end()
    award_badges(show.services, show.run_id)
    some_trouble_after_the_end(show, dice, fans)

    again = recompute(show.services, show.run_id)
    assert again.differences == [] and again.rounds == 4
    sums = select(LedgerEntry.fan_id, func.sum(LedgerEntry.amount)).where(LedgerEntry.run_id == show.run_id)
    given = {fan: int(amount) for fan, amount in show.rows(sums.group_by(LedgerEntry.fan_id)) if amount}
    assert given == {fan: 2 * score for fan, (score, _) in show.totals().items() if score}
    assert check_ledger(show.services) == []


def some_trouble_after_the_end(show: Show, dice: random.Random, fans: list[int]) -> None:
    n = dice.randint(1, 4)
    if dice.random() < 0.5:
        show.void(n)
    else:
        kick(show.services, show.run_id, show.public(fans[0]), ACTOR)
    show.settle_all()
    award_badges(show.services, show.run_id)


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE score SET score = score + 1 WHERE run_id = :run",
        "UPDATE score SET streak = streak + 1 WHERE run_id = :run",
        "UPDATE standing SET score = score + 1 WHERE run_id = :run",
        "UPDATE standing SET rank = rank + 1 WHERE run_id = :run",
        "DELETE FROM standing WHERE run_id = :run",
        "UPDATE answer SET received_ns = received_ns + 500000000 WHERE round_id = :round",
        "DELETE FROM answer WHERE round_id = :round",
    ],
)
def test_recomputing_sees_a_number_that_is_not_what_it_should_be(stage: Stage, tampering: str) -> None:
    show = stage()
    show.play({fan: ("b", 1000) for fan in show.fans("小明", "小华")})
    assert recompute(show.services, show.run_id).differences == []
    with show.services.sql.begin() as sql:
        sql.execute(text(tampering).bindparams(**bound(tampering, show)))
    assert recompute(show.services, show.run_id).differences


def bound(statement: str, show: Show) -> dict[str, int]:
    known = {"run": show.run_id, "round": show.round(1).id}
    return {name: value for name, value in known.items() if f":{name}" in statement}


def test_boards_lost_with_redis_are_rebuilt_the_same(stage: Stage) -> None:
    shows = [stage(single(), single()) for _ in range(2)]
    for number, show in enumerate(shows):
        show.play({fan: ("b", 1000 + 100 * number) for fan in show.fans("小明", "小华")})
    live = shows[0].services.live
    before = [places(live, show.run_id) for show in shows]
    live.flushall()
    assert [places(live, show.run_id) for show in shows] == [{}, {}]
    assert rebuild_boards(shows[0].services) >= 2
    assert [places(live, show.run_id) for show in shows] == before and all(before)
    assert int(live.ttl(keys.board(shows[0].run_id))) > 0
