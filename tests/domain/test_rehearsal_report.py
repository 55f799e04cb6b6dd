"""What would break: each fault is found, what is in order is not."""

from __future__ import annotations

from dataclasses import replace

from campaigns.domain.checklist import State
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question
from campaigns.domain.rehearsal_report import (
    Breaks,
    Finding,
    Measured,
    Picture,
    Screen,
    Shown,
    of_load,
    of_questions,
    of_screens,
    of_titles,
    projected,
)


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


CHOICES = tuple(Choice(name, words(f"选项 {name}")) for name in "abcd")
FINE = Question(Kind.SINGLE, words("哪一款更重？"), CHOICES, ChoiceKey(frozenset({"b"})), explanation=words("称过。"))
GOOD = Measured(100, let_in=100, recorded=90, peak=50, pushed=100, ack_p99_ms=40.0)


def shown(question: Question = FINE, picture: Picture = Picture.NONE, n: int = 1) -> Shown:
    return Shown(n, question, picture)


def codes(findings: list[Finding]) -> list[tuple[Breaks, State, int | None]]:
    return [(each.code, each.state, each.n) for each in findings]


def test_questions_in_order_are_no_finding() -> None:
    assert of_questions([shown(), shown(n=2)]) == []
    assert of_questions([shown(picture=Picture.GOOD), shown(picture=Picture.GOOD, n=2)]) == []


def test_a_rush_without_questions_cannot_be_played() -> None:
    assert codes(of_questions([])) == [(Breaks.NO_QUESTIONS, State.BAD, None)]


def test_the_few_questions_without_a_picture_are_found_where_most_have_one() -> None:
    good = [shown(n=n, picture=Picture.GOOD) for n in (1, 2)]
    found = of_questions([*good, shown(n=3)])
    assert codes(found) == [(Breaks.NO_PICTURE, State.LOOK, None)] and found[0].facts == {"questions": [3]}
    assert of_questions([good[0], shown(n=2), shown(n=3)]) == [], "a picture here and there is how a show is made"


def test_a_picture_that_is_missing_or_unreadable_breaks() -> None:
    named = replace(FINE, image="phone.png")
    found = of_questions([shown(named, Picture.MISSING), shown(named, Picture.BROKEN, 2)])
    assert codes(found) == [(Breaks.PICTURE_MISSING, State.BAD, 1), (Breaks.PICTURE_BROKEN, State.BAD, 2)]
    assert found[0].facts == {"name": "phone.png"}


def test_a_text_too_long_for_the_screen_breaks() -> None:
    long = replace(FINE, choices=tuple(Choice(name, words("长" * 80)) for name in "abcdef"))
    assert codes(of_questions([shown(long)])) == [(Breaks.TOO_LONG, State.BAD, 1)]


def test_a_missing_key_breaks_a_sealed_one_is_said_and_a_buzzer_needs_none() -> None:
    keyless, sealed = replace(FINE, key=None), replace(FINE, key=None, sealed=True)
    buzzer = replace(sealed, kind=Kind.BUZZER, choices=())
    found = of_questions([shown(keyless), shown(sealed, n=2), shown(buzzer, n=3)])
    assert codes(found) == [(Breaks.KEY_MISSING, State.BAD, 1), (Breaks.SEALED, State.LOOK, 2)]


def test_words_missing_in_one_language_are_found() -> None:
    choices = tuple(Choice(name, {"zh": f"选项 {name}", "en": ""}) for name in "abcd")
    chinese = replace(FINE, text={"zh": "哪一款？", "en": ""}, choices=choices, explanation={})
    half = replace(FINE, explanation={"zh": "", "en": "Weighed."})
    found = of_questions([shown(chinese), shown(half, n=2), shown(replace(FINE, explanation={}), n=3)])
    assert [(each.n, each.facts) for each in found] == [
        (1, {"languages": ["en"], "explanation": False}),
        (2, {"languages": ["zh"], "explanation": True}),
    ]
    assert of_titles([words("发布会"), {"zh": "抢答", "en": " "}])[0].facts == {"languages": ["en"]}
    assert of_titles([words("发布会")]) == []


def test_screens_must_be_there_be_heard_and_show_this_run() -> None:
    assert codes(of_screens([], "K7M2QD")) == [(Breaks.NO_SCREEN, State.LOOK, None)]
    screens = [Screen(1, 5.0, "K7M2QD"), Screen(2, None, None), Screen(3, 90.0, "K7M2QD"), Screen(4, 5.0, "OTHER2")]
    found = of_screens(screens, "K7M2QD")
    assert [(each.code, each.facts["screen"]) for each in found] == [
        (Breaks.SCREEN_SILENT, 2),
        (Breaks.SCREEN_SILENT, 3),
        (Breaks.SCREEN_ELSEWHERE, 4),
    ]
    assert of_screens([screens[0], screens[3]], None) == [], "before it begins a screen may show what it will"


def load(audience: int = 100, sockets: int | None = 17_000, **measured: object) -> list[Breaks]:
    return [each.code for each in of_load(replace(GOOD, **measured), audience, sockets)]  # type: ignore[arg-type]  # by name


def test_a_load_that_went_well_is_no_finding() -> None:
    assert load() == []


def test_what_the_simulated_fans_met_is_found() -> None:
    assert load(reached=False) == [Breaks.NOT_REACHED]
    assert load(let_in=60) == [Breaks.NOT_LET_IN]
    assert load(lost=2) == [Breaks.LOST]
    assert load(refused=("fan 3: not_playing",)) == [Breaks.REFUSED]
    assert load(pushed_late=2) == [Breaks.LATE_OPENING] and load(pushed_late=1) == []
    assert load(unserved=(3,)) == [Breaks.PICTURE_NOT_SERVED]
    assert load(books_agree=False) == [Breaks.BOOKS]
    slow = [of_load(replace(GOOD, ack_p99_ms=ms), 100, None)[0].state for ms in (250.0, 1000.0)]
    assert slow == [State.LOOK, State.BAD]


def test_more_people_than_the_machine_has_shown_or_the_sheet_promises_are_found() -> None:
    assert load(audience=18_000) == [Breaks.TOO_MANY, Breaks.UNPROVEN_RATE] and load(18_000, None) != []
    assert projected(GOOD, 500) == 250 and load(audience=500) == [], "the capacity sheet promises 270 a second"
    assert projected(GOOD, 600) == 300 and load(audience=600) == [Breaks.UNPROVEN_RATE]
    assert load(audience=100, peak=900) == [], "shown is better than promised"
