"""Whole passages as citations, without a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

from npcbot.answer.citation import Citation, cite
from npcbot.answer.verify import verify_citation
from npcbot.index import Collection, DocumentInfo, StoredPassage
from npcbot.retrieval.versions import effective
from npcbot.types import DateKind, Kind

#: Passages on either side among which the rest of an article is looked for first, and at most; an article has some
#: thousand characters a passage.
_NEAR: Final = 2
_REACH: Final = 50


class StoredTexts:
    """The texts of one opened collection, for ``verify``."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    def text(self, collection: str, document_id: str) -> str:
        return self._collection.document(document_id).text


def block_of(collection: Collection, stored: StoredPassage) -> list[StoredPassage]:
    """The passages that make up the whole article or paragraph of a passage, it among them."""
    reach = _NEAR
    while True:
        around = collection.neighbours(stored.row, reach, reach)
        block = [other for other in around if other.passage.block == stored.passage.block]
        whole = block[0] is not around[0] and block[-1] is not around[-1]
        if whole or reach >= _REACH:
            return block
        reach *= 5


def status_of(collection: Collection, info: DocumentInfo) -> str:
    """The document's own status; of a law when it was adopted, last amended and took effect; the version that took its
    place, and what repealed it."""
    said = [info.status] if info.status else []
    if info.kind is Kind.LAW:
        said += _dates(info)
    if info.superseded_by:
        later = collection.info(info.superseded_by)
        since = effective(later)
        held = f"，{since}起施行" if since > later.date else ""
        said.append(f"已有{later.date}版本{held}" if later.date else f"已有新版本（{later.document_id}）")
    if info.repealed_by:
        said.append(f"已由《{collection.info(info.repealed_by).title}》废止，自{info.repealed_on}起")
    return "；".join(said)


def _dates(info: DocumentInfo) -> list[str]:
    days = {kind: sorted(day.value for day in info.dates if day.kind is kind) for kind in DateKind}
    said = [f"{day}通过" for day in days[DateKind.ADOPTED][:1]]
    if days[DateKind.AMENDED]:
        said.append(f"{days[DateKind.AMENDED][-1]}修正")
    if days[DateKind.IN_FORCE]:
        began = days[DateKind.IN_FORCE][-1]
        # An amended text often names only the day of its first version.
        said.append(f"{began}起施行" if began >= info.date else f"最初{began}起施行")
    return ["，".join(said)] if said else []


def show(collection: Collection, passages: Sequence[StoredPassage]) -> list[Citation]:
    """Each passage quoted whole, in the order given, verified.

    Raises:
        QuoteRefused, IndexDamaged: the index does not hold what it should.
    """
    citations: list[Citation] = []
    for rank, stored in enumerate(passages, 1):
        info = collection.info(stored.document_id)
        citation = cite(
            rank,
            1.0,
            collection.name,
            info,
            stored,
            block_of(collection, stored),
            collection.document(stored.document_id),
            None,
            room=0,
            status=status_of(collection, info),
            same_text=tuple(collection.same_text(stored.row)),
        )
        verify_citation(asdict(citation), StoredTexts(collection))
        citations.append(citation)
    return citations
