"""Every real document reads, and its text is the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from material import SHARED

from npcbot.documents import discover, extract


@pytest.fixture(scope="module")
def corpus() -> Path:
    if not (SHARED / "corpus").is_dir():
        pytest.skip("shared material absent")
    return SHARED / "corpus"


def test_every_file_reads_and_is_kept(corpus: Path) -> None:
    result = discover([corpus])
    assert len(result.found) >= 1618 and result.skipped == ()
    for found in result.found:
        extracted = extract(found.path)
        assert extracted.text.encode() == found.path.read_bytes(), found.document_id
        assert extracted.notes == ()
        for mark in extracted.marks:
            line = extracted.text[extracted.text.rfind("\n", 0, mark.start) + 1 : mark.start]
            assert line.strip() == "#" * mark.level, found.document_id


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_every_file_would_read_in_another_encoding(corpus: Path, tmp_path: Path, encoding: str) -> None:
    for found in discover([corpus]).found[::10]:
        text = found.path.read_bytes().decode()
        copy = tmp_path / f"copy{found.path.suffix}"
        copy.write_bytes(text.encode(encoding))
        assert extract(copy).text == text, found.document_id
