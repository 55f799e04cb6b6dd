"""What a fan may be called: repaired where possible, refused only for cause, never a stranger in another's coat."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.domain.graphemes import columns
from campaigns.domain.look_alikes import skeleton
from campaigns.domain.nickname import (
    MAX_CODE_POINTS,
    MAX_COLUMNS,
    TAG_ALPHABET,
    NameRefusal,
    check,
    clean,
    tag,
    with_tag,
)
from campaigns.domain.suggestions import WORDS, suggest

STAFF = ("雷军", "Lucy Wang")
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


def names(*listed: str) -> list[str]:
    return [name for names_ in listed for name in names_.split(" / ")]


NASTY = st.text(
    st.sampled_from("aZ 0小😀\u200d\ufe0f\u20e3\u0301\u0334\u202e\u200b\u3164\U0001f3fd\U0001f1e8·7K1가ᄀ\u0903\t")
)


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("  小　 明 \n", "小 明"),
        ("ＡＢＣ１２３", "ABC123"),
        ("\u202eevil\u202c\u2066x\u2069", "evilx"),
        ("a\u200bb\u200dc\ufeffd\u00ade", "abcde"),
        ("\ue000private\U0010ffff", "private"),
        ("\ud800lone", "lone"),
        ("bell\x07\x00", "bell"),
        ("Z\u0338\u0322\u031b\u033ba\u0338\u034e", "Z\u0338\u0322a\u0338\u034e"),
        ("\u0301\u0302start", "start"),
        ("\u3164\uffa0\u2800\u115f", ""),
        (FAMILY, FAMILY),
        ("❤️", "❤️"),
        ("1️⃣", "1️⃣"),
        ("👍🏽\u200d", "👍🏽"),
        ("小明 · 7K", "小明"),
        ("艾力·买买提", "艾力·买买提"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_a_typed_name_is_repaired(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_ten_chinese_characters_or_twenty_latin_letters_fit() -> None:
    assert clean("一二三四五六七八九十百") == "一二三四五六七八九十"
    assert clean("abcdefghijklmnopqrstuvwxyz") == "abcdefghijklmnopqrst"


def test_the_cut_never_halves_a_family_a_flag_or_an_accented_letter() -> None:
    assert clean("x" * 19 + FAMILY) == "x" * 19
    assert clean("x" * 18 + "🇨🇳🇨🇳") == "x" * 18 + "🇨🇳"
    assert clean("x" * 19 + "q\u0323\u0307y") == "x" * 19 + "q\u0323\u0307"


def test_an_endless_chain_of_joined_emoji_is_broken_up() -> None:
    cleaned = clean("\u200d".join("👩" * 60))
    assert columns(cleaned) <= MAX_COLUMNS
    assert len(cleaned) <= MAX_CODE_POINTS


def test_markup_stays_text() -> None:
    assert clean("<b>x</b>") == "<b>x</b>"


@settings(deadline=None)
@given(st.one_of(st.text(), NASTY))
def test_cleaning_is_idempotent_and_keeps_its_limits(raw: str) -> None:
    cleaned = clean(raw)
    assert clean(cleaned) == cleaned
    assert columns(cleaned) <= MAX_COLUMNS
    assert len(cleaned) <= MAX_CODE_POINTS
    assert cleaned == cleaned.strip()
    assert unicodedata.is_normalized("NFKC", cleaned)
    assert not any(unicodedata.category(sign)[0] == "C" and sign != "\u200d" for sign in cleaned)
    cleaned.encode()


@settings(deadline=None)
@given(st.one_of(st.text(), NASTY))
def test_any_text_is_answered_with_a_name_or_a_refusal(raw: str) -> None:
    answer = check(raw, STAFF)
    assert isinstance(answer, NameRefusal) or answer == clean(raw) != ""


@pytest.mark.parametrize("raw", ["", "   ", "\u200b\u2060", "\u3164", "\u0301"])
def test_a_name_nobody_can_see_is_empty(raw: str) -> None:
    assert check(raw) is NameRefusal.EMPTY


@pytest.mark.parametrize(
    "raw",
    names(
        "Host / H0st / Нοѕt / ＨＯＳＴ / h o s t / 𝐇𝐨𝐬𝐭 / 🅷🅾🆂🆃 / ADMIN / 4dm1n / Adm!n / Admin01 / rnoderator",
        "The Official Team / w\u200bi\u200bnner / \u202ehost\u202c / fanfare✅ / Ѕtаff / Xiaomi 官方 / 小米官方",
        "小米官方客服 / 主持人 / 主 持 人 / 主持入 / 管理員 / 官·方 / 官方⭐ / 系统 / 系統消息 / 裁判 / 客服小助手",
    ),
)
def test_what_passes_for_the_house_is_reserved(raw: str) -> None:
    assert check(raw) is NameRefusal.RESERVED


@pytest.mark.parametrize(
    "raw", ["雷军", "雷 军", "雷军✅", "Lucy Wang", "lucy_wang", "Luсy Wаng", "1ucy Wang", "LUCYWANG"]
)
def test_a_look_alike_of_staff_is_reserved(raw: str) -> None:
    assert check(raw, STAFF) is NameRefusal.RESERVED
    assert check(raw) == clean(raw)  # and is a name like any other where no such person works


@pytest.mark.parametrize(
    "raw",
    names(
        "fuck / FUCK you / f.u.c.k / f u c k / fu ck / fuuuck / fυck / ｆｕｃｋ / sh1t / shiiit / a$$ / Ass! / @ss",
        "4ss / n1gger / nazi88 / ｓｂ / NMSL / 傻逼 / 傻 逼 / 傻・逼 / 傻😀逼 / 傻B",
        "操你妈 / 操你媽 / 加微信123",
    ),
)
def test_a_blocked_word_is_found_under_its_disguise(raw: str) -> None:
    assert check(raw) is NameRefusal.BLOCKED


@pytest.mark.parametrize(
    "raw",
    names(
        "Scunthorpe / class / Class A / grape / assassin / Matsushita / Dickens / Olaf Uckermann / snigger / Penistone",
        "455 / Ghost Host / Hostel / Modern / Olympia / 做爱心的人 / 角色情景 / 教育部长 / 过去死板 / 小冠军",
        "MIUI系统 / नमस्ते / สวัสดี / Störm / José / Ольга / Ελένη / さくら / 김민수 / … / 小明🔥",
    ),
)
def test_an_innocent_name_passes(raw: str) -> None:
    assert check(raw, STAFF) == clean(raw)


def test_names_that_look_the_same_share_a_skeleton() -> None:
    assert len({skeleton(name) for name in ("Kolya", "KOLYA", "Коlуа", "k0lya", "Ko1ya", "K.o.l.y.a", "Kólya")}) == 1
    assert skeleton("小明🔥") != skeleton("小明")
    assert skeleton("...") != skeleton("!!!")


@pytest.mark.parametrize("dot", "· ・ ･ • ‧ ∙ ⋅ ⸱ ⸳ ꞏ ᐧ ᛫ ⦁ ◦ 𐄁 \u0387".split())
def test_nobody_wears_a_typed_tag_behind_any_dot_of_any_script(dot: str) -> None:
    for tail in (f" {dot} KD", f"{dot}KD", f" {dot} kd", f" {dot} КD", f" {dot} 7Κ"):
        assert clean(f"小明{tail}") == "小明"
    assert clean("小明 . KD") == "小明"
    assert clean(f"维克多{dot}雨果").endswith("雨果") and clean("J.KD") == "J.KD"


def test_a_taken_name_gets_a_short_visible_tag() -> None:
    signs = tag(b"fan-1")
    assert with_tag("小明", signs) == f"小明 · {signs}"
    assert clean(with_tag("小明", signs)) == "小明"
    assert tag("fan-1") == signs != tag("fan-1", attempt=1)


@settings(deadline=None)
@given(st.one_of(st.text(), st.binary()), st.integers(0, 5))
def test_a_tag_is_two_signs_nobody_confuses(fan: str | bytes, attempt: int) -> None:
    signs = tag(fan, attempt)
    assert len(signs) == 2
    assert set(signs) <= set(TAG_ALPHABET)
    assert not set(signs) & set("0O1IL")


@pytest.mark.parametrize(("language", "longest"), [("zh", 8), ("en", 16)])
def test_every_suggested_word_is_short_distinct_and_allowed(language: str, longest: int) -> None:
    moods, things, between = WORDS[language]
    assert len(set(moods)) == len(moods) >= 60
    assert len(set(things)) == len(things) >= 60
    assert max(map(len, moods)) + len(between) + max(map(len, things)) <= longest
    for word in (*moods, *things):
        assert check(word) == word


@settings(deadline=None)
@given(st.integers())
def test_a_suggestion_is_allowed_and_the_same_for_the_same_seed(seed: int) -> None:
    for language in ("zh", "en"):
        name = suggest(seed, language)
        assert check(name) == name == suggest(seed, language)


def test_a_hall_of_three_hundred_gets_mostly_names_of_its_own() -> None:
    assert len({suggest(seed, "zh") for seed in range(300)}) > 270
    assert len({suggest(seed, "en") for seed in range(300)}) > 270
