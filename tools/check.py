"""All static checks, two at a time, each with its verdict; one that fails does not hide the others.

The longest begins first: the small ones pass beside it. More than two at once would want more memory than a small build
machine has.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
NODE_BIN = ROOT / "node_modules" / ".bin"
AT_ONCE = 2


class Verdict(NamedTuple):
    passed: bool
    seconds: float
    said: str


def checks() -> dict[str, list[str]]:
    commands = {
        "types (mypy)": [f"{BIN}/mypy", "."],
        "format (ruff)": [f"{BIN}/ruff", "format", "--check", "--output-format=concise", "."],
        "lint (ruff)": [f"{BIN}/ruff", "check", "--output-format=concise", "."],
        "contracts (import-linter)": [f"{BIN}/lint-imports", "--no-cache"],
        "lint (eslint)": [f"{NODE_BIN}/eslint", "--max-warnings=0", "."],
        "types (tsc)": [f"{NODE_BIN}/tsc", "--project", "tsconfig.json"],
        "lock files": [sys.executable, "tools/check_locks.py"],
    }
    if not any((ROOT / "static" / "js").rglob("*.js")):
        del commands["types (tsc)"]  # tsc takes an empty project for a mistake
    return commands


def checked(command: list[str]) -> Verdict:
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return Verdict(done.returncode == 0, time.monotonic() - started, done.stdout)


def main() -> int:
    failed = []
    with ThreadPoolExecutor(AT_ONCE) as pool:
        under_way = {name: pool.submit(checked, command) for name, command in checks().items()}
        for name, one in under_way.items():
            verdict = one.result()
            print(f"{name:28}{'ok' if verdict.passed else 'FAILED':8}{verdict.seconds:5.1f} s", flush=True)
            if not verdict.passed:
                failed.append(name)
                print(verdict.said, flush=True)
    print(f"make check: {'failed: ' + ', '.join(failed) if failed else 'all passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
