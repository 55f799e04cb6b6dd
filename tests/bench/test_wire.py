"""The wire bench with a handful of sockets, ours only: every figure is there and nothing is missing. Never its time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import wire
from bench.wire_table import Row, summed_up

pytestmark = pytest.mark.load
SMALL = ["--sockets", "20", "--rounds", "1", "--pushes", "2", "--warm-up", "1", "--bursts", "1", "--warm-bursts", "1"]
SMALL += ["--idle", "0.1", "--rate", "500", "--servers", "ours"]
NAMES = {"fanout_cpu_ratio_node", "fanout_cpu_ratio_stock", "fanout_cpu_ratio_send", "answer_cpu_ratio_node"}
NAMES |= {"answer_cpu_ratio_stock", "rss_kib_per_conn", "rss_ratio_node", "sockets"}


def test_a_round_of_twenty_sockets_brings_every_figure_and_keeps_its_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = wire.main([*SMALL, "--rows", str(tmp_path)])
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    about, row, kept = (json.loads(line) for line in next(tmp_path.iterdir()).read_text().splitlines())
    assert (status, said["missing"], said["sockets"]) == (0, 0, 20)
    assert said.keys() >= NAMES and said == kept and about["bench"] == "wire"
    # What the house costs anyhow is taken off: of so few, and on a busy machine, that may be all of it.
    assert row["parts_us"].keys() == {"web", "sql", "redis"} and row["delivery_us"] >= 0 and row["answer_us"] >= 0
    assert len(row["ack_ms"]) == len(row["open_ms"]) == 4 and row["first_burst_ms"] > 0


def test_ratios_are_ours_by_theirs_of_medians_at_each_size() -> None:
    def row(server: str, sockets: int, delivery_us: float) -> Row:
        times, answer_us = (1.0, 2.0, 3.0, 4.0), delivery_us * 4 if server != "send" else None
        answers = (answer_us, dict[str, float](), 1.0, times, times, 5.0)
        return Row(server, sockets, delivery_us, 1.0, times, *answers, 1.0, delivery_us * 2, 0, 0.5)

    few = [row("ours", 10, us) for us in (1.0, 9.0, 8.0)] + [row("node", 10, 16.0), row("send", 10, 4.0)]
    said = summed_up([*few, row("ours", 20, 5.0), row("node", 20, 10.0)], [10, 20])
    assert said["fanout_cpu_ratio_node"] == said["answer_cpu_ratio_node"] == said["rss_ratio_node"] == 0.5
    assert said["fanout_cpu_ratio_stock"] is None and said["rss_kib_per_conn"] == 10.0
    assert said["ratios"]["10"]["fanout_cpu_ratio_send"] == 2.0  # type: ignore[index]  # one object of many shapes
    assert "answer_cpu_ratio_send" not in said


@pytest.mark.parametrize("odd", [["--servers", "sendd"], ["--servers", "ours:nonsense"], ["--rounds", "0"]])
def test_what_it_cannot_measure_it_says_at_once(odd: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        wire.main(odd)
    assert ended.value.code == 2 and f"argument {odd[0]}: invalid" in capsys.readouterr().err
