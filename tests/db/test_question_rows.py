"""A question's body is the same, whichever way the question came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest

from campaigns.db.question_rows import body_of, question_from
from campaigns.domain.importing.export import Exported, as_csv, as_gift, as_json
from campaigns.domain.importing.formats import open_file
from campaigns.domain.importing.pipeline import examine
from campaigns.domain.proposal import Typed, proposed

IN_CHINESE = proposed(Typed("zh", "哪一代最轻？", ("一代", "二代"), 1, "因为"))


@pytest.mark.parametrize(
    ("write", "name"), [(as_json, "q.json"), (as_csv, "q.csv"), (as_gift, "q.gift")], ids=["json", "csv", "gift"]
)
def test_what_a_fan_proposed_in_one_language_comes_back_with_the_same_body(
    write: Callable[[Iterable[Exported]], Iterator[str]], name: str
) -> None:
    lying = body_of(IN_CHINESE)
    file = "".join(write([Exported(question_from(lying, {"right": ["b"]}))])).encode()
    (line,) = examine(open_file(file, name).items)
    assert line.question is not None and body_of(line.question) == lying


def test_what_somebody_wrote_stands_in_both_languages_and_what_nobody_wrote_is_nothing() -> None:
    body = body_of(IN_CHINESE)
    assert (body["text"], body["unit"]) == ({"zh": "哪一代最轻？", "en": ""}, {})
    assert body["choices"][1] == {"id": "b", "text": {"zh": "二代", "en": ""}}
