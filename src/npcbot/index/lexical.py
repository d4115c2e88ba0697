"""BM25 over the tokens of ``npcbot.index.tokens``: built by bm25s, kept as plain arrays, searched with NumPy.

The score of a passage ``d`` for a question ``q`` is the sum over the tokens ``t`` of ``q`` of

    weight(t) * idf(t) * tf(t, d) / (tf(t, d) + k1 * (1 - b + b * |d| / avgdl)),
    idf(t) = ln(1 + (N - df(t) + 0.5) / (df(t) + 0.5))

(BM25: Robertson & Zaragoza, The Probabilistic Relevance Framework, 2009; this "lucene" variant: Kamphuis et al., Which
BM25 Do You Mean?, 2020.) bm25s (Lù 2024) works the product out at indexing time, so a question only adds up columns of
a sparse matrix. The idf is baked into the columns; for a search across several collections they are rescaled to a
shared one. What stays local to a collection is ``avgdl``.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from math import log1p
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from npcbot.errors import IndexDamaged
from npcbot.index.hashing import Keys, find, sorted_keys
from npcbot.index.tokens import weight

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

K1: Final = 1.2
B: Final = 0.75
_FORMAT: Final = 1
_ARRAYS: Final = ("data", "indices", "indptr", "keys")


class LexicalIndex:
    """An opened index over ``n`` passages; a row is the place of a passage in the order it was built with."""

    def __init__(
        self, data: npt.NDArray[np.float32], indices: npt.NDArray[np.int32], indptr: Rows, keys: Keys, n: int
    ) -> None:
        self._data, self._indices, self._indptr, self._keys = data, indices, indptr, keys
        self.n = n

    @classmethod
    def build(cls, token_lists: Iterable[Sequence[str]], folder: Path, *, k1: float = K1, b: float = B) -> LexicalIndex:
        """Writes the index of the passages into ``folder`` (made if missing, files replaced) and opens it."""
        vocabulary: dict[str, int] = {}
        ids = [array("i", [vocabulary.setdefault(t, len(vocabulary)) for t in tokens]) for tokens in token_lists]
        data, indices, indptr = _columns(ids, len(vocabulary), k1, b)
        keys, order = sorted_keys(list(vocabulary))
        data, indices, indptr = _reorder(data, indices, indptr, order)
        folder.mkdir(parents=True, exist_ok=True)
        arrays: tuple[npt.NDArray[Any], ...] = (data, indices, indptr, keys)
        for name, values in zip(_ARRAYS, arrays, strict=True):
            path = folder / f"{name}.npy"
            path.unlink(missing_ok=True)  # written over, a file that somebody has mapped would crash him
            np.save(path, values, allow_pickle=False)
        facts = {"format": _FORMAT, "passages": len(ids), "tokens": len(vocabulary), "k1": k1, "b": b}
        (folder / "lexical.json").write_text(json.dumps(facts, indent=1) + "\n", encoding="utf-8")
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> LexicalIndex:
        """Opens memory-mapped. IndexDamaged where a file is missing or does not fit the others."""
        try:
            facts = json.loads((folder / "lexical.json").read_text(encoding="utf-8"))
            if facts["format"] != _FORMAT:
                raise ValueError(f"format {facts['format']}")
            n, size = int(facts["passages"]), int(facts["tokens"])
            data, indices, indptr, keys = (_load(folder / f"{name}.npy") for name in _ARRAYS)
            if not len(indptr) - 1 == len(keys) == size or not len(data) == len(indices) == indptr[-1]:
                raise ValueError("sizes differ")
        except (OSError, ValueError, KeyError, TypeError) as error:
            message = f"The lexical index in {folder} cannot be read: {error}"
            raise IndexDamaged(message, "Rebuild it from the store.") from error
        return cls(data, indices, indptr, keys, n)

    def document_frequency(self, tokens: Sequence[str]) -> Rows:
        """int64 ``(len(tokens),)``: in how many passages each token occurs."""
        places = find(self._keys, tokens)
        return np.where(places >= 0, self._indptr[places + 1] - self._indptr[places], 0)

    def search(
        self,
        tokens: Sequence[str],
        k: int,
        *,
        rows: npt.NDArray[np.bool_] | Rows | None = None,
        idf: Mapping[str, float] | None = None,
    ) -> tuple[Rows, Scores]:
        """The best ``k`` passages that share a token with the question, best first, ties by row.

        ``rows`` narrows the search: a boolean mask of length ``n`` or row numbers. ``idf`` (see ``shared_idf``) takes
        the place of the index's own and must know every token. Returns int64 rows and float32 scores of one length, at
        most ``k``. A token that stands twice in ``tokens`` counts twice.
        """
        scores = self.scores(tokens, idf=idf)
        if rows is None:
            candidates = np.flatnonzero(scores)
        else:
            mask = np.zeros(self.n, dtype=np.bool_)
            mask[rows] = True
            candidates = np.flatnonzero((scores > 0) & mask)
        return _best(candidates, scores, k)

    def scores(self, tokens: Sequence[str], *, idf: Mapping[str, float] | None = None) -> Scores:
        """float32 ``(n,)``: every passage's score, 0 where it shares no token."""
        scores = np.zeros(self.n, dtype=np.float32)
        for token, place in zip(tokens, find(self._keys, tokens), strict=True):
            if place < 0:
                continue
            start, end = int(self._indptr[place]), int(self._indptr[place + 1])
            factor = weight(token)
            if idf is not None:
                factor *= idf[token] / _idf(self.n, end - start)
            if factor > 0:  # each row stands once in a column
                scores[self._indices[start:end]] += self._data[start:end] * np.float32(factor)
        return scores

    def coverage(self, tokens: Sequence[str], rows: Rows, *, idf: Mapping[str, float] | None = None) -> Scores:
        """float32 ``(len(rows),)`` in 0..1: the idf-weighted share of the question's distinct tokens each row holds.

        A token that no passage has counts with the full idf of one unseen, so a question about other things is never
        well covered. 0 for a question without tokens.
        """
        distinct = list(dict.fromkeys(tokens))
        covered = np.zeros(len(rows), dtype=np.float64)
        total = 0.0
        for token, place in zip(distinct, find(self._keys, distinct), strict=True):
            start, end = (int(self._indptr[place]), int(self._indptr[place + 1])) if place >= 0 else (0, 0)
            share = weight(token) * (idf[token] if idf is not None else _idf(self.n, end - start))
            total += share
            if start < end:
                column = self._indices[start:end]
                at = np.minimum(np.searchsorted(column, rows), len(column) - 1)
                covered += share * (column[at] == rows)
        return (covered / total if total else covered).astype(np.float32)


class Counted(Protocol):
    """Passages whose words are counted: an index, or a collection with one."""

    n: int

    def document_frequency(self, tokens: Sequence[str]) -> Rows: ...


def shared_idf(indexes: Sequence[Counted], tokens: Sequence[str]) -> dict[str, float]:
    """The idf of each distinct token over all the indexes as if they were one, so that a small collection has no
    perfect hit by default."""
    distinct = list(dict.fromkeys(tokens))
    total = sum(index.n for index in indexes)
    counts = sum((index.document_frequency(distinct) for index in indexes), np.zeros(len(distinct), dtype=np.int64))
    return {token: _idf(total, int(count)) for token, count in zip(distinct, counts, strict=True)}


def _idf(n: int, df: int) -> float:
    return log1p((n - df + 0.5) / (df + 0.5))


def _columns(
    ids: Sequence[array[int]], size: int, k1: float, b: float
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32], Rows]:
    if not size:
        return np.zeros(0, np.float32), np.zeros(0, np.int32), np.zeros(1, np.int64)
    from bm25s import BM25

    model = BM25(method="lucene", k1=k1, b=b, csc_backend="scipy")
    parts = model.build_index_from_ids(list(range(size)), ids, show_progress=False)
    return parts["data"], parts["indices"].astype(np.int32), parts["indptr"].astype(np.int64)


def _reorder(
    data: npt.NDArray[np.float32], indices: npt.NDArray[np.int32], indptr: Rows, order: Rows
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32], Rows]:
    """Columns in the order of their keys, rows ascending in each, which ``coverage`` relies on."""
    lengths = np.diff(indptr)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    permutation = np.lexsort((indices, np.repeat(rank, lengths)))
    return data[permutation], indices[permutation], np.concatenate(([0], np.cumsum(lengths[order]))).astype(np.int64)


def _best(candidates: Rows, scores: Scores, k: int) -> tuple[Rows, Scores]:
    values = scores[candidates]
    if k <= 0:
        candidates, values = candidates[:0], values[:0]
    elif len(candidates) > k:
        threshold = np.partition(values, len(values) - k)[len(values) - k]
        above = np.flatnonzero(values > threshold)
        level = np.flatnonzero(values == threshold)[: k - len(above)]
        kept = np.concatenate((above, level))
        candidates, values = candidates[kept], values[kept]
    order = np.lexsort((candidates, -values))
    return candidates[order].astype(np.int64), values[order]


def _load(path: Path) -> npt.NDArray[Any]:
    try:
        # Of class memmap each slice costs more; the plain array over the same memory is as lazy.
        return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    except (EOFError, ValueError) as error:
        raise ValueError(f"{path.name}: {error}") from error
