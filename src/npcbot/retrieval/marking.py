"""Which sentence of a passage answers: words shared with the question, the best window, what is asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from npcbot.folding import fold_text
from npcbot.index.tokens import weight
from npcbot.passages import sentences
from npcbot.types import Passage, Span

_ASKS_NUMBER: Final = re.compile(
    r"多少|几[个件部次人年项条届位岁名天月种类]|第几|多大|多高|多长|多久|how (?:many|much|long|old|high|far)"
)
_ASKS_TIME: Final = re.compile(r"何时|什么时候|哪(?:一)?[年天日月]|几[年月日号时]|when\b|what year|which year")
_FIGURE: Final = re.compile(r"[0-9]")
_DATE: Final = re.compile(r"[0-9]{1,4}(?:年|月|日|世纪)|1[0-9]{3}|20[0-9]{2}")


@dataclass(frozen=True, slots=True)
class MarkWeights:
    """``window`` is what lying in the best window adds, ``kind`` what holding a figure or date that is asked for adds;
    both in units of the question's whole idf weight. ``length`` is the pull towards short sentences."""

    window: float
    kind: float
    length: float


def mark(
    text: str, passage: Passage, window: Span, question: str, idf: Mapping[str, float], weights: MarkWeights
) -> Span:
    """The span of the one sentence of the passage that most likely answers.

    ``idf`` holds the question's tokens (``npcbot.index.tokens``); a token counts where the folded sentence holds it.
    """
    spans = [span for unit in passage.units for span in sentences(text, unit.start, unit.end)]
    if len(spans) == 1:
        return spans[0]
    folded = fold_text(question)
    asks_number, asks_time = bool(_ASKS_NUMBER.search(folded)), bool(_ASKS_TIME.search(folded))
    total = sum(weight(token) * value for token, value in idf.items()) or 1.0
    shown = [fold_text(text[start:end]) for start, end in spans]
    # Words that every sentence of the passage has tell nothing about which one it is.
    held = [{token for token in idf if token.removeprefix("_") in sentence} for sentence in shown]

    def score(i: int) -> float:
        start, end = spans[i]
        value = sum(weight(token) * idf[token] for token in held[i]) / total
        if start < window[1] and end > window[0] and window != (passage.start, passage.end):
            value += weights.window
        if (asks_number and _FIGURE.search(shown[i])) or (asks_time and _DATE.search(shown[i])):
            value += weights.kind
        return value - weights.length * max(0, end - start - 40) / 100

    return spans[max(range(len(spans)), key=lambda i: (score(i), -i))]


def neighbours(spans: Sequence[Span], chosen: Span, room: int) -> Span:
    """The chosen sentence with whole neighbouring sentences on both sides, ``room`` characters each at most."""
    at = spans.index(chosen)
    start, end = chosen
    for s, _ in reversed(spans[:at]):
        if chosen[0] - s > room:
            break
        start = s
    for _, e in spans[at + 1 :]:
        if e - chosen[1] > room:
            break
        end = e
    return start, end
