"""Words a nickname may not carry, and names only the house may carry. Data and the two matchers over it.

Kept short on purpose: a hall's screen must be presentable in the first minute; the rest is the operator's kick and the
panic key. Short English words are matched as whole words only, so that Scunthorpe, class, grape and Matsushita pass;
the few that are part of no innocent word are found anywhere. Chinese terms are found anywhere, spaces and punctuation
removed, and left out where they sit inside good words (做爱心, 角色情景). All is folded through `look_alikes` first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from campaigns.domain.look_alikes import fold, letters_only


def _listed(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_ANYWHERE = _listed("fuck asshole arsehole bitch faggot hitler cocksuck dickhead blowjob")
_WHOLE = _listed(
    "ass arse shit bullshit shithead cunt nigger nigga retard slut whore porn porno rape rapist nazi pussy penis "
    "vagina wank wanker twat tits kike chink spic gook dildo cum jizz fck fuk fuq stfu kys nmsl cnm wcnm mlgb sb"
)
_CHINESE = _listed(
    "傻逼 傻比 傻b 傻叉 傻屌 煞笔 操你妈 操你娘 操你大爷 草泥马 草你妈 肏 他妈的 妈逼 你妈死 "
    "死全家 狗日的 干你娘 干你妈 婊子 贱人 贱货 王八蛋 龟儿子 脑残 智障 弱智 妓女 嫖娼 卖淫 鸡巴 屌你 阴茎 阴道 "
    "强奸 轮奸 迷奸 约炮 裸聊 援交 色情片 色情网 赌博 博彩 冰毒 海洛因 摇头丸 枪支 加微信 加薇信 加v信 刷单 "
    "代开发票 希特勒 纳粹"
)

_RESERVED = _listed(
    "host admin administrator operator moderator mod official staff system winner fanfare support root organizer "
    "organiser referee judge security service 主持人 主持 管理员 管理 官方 客服 系统 系统消息 裁判 裁判员 "
    "工作人员 主办方 冠军 小米官方 小米客服 运营 运营官 版主 站长 客服中心 官方客服"
)
_RESERVED_ANYWHERE = _listed("主持人 管理员 官方 客服 工作人员 主办方")
_FILLERS = _listed("the real team xiaomi mi redmi live game 小米 红米 本场 活动 现场 直播 小助手 号 君")


def _stretched(word: str) -> str:
    """A pattern that also takes repeated letters (shiiit), but never fewer than the word has (as is not ass)."""
    return "".join(f"{re.escape(run[0])}{{{len(run[0] + run[1])},}}" for run in re.findall(r"(.)(\1*)", fold(word)))


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(_stretched, words), key=len, reverse=True))


_WHOLE_PATTERN = re.compile(rf"(?:{_any_of(_WHOLE)})s?")
_ANYWHERE_PATTERN = re.compile(_any_of((*_ANYWHERE, *_CHINESE)))
_JOINED_PATTERN = re.compile(rf"(?:{_any_of((*_WHOLE, *_ANYWHERE))})s?")
_CHINESE_PATTERN = re.compile(_any_of(_CHINESE))
_HOUSE = "|".join(sorted((re.escape(letters_only(word)) for word in _RESERVED), key=len, reverse=True))
_FILLER = "|".join(sorted((re.escape(letters_only(word)) for word in _FILLERS), key=len, reverse=True))
_RESERVED_PATTERN = re.compile(rf"(?:{_FILLER})*(?:{_HOUSE})(?:{_HOUSE}|{_FILLER})*")
_RESERVED_ANYWHERE_PATTERN = re.compile("|".join(letters_only(word) for word in _RESERVED_ANYWHERE))

_EDGE_DIGITS = re.compile(r"^[\d\W_]+|[\d\W_]+$")
_SYMBOL_LETTERS = frozenset("@$€£¢¡!|¦")


def is_blocked(name: str) -> bool:
    """Whether a cleaned name carries a blocked word, straight, spaced out, stretched or in look-alikes."""
    joined = _bare(fold(name))
    if _CHINESE_PATTERN.search(joined) or (_has_letter(name) and _JOINED_PATTERN.fullmatch(joined)):
        return True
    return any(_is_blocked_word(word) for word in _spaced_words(name))


def is_reserved(name: str) -> bool:
    """Whether a cleaned name passes for the house: host, Adm1n, 官 方, "The Official Team", 小米官方✅."""
    forms = (letters_only(name), letters_only(_EDGE_DIGITS.sub("", name)))
    return any(_RESERVED_PATTERN.fullmatch(form) or _RESERVED_ANYWHERE_PATTERN.search(form) for form in forms)


def _is_blocked_word(word: str) -> bool:
    if _ANYWHERE_PATTERN.search(_bare(fold(word))):
        return True
    return any(_WHOLE_PATTERN.fullmatch(form) for form in _readings(word))


def _readings(word: str) -> Iterable[str]:
    """Ways to read one word: symbols as letters (a$$) or as boundaries (ass!), digits on its ends or not."""
    as_boundaries = "".join(" " if _is_boundary(sign) or sign in _SYMBOL_LETTERS else sign for sign in word)
    as_letters = "".join(" " if _is_boundary(sign) and sign not in _SYMBOL_LETTERS else sign for sign in word)
    for part in {*as_boundaries.split(), *as_letters.split(), _EDGE_DIGITS.sub("", word)}:
        if _has_letter(part):  # 455 is a number, 4ss is not
            yield _bare(fold(part))
            yield _bare(fold(_EDGE_DIGITS.sub("", part)))


def _spaced_words(name: str) -> list[str]:
    """Words between spaces; single letters in a row are one word (f u c k)."""
    words: list[str] = []
    spelled = False
    for word in name.split():
        if len(word) == 1 and spelled:
            words[-1] += word
        else:
            words.append(word)
        spelled = len(word) == 1
    return words


def _bare(folded: str) -> str:
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LN")


def _is_boundary(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "LNM"


def _has_letter(text: str) -> bool:
    return any(unicodedata.category(sign)[0] == "L" for sign in text)
