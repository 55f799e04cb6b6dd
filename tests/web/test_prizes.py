"""The form of a rush's prizes, and the desk's page where codes are redeemed."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import insert, update

from campaigns.bootstrap import Services
from campaigns.control.prizes import prizes_of
from campaigns.control.runs import make_run
from campaigns.db.models import Run
from campaigns.db.prizes import Claim
from campaigns.domain.badges import Badge
from campaigns.domain.prizes import Prize
from campaigns.web import throttle
from tests.stage import joined_fan
from tests.web.conftest import Browser

ROW = {"whose_1": "places", "first_1": "1", "last_1": "3", "pieces_1": "3", "name_zh_1": "手机", "name_en_1": "A phone"}
BADGE = {"whose_2": "fastest", "pieces_2": "1", "name_zh_2": "耳机", "name_en_2": "Earphones"}
CODE = "ABCDE23456"


@pytest.fixture
def run_id(services: Services, rush_id: int, question_id: int) -> int:
    """Ended and counted; 小明 has won, and has not come to the desk yet."""
    made = make_run(services, rush_id, actor="test")
    fan = joined_fan(services, made, "小明")[0]
    prize = Prize({"zh": "手机", "en": "A phone"}, 1, 1, 1).to_dict()
    with services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == made).values(state="ended", prizes=[prize]))
        at = services.now().at
        sql.execute(
            insert(Claim).values(run_id=made, prize=0, fan_id=fan, code=f"{made:05}{CODE[5:]}", version=1, made_at=at)
        )
    return made


def test_a_row_without_a_name_is_none_and_the_others_are_saved(
    operator: Browser, services: Services, rush_id: int
) -> None:
    path = f"/operators/rushes/{rush_id}/prizes?lang=en"
    assert operator.post(path, {"version": "1", **ROW, **BADGE}, form_at=path).status_code == 303
    phone, ears = {"zh": "手机", "en": "A phone"}, {"zh": "耳机", "en": "Earphones"}
    assert prizes_of(services, rush_id) == (Prize(phone, 3, 1, 3), Prize(ears, 1, badge=Badge.FASTEST))
    page = operator.get(path).text
    assert 'value="A phone"' in page and '<option value="fastest" selected>' in page
    late = operator.post(path, {"version": "1", **ROW}, form_at=path)
    assert late.status_code == 409 and len(prizes_of(services, rush_id)) == 2


def test_what_does_not_fit_is_said_at_its_field_and_nothing_is_saved(
    operator: Browser, services: Services, rush_id: int
) -> None:
    path = f"/operators/rushes/{rush_id}/prizes?lang=en"
    wrong = ROW | {"first_1": "3", "last_1": "1", "name_en_1": ""}
    answer = operator.post(path, {"version": "1", **wrong}, form_at=path)
    assert answer.status_code == 400 and 'id="last_0-problem"' in answer.text and 'value="手机"' in answer.text
    assert prizes_of(services, rush_id) == ()


def test_the_desk_redeems_a_code_once_and_never_shows_one(operator: Browser, run_id: int) -> None:
    path, code = f"/operators/runs/{run_id}/prizes?lang=en", f"{run_id:05}{CODE[5:]}"
    before = operator.get(path).text
    assert "小明" in before and code not in before and "Nothing has been handed over yet" in before
    to = f"/operators/runs/{run_id}/prizes/redeem?lang=en"
    done = operator.post(to, {"code": f"{code[:5]}-{code[5:]}"}, form_at=path)
    assert done.status_code == 200 and "Hand over: A phone" in done.text
    again = operator.post(to, {"code": code}, form_at=path)
    assert again.status_code == 409 and "Already handed over" in again.text and "Nothing is open" in again.text
    unknown = operator.post(to, {"code": "ZZZZZ-ZZZZZ"}, form_at=path)
    assert unknown.status_code == 404 and "no such code" in unknown.text


def test_a_desk_that_guesses_is_stopped(app: Flask, operator: Browser, run_id: int) -> None:
    path = f"/operators/runs/{run_id}/prizes"
    token, most = operator.token(path), int(throttle.REDEEMED.split()[0])
    answers = [
        operator.client.post(
            f"{path}/redeem", data={"csrf_token": token, "code": f"ZZZZZ{n:05}"}, base_url=operator.base_url
        )
        for n in range(most + 1)
    ]
    assert [answer.status_code for answer in answers] == [404] * most + [429]
