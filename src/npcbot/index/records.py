"""How documents and passages are written into SQLite and read back: JSON without surprises, and a seal over it.

A seal is the start of a SHA-256 over a record, so that a byte changed on the disk is noticed when it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from npcbot.types import DateKind, Document, Kind, Mark, Passage, Source, Span, TypedDate, Unit

SEAL_BYTES = 8


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What is known of a stored document without reading its text.

    Its passages are the rows ``first_row`` to ``end_row`` (excluded). ``paragraphs`` counts its articles and stitched
    paragraphs, ``chars`` its characters. ``origin`` is the root it was indexed under, as the caller named it. What
    follows ``work`` comes from ``npcbot.passages.works.relate``.
    """

    document_id: str
    title: str
    kind: Kind
    issuer: str
    status: str
    dates: tuple[TypedDate, ...]
    date: str
    sha256: str
    format: str
    incomplete: str
    notes: tuple[str, ...]
    chars: int
    paragraphs: int
    first_row: int
    end_row: int
    origin: str
    work: str
    superseded_by: str
    parts: tuple[str, ...]
    same_text: tuple[str, ...]
    repealed_by: str = ""
    repealed_on: str = ""


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with its place in the open generation (``row``) and its lasting id."""

    row: int
    passage_id: str
    document_id: str
    passage: Passage


def seal(*parts: object) -> bytes:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).digest()[:SEAL_BYTES]


def dump_document(document: Document) -> str:
    """Everything but the text, its id and its SHA-256."""
    return _dumps(
        {
            "title": document.title,
            "kind": document.kind,
            "issuer": document.issuer,
            "status": document.status,
            "dates": [(date.kind, date.value, date.source) for date in document.dates],
            "body_start": document.body_start,
            "format": document.format,
            "page_starts": document.page_starts,
            "marks": [(mark.start, mark.end, mark.level) for mark in document.marks],
            "incomplete": document.incomplete,
            "notes": document.notes,
        }
    )


def load_document(document_id: str, text: str, sha256: str, dumped: str) -> Document:
    facts: dict[str, Any] = json.loads(dumped)
    return Document(
        document_id=document_id,
        text=text,
        title=facts["title"],
        kind=Kind(facts["kind"]),
        issuer=facts["issuer"],
        status=facts["status"],
        dates=_dates(facts["dates"]),
        body_start=facts["body_start"],
        format=facts["format"],
        page_starts=tuple(facts["page_starts"]),
        marks=tuple(Mark(*mark) for mark in facts["marks"]),
        incomplete=facts["incomplete"],
        notes=tuple(facts["notes"]),
        sha256=sha256,
    )


def load_info(row: Sequence[Any]) -> DocumentInfo:
    """From the columns ``npcbot.index.store.INFO``."""
    document_id, sha256, dumped, chars, paragraphs, first_row, end_row, origin, related = row
    shown = load_document(document_id, "", sha256, dumped)
    relation: dict[str, Any] = json.loads(related)
    return DocumentInfo(
        document_id=document_id,
        title=shown.title,
        kind=shown.kind,
        issuer=shown.issuer,
        status=shown.status,
        dates=shown.dates,
        date=shown.date,
        sha256=sha256,
        format=shown.format,
        incomplete=shown.incomplete,
        notes=shown.notes,
        chars=chars,
        paragraphs=paragraphs,
        first_row=first_row,
        end_row=end_row,
        origin=origin,
        work=relation.get("work", ""),
        superseded_by=relation.get("superseded_by", ""),
        parts=tuple(relation.get("parts", ())),
        same_text=tuple(relation.get("same_text", ())),
        repealed_by=relation.get("repealed_by", ""),
        repealed_on=relation.get("repealed_on", ""),
    )


def dump_passage(passage: Passage) -> str:
    return _dumps(
        [
            [[unit.locator, *(offset for span in unit.spans for offset in span)] for unit in passage.units],
            [offset for span in passage.section for offset in span],
            passage.locator,
            [offset for span in passage.block for offset in span],
            passage.article,
            passage.page,
        ]
    )


def load_passage(dumped: str) -> Passage:
    units, section, locator, block, article, page = json.loads(dumped)
    return Passage(
        units=tuple(Unit(_spans(offsets), name) for name, *offsets in units),
        section=_spans(section),
        locator=locator,
        block=_spans(block),
        article=article,
        page=page,
    )


def _spans(offsets: Sequence[int]) -> tuple[Span, ...]:
    return tuple(zip(offsets[::2], offsets[1::2], strict=True))


def _dates(rows: Sequence[tuple[str, str, str]]) -> tuple[TypedDate, ...]:
    return tuple(TypedDate(DateKind(kind), value, Source(source)) for kind, value, source in rows)


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
