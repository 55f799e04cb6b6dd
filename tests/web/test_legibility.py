"""The editor's warning against what Chromium measured on a screen of 1920 × 1080 with a sentence of two lines."""

from __future__ import annotations

import pytest

from campaigns.domain.legibility import legible
from campaigns.domain.question import Choice, Kind, Question

SENTENCE = {
    "zh": "下面哪一款手机在世界上第一个搭载了一亿八百万像素的摄像头？",
    "en": "Which of these phones was the first in the world to carry a camera of 108 megapixels?",
}
EXPLANATION = {"zh": "解释：这里用一行字说明为什么。", "en": "The explanation takes a line of words to say why."}
LONG = {
    "zh": "小米手机十代至尊纪念版透明探索版陶瓷黑色" * 2,
    "en": "Mi Note 10 Pro with the long name and words that never end " * 2,
}


def question(choices: int, zh: int, en: int, image: str | None = None) -> Question:
    texts = tuple(Choice("abcdef"[n], {"zh": LONG["zh"][:zh], "en": LONG["en"][:en]}) for n in range(choices))
    return Question(Kind.SINGLE, SENTENCE, texts, explanation=EXPLANATION, image=image)


@pytest.mark.parametrize(("choices", "zh", "en"), [(6, 22, 45), (6, 10, 20), (4, 30, 60), (3, 40, 80), (2, 40, 80)])
def test_what_a_screen_shows_at_a_twentieth_of_its_height_is_legible(choices: int, zh: int, en: int) -> None:
    assert legible(question(choices, zh, en))


@pytest.mark.parametrize(("choices", "zh", "en"), [(6, 10, 60), (6, 30, 20), (4, 40, 20), (4, 10, 80)])
def test_too_long_in_one_language_is_too_long(choices: int, zh: int, en: int) -> None:
    assert not legible(question(choices, zh, en))


def test_beside_a_picture_less_text_has_room() -> None:
    assert legible(question(4, 12, 24, image="a.png"))
    assert not legible(question(4, 22, 45, image="a.png"))


def test_an_estimate_may_ask_in_a_long_sentence() -> None:
    asked = {"zh": SENTENCE["zh"] * 4, "en": SENTENCE["en"] * 2}
    assert legible(Question(Kind.ESTIMATE, asked, explanation=EXPLANATION, low=0, high=10))
