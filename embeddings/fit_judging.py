"""Fits how sentences are marked, and the confidence in the best passage. See ``fit.py``."""

from __future__ import annotations

import hashlib
import itertools
import random
from collections.abc import Mapping
from dataclasses import fields

import numpy as np
from scipy.optimize import minimize
from train_reader import changed

from npcbot.evaluation import beir
from npcbot.evaluation.measure import Asker, auroc, holds
from npcbot.retrieval.confidence import Features, expanded
from npcbot.retrieval.engine import Engine
from npcbot.retrieval.found import Mode
from npcbot.retrieval.marking import FEATURES
from npcbot.retrieval.reading import Reads, Reranking

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
    ("xquad_en2zh", "english_cmrc2018_dev"),
    ("xquad_en2zh", "english_drcd_dev_simp"),
    ("stard_lrb", "english_cmrc2018_dev"),
    ("english_drcd_dev_simp", "english_cmrc2018_dev"),
    ("laws_0", "laws_1"),
    ("laws_1", "laws_0"),
)
#: Sets of law, where another article than the judged ones may answer as well: if one comes first, nobody knows.
SEVERAL = ("stard_lrb", "laws_0", "laws_1")
#: Sets whose questions are mostly answered by one place, so that taking it out leaves no answer. In STARD, of all laws
#: that there are, others are left; of policy and in few laws that happens too.
NEAR = (
    "cmrc2018_trial",
    "xquad_zh",
    "xquad_en2zh",
    "ncp_gov_passages",
    "laws_0",
    "laws_1",
    "english_cmrc2018_dev",
    "english_drcd_dev_simp",
)
#: Questions in another language than the documents.
FOREIGN = ("xquad_en2zh", "english_cmrc2018_dev", "english_drcd_dev_simp")
#: Shares of the answerable questions of each set that are to be answered, of the half fitted on: Chinese, foreign, law.
ANSWERED = (0.9, 0.8, 0.8)
#: Pull towards zero of the marking weights; there are few foreign questions to fit them on.
RIDGE, RIDGE_FOREIGN = 1e-3, 1e-2
#: Sets with years and figures in their questions, which are asked again with one of them changed.
CHANGED = ("cmrc2018_trial", "xquad_zh", "xquad_en2zh", "english_cmrc2018_dev", "english_drcd_dev_simp")
#: Questions of a set that are asked; of another set, asked of its corpus.
MOST = 200
#: Hits looked through for one in a gold record.
LOOKED_THROUGH = 10
#: Questions of one half, fewer of which tell little about a set.
FEW = 50


#: Of one question: the features of a gold passage's sentences, and which of them hold a gold answer.
Table = tuple[np.ndarray, np.ndarray]


def tables(dataset: beir.Dataset, engine: Engine, reranking: Reranking | None, most: int) -> list[Table]:
    """Of the first questions, where some sentences of the best hit in a gold record, and not all, hold an answer."""
    found_: list[Table] = []
    for query_id, question in itertools.islice(dataset.queries.items(), most):
        gold = dataset.answers.get(query_id)
        if not gold:
            continue
        found = engine.search(question, LOOKED_THROUGH, mode=Mode.FUSED, narrow=False)
        hit = next((hit for hit in found.hits if hit.info.document_id in dataset.qrels[query_id]), None)
        if hit is not None:
            reads = None if reranking is None else Reads(reranking, question)
            told = engine.sentences(hit, question, found.idf, reads=reads)
            right = np.array([holds(told.text[start:end], gold) for start, end in told.spans])
            if right.any() and not right.all():
                found_.append((told.table, right))
    return found_


def fit_marking(known: list[Table], held: list[Table], ridge: float) -> dict[str, float]:
    """Weights that put a sentence with a gold answer first: softmax over a passage's sentences, with a small ridge.
    Prints how often they do, for those that they are fitted on and for those that are ``held`` out."""
    tables, rights = [table for table, _ in known], [right for _, right in known]
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
    for some, what in ((known, "fitted on"), (held, "held out")):
        first = np.mean([right[np.argmax(table @ weights)] for table, right in some])
        print(f"  {len(some)} questions {what}, right sentence first in {first:.4f} of them")
    return {name: round(float(value), 4) for name, value in zip(FEATURES, weights, strict=True)}


def half(query_id: str) -> int:
    return hashlib.sha256(query_id.encode()).digest()[0] % 2


#: Of one question asked: its set or pair, whether it can be answered, its half, its features.
Row = tuple[str, int, int, Features]


def asked(
    datasets: Mapping[str, beir.Dataset], others: Mapping[str, beir.Dataset], engines: Mapping[str, Engine], mode: Mode
) -> list[Row]:
    """Questions with their answer there, with it taken out, and with a figure changed; and those of ``others`` asked of
    another corpus."""
    rows: list[Row] = []
    chance = random.Random(0)

    def add(kind: str, label: int, query_id: str, features: Features | None) -> None:
        if features is not None:
            rows.append((kind, label, half(query_id), features))

    for name, dataset in datasets.items():
        if name not in engines:
            continue
        ask = Asker(engines[name], mode)
        for query_id, question in itertools.islice(dataset.queries.items(), MOST):
            gold = dataset.qrels.get(query_id, {})
            found = engines[name].search(question, 1, mode=mode, narrow=False)
            if name not in SEVERAL or any(hit.info.document_id in gold for hit in found.hits):
                add(name, 1, query_id, found.features)
            if name in NEAR:
                add(f"{name} near", 0, query_id, ask.without(question, gold).features)
        if name in CHANGED:
            again = ((query_id, changed(question, chance)) for query_id, question in dataset.queries.items())
            for query_id, other in itertools.islice(((q, o) for q, o in again if o is not None), MOST):
                features = engines[name].search(other, 1, mode=mode, narrow=False).features
                add(f"{name} changed", 0, query_id, features)
    for corpus, other in PAIRS:
        if corpus in engines and other in others:
            for query_id, question in itertools.islice(others[other].queries.items(), MOST // 2):
                features = engines[corpus].search(question, 1, mode=mode, narrow=False).features
                add(f"{corpus} ? {other}", 0, query_id, features)
    return rows


def fit_confidence(rows: list[Row]) -> tuple[float, list[float], dict[str, float]]:
    """Intercept, coefficients, and what the other half of the questions says of them; one half is the threshold."""
    kinds = np.array([row[0] for row in rows])
    labels = np.array([row[1] for row in rows], dtype=np.float64)
    halves = np.array([row[2] for row in rows])
    inputs = np.array([expanded(row[3]) for row in rows])
    # Every kind counts the same, unless there is little of it, and answerable as much as unanswerable.
    weights = np.array([1 / max((kinds == kind).sum(), 2 * FEW) for kind in kinds])
    for label in (0, 1):
        weights[labels == label] /= weights[labels == label].sum()
    train = halves == 0
    intercept, coefficients = logistic(inputs[train], labels[train], weights[train])
    # Questions of law, others in Chinese, and those in another language have a threshold each; moved into the model,
    # all three are a confidence of one half.
    logits = intercept + inputs @ coefficients
    answerable = set(kinds[labels == 1])
    law, foreign = answerable & {*SEVERAL}, answerable & {*FOREIGN}
    thresholds = []
    # Of law there are so few that its sets count together.
    groups = [[kind] for kind in answerable - law - foreign], [[kind] for kind in foreign], [[*law]]
    for some, share in zip(groups, ANSWERED, strict=True):
        mine = [logits[train & np.isin(kinds, together)] for together in some]
        told = [float(np.quantile(values, 1 - share)) for values in mine if len(values) >= FEW]
        thresholds.append(min(told, default=0.0))
    of_other, of_foreign, of_law = thresholds
    intercept -= of_foreign
    for name, by in (("chinese", of_foreign - of_other), ("legal", of_other - of_law)):
        coefficients[[field.name for field in fields(Features)].index(name)] += by
    logits = intercept + inputs @ coefficients
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
    return float(intercept), [float(c) for c in coefficients], measured


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
