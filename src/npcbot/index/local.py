"""The local backend: FAISS, BM25 and a table of windows, in files of the generation's folder.

``windows.npy`` is int32 ``(windows, 3)``: passage row, start, end of each vector, in the order of the vectors. Those of
a passage follow each other, the whole passage first.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from npcbot.errors import IndexDamaged
from npcbot.index.backend import DenseHits, Entry, Narrowed, Rows, Scores, Shape
from npcbot.index.lexical import LexicalIndex
from npcbot.index.manifest import repair
from npcbot.index.vectors import VectorIndex, create, leading, write
from npcbot.types import Vectors

VECTORS: Final = "vectors.faiss"
WINDOWS: Final = "windows.npy"
LEXICAL: Final = "lexical"


class LocalBackend:
    """A generation is written whole, so there is nothing to delete and ``fresh`` does not matter."""

    def __init__(self, folder: Path, collection: str, shape: Shape) -> None:
        self._folder, self._collection, self._shape = folder, collection, shape

    def prepare(self) -> None:
        create(self._shape.factory, self._shape.dim)

    def add(self, entries: Iterable[Entry]) -> None:
        shape, folder = self._shape, self._folder
        table = array("i")
        for entry in entries:
            for start, end in entry.spans:
                table.extend((entry.row, start, end))
        np.save(folder / WINDOWS, np.array(table, dtype=np.int32).reshape(-1, 3), allow_pickle=False)
        write(folder / VECTORS, shape.factory, shape.dim, (entry.vectors() for entry in entries))
        LexicalIndex.build((entry.tokens() for entry in entries), folder / LEXICAL, k1=shape.k1, b=shape.b)

    def delete(self, passage_ids: Collection[str]) -> None:
        return

    def open(self) -> LocalSearcher:
        return LocalSearcher(self._folder, self._collection)


class LocalSearcher:
    """See ``npcbot.index.backend.Searcher``."""

    def __init__(self, folder: Path, collection: str) -> None:
        self._vectors = VectorIndex(folder / VECTORS)
        self._lexical = LexicalIndex.open(folder / LEXICAL)
        self.n = self._lexical.n
        try:
            self._windows: npt.NDArray[np.int32] = np.load(folder / WINDOWS, allow_pickle=False)
            self._first = _first_windows(self._windows, self.n)
            if len(self._windows) != self._vectors.n:
                raise ValueError(f"{len(self._windows)} windows, {self._vectors.n} vectors")
        except (OSError, ValueError) as error:
            raise IndexDamaged(f"{folder / WINDOWS}: cannot be used: {error}", repair(collection)) from error

    def dense(self, vector: Vectors, k: int, rows: Narrowed = None) -> DenseHits:
        k = min(k, self.n)
        mask = None if rows is None else self._mask(rows)[self._windows[:, 0]]
        fetch = max(4 * k, 64)
        best = np.zeros(0, np.int64)
        while k > 0:
            ids, _ = self._vectors.search(vector, fetch, mask)
            found = self._windows[ids, 0].astype(np.int64)
            best = found[np.sort(np.unique(found, return_index=True)[1])]
            if len(best) >= k or len(ids) < fetch:
                break
            fetch *= 4
        hits = self.score(vector, best[:k])
        order = np.lexsort((hits.rows, -hits.scores))
        return DenseHits(hits.rows[order], hits.scores[order], hits.spans[order])

    def score(self, vector: Vectors, rows: Rows) -> DenseHits:
        rows = np.asarray(rows, dtype=np.int64)
        if not len(rows):
            return DenseHits(rows, np.zeros(0, np.float32), np.zeros((0, 2), np.int64))
        counts = self._first[rows + 1] - self._first[rows]
        starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
        ids = np.repeat(self._first[rows] - starts, counts) + np.arange(counts.sum())
        scores = self._vectors.scores(vector, ids)
        # The best window shows the sentence, so the whole passage does not stand for one where there are windows.
        windows = scores.copy()
        windows[starts[counts > 1]] = -np.inf
        tops = np.maximum.reduceat(windows, starts)
        level = np.flatnonzero(windows == np.repeat(tops, counts))
        chosen = ids[level[np.searchsorted(level, starts)]]
        return DenseHits(rows, np.maximum.reduceat(scores, starts), self._windows[chosen, 1:].astype(np.int64))

    def lexical(
        self, tokens: Sequence[str], k: int, rows: Narrowed = None, idf: Mapping[str, float] | None = None
    ) -> tuple[Rows, Scores]:
        return self._lexical.search(tokens, k, rows=rows, idf=idf)

    def document_frequency(self, tokens: Sequence[str]) -> Rows:
        return self._lexical.document_frequency(tokens)

    def coverage(self, tokens: Sequence[str], rows: Rows, idf: Mapping[str, float] | None = None) -> Scores:
        return self._lexical.coverage(tokens, rows, idf=idf)

    def differences(self, entries: Iterable[Entry]) -> list[str]:
        problems: list[str] = []
        row, place = -1, 0
        wrong_windows = wrong_vectors = 0
        counts: Counter[str] = Counter()
        for row, entry in enumerate(entries):
            end = place + len(entry.spans)
            held = self._windows[place:end]
            expected = np.array([(row, *span) for span in entry.spans], dtype=np.int32)
            wrong_windows += int(not np.array_equal(held, expected))
            if self._vectors.lossless and end <= self._vectors.n:
                kept = self._vectors.vectors(np.arange(place, end)).astype(np.float16)
                added = leading(entry.vectors().astype(np.float32), self._vectors.dim).astype(np.float16)
                wrong_vectors += int(not np.array_equal(kept, added))
            counts.update(set(entry.tokens()))
            place = end
        frequencies = self.document_frequency(list(counts))
        if wrong := int(np.count_nonzero(frequencies != np.fromiter(counts.values(), np.int64, len(counts)))):
            problems.append(f"{LEXICAL} differs from the tokens for {wrong} of {len(counts)} tokens")
        if place != self._vectors.n:
            problems.append(f"{VECTORS} holds {self._vectors.n} vectors, the store has {place}")
        if row + 1 != self.n:
            problems.append(f"{LEXICAL} holds {self.n} passages, the store has {row + 1}")
        if wrong_windows:
            problems.append(f"{WINDOWS} differs from the store for {wrong_windows} passages")
        if wrong_vectors:
            problems.append(f"{VECTORS} differs from the embedded vectors for {wrong_vectors} passages")
        return problems

    def close(self) -> None:
        """Memory maps go when the object does; nothing holds a lock."""

    def _mask(self, rows: npt.NDArray[np.bool_] | Rows) -> npt.NDArray[np.bool_]:
        mask = np.zeros(self.n, dtype=np.bool_)
        mask[rows] = True
        return mask


def _first_windows(windows: npt.NDArray[np.int32], n: int) -> Rows:
    """int64 ``(n + 1,)``: the first vector of each passage, and the number of vectors."""
    if windows.ndim != 2 or windows.shape[1] != 3:
        raise ValueError(f"shape {windows.shape}")
    passages = windows[:, 0]
    first = np.searchsorted(passages, np.arange(n + 1)).astype(np.int64)
    if (len(passages) and (np.any(np.diff(passages) < 0) or passages[-1] != n - 1)) or np.any(np.diff(first) < 1):
        raise ValueError("passages without vectors, or out of order")
    return first
