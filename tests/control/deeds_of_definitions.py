"""The deeds of operators that are not of a run: definitions, the bank, people, screens, accounts. As tests/control/deeds.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

from campaigns.control import bank, bank_import, copying, crew, definitions, questions, quizzes, schedules, screens
from campaigns.control.bank import Wish
from campaigns.control.definitions import CampaignDraft, RushDraft
from campaigns.control.prizes import edit_prizes
from campaigns.control.quizzes import QuizDraft
from campaigns.control.recurrence import checked
from campaigns.control.review import review
from campaigns.control.schedules import Repeated
from campaigns.control.themes import edit_theme
from campaigns.domain.bank import BankState
from campaigns.domain.prizes import Prize
from campaigns.domain.quiz_rules import Preset, preset
from campaigns.domain.roles import CampaignRole
from campaigns.domain.rush_rules import Rule, RushRules
from campaigns.domain.theme import Theme
from campaigns.identity import displays
from campaigns.identity.operators import invitation, set_password
from tests.control.deeds import DeedsHouse, deed
from tests.show import ACTOR
from tests.stage import QUICK, single, words

HEADER = "kind,text_zh,text_en,choice_a_zh,choice_a_en,choice_b_zh,choice_b_en,key\n"
SHEET = (HEADER + "single,更重？,Heavier?,小米十,Mi 10,小米九,Mi 9,b\n").encode()
DRAFT = CampaignDraft(words("春天"), "Asia/Shanghai", Decimal(1))
ROAD = QuizDraft(words("冲关"), preset(Preset.CLASSIC, 3))


def a_rush(house: DeedsHouse) -> tuple[int, int, int]:
    """(campaign, rush, its version); of two questions."""
    show, campaign_id = house.show(2)
    rush_id = int(show.run().activity_id)
    return campaign_id, rush_id, definitions.rush(house.services, rush_id).version


@deed
def definitions__create_campaign(house: DeedsHouse) -> int:
    return definitions.create_campaign(house.services, DRAFT, by=house.doer)


@deed
def definitions__edit_campaign(house: DeedsHouse) -> int:
    campaign_id = definitions.create_campaign(house.services, DRAFT)
    definitions.edit_campaign(house.services, campaign_id, 1, replace(DRAFT, zone="Europe/Berlin"), house.doer)
    return campaign_id


@deed
def definitions__create_rush(house: DeedsHouse) -> int:
    campaign_id = a_rush(house)[0]
    definitions.create_rush(house.services, campaign_id, RushDraft(words("又一场"), QUICK), house.doer)
    return campaign_id


@deed
def definitions__edit_rush(house: DeedsHouse) -> int:
    campaign_id, rush_id, version = a_rush(house)
    draft = RushDraft(words("改了"), RushRules(rule=Rule.FLAT))
    definitions.edit_rush(house.services, rush_id, version, draft, house.doer)
    return campaign_id


@deed
def quizzes__create_quiz(house: DeedsHouse) -> int:
    campaign_id = a_rush(house)[0]
    quizzes.create_quiz(house.services, campaign_id, ROAD, house.doer)
    return campaign_id


@deed
def quizzes__edit_quiz(house: DeedsHouse) -> int:
    campaign_id = a_rush(house)[0]
    quiz_id = quizzes.create_quiz(house.services, campaign_id, ROAD)
    quizzes.edit_quiz(house.services, quiz_id, 1, replace(ROAD, title=words("改了")), house.doer)
    return campaign_id


@deed
def copying__copy_activity(house: DeedsHouse) -> int:
    campaign_id, rush_id, _ = a_rush(house)
    copying.copy_activity(house.services, rush_id, house.doer)
    return campaign_id


@deed
def copying__copy_campaign(house: DeedsHouse) -> int:
    return copying.copy_campaign(house.services, a_rush(house)[0], DRAFT, house.doer)


@deed
def questions__add_questions(house: DeedsHouse) -> int:
    campaign_id, rush_id, version = a_rush(house)
    questions.add_questions(house.services, rush_id, version, [single("新的")], by=house.doer)
    return campaign_id


@deed
def questions__edit_question(house: DeedsHouse) -> int:
    campaign_id, rush_id, version = a_rush(house)
    placed = questions.questions_of(house.services, rush_id)[0]
    questions.edit_question(house.services, rush_id, version, placed.id, single("改了"), by=house.doer)
    return campaign_id


@deed
def questions__pick_questions(house: DeedsHouse) -> int:
    campaign_id, rush_id, version = a_rush(house)
    picked = bank.write(house.services, campaign_id, single("题库里的"))
    questions.pick_questions(house.services, rush_id, version, [picked], by=house.doer)
    return campaign_id


@deed
def questions__remove_question(house: DeedsHouse) -> int:
    campaign_id, rush_id, version = a_rush(house)
    placed = questions.questions_of(house.services, rush_id)[0]
    questions.remove_question(house.services, rush_id, version, placed.id, by=house.doer)
    return campaign_id


@deed
def questions__move_question(house: DeedsHouse) -> int:
    campaign_id, rush_id, version = a_rush(house)
    placed = questions.questions_of(house.services, rush_id)[0]
    questions.move_question(house.services, rush_id, version, placed.id, 2, by=house.doer)
    return campaign_id


@deed
def prizes__edit_prizes(house: DeedsHouse) -> int:
    campaign_id, rush_id, version = a_rush(house)
    edit_prizes(house.services, rush_id, version, [Prize(words("手机"), 1, 1, 1)], house.doer)
    return campaign_id


@deed
def themes__edit_theme(house: DeedsHouse) -> int:
    campaign_id = definitions.create_campaign(house.services, DRAFT)
    edit_theme(house.services, campaign_id, 1, Theme(sounds=False), by=house.doer)
    return campaign_id


@deed
def review__review(house: DeedsHouse) -> int:
    campaign_id, rush_id, version = a_rush(house)
    review(house.services, rush_id, version, house.doer)
    return campaign_id


def _daily(house: DeedsHouse) -> Repeated:
    first = (house.time.at + timedelta(days=1)).replace(tzinfo=None)
    return Repeated(checked("FREQ=DAILY", first, ZoneInfo("UTC"), house.time.at), 3, 600)


@deed
def schedules__repeat(house: DeedsHouse) -> int:
    campaign_id, rush_id, _ = a_rush(house)
    schedules.repeat(house.services, rush_id, _daily(house), house.doer)
    return campaign_id


@deed
def schedules__stop(house: DeedsHouse) -> int:
    campaign_id, rush_id, _ = a_rush(house)
    schedules.stop(house.services, schedules.repeat(house.services, rush_id, _daily(house), ACTOR), house.doer)
    return campaign_id


@deed
def bank__write(house: DeedsHouse) -> int:
    campaign_id = house.show()[1]
    bank.write(house.services, campaign_id, single("新的"), by=house.doer)
    return campaign_id


@deed
def bank__edit(house: DeedsHouse) -> int:
    campaign_id = house.show()[1]
    card = bank.search(house.services, campaign_id, Wish())[1][0]
    bank.edit(house.services, card, campaign_id, single("改了"), "", by=house.doer)
    return campaign_id


@deed
def bank__set_state(house: DeedsHouse) -> int:
    campaign_id = house.show()[1]
    bank.set_state(house.services, campaign_id, BankState.RETIRED, Wish(), house.doer)
    return campaign_id


@deed
def bank_import__upload(house: DeedsHouse) -> int:
    campaign_id = house.show()[1]
    bank_import.upload(house.services, campaign_id, house.operator.id, "q.csv", SHEET, BankState.DRAFT, "")
    return campaign_id


def _previewed(house: DeedsHouse) -> tuple[int, int]:
    campaign_id = house.show()[1]
    import_id = bank_import.upload(house.services, campaign_id, None, "q.csv", SHEET, BankState.DRAFT, "")
    assert bank_import.read_import(house.services, import_id)
    return campaign_id, import_id


@deed
def bank_import__confirm(house: DeedsHouse) -> int:
    campaign_id, import_id = _previewed(house)
    bank_import.confirm(house.services, campaign_id, import_id, house.doer)
    return campaign_id


@deed
def bank_import__discard(house: DeedsHouse) -> int:
    campaign_id, import_id = _previewed(house)
    bank_import.discard(house.services, campaign_id, import_id, house.doer)
    return campaign_id


@deed
def crew__give_role(house: DeedsHouse) -> int:
    campaign_id = house.show()[1]
    crew.give_role(house.services, campaign_id, house.somebody(), CampaignRole.HOST, house.doer)
    return campaign_id


@deed
def crew__take_role(house: DeedsHouse) -> int:
    campaign_id, name = house.show()[1], house.somebody()
    crew.give_role(house.services, campaign_id, name, CampaignRole.HOST, ACTOR)
    crew.take_role(house.services, campaign_id, crew.crew_of(house.services, campaign_id)[0].operator_id, house.doer)
    return campaign_id


@deed
def displays__pair(house: DeedsHouse) -> int:
    campaign_id = house.show()[1]
    displays.pair(house.services, displays.new_display(house.services)[1], campaign_id, house.doer)
    return campaign_id


@deed
def displays__revoke(house: DeedsHouse) -> int:
    campaign_id, (_, code) = house.show()[1], displays.new_display(house.services)
    displays.pair(house.services, code, campaign_id, ACTOR)
    displays.revoke(house.services, screens.screens_of(house.services, campaign_id)[0].id, campaign_id, house.doer)
    return campaign_id


@deed
def operators__set_password(house: DeedsHouse) -> None:
    set_password(house.services, house.operator, "long enough a word", old=None, keep_session="none")


@deed
def operators__invitation(house: DeedsHouse) -> None:
    assert invitation(house.services, house.operator, f"new {uuid4().hex[:12]}") is not None
