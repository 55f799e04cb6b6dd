"""Plays to walk through: a small bank, a short road, and a walker who takes one action after another.

The walker passes every step through the gate as the house does, and keeps what was written: `record` is the play.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from campaigns.domain.draw import Bank, BankItem, Draw, Shortage, draw
from campaigns.domain.level import Help, Helps, Level, Pool
from campaigns.domain.play import PlayFacts, Progress, apply, begin
from campaigns.domain.play_gate import PlayOutcome, admit, helps_now, legal, swap_for
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, ValueKey
from campaigns.domain.quiz_rules import QuizRules, Scoring
from campaigns.domain.rush import PlacesKey
from campaigns.domain.step import KIND_OF, Step, StepKind

MORNING = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SECOND = 1_000_000_000
WORDS = {"zh": "题", "en": "question"}


def single(choices: str = "abcd", difficulty: int = 1) -> Question:
    listed = tuple(Choice(c, {"zh": c, "en": c}) for c in choices)
    return Question(Kind.SINGLE, WORDS, listed, ChoiceKey(frozenset("a")), difficulty=difficulty)


def multiple(difficulty: int = 1) -> Question:
    return replace(single("abcde", difficulty), kind=Kind.MULTIPLE, key=ChoiceKey(frozenset("ad")))


def truth(difficulty: int = 1) -> Question:
    listed = (Choice("true", {"zh": "对", "en": "True"}), Choice("false", {"zh": "错", "en": "False"}))
    return Question(Kind.TRUE_FALSE, WORDS, listed, ChoiceKey(frozenset({"false"})), difficulty=difficulty)


def estimate(difficulty: int = 1) -> Question:
    key = ValueKey(100.0, 10.0)
    return Question(Kind.ESTIMATE, WORDS, key=key, low=0.0, high=200.0, margin=10.0, difficulty=difficulty)


MAKERS: tuple[Callable[[int], Question], ...] = (
    lambda d: single("abcd", d),
    multiple,
    truth,
    estimate,
    lambda d: single("abcdef", d),
)
QUESTIONS = {1000 + i: MAKERS[i // 5 % len(MAKERS)](1 + i % 5) for i in range(150)}
BANK = Bank([BankItem(version, version - 900, (), q.difficulty) for version, q in QUESTIONS.items()])
HELPS = Helps(fifty=1, time=1, swap=1)


def level(questions: int = 5, **changes: object) -> Level:
    plain = Level({"zh": "关", "en": "Level"}, (Pool((), {1: questions}),), seconds=20, pass_mark=30, bonus=50)
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields by name


def rules(*levels: Level, **changes: object) -> QuizRules:
    return replace(QuizRules(levels or (level(), level(), level())), **changes)  # type: ignore[arg-type]  # fields by name


def drawn(quiz: QuizRules, seed: int = 7, bank: Bank = BANK) -> Draw:
    got = draw(quiz.levels, bank, seed, {})
    assert not isinstance(got, Shortage)
    return got


@dataclass
class Walker:
    """`now_ns` moves only when told; every question is asked `pause_ms` after the step before."""

    facts: PlayFacts
    progress: Progress
    record: list[Step] = field(default_factory=list)
    now_ns: int = 5 * SECOND
    boot: str = "boot"
    began_ns: int = 5 * SECOND

    def step(self, kind: StepKind, **said: object) -> Step:
        at = MORNING + timedelta(microseconds=(self.now_ns - self.began_ns) // 1000)
        return replace(Step(self.progress.n + 1, kind, self.now_ns, self.boot, at), **said)  # type: ignore[arg-type]  # fields by name

    def write(self, step: Step) -> Progress:
        assert admit(self.progress, step) is None
        self.record.append(step)
        self.progress = apply(self.progress, step)
        return self.progress

    def refusal(self, kind: StepKind, **said: object) -> PlayOutcome | None:
        return admit(self.progress, self.step(kind, **said))

    def wait(self, ms: int) -> Walker:
        self.now_ns += ms * 1_000_000
        return self

    def ask(self, pause_ms: int = 1000) -> Progress:
        self.wait(pause_ms)
        return self.write(self.step(StepKind.ASKED, question_version_id=self.progress.next_version))

    def right(self, ms: int = 2000, allowance_ns: int = 0) -> Progress:
        self.wait(ms)
        return self.write(self.step(StepKind.ANSWERED, allowance_ns=allowance_ns, **self.says(True)))

    def wrong(self, ms: int = 2000) -> Progress:
        self.wait(ms)
        return self.write(self.step(StepKind.ANSWERED, **self.says(False)))

    def silent(self, ms: int = 40_000) -> Progress:
        self.wait(ms)
        return self.write(self.step(StepKind.ANSWERED))

    def says(self, right: bool) -> dict[str, object]:
        """A right or a wrong answer to the open question, as this fan sees it."""
        opened, key = self.progress.open, self.key()
        assert opened is not None
        if isinstance(key, ValueKey):
            return {"value": key.value if right else key.value + 3 * key.margin}
        if right:
            return {"places": tuple(sorted(key.right))}
        return {"places": (next(p for p in range(len(opened.shown)) if p not in {*key.right, *opened.hidden}),)}

    def key(self) -> PlacesKey | ValueKey:
        opened, question = self.progress.open, self.progress.question
        assert opened is not None and question is not None
        if isinstance(question.key, ValueKey):
            return question.key
        assert isinstance(question.key, ChoiceKey)
        wanted = question.key.right
        return PlacesKey(frozenset(p for p, i in enumerate(opened.shown) if question.choices[i].id in wanted))

    def help(self, help: Help) -> Progress:
        brings = swap_for(self.progress) if help is Help.SWAP else None
        return self.write(self.step(KIND_OF[help], question_version_id=brings))

    def does(self, kind: StepKind) -> Progress:
        return self.write(self.step(kind))

    def play(self, answers: str) -> Progress:
        """`r`, `w`, `s`: ask, and answer right, wrong or not at all."""
        for answer in answers:
            self.ask()
            {"r": self.right, "w": self.wrong, "s": self.silent}[answer]()
        return self.progress


def walker(quiz: QuizRules, seed: int = 7) -> Walker:
    facts = PlayFacts(quiz, drawn(quiz, seed), QUESTIONS)
    return Walker(facts, begin(facts))


def wander(play: Walker, choose: Callable[[Sequence[str]], str]) -> Walker:
    """One allowed action after another until the play ends: `choose` picks; it ends, since no road is endless."""
    while options := _options(play):
        pick = choose(options)
        if pick == "ask":
            play.ask(200)
        elif pick in ("right", "wrong", "silent"):
            getattr(play, pick)()
        elif pick in {help.value for help in Help}:
            play.help(Help(pick))
        else:
            play.does(StepKind[pick])
    return play


def _options(play: Walker) -> list[str]:
    kinds = legal(play.progress)
    decisions = [kind.name for kind in (StepKind.BANK, StepKind.DARE, StepKind.RETRY, StepKind.STOP) if kind in kinds]
    if StepKind.ANSWERED in kinds:
        return ["right", "right", "wrong", "silent", *sorted(help.value for help in helps_now(play.progress))]
    return [*(["ask"] if StepKind.ASKED in kinds else []), *decisions]


def _any_rules(random: Random) -> QuizRules:
    levels = [
        level(
            random.randint(1, 4),
            pass_mark=random.choice([0, 10, 10, 30]),
            lives=random.randint(0, 2),
            bonus=random.randint(0, 90),
            retries=random.randint(0, 2),
            helps=random.choice([Helps(), HELPS, Helps(2, 2, 2)]),
        )
        for _ in range(random.randint(1, 3))
    ]
    return rules(*levels, dare=random.random() < 0.7, scoring=random.choice(list(Scoring)))


def _any_play(seed: int) -> Walker:
    random = Random(seed)
    play = walker(_any_rules(random), random.getrandbits(62))
    stops = random.random() < 0.3  # most plays are not thrown away
    return wander(play, lambda options: random.choice([o for o in options if stops or o != "STOP"]))


# A finished play by any rules, any way. One number makes it, so that a hundred of them cost a hundred plays, no more.
any_plays = st.integers(0, 2**32).map(_any_play)
