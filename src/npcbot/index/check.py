"""The deep check of a generation: what ``npcbot doctor`` and the kill test go by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from npcbot.errors import NpcbotError
from npcbot.index import generations, store
from npcbot.index.cache import Cache
from npcbot.index.entries import Entries
from npcbot.index.ids import passage_ids
from npcbot.index.manifest import digest

if TYPE_CHECKING:
    from npcbot.index.collection import Collection


def problems(collection: Collection, folder: Path) -> list[str]:
    """What is wrong with an open generation; empty when nothing is."""
    found: list[str] = []
    for part in (_files, _counts, _documents, _searches):
        try:
            found += part(collection, folder)
        except (NpcbotError, sqlite3.Error, OSError, ValueError) as error:
            found.append(str(error).replace("\n", " "))
    return found


def _files(collection: Collection, folder: Path) -> Iterator[str]:
    for name, (size, sha256) in collection.manifest.files.items():
        path = folder / name
        if not path.is_file():
            yield f"{path}: missing"
        elif path.stat().st_size != size or digest(path) != sha256:
            yield f"{path}: not the file that was written"


def _counts(collection: Collection, folder: Path) -> Iterator[str]:
    made = collection.manifest
    with closing(store.open_readonly(folder / store.NAME)) as db:
        for (line,) in db.execute("PRAGMA integrity_check(5)"):
            if line != "ok":
                yield f"{store.NAME}: {line}"
        for table, count in (("documents", made.documents), ("passages", made.passages), ("windows", made.windows)):
            (rows, last) = db.execute(f"SELECT count(*), max(row) FROM {table}").fetchone()
            if rows != count or (rows and last != rows - 1):
                yield f"{store.NAME}: {rows} {table} up to row {last}, the manifest says {count}"
        outside = db.execute(
            "SELECT count(*) FROM windows w JOIN passages p ON p.row = w.passage JOIN documents d ON d.row = p.document"
            " WHERE w.start < 0 OR w.start >= w.end OR w.end > d.chars OR p.row < d.first_row OR p.row >= d.end_row"
        ).fetchone()[0]
        if outside:
            yield f"{store.NAME}: {outside} windows lie outside their documents"


def _documents(collection: Collection, folder: Path) -> Iterator[str]:
    row = 0
    for info in collection.documents():
        try:
            if info.first_row != row:
                yield f"{info.document_id}: its passages do not follow the document before"
            row = info.end_row
            document = collection.document(info.document_id)
            stored = collection.passages(range(info.first_row, info.end_row))
        except (NpcbotError, IndexError) as error:
            yield str(error).replace("\n", " ")
            continue
        if len(document.text) != info.chars:
            yield f"{info.document_id}: {len(document.text)} characters instead of {info.chars}"
        passages = [item.passage for item in stored]
        for item in stored:
            spans = (*item.passage.spans, *item.passage.section, *item.passage.block)
            if not all(0 <= start < end <= info.chars for start, end in spans):
                yield f"{info.document_id}: passage {item.row} lies outside the text"
        if [item.passage_id for item in stored] != passage_ids(collection.name, document, passages):
            yield f"{info.document_id}: passage ids that do not belong to its words"


def _searches(collection: Collection, folder: Path) -> Iterator[str]:
    made = collection.manifest
    cached = folder.parent / generations.CACHE
    if not cached.is_file():
        yield f"{cached}: missing"
        return
    searcher = collection.searcher
    try:
        with (
            closing(store.open_readonly(folder / store.NAME)) as db,
            Cache(cached, made.encoder, made.dim, made.tokens, readonly=True) as cache,
        ):
            yield from searcher.differences(Entries(db, cache))
    except sqlite3.Error as error:
        yield f"{cached}: {error}"
