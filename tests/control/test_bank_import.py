"""A file on its way into the bank, on real SQL: read, previewed, confirmed, stored; twice is harmless, half is impossible."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import delete, func, insert, select, update

from campaigns.bootstrap import Services
from campaigns.control import bank, bank_import
from campaigns.control.bank import Wish
from campaigns.control.bank_report import Import, lines, report
from campaigns.control.definitions import Edit
from campaigns.db.bank import BankImport, BankImportLine, QuestionStat
from campaigns.db.models import Campaign, Operator, Question, QuestionVersion
from campaigns.domain.bank import BankState, Flag, Stat, flag_of
from campaigns.domain.errors import NotFound
from campaigns.domain.importing.report import ImportRefused, Verdict
from campaigns.domain.question import Kind, public

DATA = Path(__file__).parents[3] / "shared" / "data"
HEADER = "kind,text_zh,text_en,choice_a_en,choice_b_en,key,tags,difficulty,source\n"
GOOD = "single,,Which is heavier?,Mi 10,Mi 9,a,phones,3,the box\n"
TRUTH = 'truefalse,小米10 有 5G,The Mi 10 has 5G,,,true,"phones,5g",1,\n'
BAD = "single,,Which is older?,Mi 10,Mi 9,c,,9,\n"


@pytest.fixture
def campaign(services: Services) -> int:
    now = services.now().at
    with services.sql.begin() as sql:
        values = {"title": {"zh": "题", "en": "Bank"}, "zone": "Asia/Shanghai", "rate": 1, "created_at": now}
        return sql.execute(insert(Campaign).values(**values).returning(Campaign.id)).scalar_one()


@pytest.fixture
def upload(services: Services, campaign: int) -> Callable[..., int]:
    with services.sql.begin() as sql:
        sql.execute(delete(BankImport))
        sql.execute(delete(Operator))
        made = insert(Operator).values(name="Li", created_at=services.now().at).returning(Operator.id)
        operator_id = sql.execute(made).scalar_one()

    def bring(text: str | bytes, name: str = "q.csv", arriving: BankState = BankState.DRAFT, source: str = "") -> int:
        data = text if isinstance(text, bytes) else text.encode()
        return bank_import.upload(services, campaign, operator_id, name, data, arriving, source)

    return bring


def read(services: Services, campaign: int, import_id: int) -> Import:
    assert bank_import.read_import(services, import_id)
    return report(services, campaign, import_id)


def brought_in(services: Services, campaign: int, import_id: int) -> Import:
    read(services, campaign, import_id)
    assert bank_import.confirm(services, campaign, import_id)
    assert bank_import.store_import(services, import_id)
    return report(services, campaign, import_id)


def bank_size(services: Services, campaign: int) -> int:
    return bank.search(services, campaign, Wish())[0]


def test_a_preview_stores_nothing_and_tells_every_row(
    services: Services, campaign: int, upload: Callable[..., int]
) -> None:
    found = read(services, campaign, upload(HEADER + GOOD + TRUTH + BAD + GOOD))
    assert (found.state, found.format, found.done) == ("previewed", "csv", 4)
    assert found.counts == {"accepted": 2, "warning": 0, "refused": 2, "one_language": 1}
    told = list(lines(services, found.id))
    assert [line.row for line in told] == [2, 3, 4, 5]
    assert [problem.column for problem in told[2].problems] == ["difficulty", "key"]
    assert told[3].problems[0].wanted == "a question that is not in this file already (row 2)"
    assert [(line.row, line.only) for line in lines(services, found.id, Verdict.ACCEPTED)] == [(2, "en"), (3, None)]
    assert [(line.row, line.problems) for line in lines(services, found.id, one_language=True)] == [(2, ())]
    assert bank_size(services, campaign) == 0


def test_what_was_accepted_comes_in_as_one(services: Services, campaign: int, upload: Callable[..., int]) -> None:
    done = brought_in(services, campaign, upload(HEADER + GOOD + TRUTH + BAD, source="our own"))
    assert (done.state, done.counts["stored"]) == ("stored", 2)
    total, cards = bank.search(services, campaign, Wish())
    assert total == 2
    truth, heavier = cards
    assert (heavier.question.kind, heavier.question.tags, heavier.source) == (Kind.SINGLE, ("phones",), "the box")
    assert (truth.state, truth.source, truth.n) == (BankState.DRAFT, "our own", 1)
    assert public(heavier.question, ("a", "b")).text == {"zh": "Which is heavier?", "en": "Which is heavier?"}
    with services.sql.connect() as sql:
        known = sql.execute(select(Question.norm, Question.tags, Question.difficulty).order_by(Question.id)).all()
    assert [tuple(row) for row in known[-2:]] == [
        ("whichisheavier", ["phones"], 3),
        ("小米10有5g", ["phones", "5g"], 1),
    ]


def test_the_same_file_again_brings_nothing_and_like_words_are_remarked(
    services: Services, campaign: int, upload: Callable[..., int]
) -> None:
    brought_in(services, campaign, upload(HEADER + GOOD))
    (known,) = bank.search(services, campaign, Wish())[1]
    again = read(services, campaign, upload(HEADER + GOOD.upper().replace("SINGLE", "single").replace(",A,", ",b,")))
    assert again.counts == {"accepted": 0, "warning": 0, "refused": 1, "one_language": 0}
    (line,) = lines(services, again.id)
    assert line.problems[0].wanted == f"a question that is not in the bank already (question {known.id})"
    other = read(services, campaign, upload(HEADER + GOOD.replace("Mi 9", "Mi 8")))
    (line,) = lines(services, other.id)
    assert (line.verdict, f"question {known.id}" in line.problems[-1].wanted) == (Verdict.WARNING, True)


def test_a_duplicate_that_came_in_between_preview_and_confirmation_stays_out(
    services: Services, campaign: int, upload: Callable[..., int]
) -> None:
    first, second = upload(HEADER + GOOD + TRUTH), upload(HEADER + GOOD)
    read(services, campaign, second)
    brought_in(services, campaign, first)
    bank_import.confirm(services, campaign, second)
    assert bank_import.store_import(services, second)
    assert report(services, campaign, second).counts["stored"] == 0
    assert bank_size(services, campaign) == 2


def test_doing_it_twice_or_at_once_stores_once(services: Services, campaign: int, upload: Callable[..., int]) -> None:
    import_id = upload(HEADER + GOOD + TRUTH)
    outcomes: list[bool] = []
    readers = [Thread(target=lambda: outcomes.append(bank_import.read_import(services, import_id))) for _ in range(4)]
    for thread in readers:
        thread.start()
    for thread in readers:
        thread.join()
    assert outcomes.count(True) == 1
    assert bank_import.confirm(services, campaign, import_id)
    assert not bank_import.confirm(services, campaign, import_id)
    outcomes.clear()
    storers = [Thread(target=lambda: outcomes.append(bank_import.store_import(services, import_id))) for _ in range(4)]
    for thread in storers:
        thread.start()
    for thread in storers:
        thread.join()
    assert outcomes.count(True) == 1
    assert bank_size(services, campaign) == 2


def test_work_that_nobody_took_is_found_by_the_sweeper(
    services: Services, campaign: int, upload: Callable[..., int]
) -> None:
    import_id = upload(HEADER + GOOD)
    assert bank_import.imports_due(services) == [("read_import", import_id)]
    read(services, campaign, import_id)
    assert bank_import.imports_due(services) == []
    bank_import.confirm(services, campaign, import_id)
    assert bank_import.imports_due(services) == [("store_import", import_id)]
    bank_import.store_import(services, import_id)
    assert bank_import.imports_due(services) == []


def test_a_file_that_is_refused_leaves_a_reason_and_no_bytes(
    services: Services, campaign: int, upload: Callable[..., int]
) -> None:
    found = read(services, campaign, upload(b"PK\x03\x04 no workbook", "q.xlsx"))
    assert (found.state, found.problems[0].column, list(lines(services, found.id))) == ("refused", "file", [])
    with services.sql.connect() as sql:
        assert sql.scalar(select(BankImport.data).where(BankImport.id == found.id)) is None
    half = read(services, campaign, upload(HEADER + GOOD + 'single,"never closed'))
    assert (half.state, half.problems[0].row, list(lines(services, half.id))) == ("refused", 3, [])
    with pytest.raises(ImportRefused):
        upload(b"x" * (16 * 1024 * 1024 + 1))


def test_another_campaign_neither_sees_nor_confirms_it(
    services: Services, campaign: int, upload: Callable[..., int]
) -> None:
    found = read(services, campaign, upload(HEADER + GOOD))
    with pytest.raises(NotFound):
        report(services, campaign + 1, found.id)
    assert not bank_import.confirm(services, campaign + 1, found.id)
    assert not bank_import.discard(services, campaign + 1, found.id)
    assert bank_import.discard(services, campaign, found.id)
    assert not bank_import.confirm(services, campaign, found.id)
    with services.sql.connect() as sql:
        assert not sql.scalar(select(func.count()).where(BankImportLine.import_id == found.id))


def test_the_bank_is_searched_by_everything_it_shows(
    services: Services, campaign: int, upload: Callable[..., int]
) -> None:
    brought_in(services, campaign, upload(HEADER + GOOD + TRUTH))
    wishes = {
        "heavier": Wish(text="HEAVIER"),
        "truth": Wish(text="5G"),
        "tag": Wish(tag="5g"),
        "difficulty": Wish(difficulty=3),
        "kind": Wish(kind=Kind.TRUE_FALSE),
        "state": Wish(state=BankState.REVIEWED),
        "percent": Wish(text="%"),
    }
    found = {name: bank.search(services, campaign, wish)[0] for name, wish in wishes.items()}
    assert found == {"heavier": 1, "truth": 1, "tag": 1, "difficulty": 1, "kind": 1, "state": 0, "percent": 0}
    assert bank.tags(services, campaign) == [("phones", 2), ("5g", 1)]
    assert bank.set_state(services, campaign, BankState.REVIEWED, Wish(tag="5g")) == 1
    assert bank.set_state(services, campaign + 1, BankState.RETIRED, Wish()) == 0
    assert bank.states(services, campaign) == {BankState.DRAFT: 1, BankState.REVIEWED: 1, BankState.RETIRED: 0}


def test_an_edit_makes_a_version_and_a_late_editor_is_told(
    services: Services, campaign: int, upload: Callable[..., int]
) -> None:
    brought_in(services, campaign, upload(HEADER + TRUTH))
    (before,) = bank.search(services, campaign, Wish())[1]
    changed = type(before.question)(**{**vars(before.question), "tags": ("new",), "difficulty": 5})
    assert bank.edit(services, before, campaign, changed, "Li") is Edit.SAVED
    assert bank.edit(services, before, campaign, before.question, "late") is Edit.STALE
    after = bank.card(services, campaign, before.id)
    assert (after.n, after.question.tags, after.source) == (2, ("new",), "Li")
    assert [(each.n, each.question.difficulty) for each in bank.versions(services, before.id)] == [(2, 5), (1, 1)]
    assert bank.search(services, campaign, Wish(tag="new", difficulty=5))[0] == 1
    with services.sql.connect() as sql:
        assert sql.scalar(select(func.count()).where(QuestionVersion.question_id == before.id)) == 2


@pytest.mark.parametrize(
    ("asked", "right", "median_ms"),
    [
        *[(19, 19, 900), (20, 19, 900), (100, 95, 900), (100, 15, 900), (100, 5, 900), (100, 40, 500), (100, 60, 500)],
        *[(100, 6, None), (100, 50, None), (0, 0, None)],
    ],
)
def test_sql_and_the_domain_flag_the_same(
    services: Services, campaign: int, upload: Callable[..., int], asked: int, right: int, median_ms: int | None
) -> None:
    brought_in(services, campaign, upload(HEADER + GOOD))
    (card,) = bank.search(services, campaign, Wish())[1]
    values = {"question_id": card.id, "asked": asked, "right": right, "median_ms": median_ms}
    with services.sql.begin() as sql:
        sql.execute(insert(QuestionStat).values(**values, updated_at=services.now().at))
    flags = {flag for flag in Flag if bank.search(services, campaign, Wish(flag=flag))[0]}
    expected = flag_of(Stat(asked, right, median_ms))
    assert flags == ({expected} if expected else set())
    assert bank.card(services, campaign, card.id).flag is expected


@pytest.mark.skipif(not DATA.is_dir(), reason="the real questions lie beside the project, not in it")
def test_thirteen_thousand_real_questions_come_in(
    services: Services, campaign: int, upload: Callable[..., int]
) -> None:
    data = (DATA / "trivia-opentdb-shape.json").read_bytes()
    count = len(json.loads(data)["results"])
    done = brought_in(services, campaign, upload(data, "trivia.json", BankState.REVIEWED, "OpenTriviaQA, CC BY-SA 4.0"))
    assert (done.format, done.expected, done.done) == ("opentdb", count, count)
    assert sum(done.counts[verdict] for verdict in Verdict) == count
    assert done.counts["stored"] == done.taken == bank_size(services, campaign) > 0.9 * count
    assert done.counts["one_language"] == done.taken
    assert done.counts["accepted"] > 0.9 * count, "English alone is no remark"
    page = bank.search(services, campaign, Wish(tag="for-kids", state=BankState.REVIEWED), page=3)
    assert (len(page[1]), page[0] > 600) == (bank.PAGE, True)
    with services.sql.begin() as sql:
        sql.execute(update(BankImport).where(BankImport.id == done.id).values(state="stored"))
