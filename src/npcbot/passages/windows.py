"""Sentences, and windows of sentences: what is embedded beside a long passage, and marked in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from npcbot.types import Document, Passage, Span

_CLOSERS: Final = "”’」』》〉）)】］]〕\"'"
_STOP: Final = re.compile(rf"(?:[。！？!?]|…+|\.(?![\w.]))+[{re.escape(_CLOSERS)}]*")
_STAGE: Final = re.compile(r"\s*[（(][^（）()。！？]{1,12}(?:掌|掌声|笑声)[^（）()。！？]{0,6}[）)]")
_CLAUSE: Final = re.compile(r"[；;]")
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Prof|No|Nos|Art|Arts|Sec|Ch|Vol|vs|etc|cf|al|St|Jr|Sr|Inc|Ltd|Co|Jan|Feb|Mar|Apr|Jun|Jul"
    r"|Aug|Sept?|Oct|Nov|Dec|e\.g|i\.e|a\.m|p\.m|U\.S|U\.N|Ph\.D)|\b[A-Z]|(?:^|[\s（(])\d{1,3}|[a-z]\.[a-z])\Z"
)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """The sentences of ``text[start:end]``, in order, without the white space between them.

    Closing quotes and brackets belong to the sentence before them; ；, decimal points, enumerators (1.) and usual
    abbreviations end none; neither does a line break, for official texts are broken anywhere.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    begin = start
    for match in _STOP.finditer(text, start, end):
        if match.start() < begin or not _ends_sentence(text, begin, match, end):
            continue
        stop = match.end()
        if stage := _STAGE.match(text, stop, end):
            stop = stage.end()
        begin = _append(spans, text, begin, stop)
    _append(spans, text, begin, end)
    return spans


def _ends_sentence(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    mark = match[0]
    following = text[match.end() : match.end() + 1] if match.end() < end else ""
    if mark[0] == "." and len(mark.rstrip(_CLOSERS)) == 1:
        if following and not following.isspace() and following.isascii():
            return False
        return not _ABBREVIATION.search(text, max(begin, match.start() - 12), match.start())
    # 「他问：“为什么？”，」: a quoted question inside a sentence.
    if following and following in "，、；,;":
        return False
    # A stop inside a quotation that ends a phrase, not the sentence: 「“说干就干！”的劲头」.
    return not (mark[-1] in "”’」』》" and following and following in "的地得等和与")


def _append(spans: list[Span], text: str, start: int, end: int) -> int:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = end - (len(piece) - len(piece.rstrip()))
    if left < right:
        spans.append((left, right))
    return end


def windows(document: Document, passage: Passage, size: int = 120) -> tuple[Span, ...]:
    """Groups of sentences of about ``size`` characters that cover the passage, as spans from first to last character.

    Empty where the passage is no longer than about one window: it stands for itself. A window holds whole sentences
    (clauses between ； where a sentence alone is longer than two windows); it may run over several 款 or 项.
    """
    text = document.text
    if sum(e - s for s, e in passage.spans) <= 1.3 * size:
        return ()
    pieces: list[Span] = []
    for unit in passage.units:
        for start, end in sentences(text, unit.start, unit.end):
            pieces += _clauses(text, start, end, size) if end - start > 2 * size else [(start, end)]
    groups: list[list[Span]] = []
    for piece in pieces:
        length = piece[1] - piece[0]
        held = _length(groups[-1]) if groups else 0
        if groups and (held + length <= 1.25 * size or held < 0.4 * size or length < 0.15 * size):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    if len(groups) > 2 and _length(groups[-1]) < 0.4 * size:
        groups[-2:] = [groups[-2] + groups[-1]]  # A remnant is no window of its own.
    if len(groups) < 2:
        return ()
    return tuple((group[0][0], group[-1][1]) for group in groups)


def _length(group: Sequence[Span]) -> int:
    return sum(end - start for start, end in group)


def _clauses(text: str, start: int, end: int, size: int) -> list[Span]:
    """A very long sentence in groups of clauses, each closed by its ；."""
    spans: list[Span] = []
    begin = start
    for match in _CLAUSE.finditer(text, start, end):
        if match.end() - begin >= 0.6 * size:
            begin = _append(spans, text, begin, match.end())
    _append(spans, text, begin, end)
    return spans
