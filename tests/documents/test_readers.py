from __future__ import annotations

import os
import sys
from pathlib import Path

import document_files as files
import pytest

from npcbot.documents import extract
from npcbot.documents.readers import READERS, markdown_marks
from npcbot.errors import DocumentError
from npcbot.types import Mark

TEXT = "样本报告\r\n\r\n　　第一段，是为测试写的。\r\n　　第二段。\r\n"


def write(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def refused(path: Path, **options: int) -> DocumentError:
    with pytest.raises(DocumentError) as raised:
        extract(path, **options)
    assert str(path) in raised.value.message
    assert raised.value.hint
    return raised.value


def test_plain_text_is_the_decoded_file(tmp_path: Path) -> None:
    extracted = extract(write(tmp_path, "a.txt", TEXT))
    assert extracted.text.encode() == TEXT.encode()
    assert (extracted.format, extracted.notes, extracted.marks) == ("txt", (), ())


def test_a_guessed_encoding_is_noted(tmp_path: Path) -> None:
    extracted = extract(write(tmp_path, "a.TXT", TEXT.encode("gb18030")))
    assert (extracted.text, extracted.notes) == (TEXT, ("read as GB18030",))


def test_markdown_headings_are_marked_and_kept() -> None:
    text = (
        "# 样本法\r\n正文 # 不是标题\r\n\r\n###   第一章  总则 ###  \r\n#没有空格\n####### 七级\n"
        "## \n#\n\t# 缩进\n  ## 甲 # 乙\n"
    )
    marks = markdown_marks(text)
    assert [(text[m.start : m.end], m.level) for m in marks] == [("样本法", 1), ("第一章  总则", 3), ("甲 # 乙", 2)]


def test_markdown_underlined_and_fenced() -> None:
    text = "样本法\n======\n\n正文\n---\n```\n# 代码\n```\n# 尾\n====\n\n====\n~~~\n# 未闭合\n"
    assert [text[m.start : m.end] for m in markdown_marks(text)] == ["样本法", "尾"]


def test_markdown_marks_take_linear_time() -> None:
    text = "# " + " " * 200_000 + "甲" + " #" * 100_000 + "\n" + "`" * 100_000
    assert len(markdown_marks(text)) == 1


def test_markdown_file(tmp_path: Path) -> None:
    assert extract(write(tmp_path, "a.md", "# 样本\n文\n")).marks == (Mark(2, 4, 1),)


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.html", "a.docx", "a.pdf"])
@pytest.mark.parametrize("data", [b"", b"  \n\t \r\n"])
def test_empty_files(tmp_path: Path, name: str, data: bytes) -> None:
    assert "empty" in refused(write(tmp_path, name, data)).message


@pytest.mark.parametrize("data", ["\ufeff", "\u3000\n", "……！\n", "\ufeff \n"])
def test_files_without_a_word(tmp_path: Path, data: str) -> None:
    assert "holds no text" in refused(write(tmp_path, "a.txt", data)).message


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (files.pdf(["甲"]), "a PDF"),
        (b"PK\x03\x04" + b"x" * 50, "a ZIP archive or an Office file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or protected Office file"),
        (b"{\\rtf1 hello}", "rich text"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\x7fELF\x02\x01\x01", "a program"),
        (b"\0\1\2\3" * 100, "binary data"),
        (b"\1\2\3\4text" * 100, "binary data"),
    ],
)
@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_what_is_no_text(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    assert says in refused(write(tmp_path, name, data)).message


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x9b"])
def test_terminal_commands_are_refused(tmp_path: Path, char: str) -> None:
    error = refused(write(tmp_path, "a.txt", f"甲\n乙{char}[2J丙\n" + "文" * 5000))
    assert "binary" in error.message if char == "\x00" else "in line 2" in error.message


def test_a_stray_control_character_is_kept(tmp_path: Path) -> None:
    text = "甲\x07乙\n\f丙" + "文" * 100
    assert extract(write(tmp_path, "a.txt", text)).text == text


def test_files_over_the_limit(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "文" * 100)
    assert len(extract(path, max_bytes=300).text) == 100
    error = refused(path, max_bytes=299)
    assert "300 bytes" in error.message and "documents.max_bytes" in error.hint


def test_unknown_endings(tmp_path: Path) -> None:
    assert ".docx" in refused(write(tmp_path, "a.xlsx", "x")).hint
    assert "'nothing'" in refused(write(tmp_path, "noending", "x")).message


def test_missing_files_folders_and_links_that_lead_nowhere(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "gone.txt").message
    (tmp_path / "folder.txt").mkdir()
    assert "a folder" in refused(tmp_path / "folder.txt").message
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)
    assert "cannot be read" in refused(loop).message
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere.txt")
    assert "no such file" in refused(tmp_path / "dangling.txt").message
    assert "cannot be read" in refused(tmp_path / ("长" * 200 + ".txt")).message
    assert "cannot be read" in refused(tmp_path / "a\0b.txt").message


@pytest.mark.skipif(sys.platform == "win32", reason="no such files there")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert "not a regular file" in refused(tmp_path / "pipe.txt").message


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", "文")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)  # the tests may run as root, whom no mode stops
    assert "no permission" in refused(path).message


def test_a_disk_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", "文")

    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", broken)
    assert "Input/output error" in refused(path).message


@pytest.mark.parametrize("name", [f"a{ending}" for ending in READERS])
def test_garbage_never_raises_anything_else(tmp_path: Path, name: str) -> None:
    heads = [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"\xff\xfe", b"# "]
    for seed, head in enumerate(heads):
        garbage = bytes((index * index * 31 + seed * 77 + index // 7) % 256 for index in range(3000))
        try:
            extract(write(tmp_path, name, head + garbage))
        except DocumentError as error:
            assert str(tmp_path / name) in error.message and error.hint
