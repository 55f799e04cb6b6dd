"""Look-alikes: what two names have in common when the eye, not the code point, compares them.

`fold` maps letters of other scripts, digits and symbols to the Latin (or Chinese) sign they are mistaken for;
`skeleton` goes further and drops separators. A skeleton is for comparing, never for showing.

The table is our own and small: what turns "admin", "host" or "官方" into something that reads the same on a phone.
Folding too much costs a fan a two-letter tag, so `i`, `l`, `1` and `|` are simply one class, and so are `o` and `0`.
Rejected: Unicode's full confusables file (9,000 rows, mostly scripts nobody meets here, a package in the domain).
"""

from __future__ import annotations

import unicodedata

# Signs on the left read as the signs on the right; each pair of strings is aligned position by position.
_PAIRS: tuple[tuple[str, str], ...] = (
    ("АВЕЅІЈКМНОРСТУХԌԚԜҺӀ", "ABESIJKMHOPCTYXGQWhl"),  # Cyrillic capitals
    ("авгдеѕіјкмнопрстухъьԁԛԝһӏзи", "abrgesijkmhonpctyxbbdqwhleu"),  # Cyrillic small letters
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),  # Greek capitals
    ("αβγδεηικνορσςτυχω", "abydenlkvopoctuxw"),  # Greek small letters
    ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz"),  # small capitals
    ("ɑɡıɩʃʋɴɛɔøđħłŧƒƙɦɲŋɾɯ", "agiifvnecodhltfkhnnrm"),  # Latin extensions without a decomposition
    ("օսոհցզքյ", "ounhgqpj"),  # Armenian
    ("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᏚᎢᏙᏔᎩᏃᎡ", "ABCDEHJKLMPSTVWYZR"),  # Cherokee
    ("〇○◯●◎⓪", "oooooo"),
    ("丨亅|¦ǀ∣✝✞", "lllllltt"),
    ("@$€£¢¡!ß", "aselcils"),
    ("員統館務導裁媽幹雞賤強姦嗎騙賭錢與辦", "员统馆务导裁妈干鸡贱强奸吗骗赌钱与办"),  # traditional
    ("入宫宮曰末已巳土囗", "人官官日未己己士口"),  # Chinese twins
    ("エニハロカタトー", "工二八口力夕卜一"),  # Katakana that passes for Chinese
    ("⺅⻅⻋⻓⻔⻚⻛⻢⻥⻦⻩⻬⻰", "亻见车长门页风马鱼鸟黄齐龙"),  # radicals without a compatibility mapping
)
_ENCLOSED = ((0x1F150, "abcdefghijklmnopqrstuvwxyz"), (0x1F170, "abcdefghijklmnopqrstuvwxyz"))
_REGIONAL = 0x1F1E6

_LEET = str.maketrans("01345679", "oleasbtg")
_ONE_STROKE = str.maketrans("i", "l")


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for signs, plain in _PAIRS:
        table |= {ord(sign): letter for sign, letter in zip(signs, plain, strict=True)}
    for start, letters in (*_ENCLOSED, (_REGIONAL, "abcdefghijklmnopqrstuvwxyz")):
        table |= {start + offset: letter for offset, letter in enumerate(letters)}
    return table


_TABLE = _table()


def fold(text: str, *, digits: bool = True) -> str:
    """Small Latin letters without marks for whatever passes for them; spaces and punctuation stay where they are.

    `i` and `l` become one class. With `digits`, those that stand for letters (h0st, 4dm1n) are read as letters.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_TABLE)).translate(_TABLE).casefold()
    plain = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Mn", "Me", "Cf"))
    return (plain.translate(_LEET) if digits else plain).translate(_ONE_STROKE)


def skeleton(name: str) -> str:
    """Equal for names that look the same. Letters, numbers and emoji count; pure punctuation is its own skeleton."""
    folded = fold(name)
    kept = "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LNS" or _is_spacing_mark(sign))
    return kept.replace("rn", "m").replace("vv", "w") or folded.strip()


def letters_only(name: str) -> str:
    """The skeleton without emoji and symbols: a tick or a star beside a name makes nobody official."""
    return "".join(sign for sign in skeleton(name) if unicodedata.category(sign)[0] in "LN")


def _is_spacing_mark(sign: str) -> bool:
    return unicodedata.category(sign) == "Mc"
