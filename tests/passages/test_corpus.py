"""The real documents, where they are at hand: the 2023 report by its numbers, and what holds of every document."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import pytest
from material import SHARED
from passage_texts import headings, shown

from npcbot.passages import Role, audit, clip, joined, split, strip_breaks
from npcbot.passages.split import parse
from npcbot.types import Document, Kind, sha256

_HERE = Path(__file__).parent
_CORPUS = SHARED / "corpus"
pytestmark = pytest.mark.skipif(not _CORPUS.is_dir(), reason="shared material absent")


def read(path: Path) -> Document:
    text = path.read_text(encoding="utf-8-sig")
    kind = Kind.REPORT if path.suffix == ".txt" else Kind.LAW
    if path.name.startswith(("案例__", "其他__")):
        kind = Kind.OTHER
    title = text.strip().split("\n", 1)[0].lstrip("# ")
    return Document(path.relative_to(_CORPUS).as_posix(), text, title, kind=kind)


def laws() -> Iterator[Document]:
    return (read(path) for path in sorted((_CORPUS / "laws").glob("*.md")))


@pytest.fixture(scope="module")
def report() -> Document:
    return read(_CORPUS / "npcsc-work-report-2023.txt")


def test_the_2023_report(report):
    assert sha256(report.text).startswith("f40447d9b47e"), "another text than the one that was counted"
    blocks = parse(report).blocks
    assert [block.number for block in blocks] == list(range(1, 35))
    # The first paragraph is cut off after 19 characters: counted, no passage, joined to nothing.
    assert blocks[0].length == 19
    assert [p.locator for p in split(report)] == [f"第{n}段" for n in range(2, 35)]
    depths = [len(block.section) for block in blocks]
    run_in = {*range(8, 12), *range(14, 19), *range(21, 26), *range(28, 33)}
    assert depths == [0, *([1] * 5), *(3 if n in run_in else 2 for n in range(7, 35))]
    by_number = {block.number: block for block in blocks}
    # The closing paragraphs belong to the section that the opening ones belong to.
    for opening, closing in ((7, 12), (13, 19), (20, 26), (27, 33)):
        assert by_number[opening].section == by_number[closing].section
    assert {p.locator for p in split(report) if "\n" in report.text[p.start : p.end]} == {
        f"第{n}段" for n in (3, 15, 21, 26)
    }
    third = next(p for p in split(report) if p.locator == "第3段")
    assert "次次会议" in shown(report, third)
    assert role_at(report, len(report.text.rstrip()) - 3) is Role.FURNITURE


def role_at(document: Document, offset: int) -> Role:
    return next(role for (start, end), role in audit(document) if start <= offset < end)


def test_articles_run_on():
    """From one article to the next the number grows, but where a second text begins."""
    for document in islice(laws(), 0, None, 4):
        numbers = [block.article for block in parse(document).blocks if block.article]
        for before, after in pairwise(numbers):
            (n, _, _), (m, _, _) = before.partition("-"), after.partition("-")
            assert 0 <= int(m) - int(n) <= 2 or m == "1", (document.document_id, before, after)


def test_every_passage_of_the_corpus_is_the_source_without_breaks():
    paths = [*sorted((_CORPUS / "reports").glob("*.txt")), *sorted((_CORPUS / "laws").glob("*.md"))[::9]]
    for document in map(read, paths):
        position = 0
        for (start, end), _ in audit(document):
            assert start == position < end
            position = end
        assert position == len(document.text)
        for passage in split(document):
            spans = clip(document.text, passage, passage.start, passage.end)
            assert strip_breaks(shown(document, passage)) == strip_breaks(joined(document.text, spans))
            assert all(title.strip() for title in headings(document, passage))
