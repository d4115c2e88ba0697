"""The parser's article numbers against an independent count, over every statute of the shared corpus.

``tests/data/article_discrepancies.json`` lists every difference: ``expected`` are numbers that only the count has,
``got`` numbers that only the parser has, ``reason`` says which of them is right and why.
"""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import pytest
from independent_articles import articles
from material import SHARED

from npcbot.documents import read
from npcbot.passages import split

LISTED = Path(__file__).resolve().parents[1] / "data" / "article_discrepancies.json"


@pytest.fixture(scope="module")
def corpus() -> Path:
    if not (SHARED / "corpus" / "laws").is_dir():
        pytest.skip("shared material absent")
    return SHARED / "corpus"


def test_every_discrepancy_is_listed_with_its_reason(corpus: Path) -> None:
    differences: dict[str, dict[str, list[str]]] = {}
    again: dict[str, list[str]] = {}
    counted = 0
    files = sorted((corpus / "laws").glob("*.md"))
    for path in files:
        document = read(path, f"laws/{path.name}")
        expected = articles(document.text)
        runs = [number for number, _ in groupby(p.article for p in split(document)) if number]
        got = list(dict.fromkeys(runs))
        counted += len(got)
        if len(runs) != len(got):
            again[document.document_id] = sorted({n for n in runs if runs.count(n) > 1})
        if set(expected) != set(got):
            differences[document.document_id] = {
                "expected": [n for n in expected if n not in got],
                "got": [n for n in got if n not in expected],
            }
    assert len(files) == 1564 and counted > 60_000
    assert not again, f"an article in two places: {again}"
    listed = json.loads(LISTED.read_text(encoding="utf-8"))
    assert all(entry["reason"] for entry in listed.values())
    wanted = {name: {"expected": entry["expected"], "got": entry["got"]} for name, entry in listed.items()}
    assert differences == wanted


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("# 甲法\n\n第一条 甲。\n\n乙。\n\n第二条 丙。\n", ["1", "2"]),
        ("第九条 甲。\n第十条之一 乙。\n第十条之二 丙。\n第十一条 丁。\n", ["9", "10-1", "10-2", "11"]),
        ("某年通过\n第三十一条的决定修正\n第一条 甲。 第二条 乙：“\n第九十条 丙。”\n笫三条 丁。\n", ["1", "2", "3"]),
        ("一、甲。\n二、乙。\n", []),
    ],
)
def test_the_independent_count(text: str, numbers: list[str]) -> None:
    assert articles(text) == numbers
