"""Passages out of blocks: long ones cut at 款, 项 or sentence ends, short paragraphs of one section joined."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from npcbot.passages.lines import finished
from npcbot.passages.split import Block, BlockKind, page_of
from npcbot.passages.windows import sentences
from npcbot.types import Document, Passage, Span, Unit

#: Characters above which an article or paragraph becomes several passages.
LONGEST: Final = 1000
#: Characters below which a paragraph joins a neighbour, and up to which joining goes on.
SHORT: Final = 60
JOINED: Final = 300
#: An unfinished scrap shorter than this is no answer.
SCRAP: Final = 40


def passages(document: Document, blocks: Sequence[Block], longest: int = LONGEST) -> Iterator[Passage]:
    """The passages of the blocks, in the order of the text."""
    # A text of nothing but scraps is taken as it is.
    scraps = all(_is_scrap(document.text, block) for block in blocks)
    for group in _joined(document.text, blocks):
        if len(group) > 1:
            yield _join(document, group)
        elif group[0].length > longest:
            yield from _cut(document, group[0], longest)
        elif scraps or not _is_scrap(document.text, group[0]):
            yield _whole(document, group[0])


def _whole(document: Document, block: Block) -> Passage:
    units = tuple(block.units)
    return Passage(units, block.section, block.locator, block.spans, block.article, page_of(document, units[0].start))


def _is_scrap(text: str, block: Block) -> bool:
    return (
        block.kind is BlockKind.PARAGRAPH
        and block.length < SCRAP
        and not finished(text[block.units[-1].spans[-1][0] : block.units[-1].end])
    )


def _join(document: Document, group: Sequence[Block]) -> Passage:
    units = tuple(unit for block in group for unit in block.units)
    first, last = group[0], group[-1]
    if first.kind is BlockKind.PARAGRAPH:
        locator = f"第{first.number}–{last.number}段"
    else:
        locator = f"{first.locator}至{last.locator}"
    block = tuple(span for one in group for span in one.spans)
    return Passage(units, first.section, locator, block, "", page_of(document, units[0].start))


def _joined(text: str, blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Groups of neighbours to be joined; a group of one is the rule."""
    group: list[Block] = []
    for block in blocks:
        if group and _may_join(text, group, block):
            group.append(block)
            continue
        if group:
            yield group
        group = [block]
    if group:
        yield group


def _may_join(text: str, group: Sequence[Block], block: Block) -> bool:
    last = group[-1]
    if last.kind is not block.kind or last.section != block.section or block.first != last.last + 1:
        return False
    if block.kind is BlockKind.ITEM:
        if any(_is_sentence(text, one) for one in (last, block)):
            return False
    elif block.kind is not BlockKind.PARAGRAPH:
        return False
    length = sum(one.length for one in group)
    if length + block.length > JOINED:
        return False
    return length < SHORT or block.length < SHORT or last.length < SHORT


def _is_sentence(text: str, block: Block) -> bool:
    return text[block.units[-1].end - 1] in "。！？”"


def _cut(document: Document, block: Block, longest: int) -> Iterator[Passage]:
    pieces = [(i, piece) for i, unit in enumerate(block.units) for piece in _cut_unit(document.text, unit, longest)]
    total = sum(_length(piece) for _, piece in pieces)
    # Even parts read better than full ones and a remnant.
    target = total / -(-total // longest)
    part: list[tuple[int, Unit]] = []
    held = 0
    for index, piece in pieces:
        size = _length(piece)
        if part and (held + size > longest or held >= target):
            yield _part(document, block, part)
            part, held = [], 0
        part.append((index, piece))
        held += size
    if part:
        yield _part(document, block, part)


def _part(document: Document, block: Block, part: Sequence[tuple[int, Unit]]) -> Passage:
    units = tuple(
        # Pieces of one unit that meet in one passage are one unit again.
        Unit(tuple(_merge([span for piece in run for span in piece.spans], document.text)), run[0].locator)
        for run in ([piece for _, piece in found] for _, found in groupby(part, key=lambda pair: pair[0]))
    )
    first, last = units[0].locator, units[-1].locator
    tail = last.removeprefix(block.locator)
    locator = first if first == last else f"{first}至{tail or last}"
    return Passage(units, block.section, locator, block.spans, block.article, page_of(document, units[0].start))


def _merge(spans: Sequence[Span], text: str) -> list[Span]:
    merged: list[Span] = []
    for start, end in spans:
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _length(unit: Unit) -> int:
    return sum(end - start for start, end in unit.spans)


def _cut_unit(text: str, unit: Unit, longest: int) -> list[Unit]:
    if _length(unit) <= longest:
        return [unit]
    pieces: list[Unit] = []
    for start, end in _bounded(text, unit, longest):
        spans = tuple((max(s, start), min(e, end)) for s, e in unit.spans if s < end and e > start)
        if spans:
            pieces.append(Unit(spans, unit.locator))
    return pieces


def _bounded(text: str, unit: Unit, longest: int) -> list[Span]:
    """The unit's sentences; one that alone is too long is cut after ；, then after ，, then anywhere."""
    bounded: list[Span] = []
    for start, end in sentences(text, unit.start, unit.end):
        while end - start > longest:
            at = max(text.rfind("；", start, start + longest), text.rfind(";", start, start + longest))
            if at <= start:
                at = text.rfind("，", start, start + longest)
            at = at + 1 if at > start else start + longest
            bounded.append((start, at))
            start = at
        bounded.append((start, end))
    return bounded
