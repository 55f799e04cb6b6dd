"""More of the contact sheet's table: what stands beside the show itself, and a podium that is shared.

A state that is no fan's page (the phone as remote control, the poster) stands in the phones' place; the screens show the
hall meanwhile. Tied are answers whose time is made one in the record: no two taps of a test are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import select, text

from campaigns.control.cohorts import make_cohort
from campaigns.control.runs import run_summary
from campaigns.control.warm_ups import typed, warm_up_typed
from campaigns.db.models import Operator, Round
from campaigns.identity.remotes import invite
from tests.browser.contact_acts import FIRST, Act, Night, Programme, State
from tests.browser.faces import PHONE, Phone

LOCALES = ("zh-CN", "en")
STREAM_MS = 2_000
ONE_TIME = text("""UPDATE answer SET received_ns = opened_ns + 600000000, allowance_ns = 0
WHERE round_id = (SELECT round_id FROM run WHERE id = :run)""")


@contextmanager
def in_their_place(night: Night, name: str) -> Iterator[list[Phone]]:
    """Other phones, one in each language, until it ends."""
    own, night.phones = night.phones, [night.hall.phone(name, locale=locale) for locale in LOCALES]
    yield night.phones
    night.phones = own


def warming_up(night: Night) -> Iterator[State]:
    line = typed("先暖个场：你在哪儿看发布会？", ["现场", "直播"], 0, "A warm-up: where are you watching?")
    with night.services.reading() as sql:
        coming = list(sql.scalars(select(Round.id).where(Round.run_id == night.run_id).order_by(Round.n)))
    warm_up_typed(night.services, night.run_id, coming, replace(line, seconds=240), "test")
    night.desk.page.locator("#next", has_text="warm-up").wait_for()
    night.opened()
    yield "warm-up: open"
    night.taps("a", "b")
    night.crowd_says("a", "b")
    night.revealed()
    yield "warm-up: reveal"


def by_remote(night: Night) -> Iterator[State]:
    """Taken by two phones, while a question is open."""
    night.opened()
    with night.services.reading() as sql:
        operator = sql.scalars(select(Operator.id).order_by(Operator.id)).first() or 0
    with in_their_place(night, "remote") as phones:
        for phone in phones:
            phone.go(f"/remote/{invite(night.services, night.run_id, operator)}")
        yield "remote control: the link"
        for phone in phones:
            phone.page.locator("form button[type=submit]").click()
            phone.has("#remote button")
        yield "remote control"


def tied(night: Night) -> Iterator[State]:
    """A fan of the crowd and the phone in Chinese at the same instant, one more later, all others wrong."""
    night.taps("a", "b")
    replace(night, crowd=night.crowd[:1]).crowd_says("a")
    night.phase("recorded")
    with night.services.sql.begin() as sql:
        assert sql.execute(ONE_TIME, {"run": night.run_id}).rowcount == 3
    replace(night, crowd=night.crowd[1:2]).crowd_says("a")
    replace(night, crowd=night.crowd[2:]).crowd_says("b")
    night.revealed()
    night.board()
    yield "board: tied"
    night.to_podium()
    for place in "third", "second", "first":
        night.next("podium_step")
        yield f"podium, tied: {place}"
    night.next("end")
    night.phase("final")
    yield "final, tied"


def afterwards(night: Night) -> Iterator[State]:
    code = night.hall.code(night.run_id)
    for phone in night.phones:
        phone.go(f"/r/{code}/after")
    yield "public page after"
    night.phones = [night.hall.operator(locale, PHONE) for locale in LOCALES]  # type: ignore[misc]  # any tab is photographed
    for desk in night.phones:
        desk.go(f"/operators/runs/{night.run_id}/report")
        desk.has("[data-posters] :is(img, canvas)").first.scroll_into_view_if_needed()
    yield "poster"


def streamed(night: Night) -> Iterator[State]:
    """Who watches the stream: the same show, two seconds later."""
    cohort = make_cohort(night.services, night.run_id, "直播间", STREAM_MS, "test")
    assert cohort is not None
    code = run_summary(night.services, cohort).code
    with in_their_place(night, "stream") as phones:
        for phone in phones:
            phone.join(code)
        yield "stream: lobby"
        night.opened()
        night.taps("a", "b")
        night.crowd_says("a", "b")
        night.revealed()
        yield "stream: reveal"
        night.board()
        night.phase("board")
        yield "stream: board"
        night.next("podium", "podium_step", "podium_step", "podium_step", "end")
        night.phase("final")
        yield "stream: final"


def rehearsed(night: Night) -> Iterator[State]:
    yield "rehearsal: lobby"
    night.opened()
    yield "rehearsal: open"
    night.taps("a", "b")
    night.crowd_says("a", "b")
    night.revealed()
    yield "rehearsal: reveal"


BESIDE: tuple[Act, ...] = (warming_up, by_remote, tied, afterwards)
SIDES = {
    "beside": Programme((FIRST,), BESIDE, crowd=4),
    "stream": Programme((FIRST,), (streamed,), crowd=4),
    "rehearsal": Programme((FIRST,), (rehearsed,), crowd=4, rehearsal=True),
}
