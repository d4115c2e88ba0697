"""Candidates read together with the question: scored again, and searched for the words that answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from npcbot.config import Settings
from npcbot.index.enrich import headed, passage_text, window_text
from npcbot.index.records import StoredPassage
from npcbot.rerankers import load_reranker
from npcbot.types import Document, Reading, Reranker, Span

#: Characters of the sentences that are read at once for an answer; and how many such texts of a passage at most.
_CHUNK: Final = 160
_CHUNKS: Final = 6


@dataclass(frozen=True, slots=True)
class Reranking:
    """A reranker with what it may cost: windows a question, and seconds after which no more are begun."""

    reranker: Reranker
    depth: int
    seconds: float


def load_reranking(settings: Settings) -> Reranking | None:
    """As the settings have it; None where they turn it off. EncoderError where the reranker is missing or broken."""
    reranker = load_reranker(settings.reranker, settings.encoder.threads)
    if reranker is None:
        return None
    return Reranking(reranker, settings.reranker.depth, settings.reranker.budget_ms / 1000)


class Reads:
    """What was read for one question; a text is read once, and all reading shares one budget."""

    def __init__(self, reranking: Reranking, question: str) -> None:
        self._reranking = reranking
        self._question = question
        self._known: dict[str, Reading] = {}
        self.spent = 0.0

    @property
    def depth(self) -> int:
        return self._reranking.depth

    def of(self, texts: Sequence[str]) -> list[Reading | None]:
        """Readings of the first ``depth`` texts, as far as the time goes; None of the others."""
        new = [text for text in dict.fromkeys(texts[: self._reranking.depth]) if text not in self._known]
        if new:
            began = time.perf_counter()
            left = self._reranking.seconds - self.spent
            readings = self._reranking.reranker.read(self._question, new, left)
            self._known.update(zip(new, readings, strict=False))
            self.spent += time.perf_counter() - began
        return [self._known.get(text) for text in texts]

    def answers(self, document: Document, stored: StoredPassage, spans: Sequence[Span]) -> list[tuple[Span, float]]:
        """The likeliest answers in the sentences at ``spans``, as spans of the document, with their log odds."""
        found: list[tuple[Span, float]] = []
        began = time.perf_counter()
        groups = _grouped(spans)[:_CHUNKS]
        bodies = ["".join(_flat(document.text[start:end]) for start, end in group) for group in groups]
        texts = [headed(document, stored.passage, body) for body in bodies]
        readings = self._reranking.reranker.read(self._question, texts)
        for group, body, text, reading in zip(groups, bodies, texts, readings, strict=False):
            for (start, end), odds in reading.answers:
                at = _back(group, start - (len(text) - len(body)), end - start)
                if at is not None:
                    found.append((at, odds))
        self.spent += time.perf_counter() - began
        return found


def shown(document: Document, stored: StoredPassage, window: Span) -> str:
    """The window as it was embedded."""
    passage = stored.passage
    whole = window == (passage.start, passage.end)
    return passage_text(document, passage) if whole else window_text(document, passage, window)


def mixed(fused: float, reading: Reading | None, share: float, temperature: float) -> float:
    """0..1. A text that was not read counts as one that does not answer, so reading can only lift."""
    chance = 0.0 if reading is None else 1 / (1 + exp(-max(-30.0, min(30.0, reading.score / temperature))))
    return (1 - share) * fused + share * chance


def _grouped(spans: Sequence[Span]) -> list[list[Span]]:
    groups: list[list[Span]] = []
    for span in spans:
        if groups and sum(end - start for start, end in (*groups[-1], span)) <= _CHUNK:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups


def _flat(sentence: str) -> str:
    """In one line, every character at its place."""
    return sentence.replace("\n", " ").replace("\r", " ")


def _back(group: Sequence[Span], at: int, length: int) -> Span | None:
    """Where the characters from ``at`` of the joined sentences stand in the document; within one sentence."""
    if at < 0:
        return None
    for start, end in group:
        if at < end - start:
            return start + at, min(end, start + at + length)
        at -= end - start
    return None
