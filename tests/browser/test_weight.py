"""How much a phone has to load before the first tap, on the wire, as the server sends it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request

from campaigns.bootstrap import Services
from tests.browser.conftest import Hall
from tests.stage import run_of, single

pytestmark = pytest.mark.browser
FIRST_KB, ALL_KB = 14, 60


def test_the_first_tap_costs_little(hall: Hall, services: Services) -> None:
    phone = hall.phone()
    finished: list[Request] = []
    phone.page.on("requestfinished", lambda request: finished.append(request))
    code = hall.code(run_of(services, [single()]))
    phone.go(f"/r/{code}")
    phone.page.wait_for_load_state("networkidle")
    sizes = {request.url.removeprefix(phone.url): weight(request) for request in finished if "data:" not in request.url}
    assert sizes[f"/r/{code}"] <= FIRST_KB * 1024, sizes
    phone.join(code)
    phone.page.wait_for_load_state("networkidle")
    sizes = {request.url.removeprefix(phone.url): weight(request) for request in finished if "data:" not in request.url}
    assert any(path.endswith(".js") for path in sizes) and any(path.endswith(".css") for path in sizes)
    assert sum(sizes.values()) <= ALL_KB * 1024, sizes


def weight(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
