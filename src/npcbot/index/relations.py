"""How the documents of a collection relate: works in several files, versions, identical texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from npcbot.index.records import load_document
from npcbot.passages.works import Relation, outline, relate
from npcbot.types import Document


def relations(db: sqlite3.Connection) -> dict[str, Relation]:
    """By document id, for every document of a store being written."""
    return relate([outline(document, articles) for document, articles in outlined(db)])


def outlined(db: sqlite3.Connection) -> Iterator[tuple[Document, tuple[str, ...]]]:
    """Every document of a store being written, by id, with its text and the numbers of its articles in their order."""
    rows = db.execute(
        "SELECT first_row, end_row, document_id, sha256, facts, text FROM documents JOIN texts ON document = row"
        " ORDER BY row"
    )
    for first, end, document_id, sha256, facts, text in rows:
        numbers = db.execute("SELECT article FROM passages WHERE row >= ? AND row < ? ORDER BY row", (first, end))
        articles = tuple(dict.fromkeys(article for (article,) in numbers if article))
        yield load_document(document_id, text.decode(), sha256, facts), articles
