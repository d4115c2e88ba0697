"""Lines of a document: where they stand, how they end, and which of them are no part of the running text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from npcbot.folding import fold_character
from npcbot.types import Document


class Role(StrEnum):
    """What a stretch of text is for; the roles of ``audit`` tile the whole text."""

    FRONT = "front"
    HEADING = "heading"
    BODY = "body"
    #: Kept in the text, never a passage and never counted: salutations, signatures, datelines, captions.
    ASIDE = "aside"
    #: Printed by the page, not written by the author: page numbers, jump lines, running heads, rules of a table.
    FURNITURE = "furniture"
    BLANK = "blank"


@dataclass(slots=True)
class Line:
    """One printed line, or a part of one where a heading or an article is glued to what precedes it.

    ``start``/``end`` exclude white space and invisible characters at the edges. ``gap`` counts the empty lines before.
    """

    start: int
    end: int
    text: str
    gap: int = 0
    indent: bool = False
    level: int = 0
    glued: bool = False
    role: Role = Role.BODY
    article: tuple[int, int] | None = None
    #: Belongs to an article (begins it, or is a later 款 or 项 of it).
    in_article: bool = False
    #: What the outline takes it for, where it is a heading; two headings with one key are of one level.
    key: str = ""
    #: Key of the heading that this line ends though it is none itself, "*" for all: a sibling written as a paragraph.
    closes: str = ""
    #: Offset in the document at which a run-in heading ends, 0 where the line has none.
    run_in: int = 0


BREAK: Final = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Invisible at the edge of a line: white space, zero-width characters, and the private-use marks of old typesetting.
_EDGE: Final = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\ue000-\uf8ff]")
_INDENT: Final = re.compile(r"\u3000|\t| {2}")
_ATX: Final = re.compile(r"(#{1,6})\s+(?=\S)")

CLOSERS: Final = "”’」』》〉）)】］]〕\"'"
_STAGE: Final = re.compile(r"\s*(?:[（(][^（）()]{1,20}[）)]|[\[［〔]\d{1,3}[\]］〕])$")
_FULL: Final = "。！？!?…；;：:"

_PAGE_NUMBER: Final = re.compile(
    r"[-—–－·•\s]+[0-9０-９]{1,4}[-—–－·•\s]+|第\s*[0-9０-９一二三四五六七八九十百]+\s*页(?:\s*[,，/共].{0,12})?"
    r"|(?i:page)\s+\d+(?:\s+of\s+\d+)?|\d{1,4}\s*/\s*\d{1,4}"
)
_BARE_NUMBER: Final = re.compile(r"[0-9０-９]{1,4}")
_JUMP: Final = re.compile(
    r"[（(【［\[]?\s*(?:上接|下转|上转|下接|紧接|接上页?|转下页?)[^。，；]{0,12}?(?:[版页]|[）)】］\]])[^。，；]{0,6}"
)
_SOURCE: Final = re.compile(r"[（(]?\s*《\s*人民日报\s*》[\s\d０-９年月日第至版、，,（）()]*")
_RULE: Final = re.compile(r"\|?+(?:\s*+:?-{2,}+:?\s*+\|?)++|[-*_=—─]{3,}|<!--.*-->|#{1,6}|\\?\*(?:\s*\*){2,}")


def simplified(text: str) -> str:
    """``text`` in simplified characters, one for one: every offset stays."""
    changed = {ord(c): s for c in set(text) if "\u4e00" <= c <= "\u9fff" and (s := fold_character(c)) != c}
    return text.translate(changed) if changed else text


def split_lines(document: Document) -> list[Line]:
    """The lines that hold anything, in order; headings declared by the format carry their level."""
    text = document.text
    lines: list[Line] = []
    gap = 0
    for raw_start, raw_end in _raw_lines(text):
        start, end = raw_start, raw_end
        while start < end and _EDGE.match(text[start]):
            start += 1
        while end > start and _EDGE.match(text[end - 1]):
            end -= 1
        if start == end:
            gap += 1
            continue
        indent = _INDENT.match(text, raw_start, start) is not None
        lines.append(Line(start, end, text[start:end], gap, indent))
        gap = 0
    _apply_marks(document, lines)
    return lines


def _raw_lines(text: str) -> Iterator[tuple[int, int]]:
    position = 0
    for match in BREAK.finditer(text):
        yield position, match.start()
        position = match.end()
    if position < len(text):
        yield position, len(text)


def _apply_marks(document: Document, lines: list[Line]) -> None:
    marks = {m.start: m for m in document.marks}
    for line in lines:
        if match := _ATX.match(line.text):
            # Markdown is stored as it is written: the heading is what follows the signs.
            line.level = len(match[1])
            line.start += match.end()
            line.text = line.text[match.end() :].rstrip("# ")
            line.end = line.start + len(line.text)
    if not marks:
        return
    starts = [line.start for line in lines]
    for mark in document.marks:
        i = bisect_right(starts, mark.end - 1) - 1
        while i >= 0 and lines[i].end > mark.start:
            lines[i].level = mark.level
            i -= 1


def is_row(text: str) -> bool:
    """A row of a table: Markdown's, or cells parted by `` | `` as the readers of HTML and docx write them."""
    return text.startswith("|") or " | " in text


def finished(text: str) -> bool:
    """True where the line ends as a sentence or a list entry ends (closing quotes and brackets aside)."""
    stripped = text[-100:]
    for _ in range(3):
        bare = stripped.rstrip(CLOSERS + " \u3000")
        if bare and bare[-1] in _FULL:
            return True
        if bare.endswith(".") and len(bare) > 2 and (bare[-2].isalnum() or bare[-2] in CLOSERS):
            return True
        # 「……胜利！（鼓掌）」: what the hall did stands after the sentence.
        shorter = _STAGE.sub("", stripped)
        if shorter == stripped:
            return False
        stripped = shorter
    return False


def width(text: str) -> int:
    """Columns: a Chinese character takes two."""
    return sum(1 if c.isascii() else 2 for c in text)


def mark_furniture(document: Document, lines: list[Line]) -> None:
    """Finds what the page printed rather than the author."""
    for line in lines:
        if line.level or line.role is Role.FRONT:
            continue
        if any(p.fullmatch(line.text) for p in (_PAGE_NUMBER, _JUMP, _SOURCE, _RULE)):
            line.role = Role.FURNITURE
    for head, rule in pairwise(lines):
        if is_row(head.text) and rule.role is Role.FURNITURE and rule.text.startswith("|"):
            head.role = Role.ASIDE  # The names of a table's columns answer nothing.
    if len(document.page_starts) > 1:
        _mark_page_edges(document.page_starts, lines)
    else:
        _mark_numbers_in_seams(lines)


def _mark_numbers_in_seams(lines: Sequence[Line]) -> None:
    """Without pages a bare number is a page number only where it interrupts a sentence."""
    for before, line, after in zip(lines, lines[1:], lines[2:], strict=False):
        if _BARE_NUMBER.fullmatch(line.text) and not finished(before.text) and len(before.text) > 20:
            line.role = Role.FURNITURE if finished(after.text) or len(after.text) > 20 else line.role


def _mark_page_edges(page_starts: Sequence[int], lines: Sequence[Line]) -> None:
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(bisect_right(page_starts, line.start), []).append(line)
    edges: list[list[Line]] = []
    for page in pages.values():
        page = [line for line in page if line.role is not Role.FURNITURE and not line.level]
        for depth in (0, 1):
            edges += [[page[depth], page[-1 - depth]]] if len(page) > 2 * depth + 1 else []
    for pair in edges:
        for line in pair:
            if _BARE_NUMBER.fullmatch(line.text) and line.role is Role.BODY:
                line.role = Role.FURNITURE
    # A running head stands at the same edge of at least three pages, its page number aside.
    shape = {line.start: re.sub(r"[\d０-９\s·•—–-]+", "", line.text) for pair in edges for line in pair}
    often = Counter(shape.values())
    for pair in edges:
        for line in pair:
            if often[shape[line.start]] >= 3 and shape[line.start] and len(line.text) <= 60 and line.role is Role.BODY:
                line.role = Role.FURNITURE


def is_wrapped(lines: Sequence[Line]) -> int:
    """The right margin in columns where the file breaks its lines at a margin (PDF, old mail); 0 where it does not."""
    plain = [line for line in lines if line.role is Role.BODY and not line.level]
    followed = [a for a, b in pairwise(plain) if b.gap == 0]
    if len(followed) < 4:
        return 0
    open_ended = [a for a in followed if not finished(a.text)]
    widths = sorted(width(a.text) for a in open_ended)
    if len(open_ended) < 0.5 * len(followed) or not widths:
        return 0
    margin = widths[int(0.8 * (len(widths) - 1))]
    near = sum(1 for w in widths if w >= 0.7 * margin)
    return margin if 24 <= margin <= 160 and near >= 0.5 * len(widths) else 0
