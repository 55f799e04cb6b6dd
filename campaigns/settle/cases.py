"""A round's record as cases: SQL counts who said what when, the domain judges each case once, SQL tells every fan.

Three temporary tables, gone with the transaction: `fact` (a row per fan: the keys of both halves of its case,
domain/rush_cases.py), `worth` and `left_over` (a row per case, judged). Rules are the domain's alone; SQL only measures time
and joins. `recompute` reads and judges fan by fan (record.py) and finds these rows, or says so.
Rejected: a verdict and a line of COPY for each of a million (docs/decisions/0020-cases.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import Connection, Row, TextClause, text

from campaigns.domain.rush import named_by
from campaigns.domain.rush_cases import (
    NOBODY,
    Asked,
    Carried,
    Carry,
    Said,
    Timed,
    Worth,
    cut,
    fresh,
    lefts,
    said_right,
    worths,
)
from campaigns.domain.rush_draw import drawn
from campaigns.settle.record import NS_PER_MS, THERE, asked_of, places_of, publics, there

CHUNK = 5_000
SILENT_MS = -1
UNJUDGED = -1  # no round has judged this fan yet, so none says whether it is out
Case = TypeVar("Case", Timed, Carried)
_COPIED = {None: "\\N", True: "t", False: "f"}

# Elapsed: `RoundClock.elapsed_ns`, whole milliseconds. Whoever is named (:named) is a case of their own.
GATHER = text(f"""
CREATE TEMPORARY TABLE fact ON COMMIT DROP AS
SELECT f.fan_id, CASE WHEN f.fan_id = ANY (CAST(:named AS int[])) THEN f.fan_id ELSE {NOBODY} END AS who,
       coalesce(a.value::text, a.places::text, '')::varchar(40) AS said,
       CASE WHEN a.fan_id IS NULL THEN {SILENT_MS}
            ELSE (greatest(a.received_ns - a.opened_ns - a.allowance_ns, 0) / {NS_PER_MS})::int END AS elapsed_ms,
       coalesce(s.out::int, {UNJUDGED}) AS gone, coalesce(s.streak, 0) AS streak, coalesce(s.lives, 0) AS lives,
       coalesce(s.fell, 0) AS fell {THERE}
""")
COUNT = text("""
SELECT said, who, gone, elapsed_ms, streak, lives, fell, count(*) AS fans, min(fan_id) AS first FROM fact
GROUP BY GROUPING SETS ((said, who, gone, elapsed_ms), (said, who, gone, streak, lives, fell))
""")
TIED = text("SELECT fan_id FROM fact WHERE elapsed_ms = :ms AND said = ANY (:said) ORDER BY fan_id")
NAME = text("UPDATE fact SET who = fan_id WHERE fan_id = ANY (:named)")
WORTH = text("""
CREATE TEMPORARY TABLE worth (said varchar(40), who int, gone int, elapsed_ms int,
                              "right" bool, score int, rank int, flagged bool) ON COMMIT DROP
""")
LEFT = text("""
CREATE TEMPORARY TABLE left_over (said varchar(40), who int, gone int, was_streak int, was_lives int, was_fell int,
                                  streak int, "out" bool, lives int, fell int, bonus int, more int) ON COMMIT DROP
""")
# Outer joins: a fan without a verdict would break NOT NULL, not be forgotten. Answers lie as they arrived; in the order of the
# key a million scores are written with a third less.
SCORES = text(f"""
INSERT INTO score (round_id, version, fan_id, run_id, "right", score, bonus, elapsed_ms,
                   streak, "out", lives, fell, rank, flagged)
SELECT :round, :version, f.fan_id, :run, w."right", w.score + l.more, l.bonus, nullif(f.elapsed_ms, {SILENT_MS}),
       l.streak, l."out", l.lives, l.fell, w.rank, w.flagged
FROM fact f LEFT JOIN worth w USING (said, who, gone, elapsed_ms)
     LEFT JOIN left_over l ON (l.said, l.who, l.gone, l.was_streak, l.was_lives, l.was_fell)
                            = (f.said, f.who, f.gone, f.streak, f.lives, f.fell)
ORDER BY f.fan_id
""")


class Told(NamedTuple):
    """One kind of answer, judged: how many fans gave it, and the first of them by id."""

    case: Timed
    worth: Worth
    fans: int
    first: int


@dataclass(frozen=True, slots=True)
class Judged:
    """`told` is everybody, silence too; `draw`: everybody who drew lots, best first, as the result shows it."""

    told: list[Told]
    draw: dict[str, Any] | None


class _Half(NamedTuple, Generic[Case]):
    """A row of COUNT. `key`: its columns as COPY writes them, by which its fans find their verdict."""

    key: str
    case: Case
    fans: int
    first: int


def judge_round(sql: Connection, row: Row[Any], order: Row[Any]) -> Judged:
    """Judge round `row` by settlement `order`, and write a score of its version for each fan who was there."""
    asked = asked_of(sql, row, order)
    sql.execute(GATHER, there(sql, row, order) | {"named": list(named_by(asked.key))})
    timed, carried = _count(sql, asked)
    draw = _draw(sql, asked, timed, row.seed)
    if draw is not None:
        sql.execute(NAME, {"named": draw["fans"][: draw["places"]]})
        timed, carried = _count(sql, asked)
    worth, left = worths(asked, _fans(timed)), lefts(asked, _fans(carried))
    _copy(sql, WORTH, "worth", (_worth_line(each.key, *worth[each.case]) for each in timed))
    _copy(sql, LEFT, "left_over", (_left_line(each.key, *left[each.case]) for each in carried))
    sql.execute(SCORES, {"round": row.id, "version": order.version, "run": row.run_id})
    return Judged([Told(each.case, worth[each.case], each.fans, each.first) for each in timed], draw)


def _count(sql: Connection, asked: Asked) -> tuple[list[_Half[Timed]], list[_Half[Carried]]]:
    """What is different to SQL can be one case to the domain: late and fresh, {0,2} and {2,0}."""
    rows = sql.execute(COUNT).all()
    carries = [row for row in rows if row.elapsed_ms is None]  # few; and everybody is among them once
    start = fresh(asked.rules, late=any(row.gone != UNJUDGED for row in carries))
    said = {(row.said, row.who): _said(row.said, row.who) for row in carries}
    timed: list[_Half[Timed]] = []
    for text_of, who, gone, ms, _, _, _, fans, first in rows:
        if ms is not None:
            out = start.out if gone == UNJUDGED else gone == 1
            case = Timed(said[text_of, who], None if ms == SILENT_MS else ms, out)
            timed.append(_Half(f"{text_of}\t{who}\t{gone}\t{ms}", case, fans, first))
    return timed, [_carried(row, said[row.said, row.who], start) for row in carries]


def _carried(row: Row[Any], said: Said | None, start: Carry) -> _Half[Carried]:
    carry = start if row.gone == UNJUDGED else Carry(row.streak, row.gone == 1, row.lives, row.fell or None)
    key = f"{row.said}\t{row.who}\t{row.gone}\t{row.streak}\t{row.lives}\t{row.fell}"
    return _Half(key, Carried(said, carry), row.fans, row.first)


def _said(said: str, who: int) -> Said | None:
    """Of places or a value as PostgreSQL writes them; nothing is silence."""
    if not said:
        return None
    return Said(places_of(said), None, who) if said[0] == "{" else Said(frozenset(), float(said), who)


def _fans(halves: Iterable[_Half[Case]]) -> dict[Case, int]:
    fans: dict[Case, int] = {}
    for _, case, number, _ in halves:
        fans[case] = fans.get(case, 0) + number
    return fans


def _draw(sql: Connection, asked: Asked, timed: Sequence[_Half[Timed]], seed: bytes) -> dict[str, Any] | None:
    tied = cut(asked, _fans(timed))
    if tied is None:
        return None
    there = (half for half in timed if half.case.elapsed_ms == tied.elapsed_ms)
    said = [half.key.split("\t")[0] for half in there if said_right(asked.key, half.case.said)]
    fans = list(sql.scalars(TIED, {"ms": tied.elapsed_ms, "said": said}))
    line = drawn(asked.rules.version, seed, asked.n, fans, publics(sql, fans))
    return {"elapsed_ms": tied.elapsed_ms, "places": tied.places, "fans": line}


def _copy(sql: Connection, table: TextClause, name: str, lines: Iterator[str]) -> None:
    """In COPY's text format; nothing in it needs escaping: numbers, truths, and what PostgreSQL itself wrote as text."""
    sql.execute(table)
    driver: Any = sql.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
        while chunk := "".join(islice(lines, CHUNK)):
            copy.write(chunk)


def _worth_line(key: str, right: bool | None, score: int, rank: int | None, flagged: bool) -> str:
    return f"{key}\t{_COPIED[right]}\t{score}\t{_number(rank)}\t{_COPIED[flagged]}\n"


def _left_line(key: str, carry: Carry, bonus: int, share: int) -> str:
    streak, out, lives, fell = carry
    return f"{key}\t{streak}\t{_COPIED[out]}\t{lives}\t{_number(fell)}\t{bonus}\t{bonus + share}\n"


def _number(value: int | None) -> int | str:
    return "\\N" if value is None else value
