"""From a document to its passages: the parser of Chinese official documents.

``split`` cuts a document into passages with their headings and locators, ``audit`` says for every character what it was
taken for, ``sentences`` and ``windows`` divide a passage, ``display`` shows a quotation without the breaks of the page.
"""

from __future__ import annotations

from typing import Final

from npcbot.passages.cut import LONGEST, passages
from npcbot.passages.display import clip, display, joined, strip_breaks
from npcbot.passages.lines import Role
from npcbot.passages.split import parse
from npcbot.passages.windows import sentences, windows
from npcbot.types import Document, Passage, Span

#: Changes whenever the same document could give other passages, or another text of one to embed.
PARSER_VERSION: Final = "5"

__all__ = [
    "PARSER_VERSION",
    "Role",
    "audit",
    "clip",
    "display",
    "joined",
    "sentences",
    "split",
    "strip_breaks",
    "windows",
]


def split(document: Document, longest: int = LONGEST) -> tuple[Passage, ...]:
    """The document's passages, in the order of the text, none longer than about ``longest`` characters.

    One article is one passage, one stitched paragraph another; longer ones are cut at 款, 项 or sentence ends, short
    paragraphs of one section joined. None crosses a heading or an article. 第N段 counts the stitched paragraphs outside
    articles; headings, front matter, furniture, and lines that say nothing of their own (各位代表！, signatures,
    datelines, captions) are neither counted nor passages.
    """
    return tuple(passages(document, parse(document).blocks, longest))


def audit(document: Document) -> list[tuple[Span, Role]]:
    """What every character of the text was taken for: spans that tile it exactly, in order, none empty.

    A run-in heading is part of its paragraph and so ``body``.
    """
    text = document.text
    roles: list[tuple[Span, Role]] = []

    def add(start: int, end: int, role: Role) -> None:
        if start >= end:
            return
        if roles and roles[-1][1] is role is Role.BLANK:
            roles[-1] = ((roles[-1][0][0], end), role)
        else:
            roles.append(((start, end), role))

    position = 0
    for line in parse(document).lines:
        # The signs of a Markdown heading belong to it.
        sign = text.find("#", position, line.start) if line.level else -1
        start = line.start if sign < 0 else sign
        add(position, start, Role.BLANK)
        add(start, line.end, line.role)
        position = line.end
    add(position, len(text), Role.BLANK)
    return roles
