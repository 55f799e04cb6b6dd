"""Tickets: what a community signed two minutes ago at most, and nothing else."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain.ticket import SKEW, VALID, Ticket, TicketRefusal, is_path, read, write

SECRET, OTHER = b"a secret of the forum's own", b"a secret of somebody else"
AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TICKET = Ticket("forum", "10086", "小明", AT, "n0nce-n0nce-n0nce", "/r/K7M2QD?d=x")
HOUSE = {"forum": SECRET, "club": OTHER}


def test_a_ticket_says_who_it_is_for_two_minutes() -> None:
    signed = write(TICKET, SECRET)
    assert read(signed, HOUSE, AT) == TICKET
    assert read(signed, HOUSE, AT + VALID - timedelta(seconds=1)) == TICKET
    assert read(signed, HOUSE, AT + VALID) is TicketRefusal.EXPIRED
    assert read(signed, HOUSE, AT - SKEW) == TICKET
    assert read(signed, HOUSE, AT - SKEW - timedelta(seconds=1)) is TicketRefusal.EARLY


def test_only_the_issuers_own_secret_signs_for_it() -> None:
    assert read(write(TICKET, OTHER), HOUSE, AT) is TicketRefusal.FORGED
    assert read(write(replace(TICKET, issuer="club"), SECRET), HOUSE, AT) is TicketRefusal.FORGED
    assert read(write(replace(TICKET, issuer="stranger"), SECRET), HOUSE, AT) is TicketRefusal.UNKNOWN_ISSUER
    assert read(write(TICKET, SECRET), {}, AT) is TicketRefusal.UNKNOWN_ISSUER


def test_no_sign_of_a_ticket_can_be_changed() -> None:
    signed = write(TICKET, SECRET)
    for i in range(0, len(signed) - 1):  # base64 leaves two bits of the very last sign unused
        changed = signed[:i] + ("A" if signed[i] != "A" else "B") + signed[i + 1 :]
        assert isinstance(read(changed, HOUSE, AT), TicketRefusal), i
    assert read(signed.split(".")[0] + ".", HOUSE, AT) is TicketRefusal.FORGED


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil",
        "evil",
        "",
        "/a\nb",
        "/a b",
        "/\tx",
        "/é",
        "javascript:1",
    ],
)
def test_a_path_that_a_browser_could_take_for_another_place_is_refused(path: str) -> None:
    assert read(write(replace(TICKET, to=path), SECRET), HOUSE, AT) is TicketRefusal.BAD_PATH


@pytest.mark.parametrize("path", ["/", "/me", "/r/K7M2QD", "/r/K7M2QD?c=forum&d=abc_-9", "/r/K7M2QD#top"])
def test_a_path_of_the_house_is_taken(path: str) -> None:
    assert is_path(path)


def packed(said: object) -> str:
    payload = urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()
    signature = write(TICKET, SECRET)  # of another payload
    return f"{payload}.{signature.split('.')[1]}"


@pytest.mark.parametrize("raw", ["", ".", "x", "x.y", "e30.y" + "A" * 3000, "é.é", packed([]), packed("forum")])
def test_what_is_no_ticket_is_told_so(raw: str) -> None:
    assert read(raw, HOUSE, AT) in (TicketRefusal.MALFORMED, TicketRefusal.UNKNOWN_ISSUER)


@pytest.mark.parametrize(
    "changed",
    [
        {"member": ""},
        {"member": "a\x00b"},
        {"nonce": "short"},
        {"nonce": "with blanks in it, long"},
        {"name": "n" * 201},
    ],
)
def test_fields_out_of_bounds_are_refused_although_they_are_signed(changed: dict[str, str]) -> None:
    assert read(write(replace(TICKET, **changed), SECRET), HOUSE, AT) is TicketRefusal.MALFORMED  # type: ignore[arg-type]  # texts only


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_fail(raw: str) -> None:
    assert isinstance(read(raw, HOUSE, AT), TicketRefusal)


def test_the_ticket_in_the_handbook_is_one() -> None:
    page = (Path(__file__).parents[2] / "docs" / "handover.md").read_text()
    blocks = [block.strip() for block in page.split("```") if block.strip()]
    secret = b"0123456789abcdef0123456789abcdef"
    assert f"the secret `{secret.decode()}`" in page
    said, ticket = (next(block for block in blocks if block.startswith(start)) for start in ('{"iss"', "ey"))
    found = read(ticket, {"forum": secret}, datetime.fromtimestamp(json.loads(said)["iat"], UTC))
    assert isinstance(found, Ticket)
    assert (found.member, found.name, found.to) == ("10086", "小明", "/r/K7M2QD")
