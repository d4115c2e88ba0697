"""What of a search tells whether its first hit answers: the features of the confidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from npcbot.folding import fold_text
from npcbot.index.tokens import weight
from npcbot.passages import strip_breaks
from npcbot.retrieval.asked_figures import share
from npcbot.retrieval.asking import SIGNS, understand
from npcbot.retrieval.confidence import Features
from npcbot.retrieval.found import Candidates, Hit, Query, Sentences
from npcbot.retrieval.marking import FEATURES, MarkWeights, scored
from npcbot.retrieval.question import is_chinese
from npcbot.types import Document, Span


def features_of(
    query: Query,
    found: Candidates,
    hits: Sequence[Hit],
    document: Document,
    marked: Span,
    told: Sentences,
    weights: MarkWeights,
) -> Features:
    """Of the first of the ``hits``, of which ``document`` is the document, ``told`` are the sentences and ``marked`` is
    the one that ``weights`` put first."""
    question, first = query.question, hits[0]
    dense = np.sort(found.dense)[::-1]
    text, passage = document.text, first.stored.passage
    near = fold_text(strip_breaks(text[max(passage.start, marked[0] - 60) : marked[1] + 60]))
    whole = fold_text(strip_breaks(text[passage.start : passage.end]))
    worth = _worth(query.idf)
    rarest = sorted(worth, key=lambda word: -worth[word])[:3]
    row = dict(zip(FEATURES, told.table[int(np.argmax(scored(told.table, weights)))].tolist(), strict=True))
    asked = understand(question).kinds & SIGNS.keys()
    return Features(
        dense=float(dense[0]),
        margin=float(dense[0] - dense[min(9, len(dense) - 1)]),
        coverage=first.coverage,
        sentence=sum(value for word, value in worth.items() if word in near) / (sum(worth.values()) or 1.0),
        rarest=sum(worth[word] for word in rarest if word in whole) / (sum(worth[word] for word in rarest) or 1.0),
        near=row["near"],
        beyond=row["beyond_topic"],
        typed=max(row[kind] for kind in asked) if asked else 0.5,
        figures=share(question, document, passage),
        agree=float(first.dense >= dense[0] and first.lexical >= float(found.lexical.max())),
        read=first.reading.score / 10 if first.reading is not None else 0.0,
        lead=_lead(hits) / 10,
        answer=max((odds for _, odds in told.answers), default=0.0) / 10,
        legal=query.legal,
        chinese=float(is_chinese(question)),
    )


def _worth(idf: Mapping[str, float]) -> dict[str, float]:
    """What each word of the question weighs; one that is a pair of characters too weighs what it does as a word."""
    worth: dict[str, float] = {}
    for token, value in idf.items():
        word = token.removeprefix("_")
        worth[word] = max(worth.get(word, 0.0), weight(token) * value)
    return worth


def _lead(hits: Sequence[Hit]) -> float:
    """How far the first hit's reading is above the best other one; 0 where there is none to compare."""
    others = [hit.reading.score for hit in hits[1:] if hit.reading is not None]
    return hits[0].reading.score - max(others) if hits[0].reading is not None and others else 0.0
