"""Run in a network namespace of its own: `make run` with nothing but loopback; says as JSON what came of it.

The way to the loopback device is an ioctl, because `ip` is not on every machine. Arguments: VAR_DIR and PORT.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
NOT_OURS = ("MAKE", "MFLAGS", "DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "HOST")


def raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


def start(var: str, port: str) -> dict[str, object]:
    """What it said up to its last line, what /healthz answered, and how it ended when it was asked to."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    environ |= {"VAR_DIR": var, "PORT": port, "NO_APT": "1"}
    with subprocess.Popen(
        ["make", "run"], cwd=PROJECT, env=environ, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as house:
        assert house.stdout is not None
        said = []
        for line in house.stdout:
            said.append(line)
            if "Operator" in line:
                break
        else:
            return {"said": "".join(said), "healthz": {}, "ended": house.wait()}
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
            healthz = json.load(answer)
        os.kill(int((Path(var) / "up.lock").read_text().split()[0]), signal.SIGTERM)
        said += house.stdout
        return {"said": "".join(said), "healthz": healthz, "ended": house.wait(60)}


if __name__ == "__main__":
    raise_loopback()
    print(json.dumps(start(*sys.argv[1:]) if sys.argv[1:] else {}))
