"""One in ten of the crowd's pages: python-socketio's own client, which proves that our packets are standard.

The library has no asyncio client without aiohttp, so its clients run in threads and hand everything over to the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import socketio

from campaigns.crowd.errors import CrowdError
from campaigns.crowd.pages import PATIENCE_S, Address, Heard


class ByLibrary:
    """python-socketio's own client."""

    def __init__(self, at: Address, namespace: str, cookie: str, auth: dict[str, Any], heard: Heard) -> None:
        self._url, self._space, self._cookie, self._auth, self._heard = at.url, namespace, cookie, auth, heard
        self._loop = asyncio.get_running_loop()
        self._client = socketio.Client(reconnection=False)
        self._client.on("*", self._take, namespace=namespace)

    async def open(self) -> None:
        try:
            await asyncio.to_thread(
                self._client.connect,
                self._url,
                headers={"Cookie": self._cookie},
                auth=self._auth,
                namespaces=[self._space],
                transports=["websocket"],
                wait_timeout=PATIENCE_S,
            )
        except socketio.exceptions.SocketIOError as error:
            raise CrowdError(f"{self._space}: no connection: {error}") from error

    def emit(self, event: str, data: Any, done: Callable[[Any, float], None]) -> None:
        def acknowledged(answer: Any = None) -> None:
            self._over(done, answer, time.monotonic())

        self._client.emit(event, data, namespace=self._space, callback=acknowledged)

    def cut(self) -> None:
        self._loop.run_in_executor(None, self._client.disconnect)

    def lost(self) -> bool:
        return not self._client.connected

    def _take(self, event: str, data: Any = None) -> None:
        self._over(self._heard, event, data, time.monotonic())

    def _over(self, work: Callable[..., None], *arguments: Any) -> None:
        """From the library's thread to the loop; what comes after the show is for nobody."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work, *arguments)
