"""What a fan typed becomes a sound question, or is refused by the name of the field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from campaigns.domain.errors import BadInput
from campaigns.domain.proposal import Blocked, Typed, proposed, tidy
from campaigns.domain.question import ChoiceKey, Kind

TYPED = Typed("zh", "第一代手机的屏幕有多大？", ("4 英寸", "5 英寸", "", ""), 0, "那时 4 英寸已经很大。")


def test_a_question_in_one_language_with_two_choices_is_enough() -> None:
    question = proposed(TYPED)
    assert (question.kind, question.text, question.key) == (
        Kind.SINGLE,
        {"zh": "第一代手机的屏幕有多大？"},
        ChoiceKey(frozenset("a")),
    )
    assert [choice.text for choice in question.choices] == [{"zh": "4 英寸"}, {"zh": "5 英寸"}]
    assert proposed(replace(TYPED, language="en", explanation="")).explanation == {}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"language": "fr"}, "language"),
        ({"text": "  "}, "text (zh)"),
        ({"text": "问" * 201}, "text (zh)"),
        ({"choices": ("一", "", "", "")}, "choices"),
        ({"choices": ("一", "", "三", "")}, "choice b (zh)"),
        ({"choices": ("一", "一", "", "")}, "choices"),
        ({"choices": tuple("一二三四五")}, "choices"),
        ({"choices": ("一", "二" * 81)}, "choice b (zh)"),
        ({"right": 2}, "key"),
        ({"right": -1}, "key"),
        ({"explanation": "因" * 501}, "explanation (zh)"),
    ],
)
def test_what_cannot_be_played_is_refused_by_the_name_of_the_field(changes: dict[str, object], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        proposed(replace(TYPED, **changes))  # type: ignore[arg-type]  # any of the fields
    assert refused.value.field == field


@pytest.mark.parametrize("field", ["text", "explanation", "choice"])
def test_words_that_no_name_may_carry_no_question_may(field: str) -> None:
    changed = {"choices": ("傻逼", "五寸", "", "")} if field == "choice" else {field: "你这个傻 逼知道吗"}
    with pytest.raises(Blocked):
        proposed(replace(TYPED, **changed))


def test_ordinary_words_are_not_taken_for_blocked_ones() -> None:
    for text in ("Which class did the first phone belong to?", "他的妈妈用哪一代？", "官方发布会在哪一年？"):
        assert proposed(replace(TYPED, text=text)).text["zh"] == text


def test_what_cannot_be_seen_goes_and_emoji_stay_whole() -> None:
    assert tidy("  a\u202eb\x00\n c\u3000d ") == "ab c d"
    assert tidy("👨\u200d👩\u200d👧 是谁") == "👨\u200d👩\u200d👧 是谁"
