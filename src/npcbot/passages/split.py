"""A document into blocks: lines, furniture, articles, headings, stitched paragraphs, and what belongs together."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Final

from npcbot.numerals import NUMERAL_CLASS
from npcbot.passages import headings as h
from npcbot.passages.glued import cut_glued
from npcbot.passages.lines import Line, Role, is_row, is_wrapped, mark_furniture, simplified, split_lines
from npcbot.passages.numbering import part_locators
from npcbot.passages.outline import Outline, mark_outline
from npcbot.passages.statute import (
    article_id,
    article_locator,
    article_number,
    cut_line,
    find_articles,
    in_line_paragraphs,
)
from npcbot.passages.stitch import Paragraph, stitch
from npcbot.types import Document, Kind, Span, Unit

_ITEM_STYLES: Final = frozenset(h.ENUMERATORS) - {"ord"}
_FRONT_NOTE: Final = re.compile(
    rf"[（(]?\s*[{NUMERAL_CLASS}\s]{{4,8}}\s*年.*(?:通过|公布|施行|修正|修订|发布|批准|会议上|实施|印发)"
)
#: What a decision that amends by items says at its end of itself, which is part of no item.
_CLOSING: Final = re.compile(r"本决定自|(?:《[^《》]{1,80}》)?根据本决定")


class BlockKind(Enum):
    ARTICLE = auto()
    #: An item of a statute without articles (刑法修正案 一、) with all that belongs to it.
    ITEM = auto()
    PARAGRAPH = auto()
    ROW = auto()


@dataclass(slots=True)
class Block:
    """An article, a stitched paragraph or a row, whole: what passages are cut from or joined of."""

    kind: BlockKind
    section: tuple[Span, ...]
    locator: str
    units: list[Unit] = field(default_factory=list)
    article: str = ""
    #: Place among the document's paragraphs, headings and asides; neighbours differ by one.
    first: int = 0
    last: int = 0
    #: Number of the paragraph in 第N段.
    number: int = 0

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(span for unit in self.units for span in unit.spans)

    @property
    def length(self) -> int:
        return sum(end - start for start, end in self.spans)


@dataclass(slots=True)
class Parsed:
    """Everything the parser knows of a document."""

    lines: list[Line]
    paragraphs: list[Paragraph]
    blocks: list[Block]


def parse(document: Document) -> Parsed:
    """Reads the structure of the document."""
    # The patterns are in simplified characters; spans are all that goes out.
    document = replace(document, text=simplified(document.text), title=simplified(document.title))
    lines = _mark_front(document, split_lines(document))
    mark_furniture(document, lines)
    margin = is_wrapped(lines)
    lines = cut_glued(in_line_paragraphs(find_articles(lines, document.kind)), document.kind)
    mark_outline(document, lines, margin)
    paragraphs = stitch(lines, margin)
    return Parsed(lines, paragraphs, _Builder(document).build(paragraphs))


def _mark_front(document: Document, lines: list[Line]) -> list[Line]:
    start = document.body_start or _guess_body_start(document, lines)
    marked: list[Line] = []
    for line in lines:
        parts = [line]
        if line.start < start < line.end:
            parts = cut_line(line, [(start - line.start, start - line.start)])
        for part in parts:
            if part.start < start:
                part.role = Role.FRONT
        marked += parts
    return marked


def _guess_body_start(document: Document, lines: Sequence[Line]) -> int:
    """Where nobody has found the front matter: after title, notes of adoption, byline and salutation."""
    for i, line in enumerate(lines[:8]):
        if h.is_salutation(line.text):
            return lines[i + 1].start if i + 1 < len(lines) else line.end
    title = _compact(document.title)
    start = 0
    for i, line in enumerate(lines[:12]):
        named = _compact(line.text) == title if title else i == 0 and len(lines) > 1 and _is_plain_title(line)
        if not (named or line.level == 1 or _is_front_note(line)):
            break
        start = line.end
    return start if document.text[start:].strip() else 0


def _compact(text: str) -> str:
    return re.sub(r"\s", "", text)


def _is_plain_title(line: Line) -> bool:
    if line.level or h.label(line.text) or h.structure(line.text) or article_number(line.text):
        return False
    return h.looks_like_title(line.text, 80)


def _is_front_note(line: Line) -> bool:
    # A full stop makes it a sentence of the body that only begins with a date or a dash.
    if line.level or h.label(line.text) or h.structure(line.text) or "。" in line.text:
        return False
    return _FRONT_NOTE.match(line.text) is not None or line.text.startswith(("——", "－－", "--"))


class _Builder:
    """Goes through the paragraphs once and gathers blocks."""

    def __init__(self, document: Document) -> None:
        self.text = document.text
        self.title = document.title
        self.law = document.kind is Kind.LAW
        self.outline = Outline()
        self.blocks: list[Block] = []
        self.counted = 0
        self.tables = 0
        self.rows = 0
        #: The units of the open article or item, with their labels, until their number is known.
        self.pending: list[tuple[h.Label | None, Paragraph]] = []
        self.open: Block | None = None

    def build(self, paragraphs: Sequence[Paragraph]) -> list[Block]:
        titled = False
        for index, paragraph in enumerate(paragraphs):
            line = paragraph.first
            if line.closes:
                self.outline.close(line.closes)
            if line.role is Role.FRONT:
                # A second title names the part (民法典, 合同编); the first is the document's own.
                if line.level and titled and _compact(line.text) != _compact(self.title):
                    line.key = f"mark:{line.level}"
                    self.outline.open(line)
                titled = titled or line.level > 0
            elif line.role is Role.HEADING:
                self._close()
                self.outline.open(line)
                self.rows = 0
            elif line.role is Role.ASIDE:
                self._close()
            else:
                self._body(index, paragraph)
        self._close()
        return self.blocks

    def _body(self, index: int, paragraph: Paragraph) -> None:
        line = paragraph.first
        found = h.label(line.text)
        if line.article is not None:
            self._start(BlockKind.ARTICLE, index, article_locator(line.article), article_id(line.article))
            self.pending.append((None, paragraph))
        elif is_row(line.text):
            self._close()
            self._row(index, paragraph)
        elif self.open is not None and self.open.kind is BlockKind.ARTICLE and line.in_article:
            self._append(index, found, paragraph)
        elif self.law and found and found.style in _ITEM_STYLES and not self._inside(found, line.text):
            self._start(BlockKind.ITEM, index, h.printed(found), "")
            self.pending.append((found, paragraph))
        elif self._is_in_item(line):
            self._append(index, found, paragraph)
        else:
            self._close()
            self.counted += 1
            section = self.outline.spans + (((line.start, line.run_in),) if line.run_in else ())
            locator = paragraph_locator(self.counted)
            unit = Unit(paragraph.spans(self.text), locator)
            self.blocks.append(
                Block(BlockKind.PARAGRAPH, section, locator, [unit], first=index, last=index, number=self.counted)
            )

    def _is_in_item(self, line: Line) -> bool:
        if self.open is None or self.open.kind is not BlockKind.ITEM or h.is_footnote(line.text):
            return False
        if _CLOSING.match(line.text):
            self.outline.close("*")
            return False
        return True

    def _inside(self, found: h.Label, line: str) -> bool:
        """Whether the label is of something within the open item: of a deeper style than its own, or of a list or a
        quotation in it (「1.将第六条修改为：」 before 「“（一）……」), whatever their style."""
        if self.open is None or self.open.kind is not BlockKind.ITEM:
            return False
        opener, first = self.pending[0]
        assert opener is not None
        before = self.pending[-1][1]
        announced = before.last_text.endswith(("：", ":"))
        last = next((one for one, _ in reversed(self.pending[1:]) if one and one.style == found.style), None)
        goes_on = last is not None and last.number + 1 == found.number
        marks = [self.text.rfind(mark, first.start, before.end) for mark in "“”"]
        quoted = marks[0] > marks[1] or (announced and line.startswith("“"))
        if quoted and (goes_on or found.number == 1 or line.startswith("“")):
            return True
        if found.style == opener.style:
            return self.text[before.start] == "“" and found.number != opener.number + 1
        if h.ENUMERATORS.index(found.style) > h.ENUMERATORS.index(opener.style):
            return True
        above = h.label(self.text[slice(*self.outline.spans[-1])]) if self.outline.spans else None
        beside = above is not None and (above.style, above.number + 1) == (found.style, found.number)
        if goes_on and (not beside or before.last_text.endswith(("；", ";"))):
            return True
        return announced and found.number == 1

    def _start(self, kind: BlockKind, index: int, locator: str, article: str) -> None:
        self._close()
        self.open = Block(kind, self.outline.spans, locator, article=article, first=index, last=index)

    def _append(self, index: int, found: h.Label | None, paragraph: Paragraph) -> None:
        assert self.open is not None
        self.pending.append((found if found and found.style in _ITEM_STYLES else None, paragraph))
        self.open.last = index

    def _row(self, index: int, paragraph: Paragraph) -> None:
        if not self.rows:
            self.tables += 1
        self.rows += 1
        table = "表" + (f"{self.tables}" if self.tables > 1 else "")
        # The bars at the edges are the table's, not the row's.
        (start, end) = (paragraph.start, paragraph.end)
        inner = self.text[start:end]
        start += len(inner) - len(inner.lstrip("| \t\u3000"))
        end -= len(inner) - len(inner.rstrip("| \t\u3000"))
        if start < end:
            locator = f"{table}第{self.rows}行"
            unit = Unit(((start, end),), locator)
            self.blocks.append(Block(BlockKind.ROW, self.outline.spans, locator, [unit], first=index, last=index))

    def _close(self) -> None:
        if self.open is not None:
            opened = self.open.kind is BlockKind.ITEM
            parts = [(found, paragraph.last_text) for found, paragraph in self.pending]
            locators = part_locators(self.open.locator, parts, opened)
            for locator, (_, paragraph) in zip(locators, self.pending, strict=True):
                self.open.units.append(Unit(paragraph.spans(self.text), locator))
            self.blocks.append(self.open)
        self.open, self.pending = None, []


def paragraph_locator(number: int) -> str:
    return f"第{number}段"


def page_of(document: Document, offset: int) -> int | None:
    """The page, counted from 1, that holds the offset; None where the format has no pages."""
    return max(1, bisect_right(document.page_starts, offset)) if document.page_starts else None
