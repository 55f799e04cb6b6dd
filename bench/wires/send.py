"""The floor: the bare `send()` of one frame to as many sockets, in a loop. No protocol but what a page needs to believe in it.

    python bench/wires/send.py PORT < commands          # "push 10 50": ten times to everybody, 50 ms after each

Standard library only, blocking: there is nothing to wait for but the kernel.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time
from base64 import b64encode
from hashlib import sha1

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


def frame(text: bytes) -> bytes:
    head = bytes((0x81, len(text))) if len(text) < 126 else bytes((0x81, 126)) + len(text).to_bytes(2, "big")
    return head + text


def shake(page: socket.socket) -> None:
    """The handshake, and the two packets after which a page of Socket.IO is connected."""
    asked = b""
    while b"\r\n\r\n" not in asked:
        asked += page.recv(4096)
    lines = dict(
        line.lower().split(b": ", 1)[:1] + line.split(b": ", 1)[1:] for line in asked.split(b"\r\n") if b": " in line
    )
    answer = b64encode(sha1(lines[b"sec-websocket-key"] + GUID).digest())
    page.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + answer
    )
    page.sendall(b"\r\n\r\n" + frame(b'0{"sid":"x","upgrades":[],"pingInterval":600000,"pingTimeout":600000}'))
    page.sendall(frame(b'40/fans,{"sid":"x"}'))


def main(port: int) -> None:
    door = socket.create_server(("127.0.0.1", port), backlog=4096)
    pages: list[socket.socket] = []
    waiting = selectors.DefaultSelector()
    waiting.register(door, selectors.EVENT_READ)
    waiting.register(sys.stdin, selectors.EVENT_READ)
    print("ready", flush=True)
    payload = b""
    while True:
        for key, _ in waiting.select():
            if key.fileobj is door:
                page, _address = door.accept()
                page.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                shake(page)
                pages.append(page)
                continue
            words = sys.stdin.readline().split(maxsplit=1)
            if not words:
                return
            if words[0] == "payload":
                payload = frame(b"42" + words[1].rstrip("\n").encode())
            elif words[0] == "push":
                times, gap_ms = map(float, words[1].split())
                for _ in range(int(times)):
                    print("at", time.monotonic_ns(), flush=True)
                    for page in pages:
                        page.send(payload)
                    time.sleep(gap_ms / 1000)  # until everybody has read: no push runs into the last one's tail
            print("done", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
