"""A collection opened for reading: one generation, whole, for as long as it is open."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Collection as Container
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from npcbot.errors import IndexDamaged, IndexMissing, NpcbotError
from npcbot.index import generations, store
from npcbot.index.backend import BackendFactory, DenseHits, Narrowed, Rows, Scores, Searcher, Shape
from npcbot.index.local import LocalBackend
from npcbot.index.manifest import Manifest, repair
from npcbot.index.records import DocumentInfo, StoredPassage, load_document, load_info, load_passage, seal
from npcbot.types import Document, Vectors

#: Characters of documents kept in memory after use.
_HELD: Final = 2_000_000
_PASSAGE: Final = "p.row, p.passage_id, d.document_id, p.facts, p.seal"
_FROM: Final = "FROM passages p JOIN documents d ON d.row = p.document"
#: SQLite takes only so many values in one statement.
_VALUES: Final = 500


class Lost(Enum):
    """Why a passage id leads nowhere: its document says something else now, or is not in the collection."""

    CHANGED = "changed"
    MISSING = "missing"


class Collection:
    """Rows number the passages of the open generation from 0, in the order of the documents.

    All methods may be called from several threads. Every one raises IndexDamaged where it meets a record that is not
    what was written.
    """

    def __init__(self, folder: Path, manifest: Manifest, backend: BackendFactory) -> None:
        self._folder, self.manifest = folder, manifest
        self.name, self.generation, self.n = manifest.collection, manifest.generation, manifest.passages
        self._make = backend
        self._lock = threading.RLock()
        self._db = store.open_readonly(folder / store.NAME)
        self._searcher: Searcher | None = None
        self._infos: tuple[DocumentInfo, ...] | None = None
        self._rows: dict[str, int] = {}
        self._held: OrderedDict[str, Document] = OrderedDict()

    @classmethod
    def open(
        cls, home: Path, name: str, *, fingerprint: str | None = None, backend: BackendFactory = LocalBackend
    ) -> Self:
        """The current generation. With ``fingerprint``, only if that encoder made it; the searches open on first use.

        Raises IndexMissing, IndexMismatch, IndexDamaged, ConfigError (a name that is none).
        """
        folder = generations.collection_folder(home, name)
        for attempt in range(5):
            path = generations.current(folder)
            try:
                manifest = Manifest.read(path)
                if manifest.collection != name:
                    raise IndexDamaged(f"{path}: is of collection {manifest.collection!r}", repair(name))
                manifest.expect(fingerprint)
                manifest.expect_sizes(path)
                return cls(path, manifest, backend)
            except sqlite3.Error as error:
                raise IndexDamaged(f"{path / store.NAME}: cannot be read: {error}", repair(name)) from error
            except IndexDamaged:
                # Two updates may have gone by since CURRENT was read, and taken this generation away.
                if attempt == 4 or generations.current(folder) == path:
                    raise
        raise AssertionError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._lock:
            self._db.close()
            if self._searcher is not None:
                self._searcher.close()
                self._searcher = None

    def stale(self) -> bool:
        """Whether a newer generation is there to be opened."""
        try:
            return generations.current(self._folder.parent) != self._folder
        except NpcbotError:
            return False

    def documents(self) -> Sequence[DocumentInfo]:
        """All documents, in the order of their ids and rows."""
        with self._reading():
            if self._infos is None:
                rows = self._db.execute(f"SELECT {store.INFO}, seal FROM documents ORDER BY row")
                self._infos = tuple(self._info(row) for row in rows)
                self._rows = {info.document_id: row for row, info in enumerate(self._infos)}
            return self._infos

    def info(self, document_id: str) -> DocumentInfo:
        """IndexMissing for an unknown id."""
        infos = self.documents()
        if document_id not in self._rows:
            raise self._unknown(document_id)
        return infos[self._rows[document_id]]

    def document_of(self, row: int) -> DocumentInfo:
        """The document that a passage row belongs to."""
        infos = self.documents()
        low, high = 0, len(infos)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if infos[middle].end_row <= row else (low, middle)
        return infos[low]

    def document(self, document_id: str) -> Document:
        """With its text, compared with its SHA-256. IndexMissing for an unknown id."""
        with self._reading():
            if document_id in self._held:
                self._held.move_to_end(document_id)
                return self._held[document_id]
            found = self._db.execute(
                f"SELECT {store.INFO}, seal, text FROM documents JOIN texts ON document = row WHERE document_id = ?",
                (document_id,),
            ).fetchone()
            if found is None:
                raise self._unknown(document_id)
            *columns, text = found
            info = self._info(columns)
            decoded = store.decode(self._folder / store.NAME, document_id, text, info.sha256)
            document = load_document(document_id, decoded, info.sha256, columns[2])
            self._held[document_id] = document
            while len(self._held) > 1 and sum(len(held.text) for held in self._held.values()) > _HELD:
                self._held.popitem(last=False)
            return document

    def texts(self) -> Iterator[str]:
        """The texts of all documents in the order of ``documents``, each compared with its SHA-256."""
        with self._reading():
            rows = self._db.execute("SELECT text FROM texts ORDER BY document").fetchall()
        for info, (text,) in zip(self.documents(), rows, strict=True):
            yield store.decode(self._folder / store.NAME, info.document_id, text, info.sha256)

    def passages(self, rows: Iterable[int]) -> list[StoredPassage]:
        """In the order given. IndexError for a row that is none."""
        wanted = [int(row) for row in rows]
        if bad := [row for row in wanted if not 0 <= row < self.n]:
            raise IndexError(f"no passage has row {bad[0]}")
        found = {p.row: p for p in self._select("p.row", sorted(set(wanted)))}
        if missing := [row for row in wanted if row not in found]:
            raise IndexDamaged(f"{self._folder / store.NAME}: passage {missing[0]} is gone", repair(self.name))
        return [found[row] for row in wanted]

    def find(self, passage_id: str) -> StoredPassage | Lost:
        """The passage of an id, or why there is none; never another passage."""
        if found := self._select("p.passage_id", [passage_id]):
            return found[0]
        with self._reading():
            known = self._db.execute("SELECT 1 FROM documents WHERE key = ?", (passage_id.split("-")[0],)).fetchone()
        return Lost.CHANGED if known else Lost.MISSING

    def neighbours(self, row: int, before: int, after: int) -> list[StoredPassage]:
        """The passage with up to so many on either side of it in its document, in the order of the text."""
        info = self.document_of(row)
        return self.passages(range(max(info.first_row, row - before), min(info.end_row, row + after + 1)))

    def same_text(self, row: int) -> list[str]:
        """The ids of all other passages that say the same, folding and white space aside, in the order of rows."""
        with self._reading():
            rows = self._db.execute(
                "SELECT b.passage_id FROM passages a JOIN passages b ON b.same = a.same AND b.row != a.row"
                " WHERE a.row = ? ORDER BY b.row",
                (row,),
            )
            return [passage_id for (passage_id,) in rows]

    def article(self, document_ids: Container[str], number: str) -> list[int]:
        """The rows of an article (``"1043"``, ``"108-1"``) in these documents."""
        with self._reading():
            rows = self._db.execute(
                f"SELECT p.row, d.document_id {_FROM} WHERE p.article = ? AND p.article != '' ORDER BY p.row", (number,)
            )
            return [row for row, document_id in rows if document_id in document_ids]

    def dense(self, vector: Vectors, k: int, rows: Narrowed = None) -> DenseHits:
        """The ``k`` passages nearest to a query vector, each by its best vector."""
        return self.searcher.dense(vector, k, rows)

    def score(self, vector: Vectors, rows: Rows) -> DenseHits:
        """The dense scores of just these passages, in the order given."""
        return self.searcher.score(vector, np.asarray(rows, dtype=np.int64))

    def lexical(
        self, tokens: Sequence[str], k: int, rows: Narrowed = None, idf: Mapping[str, float] | None = None
    ) -> tuple[Rows, Scores]:
        """The best ``k`` passages by BM25, and their scores; only those that share a token."""
        return self.searcher.lexical(tokens, k, rows, idf)

    def document_frequency(self, tokens: Sequence[str]) -> Rows:
        return self.searcher.document_frequency(tokens)

    def coverage(self, tokens: Sequence[str], rows: Rows, idf: Mapping[str, float] | None = None) -> Scores:
        """The idf-weighted share of the question's distinct tokens that each of these passages holds."""
        return self.searcher.coverage(tokens, rows, idf)

    @property
    def searcher(self) -> Searcher:
        """The backend's searches, opened on first use."""
        with self._lock:
            if self._searcher is None:
                made = self.manifest
                try:
                    made.expect_sizes(self._folder)
                    # The store's records carry their own seals.
                    made.expect_small(self._folder, but=store.NAME)
                    backend = self._make(self._folder, self.name, Shape(made.dim, made.factory, made.k1, made.b))
                    searcher = backend.open()
                except IndexDamaged as error:
                    if not self._folder.exists():
                        raise IndexMissing(
                            f"{self._folder}: was replaced by newer generations before it was used",
                            "Open the collection again.",
                        ) from error
                    raise
                if searcher.n != self.n:
                    raise IndexDamaged(f"{self._folder}: {searcher.n} passages, not {self.n}", repair(self.name))
                self._searcher = searcher
            return self._searcher

    def check(self) -> list[str]:
        """Every file, text, offset, id and vector compared with what it should be; what is wrong, in sentences.

        Empty for a whole index. Reads everything: seconds to a minute for a large collection.
        """
        from npcbot.index.check import problems

        return problems(self, self._folder)

    def _select(self, column: str, values: Sequence[object]) -> list[StoredPassage]:
        found: list[StoredPassage] = []
        for start in range(0, len(values), _VALUES):
            part = values[start : start + _VALUES]
            marks = ",".join("?" * len(part))
            with self._reading():
                rows = self._db.execute(f"SELECT {_PASSAGE} {_FROM} WHERE {column} IN ({marks})", part).fetchall()
            for row, passage_id, document_id, facts, sealed in rows:
                if seal(document_id, passage_id, facts) != sealed:
                    raise IndexDamaged(
                        f"{self._folder / store.NAME}: the record of passage {row} ({document_id}) was altered",
                        repair(self.name),
                    )
                found.append(StoredPassage(row, passage_id, document_id, load_passage(facts)))
        return found

    def _info(self, columns: Sequence[Any]) -> DocumentInfo:
        *facts, sealed = columns
        if seal(*facts) != sealed:
            raise IndexDamaged(
                f"{self._folder / store.NAME}: the record of {facts[0]!r} was altered", repair(self.name)
            )
        return load_info(facts)

    def _unknown(self, document_id: str) -> IndexMissing:
        return IndexMissing(
            f"Collection {self.name!r} has no document {document_id!r}",
            f"List them: npcbot docs --collection {self.name}",
        )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except sqlite3.DatabaseError as error:
                raise IndexDamaged(
                    f"{self._folder / store.NAME}: cannot be read: {error}", repair(self.name)
                ) from error
