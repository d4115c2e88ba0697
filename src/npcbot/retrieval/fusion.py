"""One score from two: the dense and the lexical side, each brought to 0..1 over the candidates, then weighed.

Min-max normalisation and a convex combination: Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid
Retrieval, 2023. The weight follows how much of the question the lexical side has found at all: an English question has
no words in common with a Chinese text, and what it shares with it by chance must not count. A lay question about law
shares few of the words of the statute, and its vector was adapted for it: there the dense side weighs more. And a law
says the same before those that explain it or carry it out: it has a lead on them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf
from typing import Final

import numpy as np
import numpy.typing as npt

from npcbot.types import Reading

Floats = npt.NDArray[np.float32]

#: Passages that are taken from each side, and over which its scores are normalised.
CANDIDATES: Final = 200
_SURE: Final = Reading(inf)


@dataclass(frozen=True, slots=True)
class Weights:
    """``lexical`` is the share of the lexical score where coverage is at least ``high``; it falls to 0 at ``low``.

    Coverage is the idf-weighted share of the question's words found in the best lexical candidates. ``legal`` is the
    part of the share that a wholly legal question takes off it, ``statute`` the lead that a statute has there, on a
    scale that is made so much longer.
    """

    lexical: float
    low: float
    high: float
    legal: float = 0.0
    statute: float = 0.0


def normalised(scores: Floats, best: int) -> Floats:
    """Scores to 0..1: the top is 1, the ``best``-th from the top (or the last) is 0, lower ones stay at 0."""
    if not len(scores):
        return scores
    top = float(scores.max())
    order = np.sort(scores)[::-1]
    bottom = float(order[min(best, len(order)) - 1])
    if top <= bottom:
        return np.where((scores >= top) & (top > 0), 1, 0).astype(np.float32)
    return np.asarray(np.clip((scores - bottom) / (top - bottom), 0.0, 1.0), dtype=np.float32)


def lexical_weight(coverage: float, weights: Weights, legal: float = 0.0) -> float:
    """The lexical share for a question whose words are covered to this degree, and that is legal to that."""
    ramp = (coverage - weights.low) / max(weights.high - weights.low, 1e-6)
    return weights.lexical * min(1.0, max(0.0, ramp)) * (1 - weights.legal * legal)


def fuse(
    dense: Floats,
    lexical: Floats,
    coverage: float,
    weights: Weights,
    best: int = CANDIDATES,
    legal: float = 0.0,
    statutes: npt.NDArray[np.bool_] | bool = False,
) -> Floats:
    """float32 ``(n,)`` in 0..1 for ``n`` candidates with their raw scores on both sides; ``statutes`` are in a law."""
    return combined(normalised(dense, best), normalised(lexical, best), coverage, weights, legal, statutes)


def combined(
    dense: Floats,
    lexical: Floats,
    coverage: float,
    weights: Weights,
    legal: float = 0.0,
    statutes: npt.NDArray[np.bool_] | bool = False,
) -> Floats:
    """``fuse`` for scores that are normalised already."""
    share = lexical_weight(coverage, weights, legal)
    lead = weights.statute * legal
    mixed = share * lexical + (1 - share) * dense
    return np.asarray((mixed + np.multiply(lead, statutes)) / (1 + lead), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Mixing:
    """What a reading counts for: ``share`` of the score, 0..1, is the chance that the reranker's score stands for, the
    sigmoid of it divided by ``temperature``."""

    share: float
    temperature: float = 1.0

    def __call__(self, fused: float, reading: Reading | None) -> float:
        """0..1. A text that was not read counts as one that does not answer, so reading can only lift."""
        odds = -inf if reading is None else reading.score / self.temperature
        # In this order odds that are no number count as none.
        return (1 - self.share) * fused + self.share / (1 + exp(-min(700.0, max(-700.0, odds))))

    def settles(self, fused: Sequence[float], readings: Sequence[Reading | None]) -> bool:
        """Whether one of the first texts, which were read, comes first whatever the next reading would be; ``fused``
        are the scores of them and of the next, falling."""
        return max(map(self, fused, readings)) >= self(fused[len(readings)], _SURE)


@dataclass(frozen=True, slots=True)
class Mixings:
    """What readings count for by what is asked: the shares for questions that a few words answer (``quotable``), for
    wholly ``legal`` ones, and for all ``other``."""

    other: float
    quotable: float
    legal: float
    temperature: float

    def of(self, quotable: bool, legal: float) -> Mixing:
        """For a question of that kind, ``legal`` to that degree, 0..1."""
        share = self.quotable if quotable else self.other
        return Mixing(share + legal * (self.legal - share), self.temperature)


#: For a reranker that nothing was fitted for.
UNFITTED_MIXINGS = Mixings(0.5, 0.5, 0.5, 2.0)
