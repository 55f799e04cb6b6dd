"""What everybody sees when the desk takes something back: a wrong key, before and after the end, and a whole question."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from campaigns.bootstrap import Services
from campaigns.db.models import Participation, Round
from campaigns.db.records import LedgerEntry
from campaigns.domain.rush_rules import Rule
from campaigns.settle.rebuild import check_ledger
from tests.browser.conftest import Hall
from tests.browser.faces import HD, Desk, Phone, Tab, Wall, newest_round
from tests.stage import QUICK, run_of, single

pytestmark = pytest.mark.browser

FLAT = replace(QUICK, rule=Rule.FLAT)


class Evening:
    """小明 (zh) takes a, which is right, Anna (en) takes b; a screen looks on; nobody reloads."""

    def __init__(self, hall: Hall, services: Services, language: str, questions: int = 1) -> None:
        asked = [single(right="a", seconds=240)] * questions
        self.services, self.run_id = services, run_of(services, asked, FLAT, close_when_all=True)
        self.desk: Desk = hall.at_the_desk(self.run_id)
        self.wall: Wall = hall.wall(language, HD)
        self.desk.pair(self.wall.pairing_code())
        code = hall.code(self.run_id)
        self.ming: Phone = hall.phone("ming").join(code, "小明")
        self.anna: Phone = hall.phone("anna", locale="en").join(code, "Anna")
        self.faces: tuple[Tab, ...] = (self.ming, self.anna, self.wall)
        self.language = language
        self.wall.scene("lobby")  # the page with its code led there
        for face in self.faces:
            face.page.evaluate("window.stays = true")

    def place(self, choice: str) -> int:
        return newest_round(self.services, self.run_id)[0].index(choice)

    def choices_of(self, n: int) -> list[str]:
        with self.services.sql.connect() as sql:
            order = select(Round.choice_order).where(Round.run_id == self.run_id, Round.n == n)
            return list(sql.execute(order).scalar_one())

    def ask(self) -> None:
        self.desk.asks()
        for fan, choice in ((self.ming, "a"), (self.anna, "b")):
            fan.phase("open").tap(self.place(choice)).phase("recorded", "closed")
        self.desk.press("reveal")
        self.result(self.ming, "+1,000", "1,000")
        self.result(self.anna, "Not this time", "0")

    def result(self, fan: Phone, word: str, score: str) -> None:
        expect(fan.phase("reveal").page.locator(".verdict__word")).to_contain_text(word)
        expect(fan.page.locator(".head__score b")).to_have_text(score)

    def everywhere(self, scene: str, zh: str, en: str) -> None:
        """This notice stands on both phones and on the screen."""
        self.wall.scene(scene)
        for face, words in zip(self.faces, (zh, en, zh if self.language == "zh-CN" else en), strict=True):
            expect(face.page.locator(".notice")).to_contain_text(words)

    def board(self, first: str, second: str) -> None:
        for face in self.faces:
            expect(face.page.locator(".rows > li")).to_contain_text([first, second])

    def nobody_reloaded(self) -> bool:
        return all(face.page.evaluate("window.stays === true") for face in self.faces)


def test_a_wrong_key_corrected_after_the_reveal_changes_result_score_and_board_on_every_open_face(
    hall: Hall, services: Services
) -> None:
    evening = Evening(hall, services, "zh-CN")
    evening.ask()
    evening.desk.corrects(1, evening.place("b"))
    evening.result(evening.ming, "这次没答对", "0")
    evening.result(evening.anna, "+1,000", "1,000")
    evening.everywhere("reveal", "更正", "Corrected")
    expect(evening.wall.page.locator(".choice--right")).to_contain_text("选项 b")
    expect(evening.wall.page.locator(".notice")).to_contain_text("选项 a")
    evening.desk.press("board")
    evening.everywhere("board", "重新", "counted again")
    evening.board("Anna", "小明")
    assert evening.nobody_reloaded()
    after_the_end(evening)


def after_the_end(evening: Evening) -> None:
    """The first key was right after all: found out when points and badges have arrived."""
    ming, anna = evening.ming, evening.anna
    evening.desk.presses("podium", "podium_step", "podium_step", "podium_step", "end")
    final(anna, "1,000", "+2,000", "1")
    final(ming, "0", "+0", "–")
    assert (purse(anna), purse(ming)) == ("2,000", "0")
    evening.desk.corrects(1, evening.place("a"))
    final(ming, "1,000", "+2,000", "1")
    final(anna, "0", "+0", "–")
    evening.everywhere("final", "重新", "counted again")
    expect(evening.wall.page.locator('.thanks__row[data-rank="1"]')).to_contain_text("小明")
    assert (purse(ming), purse(anna)) == ("2,000", "0")
    assert ledger(evening) == {"小明": [2000], "Anna": [2000, -2000]} and check_ledger(evening.services) == []
    assert evening.nobody_reloaded()


def final(fan: Phone, score: str, points: str, rank: str) -> None:
    card = fan.phase("final").page.locator(".card")
    expect(card.locator(".card__score")).to_contain_text(score)
    expect(card.locator(".card__points b")).to_have_text(points)
    expect(card.locator(".figures dd").first).to_contain_text(rank)
    expect(fan.page.locator(".head__score b")).to_have_text(score)


def purse(fan: Phone) -> str:
    """The points on the own page, opened beside the game."""
    page = fan.watch(fan.context.new_page())
    page.goto("/me")
    points = page.locator(".purse__points").inner_text()
    page.close()
    return points


def ledger(evening: Evening) -> dict[str, list[int]]:
    """Every entry of the run in order, under the name of who has it."""
    entries = select(Participation.nickname, LedgerEntry.amount).where(
        LedgerEntry.run_id == evening.run_id, Participation.fan_id == LedgerEntry.fan_id
    )
    found: dict[str, list[int]] = {}
    with evening.services.sql.connect() as sql:
        for name, amount in sql.execute(entries.order_by(LedgerEntry.id)):
            found.setdefault(name, []).append(amount)
    return found


def test_a_question_voided_after_the_reveal_counts_for_nobody_and_every_face_says_so(
    hall: Hall, services: Services
) -> None:
    evening = Evening(hall, services, "en")
    evening.ask()
    evening.desk.voids(1)
    evening.result(evening.ming, "不计分", "0")
    evening.result(evening.anna, "Does not count", "0")
    evening.everywhere("reveal", "不计分", "count")
    expect(evening.wall.page.locator(".choice--right")).to_have_count(0)
    evening.desk.press("board")
    evening.everywhere("board", "重新", "counted again")
    for face in evening.faces:
        expect(face.page.locator(".rows > li", has_text="1,000")).to_have_count(0)
    assert evening.nobody_reloaded()


def test_an_earlier_question_changed_during_another_reveal_is_said_on_every_face_and_nothing_plays_again(
    hall: Hall, services: Services
) -> None:
    """Corrected, then voided."""
    evening = Evening(hall, services, "zh-CN", questions=2)
    evening.ask()
    evening.desk.press("board")
    evening.desk.asks()
    for fan in (evening.ming, evening.anna):
        fan.phase("open").tap(evening.place("a")).phase("recorded", "closed")
    evening.desk.press("reveal")
    evening.result(evening.ming, "+1,000", "2,000")
    choices = evening.wall.scene("reveal").locator(".choice")
    choices.first.evaluate("choice => { choice.dataset.stays = 'yes' }")
    evening.desk.corrects(1, evening.choices_of(1).index("b"))
    evening.everywhere("reveal", "第 1 题已更正", "Question 1 was corrected")
    evening.result(evening.ming, "+1,000", "1,000")
    evening.result(evening.anna, "+1,000", "2,000")
    expect(choices.first).to_have_attribute("data-stays", "yes")
    evening.desk.voids(1)
    evening.everywhere("reveal", "第 1 题已作废", "Question 1 was voided")
    for fan in (evening.ming, evening.anna):
        evening.result(fan, "+1,000", "1,000")
    expect(choices.first).to_have_attribute("data-stays", "yes")
    expect(evening.desk.page.locator("#mirror .notice")).to_contain_text(
        "Question 1 was voided"
    )  # the desk has heard, too
    evening.desk.press("board")
    evening.everywhere("board", "第 1 题", "Question 1")
    assert evening.nobody_reloaded()
