"""Fits how both sides are fused, and how a reading is mixed with them. See ``fit.py``."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from npcbot.evaluation import beir
from npcbot.retrieval.asking import understand
from npcbot.retrieval.confidence import UNFITTED
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.found import Mode
from npcbot.retrieval.fusion import CANDIDATES, Mixings, Weights, combined, normalised
from npcbot.retrieval.reading import AT_ONCE
from npcbot.types import Reading, Reranker

#: Values that the fusion's weights may have, in their order.
GRID = ((0.5, 0.6, 0.7, 0.8), (0.0, 0.1), (0.4, 0.5, 0.6, 0.7), (0.0, 0.15, 0.3, 0.45), (0.0, 0.05, 0.1, 0.15))
#: Questions of each set that are read, and windows of each question.
READ, DEEPEST = 400, 12
#: Of the score, that readings may have.
SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.6)


@dataclass
class Gathered:
    """Of one question: candidates' records, raw scores on both sides, and which are statutes; how legal it is, and the
    gold records."""

    records: list[str]
    dense: np.ndarray
    lexical: np.ndarray
    statutes: np.ndarray
    coverage: float
    legal: float
    gold: Mapping[str, int]


def gather(dataset: beir.Dataset, engine: Engine) -> list[Gathered]:
    collection = engine.collections[0]
    gathered = []
    for query_id, question in dataset.queries.items():
        query = engine.query(question)
        found = engine.gather(query, Mode.FUSED)
        records = [collection.document_of(row).document_id for _, row in found.places]
        top = float(found.coverage.max(initial=0.0))
        gathered.append(
            Gathered(
                records,
                found.dense,
                found.lexical,
                found.statutes,
                top,
                query.legal,
                dataset.qrels.get(query_id, {}),
            )
        )
    return gathered


def ndcg(question: Gathered, scores: np.ndarray) -> float:
    """nDCG@10 by the best passage of each record."""
    seen: dict[str, None] = {}
    for i in np.argsort(-scores, kind="stable")[:60]:
        seen.setdefault(question.records[i])
        if len(seen) == 10:
            break
    return gain(list(seen), question.gold)


def fit_fusion(sets: Mapping[str, list[Gathered]]) -> Weights:
    """The grid point with the best mean over the sets of what hybrid gains on the better part of each."""
    better: dict[str, float] = {}
    for name, questions in sets.items():
        dense = np.mean([ndcg(q, q.dense) for q in questions])
        lexical = np.mean([ndcg(q, q.lexical) for q in questions])
        better[name] = float(max(dense, lexical))
        print(f"  {name}: dense {dense:.4f}, bm25 {lexical:.4f}")
    scaled = {
        name: [(q, normalised(q.dense, CANDIDATES), normalised(q.lexical, CANDIDATES)) for q in questions]
        for name, questions in sets.items()
    }
    best, chosen = -1.0, UNFITTED.weights
    for point in itertools.product(*GRID):
        weights = Weights(*point)
        gains = {}
        for name, questions in scaled.items():
            scored = [ndcg(q, combined(*sides, q.coverage, weights, q.legal, q.statutes)) for q, *sides in questions]
            gains[name] = np.mean(scored) - better[name]
        value = balance(gains)
        if value > best:
            best, chosen = value, weights
            print(f"  {weights}: {told(gains)}", flush=True)
    return chosen


@dataclass
class Ranked:
    """Of one question: the records of the hits, best fused first, their scores, the readings of the first, what kind of
    question it is, and the gold records."""

    records: list[str]
    fused: list[float]
    readings: list[Reading]
    quotable: bool
    legal: float
    gold: Mapping[str, int]

    def ndcg(self, mixings: Mixings, depth: int) -> float:
        mix = mixings.of(self.quotable, self.legal)
        read = self.readings[:depth]
        # As the engine does.
        if len(self.fused) > AT_ONCE < depth and mix.settles(self.fused, read[:AT_ONCE]):
            read = read[:AT_ONCE]
        readings: Sequence[Reading | None] = [*read, *[None] * len(self.records)]
        scores = [mix(score, reading) for score, reading in zip(self.fused, readings, strict=False)]
        order = sorted(range(len(scores)), key=lambda i: -scores[i])
        seen = list(dict.fromkeys(self.records[i] for i in order))[:10]
        return gain(seen, self.gold)


def read(dataset: beir.Dataset, engine: Engine, reranker: Reranker) -> list[Ranked]:
    ranked = []
    for query_id, question in itertools.islice(dataset.queries.items(), READ):
        hits = engine.search(question, 2 * DEEPEST, mode=Mode.FUSED, narrow=False).hits
        texts = [engine.shown(hit) for hit in hits[:DEEPEST]]
        ranked.append(
            Ranked(
                [hit.info.document_id for hit in hits],
                [hit.score for hit in hits],
                reranker.read(question, texts),
                understand(question).quotable,
                engine.query(question).legal,
                dataset.qrels.get(query_id, {}),
            )
        )
    return ranked


def fit_mixings(sets: Mapping[str, list[Ranked]], depth: int) -> Mixings:
    """With the best balance over the sets at this depth; prints what other depths would give."""
    nothing = Mixings(0.0, 0.0, 0.0, 1.0)
    plain = {name: np.mean([q.ndcg(nothing, 0) for q in questions]) for name, questions in sets.items()}

    def gains(mixings: Mixings, depth: int) -> dict[str, float]:
        return {name: float(np.mean([q.ndcg(mixings, depth) for q in sets[name]]) - plain[name]) for name in sets}

    legal = SHARES if any(q.legal for questions in sets.values() for q in questions) else (0.0,)
    best, chosen = -1.0, nothing
    for point in itertools.product(SHARES, SHARES, legal, (1.0, 2.0)):
        mixings = Mixings(*point)
        found = gains(mixings, depth)
        value = balance(found)
        if value > best:
            best, chosen = value, mixings
            print(f"  {mixings}: {told(found)}", flush=True)
    for other in (3, 6, 9, DEEPEST):
        print(f"  depth {other}: {told(gains(chosen, other))}")
    return chosen


def balance(gains: Mapping[str, float]) -> float:
    """A loss on one set weighs more than a gain on another, and among gains the smaller ones count more."""
    return float(np.mean([min(gain, 0) * 4 + np.sqrt(max(gain, 0)) / 10 for gain in gains.values()]))


def told(gains: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {gain:+.4f}" for name, gain in gains.items())


def gain(seen: Sequence[str], gold: Mapping[str, int]) -> float:
    """nDCG@10 of records in this order."""
    gains = [gold.get(record, 0) / np.log2(rank + 2) for rank, record in enumerate(seen)]
    ideal = sorted(gold.values(), reverse=True)[:10]
    best = sum(grade / np.log2(rank + 2) for rank, grade in enumerate(ideal))
    return float(sum(gains) / best) if best else 0.0
