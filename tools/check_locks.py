"""Lock files name versions and hashes, never a machine: no registry address, no path, no credentials.

They are installed from whatever index the machine at hand is set up for, so an address in a lock would bind everybody
to one network. Also holds the two Python locks together: what runs is exactly what was tested.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r"://|(^|\s)(--?(extra-)?index-url|--?find-links|--trusted-host|-i|-f)\b|\s@\s|^\s*[./~]")
NPM_LOCAL = re.compile(r"^(file|link|git|https?):|^(\.|/|~/)")


def requirement_faults(path: Path) -> Iterator[str]:
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if ADDRESS.search(line):
            yield f"{path.relative_to(ROOT)}:{number}: address or path in a lock: {line.strip()}"


def npm_faults(path: Path) -> Iterator[str]:
    for name, package in json.loads(path.read_text())["packages"].items():
        if "resolved" in package:
            yield f"{path.name}: {name} carries the address it was fetched from; npm install with the project's .npmrc"
        for wanted in {**package.get("dependencies", {}), **package.get("devDependencies", {})}.values():
            if NPM_LOCAL.match(wanted):
                yield f"{path.name}: {name or 'the project'} depends on an address or path: {wanted}"
        if name and "integrity" not in package:
            yield f"{path.name}: {name} has no hash"


def pins(path: Path) -> dict[str, str]:
    found = re.findall(r"^([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==(\S+)", path.read_text(), re.MULTILINE)
    return dict(found)


def disagreements() -> Iterator[str]:
    runtime, dev = (pins(ROOT / "requirements" / f"{name}.txt") for name in ("runtime", "dev"))
    for name, version in runtime.items():
        if dev.get(name) != version:
            yield f"requirements: runtime has {name} {version}, dev has {dev.get(name, 'none')}; run make locks"


def main() -> int:
    faults = [
        *requirement_faults(ROOT / "requirements" / "runtime.txt"),
        *requirement_faults(ROOT / "requirements" / "dev.txt"),
        *npm_faults(ROOT / "package-lock.json"),
        *disagreements(),
    ]
    for fault in faults:
        print(fault)
    print(f"lock files: {len(faults) or 'no'} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
