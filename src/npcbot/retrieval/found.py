"""What a search is given and what it gives: modes, queries, candidates, hits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from npcbot.index.records import DocumentInfo, StoredPassage
from npcbot.retrieval.confidence import Features
from npcbot.retrieval.narrowing import Narrowing
from npcbot.retrieval.reading import Reads
from npcbot.types import Reading, Span


class Mode(StrEnum):
    """``FUSED`` is both sides together, ``HYBRID`` that with the best candidates read again, where there is a
    reranker."""

    BM25 = "bm25"
    DENSE = "dense"
    FUSED = "fused"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, known by its place. ``score`` is the fused one, 0..1, less where figures of the question are
    lacking, mixed with the ``reading`` where the ``window``, the part that fits best, was read. The article that a
    question names has 2 more."""

    collection: str
    info: DocumentInfo
    stored: StoredPassage
    score: float
    dense: float
    lexical: float
    coverage: float
    window: Span
    same_text: tuple[str, ...] = ()
    reading: Reading | None = None

    @property
    def passage_id(self) -> str:
        return self.stored.passage_id


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave. ``confidence`` is the probability that the first hit answers; ``idf`` the question's tokens
    and their weights over all collections asked; ``marked`` the first hit's sentence that answers, ``answer`` the words
    in it that do, where they were found; ``read`` whether a reranker had its say; ``timings_ms`` wall time of the
    stages ``encode``, ``search``, ``rerank`` where there is a reranker, and in ``total``."""

    question: str
    hits: tuple[Hit, ...]
    confidence: float
    narrowing: Narrowing | None
    features: Features | None
    idf: Mapping[str, float]
    marked: Span | None = None
    answer: Span | None = None
    read: bool = False
    timings_ms: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """A question as both sides look for it: ``tokens`` and their ``idf`` over all collections; ``vector`` float32
    ``(dim,)``; ``legal`` how legal the question is, 0..1, by which the vector was adapted; ``day`` the one on which
    what is found must be in force, ``""`` for today; ``reads`` what a reranker has read for it, None without one."""

    question: str
    tokens: Sequence[str]
    idf: Mapping[str, float]
    vector: np.ndarray[tuple[int], np.dtype[np.float32]]
    legal: float
    day: str = ""
    reads: Reads | None = None


@dataclass(frozen=True, slots=True)
class Sentences:
    """A passage's sentences as ``spans`` of the document's ``text``, the ``table`` of their features
    (``npcbot.retrieval.marking``), and the ``answers`` that the reranker sees in them."""

    text: str
    spans: list[Span]
    table: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    answers: list[tuple[Span, float]]


@dataclass(frozen=True, slots=True)
class Candidates:
    """Parallel arrays over the candidates of all collections."""

    places: list[tuple[int, int]]
    dense: np.ndarray[tuple[int], np.dtype[np.float32]]
    lexical: np.ndarray[tuple[int], np.dtype[np.float32]]
    coverage: np.ndarray[tuple[int], np.dtype[np.float32]]
    statutes: np.ndarray[tuple[int], np.dtype[np.bool_]]
    windows: list[Span]
