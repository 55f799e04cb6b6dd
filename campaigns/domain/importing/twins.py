"""When two questions are the same: `norm` compares what is asked, `twin` also what there is to choose from.

"Which one is heavier?" is asked of a hundred pairs of phones: the same words with other choices, or another picture, are
another question, and worth a remark only. The same words with the same choices are a duplicate, whichever is right.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from campaigns.domain.question import LANGUAGES, Kind, Question

# Spaces and punctuation, not signs of arithmetic: 5+3 and 5×3 are asked differently.
SILENT = re.compile(r"""[\s!"#%&'()*,\-./:;?@\[\\\]_{}¡§«¶·»¿\u2010-\u2027\u2030-\u205e\u3001-\u303f]+""")


def norm(question: Question) -> str:
    """The text in Chinese, else in English: NFKC, casefold, without spaces and punctuation."""
    text = next((said for language in LANGUAGES if (said := question.text.get(language, "").strip())), "")
    return normalised(text)


def normalised(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return SILENT.sub("", folded) or "".join(folded.split())


def twin(question: Question, asked: str) -> str:
    """32 hexadecimal digits that duplicates share; `asked` is the question's norm."""
    choices: Sequence[str] = ()
    if question.kind is not Kind.TRUE_FALSE:
        said = (
            next((text for each in LANGUAGES if (text := choice.text.get(each, ""))), "") for choice in question.choices
        )
        choices = sorted(map(normalised, said))
    parts = (question.kind.value, asked, question.image or "", *choices)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
