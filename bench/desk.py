"""The crowd's operator: a session minted from the database, a run desk connected by hand, presses that wait for their moment."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from campaigns.bootstrap import Services
from campaigns.crowd.errors import CrowdError
from campaigns.crowd.pages import PATIENCE_S, Address, ByHand, Page
from campaigns.domain.run import Step
from campaigns.identity.operators import consume_login_link, mint_login_link

OPERATOR = "crowd"
AGAIN_S = 0.05


def new_session(services: Services) -> str:
    """A session token of an operator of its own."""
    token = consume_login_link(services, mint_login_link(services, OPERATOR))
    if token is None:
        raise CrowdError("a login link minted a moment ago is not accepted")
    return token


class Desk:
    """The run desk of one run."""

    def __init__(self, at: Address, session: str, run_id: int) -> None:
        self._session, self._run_id = session, run_id
        self.page = Page(ByHand, at, "/operators", lambda event, data, read_s: None)

    async def __aenter__(self) -> Desk:
        await self.page.open(f"operator={self._session}", {"run": str(self._run_id)})
        return self

    async def __aexit__(self, *error: object) -> None:
        self.page.cut()

    async def press(self, wanted: Step) -> None:
        """Press *next* as soon as it means this step."""
        until_s = time.monotonic() + PATIENCE_S
        said: Any = None
        while time.monotonic() < until_s:
            packet = (await self.page.ask("refresh", {})).data
            if packet["next"]["step"] == wanted:
                said = (await self.page.ask("next", {"seq": packet["next"]["seq"]})).data
                if said.get("outcome") == "moved":
                    return
            await asyncio.sleep(AGAIN_S)
        raise CrowdError(f"next never did {wanted} (it means {packet['next']['step']}; last answer {said})")

    async def say(self, event: str, **data: Any) -> None:
        """A press that has to be accepted at once."""
        said = (await self.page.ask(event, data)).data
        if said.get("outcome") not in ("moved", "removed"):
            raise CrowdError(f"{event} {data}: {said}")
