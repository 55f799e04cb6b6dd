"""The bank's pages: found, edited, moved; a file looked at before it comes in; out again in four formats."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest

from campaigns.bootstrap import Services
from campaigns.control import bank, bank_import
from campaigns.control.bank import Wish
from campaigns.control.definitions import rush
from campaigns.control.questions import questions_of
from campaigns.domain.bank import BankState
from campaigns.domain.importing.formats import open_file
from campaigns.domain.importing.pipeline import examine
from campaigns.files.workbook import rows_of
from tests.web.conftest import RUSH, SINGLE, Browser

SHEET = """kind,text_zh,text_en,choice_a_en,choice_b_en,key,tags
single,,Which is heavier?,Mi 10,Mi 9,a,phones
truefalse,小米10 有 5G,The Mi 10 has 5G,,,true,phones
single,,=1+1,Mi 10,Mi 9,z,
"""


@pytest.fixture
def bring(operator: Browser, services: Services, campaign_id: int) -> Callable[..., str]:
    """The address of a file's report, read as the worker reads it."""

    def uploaded(text: str | bytes = SHEET, name: str = "q.csv", arriving: str = "draft") -> str:
        data = text.encode() if isinstance(text, str) else text
        sent: dict[str, object] = {"file": (io.BytesIO(data), name), "arriving": arriving, "source": "our own"}
        at = f"/operators/campaigns/{campaign_id}/bank/import"
        answer = operator.post(at, sent, form_at=at, content_type="multipart/form-data")
        assert answer.status_code == 303
        bank_import.read_import(services, int(answer.location.rsplit("/", 1)[1]))
        return answer.location

    return uploaded


def size(services: Services, campaign_id: int) -> int:
    return bank.search(services, campaign_id, Wish())[0]


def test_a_file_is_looked_at_confirmed_and_then_in_the_bank(
    operator: Browser, services: Services, campaign_id: int, bring: Callable[..., str]
) -> None:
    at = bring()
    page = operator.get(f"{at}?lang=en").text
    assert "Take in 2 questions" in page and "not a formula" in page and "in English only" in page
    assert "Which is heavier?" not in operator.get(f"{at}?only=refused").text
    alone = operator.get(f"{at}?only=one_language").text
    assert "Which is heavier?" in alone and "5G" not in alone
    assert size(services, campaign_id) == 0
    told = operator.get(f"{at}/report.csv")
    assert (told.mimetype, told.text.count("\r\n")) == ("text/csv", 4)
    assert "'=1+1" in told.text and not re.search(r"(^|,)=", told.text)
    operator.post(f"{at}/decide", {"decision": "store"}, form_at=at)
    assert operator.get(f"{at}/progress").get_json()["state"] == "confirmed"
    assert 'http-equiv="refresh"' in operator.get(at).text
    bank_import.store_import(services, int(at.rsplit("/", 1)[1]))
    assert "2 questions came into the bank." in operator.get(at).text
    assert size(services, campaign_id) == 2
    listed = operator.get(f"/operators/campaigns/{campaign_id}/bank?tag=phones&state=draft").text
    assert "Which is heavier?" in listed and "no Chinese" in listed and "not played yet" in listed


def test_a_file_at_work_tells_how_far_it_is_without_a_reload(operator: Browser, campaign_id: int) -> None:
    at = f"/operators/campaigns/{campaign_id}/bank/import"
    sent: dict[str, object] = {"file": (io.BytesIO(SHEET.encode()), "q.csv"), "arriving": "draft"}
    sent["pictures"] = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"\0" * 9), "pics/one.png")
    where = operator.post(at, sent, form_at=at, content_type="multipart/form-data").location
    page = operator.get(where).text
    assert '<noscript><meta http-equiv="refresh"' in page and page.count("http-equiv") == 1
    assert "<progress" in page and "operators-import" in page and 'role="status"' in page
    assert operator.get(f"{where}/progress").json == {"state": "uploaded", "done": 0, "expected": 0}
    bad = sent | {"file": (io.BytesIO(SHEET.encode()), "q.csv"), "pictures": (io.BytesIO(b"MZ"), "one.png")}
    assert operator.post(at, bad, form_at=at, content_type="multipart/form-data").status_code == 400


def test_a_discarded_or_refused_file_brings_nothing(
    operator: Browser, services: Services, campaign_id: int, bring: Callable[..., str]
) -> None:
    at = bring()
    assert operator.post(f"{at}/decide", {"decision": "discard"}, form_at=at).status_code == 303
    refused = bring(b"MZ\0\0", "q.xlsx")
    assert "refused as a whole" in operator.get(f"{refused}?lang=en").text
    assert size(services, campaign_id) == 0


def test_states_change_for_the_chosen_and_for_all_that_match(
    operator: Browser, services: Services, campaign_id: int, bring: Callable[..., str]
) -> None:
    in_bank(operator, services, bring)
    at = f"/operators/campaigns/{campaign_id}/bank"
    first = bank.search(services, campaign_id, Wish())[1][0].id
    operator.post(f"{at}/state", {"id": str(first), "to": "reviewed"}, form_at=at)
    assert bank.states(services, campaign_id)[BankState.REVIEWED] == 1
    operator.post(f"{at}/state", {"all": "on", "to": "retired", "text": "heavier"}, form_at=at)
    assert bank.states(services, campaign_id) == {BankState.DRAFT: 0, BankState.REVIEWED: 1, BankState.RETIRED: 1}
    operator.post(f"{at}/state", {"all": "on", "to": "nonsense"}, form_at=at)
    assert bank.states(services, campaign_id)[BankState.RETIRED] == 1


def test_an_edit_in_one_language_makes_a_version_and_a_stale_one_is_told(
    operator: Browser, services: Services, campaign_id: int, bring: Callable[..., str]
) -> None:
    in_bank(operator, services, bring)
    card = next(each for each in bank.search(services, campaign_id, Wish(text="heavier"))[1])
    at = f"/operators/campaigns/{campaign_id}/bank/{card.id}"
    english = {name: text for name, text in SINGLE.items() if not name.endswith("_zh")}
    sent: dict[str, object] = {**english, "text_en": "Which one is heavier?", "source": "Li", "version": "1"}
    assert operator.post(at, sent, form_at=at).status_code == 303
    late = operator.post(at, sent | {"text_en": "Mine?"}, form_at=at)
    assert late.status_code == 409 and "Mine?" in late.text
    after = bank.card(services, campaign_id, card.id)
    assert (after.n, after.source, after.question.text["en"]) == (2, "Li", "Which one is heavier?")
    assert "Which is heavier?" in operator.get(at).text  # among the earlier versions


def test_questions_of_the_bank_are_picked_into_a_rush(
    operator: Browser, services: Services, campaign_id: int, bring: Callable[..., str]
) -> None:
    in_bank(operator, services, bring)
    new = f"/operators/campaigns/{campaign_id}/rushes/new"
    rush_id = int(operator.post(new, dict(RUSH), form_at=new).location.rsplit("/", 1)[1])
    at = f"/operators/campaigns/{campaign_id}/bank?rush={rush_id}"
    ids = [str(card.id) for card in bank.search(services, campaign_id, Wish())[1]]
    version = str(rush(services, rush_id).version)
    sent: dict[str, object] = {"id": [ids[1], ids[0], ids[0], "999999", "x"], "version": version}
    assert operator.post(f"/operators/rushes/{rush_id}/pick", sent, form_at=at).status_code == 303
    assert [placed.id for placed in questions_of(services, rush_id)] == [int(ids[1]), int(ids[0])]
    operator.post(f"/operators/rushes/{rush_id}/pick", {"id": ids, "version": version}, form_at=at)
    assert len(questions_of(services, rush_id)) == 2
    face = f"/operators/rushes/{rush_id}/questions/{ids[1]}"
    assert "Which is heavier?" in operator.get(f"{face}?lang=zh").text
    operator.get("/operators/?lang=en")


@pytest.mark.parametrize("ending", ["json", "csv", "xlsx", "gift"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_export_comes_back_the_same(
    operator: Browser, services: Services, campaign_id: int, bring: Callable[..., str], ending: str, lang: str
) -> None:
    in_bank(operator, services, bring)
    answer = operator.get(f"/operators/campaigns/{campaign_id}/bank/export.{ending}?lang={lang}")
    assert "attachment" in answer.headers["Content-Disposition"]
    lines = list(examine(open_file(answer.data, f"q.{ending}", rows_of).items))
    cards = bank.search(services, campaign_id, Wish())[1][::-1]
    assert [line.question for line in lines] == [card.question for card in cards]
    assert {line.source for line in lines} == {"our own"}
    again = bring(answer.data, f"q.{ending}")
    assert operator.get(f"{again}?lang=en").text.count("not in the bank already") == 2


def test_the_template_that_is_handed_out_can_be_read(operator: Browser, campaign_id: int) -> None:
    for ending in ("xlsx", "csv"):
        for lang in ("zh", "en"):
            data = operator.get(f"/operators/campaigns/{campaign_id}/bank/template.{ending}?lang={lang}").data
            assert len([line for line in examine(open_file(data, f"q.{ending}", rows_of).items) if line.question]) == 2
    assert operator.get(f"/operators/campaigns/{campaign_id}/bank/template.exe").status_code == 404


def test_a_stranger_sees_nothing_of_the_bank(stranger: Browser, campaign_id: int) -> None:
    for path in ("bank", "bank/export.json", "bank/import", "bank/imports/1", "bank/imports/1/report.csv", "bank/1"):
        assert "/login" in stranger.get(f"/operators/campaigns/{campaign_id}/{path}").location


def test_what_nobody_can_mean_is_an_empty_page_and_no_error(operator: Browser, campaign_id: int) -> None:
    at = f"/operators/campaigns/{campaign_id}/bank"
    for query in ("page=-3", "page=999999999999", "page=x", "difficulty=9", "state=x&flag=y&kind=z", "rush=999"):
        assert operator.get(f"{at}?{query}").status_code in (200, 404)
    for path in ("99999999", "imports/99999999", "imports/99999999/report.csv"):
        assert operator.get(f"{at}/{path}").status_code == 404


def in_bank(operator: Browser, services: Services, bring: Callable[..., str]) -> None:
    at = bring()
    operator.post(f"{at}/decide", {"decision": "store"}, form_at=at)
    assert bank_import.store_import(services, int(at.rsplit("/", 1)[1]))
