from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import document_files as files
import pytest

from npcbot import documents
from npcbot.errors import DocumentError
from npcbot.types import DateKind, Document, Extracted, Kind, Source


@pytest.fixture
def plain_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    """Metadata that knows only what it was given, so that `read` is tested by itself."""

    def describe(extracted: Extracted, document_id: str, sidecar: Mapping[str, object]) -> Document:
        title = str(sidecar.get("title", "none"))
        return Document(document_id, extracted.text, title, page_starts=extracted.page_starts, notes=("a note",))

    module = ModuleType("npcbot.documents.metadata")
    module.describe = describe  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "npcbot.documents.metadata", module)


@pytest.mark.usefixtures("plain_metadata")
def test_text_sidecar_and_notes_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(files.pdf(["样本办法\n第一条为了测试，制定本办法。", None]))
    (tmp_path / "a.toml").write_text('title = "题目"')
    document = documents.read(tmp_path / "a.pdf", "folder/a.pdf")
    assert (document.document_id, document.title, len(document.page_starts)) == ("folder/a.pdf", "题目", 2)
    assert document.notes == ("only images, their text is missing: page 2", "a note")


@pytest.mark.usefixtures("plain_metadata")
def test_a_bad_sidecar_is_an_error_of_the_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("文")
    (tmp_path / "a.toml").write_text("kind = 'poem'")
    with pytest.raises(DocumentError, match=r"a\.toml: kind is 'poem'"):
        documents.read(tmp_path / "a.txt", "a.txt")


@pytest.mark.usefixtures("plain_metadata")
def test_the_size_limit_is_passed_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("文" * 10)
    with pytest.raises(DocumentError, match="30 bytes"):
        documents.read(tmp_path / "a.txt", "a.txt", max_bytes=29)


def test_a_sidecar_wins_over_the_text(tmp_path: Path) -> None:
    pytest.importorskip("npcbot.documents.metadata")
    (tmp_path / "a.txt").write_text(
        "样本工作报告\n（2020年5月22日）\n\n各位代表：\n\n一、回顾\n\n过去一年，各项工作都有进展。\n"
    )
    (tmp_path / "a.toml").write_text(
        'title = "另一个题目"\nkind = "other"\ndates = [{kind="delivered", date=2021-03-05}]\n'
    )
    document = documents.read(tmp_path / "a.txt", "folder/a.txt")
    assert (document.document_id, document.title, document.kind) == ("folder/a.txt", "另一个题目", Kind.OTHER)
    assert document.date == "2021-03-05"
    assert Source.SIDECAR in [date.source for date in document.dates if date.kind is DateKind.DELIVERED]
    assert document.text == (tmp_path / "a.txt").read_text()


def test_everything_exported_is_there() -> None:
    assert all(hasattr(documents, name) for name in documents.__all__)
