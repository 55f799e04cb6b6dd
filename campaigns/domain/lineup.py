"""The questions of a play as this fan meets them: choice order, hidden choices, what a swap or a retry brings.

All of it follows from the draw and the number of a step, so nothing of it needs a record: the choices are shuffled by
(play's seed, n of the step that opened the question), and the page sees only the outcome, never the seed, nor can it
work it out (shuffle.py). True/false keeps its order so that 对 is always first.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

from campaigns.domain.draw import Draw
from campaigns.domain.errors import BadInput
from campaigns.domain.question import ChoiceKey, Kind, Question, ValueKey
from campaigns.domain.rush import PlacesKey
from campaigns.domain.shuffle import concealed

Questions = Mapping[int, Question]  # by version id, with their keys
FEWEST_FOR_FIFTY = 4


def order(question: Question, seed: int, n: int) -> tuple[int, ...]:
    """For each place this fan sees, which authored choice (0…) stands there. `n`: the step that opened the question."""
    if question.kind is Kind.TRUE_FALSE:
        return tuple(range(len(question.choices)))
    return tuple(concealed(len(question.choices), seed, str(n)))


def key_of(question: Question, shown: tuple[int, ...]) -> PlacesKey | ValueKey:
    """The key in the places this fan sees. BadInput for a question without one: it cannot be played here."""
    if isinstance(question.key, ValueKey):
        return question.key
    if not isinstance(question.key, ChoiceKey):
        raise BadInput("key", None, "a key: a quiz judges each answer at once")
    right = question.key.right
    return PlacesKey(frozenset(place for place, i in enumerate(shown) if question.choices[i].id in right))


def takes_fifty(question: Question) -> bool:
    return question.kind is Kind.SINGLE and len(question.choices) >= FEWEST_FOR_FIFTY


def hidden(question: Question, shown: tuple[int, ...], seed: int, n: int) -> tuple[int, ...]:
    """The two wrong places that `fifty`, used as step `n`, takes away."""
    key = key_of(question, shown)
    right = key.right if isinstance(key, PlacesKey) else frozenset()
    wrong = [place for place in range(len(shown)) if place not in right]
    return tuple(sorted(wrong[i] for i in concealed(len(wrong), seed, f"fifty:{n}")[:2]))


def substitute(draw: Draw, level: int, questions: Questions, used: AbstractSet[int], instead_of: int) -> int | None:
    """What `swap` brings: from the level's reserve, as difficult, not used in this play. None: there is none left."""
    wanted = questions[instead_of].difficulty
    spare = (version for version in draw.reserve[level - 1] if version not in used)
    return next((version for version in spare if questions[version].difficulty == wanted), None)


def retried(draw: Draw, level: int, questions: Questions, used: AbstractSet[int], n: int) -> tuple[int, ...]:
    """The level's questions once it is tried again at step `n`: from its reserve, place by place as difficult as before.

    Where the reserve has run out, the questions of the first attempt come again, shuffled among those places.
    """
    first = draw.levels[level - 1]
    taken = set(used)
    lineup: list[int | None] = []
    for version in first:
        fresh = substitute(draw, level, questions, taken, version)
        lineup.append(fresh)
        taken |= {fresh} if fresh is not None else set()
    again = [first[i] for i in concealed(len(first), draw.seed, f"retry:{n}")]
    return tuple(version if version is not None else again.pop() for version in lineup)
