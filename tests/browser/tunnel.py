"""A way to the house that can be cut: a phone reaches it by this port, and in a tunnel nothing gets through.

Chromium's own "offline" tells the page but leaves an open WebSocket alone, so it alone would prove nothing.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

CHUNK = 65536


class Tunnel:
    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._goal = (parts.hostname or "", parts.port or 80)
        self._door = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        self._open, self._pairs = threading.Event(), set[socket.socket]()
        self._open.set()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start(self._let_in)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)

    def cut(self) -> None:
        """Every connection breaks; new ones break at once."""
        with self._lock:
            self._open.clear()
            for end in self._pairs:
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._open.set()

    def _start(self, target: Callable[..., object], *arguments: object) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _let_in(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            self._start(self._carry, near)

    def _carry(self, near: socket.socket) -> None:
        with near, socket.create_connection(self._goal) as far:
            ends = {near: far, far: near}
            with self._lock:
                if not self._open.is_set():
                    return
                self._pairs |= ends.keys()
            with selectors.DefaultSelector() as ready, contextlib.suppress(OSError):
                for end in ends:
                    ready.register(end, selectors.EVENT_READ)
                while self._pass_on(ready, ends):
                    pass
            with self._lock:
                self._pairs -= ends.keys()

    @staticmethod
    def _pass_on(ready: selectors.BaseSelector, ends: dict[socket.socket, socket.socket]) -> bool:
        for key, _ in ready.select():
            end = key.fileobj
            assert isinstance(end, socket.socket)
            data = end.recv(CHUNK)
            if not data:
                return False
            ends[end].sendall(data)
        return True
