"""``vectors.sqlite``: what a text was embedded to and cut into, by the text's content, so nothing is done twice.

Vectors are half precision, which is what the index searches. They belong to one encoder's fingerprint, tokens to one
version of the tokenizer. Every ``put`` is committed, so an interrupted run goes on where it stopped.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar
from urllib.parse import quote

import numpy as np
import numpy.typing as npt

from npcbot.errors import IndexDamaged

Halves = npt.NDArray[np.float16]
_T = TypeVar("_T")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS spaces (space INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS entries (space INTEGER NOT NULL, content BLOB NOT NULL, value BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS entries_content ON entries (space, content);
"""


class Cache:
    """One process writes at a time, under the collection's lock; others may read.

    ``encoder`` and ``tokens`` name the spaces that are read and written: a fingerprint and a tokenizer version.
    ``readonly`` is for an existing file, which may then lie in a folder that cannot be written.
    """

    def __init__(self, path: Path, encoder: str, dim: int, tokens: str, *, readonly: bool = False) -> None:
        self._path, self._dim = path, dim
        # Without a log beside it the file is at rest, and needs no locks, which a folder without writing cannot have.
        resting = readonly and not path.with_name(f"{path.name}-wal").exists()
        mode = "?mode=ro&immutable=1" if resting else "?mode=ro" if readonly else ""
        self._db = sqlite3.connect(
            f"file:{quote(str(path))}{mode}", uri=True, isolation_level=None, check_same_thread=False, timeout=60
        )
        try:
            if not readonly:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._db.executescript(_SCHEMA)
                for name in (_vectors(encoder, dim), _tokens(tokens)):
                    self._db.execute("INSERT OR IGNORE INTO spaces (name) VALUES (?)", (name,))
            self._vectors = self._space(_vectors(encoder, dim))
            self._tokens = self._space(_tokens(tokens))
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    def missing_vectors(self, contents: Sequence[bytes]) -> list[bytes]:
        """Those that have no vector yet, each once, in order."""
        return self._missing(self._vectors, contents)

    def missing_tokens(self, contents: Sequence[bytes]) -> list[bytes]:
        return self._missing(self._tokens, contents)

    def put_vectors(self, contents: Sequence[bytes], vectors: npt.NDArray[np.floating]) -> None:
        """``vectors``: ``(len(contents), dim)``, rows of unit length."""
        rows = np.ascontiguousarray(vectors, dtype=np.float16)
        self._put(self._vectors, ((c, row.tobytes()) for c, row in zip(contents, rows, strict=True)))

    def put_tokens(self, contents: Sequence[bytes], token_lists: Iterable[Sequence[str]]) -> None:
        packed = (zlib.compress("\n".join(tokens).encode(), 1) for tokens in token_lists)
        self._put(self._tokens, zip(contents, packed, strict=True))

    def vectors(self, contents: Sequence[bytes]) -> Halves:
        """float16 ``(len(contents), dim)``. IndexDamaged where one is missing or broken."""
        found = b"".join(self._get(self._vectors, content) for content in contents)
        return np.frombuffer(found, dtype=np.float16).reshape(len(contents), self._dim)

    def tokens(self, content: bytes) -> list[str]:
        """IndexDamaged where they are missing or broken."""
        joined = zlib.decompress(self._get(self._tokens, content)).decode()
        return joined.split("\n") if joined else []

    def scrub(self) -> int:
        """Forgets entries that a fault of the disk has changed; returns how many."""
        rows = self._db.execute("SELECT rowid, value FROM entries")
        broken = [row for row, value in rows if _unsealed(value) is None]
        self._db.executemany("DELETE FROM entries WHERE rowid = ?", ((row,) for row in broken))
        return len(broken)

    def size(self) -> int:
        """Entries of all kinds."""
        return int(self._db.execute("SELECT count(*) FROM entries").fetchone()[0])

    def foreign(self) -> bool:
        """Whether another encoder or tokenizer left entries."""
        return int(self._db.execute("SELECT count(*) FROM spaces").fetchone()[0]) > 2

    def prune(self, alive: Iterable[bytes]) -> int:
        """Forgets other encoders' and tokenizers' entries and those of contents not ``alive``; returns how many."""
        db = self._db
        db.execute("CREATE TEMP TABLE alive (content BLOB PRIMARY KEY) WITHOUT ROWID")
        try:
            db.execute("BEGIN IMMEDIATE")
            db.executemany("INSERT OR IGNORE INTO alive VALUES (?)", ((content,) for content in alive))
            gone = db.execute(
                "DELETE FROM entries WHERE space NOT IN (?, ?) OR content NOT IN (SELECT content FROM alive)",
                (self._vectors, self._tokens),
            ).rowcount
            db.execute("DELETE FROM spaces WHERE space NOT IN (?, ?)", (self._vectors, self._tokens))
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        finally:
            db.execute("DROP TABLE alive")
        if gone > 1000:
            db.execute("VACUUM")
        return gone

    def _space(self, name: str) -> int:
        found = self._db.execute("SELECT space FROM spaces WHERE name = ?", (name,)).fetchone()
        return int(found[0]) if found else -1

    def _missing(self, space: int, contents: Sequence[bytes]) -> list[bytes]:
        query = "SELECT 1 FROM entries WHERE space = ? AND content = ?"
        return [c for c in dict.fromkeys(contents) if self._db.execute(query, (space, c)).fetchone() is None]

    def _put(self, space: int, entries: Iterable[tuple[bytes, bytes]]) -> None:
        with closing(self._db.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                cursor.executemany(
                    "INSERT OR REPLACE INTO entries VALUES (?, ?, ?)",
                    ((space, c, _sealed(value)) for c, value in entries),
                )
                cursor.execute("COMMIT")
            except BaseException:
                # A full disk rolls back by itself.
                if self._db.in_transaction:
                    cursor.execute("ROLLBACK")
                raise

    def _get(self, space: int, content: bytes) -> bytes:
        query = "SELECT value FROM entries WHERE space = ? AND content = ?"
        found = self._db.execute(query, (space, content)).fetchone()
        if found is None:
            raise self._damaged("an entry is missing")
        value = _unsealed(found[0])
        if value is None:
            raise self._damaged("an entry is not what was written")
        return value

    def _damaged(self, what: str) -> IndexDamaged:
        return IndexDamaged(
            f"{self._path}: {what}", f"Run: npcbot index --rebuild --collection {self._path.parent.name}"
        )


def _vectors(encoder: str, dim: int) -> str:
    return f"vectors {dim} {encoder}"


def _tokens(version: str) -> str:
    return f"tokens {version}"


def _sealed(value: bytes) -> bytes:
    return value + zlib.crc32(value).to_bytes(4, "little")


def _unsealed(sealed: bytes) -> bytes | None:
    value = sealed[:-4]
    return value if zlib.crc32(value).to_bytes(4, "little") == sealed[-4:] else None


def batched(items: Iterable[_T], size: int) -> Iterable[list[_T]]:
    """``items`` in lists of ``size``, the last one shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch
