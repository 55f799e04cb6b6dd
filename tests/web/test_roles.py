"""Every page of operators, its action, and what each role meets there."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import insert

from campaigns.bootstrap import Services
from campaigns.control.crew import crew_of, give_role
from campaigns.control.media import Picture, store
from campaigns.db.models import Operator
from campaigns.domain.roles import Action, CampaignRole, may
from campaigns.identity.operators import mint_login_link
from campaigns.web.access import OUTSIDE, WITHIN, Role, action_of, check_every_view, requires, role_of
from tests.web.conftest import CAMPAIGN, Browser

R = CampaignRole
PNG = Picture("image/png", b"\x89PNG\r\n\x1a\n")
NOWHERE = "999999"  # of what lies below the campaign: a play, a question, a screen
OF_ACTION = {
    OUTSIDE: "login.welcome login.account login.invite operators.campaigns operators.new_campaign operators.calendar "
    "operators.checklist operators.checklist_qr",
    Action.READ: "campaign crew audit bank bank_template rush quiz simulation quiz_preview quiz_face preview preview_face "
    "picture season play desk board rehearsal report poster replay replay_record claims streams",
    Action.EDIT: "edit_campaign new_rush edit_rush review_rush copy_rush new_quiz edit_quiz copy_quiz new_question "
    "edit_question move delete pick_questions import_questions new_bank_question bank_question bank_state bank_import "
    "bank_preview bank_progress bank_report bank_decide prizes theme theme_colours",
    Action.RUN: "remotes revoke_remotes "
    "start_run rehearse start_season open_season close_season call_off move_closing waves freeze reveal choose_wall "
    "season_brand repeat_rush repeat_quiz stop_rush stop_quiz pair_display revoke_display redeem "
    "make_stream delay_stream remove_stream flash_stream",
    Action.MODERATE: "proposals decide_proposal void_play lift_void send_away season_names",
    Action.EXPORT: "bank_export export_sheet export_book",
    Action.MANAGE: "give_role take_role",
}


def pages(app: Flask) -> list[tuple[str, str, str]]:
    """(method, path, endpoint) of everything that has an action."""
    return [
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if role_of(app, rule.endpoint) is Role.OPERATOR and action_of(app, rule.endpoint) is not OUTSIDE
    ]


def login(app: Flask, services: Services, name: str) -> Browser:
    browser, link = Browser(app), f"/login/{mint_login_link(services, name)}"
    assert browser.post(link, {}, form_at=link).status_code == 302
    return browser


def a_new_operator(services: Services, name: str) -> None:
    with services.sql.begin() as sql:
        sql.execute(insert(Operator).values(name=name, created_at=services.now().at))


@pytest.fixture
def people(app: Flask, services: Services, campaign_id: int) -> dict[CampaignRole | None, Browser]:
    """One for each role in the campaign, and one who has none."""
    made: dict[CampaignRole | None, Browser] = {}
    for role in (*R, None):
        name = f"{role} of {campaign_id}"
        a_new_operator(services, name)
        if role is not None:
            give_role(services, campaign_id, name, role, "operator:1")
        made[role] = login(app, services, name)
    return made


@pytest.fixture
def numbers(
    operator: Browser, services: Services, campaign_id: int, rush_id: int, question_id: int
) -> dict[str, Callable[[str], int]]:
    """What the numbers in an address stand for, in this campaign: name → (endpoint → number)."""
    run = int(
        operator.post(f"/operators/rushes/{rush_id}/runs", {"when": "now"}, form_at=f"/operators/rushes/{rush_id}")
        .headers["Location"]
        .rsplit("/", 1)[1]
    )
    form = f"/operators/campaigns/{campaign_id}/quizzes/new"
    typed: dict[str, object] = {"title_zh": "冲关", "title_en": "Road", "preset": "classic", "levels": "3"}
    quiz = int(re.findall(r"\d+", operator.post(form, typed, form_at=form).headers["Location"])[0])
    with services.sql.begin() as sql:
        media = store(sql, campaign_id, PNG)
    found = {"campaign_id": campaign_id, "rush_id": rush_id, "quiz_id": quiz, "run_id": run, "media_id": media}
    return {name: partial(_always, number) for name, number in found.items()} | {
        "activity_id": lambda endpoint: rush_id if endpoint.endswith("rush") else quiz
    }


def _always(number: int, endpoint: str) -> int:
    return number


def test_every_page_of_operators_has_the_action_that_stands_in_the_table(app: Flask) -> None:
    found: dict[str, object] = {}
    for rule in app.url_map.iter_rules():
        if role_of(app, rule.endpoint) is Role.OPERATOR:
            found[rule.endpoint] = action_of(app, rule.endpoint)
    wanted = {
        name if "." in name else f"operators.{name}": action
        for action, names in OF_ACTION.items()
        for name in names.split()
    }
    assert found == wanted


@pytest.mark.parametrize("action", [None, Action.EDIT], ids=["no action", "an action, and no campaign in the address"])
def test_a_page_of_operators_that_cannot_be_asked_for_a_role_does_not_start(action: Action | None) -> None:
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/ok/<int:campaign_id>", "ok", requires(Role.OPERATOR, Action.READ)(lambda campaign_id: "ok"))
    check_every_view(app)
    app.add_url_rule("/forgotten", "forgotten", requires(Role.OPERATOR, action)(lambda: "secret"))
    with pytest.raises(RuntimeError, match="forgotten"):
        check_every_view(app)


def test_a_page_outside_of_campaigns_names_none_in_its_address() -> None:
    app = Flask("bare", static_folder=None)
    app.add_url_rule("/run/<int:run_id>", "open_to_all", requires(Role.OPERATOR, OUTSIDE)(lambda run_id: "secret"))
    with pytest.raises(RuntimeError, match="open_to_all"):
        check_every_view(app)


def test_each_role_opens_what_the_table_says_and_nothing_else(
    app: Flask, people: dict[CampaignRole | None, Browser], numbers: dict[str, Callable[[str], int]]
) -> None:
    wrong = []
    # Owners last: what they do may close doors (a run, a season) that others are to knock at.
    for role in sorted(people, key=lambda each: (each is R.OWNER, str(each))):
        browser = people[role]
        token = browser.token("/operators/account")
        for method, path, endpoint in pages(app):
            action = action_of(app, endpoint)
            assert isinstance(action, Action)
            address = re.sub(r"<int:(\w+)>", lambda m: str(numbers.get(m[1], lambda _: NOWHERE)(endpoint)), path)  # noqa: B023 - called at once
            address = re.sub(r"<\w+>", "zh", address)
            allowed = may(role, action)
            if method == "GET":
                answer = browser.get(address)
            elif allowed and action is Action.MANAGE:
                continue  # has tests of its own; here it would change who may do what
            else:
                answer = browser.client.post(address, data={"csrf_token": token})
            status = answer.status_code
            answer.close()  # files of exports
            if (status == 403) is allowed or status >= 500:
                wrong.append(f"{role} {method} {path}: {status}")
    assert wrong == []


def test_a_number_of_another_campaign_opens_nothing_below_ones_own(
    operator: Browser, app: Flask, services: Services, campaign_id: int, rush_id: int, question_id: int
) -> None:
    """Numbers below the campaign (question, screen, import, schedule, play) are looked for within it."""
    name = f"neighbour of {campaign_id}"
    a_new_operator(services, name)
    neighbour = login(app, services, name)
    answer = neighbour.post("/operators/campaigns/new", dict(CAMPAIGN), form_at="/operators/campaigns/new")
    own = answer.headers["Location"]
    assert neighbour.get(f"{own}/bank/{question_id}").status_code == 404
    data: dict[str, object] = {"id": str(question_id), "to": "retired"}
    neighbour.post(f"{own}/bank/state", data, form_at="/operators/account")
    states = [
        operator.get(f"/operators/campaigns/{campaign_id}/bank?state={state}").text for state in ("retired", "reviewed")
    ]
    assert [f"#{question_id}<" in page for page in states] == [False, True]
    assert neighbour.get(f"/operators/rushes/{rush_id}").status_code == 403


def test_lists_show_only_campaigns_in_which_one_has_a_role(
    people: dict[CampaignRole | None, Browser], campaign_id: int
) -> None:
    link = f"/operators/campaigns/{campaign_id}"
    assert f'href="{link}"' in people[R.VIEWER].get("/operators/").text
    assert f'href="{link}"' not in people[None].get("/operators/").text
    assert f'value="{campaign_id}"' in people[R.EDITOR].get("/operators/campaigns/new").text
    assert f'value="{campaign_id}"' not in people[R.VIEWER].get("/operators/campaigns/new").text, (
        "to copy is to take away"
    )


def test_what_a_role_may_not_is_not_offered_and_its_name_is_told(
    people: dict[CampaignRole | None, Browser], campaign_id: int
) -> None:
    page = people[R.VIEWER].get(f"/operators/campaigns/{campaign_id}?lang=en").text
    assert "Viewer" in page and "/edit" not in page and "/displays" not in page and "/rushes/new" not in page
    assert "/rushes/new" in people[R.EDITOR].get(f"/operators/campaigns/{campaign_id}").text


def test_an_owner_gives_changes_and_takes_roles_by_name(
    operator: Browser, people: dict[CampaignRole | None, Browser], services: Services, campaign_id: int
) -> None:
    path, stranger = f"/operators/campaigns/{campaign_id}/people", people[None]
    assert stranger.get(path).status_code == 403
    data: dict[str, object] = {"name": f"None of {campaign_id}", "role": "moderator"}
    assert operator.post(f"{path}/give", data, form_at=path).status_code == 303
    assert stranger.get(path).status_code == 200
    assert "None of" in operator.get(path).text
    mine = {member.name: member.operator_id for member in crew_of(services, campaign_id)}[f"None of {campaign_id}"]
    assert operator.post(f"{path}/{mine}/remove", {}, form_at=path).status_code == 303
    assert stranger.get(path).status_code == 403
    assert operator.post(f"{path}/give", {"name": "x", "role": "king"}, form_at=path).status_code == 400
    operator.post(f"{path}/give", {"name": "nobody like that", "role": "host"}, form_at=path)
    assert "nobody like that" in operator.get(path).text
    told = operator.get(f"/operators/campaigns/{campaign_id}/audit?lang=en&kind=role_taken").text
    assert "Took a role away" in told and f"None of {campaign_id}" in told and "Made the campaign</b>" not in told


def test_the_last_owner_reads_why_she_cannot_leave(app: Flask, services: Services) -> None:
    a_new_operator(services, "ada")
    ada = login(app, services, "ada")
    made = ada.post("/operators/campaigns/new", dict(CAMPAIGN), form_at="/operators/campaigns/new").headers["Location"]
    number = crew_of(services, int(made.rsplit("/", 1)[1]))[0].operator_id
    ada.post(f"{made}/people/{number}/remove", {}, form_at=f"{made}/people?lang=en")
    assert "keeps an owner" in ada.get(f"{made}/people").text
    assert ada.get(made).status_code == 200


def test_every_number_that_leads_to_a_campaign_is_known(app: Flask) -> None:
    below = {"question_id", "display_id", "schedule_id", "play_id", "import_id", "operator_id"}
    for _, path, _ in pages(app):
        assert set(re.findall(r"<int:(\w+)>", path)) <= {*WITHIN, *below}, path
