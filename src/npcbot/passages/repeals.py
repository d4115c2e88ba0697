"""What a law says that it repeals: 「《某条例》同时废止」, and from which day on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from npcbot.passages.lines import simplified
from npcbot.types import DateKind, Document, Kind

_ENDS: Final = re.compile(r"(?:同时|即行|予以|相应|一并)(?:废止|失效)(?=[。；\s])")
#: A title, and what in or behind it tells that only a part of the text is meant.
_TITLE: Final = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_PART: Final = re.compile(
    r"(?:[^《》，、。]{0,20}[）)])?(?:中|第[一二三四五六七八九十百千\d]+[条章款]|(?:里|内)?有关|关于|的?规定)"
)
#: What is against the new law, whatever it is called.
_SOME: Final = re.compile(r"不一致|相抵触|不符|相冲突")


@dataclass(frozen=True, slots=True)
class Repeal:
    """A text by its title, repealed from ``day`` on (ISO 8601, as exact as known, ``""`` where it is not)."""

    title: str
    day: str


def repeals(document: Document) -> Iterator[Repeal]:
    """The texts that a law names as repealed as a whole, in order; reports only tell of it.

    The day is the one on which its first version took effect: later versions say it again.
    """
    if document.kind is not Kind.LAW:
        return
    text = simplified(document.text)
    of_effect = [day.value for day in document.dates if day.kind is DateKind.IN_FORCE]
    day = min(of_effect or [day.value for day in document.dates], default="")
    for match in _ENDS.finditer(text):
        start = max(text.rfind(mark, 0, match.start()) for mark in "。；\n") + 1
        sentence = text[start : match.start()]
        if not _SOME.search(sentence):
            for title in _TITLE.finditer(sentence):
                if not _PART.match(sentence, title.end()):
                    yield Repeal(title[1], day)
