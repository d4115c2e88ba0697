"""``store.sqlite``: the documents of a generation, their passages and windows. The truth that the rest is derived from.

Written once and never changed after it is published, so readers open it as immutable: no journal, no locks.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from npcbot.errors import IndexDamaged
from npcbot.index.enrich import content, passage_text, sameness, window_text
from npcbot.index.ids import document_key, passage_ids
from npcbot.index.manifest import anew
from npcbot.index.records import dump_document, dump_passage, load_document, seal
from npcbot.passages import split, windows
from npcbot.types import Document, Passage, Span

NAME: Final = "store.sqlite"
#: Columns of ``documents`` that ``records.load_info`` takes.
INFO: Final = "document_id, sha256, facts, chars, paragraphs, first_row, end_row, origin, relation"
_SCHEMA: Final = """
CREATE TABLE documents (
    row INTEGER PRIMARY KEY, document_id TEXT NOT NULL UNIQUE, key TEXT NOT NULL, sha256 TEXT NOT NULL,
    facts TEXT NOT NULL, chars INTEGER NOT NULL, paragraphs INTEGER NOT NULL,
    first_row INTEGER NOT NULL, end_row INTEGER NOT NULL, first_window INTEGER NOT NULL, end_window INTEGER NOT NULL,
    origin TEXT NOT NULL, recipe TEXT NOT NULL, relation TEXT NOT NULL DEFAULT '{}', seal BLOB NOT NULL DEFAULT x'');
CREATE TABLE texts (document INTEGER PRIMARY KEY, text BLOB NOT NULL);
CREATE TABLE passages (
    row INTEGER PRIMARY KEY, passage_id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL, facts TEXT NOT NULL,
    seal BLOB NOT NULL, content BLOB NOT NULL, same BLOB NOT NULL, article TEXT NOT NULL);
CREATE TABLE windows (
    row INTEGER PRIMARY KEY, passage INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    content BLOB NOT NULL);
"""
_INDEXES: Final = """
CREATE INDEX documents_key ON documents (key);
CREATE INDEX passages_same ON passages (same);
CREATE INDEX passages_article ON passages (article, document) WHERE article != '';
"""


def open_readonly(path: Path) -> sqlite3.Connection:
    """A connection that several threads may use in turn."""
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True, check_same_thread=False, isolation_level=None
    )
    try:
        connection.execute("SELECT 1 FROM documents LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection for as long as the block lasts; IndexDamaged where the store cannot be read, nor made anew."""
    try:
        with closing(open_readonly(path)) as db:
            yield db
    except (sqlite3.DatabaseError, ValueError) as error:
        raise IndexDamaged(f"{path}: the stored texts cannot be read: {error}", anew(path.parent.parent)) from error


class Indexed(NamedTuple):
    """A text to embed and its name in the cache; the tokens are taken of whole passages only."""

    content: bytes
    text: str
    whole: bool


class StoreWriter:
    """Fills a new store, document after document; rows are given out in the order of arrival."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.db = sqlite3.connect(f"file:{quote(str(path))}", uri=True, isolation_level=None)
        # The file is worth nothing before it is published, and is synced then.
        self.db.execute("PRAGMA journal_mode = OFF")
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.executescript(_SCHEMA)
        self.db.execute("BEGIN")
        self.documents = self.passages = self.windows = 0
        self._attached: dict[Path, str] = {}

    def close(self) -> None:
        self.db.close()

    def add(self, collection: str, document: Document, origin: str, recipe: str, window: int) -> list[Indexed]:
        """Splits a document and stores it; returns every text of it to embed."""
        passages = split(document)
        ids = passage_ids(collection, document, passages)
        found: list[Indexed] = []
        first_row, first_window = self.passages, self.windows
        for passage, passage_id in zip(passages, ids, strict=True):
            whole = passage_text(document, passage)
            name = content(whole)
            found.append(Indexed(name, whole, True))
            facts = dump_passage(passage)
            self.db.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(self.passages, passage_id, self.documents, facts),
                    *(seal(document.document_id, passage_id, facts), name, sameness(document, passage)),
                    passage.article,
                ),
            )
            rows: list[tuple[Span, bytes]] = [((passage.start, passage.end), name)]
            for span in windows(document, passage, window):
                part = window_text(document, passage, span)
                found.append(Indexed(content(part), part, False))
                rows.append((span, found[-1].content))
            for (start, end), part_name in rows:
                self.db.execute(
                    "INSERT INTO windows VALUES (?, ?, ?, ?, ?)", (self.windows, self.passages, start, end, part_name)
                )
                self.windows += 1
            self.passages += 1
        self.db.execute("INSERT INTO texts VALUES (?, ?)", (self.documents, document.text.encode()))
        self.db.execute(
            "INSERT INTO documents (row, document_id, key, sha256, facts, chars, paragraphs, first_row, end_row,"
            " first_window, end_window, origin, recipe) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(self.documents, document.document_id, document_key(collection, document.document_id)),
                *(document.sha256, dump_document(document), len(document.text), _paragraphs(passages)),
                *(first_row, self.passages, first_window, self.windows, origin, recipe),
            ),
        )
        self.documents += 1
        return found

    def copy(self, path: Path, row: int, origin: str | None = None) -> None:
        """Takes a document over from another store with all that belongs to it, under new rows."""
        db = self.db
        if path not in self._attached:
            db.execute("COMMIT")
            db.execute(f"ATTACH ? AS s{len(self._attached)}", (f"file:{quote(str(path))}?mode=ro&immutable=1",))
            self._attached[path] = f"s{len(self._attached)}"
            db.execute("BEGIN")
        source = self._attached[path]
        first, end, first_window, end_window = db.execute(
            f"SELECT first_row, end_row, first_window, end_window FROM {source}.documents WHERE row = ?", (row,)
        ).fetchone()
        shift, shift_windows = self.passages - first, self.windows - first_window
        db.execute(
            f"INSERT INTO documents SELECT ?, document_id, key, sha256, facts, chars, paragraphs, first_row + ?,"
            f" end_row + ?, first_window + ?, end_window + ?, coalesce(?, origin), recipe, '{{}}', x''"
            f" FROM {source}.documents WHERE row = ?",
            (self.documents, shift, shift, shift_windows, shift_windows, origin, row),
        )
        db.execute(f"INSERT INTO texts SELECT ?, text FROM {source}.texts WHERE document = ?", (self.documents, row))
        db.execute(
            f"INSERT INTO passages SELECT row + ?, passage_id, ?, facts, seal, content, same, article"
            f" FROM {source}.passages WHERE row >= ? AND row < ?",
            (shift, self.documents, first, end),
        )
        db.execute(
            f"INSERT INTO windows SELECT row + ?, passage + ?, start, end, content"
            f" FROM {source}.windows WHERE row >= ? AND row < ?",
            (shift_windows, shift, first_window, end_window),
        )
        self.documents += 1
        self.passages += end - first
        self.windows += end_window - first_window

    def finish(self, relations: Mapping[str, Any]) -> None:
        """Writes how the documents relate (dataclasses by document id), the seals and the search indexes."""
        for row, *columns in self.db.execute(f"SELECT row, {INFO} FROM documents").fetchall():
            related = relations.get(columns[0])
            columns[-1] = json.dumps(asdict(related), ensure_ascii=False) if related is not None else "{}"
            self.db.execute(
                "UPDATE documents SET relation = ?, seal = ? WHERE row = ?", (columns[-1], seal(*columns), row)
            )
        self.db.execute("COMMIT")
        self.db.executescript(_INDEXES)
        self.db.execute("PRAGMA optimize")


def texts(path: Path, wanted: Collection[str]) -> Iterator[tuple[Document, str]]:
    """The wanted documents with their origins, by id. IndexDamaged where a text is not what it was."""
    with reading(path) as db:
        for row, document_id, sha256, facts, origin in db.execute(
            "SELECT row, document_id, sha256, facts, origin FROM documents ORDER BY document_id"
        ):
            if document_id in wanted:
                (text,) = db.execute("SELECT text FROM texts WHERE document = ?", (row,)).fetchone()
                yield load_document(document_id, decode(path, document_id, text, sha256), sha256, facts), origin


def decode(path: Path, document_id: str, text: bytes, sha256: str) -> str:
    """The text of its bytes; IndexDamaged unless they have the SHA-256."""
    if hashlib.sha256(text).hexdigest() != sha256:
        raise IndexDamaged(
            f"{path}: the text of {document_id} is not the one that was indexed", f"Index {document_id} again."
        )
    return text.decode()


def _paragraphs(passages: Iterable[Passage]) -> int:
    return len({passage.block for passage in passages})
