"""How a quotation is shown: its characters, without the line and page breaks that fall inside a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from npcbot.types import Passage, Span

_BREAKS: Final = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_WORD_END: Final = re.compile(r"[A-Za-z,.;:!?)'\"%]")
_DIGITS: Final = frozenset("0123456789")
_WORD_START: Final = re.compile(r"[A-Za-z('\"]")


def strip_breaks(text: str) -> str:
    """The form in which quotation and source are compared: every line break, with the white space around it, is gone;
    between Latin words one space stands in its place. Idempotent; no other character is touched."""
    parts = _BREAKS.split(text)
    if len(parts) == 1:
        return text
    parts[0] = parts[0].rstrip()
    parts[-1] = parts[-1].lstrip()
    kept = [part for part in (parts[0], *(part.strip() for part in parts[1:-1]), parts[-1]) if part]
    seams = [_seam(a[-1], b[0]) for a, b in pairwise(kept)]
    return "".join(part + seam for part, seam in zip(kept, [*seams, ""], strict=False))


def _seam(left: str, right: str) -> str:
    # A hyphen at the margin joins its word; it stays, for only breaks may be dropped. Two figures are not parted: a
    # number torn by the page is likelier than two numbers in a row.
    pair = (left in _DIGITS, right in _DIGITS)
    if pair == (True, True):
        return ""
    latin = (pair[0] or _WORD_END.match(left)) and (pair[1] or _WORD_START.match(right))
    return " " if latin else ""


def joined(text: str, spans: Iterable[Span]) -> str:
    """The source text of several spans, a line break at each seam: what a rendered quotation is verified against."""
    return "\n".join(text[start:end] for start, end in spans)


def display(text: str, start: int, end: int, passage: Passage) -> str:
    """``text[start:end]`` of the passage as shown: one line a unit (paragraph, 款, 项, row), breaks within it dropped.

    Units that stand in one line of the source stay in one. It always holds that
    ``strip_breaks(display(text, s, e, p)) == strip_breaks(joined(text, clip(text, p, s, e)))``.
    """
    shown = ""
    last = -1
    for unit in passage.units:
        if pieces := [(max(s, start), min(e, end)) for s, e in unit.spans if s < end and e > start]:
            if shown:
                between = text[last : pieces[0][0]]
                shown += between if between.strip() == "" and not _BREAKS.search(between) else "\n"
            shown += strip_breaks(joined(text, pieces))
            last = pieces[-1][1]
    return shown


def clip(text: str, passage: Passage, start: int, end: int) -> tuple[Span, ...]:
    """The part of the passage's spans inside ``[start, end)``; spans with nothing but white space between are one.

    So a paragraph broken by a page is one span with a break in it, and one interrupted by furniture is two spans.
    """
    spans: list[Span] = []
    for s, e in passage.spans:
        s, e = max(s, start), min(e, end)
        if s >= e:
            continue
        if spans and not text[spans[-1][1] : s].strip():
            spans[-1] = (spans[-1][0], e)
        else:
            spans.append((s, e))
    return tuple(spans)
