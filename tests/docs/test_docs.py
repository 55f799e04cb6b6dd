"""Pages that would quietly stop being true: diagrams, links, the list of settings and commands, the pictures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from campaigns.domain import round as rounds
from campaigns.domain import run as runs
from cli import main
from tools.diagrams import PAGE, diagram, drawn
from tools.picture_list import MOST_BYTES, NAMES

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("demo/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```", re.S)
LONGEST_DECISION = 24


def test_the_state_diagrams_are_those_of_the_tables() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page) == page, "stale: run python -m tools.diagrams"
    assert "    revealed --> settling: corrected" in page and "    podium --> ended: ended" in page


def test_a_step_more_or_less_in_a_table_makes_the_page_stale() -> None:
    """The negative control: the comparison above would notice."""
    whole = diagram(rounds.TABLE, rounds.RoundState.SCHEDULED)
    fewer = {**rounds.TABLE, rounds.RoundState.REVEALED: {}}
    assert diagram(fewer, rounds.RoundState.SCHEDULED) != whole
    assert diagram(runs.TABLE, runs.RunState.SCHEDULED) != whole


def test_a_page_without_the_markers_is_refused_not_overwritten() -> None:
    with pytest.raises(ValueError, match="markers"):
        drawn("# a page without any")


def anchors(page: Path) -> set[str]:
    """GitHub's anchors of a page's headings."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text(encoding="utf-8")), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_between_our_pages_leads_somewhere() -> None:
    assert len(PAGES) > 10
    broken = []
    for page in PAGES:
        for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
            path, _, anchor = target.partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            there = (page.parent / path).resolve() if path else page
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_the_readme_names_every_setting_and_no_other() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.split("## Settings", 1)[1].split("\n## ", 1)[0]
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", table)) - {"NAME_FILE"}
    known = set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "config.py").read_text(encoding="utf-8")))
    assert {"HOST", "DATABASE_URL", "REDIS_URL", "POLLING"} <= known
    assert named == known


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    open_to_all = {name for name, command in main.commands.items() if not command.hidden} - {"up"}
    assert len(open_to_all) >= 5
    assert [name for name in sorted(open_to_all) if f"cli.py {name}" not in readme] == []


def test_decisions_are_short_and_numbered_without_gaps() -> None:
    notes = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert [int(note.name[:4]) for note in notes] == list(range(1, len(notes) + 1))
    assert {note.name for note in notes if len(note.read_text().splitlines()) > LONGEST_DECISION} == set()
    for note in notes:
        assert "Rejected" in note.read_text(), f"{note.name} says nothing of what was rejected"


def test_every_picture_is_there_small_and_a_picture() -> None:
    assert {path.stem for path in PICTURES.glob("*.png")} == set(NAMES)
    for path in PICTURES.glob("*.png"):
        assert path.stat().st_size <= MOST_BYTES, f"{path.name}: {path.stat().st_size} bytes"
        assert path.read_bytes().startswith(b"\x89PNG\r\n\x1a\n")


def test_no_page_tells_where_it_was_written() -> None:
    """Paths of somebody's machine help nobody else."""
    machine = re.compile(r"(?<![\w.])/(?:home|work|root|tmp|Users)/\w+")
    assert [str(page.relative_to(ROOT)) for page in PAGES if machine.search(page.read_text(encoding="utf-8"))] == []
