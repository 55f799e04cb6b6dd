"""A house that is far away: a port of this machine from which every byte reaches the real one so much later, and back again.

    python -m bench.distance PORT MS          # prints its own port; ends with its standard input

In a process of its own, so that it holds up nobody who is measured. A browser's own emulation of a slow network does not reach
WebSockets; the kernel's (netem) wants rights that a bench should not need. Bytes keep their order and are never thinned out; a
connection is accepted at once, so its handshake costs one way less than at a real distance.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class End(asyncio.Protocol):
    """One end of a connection: what it hears goes to `other`, `later_s` after it came."""

    def __init__(self, later_s: float) -> None:
        self.later_s = later_s
        self.other: End | None = None
        self.transport: asyncio.Transport | None = None
        self._under_way: deque[bytes | None] = deque()  # None: the end

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._send_on(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._send_on(None)

    def _send_on(self, data: bytes | None) -> None:
        self._under_way.append(data)
        asyncio.get_running_loop().call_later(self.later_s, self._arrives)

    def _arrives(self) -> None:
        """The oldest: two timers of one instant may ring in either order."""
        data = self._under_way.popleft()
        if self.other is None or self.other.transport is None:
            return
        if data is None:
            self.other.transport.close()
        else:
            self.other.transport.write(data)


class Near(End):
    """The end that somebody has connected to; the other one is made for it."""

    def __init__(self, port: int, later_s: float) -> None:
        super().__init__(later_s)
        self._port = port
        self._reaching: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.transport is not None
        self.transport.pause_reading()
        self._reaching = asyncio.get_running_loop().create_task(self._reach())

    async def _reach(self) -> None:
        assert self.transport is not None
        try:
            _, far = await asyncio.get_running_loop().create_connection(
                lambda: End(self.later_s), "127.0.0.1", self._port
            )
        except OSError:
            self.transport.close()
            return
        self.other, far.other = far, self
        self.transport.resume_reading()


async def serve(port: int, later_s: float) -> None:
    loop = asyncio.get_running_loop()
    door = await loop.create_server(lambda: Near(port, later_s), "127.0.0.1", 0)
    print(door.sockets[0].getsockname()[1], flush=True)
    async with door:
        await loop.run_in_executor(None, sys.stdin.read)


@contextmanager
def distance(port: int, later_ms: float) -> Iterator[int]:
    """The port by which `port` is `later_ms` away, each way."""
    command, pipe = [sys.executable, "-m", "bench.distance", str(port), str(later_ms)], subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            yield int(process.stdout.readline())
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]) / 1000))
