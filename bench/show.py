"""What the crowd plays: one campaign with four rushes, one for each rule; a sealed question and two wrong keys in them.

Every round knows its truth, also where the authored key is wrong or missing: fans answer by it, the desk corrects by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.control.definitions import CampaignDraft, RushDraft, create_campaign, create_rush, rush
from campaigns.control.questions import add_questions
from campaigns.control.runs import make_run, run_summary
from campaigns.db.models import Round
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, ValueKey
from campaigns.domain.rush_rules import Rule, RushRules

RATE = Decimal(2)
LOW, HIGH, VALUE, MARGIN = 100.0, 300.0, 187.0, 8.0
SECONDS, BY_TIME_SECONDS = 10, 3


class Closing(StrEnum):
    """How a round ends."""

    TIME = "time"
    DESK = "desk"
    ALL = "all"  # everybody has answered


class Key(StrEnum):
    """What is special about a round's key."""

    PLAIN = "plain"
    SEALED = "sealed"
    WRONG = "wrong"  # corrected after the reveal
    WRONG_TO_THE_END = "wrong_to_the_end"  # corrected after the awards, so that the ledger has to compensate


@dataclass(frozen=True)
class Asked:
    """One question of the show. `right`: authored ids of the truth (choices)."""

    question: Question
    right: frozenset[str] = frozenset()
    closing: Closing = Closing.DESK
    key: Key = Key.PLAIN


@dataclass(frozen=True)
class Act:
    """A run and its rounds, ready to be played."""

    rule: Rule
    run_id: int
    code: str
    rules: RushRules
    asked: tuple[Asked, ...]
    orders: tuple[tuple[str, ...], ...]  # of each round: authored ids by place
    kicks: bool

    def truth(self, n: int) -> tuple[int, ...]:
        """The right places of round n."""
        return tuple(place for place, name in enumerate(self.orders[n - 1]) if name in self.asked[n - 1].right)


def words(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def single(right: str = "b", key: Key = Key.PLAIN, closing: Closing = Closing.DESK) -> Asked:
    """A question of four; `key` wrong: the authored key is another choice than `right`."""
    authored = "a" if key in (Key.WRONG, Key.WRONG_TO_THE_END) else right
    choices = tuple(Choice(name, words(f"选项 {name.upper()}", f"Choice {name.upper()}")) for name in "abcd")
    seconds = BY_TIME_SECONDS if closing is Closing.TIME else SECONDS
    text, told = words("哪一个是对的？", "Which one is right?"), words("就是这样。", "So it is.")
    known = ChoiceKey(frozenset({authored}))
    question = Question(Kind.SINGLE, text, choices, known, explanation=told, seconds=seconds)
    return Asked(question, frozenset({right}), closing, key)


def multiple() -> Asked:
    choices = tuple(Choice(name, words(f"选项 {name.upper()}", f"Choice {name.upper()}")) for name in "abcde")
    right = frozenset({"a", "d"})
    text = words("哪些是对的？", "Which ones are right?")
    return Asked(Question(Kind.MULTIPLE, text, choices, ChoiceKey(right), seconds=SECONDS), right)


def true_or_false() -> Asked:
    choices = (Choice("true", words("对", "True")), Choice("false", words("错", "False")))
    known = ChoiceKey(frozenset({"true"}))
    question = Question(Kind.TRUE_FALSE, words("这是真的。", "This is true."), choices, known, seconds=SECONDS)
    return Asked(question, frozenset({"true"}), Closing.ALL)


def estimate(sealed: bool = False) -> Asked:
    text, unit = words("有多重？", "How heavy is it?"), words("克", "g")
    given = {"low": LOW, "high": HIGH, "unit": unit, "seconds": SECONDS}
    known = {"sealed": True, "margin": MARGIN} if sealed else {"key": ValueKey(VALUE, MARGIN)}
    question = Question(Kind.ESTIMATE, text, **given, **known)  # type: ignore[arg-type]  # keywords by name
    return Asked(question, key=Key.SEALED if sealed else Key.PLAIN)


PROGRAMME: dict[Rule, tuple[Asked, ...]] = {
    Rule.SPEED: (single(closing=Closing.TIME), multiple(), single("c", Key.WRONG), estimate(sealed=True)),
    Rule.FLAT: (single("d", Key.WRONG_TO_THE_END, Closing.ALL), true_or_false()),
    Rule.FIRST_N: (single("a"), estimate()),
    Rule.SURVIVAL: (single("b"), single("c"), single("d")),
}
TITLES = {
    Rule.SPEED: words("速度", "Speed"),
    Rule.FLAT: words("平分", "Flat"),
    Rule.FIRST_N: words("前几名", "First n"),
    Rule.SURVIVAL: words("生存", "Survival"),
}


def rules_of(rule: Rule, fans: int, quick: bool) -> RushRules:
    """The house's own timing; `quick`: as short as a test wants it."""
    timing = {"lead_ms": 300, "reading_min_ms": 0, "reading_max_ms": 300} if quick else {"reading_max_ms": 2000}
    return RushRules(rule, first_n=max(1, fans // 10), streak=rule is Rule.SPEED, lives=1, **timing)


def make_show(services: Services, fans: int, quick: bool) -> list[Act]:
    """A campaign of its own with its runs; their lobbies are open."""
    campaign = create_campaign(
        services,
        CampaignDraft(
            words("压力测试（make crowd 的记录）", "Load test (record of make crowd)"), "Asia/Shanghai", RATE
        ),
    )
    return [_make_act(services, campaign, rule, rules_of(rule, fans, quick)) for rule in PROGRAMME]


def _make_act(services: Services, campaign: int, rule: Rule, rules: RushRules) -> Act:
    asked = PROGRAMME[rule]
    all_answer = any(each.closing is Closing.ALL for each in asked)
    draft = RushDraft(TITLES[rule], rules, auto_reveal=True, close_when_all=all_answer)
    activity = create_rush(services, campaign, draft)
    add_questions(services, activity, rush(services, activity).version, [each.question for each in asked])
    run_id = make_run(services, activity, actor="crowd")
    with services.sql.connect() as sql:
        orders = sql.scalars(select(Round.choice_order).where(Round.run_id == run_id).order_by(Round.n)).all()
    code = run_summary(services, run_id).code
    return Act(rule, run_id, code, rules, asked, tuple(map(tuple, orders)), kicks=rule is Rule.SURVIVAL)
