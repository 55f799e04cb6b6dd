"""Which links a phone can open."""

from __future__ import annotations

import pytest

from campaigns.domain.reach import only_here


@pytest.mark.parametrize(
    "address",
    ["http://localhost:8000", "http://127.0.0.1", "http://127.3.2.1:80", "http://[::1]:8000", "http://a.localhost"],
)
def test_a_loopback_address_is_this_machine_only(address: str) -> None:
    assert only_here(address)


@pytest.mark.parametrize(
    "address", ["http://192.168.1.7:8000", "https://play.example.com", "http://[fe80::1]", "http://10.0.0.1"]
)
def test_any_other_may_be_opened_from_elsewhere(address: str) -> None:
    assert not only_here(address)
