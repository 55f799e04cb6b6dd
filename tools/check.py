"""All static checks, one after the other, each with its verdict; one that fails does not hide the ones behind it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
NODE_BIN = ROOT / "node_modules" / ".bin"


def checks() -> dict[str, list[str]]:
    commands = {
        "format (ruff)": [f"{BIN}/ruff", "format", "--check", "--output-format=concise", "."],
        "lint (ruff)": [f"{BIN}/ruff", "check", "--output-format=concise", "."],
        "types (mypy)": [f"{BIN}/mypy", "."],
        "contracts (import-linter)": [f"{BIN}/lint-imports", "--no-cache"],
        "lint (eslint)": [f"{NODE_BIN}/eslint", "--max-warnings=0", "."],
        "types (tsc)": [f"{NODE_BIN}/tsc", "--project", "tsconfig.json"],
        "lock files": [sys.executable, "tools/check_locks.py"],
    }
    if not any((ROOT / "static" / "js").rglob("*.js")):
        del commands["types (tsc)"]  # tsc takes an empty project for a mistake
    return commands


def main() -> int:
    failed = []
    for name, command in checks().items():
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:28}{verdict:8}{time.monotonic() - started:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout, flush=True)
    print(f"make check: {'failed: ' + ', '.join(failed) if failed else 'all passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
