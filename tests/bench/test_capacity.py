"""The page of capacity: made of the newest whole results, which are kept; what is written by hand stays as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import capacity
from bench.capacity import BEGIN, END, renewed

ABOUT = {"cores": 2, "load": 0.1, "ruler_s": 0.9, "python": "3.11.7"}
TIMES = [1.0, 20.0, 30.0, 40.0]
TAP: dict[str, Any] = {"taps": 72, "p50_ms": 220.0, "p95_ms": 260.0, "worst_ms": 301.0, "answers_per_s": 2990}
TAP |= {"rtt_ms": 150.0, "cpu_rate": 4.0, "sockets": 6000, "sending_p50_ms": 12.0, "recorded_p50_ms": 190.0}
TAP |= {"cores": {"web": 0.3}, "browser_cores": 0.4, "load_generator_cores": 0.2, "others_cores": 0.0}
NIGHT: dict[str, Any] = {"sockets": 9000, "interactions": 2_835_000, "seconds": 250.0, "lost": 0, "duplicated": 0}
NIGHT |= {"rounds": 300, "halls": 15, "ack_p50_ms": 300.0, "ack_p99_ms": 480.0, "ack_max_ms": 900.0}
NIGHT |= {"others_cores": 0.02, "load_generator_cores": 0.4, "cores": {"web": 0.9, "sql": 0.4}}
BOARD: dict[str, Any] = {"participants": 1_000_000, "seconds": 30.0, "sql_cpu_s": 20.0, "bytes": 3900}
BOARD |= {"top_ms": 20.0, "rank_ms": 2.0, "in_redis_s": 40.0, "peak_rss_mib": 800}


def row(server: str, sockets: int, delivery_us: float, answer_us: float | None) -> dict[str, Any]:
    told: dict[str, Any] = {"round": 1, "server": server, "sockets": sockets, "delivery_us": delivery_us}
    told |= {"deliveries_per_s": 90_000.0, "arrival_ms": TIMES, "answer_us": answer_us, "rss_kib_per_conn": 32.0}
    parts = {"web": 40.0, "sql": 8.0, "redis": 0.0} if server == "ours" else {"web": answer_us} if answer_us else {}
    told |= {"parts_us": parts, "answers_per_s": 9000.0 if answer_us else None}
    paced = TIMES if answer_us else None
    return told | {"ack_ms": paced, "open_ms": paced, "first_burst_ms": 512.0 if answer_us else None}


def written(folder: Path, name: str, at: str, *rows: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{at}.jsonl"
    about = ABOUT | {"bench": name, "command": f"python -m bench.{name}", "at": at}
    path.write_text("".join(json.dumps(line) + "\n" for line in (about, *rows)))
    return path


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "page.md").write_text(f"by hand\n\n{BEGIN}\nold\n{END}\n\nand this too\n")
    return {"rows": tmp_path / "rows", "results": tmp_path / "results", "page": tmp_path / "page.md"}


def generated(places: dict[str, Path]) -> str:
    assert capacity.main([part for name, path in places.items() for part in (f"--{name}", str(path))]) == 0
    return places["page"].read_text()


def wire(sockets: int, ratio: float) -> dict[str, Any]:
    return {"sockets": sockets, "ratios": {str(sockets): {"fanout_cpu_ratio_node": ratio}}}


def test_the_page_has_the_newest_of_the_greatest_and_the_arithmetic_of_its_figures(places: dict[str, Path]) -> None:
    ours, node = row("ours", 5000, 10.0, 48.0), row("node", 5000, 20.0, 60.0)
    written(places["rows"], "wire", "2026-11-22T10:00", ours, node, wire(5000, 0.71))
    newest = written(places["rows"], "wire", "2026-11-22T11:00", ours, node, wire(5000, 0.5))
    written(places["rows"], "wire", "2026-11-22T12:00", row("ours", 20, 99.0, 99.0), wire(20, 0.1))  # small
    written(places["rows"], "wire", "2026-11-22T13:00", ours)  # broken off
    page = generated(places)
    assert "| `fanout_cpu_ratio_node` | 0.50 | ≤ 0.65 |" in page and "0.71" not in page
    assert "2026-11-22T11:00" in page and "| ours | 5,000 | 10.0 |" in page
    assert "6 × 10.0 + 40 = 100 µs of web a fan" in page and "= 140,000 fans" in page  # 0.7 of 20 s by 100 µs
    assert "10 core-seconds" in page and "Not run yet: `make bench-night`" in page
    assert page.startswith("by hand\n") and page.endswith("\n\nand this too\n") and "\nold\n" not in page
    assert (places["results"] / "wire.jsonl").read_text() == newest.read_text()


def test_without_rows_the_kept_results_say_the_same_again(places: dict[str, Path]) -> None:
    written(places["rows"], "tap", "2026-11-22T10:45", {"round": 1}, TAP)
    written(places["rows"], "night", "2026-11-22T10:00", {"hall": "AB"}, NIGHT)
    written(
        places["rows"], "night", "2026-11-22T11:00", {"hall": "AB"}, NIGHT | {"interactions": 378_000}
    )  # less of it
    written(places["rows"], "board", "2026-11-22T10:30", {"round": 1}, BOARD)
    first = generated(places)
    assert "| joins and answers | 2,835,000 | 2,800,000 |" in first and "| lost / twice | 0 / 0 | 0 / 0 |" in first
    assert "| 220 / 260 / 301 | p95 ≤ 350 |" in first and "| 2,990 | 3,000 |" in first
    assert "| closed → the reveal's packet ready | 30.0 s | ≤ 5 s |" in first
    for path in places["rows"].iterdir():
        path.unlink()
    assert generated(places) == first


def test_what_failed_is_no_result_and_a_switch_is_no_server(places: dict[str, Path]) -> None:
    written(places["rows"], "night", "2026-11-22T10:00", {"hall": "AB"}, NIGHT)
    written(places["rows"], "night", "2026-11-22T11:00", {"hall": "CD"}, NIGHT | {"lost": 1})
    written(places["rows"], "board", "2026-11-22T10:30", {"round": 1}, BOARD)
    written(places["rows"], "board", "2026-11-22T11:30", {"round": 1}, BOARD | {"wrong": 3})
    four = [row(each, 5000, 10.0, 48.0) for each in ("ours", "stock", "node", "send")]
    whole = written(places["rows"], "wire", "2026-11-22T10:00", *four, wire(5000, 0.5))
    small = [row(each, 50, 10.0, 48.0) for each in ("ours", "ours:lane", "ours:fanout", "stock", "node", "send")]
    written(places["rows"], "wire", "2026-11-22T11:00", *small, wire(50, 0.5))
    page = generated(places)
    assert "| lost / twice | 0 / 0 | 0 / 0 |" in page
    kept = {path.name: json.loads(path.read_text().splitlines()[0])["at"] for path in places["results"].iterdir()}
    assert kept == dict.fromkeys(("night.jsonl", "wire.jsonl"), "2026-11-22T10:00") | {
        "board.jsonl": "2026-11-22T10:30"
    }
    assert (places["results"] / "wire.jsonl").read_text() == whole.read_text()


def test_a_page_without_its_marks_is_left_alone() -> None:
    with pytest.raises(ValueError, match="substring not found"):
        renewed("no marks", "new")


def test_the_real_page_is_what_the_kept_results_make(tmp_path: Path) -> None:
    again = tmp_path / "page.md"
    again.write_text(capacity.PAGE.read_text())
    results = tmp_path / "results"
    results.mkdir()
    for kept in capacity.RESULTS.glob("*.jsonl"):
        (results / kept.name).write_text(kept.read_text())
    said = generated({"rows": tmp_path / "none", "results": results, "page": again})
    assert said == capacity.PAGE.read_text(), "make capacity"
