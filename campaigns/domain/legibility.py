"""Whether a question can be read from the last row: on the screen its choices stand at 1/20 of the height or more.

The screen never cuts a text, it sets it smaller (static/js/displays/screen.js). This is its densest layout in numbers
(static/css/screen/dense.css), in hundredths of the height of a 16:9 screen, at the reveal, when most has to stand there.
An estimate to warn by, not a rule: words break where they like, so a line more or less is possible at the edge.
"""

from __future__ import annotations

import math
import unicodedata

from campaigns.domain.question import LANGUAGES, Kind, Question

HEIGHT, WIDTH = 81.6, 135.5  # what the frame leaves for sentence, choices and explanation
TYPE = 5.0  # the least size of sentence and choices
SENTENCE_LINE, CHOICE_LINE, EXPLANATION_LINE = 1.22 * TYPE, 1.12 * TYPE, 4.4
EXPLANATION_EMS = WIDTH / 3.4
GAPS, BAR, BETWEEN, FLATTEST, SCALE = 2.8, 2.6, 1.0, 8.0, 36.0
# Width left for a choice's text beside emblem, count and "Right": two columns, one column, one beside a picture.
PAIRED, ALONE, BESIDE = 46.0, 105.0, 40.0
LATIN, RAGGED = 0.54, 1.08  # width of a letter in em; what breaking at spaces costs


def legible(question: Question) -> bool:
    """In both languages."""
    return all(_height(question, language) <= HEIGHT for language in LANGUAGES)


def _height(question: Question, language: str) -> float:
    sentence = _lines(question.text[language], WIDTH / TYPE) * SENTENCE_LINE
    explanation = max(1, _lines(question.explanation.get(language, ""), EXPLANATION_EMS)) * EXPLANATION_LINE
    return sentence + explanation + GAPS + _choices(question, language)


def _choices(question: Question, language: str) -> float:
    if question.kind is Kind.ESTIMATE:
        return SCALE
    texts = [choice.text[language] for choice in question.choices]
    columns = 1 if question.image or len(texts) == 3 else 2
    width = BESIDE if question.image else ALONE if columns == 1 else PAIRED
    heights = [max(FLATTEST, _lines(text, width / TYPE) * CHOICE_LINE + BAR) for text in texts]
    rows = [max(heights[at : at + columns]) for at in range(0, len(heights), columns)]
    return sum(rows) + BETWEEN * (len(rows) - 1)


def _lines(text: str, ems: float) -> int:
    wide = sum(1 for letter in text if unicodedata.east_asian_width(letter) in "WF")
    narrow = len(text) - wide
    return math.ceil((wide + narrow * LATIN * (RAGGED if narrow > wide else 1)) / ems)
