"""The laws of the layout that a linter cannot say: purity of the domain, sizes, names, jobs, who reads configuration.

Imports between our own packages are import-linter's work (pyproject.toml). Everything here reads the source by AST, so
that nothing has to be importable to be judged, except the domain, which is also imported alone to see what it drags in.
"""

from __future__ import annotations

import ast
import importlib
import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TREES = ("campaigns", "realtime", "workers", "deploy", "demo", "bench", "migrations", "tools", "tests")
ROOT_MODULES = ("config.py", "wsgi.py", "cli.py")
MODULE_LINES, FUNCTION_LINES = 300, 30
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> tuple[Path, ...]:
    found = [ROOT / name for name in ROOT_MODULES if (ROOT / name).exists()]
    for tree in TREES:
        found += sorted((ROOT / tree).rglob("*.py"))
    return tuple(found)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def under(*folders: str) -> list[Path]:
    return [path for path in modules() if name_of(path).startswith(tuple(f"{folder}/" for folder in folders))]


def expect(*paths: str) -> None:
    """A judged part that has been moved away must turn its test red, not empty."""
    missing = [path for path in paths if not (ROOT / path).exists()]
    if missing:
        pytest.fail(f"gone: {', '.join(missing)}")


def without_type_checking(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node that exists at run time."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from (node for branch in child.orelse for node in ast.walk(branch))
            continue
        yield child
        yield from without_type_checking(child)


def imported(path: Path) -> set[str]:
    """Full names of the modules a file imports at run time; relative ones as names under its own package."""
    found: set[str] = set()
    package = path.relative_to(ROOT).parent.parts
    for node in without_type_checking(parsed(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            found.add(".".join([*above, *([node.module] if node.module else [])]))
    return found


def test_the_domain_imports_only_the_standard_library_and_itself() -> None:
    domain = under("campaigns/domain")
    assert len(domain) > 5
    allowed = sys.stdlib_module_names
    strangers = {
        f"{name_of(path)} imports {name}"
        for path in domain
        for name in imported(path)
        if name.split(".")[0] not in allowed and not name.startswith("campaigns.domain")
    }
    assert not strangers


def test_the_domain_loads_alone_and_drags_nothing_in() -> None:
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in under("campaigns/domain")]
    names = [name.removesuffix(".__init__") for name in names]
    script = (
        "import importlib, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "before = set(sys.modules)\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print('\\n'.join(sorted(set(sys.modules) - before)))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.split()
    assert len([name for name in loaded if name.startswith("campaigns.domain.")]) > 5
    known = sys.stdlib_module_names | {"campaigns"}
    assert [name for name in loaded if name.split(".")[0] not in known] == []
    assert [name for name in loaded if name.startswith("campaigns.") and not name.startswith("campaigns.domain")] == []


def test_the_domain_asks_nobody_for_time_or_chance() -> None:
    """Law 3: time and randomness come in as arguments; the exceptions would be named here."""
    asks = re.compile(
        r"\b(time\.(time|monotonic|perf_counter)|datetime\.now|datetime\.utcnow|date\.today|uuid\.uuid[14])"
    )
    drawn = re.compile(
        r"\b(secrets\.\w+|os\.urandom|random\.(random|choice|shuffle|sample|randint|randrange|SystemRandom))\("
    )
    found = []
    for path in under("campaigns/domain"):
        for node in without_type_checking(parsed(path)):
            call = ast.unparse(node) if isinstance(node, ast.Call) else ""
            if asks.match(call) or drawn.match(call):
                found.append(f"{name_of(path)}:{getattr(node, 'lineno', 0)} {call[:60]}")
    assert not found


def sized() -> list[Path]:
    """Without migrations: lists of statements, written once and never changed, whose length is no one's burden."""
    return [path for path in modules() if not name_of(path).startswith("migrations/versions/")]


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    sizes = {name_of(path): len(path.read_text().splitlines()) for path in sized()}
    assert len(sizes) > 20
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def test_no_script_and_no_stylesheet_of_the_pages_is_longer_than_three_hundred_lines() -> None:
    expect("static/css", "static/js")
    pages = sorted({*(ROOT / "static/css").rglob("*.css"), *(ROOT / "static/js").rglob("*.js")})
    pages += sorted({*(ROOT / "tests/js").rglob("*.js"), *(ROOT / "tools").glob("*.mjs")})
    sizes = {name_of(path): len(path.read_text().splitlines()) for path in pages}
    assert len(sizes) > 50
    assert {name: size for name, size in sizes.items() if size > MODULE_LINES} == {}


def body_lines(function: Function) -> int:
    """Lines from the first statement after the docstring to the last."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_function_is_longer_than_thirty_lines() -> None:
    functions = [(path, node) for path in sized() for node in ast.walk(parsed(path)) if isinstance(node, Function)]
    assert len(functions) > 50
    long = {f"{name_of(path)}:{node.name}": body_lines(node) for path, node in functions}
    assert {name: lines for name, lines in long.items() if lines > FUNCTION_LINES} == {}


def test_no_module_is_named_after_nothing() -> None:
    assert [
        name_of(path) for path in modules() if path.stem in FORBIDDEN_NAMES or path.parent.name in FORBIDDEN_NAMES
    ] == []


def enqueued() -> dict[str, str]:
    """Job names written at an `enqueue("name", …)`, with the place."""
    found: dict[str, str] = {}
    for path in modules():
        if name_of(path).startswith("tests/"):
            continue
        for node in ast.walk(parsed(path)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            if called == "enqueue" and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found[first.value] = f"{name_of(path)}:{node.lineno}"
    return found


def listed_jobs() -> set[str]:
    """The callables a worker agrees to run: `JOBS` in workers/queues.py, a mapping or a collection of names."""
    return {str(name).rsplit(".", 1)[-1] for name in importlib.import_module("workers.queues").JOBS}


def test_every_job_that_is_enqueued_exists() -> None:
    expect("workers/queues.py", "workers/jobs.py")
    jobs, names = listed_jobs(), enqueued()
    assert len(names) >= 2, "settle_round and award_badges at least are enqueued somewhere"
    assert {name: place for name, place in names.items() if name not in jobs} == {}


def test_every_job_on_the_list_is_a_function_in_jobs() -> None:
    expect("workers/queues.py", "workers/jobs.py")
    functions = {node.name for node in parsed(ROOT / "workers/jobs.py").body if isinstance(node, ast.FunctionDef)}
    assert len(functions) >= 2
    assert listed_jobs() <= functions


def may_read_configuration(name: str) -> bool:
    roots = {"wsgi.py", "workers/__main__.py", "cli.py", "migrations/env.py", "config.py"}
    # Tests and benches are roots: they put houses together with settings of their own.
    return name in roots or name.startswith(("bench/", "tests/"))


def test_only_composition_roots_import_the_configuration() -> None:
    expect("config.py", "wsgi.py", "workers/__main__.py")
    readers = {name_of(path) for path in modules() if "config" in imported(path)}
    assert {"wsgi.py", "workers/__main__.py"} <= readers
    assert {name for name in readers if not may_read_configuration(name)} == set()


def test_only_composition_roots_look_at_the_environment() -> None:
    judged = under("campaigns", "realtime", "workers")
    assert len(judged) > 5
    looks = re.compile(r"\bos\.(environ|getenv)\b|\bfrom os import .*(environ|getenv)")
    found = [name_of(path) for path in judged if looks.search(ast.unparse(parsed(path)))]
    assert [name for name in found if not may_read_configuration(name)] == []


def test_gevent_websocket_is_not_installed() -> None:
    """Engine.IO prefers it whenever it can be imported, and it has not been kept since 2017."""
    installed = {(dist.metadata["Name"] or "").lower().replace("_", "-") for dist in importlib.metadata.distributions()}
    assert "flask-socketio" in installed
    assert "gevent-websocket" not in installed
    for lock in ("runtime.txt", "dev.txt"):
        assert "gevent-websocket" not in (ROOT / "requirements" / lock).read_text()


def is_patch(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and "patch_all(" in ast.unparse(node)


def test_the_web_process_patches_before_it_imports_anything_else() -> None:
    """psycopg imported before gevent's patch blocks the hub without a word."""
    expect("wsgi.py")
    body = parsed(ROOT / "wsgi.py").body
    patch = next(index for index, node in enumerate(body) if is_patch(node))
    imports = [node for node in body[:patch] if isinstance(node, ast.Import | ast.ImportFrom)]
    before = {node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports}
    assert before <= {"__future__", "gevent", "gevent.monkey"}


def test_nothing_but_the_web_process_is_patched() -> None:
    judged = [path for path in modules() if path not in {ROOT / "wsgi.py"} and not name_of(path).startswith("bench/")]
    patched = [
        name_of(path)
        for path in judged
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "patch_all"
    ]
    assert patched == []
