"""Printed links are for other devices."""

from __future__ import annotations

import pytest

from deploy import links


def test_the_public_url_wins() -> None:
    assert links.base_url("https://play.example.com", "0.0.0.0", 8000, "192.0.2.7") == "https://play.example.com"


def test_without_one_it_is_the_lan_address_and_never_localhost() -> None:
    for host in ("0.0.0.0", "::"):
        assert links.base_url(None, host, 8000, "192.0.2.7") == "http://192.0.2.7:8000"
    assert links.base_url(None, "0.0.0.0", 80, "192.0.2.7") == "http://192.0.2.7"


def test_a_host_that_was_chosen_is_printed_as_it_is() -> None:
    assert links.base_url(None, "127.0.0.1", 8000, "192.0.2.7") == "http://127.0.0.1:8000"
    assert links.base_url(None, "2001:db8::7", 8000, None) == "http://[2001:db8::7]:8000"


@pytest.mark.parametrize(
    ("host", "base"), [("0.0.0.0", "http://localhost:8000"), ("127.0.0.1", "http://127.0.0.1:8000")]
)
def test_links_that_only_this_machine_can_follow_say_so_and_are_not_drawn(host: str, base: str) -> None:
    assert links.base_url(None, host, 8000, None) == base
    printed = links.banner(base, "K7M2QD", "R4D5EN", "t0ken")
    assert f"{base}/login/t0ken" in printed
    assert "work on this machine only" in printed
    assert "仅本机可用" in printed
    assert "PUBLIC_URL" in printed
    assert "█" not in printed


@pytest.mark.parametrize("base", ["https://play.example.com", "http://192.0.2.7:8000", "http://[2001:db8::7]:8000"])
def test_links_that_others_can_follow_are_not_called_local(base: str) -> None:
    assert "this machine only" not in links.banner(base, "K7M2QD", "R4D5EN", "t0ken")


def test_what_this_machine_finds_is_not_loopback() -> None:
    found = links.lan_address()
    assert found is None or not found.startswith("127.")


def test_the_banner_holds_every_link_and_a_code_to_scan() -> None:
    printed = links.banner("http://192.0.2.7:8000", "K7M2QD", "R4D5EN", "t0ken")
    assert "http://192.0.2.7:8000/r/K7M2QD" in printed
    assert "http://192.0.2.7:8000/r/R4D5EN" in printed
    assert "http://192.0.2.7:8000/login/t0ken" in printed
    assert "http://192.0.2.7:8000/display" in printed
    assert links.qr("http://192.0.2.7:8000/r/K7M2QD") in printed
    assert "█" in printed
