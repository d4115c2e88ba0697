"""Text as Telegram takes it: escaped, counted in UTF-16 units, cut where a reader would cut, and read back."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from html import escape as _escape
from html.parser import HTMLParser
from itertools import accumulate
from typing import Final

from npcbot.answer.citation import ELISION

#: Telegram's limit on a message, in UTF-16 units after its markup has been parsed, and on the entities in it.
MOST_UNITS: Final = 4096
MOST_ENTITIES: Final = 100
_SENTENCE_END: Final = re.compile(r"[。！？；!?;…][”’」』）)\"']*|\.[\"')]*(?=\s)|\n")
_JOINER: Final = "\u200d"


def escape(text: str) -> str:
    return _escape(text, quote=False)


def units(text: str) -> int:
    """UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, most: int) -> str:
    """The text where it has at most ``most`` UTF-16 units, else its beginning and 「……」, together at most as long.

    It ends behind a sentence where one ends in the second half of what there is room for, else at least not within what
    is read as one character.
    """
    if units(text) <= most:
        return text
    room = most - units(ELISION)
    fits = bisect_right(list(accumulate(units(character) for character in text)), room)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, fits // 2, fits)]
    at = ends[-1] if ends else _seam(text, fits)
    return text[:at].rstrip() + ELISION if at > 0 else ""


def _seam(text: str, at: int) -> int:
    """The last place up to ``at`` where no accent, variant, joined picture or pair of flag letters is torn."""
    while at > 0 and at < len(text) and _joined(text, at):
        at -= 1
    return at


def _joined(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if unicodedata.category(after) in ("Mn", "Me", "Mc") or "\U0001f3fb" <= after <= "\U0001f3ff":
        return True
    if _JOINER in (before, after):
        return True
    flags = 0
    while flags < at and "\U0001f1e6" <= text[at - 1 - flags] <= "\U0001f1ff":
        flags += 1
    return bool(flags % 2) and "\U0001f1e6" <= after <= "\U0001f1ff"


@dataclass(slots=True)
class Read:
    """A message as its reader gets it: the text, what stands in block quotations, and how many entities there are."""

    text: str = ""
    quotations: list[str] = field(default_factory=list)
    plain: str = ""
    entities: int = 0


def read(html: str) -> Read:
    """Parses a message back. In ``plain``, corner brackets stand where a quotation began and ended."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.read


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.read = Read()
        self._quoting = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read.entities += 1
        if tag == "blockquote":
            self._quoting = True
            self.read.quotations.append("")
            self.read.plain += "「"

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._quoting = False
            self.read.plain += "」"

    def handle_data(self, data: str) -> None:
        self.read.text += data
        self.read.plain += data
        if self._quoting:
            self.read.quotations[-1] += data
