"""What a quiz's run shows everybody, as data: the road with its levels. The quiz's twin of scene.py (docs/messages.md).

It changes when the run opens or closes, and when an operator puts something over its wall; what moves (passes, the
board) goes to displays on a tick.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from campaigns.domain.level import Level
from campaigns.domain.question import Words
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.run import RunState


class RoadScene(StrEnum):
    SCHEDULED = "scheduled"
    ROAD = "road"
    CLOSED = "closed"


_SCENES = {RunState.SCHEDULED: RoadScene.SCHEDULED, RunState.LOBBY: RoadScene.SCHEDULED}
_SCENES |= {RunState.PLAYING: RoadScene.ROAD}


def road_scene(state: RunState) -> RoadScene:
    return _SCENES.get(state, RoadScene.CLOSED)


@dataclass(frozen=True, slots=True)
class RoadRun:
    code: str
    title: Words
    activity: Words
    joined: int
    opens_at: str | None
    closes_at: str | None
    nameless: bool = False  # names on displays are numbers


@dataclass(frozen=True, slots=True)
class RoadRules:
    scoring: str
    dare: bool
    practice: bool
    attempts_per_day: int
    streak_extra_max: int
    cap_ms: int
    version: int


@dataclass(frozen=True, slots=True)
class RoadLevel:
    n: int
    title: Words
    story: Words
    questions: int
    seconds: int
    pass_mark: int
    lives: int
    bonus: int
    retries: int
    helps: dict[str, int]


@dataclass(frozen=True, slots=True)
class RoadPacket:
    seq: int
    scene: RoadScene
    run: RoadRun
    rules: RoadRules
    levels: tuple[RoadLevel, ...]
    brand: bool = False  # displays show the brand instead


def road_rules(rules: QuizRules) -> RoadRules:
    switches = (rules.scoring.value, rules.dare, rules.practice)
    return RoadRules(*switches, rules.attempts_per_day, rules.streak_extra_max, rules.cap_ms, rules.version)


def road_levels(rules: QuizRules) -> tuple[RoadLevel, ...]:
    return tuple(_level(n, level) for n, level in enumerate(rules.levels, start=1))


def _level(n: int, level: Level) -> RoadLevel:
    helps = {"fifty": level.helps.fifty, "time": level.helps.time, "swap": level.helps.swap}
    gate = (level.count, level.seconds, level.pass_mark, level.lives, level.bonus, level.retries)
    return RoadLevel(n, level.title, level.story, *gate, helps)
