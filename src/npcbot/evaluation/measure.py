"""Runs a data set's questions through the engine and measures what comes back. Measures are ir-measures'."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from npcbot.config import Settings
from npcbot.errors import IndexMismatch
from npcbot.evaluation.beir import Dataset
from npcbot.folding import fold_unspaced
from npcbot.index import Collection, update
from npcbot.retrieval.confidence import Calibration
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.found import Found, Mode
from npcbot.retrieval.reading import Reranking
from npcbot.types import Encoder

MEASURES: Final = ("nDCG@10", "R@1", "R@5", "R@10", "R@100", "RR@10", "P@1")
_DEPTH: Final = 100

Run = dict[str, dict[str, float]]
Progress = Callable[[str, int, int], None]


@dataclass
class Result:
    """Of one data set in one mode. ``measures`` are means over all questions, ``per_query`` nDCG@10 of each.

    ``interval`` is that of nDCG@10, 95%, by bootstrap over the questions. ``marked`` is the share of the questions with
    gold answers whose marked sentence holds one, ``None`` where none has gold answers; ``answered`` the share of all
    questions whose confidence reaches the threshold. ``auroc`` and ``answered_unanswerable`` have an entry for each set
    of unanswerable questions that was asked. Times in milliseconds.
    """

    name: str
    mode: str
    documents: int
    passages: int
    queries: int
    measures: dict[str, float]
    answered: float
    per_query: dict[str, float] = field(repr=False, default_factory=dict)
    interval: tuple[float, float] = (0.0, 0.0)
    marked: float | None = None
    auroc: dict[str, float] = field(default_factory=dict)
    answered_unanswerable: dict[str, float] = field(default_factory=dict)
    latency_ms: dict[str, float] = field(default_factory=dict)
    confidences: dict[str, float] = field(repr=False, default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        left_out = ("per_query", "confidences")
        return {key: value for key, value in vars(self).items() if key not in left_out and value not in (None, {})}


def indexed(home: Path, dataset: Dataset, encoder: Encoder, settings: Settings, progress: Progress) -> Collection:
    """The data set's records as a collection under ``home``, made once for an encoder; embeddings are cached by their
    texts' hash."""
    name = f"eval-{dataset.fingerprint}"
    make = partial(update, home, name, dataset.documents, encoder=encoder, settings=settings.index, progress=progress)
    try:
        make(rebuild=False)
    except IndexMismatch:  # Made for another encoder, or by an older npcbot.
        make(rebuild=True)
    return Collection.open(home, name, fingerprint=encoder.fingerprint)


def evaluate(
    dataset: Dataset,
    collection: Collection,
    encoder: Encoder,
    calibration: Calibration,
    mode: Mode,
    *,
    candidates: int,
    reranking: Reranking | None = None,
    unanswerable: Sequence[Dataset] = (),
    near: bool = False,
    progress: Progress = lambda stage, done, total: None,
) -> Result:
    """Asks every question of the data set; each record is scored by its best passage. ``candidates`` as for ``Engine``.

    ``unanswerable`` asks the questions of other data sets as well. ``near`` asks each question a second time with its
    gold records and all passages with their words taken out.
    """
    engine = Engine([collection], encoder, calibration, candidates, reranking)
    ask = Asker(engine, mode)
    run: Run = {}
    marked: list[bool] = []
    confidences: dict[str, float] = {}
    times: list[float] = []
    for number, (query_id, question) in enumerate(dataset.queries.items(), 1):
        began = time.perf_counter()
        found = ask(question)
        times.append(1000 * (time.perf_counter() - began))
        run[query_id] = ask.records(found)
        confidences[query_id] = found.confidence
        if gold := dataset.answers.get(query_id):
            marked.append(holds(ask.marked(found), gold))
        progress(f"{dataset.name} {mode}", number, len(dataset.queries))
    means, per_query = measured(dataset.qrels, run)
    result = Result(
        name=dataset.name,
        mode=str(mode),
        documents=len(dataset.documents),
        passages=collection.n,
        queries=len(dataset.queries),
        measures=means,
        per_query=per_query,
        interval=paired_bootstrap(per_query, dict.fromkeys(per_query, 0.0))[1:],
        marked=float(np.mean(marked)) if marked else None,
        answered=float(np.mean([c >= calibration.threshold for c in confidences.values()])),
        confidences=confidences,
        latency_ms={"p50": float(np.percentile(times, 50)), "p95": float(np.percentile(times, 95))},
    )
    others = {other.name: [ask(question).confidence for question in other.queries.values()] for other in unanswerable}
    if near:
        others["near"] = [
            ask.without(question, dataset.qrels.get(query_id, {})).confidence
            for query_id, question in dataset.queries.items()
        ]
    for name, values in others.items():
        result.auroc[name] = auroc(list(confidences.values()), values)
        result.answered_unanswerable[name] = float(np.mean([c >= calibration.threshold for c in values]))
    return result


class Asker:
    """Asks an engine and reads records out of its passages."""

    def __init__(self, engine: Engine, mode: Mode) -> None:
        self._engine = engine
        self._mode = mode

    def __call__(self, question: str) -> Found:
        # A record may have several passages: ask for enough to see a hundred records where there are.
        return self._engine.search(question, 2 * _DEPTH, mode=self._mode, narrow=False)

    def records(self, found: Found) -> dict[str, float]:
        """Each record's best score; identical texts stand at one rank and share it."""
        scores: dict[str, float] = {}
        collection = self._engine.collections[0]
        for rank, hit in enumerate(found.hits):
            for document_id in (hit.info.document_id, *_twins(collection, hit.same_text)):
                # Strictly falling, so that the measures see the order that people see.
                scores.setdefault(document_id, hit.score - rank * 1e-6)
        return dict(list(scores.items())[:_DEPTH])

    def marked(self, found: Found) -> str:
        """The marked sentence of the first hit."""
        if not found.hits:
            return ""
        start, end = self._engine.mark(found, found.hits[0])
        return self._engine.document(found.hits[0]).text[start:end]

    def without(self, question: str, gold: Iterable[str]) -> Found:
        """The same question with the gold records, and every passage that repeats their words, taken out."""
        collection = self._engine.collections[0]
        rows: set[int] = set()
        for document_id in gold:
            info = collection.info(document_id)
            for row in range(info.first_row, info.end_row):
                rows.add(row)
                for twin in collection.same_text(row):
                    other = collection.find(twin)
                    if hasattr(other, "row"):
                        rows.add(other.row)
        return self._engine.search(question, 1, mode=self._mode, narrow=False, without=frozenset(rows))


def _twins(collection: Collection, passage_ids: Iterable[str]) -> list[str]:
    found = (collection.find(passage_id) for passage_id in passage_ids)
    return [stored.document_id for stored in found if hasattr(stored, "document_id")]


def holds(sentence: str, gold: Iterable[str]) -> bool:
    """Whether the sentence has one of the answers, folding and white space aside."""
    shown = fold_unspaced(sentence)
    return any(fold_unspaced(answer) in shown for answer in gold)


def measured(qrels: dict[str, dict[str, int]], run: Run) -> tuple[dict[str, float], dict[str, float]]:
    """Means over all judged questions, where one without results counts 0; and nDCG@10 of each."""
    import ir_measures

    wanted = {name: ir_measures.parse_measure(name) for name in MEASURES}
    totals = dict.fromkeys(MEASURES, 0.0)
    per_query = dict.fromkeys(qrels, 0.0)
    for metric in ir_measures.iter_calc(list(wanted.values()), qrels, run):
        totals[str(metric.measure)] += metric.value
        if metric.measure == wanted["nDCG@10"]:
            per_query[metric.query_id] = metric.value
    return {name: value / len(qrels) for name, value in totals.items()}, per_query


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """The chance that an answerable question gets the higher confidence; ties count half (Mann and Whitney 1947)."""
    if not positives or not negatives:
        return float("nan")
    values = np.concatenate([positives, negatives])
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    above = ranks[: len(positives)].sum() - len(positives) * (len(positives) + 1) / 2
    return float(above / (len(positives) * len(negatives)))


def paired_bootstrap(
    a: dict[str, float], b: dict[str, float], samples: int = 10_000, seed: int = 0
) -> tuple[float, float, float]:
    """Mean of ``a - b`` over the questions and its 95% interval (Efron and Tibshirani 1993, percentile)."""
    differences = np.array([a[query_id] - b[query_id] for query_id in a])
    generator = np.random.default_rng(seed)
    means = np.array([generator.choice(differences, len(differences)).mean() for _ in range(samples)], dtype=np.float64)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(differences.mean()), float(low), float(high)
