"""Trains the query adapter that ships beside the encoder (``npcbot.retrieval.adapter``).

    python embeddings/adapt.py --shared ../shared --lessons LESSONS     writes embeddings/encoder/adapter.npz

The gate is a logistic regression that tells lay questions about the law (``stard_lrb``) from questions about everything
else (``cmrc2018_dev``, ``drcd_dev_simp``) and from questions of the LESSONS that speak as statutes and reports do. The
map is trained by softmax over passages, each scored by its best window; the general sets take part, so that it stays
harmless where the gate lets too much through. Two minutes, once the indexes of the sets are made under
``NPCBOT_HOME/eval``; they are used again.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from written import LAWS

from npcbot.config import load_settings
from npcbot.encoders import bundled_folder, load_encoder
from npcbot.evaluation import beir
from npcbot.evaluation.measure import indexed
from npcbot.index import Collection, generations
from npcbot.index.local import VECTORS, WINDOWS
from npcbot.index.vectors import VectorIndex
from npcbot.retrieval import adapter
from npcbot.retrieval.adapter import QueryAdapter
from npcbot.terminal.indexing import ProgressLine
from npcbot.types import Encoder

GENERAL = ("cmrc2018_dev", "drcd_dev_simp")
#: Kinds of lessons whose questions are worded as the documents are; so many of them.
FORMAL, MOST_FORMAL = ("asked", "heading", "figure"), 1500
#: Windows nearest to each question that compete with the gold ones; all windows of all questions compete for each.
NEAREST = 250
STEPS, BATCH, BATCH_GENERAL = 300, 128, 64
RATE, TEMPERATURE = 1e-3, 0.02
#: Weight of a general set's loss, and of the map's squared entries.
GENERAL_SHARE, DECAY = 0.3, 0.005
GATE_DECAY = 1e-4


@dataclass
class Lessons:
    """``questions`` (n, dim), windows' ``vectors`` (m, dim), ``record`` (m,) the record of each window, and ``gold``
    bool (n, records)."""

    questions: torch.Tensor
    vectors: torch.Tensor
    record: torch.Tensor
    gold: torch.Tensor

    def loss(self, matrix: torch.Tensor, shift: torch.Tensor, size: int) -> torch.Tensor:
        """Mean cross entropy of a random batch to its gold records."""
        chosen = torch.randperm(len(self.questions))[:size]
        vectors = self.questions[chosen]
        moved = functional.normalize(vectors + vectors @ matrix + shift, dim=1)
        scores = torch.full((len(chosen), self.gold.shape[1]), -1.0)
        scores = scores.scatter_reduce(1, self.record.expand(len(chosen), -1), moved @ self.vectors.T, "amax")
        gold = self.gold[chosen]
        chances = torch.log_softmax(scores / TEMPERATURE, 1)
        return -((chances * gold).sum(1) / gold.sum(1)).mean()


def lessons(dataset: beir.Dataset, collection: Collection, folder: Path, encoder: Encoder) -> Lessons:
    index = VectorIndex(folder / VECTORS)
    rows = np.load(folder / WINDOWS)[:, 0]
    names = np.array([collection.document_of(int(row)).document_id for row in range(collection.n)])[rows]
    asked = {query: text for query, text in dataset.queries.items() if dataset.qrels.get(query)}
    questions = torch.from_numpy(encoder.encode_queries(list(asked.values())))
    vectors = torch.from_numpy(index.vectors(np.arange(index.n)))
    kept = set(np.flatnonzero(np.isin(names, [record for gold in dataset.qrels.values() for record in gold])).tolist())
    for part in questions.split(64):
        kept.update((part @ vectors.T).topk(min(NEAREST, index.n), 1).indices.flatten().tolist())
    pool = sorted(kept)
    records, record = np.unique(names[pool], return_inverse=True)
    gold = np.array([np.isin(records, list(dataset.qrels[query])) for query in asked])
    return Lessons(questions, vectors[pool], torch.from_numpy(record), torch.from_numpy(gold))


def formal(folder: Path) -> list[str]:
    """Questions made from documents by template, a sample."""
    made = [json.loads(line) for line in (folder / "made.jsonl").read_text("utf-8").splitlines()]
    asked = [lesson["query"] for lesson in made if lesson["source"] in FORMAL]
    return random.Random(0).sample(asked, min(MOST_FORMAL, len(asked)))


def fit_gate(legal: torch.Tensor, general: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Weights (dim,) and intercept; both kinds count the same."""
    inputs = torch.cat([legal, general])
    labels = torch.cat([torch.ones(len(legal)), torch.zeros(len(general))])
    weights = torch.where(labels > 0, 0.5 / len(legal), 0.5 / len(general))
    # Sentence vectors share a large common part, which would take the place of an intercept.
    centre = inputs.mean(0)
    gate, shift = torch.zeros(inputs.shape[1], requires_grad=True), torch.zeros((), requires_grad=True)
    optimizer = torch.optim.LBFGS([gate, shift], max_iter=200)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        logits = (inputs - centre) @ gate + shift
        entropy = functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
        value = (weights * entropy).sum() + GATE_DECAY * (gate**2).sum()
        value.backward()
        return value

    optimizer.step(closure)
    return gate.detach(), (shift - centre @ gate).detach()


def fit_map(legal: Lessons, general: list[Lessons]) -> tuple[torch.Tensor, torch.Tensor]:
    """Matrix (dim, dim) and shift (dim,)."""
    dim = legal.questions.shape[1]
    matrix, shift = torch.zeros(dim, dim, requires_grad=True), torch.zeros(dim, requires_grad=True)
    optimizer = torch.optim.Adam([matrix, shift], lr=RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.0, STEPS)
    for step in range(1, STEPS + 1):
        loss = legal.loss(matrix, shift, BATCH) + DECAY * (matrix**2).sum()
        for other in general:
            loss = loss + GENERAL_SHARE * other.loss(matrix, shift, BATCH_GENERAL)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            print(f"  step {step}: loss {loss.item():.3f}", flush=True)
    return matrix.detach(), shift.detach()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--lessons", type=Path, required=True, help="what lessons.py wrote")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    settings = load_settings()
    encoder = load_encoder(settings.encoder)
    home, progress = settings.home / "eval", ProgressLine()
    taught: dict[str, Lessons] = {}
    for name in (LAWS, *GENERAL):
        dataset = beir.load(arguments.shared / "train" / name)
        with indexed(home, dataset, encoder, settings, progress) as collection:
            taught[name] = lessons(dataset, collection, generations.current(home / collection.name), encoder)
    progress.close()
    general = [taught[name] for name in GENERAL]
    worded = torch.from_numpy(encoder.encode_queries(formal(arguments.lessons)))
    others = [*(other.questions for other in general), worded]
    gate, gate_shift = fit_gate(taught[LAWS].questions, torch.cat(others))
    matrix, shift = fit_map(taught[LAWS], general)
    fitted = QueryAdapter(matrix.numpy(), shift.numpy(), gate.numpy(), float(gate_shift))
    path = bundled_folder() / adapter.FILE
    adapter.save(path, encoder.fingerprint, fitted)
    for name, known in taught.items():
        legal = np.mean([fitted.legal(vector) for vector in known.questions.numpy()])
        print(f"{name}: {len(known.questions)} questions, legal {legal:.3f} on average")
    print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
