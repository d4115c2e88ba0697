"""Which sentence of a passage answers: a linear score over a few features of each sentence, fitted on gold answers.

Words count by their idf; by how few sentences of the passage have them; by how near they stand to the interrogative in
the question; and apart, whether the passage's title or first sentence has them: the subject of a question is named
where the passage begins, the answer seldom stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from math import exp, log, log1p
from typing import Final

import numpy as np
import numpy.typing as npt

from npcbot.folding import fold_text
from npcbot.index.tokens import weight
from npcbot.passages import sentences, strip_breaks
from npcbot.retrieval.asking import SIGNS, Asked, understand
from npcbot.types import Passage, Span

#: Name → weight; see ``features``. Names that are missing weigh nothing.
MarkWeights = Mapping[str, float]

#: Of every sentence, in this order.
FEATURES: Final = (
    # Shares of the question's words, idf-weighted, that the sentence has.
    "words",
    "rare_here",
    "near",
    "near_rare_here",
    "topic",
    "beyond_topic",
    "characters",
    "clause",
    "before",
    "after",
    # What is asked for.
    "number",
    "date",
    "person",
    "place",
    "cause",
    "name",
    "list",
    "counted",
    "lead_in",
    "typed_clause",
    "opening_definition",
    # The sentence itself.
    "opening",
    "length",
    "other_words",
    "window",
    "meaning",
    # What the reranker takes for the answer.
    "answer",
    "answer_share",
)
_CLAUSE: Final = re.compile(r"[，,；;：:。]")
#: Two sentences are marked as one where they are worth nearly the same and together no longer than a window.
_NEARLY: Final = 1.0
_TOGETHER: Final = 120
#: The same where the reranker takes words of both for the answer.
_TOGETHER_READ: Final = 240
#: Log odds of an answer where the reranker sees none.
_NONE: Final = -20.0
_PLAIN: Final = frozenset("的了是在有和与及或之其于以为被由所而也都就并等这那个哪什么吗呢多少几何年月日谁请问")


def sentences_of(text: str, passage: Passage) -> list[Span]:
    return [span for unit in passage.units for span in sentences(text, unit.start, unit.end)]


def scored(table: npt.NDArray[np.float64], weights: MarkWeights) -> npt.NDArray[np.float64]:
    """The score of each sentence."""
    return np.asarray(table @ np.array([weights.get(name, 0.0) for name in FEATURES]))


def choose(
    text: str,
    spans: Sequence[Span],
    table: npt.NDArray[np.float64],
    weights: MarkWeights,
    answers: Sequence[tuple[Span, float]] = (),
) -> Span:
    """The span of the sentence that most likely answers, with its neighbour in the paragraph where two are as likely or
    where the answer goes on in it.

    ``table`` is what ``features`` gave for the sentences at ``spans`` of ``text``, ``answers`` what it was given.
    """
    scores = scored(table, weights)
    best = int(np.argmax(scores))
    chosen, second = spans[best], -np.inf
    for first in (best - 1, best):
        if first < 0 or first + 1 == len(spans) or "\n" in text[spans[first][1] : spans[first + 1][0]]:
            continue
        other = scores[first if first < best else first + 1]
        both = (spans[first][0], spans[first + 1][1])
        if other > max(second, scores[best] - _NEARLY) and both[1] - both[0] <= _TOGETHER:
            chosen, second = both, other
    return _whole(spans, chosen, answers)


def _whole(spans: Sequence[Span], chosen: Span, answers: Sequence[tuple[Span, float]]) -> Span:
    """The chosen sentences with those into which the likeliest answer goes on."""
    (start, end), odds = max(answers, key=lambda answer: answer[1], default=(chosen, 0.0))
    touched = [span for span in spans if span[0] < end and start < span[1]]
    if odds <= 0 or len(touched) < 2 or not any(chosen[0] <= span[0] < chosen[1] for span in touched):
        return chosen
    whole = min(chosen[0], touched[0][0]), max(chosen[1], touched[-1][1])
    return whole if whole[1] - whole[0] <= _TOGETHER_READ else chosen


def features(
    text: str,
    spans: Sequence[Span],
    window: Span | None,
    topic: str,
    question: str,
    idf: Mapping[str, float],
    meaning: Sequence[float] | None = None,
    answers: Sequence[tuple[Span, float]] = (),
) -> npt.NDArray[np.float64]:
    """float64 ``(len(spans), len(FEATURES))`` of the sentences at ``spans``; a token counts where a sentence holds it.

    ``window`` is the part of the passage found best, None where it is the whole; ``topic`` the titles above it; ``idf``
    holds the question's tokens (``npcbot.index.tokens``); ``meaning`` each sentence's cosine with the question;
    ``answers`` what the reranker found, as spans of the text with their log odds.
    """
    asked = understand(question)
    # A word may be broken at the end of a line.
    shown = [fold_text(strip_breaks(text[start:end])) for start, end in spans]
    inside = [window is not None and start < window[1] and end > window[0] for start, end in spans]
    plain = {token: token.removeprefix("_") for token in idf}
    worth = {token: weight(token) * value for token, value in idf.items()}
    held = [{token for token, word in plain.items() if word in sentence} for sentence in shown]
    rare = _rarity(worth, held)
    near = {token: value * asked.nearness(plain[token]) for token, value in worth.items()}
    first = shown[0] + fold_text(topic)
    known = {token for token, word in plain.items() if word in first}
    whole = sum(worth.values()) or 1.0
    words = [_share(worth, have) for have in held]
    clauses = [[clause for clause in _CLAUSE.split(sentence) if clause] for sentence in shown]
    covered = [[_share(near, _within(plain, clause)) for clause in parts] or [0.0] for parts in clauses]
    columns: dict[str, Iterable[float]] = {
        "words": words,
        "rare_here": (_share(rare, have) for have in held),
        "near": (_share(near, have) for have in held),
        "near_rare_here": _shares(_rarity(near, held), held),
        "topic": (sum(worth[token] for token in have & known) / whole for have in held),
        "beyond_topic": (sum(worth[token] for token in have - known) / whole for have in held),
        "characters": _characters(shown, asked),
        "clause": (max(values) for values in covered),
        "before": [0.0, *words[:-1]],
        "after": [*words[1:], 0.0],
        "counted": _has(shown, rf"[0-9万亿两多余]{re.escape(asked.counted)}" if asked.counted else ""),
        "lead_in": _has(shown, re.escape(asked.before) if len(asked.before) == 2 else ""),
        "typed_clause": (_typed(parts, values, asked) for parts, values in zip(clauses, covered, strict=True)),
        "opening_definition": (float(i == 0 and "definition" in asked.kinds) for i in range(len(shown))),
        "opening": (float(i == 0) for i in range(len(shown))),
        "length": (min(len(sentence), 200) / 100 for sentence in shown),
        "other_words": (min(3.0, sum(c not in asked.text for c in sentence) / 50) for sentence in shown),
        "window": (float(value) for value in inside),
        "meaning": [10 * (value - max(meaning)) for value in meaning] if meaning else [0.0] * len(shown),
    }
    odds = [_either([value for (a, _), value in answers if start <= a < end]) for start, end in spans]
    best = max(odds, default=_NONE)
    columns["answer"] = [max(value - best, _NONE) / 10 if answers else 0.0 for value in odds]
    # The rest is that of "not here".
    total = _either([0.0, *odds])
    columns["answer_share"] = [exp(value - total) if answers else 0.0 for value in odds]
    for kind, sign in SIGNS.items():
        columns[kind] = [float(kind in asked.kinds and sign.search(sentence) is not None) for sentence in shown]
    return np.array([list(columns[name]) for name in FEATURES]).T


def neighbours(spans: Sequence[Span], chosen: Span, room: int) -> Span:
    """The chosen sentences with whole neighbouring ones on both sides, ``room`` characters each at most."""
    start, end = chosen
    for s, e in reversed(spans):
        if e <= chosen[0]:
            if chosen[0] - s > room:
                break
            start = s
    for s, e in spans:
        if s >= chosen[1]:
            if e - chosen[1] > room:
                break
            end = e
    return start, end


def _either(odds: Sequence[float]) -> float:
    """Log odds of one or another: a sentence with three terms answers as well as one that names only one of them."""
    return float(np.logaddexp.reduce(odds)) if odds else _NONE


def _within(plain: Mapping[str, str], clause: str) -> set[str]:
    return {token for token, word in plain.items() if word in clause}


def _share(worth: Mapping[str, float], have: Iterable[str]) -> float:
    whole = sum(worth.values())
    return sum(worth.get(token, 0.0) for token in have) / whole if whole else 0.0


def _shares(worth: Mapping[str, float], held: Sequence[Iterable[str]]) -> list[float]:
    return [_share(worth, have) for have in held]


def _rarity(worth: Mapping[str, float], held: Sequence[set[str]]) -> dict[str, float]:
    """Each token's worth times its idf among the sentences, of those that occur."""
    counts = {token: sum(token in have for have in held) for token in worth}
    return {t: worth[t] * log1p((len(held) - n + 0.5) / (n + 0.5)) for t, n in counts.items() if n}


def _characters(shown: Sequence[str], asked: Asked) -> list[float]:
    """The share of single Han characters, which find 建于 where 建成 was asked, by rarity and nearness."""
    chars = {c for c in asked.text if "\u4e00" <= c <= "\u9fff"} - _PLAIN
    counts = {c: sum(c in sentence for sentence in shown) for c in chars}
    worth = {c: asked.nearness(c) * log((len(shown) + 1) / (n + 0.5)) for c, n in counts.items() if n}
    return [_share(worth, (c for c in worth if c in sentence)) for sentence in shown]


def _has(shown: Sequence[str], pattern: str) -> list[float]:
    return [float(bool(pattern) and re.search(pattern, sentence) is not None) for sentence in shown]


def _typed(clauses: Sequence[str], covered: Sequence[float], asked: Asked) -> float:
    """How well a clause with a figure or date that is asked for, or one beside it, covers the question."""
    kinds = asked.kinds & {"number", "date"}
    return max(
        (
            max(covered[max(0, i - 1) : i + 2])
            for i, clause in enumerate(clauses)
            if any(SIGNS[kind].search(clause) for kind in kinds)
        ),
        default=0.0,
    )
