"""The seam between npcbot and whatever runs its two searches.

A backend holds, for one generation of one collection, each passage's vectors and tokens. ``npcbot.index.local`` keeps
them in files (FAISS, BM25); an existing search engine can stand here instead: it would hold passages under their ids,
skip entries that are not ``fresh``, and keep ``row`` with each. Texts, titles and offsets never come from a backend.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from npcbot.index.cache import Halves
from npcbot.types import Span, Vectors

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
#: A search may be narrowed: a boolean mask over all passages, or row numbers; ``None`` is all.
Narrowed = npt.NDArray[np.bool_] | Rows | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage as a backend sees it.

    ``row`` counts the passages of the generation from 0. ``spans`` are places in the document's text, the whole passage
    first, then its windows; ``vectors()`` has a row for each. ``fresh`` is false where the generation before held the
    same passage, words and windows. Reading ``tokens()`` and ``vectors()`` costs something: not needed, not called.
    """

    row: int
    passage_id: str
    spans: tuple[Span, ...]
    fresh: bool
    tokens: Callable[[], list[str]]
    vectors: Callable[[], Halves]


@dataclass(frozen=True, slots=True)
class DenseHits:
    """Passages best first. ``scores`` (cosine) are each passage's best vector's.

    ``spans`` is int64 ``(n, 2)``: the best window of each passage, all of it where it has no windows.
    """

    rows: Rows
    scores: Scores
    spans: npt.NDArray[np.int64]


class Searcher(Protocol):
    """An opened generation; safe to use from several threads."""

    @property
    def n(self) -> int:
        """Passages."""
        ...

    def dense(self, vector: Vectors, k: int, rows: Narrowed = None) -> DenseHits:
        """The ``k`` passages (fewer where there are fewer) nearest to ``vector``, float32 ``(dim,)`` of unit length."""
        ...

    def score(self, vector: Vectors, rows: Rows) -> DenseHits:
        """The dense scores of just these passages, in the order given."""
        ...

    def lexical(
        self, tokens: Sequence[str], k: int, rows: Narrowed = None, idf: Mapping[str, float] | None = None
    ) -> tuple[Rows, Scores]:
        """The best ``k`` passages that share a token, by BM25; ``idf`` replaces the collection's own."""
        ...

    def document_frequency(self, tokens: Sequence[str]) -> Rows:
        """In how many passages each token occurs."""
        ...

    def coverage(self, tokens: Sequence[str], rows: Rows, idf: Mapping[str, float] | None = None) -> Scores:
        """The idf-weighted share of the distinct tokens that each of these passages holds, 0..1."""
        ...

    def differences(self, entries: Iterable[Entry]) -> list[str]:
        """Where what is held is not what the entries, all of the generation's, say; empty when it is."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Shape:
    """What a backend must know of a generation before it is filled."""

    dim: int
    factory: str
    k1: float
    b: float


class Backend(Protocol):
    """One generation's searches, to be written and then opened."""

    def prepare(self) -> None:
        """Raises ConfigError where the settings cannot work, before any time is spent on embedding."""
        ...

    def add(self, entries: Iterable[Entry]) -> None:
        """Takes all passages of the generation, in the order of their rows; ``entries`` may be gone through again.

        Raises ConfigError where the factory string cannot be used for them.
        """
        ...

    def delete(self, passage_ids: Collection[str]) -> None:
        """Drops what the generation before held and this one does not."""
        ...

    def open(self) -> Searcher:
        """Raises IndexDamaged."""
        ...


#: Makes the backend of the generation whose files lie in a folder, for a collection's name.
BackendFactory = Callable[[Path, str, Shape], Backend]
