"""``npcbot bench``: that every figure promised is there and stands for something that ran. No times are judged."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from npcbot.encoders import bundled_folder
from npcbot.terminal.cli import main

sys.path.insert(0, str(Path(__file__).parents[1] / "terminal"))

from command_line import Terminal

pytestmark = pytest.mark.skipif(not (bundled_folder() / "model.onnx").is_file(), reason="no bundled encoder here")


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    terminal = Terminal(tmp_path, monkeypatch, capsys)
    terminal.done("index", terminal.write())
    return terminal


def test_figures(terminal: Terminal, tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    printed = terminal.done("bench", "--questions", 5, "--passages", 8, "--threads", 1, "--json", out).out
    written = json.loads(out.read_text("utf-8"))
    facts = written["facts"]
    for stage in ("encode", "search", "total"):
        assert 0 < facts[f"{stage}_p50_ms"] <= facts[f"{stage}_p95_ms"]
    for name in (
        "encode_passages_per_s", "open_ms", "peak_memory_mb", "cold_ask_s", "cold_peak_memory_mb", "search_numpy_ms",
        "search_faiss_ms",
    ):  # fmt: skip
        assert facts[name] > 0, name
    assert 1 <= facts["questions"] <= 5
    assert facts["peak_memory_mb"] > 50, "in megabytes"
    assert written["ratios"]["search over NumPy"] > 0
    for name in (*facts, *written["ratios"]):
        assert any(line.startswith(name) for line in printed.splitlines()), name


def test_the_throughput_of_indexing_is_among_them(terminal: Terminal, tmp_path: Path) -> None:
    """Not of encoding alone: read, split, tokenised, embedded, built."""
    out = tmp_path / "bench.json"
    terminal.done("bench", "--questions", 2, "--passages", 8, "--threads", 1, "--json", out)
    assert [name for name in json.loads(out.read_text("utf-8"))["facts"] if "index" in name]


def test_the_cold_question_must_have_been_answered(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that fails at once is no fast one."""
    from npcbot.evaluation import bench

    monkeypatch.setattr(bench.sys, "executable", shutil.which("false"))
    out = tmp_path / "bench.json"
    with pytest.raises(SystemExit) as ended:
        main(["bench", "--questions", "2", "--passages", "8", "--threads", "1", "--json", str(out)])
    assert ended.value.code == 2 or "cold_ask_s" not in json.loads(out.read_text("utf-8"))["facts"]


def test_a_collection_without_passages(terminal: Terminal) -> None:
    terminal.done("remove", *terminal.ids())
    assert "npcbot index PATH" in terminal.refused("bench")
