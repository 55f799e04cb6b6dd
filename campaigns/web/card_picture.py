"""The preview image of a card, which chat apps show beside its title: place and score in the campaign's colours, as a PNG.

The whole picture is one strip of grey: 0 is the brand's colour, 255 that of the text on it, and the palette says which those
are. Figures and a few words are copied from a drawing that is made beforehand (tools/card_letters.py), so the machine of the
show needs neither fonts nor an imaging library, and a picture costs a few hundredths of a second at most. The name is not in
it: it can be in any script, and the title says it. Rejected: Pillow (a dependency and a font for eleven figures).
"""

from __future__ import annotations

import json
import struct
import zlib
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from campaigns.domain.colour import Colour, mixed
from campaigns.domain.theme import LIGHT, Theme, palette

WIDTH, HEIGHT = 1200, 630
LETTERS = Path(__file__).parent / "pictures" / "card"
LEFT, GAP = 84, 20
KEPT = 128  # pictures a process keeps: a card that goes round is asked for by every chat app
WORDS = {"zh": ("名次", "分"), "en": ("Rank", "points")}
SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, COLOURED = 0, 3


class Face(NamedTuple):
    """All that a picture depends on. `rank` None: nothing was scored, so there is no place."""

    rank: int | None
    of: int
    score: int
    language: str
    brand: Colour
    ink: Colour


def face_of(rank: int, of: int, score: int, language: str, theme: Theme | None) -> Face:
    worn = palette(theme or Theme(), LIGHT)
    return Face(rank if score > 0 else None, of, score, language, worn.brand, worn.brand_ink)


@lru_cache(maxsize=KEPT)
def picture(face: Face) -> bytes:
    rank_word, points = WORDS[face.language]
    canvas, top = bytearray(_drawn()[0][: WIDTH * HEIGHT]), 180
    if face.rank is not None:
        _write(canvas, LEFT, 60, [f"word {rank_word}"])
        rank, of = f"{face.rank:,}", _figures("small", f"/{face.of:,}")
        big = _figures("big", rank)
        room = _wide(big) + GAP + _wide(of) <= WIDTH - 2 * LEFT
        right = _write(canvas, LEFT, 110, big) if room else _write(canvas, LEFT, 256, _figures("small", rank))
        _write(canvas, right + GAP, 256, of)
        top = 440
    right = _write(canvas, LEFT, top, _figures("small", f"{face.score:,}"))
    _write(canvas, right + GAP, top + 30, [f"word {points}"])
    colours = b"".join(_bytes(mixed(face.brand, face.ink, share / 255)) for share in range(256))
    return _png(bytes(canvas), WIDTH, HEIGHT, COLOURED, colours)


def packed_grey(levels: bytes, width: int, height: int) -> bytes:
    """What the drawing is kept as: a PNG to look at, of unfiltered lines."""
    return _png(levels, width, height, GREY)


def _figures(size: str, text: str) -> list[str]:
    return [f"{size} {each}" for each in text]


def _wide(names: list[str]) -> int:
    return sum(_drawn()[1][name][2] for name in names)


def _write(canvas: bytearray, left: int, top: int, names: list[str]) -> int:
    """One after the other. Returns where they end."""
    grey, places = _drawn()
    for name in names:
        x, y, wide, tall = places[name]
        for line in range(tall):
            new, old = (y + line) * WIDTH + x, (top + line) * WIDTH + left
            piece = grey[new : new + wide]
            if any(piece):
                lit = int.from_bytes(canvas[old : old + wide]) | int.from_bytes(piece)
                canvas[old : old + wide] = lit.to_bytes(wide)
        left += wide
    return left


@cache
def _drawn() -> tuple[bytes, dict[str, list[int]]]:
    """(levels, where each piece stands). The picture itself is the upper part; pieces stand below it."""
    data = LETTERS.with_suffix(".png").read_bytes()
    body, at = b"", len(SIGNATURE)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        if data[at + 4 : at + 8] == b"IDAT":
            body += data[at + 8 : at + 8 + length]
        at += length + 12
    lines = zlib.decompress(body)
    step = WIDTH + 1
    levels = b"".join(lines[start + 1 : start + step] for start in range(0, len(lines), step))
    return levels, json.loads(LETTERS.with_suffix(".json").read_text())


def _bytes(colour: Colour) -> bytes:
    return bytes((colour.red, colour.green, colour.blue))


def _png(levels: bytes, width: int, height: int, kind: int, colours: bytes = b"") -> bytes:
    lines = b"".join(b"\0" + levels[at : at + width] for at in range(0, width * height, width))
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0))
    table = _chunk(b"PLTE", colours) if colours else b""
    return SIGNATURE + head + table + _chunk(b"IDAT", zlib.compress(lines, 6)) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
