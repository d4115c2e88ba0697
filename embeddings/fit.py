"""Fits what ships beside the encoder: fusion weights, the marking of sentences, the confidence model.

    python embeddings/fit.py --shared ../shared            writes embeddings/encoder/calibration.json

Indexes of the sets are made under ``NPCBOT_HOME/eval`` and used again, by ``npcbot eval`` too. Questions are split in
two by a hash of their ids: the confidence model is fitted on one half and its measures printed for the other.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from npcbot.config import load_settings
from npcbot.encoders import bundled_folder, load_encoder
from npcbot.evaluation import beir
from npcbot.evaluation.measure import auroc, holds, indexed
from npcbot.index import Collection
from npcbot.retrieval import adapter, confidence
from npcbot.retrieval.confidence import UNFITTED, Calibration, Features, expanded
from npcbot.retrieval.engine import Engine, Mode
from npcbot.retrieval.fusion import Weights, lexical_weight, normalised
from npcbot.retrieval.marking import FEATURES
from npcbot.terminal.indexing import ProgressLine

SETS = ("cmrc2018_trial", "ncp_gov_passages", "ncp_gov_docs", "stard_lrb", "xquad_zh", "xquad_en2zh")
#: Questions of the second asked of the corpus of the first; subjects that the first does not treat.
PAIRS = (
    ("cmrc2018_trial", "ncp_gov_passages"),
    ("cmrc2018_trial", "xquad_zh"),
    ("cmrc2018_trial", "xquad_en2zh"),
    ("xquad_zh", "cmrc2018_trial"),
    ("xquad_zh", "ncp_gov_passages"),
    ("ncp_gov_passages", "cmrc2018_trial"),
    ("ncp_gov_passages", "xquad_zh"),
    ("ncp_gov_passages", "xquad_en2zh"),
    ("stard_lrb", "cmrc2018_trial"),
    ("stard_lrb", "xquad_zh"),
    ("cmrc2018_trial", "stard_lrb"),
    ("xquad_zh", "stard_lrb"),
    ("drcd_dev_simp", "stard_lrb"),
)
#: Sets whose questions are answered by one place, so that taking it out leaves no answer. A question of policy or law
#: is often answered in several documents of which one is judged.
NEAR = ("cmrc2018_trial", "xquad_zh", "xquad_en2zh", "ncp_gov_passages")
#: Questions in another language than the documents, with answers: there is no such set that may be trained on.
FOREIGN = ("xquad_en2zh",)
#: Shares of the answerable questions of each set that are to be answered, of the half fitted on: Chinese, foreign.
ANSWERED = (0.9, 0.89)
#: Pull towards zero of the marking weights; there are few foreign questions to fit them on.
RIDGE, RIDGE_FOREIGN = 1e-3, 1e-2
#: Candidates of each side over which scores are normalised, as the engine does.
BEST = 200
MOST = 400


@dataclass
class Gathered:
    """Of one question: candidates' records and raw scores on both sides, how legal it is, and the gold records."""

    records: list[str]
    dense: np.ndarray
    lexical: np.ndarray
    coverage: float
    legal: float
    gold: Mapping[str, int]


def gather(dataset: beir.Dataset, engine: Engine, most: int = 10**9) -> list[Gathered]:
    collection = engine.collections[0]
    gathered = []
    for query_id, question in itertools.islice(dataset.queries.items(), most):
        query = engine.query(question)
        found = engine.gather(query, Mode.HYBRID)
        records = [collection.document_of(row).document_id for _, row in found.places]
        top = float(found.coverage.max(initial=0.0))
        gathered.append(
            Gathered(records, found.dense, found.lexical, top, query.legal, dataset.qrels.get(query_id, {}))
        )
    return gathered


def ndcg(question: Gathered, scores: np.ndarray) -> float:
    """nDCG@10 by the best passage of each record."""
    seen: dict[str, None] = {}
    for i in np.argsort(-scores, kind="stable")[:60]:
        seen.setdefault(question.records[i])
        if len(seen) == 10:
            break
    gains = [question.gold.get(record, 0) / np.log2(rank + 2) for rank, record in enumerate(seen)]
    ideal = sorted(question.gold.values(), reverse=True)[:10]
    best = sum(grade / np.log2(rank + 2) for rank, grade in enumerate(ideal))
    return float(sum(gains) / best) if best else 0.0


def fit_fusion(sets: Mapping[str, list[Gathered]]) -> Weights:
    """The grid point with the best mean over the sets of what hybrid gains on the better part of each."""
    better: dict[str, float] = {}
    for name, questions in sets.items():
        dense = np.mean([ndcg(q, q.dense) for q in questions])
        lexical = np.mean([ndcg(q, q.lexical) for q in questions])
        better[name] = float(max(dense, lexical))
        print(f"  {name}: dense {dense:.4f}, bm25 {lexical:.4f}")
    scaled = {
        name: [(q, normalised(q.dense, BEST), normalised(q.lexical, BEST)) for q in questions]
        for name, questions in sets.items()
    }
    best, chosen = -1.0, UNFITTED.weights
    for point in itertools.product((0.5, 0.6, 0.7, 0.8), (0.0, 0.1), (0.4, 0.5, 0.6, 0.7), (0.0, 0.15, 0.3, 0.45)):
        weights = Weights(*point)
        gains = {}
        for name, questions in scaled.items():
            shares = [lexical_weight(q.coverage, weights, q.legal) for q, _, _ in questions]
            mixed = [ndcg(q, s * b + (1 - s) * d) for s, (q, d, b) in zip(shares, questions, strict=True)]
            gains[name] = np.mean(mixed) - better[name]
        # A loss on one set weighs more than a gain on another, and among gains the smaller ones count more.
        value = float(np.mean([min(gain, 0) * 4 + np.sqrt(max(gain, 0)) / 10 for gain in gains.values()]))
        if value > best:
            best, chosen = value, weights
            shown = ", ".join(f"{name} {gain:+.4f}" for name, gain in gains.items())
            print(f"  {weights}: {shown}", flush=True)
    return chosen


def fit_marking(pairs: Iterable[tuple[beir.Dataset, Engine]], ridge: float) -> dict[str, float]:
    """Weights that put a sentence with a gold answer first: softmax over a passage's sentences, with a small ridge.

    From the first hits of these sets' questions, where some of their sentences, and not all, hold an answer.
    """
    tables, rights = [], []
    for dataset, engine in pairs:
        for query_id, question in dataset.queries.items():
            gold = dataset.answers.get(query_id)
            found = engine.search(question, 1, narrow=False) if gold else None
            if gold and found and found.hits:
                text, spans, table = engine.sentences(found.hits[0], question, found.idf)
                right = np.array([holds(text[start:end], gold) for start, end in spans])
                if right.any() and not right.all():
                    tables.append(table)
                    rights.append(right)
    inputs, right = np.concatenate(tables), np.concatenate(rights)
    sizes = [len(table) for table in tables]
    starts = np.cumsum([0, *sizes[:-1]])
    spread = inputs.std(0)
    spread[spread == 0] = np.inf
    scaled = (inputs - inputs.mean(0)) / spread

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = scaled @ weights
        exps = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        total, good = np.add.reduceat(exps, starts), np.add.reduceat(exps * right, starts)
        pull = exps / np.repeat(total, sizes) - exps * right / np.repeat(good, sizes)
        value = -np.log(good / total).mean() + ridge * weights @ weights
        return float(value), scaled.T @ pull / len(sizes) + 2 * ridge * weights

    fitted = minimize(loss, np.zeros(len(FEATURES)), jac=True, method="L-BFGS-B")
    weights = fitted.x / spread
    shown = inputs @ weights
    first = np.mean([right[a : a + n][np.argmax(shown[a : a + n])] for a, n in zip(starts, sizes, strict=True)])
    print(f"  {len(sizes)} questions, right sentence first in {first:.4f} of them")
    return {name: round(float(value), 4) for name, value in zip(FEATURES, weights, strict=True)}


def half(query_id: str) -> int:
    return hashlib.sha256(query_id.encode()).digest()[0] % 2


#: Of one question asked: its set or pair, whether it can be answered, its half, its features.
Row = tuple[str, int, int, Features]


def asked(datasets: Mapping[str, beir.Dataset], engines: Mapping[str, Engine]) -> list[Row]:
    """Questions with their answer there, with it taken out, and asked of another corpus."""
    from npcbot.evaluation.measure import _Asker

    rows: list[Row] = []

    def add(kind: str, label: int, query_id: str, features: Features | None) -> None:
        if features is not None:
            rows.append((kind, label, half(query_id), features))

    for name, dataset in datasets.items():
        ask = _Asker(engines[name], Mode.HYBRID)
        for query_id, question in itertools.islice(dataset.queries.items(), MOST):
            add(name, 1, query_id, engines[name].search(question, 1, narrow=False).features)
            if name in NEAR:
                add(f"{name} near", 0, query_id, ask.without(question, dataset.qrels.get(query_id, {})).features)
    for corpus, other in PAIRS:
        if corpus in engines and other in datasets:
            for query_id, question in itertools.islice(datasets[other].queries.items(), MOST // 2):
                features = engines[corpus].search(question, 1, narrow=False).features
                add(f"{corpus} ? {other}", 0, query_id, features)
    return rows


def fit_confidence(rows: list[Row]) -> tuple[float, list[float], float, dict[str, float]]:
    """Intercept, coefficients, threshold, and what the other half of the questions says of them."""
    kinds = np.array([row[0] for row in rows])
    labels = np.array([row[1] for row in rows], dtype=np.float64)
    halves = np.array([row[2] for row in rows])
    inputs = np.array([expanded(row[3]) for row in rows])
    # Every kind counts the same, and answerable as much as unanswerable.
    weights = np.array([1 / (kinds == kind).sum() for kind in kinds])
    for label in (0, 1):
        weights[labels == label] /= weights[labels == label].sum()
    train = halves == 0
    intercept, coefficients = logistic(inputs[train], labels[train], weights[train])
    # Questions in Chinese and others have a threshold each; moved into the model, both are a confidence of one half.
    logits = intercept + inputs @ coefficients
    chinese = inputs[:, [field.name for field in fields(Features)].index("chinese")] == 1
    thresholds = []
    answerable = set(kinds[labels == 1])
    for names, share in ((answerable - {*FOREIGN}, ANSWERED[0]), (answerable & {*FOREIGN}, ANSWERED[1])):
        mine = [logits[train & (kinds == name)] for name in names]
        thresholds.append(min((float(np.quantile(values, 1 - share)) for values in mine), default=0.0))
    logits -= np.where(chinese, *thresholds)
    intercept -= thresholds[1]
    coefficients[[field.name for field in fields(Features)].index("chinese")] += thresholds[1] - thresholds[0]
    shown, threshold = 1 / (1 + np.exp(-logits)), 0.5
    measured: dict[str, float] = {}
    held = halves == 1
    for kind in dict.fromkeys(kinds):
        mine = held & (kinds == kind)
        measured[f"answered {kind}"] = round(float((shown[mine] >= threshold).mean()), 4)
        corpus = kind.split(" ")[0]
        if kind != corpus and corpus in answerable:
            pair = auroc(list(shown[held & (kinds == corpus)]), list(shown[mine]))
            measured[f"AUROC {kind}"] = round(pair, 4)
    return float(intercept), [float(c) for c in coefficients], threshold, measured


def logistic(
    inputs: np.ndarray, labels: np.ndarray, weights: np.ndarray, ridge: float = 1e-4
) -> tuple[float, np.ndarray]:
    """Weighted logistic regression with a small ridge, by Newton's method on standardised inputs."""
    mean, spread = inputs.mean(0), inputs.std(0) + 1e-9
    design = np.column_stack([np.ones(len(inputs)), (inputs - mean) / spread])
    beta = np.zeros(design.shape[1])
    penalty = ridge * np.eye(len(beta))
    for _ in range(100):
        chance = 1 / (1 + np.exp(-design @ beta))
        slope = design.T @ (weights * (labels - chance)) - penalty @ beta
        bend = (design * (weights * chance * (1 - chance))[:, None]).T @ design + penalty
        step = np.linalg.solve(bend, slope)
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    coefficients = beta[1:] / spread
    return float(beta[0] - coefficients @ mean), coefficients


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    arguments = parser.parse_args()
    settings = load_settings()
    encoder = load_encoder(settings.encoder)
    datasets = {name: beir.load(arguments.shared / "eval" / name) for name in arguments.sets}
    marked = {name: beir.load(arguments.shared / "train" / name) for name in ("cmrc2018_dev", "drcd_dev_simp")}
    progress = ProgressLine()
    opened: dict[str, Collection] = {}
    for name, dataset in (datasets | marked).items():
        opened[name] = indexed(settings.home / "eval", dataset, encoder, settings, progress)
    progress.close()

    def engines(calibration: Calibration) -> dict[str, Engine]:
        return {name: Engine([collection], encoder, calibration) for name, collection in opened.items()}

    adapted = replace(UNFITTED, adapter=adapter.load(bundled_folder() / adapter.FILE, encoder.fingerprint))
    print("fusion")
    plain = engines(adapted)
    weights = fit_fusion({name: gather(dataset, plain[name]) for name, dataset in datasets.items()})
    fitted = replace(adapted, weights=weights)
    print("marking")
    fused = engines(fitted)
    marks = fit_marking(((marked[name], fused[name]) for name in marked), RIDGE)
    foreign = fit_marking(((datasets[name], fused[name]) for name in FOREIGN if name in datasets), RIDGE_FOREIGN)
    fitted = replace(fitted, mark=marks, mark_foreign=foreign)
    print("confidence")
    intercept, coefficients, threshold, measured = fit_confidence(asked(datasets, engines(fitted)))
    for name, value in measured.items():
        print(f"  {name}: {value}")
    facts = {
        "encoder": encoder.fingerprint,
        "features": [field.name for field in fields(Features)],
        "fusion": asdict(weights),
        "mark": marks,
        "mark_foreign": foreign,
        "intercept": intercept,
        "coefficients": coefficients,
        "threshold": threshold,
        "fitted_on": {"fusion and confidence": list(datasets), "marking": [*marked, *FOREIGN]},
        "held_out": measured,
        "command": "python embeddings/fit.py --shared ../shared",
    }
    path = bundled_folder() / confidence.FILE
    path.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    print(f"wrote {path.name}: {weights}, threshold {threshold:.3f}")


if __name__ == "__main__":
    main()
