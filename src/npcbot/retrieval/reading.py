"""Candidates read together with the question: scored again, and searched for the words that answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from npcbot.config import Settings
from npcbot.index.enrich import headed
from npcbot.index.records import StoredPassage
from npcbot.rerankers import load_reranker
from npcbot.retrieval.asking import understand
from npcbot.types import Document, Reading, Reranker, Span

#: Characters of the sentences that are read at once around the window; stretches of a passage that are read at most.
_STRETCH: Final = 160
_STRETCHES: Final = 6
#: Hits that are read in any case; others only where one of them can still come first.
AT_ONCE: Final = 2
#: Share of the time that ranking may take; the rest is for the sentences of the first passage.
_RANKING: Final = 0.7


@dataclass(frozen=True, slots=True)
class Reranking:
    """A reranker with what it may cost a question: windows that are ranked, and seconds for all that is read."""

    reranker: Reranker
    depth: int
    seconds: float


def load_reranking(settings: Settings) -> Reranking | None:
    """As the settings have it; None where they turn it off. EncoderError where the reranker is missing or broken."""
    reranker = load_reranker(settings.reranker, settings.encoder.threads)
    if reranker is None:
        return None
    return Reranking(reranker, settings.reranker.depth, settings.reranker.budget_ms / 1000)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sentences of a passage that are read at once. ``text`` is what is read: title, innermost heading, and from
    character ``body`` the sentences in one line."""

    spans: tuple[Span, ...]
    text: str
    body: int

    def place(self, start: int, end: int) -> Span | None:
        """Where these characters of ``text`` stand in the document: within one sentence or some that follow on each
        other in a line, else as far as the line goes; None for a heading."""
        at, left = start - self.body, end - start
        if at < 0:
            return None
        spans = iter(self.spans)
        for first, last in spans:
            if at < last - first:
                begin, stop = first + at, min(last, first + at + left)
                left -= stop - begin
                for following, last_ in spans:
                    if not left or following > stop:
                        break
                    stop = min(last_, following + left)
                    left -= stop - following
                return begin, stop
            at -= last - first
        return None


def stretches(document: Document, stored: StoredPassage, spans: Sequence[Span], window: Span) -> list[Stretch]:
    """The sentences at ``spans`` of the passage in groups: first what is in the window, then what is around it."""
    low, high = window
    before = [(start, min(end, low)) for start, end in spans if start < low]
    within = [(max(start, low), min(end, high)) for start, end in spans if start < high and low < end]
    after = [(max(start, high), end) for start, end in spans if high < end]
    groups = [within, *_grouped([*before, *after])]
    made = []
    for group in filter(None, groups[:_STRETCHES]):
        # In one line, every character at its place.
        body = "".join(document.text[start:end] for start, end in group).replace("\n", " ").replace("\r", " ")
        text = headed(document, stored.passage, body)
        made.append(Stretch(tuple(group), text, len(text) - len(body)))
    return made


class Reads:
    """What was read for one question; a text is read once, and all reading of one search shares a budget."""

    def __init__(self, reranking: Reranking, question: str) -> None:
        self._reranking = reranking
        self._question = question
        self._known: dict[str, Reading] = {}
        self._begun = self.spent = 0.0
        reranking.reranker.prepare()

    @property
    def depth(self) -> int:
        return self._reranking.depth

    @property
    def reranker(self) -> str:
        """The reranker's fingerprint."""
        return self._reranking.reranker.fingerprint

    def begin(self) -> None:
        """Another search for the question begins, and its time with it."""
        self._begun = self.spent

    def ranking(self, texts: Sequence[str]) -> list[Reading | None]:
        """Readings of the texts, as far as the time for ranking goes; None of the others."""
        return self._of(texts, _RANKING)

    def answers(self, parts: Sequence[Stretch]) -> list[tuple[Span, float]]:
        """The likeliest answers in these stretches, as spans of the document, with their log odds."""
        found: list[tuple[Span, float]] = []
        for part, reading in zip(parts, self._of([part.text for part in parts], 1.0), strict=True):
            for span, odds in reading.answers if reading is not None else ():
                at = part.place(*span)
                if at is not None:
                    found.append((at, odds))
        return found

    def _of(self, texts: Sequence[str], share: float) -> list[Reading | None]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            began = time.perf_counter()
            left = share * self._reranking.seconds - (self.spent - self._begun)
            # At least two are begun together, as fast as those before.
            needed = self.spent / len(self._known) * min(2, len(new)) if self._known else 0.0
            if needed <= left:
                readings = self._reranking.reranker.read(self._question, new, left)
                self._known.update(zip(new, readings, strict=False))
                self.spent += time.perf_counter() - began
        return [self._known.get(text) for text in texts]


def answer_in(answers: Sequence[tuple[Span, float]], marked: Span, question: str) -> Span | None:
    """The words of the marked sentence that answer a question of number, date, person, place or name: those that the
    reranker takes for it rather than for no answer."""
    if not understand(question).quotable:
        return None
    inside = [(odds, span) for span, odds in answers if marked[0] <= span[0] < span[1] <= marked[1]]
    odds, span = max(inside, default=(0.0, marked))
    return span if odds > 0 else None


def _grouped(spans: Sequence[Span]) -> list[list[Span]]:
    groups: list[list[Span]] = []
    for span in spans:
        if groups and sum(end - start for start, end in (*groups[-1], span)) <= _STRETCH:
            groups[-1].append(span)
        else:
            groups.append([span])
    return groups
