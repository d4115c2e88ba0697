"""How likely it is that the best passage answers: a logistic model over a few features of the search.

Its coefficients are fitted for one encoder and lie beside it; ``npcbot eval`` measures it.
"""

from __future__ import annotations

import json
import math
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any, Final

from npcbot.errors import EncoderError
from npcbot.retrieval import adapter
from npcbot.retrieval.adapter import QueryAdapter
from npcbot.retrieval.fusion import UNFITTED_MIXINGS, Mixings, Weights
from npcbot.retrieval.marking import FEATURES, MarkWeights

#: Its name in the encoder's folder.
FILE: Final = "calibration.json"


@dataclass(frozen=True, slots=True)
class Features:
    """Of one search: ``dense`` the best cosine and ``margin`` what it leads the tenth by; ``coverage`` the idf-weighted
    share of the question's words in the best passage, ``sentence`` in its marked sentence with its neighbours,
    ``rarest`` the share that the passage has of the three words that weigh most; ``near`` and ``beyond`` the marking's
    ``near`` and ``beyond_topic`` of the marked sentence; ``typed`` 1 where that holds what is asked for, 0.5 where
    nothing special is; ``figures`` the share of the question's figures of two and more digits that the passage or what
    stands above it has, 1 where there are none; ``agree`` 1 where both sides put the same passage first; ``read`` the
    reranker's score of the first passage, ``lead`` what it leads the best other one by, ``answer`` the log odds of the
    answer found in it, in tens and 0 where nothing was read; ``legal`` how legal the question is, 0..1; ``chinese`` 1
    for Chinese ones."""

    dense: float
    margin: float
    coverage: float
    sentence: float
    rarest: float
    near: float
    beyond: float
    typed: float
    figures: float
    agree: float
    read: float
    lead: float
    answer: float
    legal: float
    chinese: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """How sentences are marked and the best passage is judged. ``mark_foreign`` marks for questions in another language
    than the documents'. ``coefficients`` belong to the features in their order, then their products with ``chinese``,
    then those of all but these two with ``legal``."""

    mark: MarkWeights
    mark_foreign: MarkWeights
    intercept: float
    coefficients: tuple[float, ...]

    def marking(self, chinese: bool) -> MarkWeights:
        """What sentences are marked with for a question in Chinese, or in another language."""
        return self.mark if chinese else self.mark_foreign

    def confidence(self, features: Features) -> float:
        """0..1."""
        logit = self.intercept + sum(c * v for c, v in zip(self.coefficients, expanded(features), strict=True))
        # In this order what is no number counts as -30.
        return 1 / (1 + math.exp(-min(30.0, max(-30.0, logit))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that was fitted for one encoder, and for one reranker with it. ``threshold`` is the confidence from
    which a question counts as answered; ``adapter`` adapts Chinese questions; ``mixings`` are what the reranker's
    readings count for, ``mixings_foreign`` for questions in another language than the documents'; ``read`` judges where
    it has read, ``plain`` elsewhere."""

    weights: Weights
    plain: Judgement
    threshold: float = 0.5
    adapter: QueryAdapter | None = None
    reranker: str = ""
    mixings: Mixings = UNFITTED_MIXINGS
    mixings_foreign: Mixings = UNFITTED_MIXINGS
    read: Judgement | None = None

    def mixings_for(self, reranker: str, chinese: bool) -> Mixings:
        """What the readings of the reranker of this fingerprint count for."""
        if reranker != self.reranker:
            return UNFITTED_MIXINGS
        return self.mixings if chinese else self.mixings_foreign

    def judgement(self, reranker: str) -> Judgement:
        """For a search with the reranker of this fingerprint, ``""`` for one without."""
        return self.read if self.read is not None and reranker == self.reranker else self.plain


def expanded(features: Features) -> tuple[float, ...]:
    """The inputs of the model. Words mean something else in a question of another language; where a lay question is
    legal, cosines do, since the vector was adapted, and all the rest, as a law is worded in its own way."""
    values = astuple(features)
    return (
        *values,
        *(value * features.chinese for value in values[:-1]),
        *(value * features.legal for value in values[:-2]),
    )


#: For an encoder that nothing was fitted for: words decide, cosines are not comparable between encoders.
UNFITTED = Calibration(
    weights=Weights(lexical=0.5, low=0.1, high=0.4),
    plain=Judgement(
        mark={"words": 10.0, "window": 1.0, "number": 1.0, "date": 1.0},
        mark_foreign={"words": 10.0, "window": 1.0, "number": 1.0, "date": 1.0, "meaning": 5.0},
        intercept=-3.0,
        coefficients=(0.0, 0.0, 6.0, 2.0, *(0.0,) * 38),
    ),
)


def load(path: Path, fingerprint: str) -> Calibration:
    """The calibration in ``path``, with the adapter beside it, if they were fitted for this encoder, else ``UNFITTED``.

    Raises:
        EncoderError: the file is broken.
    """
    if not path.is_file():
        return UNFITTED
    try:
        facts = json.loads(path.read_text("utf-8"))
        if facts["encoder"] != fingerprint:
            return UNFITTED
        names = [field.name for field in fields(Features)]
        if facts["features"] != names:
            raise ValueError(f"features {facts['features']}, not {names}")
        reranker = facts.get("reranker")
        return Calibration(
            weights=Weights(**facts["fusion"]),
            plain=judged(facts["plain"]),
            threshold=float(facts["threshold"]),
            adapter=adapter.load(path.with_name(adapter.FILE), fingerprint),
            **({} if reranker is None else _reranker(reranker)),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{path}: the calibration cannot be used: {error}", "Restore the file.") from error


def judged(facts: dict[str, Any]) -> Judgement:
    """The judgement that a calibration's ``plain`` or ``reranker`` part holds.

    Raises:
        KeyError, ValueError, TypeError: it is not what this version reads.
    """
    coefficients = tuple(float(value) for value in facts["coefficients"])
    if len(coefficients) != len(UNFITTED.plain.coefficients):
        raise ValueError(f"{len(coefficients)} coefficients, not {len(UNFITTED.plain.coefficients)}")
    return Judgement(
        mark={name: float(facts["mark"][name]) for name in FEATURES},
        mark_foreign={name: float(facts["mark_foreign"][name]) for name in FEATURES},
        intercept=float(facts["intercept"]),
        coefficients=coefficients,
    )


def _reranker(facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "reranker": str(facts["fingerprint"]),
        "mixings": Mixings(**facts["mixings"]),
        "mixings_foreign": Mixings(**facts["mixings_foreign"]),
        "read": judged(facts),
    }
