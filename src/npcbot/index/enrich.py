"""What of a passage is embedded and counted: its own words under its document's title and headings.

Only the index sees this text. What is quoted is always cut from the document itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from npcbot.folding import fold_text
from npcbot.passages import display
from npcbot.types import Document, Passage, Span

CONTENT_BYTES = 20


def passage_text(document: Document, passage: Passage) -> str:
    """Title, heading path and body, a line each; line breaks of the page are dropped from the body."""
    headings = (document.text[start:end] for start, end in passage.section)
    return _joined(document.title, headings, display(document.text, passage.start, passage.end, passage))


def window_text(document: Document, passage: Passage, window: Span) -> str:
    """Title, innermost heading and the sentences of one window."""
    return headed(document, passage, display(document.text, *window, passage))


def headed(document: Document, passage: Passage, body: str) -> str:
    """Title and innermost heading of the passage, a line each, then the body as it is given."""
    headings = (document.text[start:end] for start, end in passage.section[-1:])
    return _joined(document.title, headings, body)


def content(text: str) -> bytes:
    """The name of an embedded text in the cache: the first 20 bytes of its SHA-256."""
    return hashlib.sha256(text.encode()).digest()[:CONTENT_BYTES]


def sameness(document: Document, passage: Passage) -> bytes:
    """Equal for passages that say the same: a hash of the folded words without any white space."""
    shown = display(document.text, passage.start, passage.end, passage)
    return content("".join(fold_text(shown).split()))


def _joined(title: str, headings: Iterable[str], body: str) -> str:
    head: list[str] = []
    for line in (title, *headings):
        # The first heading often repeats the title.
        if (line := " ".join(line.split()).strip("# ")) and line not in head:
            head.append(line)
    return "\n".join((*head, body))
