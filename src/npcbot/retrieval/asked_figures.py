"""The figures that a question names, years among them, and whether a passage tells of them.

Fifty-three reports say nearly the same of fifty-three years: most near misses lack a figure of the question.
"""

from __future__ import annotations

import re
from typing import Final

from npcbot.folding import fold_text
from npcbot.index.enrich import looks_back_on
from npcbot.passages import strip_breaks
from npcbot.types import Document, Passage

_FIGURE: Final = re.compile(r"(?<![0-9.])[0-9]+\.?[0-9]+(?![0-9])")
_A_REPORT: Final = re.compile(r"报告|report")


def figures(text: str) -> frozenset[str]:
    """Those of two and more digits, folded: 2021, 14 of 第十四届, 3.5 of 3.5%."""
    return frozenset(_FIGURE.findall(fold_text(strip_breaks(text))))


def share(question: str, document: Document, passage: Passage) -> float:
    """Of the figures of a question, those in the passage, its headings, its document's title and year, or the year that
    it looks back on: 0..1, and 1 where none are asked.

    Where a report looks back, its own year counts only for a question that names a report: grain of 2020 is not in what
    the report of 2020 says of 2019.
    """
    if not (asked := figures(question)):
        return 1.0
    own = document.date[:4]
    parts = (document.text[start:end] for start, end in (*passage.section, (passage.start, passage.end)))
    # One by one: numerals that follow one another would be read as one.
    said = frozenset().union(*map(figures, parts))
    titles = figures(document.title) | figures(own)
    if (year := looks_back_on(document, passage)) is not None:
        titles = titles - (frozenset() if _A_REPORT.search(fold_text(question)) else {own}) | {str(year)}
    return len(asked & (said | titles)) / len(asked)
