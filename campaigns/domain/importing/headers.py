"""What the header row of our own template may say: our column names, or their names in English and Chinese sentences.

Compared without case, spaces, punctuation and full width: `Choice A (English)`, `选项A（英文）` and `choice_a_en` are one.
"""

from __future__ import annotations

import re
import unicodedata

from campaigns.domain.question_cells import COLUMNS, LETTERS

_WORDS = {  # column without its language → what people call it
    "text": ("question", "text", "题干", "题目", "问题"),
    "explanation": ("explanation", "解析", "解释", "说明"),
    "unit": ("unit", "单位"),
    "image_alt": ("picture in words", "image description", "图片说明", "图片描述"),
} | {f"choice_{letter}": (f"choice {letter}", f"option {letter}", f"选项{letter}") for letter in LETTERS}
_ALONE = {
    "kind": ("type", "题型", "类型"),
    "key": ("answer", "correct answer", "right answer", "答案", "正确答案"),
    "sealed": ("密封", "密封题"),
    "margin": ("误差", "误差范围"),
    "low": ("slider from", "最小值", "下限"),
    "high": ("slider to", "最大值", "上限"),
    "seconds": ("time", "time limit", "时间", "限时", "作答时间", "时间（秒）", "时限（秒）"),
    "possible": ("score", "points", "分值", "满分"),
    "image": ("picture", "图片"),
    "difficulty": ("难度",),
    "tags": ("tag", "标签"),
    "source": ("来源", "出处"),
    "note": ("remark", "备注"),
}
_LANGUAGES = {"zh": ("zh", "chinese", "中", "中文"), "en": ("en", "english", "英", "英文")}
CHINESE_NAMES = {  # of the template we hand out
    **{f"{column}_zh": f"{words[-1]}（中文）" for column, words in _WORDS.items()},
    **{f"{column}_en": f"{words[-1]}（英文）" for column, words in _WORDS.items()},
    **{column: words[0] if column in ("difficulty",) else words[-1] for column, words in _ALONE.items()},
    **{
        "text_zh": "题干（中文）",
        "text_en": "题干（英文）",
        "explanation_zh": "解析（中文）",
        "explanation_en": "解析（英文）",
    },
    **{
        "kind": "题型",
        "key": "答案",
        "sealed": "密封",
        "margin": "误差",
        "low": "下限",
        "high": "上限",
        "possible": "满分",
    },
    **{"choice_true_zh": "choice_true_zh", "choice_true_en": "choice_true_en"},
    **{"choice_false_zh": "choice_false_zh", "choice_false_en": "choice_false_en"},
}


def as_column(cell: str) -> str:
    """The column that this header cell names; else the cell itself, as far as it can be shown."""
    named = _NAMES.get(_bare(cell))
    return named or cell.strip().lower().replace(" ", "_")


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def _names() -> dict[str, str]:
    names = {_bare(column): column for column in COLUMNS}
    for column, words in _ALONE.items():
        names |= {_bare(word): column for word in words}
    for column, words in _WORDS.items():
        for word in words:
            chinese = "zh" if re.search(r"[\u4e00-\u9fff]", word) else "en"
            names.setdefault(_bare(word), f"{column}_{chinese}")
            for language, tongues in _LANGUAGES.items():
                names |= {_bare(word + tongue): f"{column}_{language}" for tongue in tongues}
                names |= {_bare(tongue + word): f"{column}_{language}" for tongue in tongues}
    return names


_NAMES = _names()
