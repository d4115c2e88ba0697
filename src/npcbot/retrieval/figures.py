"""The figures that a question names, years among them, and whether a passage tells of them.

Fifty-three reports say nearly the same of fifty-three years: most near misses lack a figure of the question.
"""

from __future__ import annotations

import re
from typing import Final

from npcbot.folding import fold_text
from npcbot.index.enrich import above
from npcbot.passages import strip_breaks
from npcbot.types import Document, Passage

_FIGURE: Final = re.compile(r"(?<![0-9.])[0-9]+\.?[0-9]+(?![0-9])")


def figures(text: str) -> frozenset[str]:
    """Those of two and more digits, folded: 2021, 14 of 第十四届, 3.5 of 3.5%."""
    return frozenset(_FIGURE.findall(fold_text(strip_breaks(text))))


def share(asked: frozenset[str], document: Document, passage: Passage) -> float:
    """Of the figures ``asked``, those in the passage, its headings, its document's title and year, or the year that it
    looks back on: 0..1, and 1 where none are asked."""
    if not asked:
        return 1.0
    text = document.text
    parts = (text[start:end] for start, end in (*passage.section, (passage.start, passage.end)))
    # One by one: numerals that follow one another would be read as one.
    told = frozenset().union(*map(figures, (*above(document, passage), document.date[:4], *parts)))
    return len(asked & told) / len(asked)
