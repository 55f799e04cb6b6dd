"""Pictures that files name: sent along, found in the house, or remarked; and what an export names comes back with its picture."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from campaigns.bootstrap import Services
from campaigns.control import bank, bank_import
from campaigns.control.bank import Wish
from campaigns.control.bank_pictures import MISSING
from campaigns.control.bank_report import lines, report
from campaigns.control.file_import import take_in
from campaigns.control.media import Picture, picture_of
from campaigns.db.models import Campaign
from campaigns.domain.bank import BankState
from campaigns.domain.importing import export

HEADER = "kind,text_zh,text_en,choice_a_zh,choice_a_en,choice_b_zh,choice_b_en,key,image\n"
PNG, OTHER = (Picture("image/png", b"\x89PNG\r\n\x1a\n" + bytes([n] * 9)) for n in (1, 2))


def row(text: str, image: str) -> str:
    return f"single,{text}？,{text}?,小米十,Mi 10,小米九,Mi 9,a,{image}\n"


def a_campaign(services: Services) -> int:
    values = {
        "title": {"zh": "图", "en": "Pictures"},
        "zone": "Asia/Shanghai",
        "rate": 1,
        "created_at": services.now().at,
    }
    with services.sql.begin() as sql:
        return sql.execute(insert(Campaign).values(**values).returning(Campaign.id)).scalar_one()


@pytest.fixture
def campaign(services: Services) -> int:
    return a_campaign(services)


def pictures(services: Services, campaign: int) -> dict[str, Picture | None]:
    _, cards = bank.search(services, campaign, Wish())
    found = {card.question.text["en"]: card.media_id for card in cards}
    return {text: picture_of(services, media) if media is not None else None for text, media in found.items()}


def test_a_picture_is_sent_along_or_found_in_the_house_or_remarked(services: Services, campaign: int) -> None:
    file = (HEADER + row("One", "pics/one.png") + row("Two", "gone.png")).encode()
    told = take_in(services, campaign, "q.csv", file, BankState.DRAFT, pictures={"one.png": PNG})
    assert told.counts == {"accepted": 1, "warning": 1, "refused": 0, "one_language": 0, "stored": 2}
    remarks = [problem for line in lines(services, told.id) for problem in line.problems]
    assert [(each.row, each.column, each.value, each.wanted) for each in remarks] == [(3, "image", "gone.png", MISSING)]
    again = take_in(services, campaign, "q.csv", (HEADER + row("Three", "one.png")).encode(), BankState.DRAFT)
    assert again.counts["accepted"] == 1
    assert pictures(services, campaign) == {"One?": PNG, "Two?": None, "Three?": PNG}
    elsewhere = a_campaign(services)
    take_in(services, elsewhere, "q.csv", (HEADER + row("Mine", "one.png")).encode(), BankState.DRAFT)
    assert pictures(services, elsewhere) == {"Mine?": None}, "another campaign's house is not this one's"


def test_a_name_that_stood_for_two_pictures_is_not_guessed(services: Services, campaign: int) -> None:
    for text, picture in (("One", PNG), ("Two", OTHER)):
        file = (HEADER + row(text, "pic.png")).encode()
        take_in(services, campaign, "q.csv", file, BankState.DRAFT, pictures={"pic.png": picture})
    told = take_in(services, campaign, "q.csv", (HEADER + row("Three", "pic.png")).encode(), BankState.DRAFT)
    assert told.counts["warning"] == 1
    assert pictures(services, campaign) == {"One?": PNG, "Two?": OTHER, "Three?": None}


def test_a_json_export_names_its_pictures_and_comes_back_with_them(services: Services, campaign: int) -> None:
    file = (HEADER + row("One", "pics/one.png")).encode()
    take_in(services, campaign, "q.csv", file, BankState.DRAFT, pictures={"one.png": PNG})
    out = "".join(export.as_json(bank.exported(services, campaign, Wish()))).encode()
    elsewhere = a_campaign(services)
    bare = take_in(services, elsewhere, "q.json", out, BankState.DRAFT)
    assert bare.counts["warning"] == 1
    third = a_campaign(services)
    told = take_in(services, third, "q.json", out, BankState.DRAFT, pictures={"one.png": PNG})
    assert told.counts["accepted"] == 1 and pictures(services, third) == {"One?": PNG}


def test_a_file_taken_in_at_one_go_is_discarded_when_nothing_is_good(services: Services, campaign: int) -> None:
    told = take_in(services, campaign, "q.csv", (HEADER + "guess,为何？,Why?,甲,a,乙,b,a,\n").encode(), BankState.DRAFT)
    assert told.state == "discarded" and bank.search(services, campaign, Wish())[0] == 0
    refused = take_in(services, campaign, "q.xlsx", b"PK\x03\x04 no workbook", BankState.DRAFT)
    assert refused.state == "refused" and refused.problems
    assert report(services, campaign, refused.id).problems == refused.problems
    assert bank_import.imports_due(services) == []
