"""Passage ids: ``{document}-{text}``, both parts base32 of SHA-256, so they outlive re-indexing and moved rows.

The first part names the document (its collection and place), the second the passage by what it says and under which
headings. An id whose words changed therefore matches nothing, and never another passage.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Sequence

from npcbot.types import Document, Passage

DOCUMENT_CHARS = 8
TEXT_CHARS = 12


def document_key(collection: str, document_id: str) -> str:
    """The first part of the id of every passage of a document."""
    return _base32(f"{collection}\0{document_id}", DOCUMENT_CHARS)


def passage_ids(collection: str, document: Document, passages: Sequence[Passage]) -> list[str]:
    """One id per passage, all different.

    Passages of the same words under the same headings are told apart by their locators, then by their order.
    """
    text = document.text
    said = [
        "\0".join([*(text[s:e] for s, e in passage.section), "", *(text[s:e] for s, e in passage.spans)])
        for passage in passages
    ]
    often = Counter(said)
    placed: Counter[tuple[str, str]] = Counter()
    key = document_key(collection, document.document_id)
    ids = []
    for passage, words in zip(passages, said, strict=True):
        if often[words] > 1:
            place = (words, passage.locator)
            words = f"{words}\0{passage.locator}\0{placed[place]}"
            placed[place] += 1
        # The document's place again: the short first part alone may collide in a very large collection.
        full = "\0".join((collection, document.document_id, words))
        ids.append(f"{key}-{_base32(full, TEXT_CHARS)}")
    return ids


def _base32(text: str, length: int) -> str:
    return base64.b32encode(hashlib.sha256(text.encode()).digest()).decode().lower()[:length]
