"""What of a passage is embedded and counted: its own words under its document's title and headings.

Where a report looks back on a year, the year stands there too: 「去年」 in a report of 2019 is asked for as 2018, and
the report of 2018 itself has only the plans for that year.

Only the index sees this text. What is quoted is always cut from the document itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from npcbot.folding import fold_unspaced
from npcbot.passages import display
from npcbot.types import Document, Kind, Passage, Span

CONTENT_BYTES = 20
#: What the heading of a part says that tells of the year before the report; not where it tells of several years.
_LOOKS_BACK: Final = re.compile(r"回顾|总结|执行情况|去年|过去[一1]年|(?<![0-9一二三四五六七八九十])[一1]年来")
_YEARS: Final = re.compile(r"[二三四五六七八九十]年|(?<![0-9])(?:[2-9]|[1-9][0-9])年|时期|五[”\"]?计划")


def passage_text(document: Document, passage: Passage) -> str:
    """Title, heading path and body, a line each; line breaks of the page are dropped from the body."""
    headings = (document.text[start:end] for start, end in passage.section)
    return _joined(above(document, passage), headings, display(document.text, passage.start, passage.end, passage))


def window_text(document: Document, passage: Passage, window: Span) -> str:
    """Title, innermost heading and the sentences of one window."""
    return headed(document, passage, display(document.text, *window, passage))


def headed(document: Document, passage: Passage, body: str) -> str:
    """Title and innermost heading of the passage, a line each, then the body as it is given."""
    headings = (document.text[start:end] for start, end in passage.section[-1:])
    return _joined(above(document, passage), headings, body)


def above(document: Document, passage: Passage) -> list[str]:
    """What stands above the headings: the title, and the year that a report looks back on in this part of it."""
    year = looks_back_on(document, passage)
    return [document.title] if year is None else [document.title, f"{year}年回顾"]


def looks_back_on(document: Document, passage: Passage) -> int | None:
    """The year before its own that a report tells of in this part of it; None where it does not."""
    if document.kind is Kind.REPORT and document.date:
        for start, end in passage.section:
            heading = fold_unspaced(document.text[start:end])
            if _LOOKS_BACK.search(heading) and not _YEARS.search(heading):
                return int(document.date[:4]) - 1
    return None


def content(text: str) -> bytes:
    """The name of an embedded text in the cache: the first 20 bytes of its SHA-256."""
    return hashlib.sha256(text.encode()).digest()[:CONTENT_BYTES]


def sameness(document: Document, passage: Passage) -> bytes:
    """Equal for passages that say the same: a hash of the folded words without any white space."""
    shown = display(document.text, passage.start, passage.end, passage)
    return content(fold_unspaced(shown))


def _joined(first: Iterable[str], headings: Iterable[str], body: str) -> str:
    head: list[str] = []
    for line in (*first, *headings):
        # The first heading often repeats the title.
        if (line := " ".join(line.split()).strip("# ")) and line not in head:
            head.append(line)
    return "\n".join((*head, body))
