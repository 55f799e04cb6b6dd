"""Four kilobytes for everything that everybody may see: what of a scene packet gives way, and in which order.

Words and counts stay. First goes what nobody would miss. Where a race is told, no face draws rows: of the board those above
FEWEST_ROWS, of the fallen all. Of the histogram all above PLENTY buckets. In that room the race runs as finely as it can, at
worst not at all. Then what would be missed: buckets down to FEWEST, then those rows. What is over LIMIT then, is so by its words.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

from campaigns.domain.leaderboard import coarser
from campaigns.domain.race import Race, halved
from campaigns.domain.scene import BoardPart, ScenePacket

LIMIT = 4096 - 64  # bytes of a packet; what Socket.IO puts around it is left out
PLENTY = 60  # buckets: with fewer of them, "ahead of" gets coarse
FEWEST = 20  # buckets: below that, "ahead of" would say nothing
FEWEST_ROWS = 3  # of the board
FEWEST_BINS = 16  # of the race: below that it is no race

Histogram = tuple[tuple[int, int], ...]


def fitted(packet: ScenePacket) -> ScenePacket:
    """The packet in LIMIT bytes."""
    if (over := _size(packet) - LIMIT) <= 0:
        return packet
    board, reveal = packet.board, packet.reveal
    if board is not None and reveal is not None and reveal.race is not None:
        lean = _unseen(board)
        race, left = _slower(reveal.race, over - (_size(board) - _size(lean)), _spare(lean))
        if race is not None:
            board, over = lean, left
        else:
            over -= _size(reveal.race) - _size(None)
        packet = replace(packet, reveal=replace(reveal, race=race), board=board)
    return packet if board is None or over <= 0 else replace(packet, board=_shorter(board, over))


def _unseen(board: BoardPart) -> BoardPart:
    """Without the rows that no face draws beside a race."""
    fallen = None if board.fallen is None else replace(board.fallen, top=())
    return replace(board, top=board.top[:FEWEST_ROWS], fallen=fallen)


def _spare(board: BoardPart) -> int:
    """Bytes that the histogram has to give before its buckets get coarse."""
    return _size(board.histogram) - _size(coarser(board.histogram, PLENTY))


def _slower(race: Race, over: int, spare: int) -> tuple[Race | None, int]:
    """The finest race with which no more than `spare` is over; and what is over then."""
    kept: Race | None = race
    size = whole = _size(race)
    while kept is not None and over - (whole - size) > spare:
        kept = halved(kept) if len(kept.lanes[0]) > FEWEST_BINS else None
        size = _size(kept)
    return kept, over - (whole - size)


def _shorter(board: BoardPart, over: int) -> BoardPart:
    histogram = _coarsened(board.histogram, _size(board.histogram) - over)
    over -= _size(board.histogram) - _size(histogram)
    fallen, top = board.fallen, board.top
    if over > 0 and fallen is not None:
        rows, over = _shortened(fallen.top, over, 0)
        fallen = replace(fallen, top=rows)
    if over > 0:
        top, over = _shortened(top, over, FEWEST_ROWS)
    return replace(board, histogram=histogram, fallen=fallen, top=top)


def _coarsened(histogram: Histogram, room: int) -> Histogram:
    """The finest one in `room` bytes, found by halving: fewer buckets are never longer."""
    low, high = min(FEWEST, len(histogram)), len(histogram)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _size(coarser(histogram, middle)) <= room else (low, middle - 1)
    return tuple(coarser(histogram, low))


def _shortened(rows: tuple[Any, ...], over: int, fewest: int) -> tuple[tuple[Any, ...], int]:
    """Without as many of the last rows as `over` bytes need; and what is over still."""
    while over > 0 and len(rows) > fewest:
        over -= _size(rows[-1]) + 1
        rows = rows[:-1]
    return rows, over


def _size(part: Any) -> int:
    """In bytes, as realtime/wire_json.py writes it."""
    return len(
        json.dumps(part, separators=(",", ":"), default=asdict, ensure_ascii=False).encode("utf-8", "surrogatepass")
    )
