"""A theme: edited by one, worn by phones, screens and desk without a hole in the policy; nobody sees a logo not worn."""

from __future__ import annotations

import io
import json
import re
from typing import Any

from campaigns.bootstrap import Services
from campaigns.control.copying import copy_campaign
from campaigns.control.definitions import Edit, campaign, checked_campaign, rush
from campaigns.control.runs import make_run, run_summary
from campaigns.control.themes import edit_theme, theme_of
from campaigns.domain.colour import Colour
from campaigns.domain.theme import Backdrop, Theme
from tests.web.conftest import SVG, Browser

NIGHT = Theme(Colour.of("#2f6bff"), Colour.of("#0b1430"), Backdrop.GATES, sounds=False)
TYPED: dict[str, Any] = {"brand": "#2F6BFF", "ground": "#0b1430", "grounded": "on", "backdrop": "gates"}


def page_of(services: Services, rush_id: int) -> tuple[int, str]:
    return rush(services, rush_id).campaign_id, f"/operators/campaigns/{rush(services, rush_id).campaign_id}/theme"


def sheet_in(page: str) -> str:
    found = re.search(r'href="(/theme/[^"]+\.css)"', page)
    assert found is not None, "the page wears no theme"
    return found.group(1)


def test_what_is_typed_is_saved_told_to_a_late_editor_and_shown_again(
    operator: Browser, services: Services, rush_id: int
) -> None:
    campaign_id, path = page_of(services, rush_id)
    version = str(campaign(services, campaign_id).version)
    assert operator.post(path, TYPED | {"version": version}, form_at=path).status_code == 303
    assert theme_of(services, campaign_id) == NIGHT
    late = operator.post(f"{path}?lang=en", TYPED | {"version": version, "brand": "#ff0000"}, form_at=path)
    assert late.status_code == 409 and "Brand colour #ff6900 → #2f6bff" in late.text and 'value="#ff0000"' in late.text
    assert theme_of(services, campaign_id) == NIGHT
    shown = operator.get(path).text
    assert 'value="#2f6bff"' in shown and re.search(r'value="gates" checked', shown)


def test_colours_that_are_none_and_pictures_that_run_are_refused_by_their_field(
    operator: Browser, services: Services, rush_id: int
) -> None:
    campaign_id, path = page_of(services, rush_id)
    version = str(campaign(services, campaign_id).version)
    wrong = operator.post(path, TYPED | {"version": version, "brand": "url(x)"}, form_at=path)
    assert wrong.status_code == 400 and 'id="brand-problem"' in wrong.text
    runs = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
    evil = operator.post(path, TYPED | {"version": version, "logo": (io.BytesIO(runs), "a.svg")}, form_at=path)
    assert evil.status_code == 400 and 'id="logo-problem"' in evil.text
    assert theme_of(services, campaign_id) is None


def test_the_logo_is_anybodys_to_see_while_it_is_worn_and_other_pictures_are_not(
    operator: Browser, stranger: Browser, services: Services, rush_id: int
) -> None:
    campaign_id, path = page_of(services, rush_id)
    version = campaign(services, campaign_id).version
    sent = TYPED | {"version": str(version), "logo": (io.BytesIO(SVG), "logo.svg")}
    assert operator.post(path, sent, form_at=path).status_code == 303
    worn = theme_of(services, campaign_id)
    assert worn is not None and worn.logo is not None
    logo = stranger.get(f"/theme/{campaign_id}/logo-{worn.logo}")
    assert logo.data == SVG and "sandbox" in logo.headers["Content-Security-Policy"]
    assert stranger.get(f"/theme/{campaign_id}/logo-{worn.logo + 1}").status_code == 404
    kept = TYPED | {"version": str(version + 1), "backdrop": "plain"}
    assert operator.post(path, kept, form_at=path).status_code == 303
    again = theme_of(services, campaign_id)
    assert again is not None and (again.logo, again.backdrop) == (worn.logo, Backdrop.PLAIN)
    bare = TYPED | {"version": str(version + 2), "bare": "on"}
    assert operator.post(path, bare, form_at=path).status_code == 303
    assert stranger.get(f"/theme/{campaign_id}/logo-{worn.logo}").status_code == 404


def test_phones_screens_and_the_desk_wear_it_by_a_stylesheet_of_our_own(
    operator: Browser, stranger: Browser, services: Services, rush_id: int, question_id: int
) -> None:
    assert question_id
    campaign_id, _path = page_of(services, rush_id)
    run = make_run(services, rush_id, actor="operator:1")
    code = run_summary(services, run).code
    assert "/theme/" not in stranger.get(f"/r/{code}").text
    assert edit_theme(services, campaign_id, campaign(services, campaign_id).version, NIGHT) is Edit.SAVED
    joining = stranger.get(f"/r/{code}")
    assert "data-themed" in joining.text and "unsafe" not in joining.headers["Content-Security-Policy"]
    sheet = stranger.get(sheet_in(joining.text))
    assert sheet.mimetype == "text/css" and "immutable" in sheet.headers["Cache-Control"]
    assert "--ground:var(--light," in sheet.text and "repeating-radial-gradient" in sheet.text
    stranger.post(f"/r/{code}/join", {"nickname": "小明"}, form_at=f"/r/{code}")
    playing, own = stranger.get(f"/r/{code}").text, stranger.get("/me").text
    for page in (playing, own, operator.get(f"/operators/runs/{run}").text):
        assert sheet_in(page) == sheet_in(joining.text)
    screen = Browser(stranger.client.application)
    shown = re.search(r"data-code[^>]*>(\w{4})<", screen.get("/display").text)
    assert shown is not None
    pairing = f"/operators/campaigns/{campaign_id}"
    operator.post(f"{pairing}/displays", {"code": shown.group(1)}, form_at=pairing)
    wall = screen.get("/display").text
    assert sheet_in(wall) == sheet_in(joining.text) and "data-silent" in wall and "sound-hint" not in wall
    over = screen.get("/display/overlay?overlay=side&lang=en").text
    assert sheet_in(over) == sheet_in(joining.text) and 'data-kind="side"' in over
    assert 'data-kind="corner"' in screen.get("/display/overlay?overlay=nonsense").text


def test_an_older_address_of_a_sheet_gives_what_is_worn_now_and_is_not_kept(
    stranger: Browser, services: Services, rush_id: int
) -> None:
    campaign_id, _path = page_of(services, rush_id)
    assert stranger.get(f"/theme/{campaign_id}/000000000000.css").status_code == 404
    edit_theme(services, campaign_id, campaign(services, campaign_id).version, NIGHT)
    old = stranger.get(f"/theme/{campaign_id}/000000000000.css")
    assert old.status_code == 200 and old.headers["Cache-Control"] == "no-store"


def test_the_preview_asks_the_house_what_would_be_painted(operator: Browser, services: Services, rush_id: int) -> None:
    _campaign_id, path = page_of(services, rush_id)
    told = json.loads(operator.get(f"{path}/colours?brand=%23101010&backdrop=glow&lang=en").text)
    assert told["light"]["--brand"] == "#101010" and told["dark"]["--brand"] != "#101010"
    assert len(told["notes"]) == 1 and told["dark"]["--brand"].upper() in told["notes"][0]
    wrong = json.loads(operator.get(f"{path}/colours?brand=orange&backdrop=glow&lang=en").text)
    assert wrong["field"] == "brand" and "#FF6900" in wrong["problem"]


def test_a_copied_campaign_wears_the_same_with_a_logo_of_its_own(
    operator: Browser, stranger: Browser, services: Services, rush_id: int
) -> None:
    campaign_id, path = page_of(services, rush_id)
    sent = TYPED | {"version": str(campaign(services, campaign_id).version), "logo": (io.BytesIO(SVG), "logo.svg")}
    assert operator.post(path, sent, form_at=path).status_code == 303
    copy = copy_campaign(services, campaign_id, checked_campaign({"zh": "二", "en": "two"}, "Asia/Shanghai", "1"))
    worn, original = theme_of(services, copy), theme_of(services, campaign_id)
    assert worn is not None and original is not None and worn.logo not in (None, original.logo)
    assert worn.brand == original.brand and stranger.get(f"/theme/{copy}/logo-{worn.logo}").data == SVG
