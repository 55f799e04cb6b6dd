"""The public page of a run that is over: what was asked, what was right and why, the board, and the reader's own result.

Only what every screen has shown: a question that was revealed, with the key that counts now; one that became void says so
and repeats neither key nor explanation; a sealed one whose key never came is not there. There is no such page of a run that
has not ended (or was reopened), of a rehearsal, of a cancelled run, nor while a cohort still plays what it tells: whoever
watches there could read ahead in a private tab. Who was removed is not named; a hidden name is a number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select, text, tuple_

from campaigns.bootstrap import Services
from campaigns.db.cohorts import Cohort, all_told
from campaigns.db.identities import seats_of
from campaigns.db.models import Activity, Campaign, Participation, Round, Run, RunFan
from campaigns.db.question_rows import question_from
from campaigns.db.records import Answer, Score, Settlement, Standing
from campaigns.db.themes import ThemeRow
from campaigns.domain.activity import ActivityKind
from campaigns.domain.question import Words, public, spoken
from campaigns.domain.round import RoundState
from campaigns.domain.run import RunState
from campaigns.domain.scene import Shown
from campaigns.play.cards import card_token
from campaigns.play.names import number_of

LISTED, NEIGHBOURS = 50, 3

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
    own: bool


@dataclass(frozen=True, slots=True)
class Own:
    """What the reader said: `value` of an estimate; the choices are marked themselves."""

    right: bool
    score: int
    elapsed_ms: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Asked:
    """`value` and `margin`: of an estimate. Of a void question only its text."""

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
    rank: int
    name: Shown
    score: int
    own: bool


@dataclass(frozen=True, slots=True)
class Afterwards:
    """`around`: the own line with its neighbours, where it is not listed. `card`: what stands behind /s/ for the reader."""

    code: str
    campaign_id: int
    title: Words
    activity: Words
    look: Any
    of: int
    asked: tuple[Asked, ...]
    top: tuple[Line, ...]
    around: tuple[Line, ...]
    own: Line | None
    card: str | None
    stream: str | None  # the name of the cohort whose board this is


def has_afterwards(services: Services, run_id: int) -> bool:
    with services.reading() as sql:
        return sql.execute(_over(Run.id == run_id)).one_or_none() is not None


def waits_for_a_stream(services: Services, code: str) -> bool:
    """It is over here, and told once the viewers of a stream who are behind have seen the end too."""
    over = (Run.state == RunState.ENDED, ~Run.rehearsal, ~all_told())
    with services.reading() as sql:
        found = select(Run.id).outerjoin(Cohort, Cohort.run_id == Run.id).where(Run.code == as_typed(code), *over)
        return sql.scalar(found) is not None


def as_typed(code: str) -> str:
    return "".join(code.split()).upper()[:20]


def afterwards(services: Services, code: str, fan_id: int | None) -> Afterwards | None:
    """None: there is no such page. `fan_id`: who reads it, if that is known."""
    with services.reading() as sql:
        run = sql.execute(_over(Run.code == as_typed(code))).one_or_none()
        if run is None:
            return None
        own = _own_place(sql, run, fan_id) if fan_id is not None else None
        top = sql.execute(_places(run).order_by(*_BEST_FIRST).limit(LISTED)).all()
        listed = {row.fan_id for row in top}
        near = [] if own is None or own.fan_id in listed else _around(sql, run, own)
        around = [row for row in near if row.fan_id not in listed]
        mine = own.fan_id if own is not None else None
        return Afterwards(
            code=run.code,
            campaign_id=run.campaign_id,
            title=run.title,
            activity=run.activity,
            look=run.look,
            of=_how_many(sql, run.id),
            asked=_asked(sql, run, mine),
            top=tuple(_line(row, run, mine) for row in top),
            around=tuple(_line(row, run, mine) for row in around),
            own=_line(own, run, mine) if own is not None else None,
            card=card_token(services.secret, run.id, own.fan_id) if own is not None else None,
            stream=run.stream,
        )


def _over(which: Any) -> Any:
    columns = (Run.id, Run.code, Run.campaign_id, Run.names_hidden, Campaign.title, Activity.title.label("activity"))
    run = select(*columns, ThemeRow.look).join(Campaign, Campaign.id == Run.campaign_id)
    run = run.join(Activity, Activity.id == Run.activity_id)
    run = run.add_columns(Cohort.name.label("stream")).outerjoin(Cohort, Cohort.run_id == Run.id)
    run = run.outerjoin(ThemeRow, ThemeRow.campaign_id == Run.campaign_id)
    over = (Run.state == RunState.ENDED, ~Run.rehearsal, Activity.kind == ActivityKind.RUSH)
    return run.where(which, *over, all_told())


# --- the board ----------------------------------------------------------------------------------------------------

_BEST_FIRST = (Standing.score.desc(), Standing.elapsed_ms, Standing.fan_id)  # as ix_standing_order lies
_WORST_FIRST = (Standing.score, Standing.elapsed_ms.desc(), Standing.fan_id.desc())


def _places(run: Row[Any]) -> Any:
    seat = (RunFan.run_id == Standing.run_id) & (RunFan.fan_id == Standing.fan_id)
    here = (Participation.campaign_id == run.campaign_id) & (Participation.fan_id == Standing.fan_id)
    columns = (Standing.fan_id, Standing.rank, Standing.score, Standing.elapsed_ms, RunFan.seed, Participation.nickname)
    stays = (RunFan.kicked_at.is_(None), Participation.banned_at.is_(None))
    return select(*columns).join(RunFan, seat).join(Participation, here).where(Standing.run_id == run.id, *stays)


def _how_many(sql: Connection, run_id: int) -> int:
    """As the newest board said on every screen; to count a hundred thousand for each reader takes too long."""
    said = select(Settlement.result["board"]["of"].as_integer()).join(Round, Round.id == Settlement.round_id)
    told = said.where(Round.run_id == run_id, Settlement.settled_at.is_not(None))
    newest = told.order_by(Settlement.settled_at.desc(), Round.n.desc(), Settlement.version.desc()).limit(1)
    return sql.scalar(newest) or 0


def _own_place(sql: Connection, run: Row[Any], fan_id: int) -> Row[Any] | None:
    """Also of the guest that this member once was."""
    mine = _places(run).where(Standing.fan_id.in_(seats_of(fan_id)))
    return sql.execute(mine.order_by(*_BEST_FIRST).limit(1)).one_or_none()


def _around(sql: Connection, run: Row[Any], own: Row[Any]) -> list[Row[Any]]:
    here, there = tuple_(Standing.elapsed_ms, Standing.fan_id), tuple_(own.elapsed_ms, own.fan_id)
    ahead = _places(run).where(Standing.score >= own.score, (Standing.score > own.score) | (here < there))
    behind = _places(run).where(Standing.score <= own.score, (Standing.score < own.score) | (here > there))
    before = sql.execute(ahead.order_by(*_WORST_FIRST).limit(NEIGHBOURS)).all()
    after = sql.execute(behind.order_by(*_BEST_FIRST).limit(NEIGHBOURS)).all()
    return [*reversed(before), own, *after]


def _line(row: Row[Any], run: Row[Any], mine: int | None) -> Line:
    name = number_of(row.seed) if run.names_hidden else row.nickname
    return Line(row.rank, name, row.score, row.fan_id == mine)


# --- the questions ------------------------------------------------------------------------------------------------


def _asked(sql: Connection, run: Row[Any], mine: int | None) -> tuple[Asked, ...]:
    rows = sql.execute(TOLD, {"run": run.id, "campaign": run.campaign_id}).all()
    said = _said(sql, run.id, mine) if mine is not None else {}
    return tuple(_void(row) if row.state == RoundState.VOID else _told(row, said.get(row.id)) for row in rows)


def _said(sql: Connection, run_id: int, fan_id: int) -> dict[int, Row[Any]]:
    """The reader's answers by round, with what they were worth."""
    judged = (Score.round_id == Round.id) & (Score.version == Round.version) & (Score.fan_id == Answer.fan_id)
    columns = (Answer.round_id, Answer.places, Answer.value, Score.right, Score.score, Score.elapsed_ms)
    rows = select(*columns).join(Round, Round.id == Answer.round_id).join(Score, judged)
    mine: Any = sql.execute(rows.where(Round.run_id == run_id, Answer.fan_id == fan_id))
    return {row.round_id: row for row in mine}


def _void(row: Row[Any]) -> Asked:
    return Asked(row.n, row.warm_up > 0, spoken(row.body["text"]), voided=True)


def _told(row: Row[Any], said: Row[Any] | None) -> Asked:
    question, key = question_from(row.body, None), row.key or {}
    asked = public(question, tuple(row.choice_order))
    right, counts = key.get("right", ()), row.result["counts"]
    places = said.places if said is not None else ()
    choices = zip(row.choice_order, asked.choices, counts, strict=True) if asked.choices else ()
    return Asked(
        n=row.n,
        warm_up=row.warm_up > 0,
        text=asked.text,
        voided=False,
        choices=tuple(Choice(words, n, id in right, at in places) for at, (id, words, n) in enumerate(choices)),
        value=key.get("value"),
        margin=key.get("margin"),
        unit=asked.unit,
        explanation=spoken(question.explanation),
        image=f"/media/{row.media_name}" if row.media_name else None,
        image_alt=asked.image_alt,
        right=row.result["right"],
        answered=row.result["answered"],
        own=None if said is None else Own(bool(said.right), said.score, said.elapsed_ms or 0, said.value),
    )
