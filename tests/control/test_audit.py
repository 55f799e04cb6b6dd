"""The audit log: every use case of operators writes its row, and a new one that does not turns this red."""

from __future__ import annotations

import inspect
import json
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from types import FunctionType
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

import campaigns.control
from campaigns.bootstrap import Services
from campaigns.control import audit, bank, screens
from campaigns.control.audit import PAGE, Deed, Wish, log_of
from campaigns.control.conduct import set_switches
from campaigns.control.faces import show_brand
from campaigns.db.audit import Audit, write_down
from campaigns.db.models import Operator
from campaigns.domain.bank import BankState
from campaigns.identity import displays, operators, remotes
from campaigns.identity.operators import OperatorIdentity
from campaigns.web.operators.deed_words import UNTOLD, sides
from campaigns.web.operators.deeds import KINDS
from campaigns.web.operators.field_names import is_named
from tests.conftest import FakeTime
from tests.control import deeds_of_definitions, deeds_of_streams, deeds_of_the_desk
from tests.control.deeds import DEEDS, DeedsHouse
from tests.control.one_sided import ONE_SIDED, has_both_sides
from tests.play.quiz.conftest import Season, season
from tests.settle.quiz.conftest import Record, record
from tests.show import ACTOR
from tests.show_fixtures import Stage
from tests.stage import single

__all__ = ["deeds_of_definitions", "deeds_of_streams", "deeds_of_the_desk", "record", "season"]
WHO = {"actor", "by", "operator_id", "operator", "host"}  # how a use case is told who does it
WRITES = ("services.sql.begin()", "services.transition(")
NOBODYS = {  # of workers, of the command line, of a screen and of somebody who logs in: no operator does them
    "backups.note_backup",
    "bank_cleaning.clean_import",
    "bank_import.read_import",
    "bank_import.store_import",
    "calibrating.take_taps",
    "displays.new_display",
    "occurrences.make_next",
    "operators.consume_login_link",
    "operators.end_session",
    "operators.login_by_password",
    "operators.mint_login_link",
    "operators.operator_of",
    "remotes.take",
}


def use_cases() -> Iterator[tuple[str, Callable[..., object]]]:
    """Public functions of campaigns/control, and of what operators do with accounts and screens, that begin with services."""
    names = [f"campaigns.control.{found.name}" for found in pkgutil.iter_modules(campaigns.control.__path__)]
    for module in (*map(import_module, names), operators, displays, remotes):
        for name, found in vars(module).items():
            mine = isinstance(found, FunctionType) and found.__module__ == module.__name__ and not name.startswith("_")
            if mine and next(iter(inspect.signature(found).parameters), "") == "services":
                yield f"{module.__name__.rpartition('.')[2]}.{name}", found


def is_a_deed(act: Callable[..., object]) -> bool:
    told = WHO & set(inspect.signature(act).parameters)
    return bool(told) or any(writes in inspect.getsource(act) for writes in WRITES)


@pytest.fixture
def house(
    services: Services, fake_time: FakeTime, stage: Stage, season: Season, record: Record
) -> Iterator[DeedsHouse]:
    timed = replace(services, now=fake_time)
    with timed.sql.begin() as sql:
        for name in ("somebody", "doer"):  # the first of a fresh database would be ACTOR
            row = insert(Operator).values(name=f"{name} {uuid4().hex}", created_at=fake_time.at)
            number = sql.execute(row.returning(Operator.id)).scalar_one()
    yield DeedsHouse(timed, fake_time, OperatorIdentity(number, "doer", False), stage, season, record)


def test_every_use_case_of_an_operator_is_among_the_deeds() -> None:
    found = {name for name, act in use_cases() if is_a_deed(act)}
    assert found - NOBODYS == set(DEEDS) and set(ONE_SIDED) <= found


@pytest.mark.parametrize("name", sorted(DEEDS))
def test_a_deed_stands_in_the_log_with_who_did_it_and_in_words(house: DeedsHouse, name: str) -> None:
    campaign_id = DEEDS[name](house)
    if campaign_id is None:
        assert accounts(house) == [house.doer]
        return
    log = log_of(house.services, campaign_id, Wish(actor=house.doer))
    assert log.deeds, f"{name} was not written down"
    assert all(one.actor == house.doer and one.at == house.time.at and one.kind in KINDS for one in log.deeds)
    keys = {key for one in log.deeds for side in sides(one) for key in side}
    assert [key for key in keys if key not in UNTOLD and not is_named(key)] == [], "words in operators/field_names.py"
    assert all(map(has_both_sides, log.deeds)) is (name not in ONE_SIDED), "both, or one_sided.py says why not"
    assert "key" not in json.dumps([one.after for one in log.deeds if one.kind != "edit_fields"]), "keys are secret"


def accounts(house: DeedsHouse) -> list[str]:
    with house.services.reading() as sql:
        return list(sql.scalars(select(Audit.actor).where(Audit.campaign_id.is_(None), Audit.actor == house.doer)))


def newest(house: DeedsHouse, campaign_id: int) -> Deed:
    return log_of(house.services, campaign_id, Wish(actor=house.doer)).deeds[0]


def test_an_edit_is_told_with_before_and_after(house: DeedsHouse) -> None:
    one = newest(house, DEEDS["definitions.edit_campaign"](house) or 0)
    assert (one.before["zone"], one.after["zone"]) == ("Asia/Shanghai", "Europe/Berlin")
    one = newest(house, DEEDS["crew.take_role"](house) or 0)
    assert one.before["role"] in ("host", "owner") and one.after == {}
    one = newest(house, DEEDS["seasons.move_closing"](house) or 0)
    assert one.before["before"] > one.after["ends_at"], "a day earlier"


def test_what_changed_nothing_is_no_deed(house: DeedsHouse) -> None:
    show, campaign_id = house.show()
    set_switches(house.services, show.run_id, house.doer, auto_reveal=False)
    assert show_brand(house.services, show.run_id, house.doer, shown=False) is False
    assert screens.free_wall(house.services, show.run_id, house.doer) is False
    assert bank.set_state(house.services, campaign_id, BankState.RETIRED, [], house.doer) == 0
    assert log_of(house.services, campaign_id, Wish(actor=house.doer)).deeds == []


def test_a_deed_that_fails_leaves_no_row(house: DeedsHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    _, campaign_id = house.show()

    def breaks(*given: Any, **more: Any) -> None:
        write_down(*given, **more)
        raise RuntimeError("the power fails before the commit")

    monkeypatch.setattr(bank, "write_down", breaks)
    with pytest.raises(RuntimeError):
        bank.write(house.services, campaign_id, single("新的"), by=house.doer)
    assert log_of(house.services, campaign_id, Wish(actor=house.doer)).deeds == []
    assert bank.search(house.services, campaign_id, bank.Wish())[0] == 1


def test_the_log_is_of_one_campaign_and_of_operators_alone(house: DeedsHouse) -> None:
    one, other = DEEDS["faces.show_brand"](house), DEEDS["bank.write"](house)
    assert one and other
    assert {each.kind for each in log_of(house.services, one, Wish()).deeds} == {"brand_shown"}
    show, campaign_id = house.show()
    show.ask()  # the clock opens it, which is nobody's deed
    told = log_of(house.services, campaign_id, Wish())
    assert [each.kind for each in told.deeds] == ["asked"] and set(told.actors) == {ACTOR}


def test_filters_and_pages(house: DeedsHouse) -> None:
    show, campaign_id = house.show()
    for n in range(PAGE + 3):
        show_brand(house.services, show.run_id, house.doer, shown=n % 2 == 0)
    show_brand(house.services, show.run_id, ACTOR, shown=False)
    first = log_of(house.services, campaign_id, Wish())
    last = log_of(house.services, campaign_id, Wish(), 2)
    assert (len(first.deeds), first.more, len(last.deeds), last.more) == (PAGE, True, 4, False)
    assert first.deeds[0].actor == ACTOR and first.deeds[0].kind == "brand_left", "the newest first"
    left = log_of(house.services, campaign_id, Wish(house.doer, "brand_left"))
    assert {(each.actor, each.kind) for each in left.deeds} == {(house.doer, "brand_left")}
    assert first.kinds == ["brand_left", "brand_shown"] and first.actors[house.doer].startswith("doer")
    assert log_of(house.services, campaign_id, Wish("operator:0")).deeds == []
    assert audit.PAGE == 50
