"""A citation: what is quoted of a passage, and where a reader finds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from npcbot.index.records import DocumentInfo, StoredPassage
from npcbot.passages import clip, display
from npcbot.retrieval.marking import neighbours, sentences_of
from npcbot.retrieval.versions import effective, guessed
from npcbot.types import DateKind, Document, Kind, Passage, Span, Unit

ELISION: Final = "……"
_ITEM: Final = re.compile(r"第（[^）]+）项(?:第\d+目)?$")


@dataclass(frozen=True, slots=True)
class Citation:
    """One quoted passage. The names and their meaning are those of ``npcbot ask --json``.

    ``spans`` are offsets in the document's text, ``highlights`` and ``answers`` in ``excerpt``: the sentence that
    answers, and the figure, date or name in it that was asked for. ``paragraph`` shows ``paragraph_spans``, the whole
    stitched paragraph or article; ``section`` shows ``section_spans``. Of a law, ``adopted`` is the day of its first
    version, ``effective`` the day from which this version holds; where the text does not say it that is ``date``, and
    ``effective_guessed`` true.
    """

    rank: int
    score: float
    passage_id: str
    document_id: str
    collection: str
    title: str
    date: str
    status: str
    text_sha256: str
    section: tuple[str, ...]
    section_spans: tuple[Span, ...]
    locator: str
    page: int | None
    spans: tuple[Span, ...]
    excerpt: str
    highlights: tuple[Span, ...]
    paragraph: str
    paragraph_spans: tuple[Span, ...]
    same_text: tuple[str, ...]
    incomplete: str
    adopted: str = ""
    effective: str = ""
    effective_guessed: bool = False
    superseded_by: str = ""
    repealed_by: str = ""
    repealed_on: str = ""
    answers: tuple[Span, ...] = ()


def cite(
    rank: int,
    score: float,
    collection: str,
    info: DocumentInfo,
    stored: StoredPassage,
    block: Sequence[StoredPassage],
    document: Document,
    marked: Span | None,
    *,
    room: int,
    status: str,
    same_text: tuple[str, ...],
    answer: Span | None = None,
) -> Citation:
    """Quotes the marked sentence with ``room`` characters of whole sentences around it; the passage where none is.

    ``block`` holds the passages of the whole paragraph or article.
    """
    passage, text = stored.passage, document.text
    if marked is None:
        hull = (passage.start, passage.end)
        pieces = [hull]
    else:
        pieces = _pieces(text, passage, marked, room)
    spans = tuple(span for start, end in pieces for span in clip(text, passage, start, end))
    excerpt, highlights = _excerpt(text, passage, spans, marked)
    answers = _excerpt(text, passage, spans, answer)[1] if answer is not None else ()
    full = whole(block) if block else passage
    return Citation(
        rank=rank,
        score=round(score, 4),
        passage_id=stored.passage_id,
        document_id=info.document_id,
        collection=collection,
        title=info.title,
        date=info.date,
        status=status,
        text_sha256=info.sha256,
        section=tuple(display_heading(text, span) for span in passage.section),
        section_spans=passage.section,
        locator=_locator(passage, marked),
        page=_page(document, spans[0][0]) if document.page_starts else passage.page,
        spans=spans,
        excerpt=excerpt,
        highlights=highlights,
        paragraph=display(text, full.start, full.end, full),
        paragraph_spans=clip(text, full, full.start, full.end),
        same_text=same_text,
        incomplete=info.incomplete,
        adopted=min((day.value for day in info.dates if day.kind is DateKind.ADOPTED), default=""),
        effective=effective(info) if info.kind is Kind.LAW else "",
        effective_guessed=guessed(info),
        superseded_by=info.superseded_by,
        repealed_by=info.repealed_by,
        repealed_on=info.repealed_on,
        answers=answers,
    )


def titled(title: str, date: str) -> str:
    """How a document is named to people: its title and, where it has one, its date."""
    return f"《{title}》（{date}）" if date else f"《{title}》"


def display_heading(text: str, span: Span) -> str:
    """A heading as shown: in one line."""
    return " ".join(text[span[0] : span[1]].split())


def _pieces(text: str, passage: Passage, marked: Span, room: int) -> list[Span]:
    """The marked sentence and its neighbours; before a 项, the opening of its 款."""
    around = neighbours(sentences_of(text, passage), marked, room)
    unit = _unit_at(passage, marked[0])
    opening = _opening(passage, unit)
    if opening is None or around[0] <= opening.start:
        return [around]
    if around[0] <= opening.end or not text[opening.end : around[0]].strip():
        return [(opening.start, around[1])]
    return [(opening.start, opening.end), around]


def _opening(passage: Passage, unit: Unit) -> Unit | None:
    """The 款 whose 项 the unit is: the last unit before it without 项 in its locator."""
    if not _ITEM.search(unit.locator):
        return None
    before = [other for other in passage.units if other.end <= unit.start and not _ITEM.search(other.locator)]
    return before[-1] if before and len(before[-1].locator) < len(unit.locator) else None


def _unit_at(passage: Passage, offset: int) -> Unit:
    return next((unit for unit in passage.units if unit.start <= offset < unit.end), passage.units[0])


def _locator(passage: Passage, marked: Span | None) -> str:
    if marked is None:
        return passage.locator
    units = [unit for unit in passage.units if unit.start < marked[1] and unit.end > marked[0]]
    names = list(dict.fromkeys(unit.locator for unit in units))
    return names[0] if len(names) == 1 and names[0] else passage.locator


def _page(document: Document, offset: int) -> int:
    """Counted from 1."""
    return sum(start <= offset for start in document.page_starts)


def _excerpt(text: str, passage: Passage, spans: Sequence[Span], marked: Span | None) -> tuple[str, tuple[Span, ...]]:
    shown: list[str] = []
    highlights: list[Span] = []
    at = 0
    for start, end in spans:
        piece = display(text, start, end, passage)
        if marked is not None and (cut := (max(start, marked[0]), min(end, marked[1])))[0] < cut[1]:
            lit = display(text, *cut, passage)
            # The part before the mark, shown alone, lacks only the break that may follow it.
            found = piece.find(lit, len(display(text, start, cut[0], passage)))
            if lit and found >= 0:
                highlights.append((at + found, at + found + len(lit)))
        shown.append(piece)
        at += len(piece) + len(ELISION)
    return ELISION.join(shown), tuple(highlights)


def whole(block: Sequence[StoredPassage]) -> Passage:
    """One passage out of the passages of a block; a unit that was cut between two of them is one again."""
    units: list[Unit] = []
    for stored in block:
        for unit in stored.passage.units:
            if units and unit.locator and unit.locator == units[-1].locator and _continues(unit, block):
                units[-1] = Unit((*units[-1].spans, *unit.spans), unit.locator)
            else:
                units.append(unit)
    first = block[0].passage
    return Passage(tuple(units), first.section, first.locator, first.block, first.article, first.page)


def _continues(unit: Unit, block: Sequence[StoredPassage]) -> bool:
    """Whether a passage ends before the unit, so that it and the one before are one paragraph cut for its length."""
    return any(stored.passage.units[0] == unit and stored.passage.start == unit.start for stored in block[1:])
