"""What a season's page sets beside its closing: waves by channel and badge, the freeze of its boards and their reveal."""

from __future__ import annotations

from campaigns.bootstrap import Services
from campaigns.control.season_sheets import season_sheet
from tests.web.conftest import Browser
from tests.web.test_seasons import opened, quiz_id, typed

__all__ = ["quiz_id"]  # a fixture


def test_waves_are_typed_shown_again_and_refused_by_their_row(
    operator: Browser, services: Services, quiz_id: int
) -> None:
    run_id = opened(operator, quiz_id, starts_at=typed(services, days=3))
    page = f"/operators/seasons/{run_id}"
    first: dict[str, object] = {
        "waves[0].opens_at": typed(services, days=1),
        "waves[0].channels": "core，内测",
        "waves[0].friends": "on",
        "waves[0].badges": "Top three、日榜高手",
    }
    saved = operator.post(f"{page}/waves", first, form_at=page)
    assert saved.status_code == 303, saved.text
    (wave,) = season_sheet(services, run_id).waves
    assert wave.channels == ("core", "内测") and wave.friends and wave.badges == ("top3", "top:day:")
    shown = operator.get(f"{page}?lang=en").text
    assert (
        'value="core, 内测"' in shown
        and "Wave 2" in shown
        and "High on the day&#39;s board" in shown
        and "?c=core" in shown
    )
    late: dict[str, object] = {"waves[1].opens_at": typed(services, days=4), "waves[1].channels": "weibo"}
    refused = operator.post(f"{page}/waves", first | late, form_at=page)
    assert refused.status_code == 400 and 'id="waves[1].opens_at-problem"' in refused.text and "weibo" in refused.text
    nameless = operator.post(f"{page}/waves", first | {"waves[0].channels": "", "waves[0].badges": ""}, form_at=page)
    assert nameless.status_code == 400 and 'id="waves[0].channels-problem"' in nameless.text
    assert season_sheet(services, run_id).waves == (wave,)
    operator.post(f"{page}/waves", {}, form_at=page)
    assert season_sheet(services, run_id).waves == ()
    operator.post(f"{page}/open", {}, form_at=page)
    assert operator.post(f"{page}/waves", first, form_at=page).status_code == 303
    assert season_sheet(services, run_id).waves == ()  # it is open to all


def test_a_badge_nobody_knows_is_refused_by_its_name_and_wave(
    operator: Browser, services: Services, quiz_id: int
) -> None:
    run_id = opened(operator, quiz_id, starts_at=typed(services, days=3))
    page = f"/operators/seasons/{run_id}"
    wave: dict[str, object] = {"waves[0].opens_at": typed(services, days=1), "waves[0].badges": "三甲, Bravest"}
    refused = operator.post(f"{page}/waves", wave, form_at=page)
    assert refused.status_code == 400 and 'id="waves[0].badges-problem"' in refused.text and "Bravest" in refused.text
    assert season_sheet(services, run_id).waves == ()


def test_boards_are_frozen_now_or_at_an_hour_and_revealed(operator: Browser, services: Services, quiz_id: int) -> None:
    run_id = opened(operator, quiz_id)
    page = f"/operators/seasons/{run_id}"
    refused = operator.post(f"{page}/freeze", {"later": "on", "freeze_at": "2020-01-01T10:00"}, form_at=page)
    assert refused.status_code == 400 and 'id="freeze_at-problem"' in refused.text
    operator.post(f"{page}/freeze", {"later": "on", "freeze_at": typed(services, days=1)}, form_at=page)
    assert "Do not freeze them" in operator.get(f"{page}?lang=en").text
    operator.post(f"{page}/freeze", {"freeze_at": ""}, form_at=page)
    assert "boards frozen" in operator.get(f"{page}?lang=en").text
    operator.post(f"{page}/reveal", {}, form_at=page)
    assert "boards frozen" not in operator.get(f"{page}?lang=en").text
    assert season_sheet(services, run_id).freeze_at is None
