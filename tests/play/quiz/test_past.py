"""Who plays on in the same process: one statement begins the next play, and what this process does not know is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event, text

from campaigns.domain.play_gate import PlayOutcome
from campaigns.domain.step import StepKind
from campaigns.play.quiz.begin import begin
from campaigns.play.quiz.plays import Playing
from tests.play.quiz.conftest import Season, Table


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What was sent to SQL meanwhile."""
    sent: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def asked_and_left(table: Table, playing: Playing) -> set[int]:
    """The versions that a play of one question asked."""
    told = table.ask(playing)
    assert told.playing is not None
    table.reply(playing)
    table.do(playing, StepKind.STOP)
    return set(told.playing.progress.used)


def test_the_next_play_is_begun_with_one_statement_and_asks_something_new(season: Season) -> None:
    table = season(each=4)
    fan = table.fan()
    seen = asked_and_left(table, table.playing(fan))
    with statements(table.services.sql) as sent:
        again = table.begin(fan)
    assert again.outcome is PlayOutcome.STARTED and again.playing is not None and len(sent) == 1
    first_level = set(again.playing.progress.facts.draw.levels[0])
    assert seen and len(first_level) == 3 and not seen & first_level


def test_what_another_process_has_begun_is_resumed(season: Season) -> None:
    table = season()
    fan = table.fan()
    asked_and_left(table, table.playing(fan))
    elsewhere = begin(table.another_process(), table.run_id, fan, table.services.now()).playing
    here = table.begin(fan)
    assert elsewhere is not None and here.playing is not None
    assert (here.outcome, here.playing.play_id) == (PlayOutcome.RESUMED, elsewhere.play_id)


def test_a_guest_who_became_a_member_begins_the_members_play(season: Season) -> None:
    table = season()
    guest, member = table.fan(), table.fan()
    asked_and_left(table, table.playing(guest))
    with table.services.sql.begin() as sql:
        columns = {"from_id": guest, "to_id": member, "at": table.services.now().at}
        sql.execute(text("INSERT INTO fan_alias (from_id, to_id, at) VALUES (:from_id, :to_id, :at)"), columns)
        sql.execute(text("UPDATE fan SET moved_at = :at WHERE id = :from_id"), columns)
    begun = table.begin(guest).playing
    assert begun is not None and begun.fan_id == member
