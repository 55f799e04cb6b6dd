"""A play that nobody plays, for the preview: the road walked without a mistake up to the face that is looked at.

The draw, the fold and the view are those of real plays, so what an operator sees of unsaved rules is what fans would see.
Nothing is recorded. Gates before the one looked at open for any score: it is that one's knobs that are turned.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from enum import StrEnum

from campaigns.bootstrap import Services
from campaigns.domain.draw import Bank, Shortage, draw
from campaigns.domain.lineup import key_of
from campaigns.domain.moment import Moment
from campaigns.domain.play import apply, begin
from campaigns.domain.play_result import condensed
from campaigns.domain.progress import PlayFacts, PlayState, Progress
from campaigns.domain.question import ValueKey
from campaigns.domain.quiz_rules import QuizRules
from campaigns.domain.step import Step, StepKind
from campaigns.play.quiz.result import ResultView
from campaigns.play.quiz.shelf import Shelf
from campaigns.play.quiz.view import PlayView, open_view, play_view, verdict_view

SEED = 20_101_116
PART = 0.2  # of a question's time, which each answer takes
BETWEEN_S = 2.0
_S = PlayState


class Face(StrEnum):
    MAP = "map"
    QUESTION = "question"
    VERDICT = "verdict"
    RESULT = "result"


def imagined(services: Services, rules: QuizRules, bank: Bank, face: Face, level: int) -> PlayView | Shortage | None:
    """The play on this face of gate `level`. None on the map, where there is no play yet."""
    if face is Face.MAP:
        return None
    drawn = draw(rules.levels, bank, SEED, {})
    if isinstance(drawn, Shortage):
        return drawn
    shelf, begun = Shelf(services), services.now()
    walked = rules if face is Face.RESULT else _open_before(rules, level)
    progress, now = _walked(PlayFacts(walked, drawn, shelf.versions(drawn.versions)), face, level, begun)
    opened, verdict = progress.open, progress.verdict
    shown = judged = None
    if opened is not None:
        shown = open_view(progress, opened, now, _picture(shelf, opened.version_id), None)
    if verdict is not None:
        judged = verdict_view(progress, verdict, _picture(shelf, verdict.version_id), None, None)
    result = _result(progress) if progress.state is _S.ENDED else None
    return play_view(1, False, progress, shown, judged, None, None, result)


def _open_before(rules: QuizRules, level: int) -> QuizRules:
    gates = enumerate(rules.levels, start=1)
    return replace(rules, levels=tuple(replace(gate, pass_mark=0) if n < level else gate for n, gate in gates))


def _walked(facts: PlayFacts, face: Face, level: int, now: Moment) -> tuple[Progress, Moment]:
    """The play as it stands on this face, and when."""
    progress = begin(facts)
    while progress.state is not _S.ENDED and not _stands_on(progress, face, level):
        kind = _next(progress)
        now = _after(now, PART * progress.level.seconds if kind is StepKind.ANSWERED else BETWEEN_S)
        progress = apply(progress, _step(progress, kind, now))
    return progress, now


def _stands_on(progress: Progress, face: Face, level: int) -> bool:
    if progress.now.n != level:
        return False
    return progress.open is not None if face is Face.QUESTION else face is Face.VERDICT and _just_told(progress)


def _just_told(progress: Progress) -> bool:
    return progress.open is None and progress.verdict is not None and progress.verdict.n == progress.n


def _next(progress: Progress) -> StepKind:
    if progress.open is not None:
        return StepKind.ANSWERED
    if progress.state is _S.FAILED:
        return StepKind.STOP
    return StepKind.BANK if progress.state is _S.PASSED and progress.facts.rules.dare else StepKind.ASKED


def _step(progress: Progress, kind: StepKind, now: Moment) -> Step:
    step = Step(progress.n + 1, kind, now.ns, now.boot_id, now.at)
    if kind is StepKind.ASKED:
        return replace(step, question_version_id=progress.next_version)
    if kind is not StepKind.ANSWERED or progress.open is None:
        return step
    key = key_of(progress.facts.questions[progress.open.version_id], progress.open.shown)
    said = {"value": key.value} if isinstance(key, ValueKey) else {"places": tuple(sorted(key.right))}
    return replace(step, **said)


def _after(now: Moment, seconds: float) -> Moment:
    return Moment(now.at + timedelta(seconds=seconds), now.ns + int(seconds * 1e9), now.boot_id)


def _picture(shelf: Shelf, version_id: int) -> str | None:
    """Pages look for it under /media, where a picture is known by a play; an operator's is asked for by its number."""
    media_id = shelf.media_of(version_id)
    return None if media_id is None else f"../operators/media/{media_id}"


def _result(progress: Progress) -> ResultView:
    told = condensed(progress)
    return ResultView(told.score, told.right, told.asked, told.elapsed_ms, None, None, (), None)
