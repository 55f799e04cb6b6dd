"""Behind a proxy that ends TLS the wire believes the same cookies as the pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from campaigns.bootstrap import Services
from config import Settings
from deploy.house import House
from tests.raw import RawPage, handshake
from tests.stage import Desk, Page, Phone, Screen, run_of, single

HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "play.example.com"}


class Proxied(RawPage):
    """A page as the proxy hands it on, with this cookie."""

    def __init__(self, page: Page, cookie: str, headers: dict[str, str]) -> None:
        super().__init__(page._url, page.namespace, cookie, page._auth)
        self.headers = headers

    def open(self) -> Any:
        origin = f"https://{self.headers['X-Forwarded-Host']}" if self.headers else None
        return handshake(self._url, self._cookie, header=self.headers, origin=origin)


@pytest.fixture(scope="module")
def behind(settings: Settings) -> Iterator[str]:
    """The address of a web process that believes one proxy."""
    with House(replace(settings, trusted_proxies=1), workers=False) as house:
        yield house.url


def pages(url: str, services: Services) -> tuple[Page, ...]:
    run_id = run_of(services, [single(seconds=100)])
    return Phone(url, services, run_id, "小安"), Screen(url, services, run_id), Desk(url, services, run_id)


def is_in(page: Page, cookie: str, headers: dict[str, str]) -> bool:
    with Proxied(page, cookie, headers) as proxied:
        return proxied.refused is None and not proxied.closed


def test_on_https_the_plain_cookie_says_nothing_on_any_wire(behind: str, services: Services) -> None:
    for page in pages(behind, services):
        assert not is_in(page, page._cookie, HTTPS), page.namespace
        assert is_in(page, f"__Host-{page._cookie}", HTTPS), page.namespace
        assert is_in(page, f"{page._cookie}x; __Host-{page._cookie}", HTTPS), page.namespace


def test_on_plain_http_the_plain_cookie_is_the_one(behind: str, services: Services) -> None:
    for page in pages(behind, services):
        assert is_in(page, page._cookie, {}), page.namespace


def test_without_a_promised_proxy_nobody_can_pretend_to_come_by_https(house: House, services: Services) -> None:
    for page in pages(house.url, services):
        assert is_in(page, page._cookie, HTTPS), page.namespace
