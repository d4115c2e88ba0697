"""Numbers at the edges of a stretch of text: 「3%以上」 does not stand in 「13%以上」, though its characters do."""

from __future__ import annotations

import re
from typing import Final

from npcbot.folding import fold
from npcbot.lookups.scan import Scanned
from npcbot.numerals import NUMERAL_CLASS
from npcbot.types import Span

_EDGE: Final = re.compile(f"[{NUMERAL_CLASS}.．,， ]")
#: Characters on either side that tell whether a character is a numeral: 统一 ends with none.
_AROUND: Final = 12


def whole_numbers(text: str, made: Scanned, start: int, end: int) -> Span:
    """The letters ``start`` to ``end`` of a document, with the whole of a number that they begin or end within."""
    places = made.places
    while start > 0 and cuts_number(text, int(places[start])):
        start -= 1
    while end < len(places) and cuts_number(text, int(places[end - 1]) + 1):
        end += 1
    return start, end


def cuts_number(text: str, at: int) -> bool:
    """Whether a number goes on from before ``at`` to behind it."""
    low, high = max(0, at - _AROUND), at + _AROUND
    if at == 0 or at >= len(text) or not (_EDGE.match(text, at - 1) and _EDGE.match(text, at)):
        return False
    folded = fold(text[low:high])
    spans = [folded.original(i, i + 1) for i in range(len(folded.text))]
    if any(first < at - low < last for first, last in spans):
        return True  # within a numeral that was rewritten as a whole
    before = "".join(char for char, span in zip(folded.text, spans, strict=True) if span[1] <= at - low)
    after = "".join(char for char, span in zip(folded.text, spans, strict=True) if span[0] >= at - low)
    return re.search(r"[0-9]\.?$", before) is not None and re.match(r"\.?[0-9]", after) is not None
