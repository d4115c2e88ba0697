"""Lines of a width: a quotation behind a bar. ┃ begins a paragraph, │ continues it where the line was too narrow."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final

FIRST: Final = "┃ "
NEXT: Final = "│ "
#: What no line begins with, and what none ends with; the last two of each mark what differs between two texts.
_CLOSING: Final = (*"。，、；：？！）》〉」』】〕］｝”’…％⟧,.;:?!)]}%", "-］", "+｝")
_OPENING: Final = (*"（《〈「『【〔［｛“‘⟦([{", "［-", "｛+")


def wrapped(text: str, room: int) -> Iterator[tuple[str, range]]:
    """The offsets of each line of ``room`` columns with its bar. Nothing is dropped but the line breaks of the text."""
    begin = 0
    for paragraph in text.split("\n"):
        bar, start, used = FIRST, begin, 0
        for offset in range(begin, begin + len(paragraph)):
            while start < offset and used + columns(text[offset]) > room:
                cut = _cut(text, start, offset)
                yield bar, range(start, cut)
                bar, start = NEXT, cut
                used = sum(columns(text[at]) for at in range(start, offset))
            used += columns(text[offset])
        begin += len(paragraph)
        yield bar, range(start, begin)
        begin += 1


def _cut(text: str, start: int, offset: int) -> int:
    """Where the line that began at ``start`` ends, if ``text[offset]`` has no room in it.

    Words and figures stay whole where they fit a line, and punctuation stays by what it closes or opens. No line begins
    with a space or an accent: those go to the next line behind what stands before them, since nothing may be dropped at
    a seam that is read back.
    """
    seams = [at for at in range(offset, start, -1) if not text[at].isspace() and not unicodedata.combining(text[at])]
    between = [at for at in seams if text[at - 1].isspace() or columns(text[at - 1]) == 2 or columns(text[at]) == 2]
    good = [at for at in between if not text.startswith(_CLOSING, at) and not text.endswith(_OPENING, start, at)]
    return next(iter(good or between or seams), offset)


def columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
