"""Lines of a width: a quotation behind a bar. ┃ begins a paragraph, │ continues it where the line was too narrow."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

FIRST: Final = "┃ "
NEXT: Final = "│ "


def wrapped(text: str, room: int) -> Iterator[tuple[str, list[int]]]:
    """The offsets of each line of ``room`` columns with its bar. Nothing is dropped but the line breaks of the text."""
    begin = 0
    for paragraph in text.split("\n"):
        bar = FIRST
        line: list[int] = []
        used = 0
        for offset in range(begin, begin + len(paragraph)):
            while line and used + columns(text[offset]) > room:
                cut = _cut([text[before] for before in (*line, offset)])
                yield bar, line[:cut]
                bar, line = NEXT, line[cut:]
                used = sum(columns(text[before]) for before in line)
            line.append(offset)
            used += columns(text[offset])
        yield bar, line
        begin += len(paragraph) + 1


def _cut(characters: Sequence[str]) -> int:
    """How many of the characters stay in the line, whose last has no room.

    Words and figures stay whole where they fit a line, and no line begins with a space or an accent: those go to the
    next line behind what stands before them, since nothing may be dropped at a seam that is read back.
    """
    seams = [
        at
        for at in range(len(characters) - 1, 0, -1)
        if not characters[at].isspace() and not unicodedata.combining(characters[at])
    ]
    for at in seams:
        left, right = characters[at - 1], characters[at]
        if left.isspace() or columns(left) == 2 or columns(right) == 2:
            return at
    return seams[0] if seams else len(characters) - 1


def columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
