"""What ``npcbot index`` refuses, keeps, mends and says on the way."""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from command_line import FILES, REPORT, RULES, Terminal

from npcbot.terminal import indexing
from npcbot.terminal.indexing import ProgressLine

OTHER = REPORT.replace("河湾镇", "石桥镇")


def folder_of(terminal: Terminal, name: str, files: dict[str, str]) -> Path:
    folder = terminal.documents.parent / name
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def two(terminal: Terminal) -> tuple[Path, Path]:
    """The first is indexed; the second has another file of the same name, and one of its own."""
    first = folder_of(terminal, "da", {"规定.txt": REPORT})
    terminal.done("index", first)
    return first, folder_of(terminal, "db", {"规定.txt": OTHER, "借阅.md": RULES})


@pytest.mark.parametrize("option", [[], ["--rebuild"], ["--prune"]])
def test_a_second_folder_does_not_replace_documents_of_the_first(
    terminal: Terminal, two: tuple[Path, Path], option: list[str]
) -> None:
    said = terminal("index", *option, two[1])
    assert said.status == 2
    assert "1 added, 0 changed" in said.lines[0]
    (failed,) = [line for line in said.lines if line.startswith("failed ")]
    assert failed.startswith(f"failed {two[1] / '规定.txt'}: ")
    assert f"from {two[0]}," in failed
    assert "npcbot remove '规定.txt' --collection default" in failed
    assert terminal.ids() == ["借阅.md", "规定.txt"], "the others are indexed"
    assert terminal.done("text", "规定.txt").out == REPORT
    assert "1 unchanged" in terminal.done("index", two[0]).out

    terminal.done("remove", "规定.txt")
    terminal.done("index", two[1])
    assert terminal.done("text", "规定.txt").out == OTHER


def test_a_file_that_is_named_does_not_replace_that_of_another_folder(
    terminal: Terminal, two: tuple[Path, Path]
) -> None:
    assert terminal("index", two[1] / "规定.txt").status == 2
    assert terminal.done("text", "规定.txt").out == REPORT
    (two[0] / "规定.txt").write_text(OTHER)
    assert "1 changed" in terminal.done("index", two[0] / "规定.txt").out, "the same file, named alone"


def test_a_folder_under_another_name_is_updated(
    terminal: Terminal, two: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = two[0]
    link = first.parent / "link"
    link.symlink_to(first)
    monkeypatch.chdir(first.parent)
    for number, path in enumerate(("da", "db/../da", link, "link", first)):
        (first / "规定.txt").write_text(REPORT.replace("6120册", f"{number}册"))
        assert "0 added, 1 changed" in terminal.done("index", path).out
    (first / "规定.txt").rename(first / "新规定.txt")
    assert "removed 规定.txt" in terminal.done("index", "--prune", link).out
    assert terminal.ids() == ["新规定.txt"]


def test_a_folder_that_was_moved_is_updated(terminal: Terminal, two: tuple[Path, Path]) -> None:
    moved = two[0].rename(two[0].with_name("moved"))
    (moved / "规定.txt").write_text(OTHER)
    assert "0 added, 1 changed" in terminal.done("index", moved).out
    assert terminal.done("docs", "--json").json[0]["origin"] == str(moved)


def test_a_file_that_was_moved_unchanged_is_followed(terminal: Terminal, two: tuple[Path, Path]) -> None:
    shutil.move(two[0] / "规定.txt", two[1] / "规定.txt")
    terminal.done("index", two[1])
    assert terminal.done("docs", "--json").json[-1]["origin"] == str(two[1])


def test_a_file_that_is_gone_is_not_replaced_by_another_text(terminal: Terminal, two: tuple[Path, Path]) -> None:
    (two[0] / "规定.txt").unlink()
    assert terminal("index", two[1]).status == 2
    assert terminal.done("text", "规定.txt").out == REPORT, "the index has the only copy"


def test_a_copy_leaves_the_document_to_the_first_folder(terminal: Terminal, two: tuple[Path, Path]) -> None:
    (two[1] / "规定.txt").write_text(REPORT)
    assert "1 added, 0 changed, 1 unchanged" in terminal.done("index", two[1]).out
    (two[1] / "规定.txt").write_text(OTHER)
    assert terminal("index", two[1]).status == 2
    assert terminal.done("text", "规定.txt").out == REPORT


@pytest.mark.parametrize("paths", [[""], ["FOLDER", ""]])
def test_an_empty_path_is_not_the_current_folder(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, paths: list[str]
) -> None:
    monkeypatch.chdir(terminal.write())
    said = terminal.refused("index", *(path.replace("FOLDER", str(terminal.documents)) for path in paths))
    assert "empty path" in said
    assert not terminal.home.exists()


def test_a_document_of_nothing_but_a_title_is_named(terminal: Terminal) -> None:
    terminal.write({"title.txt": "河湾镇图书馆章程\n", "rules.md": RULES})
    lines = terminal.done("index", terminal.documents).lines
    (bare,) = [line for line in lines if line.startswith("bare ")]
    assert "title.txt" in bare
    assert "0 passages" in bare


def test_a_broken_manifest_is_mended_by_the_command_that_is_named(library: Terminal) -> None:
    (manifest,) = library.home.glob("default/gen-*/manifest.json")
    manifest.write_text("{")
    for command in (["ask", "图书"], ["index", library.documents]):
        assert "npcbot index --rebuild --collection default" in library.refused(*command)
    before = len(library.encoder.passages)
    assert "3 documents" in library.done("index", "--rebuild").out
    assert library.ids() == sorted(FILES)
    assert len(library.encoder.passages) == before


@pytest.mark.parametrize("option", [[], ["--rebuild"]])
def test_pruning_needs_a_folder(library: Terminal, option: list[str]) -> None:
    (library.documents / "riverside.txt").unlink()
    assert "npcbot index --prune FOLDER" in library.refused("index", "--prune", *option)
    assert library.ids() == sorted(FILES)
    assert "removed riverside.txt" in library.done("index", "--prune", *option, library.documents).out


def test_a_rebuild_of_what_cannot_be_read_does_not_seem_to_prune(library: Terminal) -> None:
    (library.documents / "riverside.txt").unlink()
    (manifest,) = library.home.glob("default/gen-*/manifest.json")
    manifest.write_text("{")
    said = library.refused("index", "--rebuild", "--prune", library.documents)
    assert "Run: npcbot index --rebuild --collection default" in said
    library.done("index", "--rebuild", library.documents)
    assert library.ids() == sorted(FILES)
    assert "removed riverside.txt" in library.done("index", "--prune", library.documents).out


def test_an_altered_record_is_not_passed_over(library: Terminal) -> None:
    (store,) = library.home.glob("default/gen-*/store.sqlite")
    with closing(sqlite3.connect(store)) as db, db:
        db.execute("UPDATE documents SET origin = origin || '/elsewhere' WHERE document_id = 'riverside.txt'")
    said = library.refused("index", library.documents)
    assert "'riverside.txt' was altered" in said
    assert "npcbot index --rebuild --collection default" in said
    library.done("index", "--rebuild", library.documents)
    assert library.ids() == sorted(FILES)


@pytest.mark.parametrize("left", [0, 3000, -5000, None])
def test_a_broken_store_is_not_sent_round_in_a_circle(library: Terminal, left: int | None) -> None:
    (store,) = library.home.glob("default/gen-*/store.sqlite")
    store.write_bytes(store.read_bytes()[:left]) if left is not None else store.unlink()
    assert "--rebuild" in library.refused("index", library.documents)
    for command in (["--rebuild"], ["--rebuild", library.documents]):
        said = library.refused("index", *command)
        assert "--rebuild" not in said
        assert f"Move CURRENT and gen-* out of {library.home / 'default'}" in said
    for path in library.home.glob("default/*"):
        if path.name == "CURRENT" or path.name.startswith("gen-"):
            path.rename(library.home.parent / path.name)
    assert "3 added" in library.done("index", library.documents).out
    assert library.ids() == sorted(FILES)


def test_no_whole_generation_is_said_not_rebuilt(library: Terminal) -> None:
    for generation in library.home.glob("default/gen-*"):
        shutil.rmtree(generation)
    assert "Move CURRENT and gen-*" in library.refused("index", "--rebuild")


def test_progress_in_a_log_is_a_plain_line_every_half_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 1.0, 29.0, 31.0, 45.0, 62.0, 63.0])
    monkeypatch.setattr(indexing.time, "monotonic", lambda: next(clock))
    log = io.StringIO()
    progress = ProgressLine(log)
    for stage, done, total in (("read", 1, 0), ("embed", 0, 4000), ("embed", 1000, 4000), ("embed", 2000, 4000),
                               ("embed", 3000, 4000), ("embed", 4000, 4000)):  # fmt: skip
        progress(stage, done, total)
    progress.close()
    assert log.getvalue().splitlines() == ["embedding 1,000/4,000, 6 s left", "embedding 3,000/4,000, 11 s left"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
def test_an_output_that_is_full_is_said_in_a_line(library: Terminal) -> None:
    code = "from npcbot.terminal.cli import main; main()"
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-c", code, "docs"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (2, "npcbot: standard output: No space left on device\n")
