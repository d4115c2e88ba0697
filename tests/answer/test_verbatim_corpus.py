"""Over the real documents: every passage, quoted whole, is the text of its file, line breaks aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from fakes import FakeEncoder
from material import SHARED

from npcbot.answer.show import show
from npcbot.config import load_settings
from npcbot.documents import read
from npcbot.index import Collection, update
from npcbot.terminal.render import render_citations

_CORPUS = SHARED / "corpus"
pytestmark = pytest.mark.skipif(not _CORPUS.is_dir(), reason="shared material absent")
_WHITE = re.compile(r"\s+")


def prove(files: Sequence[Path], home: Path) -> int:
    """Quotes every passage of the files, in JSON's form and the terminal's, and compares it with the file itself."""
    encoder = FakeEncoder(dim=16)
    documents = [read(path, path.relative_to(_CORPUS).as_posix()) for path in files]
    update(home, "corpus", documents, encoder=encoder, settings=load_settings().index)
    collection = Collection.open(home, "corpus", fingerprint=encoder.fingerprint)
    shown = 0
    for document, path in zip(documents, files, strict=True):
        source = _WHITE.sub("", path.read_text("utf-8-sig"))
        info = collection.info(document.document_id)
        rows = range(info.first_row, info.end_row)
        citations = show(collection, collection.passages(rows))
        at = 0
        for citation in citations:
            # Independent of the program: the characters stand in the file, in order.
            for start, end in citation.spans:
                quoted = _WHITE.sub("", document.text[start:end])
                found = source.find(quoted, at)
                assert found >= 0, f"{document.document_id}: {citation.passage_id}"
                at = found
            whole = _WHITE.sub("", "".join(document.text[start:end] for start, end in citation.spans))
            assert _WHITE.sub("", citation.excerpt).replace("……", "") == whole.replace("……", "")
        # Rendered, it is read back and compared by the gate itself.
        assert render_citations(citations, colour=False, width=100)
        shown += len(citations)
    return shown


def test_a_sample_of_the_corpus(tmp_path: Path) -> None:
    files = sorted(path for path in _CORPUS.rglob("*") if path.suffix in (".txt", ".md"))
    assert prove([_CORPUS / "npcsc-work-report-2023.txt", *files[5::60]], tmp_path) > 1000


@pytest.mark.soak
def test_the_whole_corpus(tmp_path: Path) -> None:
    files = sorted(path for path in _CORPUS.rglob("*") if path.suffix in (".txt", ".md"))
    assert prove(files, tmp_path) > 70_000
