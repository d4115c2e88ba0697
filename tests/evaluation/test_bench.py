"""``npcbot bench``: that every figure promised is there and stands for something that ran. No times are judged."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from fakes import FakeEncoder

from npcbot.answer import Answerer
from npcbot.config import load_settings
from npcbot.encoders import bundled_folder
from npcbot.evaluation.bench import Bench, questions
from npcbot.index import Collection, update
from npcbot.terminal.cli import main
from npcbot.types import Document

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


def test_a_collection_of_very_short_texts(terminal: Terminal) -> None:
    terminal.done("index", terminal.write({"short.txt": "便条\n\n船到了。\n"}) / "short.txt", "--collection", "notes")
    said = terminal.refused("bench", "--collection", "notes")
    assert "'notes'" in said
    assert "--collection NAME" in said


def test_the_collection_that_is_reported_is_the_one_that_is_asked(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.settings('[collections]\ndefault = ["default", "notes"]\n')
    terminal.done("index", terminal.documents / "riverside.txt", "--collection", "notes")
    asked = []

    def bench(answerer: Answerer, *_: object, **__: object) -> Bench:
        asked.append([collection.name for collection in answerer.engine.collections])
        return Bench()

    monkeypatch.setattr("npcbot.evaluation.bench.bench", bench)
    terminal.done("bench")
    terminal.done("bench", "--collection", "notes")
    assert asked == [["default"], ["notes"]]


@pytest.mark.parametrize("count", [10, 60, 1000])
def test_questions_come_from_the_whole_collection(tmp_path: Path, count: int) -> None:
    days = [f"第{number}天，看门人把第{number}间屋子扫了一遍。" for number in range(90)]
    pages = [Document(f"{number:02}.txt", f"{day}\n", "日记") for number, day in enumerate(days)]
    update(tmp_path, "diary", pages, encoder=FakeEncoder(), settings=load_settings().index)
    with Collection.open(tmp_path, "diary") as collection:
        made = questions(collection, count)
    assert len(made) == len(set(made)) == min(count, len(days))
    places = [days.index(question) for question in made]
    assert places == sorted(places)
    gaps = [after - before for before, after in zip([-1, *places], [*places, len(days)], strict=True)]
    assert max(gaps) <= max(1, 2 * len(days) // count)
