"""What the public page of a run that is over says to every reader alike: its questions, the first of its board, how many played.

Made once for each state of the campaign's record (every correction, name, removal is an event and moves its `seq`), by one
reader for all that come at the same time. A name that its fan changes by joining elsewhere is no event: old for ten seconds
at most. Only what every screen has shown (campaigns/play/afterwards.py) is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, text

from campaigns.bootstrap import Services
from campaigns.db.models import Participation, Round, RunFan
from campaigns.db.question_rows import question_from
from campaigns.db.records import Settlement, Standing
from campaigns.domain.question import Words, public, spoken
from campaigns.domain.round import RoundState
from campaigns.domain.scene import Shown
from campaigns.play.names import number_of

LISTED = 50
BEST_FIRST = (Standing.score.desc(), Standing.elapsed_ms, Standing.fan_id)  # as places are numbered

TOLD = text("""
SELECT r.id, r.n, r.warm_up, r.state, r.choice_order, r.media_name, q.body, t.key, t.result
  FROM round r JOIN question_version q ON q.id = r.question_version_id
  JOIN (SELECT CAST(payload ->> 'round' AS bigint) AS round, min(seq) AS begun, bool_or(kind = 'revealed') AS revealed
          FROM event WHERE campaign_id = :campaign AND run_id = :run AND kind IN ('asked', 'passed_over', 'revealed')
         GROUP BY 1) e ON e.round = r.id
  LEFT JOIN settlement t ON t.round_id = r.id AND t.version = r.version
 WHERE r.run_id = :run AND (r.state = 'void' OR (e.revealed AND t.result IS NOT NULL)) ORDER BY e.begun
""")


@dataclass(frozen=True, slots=True)
class Choice:
    text: Words
    fans: int
    right: bool
    own: bool = False


@dataclass(frozen=True, slots=True)
class Own:
    """What the reader said: `value` of an estimate; the choices are marked themselves."""

    right: bool
    score: int
    elapsed_ms: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """`id`: the round's. `value` and `margin`: of an estimate. Of a void question only its text."""

    id: int
    n: int
    warm_up: bool
    text: Words
    voided: bool
    choices: tuple[Choice, ...] = ()
    value: float | None = None
    margin: float | None = None
    unit: Words | None = None
    explanation: Words | None = None
    image: str | None = None
    image_alt: Words | None = None
    right: int = 0
    answered: int = 0
    own: Own | None = None


@dataclass(frozen=True, slots=True)
class Line:
    fan_id: int
    rank: int
    name: Shown
    score: int
    own: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """`of`: how many played."""

    asked: tuple[Asked, ...]
    top: tuple[Line, ...]
    of: int


def told(services: Services, sql: Connection, run: Row[Any]) -> Told:
    """Of a run that may be told. `run`: its `id`, `campaign_id` and `names_hidden`, and the `campaign_seq` read with them."""
    found: Told = services.told.get((run.id, run.campaign_seq), services.now().ns, lambda: _made(sql, run))
    return found


def _made(sql: Connection, run: Row[Any]) -> Told:
    rows: Any = sql.execute(TOLD, {"run": run.id, "campaign": run.campaign_id}).all()
    asked = tuple(_void(row) if row.state == RoundState.VOID else _told(row) for row in rows)
    return Told(asked, tuple(line(row, run) for row in _best(sql, run)), how_many(sql, run.id))


def _best(sql: Connection, run: Row[Any]) -> Sequence[Row[Any]]:
    """By their numbers; until those are written, by sorting the whole board."""
    named = places(run.campaign_id, run.id).limit(LISTED)
    numbered = sql.execute(named.where(Standing.place.is_not(None)).order_by(Standing.place)).all()
    return numbered or sql.execute(named.order_by(*BEST_FIRST)).all()


def places(campaign_id: Any, run_id: Any) -> Any:
    """Those who stand on the board and may be named."""
    seat = (RunFan.run_id == Standing.run_id) & (RunFan.fan_id == Standing.fan_id)
    here = (Participation.campaign_id == campaign_id) & (Participation.fan_id == Standing.fan_id)
    columns = (Standing.fan_id, Standing.rank, Standing.score, Standing.place, RunFan.seed, Participation.nickname)
    stays = (RunFan.kicked_at.is_(None), Participation.banned_at.is_(None))
    return select(*columns).join(RunFan, seat).join(Participation, here).where(Standing.run_id == run_id, *stays)


def line(row: Row[Any], run: Row[Any]) -> Line:
    return Line(row.fan_id, row.rank, number_of(row.seed) if run.names_hidden else row.nickname, row.score)


def how_many(sql: Connection, run_id: int) -> int:
    """Who stand on the board, as the newest one said on every screen; to count a hundred thousand takes too long."""
    said = select(Settlement.result["board"]["of"].as_integer()).join(Round, Round.id == Settlement.round_id)
    told = said.where(Round.run_id == run_id, Settlement.settled_at.is_not(None))
    newest = told.order_by(Settlement.settled_at.desc(), Round.n.desc(), Settlement.version.desc()).limit(1)
    return sql.scalar(newest) or 0


def _void(row: Row[Any]) -> Asked:
    return Asked(row.id, row.n, row.warm_up > 0, spoken(row.body["text"]), voided=True)


def _told(row: Row[Any]) -> Asked:
    question, key = question_from(row.body, None), row.key or {}
    asked = public(question, tuple(row.choice_order))
    right, counts = key.get("right", ()), row.result["counts"]
    choices = zip(row.choice_order, asked.choices, counts, strict=True) if asked.choices else ()
    return Asked(
        id=row.id,
        n=row.n,
        warm_up=row.warm_up > 0,
        text=asked.text,
        voided=False,
        choices=tuple(Choice(words, n, id in right) for id, words, n in choices),
        value=key.get("value"),
        margin=key.get("margin"),
        unit=asked.unit,
        explanation=spoken(question.explanation),
        image=f"/media/{row.media_name}" if row.media_name else None,
        image_alt=asked.image_alt,
        right=row.result["right"],
        answered=row.result["answered"],
    )
