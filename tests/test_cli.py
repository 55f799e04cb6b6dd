"""The commands as an operator types them, against real stores; `up` has its tests in tests/deploy."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, update

from campaigns.bootstrap import Services
from campaigns.control import bank
from campaigns.control.bank import Wish
from campaigns.control.conduct import press_next
from campaigns.control.definitions import rush as rush_found
from campaigns.control.questions import questions_of
from campaigns.control.runs import make_run, run_summary
from campaigns.db.doors import LoginLink
from campaigns.db.journal import Entry, commit
from campaigns.db.models import Operator, Round, Run
from campaigns.db.records import Balance, Score, Standing
from campaigns.domain.answer import Outcome
from campaigns.files.writing import as_xlsx
from campaigns.identity.operators import consume_login_link, operator_of
from campaigns.live.leaderboards import places
from campaigns.settle.awards import award_badges
from campaigns.settle.rounds import settle_round
from cli import main
from tests.conftest import FakeTime
from tests.stage import joined_fan, run_of, rush, single

if TYPE_CHECKING:
    from config import Settings

ROOT = Path(__file__).resolve().parent.parent
HEADER = "kind,text_zh,text_en,choice_a_zh,choice_a_en,choice_b_zh,choice_b_en,key,image\n"
HEAVIER = "single,谁更重？,Which is heavier?,小米9,Mi 9,小米10,Mi 10,b,\n"
CHOICE_PLACES = "abcd"
Command = Callable[..., Result]


@pytest.fixture
def command(settings: Settings) -> Command:
    """Types a command in the settings of this module's stores."""
    environ = {**settings.to_environ(), "PUBLIC_URL": "https://play.example.com"}

    def type_in(*words: str | Path) -> Result:
        return CliRunner().invoke(main, [str(word) for word in words], env=environ)

    return type_in


def played(services: Services, now: FakeTime) -> int:
    """A run of one round over to its end: two fans were right, one of them sooner; awards are given."""
    run_id = run_of(services, [single()])
    fans = [joined_fan(services, run_id, name)[0] for name in ("小明", "Anna")]
    press(services, run_id)
    press(services, run_id)
    with services.sql.connect() as sql:
        row = sql.execute(select(Round).where(Round.run_id == run_id)).one()
    right = row.choice_order.index("b")
    now.ns = row.opens_ns + 5 * 10**9
    answers = [entry(row.id, fan, right, row.opens_ns, (n + 1) * 10**9) for n, fan in enumerate(fans)]
    assert {stored.outcome for stored in commit(services.sql, answers, services.now())} == {Outcome.RECORDED}
    press(services, run_id)
    now.ns += 10**9
    assert settle_round(services, row.id)
    for _ in range(7):  # reveal, board, podium, its three steps, the end
        press(services, run_id)
    assert award_badges(services, run_id)
    return run_id


def press(services: Services, run_id: int) -> None:
    with services.sql.connect() as sql:
        seq = sql.execute(select(Run.seq).where(Run.id == run_id)).scalar_one()
    assert press_next(services, run_id, seq, "test") == "moved"


def entry(round_id: int, fan: int, place: int, opened_ns: int, after_ns: int) -> Entry:
    return Entry(
        round_id=round_id,
        fan_id=fan,
        places=f"{{{place}}}",
        value=None,
        opened_ns=opened_ns,
        received_ns=opened_ns + after_ns,
        allowance_ns=0,
        rtt_ns=None,
        tap_ms=None,
        receipt="TEST-0001",
    )


@pytest.fixture
def run_id(services_at: Callable[[FakeTime], Services], fake_time: FakeTime) -> int:
    return played(services_at(fake_time), fake_time)


def test_operator_prints_a_link_that_lets_this_operator_in_once(command: Command, services: Services) -> None:
    said = command("operator", "小红")
    assert said.exit_code == 0
    address, _, token = said.output.strip().rpartition("/")
    assert address == "https://play.example.com/login"
    session = consume_login_link(services, token)
    identity = operator_of(services, session)
    assert identity is not None and identity.name == "小红"
    assert consume_login_link(services, token) is None


def test_operator_refuses_a_name_nobody_could_read_and_makes_nobody(command: Command, services: Services) -> None:
    for name in ("  ", "x" * 41):
        said = command("operator", name)
        assert said.exit_code == 1 and "NAME: got" in said.output
    with services.sql.connect() as sql:
        assert sql.scalar(select(func.count()).select_from(Operator).where(func.length(Operator.name) > 40)) == 0
        assert sql.scalar(select(func.count()).select_from(LoginLink).where(LoginLink.used_at.is_(None))) == 0


def test_import_appends_the_questions_of_a_csv_with_their_pictures(
    command: Command, services: Services, tmp_path: Path
) -> None:
    rush_id = rush(services, [single()])
    (tmp_path / "pics").mkdir()
    (tmp_path / "pics" / "one.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><rect width="4" height="4"/></svg>'
    )
    pictured = HEAVIER.replace("b,\n", "b,pics/one.svg\n").replace("谁", "哪个")
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(HEADER + HEAVIER + pictured)
    said = command("import", sheet, "--rush", str(rush_id))
    assert said.exit_code == 0, said.output
    assert "2 questions came into rush" in said.output
    assert [placed.media_id is not None for placed in questions_of(services, rush_id)] == [False, False, True]


def test_import_reads_json_and_refuses_a_name_that_says_something_else(
    command: Command, services: Services, tmp_path: Path
) -> None:
    rush_id = rush(services, [])
    question = {"kind": "truefalse", "text": {"zh": "是吗？", "en": "Is it?"}, "key": ["true"]}
    written = json.dumps({"format": "fanfare-questions", "version": 1, "questions": [question]})
    for name, status in (("questions.xlsx", 1), ("questions.json", 0)):
        (tmp_path / name).write_text(written)
        assert command("import", tmp_path / name, "--rush", str(rush_id)).exit_code == status
    assert [placed.question.text["en"] for placed in questions_of(services, rush_id)] == ["Is it?"]


def test_one_wrong_cell_imports_nothing_and_every_wrong_cell_is_named(
    command: Command, services: Services, tmp_path: Path
) -> None:
    rush_id = rush(services, [])
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(HEADER + HEAVIER + HEAVIER.replace(",b,", ",f,") + HEAVIER.replace("single", "guess"))
    said = command("import", sheet, "--rush", str(rush_id))
    assert said.exit_code == 1
    rows = [line.split()[:2] for line in said.output.splitlines()[:3]]
    assert rows == [["row", "column"], ["3", "key"], ["4", "kind"]]
    assert "'f'" in said.output and "'guess'" in said.output and "nothing was imported" in said.output
    assert questions_of(services, rush_id) == []


def test_a_picture_that_is_not_there_imports_nothing(command: Command, services: Services, tmp_path: Path) -> None:
    rush_id = rush(services, [])
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(HEADER + HEAVIER.replace("b,\n", "b,gone.png\n"))
    said = command("import", sheet, "--rush", str(rush_id))
    assert said.exit_code == 1 and "gone.png" in said.output and "beside sheet.csv" in said.output
    assert questions_of(services, rush_id) == []


def test_import_into_a_rush_reads_a_workbook_too_all_or_nothing(
    command: Command, services: Services, tmp_path: Path
) -> None:
    rush_id, book = rush(services, []), tmp_path / "kahoot.xlsx"
    head = ["Question", "Answer 1", "Answer 2", "Time limit (sec)", "Correct answer(s)"]
    book.write_bytes(
        as_xlsx([head, ["Which came first?", "Mi 1", "Mi 2", "20", "1"], ["And?", "Mi 1", "Mi 2", "20", "4"]])
    )
    said = command("import", book, "--rush", str(rush_id))
    assert said.exit_code == 1 and "nothing was imported" in said.output and questions_of(services, rush_id) == []
    book.write_bytes(as_xlsx([head, ["Which came first?", "Mi 1", "Mi 2", "20", "1"]]))
    assert command("import", book, "--rush", str(rush_id)).exit_code == 0
    assert [placed.question.text["en"] for placed in questions_of(services, rush_id)] == ["Which came first?"]


def test_import_into_a_bank_takes_what_is_accepted_and_tells_the_rest(
    command: Command, services: Services, tmp_path: Path
) -> None:
    campaign_id = rush_found(services, rush(services, [])).campaign_id
    before = bank.search(services, campaign_id, Wish())[0]
    (tmp_path / "one.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"><rect width="4" height="4"/></svg>')
    rows = [HEADER.strip().split(","), [*HEAVIER.strip().split(",")[:-1], "one.svg"]]
    rows += [["guess", *rows[1][1:]], [rows[1][0], "另一题", "Another", *rows[1][3:-1], "gone.png"]]
    (tmp_path / "bank.xlsx").write_bytes(as_xlsx(rows))
    said = command("import", tmp_path / "bank.xlsx", "--bank", str(campaign_id), "--reviewed", "--source", "ours")
    assert said.exit_code == 0, said.output
    assert "2 questions came" in said.output and "a remark, 0 in one language only, 1 refused" in said.output
    assert "'guess'" in said.output and "'gone.png'" in said.output
    total, cards = bank.search(services, campaign_id, Wish())
    assert total == before + 2
    assert [(card.state, card.source, card.media_id is None) for card in cards[:2]] == [
        ("reviewed", "ours", True),
        ("reviewed", "ours", False),
    ]
    again = command("import", tmp_path / "bank.xlsx", "--bank", str(campaign_id))
    assert again.exit_code == 1 and "nothing was imported" in again.output
    assert command("import", tmp_path / "bank.xlsx").exit_code == 2


def test_a_hostile_workbook_is_refused_by_the_command_as_by_the_page(command: Command, tmp_path: Path) -> None:
    (tmp_path / "bomb.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    for where in ("--rush", "--bank"):
        said = command("import", tmp_path / "bomb.xlsx", where, "1")
        assert (said.exit_code == 1 and "nothing was imported" in said.output) or "rush 1" in said.output


def test_import_into_a_rush_that_is_not_there_says_so(command: Command, tmp_path: Path) -> None:
    (tmp_path / "sheet.csv").write_text(HEADER + HEAVIER)
    said = command("import", tmp_path / "sheet.csv", "--rush", "999999")
    assert said.exit_code == 1 and "rush 999999" in said.output


def test_rebuild_brings_a_lost_board_back(
    command: Command, services_at: Callable[[FakeTime], Services], fake_time: FakeTime
) -> None:
    services = services_at(fake_time)
    run_id = run_of(services, [single()])
    fan_id, _ = joined_fan(services, run_id, "Lin")
    with services.sql.begin() as sql:
        row = {"run_id": run_id, "fan_id": fan_id, "score": 940, "elapsed_ms": 700, "rank": 1}
        sql.execute(Standing.__table__.insert().values(**row, streak=0, out=False, lives=0))  # type: ignore[attr-defined]  # a table
    services.live.flushall()
    assert places(services.live, run_id) == {}
    said = command("rebuild")
    assert said.exit_code == 0 and "boards rebuilt" in said.output
    assert places(services.live, run_id) == {fan_id: (940, 700)}


def test_recompute_of_an_honest_record_finds_no_difference(command: Command, services: Services, run_id: int) -> None:
    code = run_summary(services, run_id).code
    said = command("recompute", code.lower())
    assert said.exit_code == 0, said.output
    assert f"{code}: 1 rounds, 2 scores judged again: all equal" in said.output


def test_recompute_prints_what_somebody_has_changed_and_fails(
    command: Command, services: Services, run_id: int
) -> None:
    with services.sql.begin() as sql:
        sql.execute(update(Score).where(Score.run_id == run_id).values(score=Score.score + 1))
    said = command("recompute", run_summary(services, run_id).code)
    assert said.exit_code == 1
    assert said.output.count("round 1 fan") == 2 and "differences" in said.output


def test_recompute_of_a_code_nobody_has_says_so(command: Command) -> None:
    said = command("recompute", "NOSUCH")
    assert said.exit_code == 1 and "NOSUCH" in said.output and "Traceback" not in said.output


def test_ledger_is_walked_and_a_balance_out_of_step_is_named(command: Command, services: Services, run_id: int) -> None:
    said = command("ledger")
    assert said.exit_code == 0 and "all equal" in said.output
    with services.sql.begin() as sql:
        fan_id = sql.scalar(select(Balance.fan_id).limit(1))
        sql.execute(update(Balance).where(Balance.fan_id == fan_id).values(points=Balance.points + 7))
    said = command("ledger")
    assert said.exit_code == 1 and f"fan {fan_id}: balance" in said.output
    with services.sql.begin() as sql:
        sql.execute(update(Balance).where(Balance.fan_id == fan_id).values(points=Balance.points - 7))


def test_a_command_without_a_house_says_what_is_missing(tmp_path: Path) -> None:
    """A process of its own: no settings, no running `up`, and still no traceback."""
    environ = {name: value for name, value in os.environ.items() if "_URL" not in name and name != "SECRET_KEY"}
    argv = [sys.executable, "cli.py", "ledger"]
    done = subprocess.run(argv, cwd=ROOT, env={**environ, "VAR_DIR": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("Error: DATABASE_URL")


def test_a_database_that_does_not_answer_is_said_in_a_sentence(settings: Settings) -> None:
    nowhere = {**settings.to_environ(), "DATABASE_URL": "postgresql://fanfare@127.0.0.1:1/fanfare"}
    said = CliRunner().invoke(main, ["ledger"], env=nowhere)
    assert said.exit_code == 1 and said.output.startswith("Error: the database does not answer")


def test_a_run_of_an_imported_question_can_be_made(command: Command, services: Services, tmp_path: Path) -> None:
    rush_id = rush(services, [])
    (tmp_path / "sheet.csv").write_text(HEADER + HEAVIER)
    assert command("import", tmp_path / "sheet.csv", "--rush", str(rush_id)).exit_code == 0
    assert run_summary(services, make_run(services, rush_id, actor="test")).joined == 0
