"""Builds the scene packet of a run from SQL. The same facts give the same packet, in every process, at any time.

Cost: two or three small queries beside the rows of run and round; web processes call it once per run and seq and keep it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, select

from campaigns.db.models import RunFan
from campaigns.db.question_rows import question_from
from campaigns.db.records import Settlement, Standing
from campaigns.domain import scene as packet
from campaigns.domain.packet_size import fitted
from campaigns.domain.question import Question, public
from campaigns.domain.race import Race
from campaigns.domain.round import RoundState
from campaigns.domain.run import RunState, Scene
from campaigns.domain.rush_rules import Rule
from campaigns.play.buzz import buzz_part
from campaigns.play.changes import newest_change, told_before
from campaigns.play.current import clock_of, round_row, run_row
from campaigns.play.names import names_of
from campaigns.play.reckoning import after, cut, pot
from campaigns.play.worn import best_of_publics

NS_PER_MS = 1_000_000
PODIUM_SIZE = 3
SHOWS_BOARD = frozenset({Scene.REVEAL, Scene.BOARD, Scene.PODIUM, Scene.FINAL})
SHOWS_ROWS = SHOWS_BOARD - {Scene.REVEAL}
ANNOUNCED = frozenset(RoundState) - {RoundState.SCHEDULED, RoundState.READING}


def load_scene(sql: Connection, run_id: int) -> packet.ScenePacket:
    """Everything that everybody may see of this run now."""
    run = run_row(sql, run_id)
    return scene_of(sql, run, round_row(sql, run.round_id))


def scene_of(sql: Connection, run: Row[Any], row: Row[Any] | None) -> packet.ScenePacket:
    """The same from its run's and its current round's rows (current.py)."""
    scene = Scene(run.scene)
    shows_round = row is not None and scene not in (Scene.PODIUM, Scene.FINAL, Scene.CANCELLED)
    made = packet.ScenePacket(
        seq=run.seq,
        scene=scene,
        run=_run_part(run),
        round=_round_part(row, run) if row is not None and shows_round else None,
        reveal=_reveal_part(sql, run, row, scene) if row is not None else None,
        board=_board_part(sql, run, row) if row is not None and scene in SHOWS_BOARD else None,
        podium=_podium_part(sql, run) if scene in (Scene.PODIUM, Scene.FINAL) else None,
        final=_final_part(run) if scene is Scene.FINAL else None,
        brand=run.brand_shown,
        pause=_still_part(run, row),
        buzz=buzz_part(sql, run, row),
    )
    return fitted(replace(made, badges=_worn(sql, run, made)))


def _worn(sql: Connection, run: Row[Any], made: packet.ScenePacket) -> dict[str, str]:
    """Nobody's while names are hidden. Not in the reveal, where no rows are shown and bytes are short."""
    if run.names_hidden or made.scene not in SHOWS_ROWS:
        return {}
    board, podium = made.board, made.podium
    ranked = [row.fan for row in board.top] if board else []
    return best_of_publics(sql, run.id, [*ranked, *(row.fan for row in (podium.rows if podium else ()))])


def _results(sql: Connection, row: Row[Any]) -> Sequence[Row[Any]]:
    """The settlement that counts by this row of the round (a replay's is of then), and the one before."""
    settled = select(Settlement).where(Settlement.round_id == row.id, Settlement.settled_at.is_not(None))
    counted = settled.where(Settlement.version <= row.version)
    return sql.execute(counted.order_by(Settlement.version.desc()).limit(2)).all()


def _run_part(run: Row[Any]) -> packet.RunPart:
    return packet.RunPart(
        code=run.code,
        title=run.title,
        activity=run.activity,
        rule=run.rules["rule"],
        streak=run.rules["streak"],
        lives=run.rules["lives"],
        rounds=run.rounds,
        rehearsal=run.rehearsal,
        starts_at=run.starts_at.isoformat() if run.starts_at else None,
        cap_ms=run.rules["cap_ms"],
        joined=run.joined,
        draw=hashlib.sha256(run.seed).hexdigest(),
        nameless=run.names_hidden,
        stream=None if run.of_run_id is None else packet.StreamPart(run.cohort, run.delay_ms),
    )


def _round_part(row: Row[Any], run: Row[Any]) -> packet.RoundPart:
    question = question_from(row.body, None)
    announced = RoundState(row.state) in ANNOUNCED and row.opens_ns is not None
    asked = public(question, tuple(row.choice_order))
    rule = Rule.FLAT if row.warm_up else run.rules["rule"]  # nobody falls or is first in a warm-up
    return packet.RoundPart(
        id=str(row.id),
        n=row.n,
        warm_up=row.warm_up > 0,
        of=run.rounds,
        kind=str(asked.kind),
        text=asked.text,
        possible=0 if row.warm_up else asked.possible,
        seconds=row.seconds,
        rule=rule,
        first_n=run.rules["first_n"] if rule == Rule.FIRST_N else None,
        sealed=question.sealed,
        last=row.n == run.rounds and not row.warm_up,
        reading_until_ms=_ms(row.reading_until_ns),
        opens_ms=_ms(_opening(row)) if announced else None,
        closes_ms=_ms(row.closes_ns) if announced else None,
        choices=asked.choices if announced else None,
        unit=asked.unit if announced else None,
        low=asked.low if announced else None,
        high=asked.high if announced else None,
        image=f"/media/{row.media_name}" if announced and row.media_name else None,
        image_alt=asked.image_alt if announced else None,
        waiting=packet.waiting_for(Scene(run.scene), RoundState(row.state), row.ordered or not question.sealed),
    )


def preview_round(question: Question, order: tuple[str, ...], *, rule: str, image: str | None) -> packet.RoundPart:
    """The round as fans and displays would see it open, for the editor's true preview. No clock runs in it."""
    asked = public(question, order)
    timing: dict[str, Any] = {"reading_until_ms": None, "opens_ms": None, "closes_ms": None, "waiting": None}
    words: dict[str, Any] = {
        "text": asked.text,
        "choices": asked.choices,
        "unit": asked.unit,
        "image_alt": asked.image_alt,
    }
    numbers: dict[str, Any] = {
        "low": asked.low,
        "high": asked.high,
        "possible": asked.possible,
        "seconds": question.seconds,
    }
    place: dict[str, Any] = {"id": "0", "n": 1, "warm_up": False, "of": 1, "last": True, "first_n": None}
    kind: dict[str, Any] = {"kind": str(asked.kind), "rule": rule, "sealed": question.sealed, "image": image}
    return packet.RoundPart(**timing, **words, **numbers, **place, **kind)


def _reveal_part(sql: Connection, run: Row[Any], row: Row[Any], scene: Scene) -> packet.RevealPart | None:
    if not packet.may_reveal(scene, RoundState(row.state)):
        return None
    versions = _results(sql, row)
    if not versions:
        return None
    newest = versions[0]
    before = versions[1] if told_before(sql, run.id, newest) else None
    result = newest.result
    # A question is void because its key or its words are wrong: they are not repeated to the hall.
    places, value, margin = key_on_the_wire(None if newest.voided else newest.key, row.choice_order)
    return packet.RevealPart(
        version=newest.version,
        after=after(sql, row, newest),
        places=places,
        value=value,
        margin=margin,
        explanation={} if newest.voided else row.body["explanation"],
        counts=tuple(result["counts"]),
        answered=result["answered"],
        right=result["right"],
        silent=result["silent"],
        fastest=_fastest(sql, run, result["fastest"]),
        cut=None if row.warm_up else cut(sql, run.rules, newest),
        pot=pot(sql, run.rules, newest),
        changed=_changed(newest, before, row.choice_order),
        race=_race(result) if scene is Scene.REVEAL else None,
        light_ms=_ms(row.light_ns) if scene is Scene.REVEAL else None,
    )


def _race(result: dict[str, Any]) -> Race | None:
    """None also of a round that was settled before there were races."""
    ran = result.get("race")
    return None if ran is None else Race(ran["until_ms"], tuple(map(tuple, ran["lanes"])))


def key_on_the_wire(key: dict[str, Any] | None, order: list[str]) -> tuple[tuple[int, ...], float | None, float | None]:
    """(places, value, margin) of a stored key in the round's recorded order."""
    if key is None:
        return (), None, None
    if "right" in key:
        return tuple(sorted(order.index(choice) for choice in key["right"])), None, None
    if "marks" in key:  # BuzzPart shows them
        return (), None, None
    return (), key["value"], key["margin"]


def _changed(newest: Row[Any], before: Row[Any] | None, order: list[str]) -> packet.Changed | None:
    if newest.voided:
        return packet.Changed("voided", (), None)
    if before is None or before.key == newest.key:
        return None
    places, value, _ = key_on_the_wire(before.key, order)
    return packet.Changed("corrected", places, value)


def _fastest(sql: Connection, run: Row[Any], fastest: dict[str, int] | None) -> packet.Fastest | None:
    if fastest is None or _kicked(sql, run.id, [fastest["fan"]]):
        return None
    names = names_of(sql, run, [fastest["fan"]])
    return packet.Fastest(names[fastest["fan"]][1], fastest["elapsed_ms"])


def _kicked(sql: Connection, run_id: int, fans: Iterable[int]) -> set[int]:
    """Those of `fans` who have been removed since: a bad name leaves every screen at once."""
    removed = select(RunFan.fan_id).where(RunFan.run_id == run_id, RunFan.kicked_at.is_not(None))
    return set(sql.scalars(removed.where(RunFan.fan_id.in_(list(fans)))))


def _board_part(sql: Connection, run: Row[Any], row: Row[Any]) -> packet.BoardPart | None:
    settled = next(iter(_results(sql, row)), None)
    if settled is None:
        return None
    board = settled.result["board"]
    fallen = board.get("fallen") or {"of": 0, "top": []}  # settled before there was one
    shown = [row["fan"] for row in (*board["top"], *fallen["top"])]
    names, gone = names_of(sql, run, shown), _kicked(sql, run.id, shown)
    rows = tuple(_board_row(place, names) for place in board["top"] if place["fan"] not in gone)
    best = tuple(_fallen_row(place, names) for place in fallen["top"] if place["fan"] not in gone)
    histogram = tuple((low, count) for low, count in board["histogram"])
    return packet.BoardPart(
        after=packet.After(str(settled.round_id), settled.version),
        of=board["of"],
        top=rows,
        histogram=histogram,
        survivors=board["survivors"],
        fallen=None if board["survivors"] is None else packet.FallenPart(fallen["of"], best),
        changed=newest_change(sql, row, settled),
    )


def _board_row(row: dict[str, Any], names: dict[int, tuple[str, packet.Shown]]) -> packet.BoardRow:
    shown, name = names[row["fan"]]
    numbers = {field: row[field] for field in ("rank", "before", "score", "gained", "out")}
    return packet.BoardRow(fan=shown, name=name, **numbers)


def _fallen_row(row: dict[str, Any], names: dict[int, tuple[str, packet.Shown]]) -> packet.FallenRow:
    shown, name = names[row["fan"]]
    return packet.FallenRow(shown, name, row["rank"], row["score"], row["elapsed_ms"])


def _podium_part(sql: Connection, run: Row[Any]) -> packet.PodiumPart:
    """Rows of the steps shown so far: step 3 shows rank 3, step 1 all three (ranks can be shared).

    Who was sent away is not on it, also while a correction that will move the others up is still being judged.
    """
    stays = (RunFan.run_id == Standing.run_id) & (RunFan.fan_id == Standing.fan_id) & RunFan.kicked_at.is_(None)
    best = select(Standing).join(RunFan, stays)
    best = best.where(Standing.run_id == run.id, Standing.score > 0, Standing.rank <= PODIUM_SIZE)
    rows = sql.execute(best.order_by(Standing.rank, Standing.fan_id).limit(12)).all()
    shown = [row for row in rows if run.podium_step and row.rank >= run.podium_step]
    names = names_of(sql, run, [row.fan_id for row in shown])
    make = packet.PodiumRow
    podium = tuple(make(row.rank, *names[row.fan_id], row.score, row.elapsed_ms) for row in shown)
    return packet.PodiumPart(run.podium_step, podium)


def _still_part(run: Row[Any], row: Row[Any] | None) -> packet.StillPart | None:
    """While the run is paused, and from the word that its clock goes on: every face waits for that instant by itself."""
    still = run.state == RunState.PAUSED
    clock = clock_of(row) if row is not None and row.state == RoundState.OPEN else None
    if row is None or clock is None or not clock.pauses:
        return packet.StillPart(None, None) if still else None
    newest = clock.pauses[-1]
    left_ns = row.closes_ns - (newest.from_ns if still else newest.until_ns)
    return packet.StillPart(min(left_ns / NS_PER_MS, row.seconds * 1000), None if still else _ms(newest.until_ns))


def _opening(row: Row[Any]) -> int | None:
    """As a face's ring counts it: what pauses took has not passed."""
    clock = clock_of(row)
    return None if clock is None else row.opens_ns + row.closes_ns - clock.closes_ns


def _final_part(run: Row[Any]) -> packet.FinalPart:
    done = run.state == RunState.ENDED and run.award_version > 0 and run.awarded_version == run.award_version
    return packet.FinalPart(awards=done, version=run.awarded_version, rate=float(run.rate), seed=run.seed.hex())


def _ms(ns: int | None) -> float | None:
    return None if ns is None else ns / NS_PER_MS
