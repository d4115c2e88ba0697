"""What the lexical index counts: jieba's words, bigrams of Han characters, figures with and without unit, other words.

Everything is taken from the folded text. Passages are cut in jieba's search mode, which also gives the shorter words
inside a long one; questions are cut plainly, since counting 人民, 代表 and 代表大会 beside 人民代表大会 would make one
long word outweigh the rest of the question. Bigrams, marked with ``_``, find what is cut differently or unknown to
jieba; ``weight`` makes them count for less. No stop words are dropped: idf sees to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Final

from npcbot.folding import fold_text
from npcbot.index.segmenting import fingerprint, full_segmenter, light_segmenter

# Changes whenever the same text could give other tokens: an index made under another one must be rebuilt.
TOKENS_VERSION: Final = f"1-{fingerprint()}"
# From 0.3 to 0.7 all is within half a point of nDCG@10 on the dev sets; without bigrams three points go on two of them.
BIGRAM_WEIGHT: Final = 0.5
_BIGRAM_MARK: Final = "_"
_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_TOKEN: Final = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    rf"|(?P<figure>[0-9]+(?:\.[0-9]+)?)(?![0-9]*[a-z])(?P<scale>万亿|[万亿])?(?P<unit>[%‰{_HAN}])?"
    rf"|(?P<word>(?:(?![{_HAN}])[^\W_])+)"
)
_ZEROS: Final = {None: 0, "万": 4, "亿": 8, "万亿": 12}
_LONGEST: Final = 64


def weight(token: str) -> float:
    """How much a token counts in the score, as a factor of its idf."""
    return BIGRAM_WEIGHT if token.startswith(_BIGRAM_MARK) else 1.0


def tokenize_question(text: str) -> list[str]:
    """The distinct tokens to search for, in their order. Opens jieba's dictionary without loading it."""
    return list(dict.fromkeys(_tokens(fold_text(text), light_segmenter().words)))


def tokenize(text: str) -> list[str]:
    """The tokens under which a passage is indexed: for a few texts, without loading jieba's dictionary."""
    return _tokens(fold_text(text), light_segmenter().all_words)


def tokenize_many(texts: Iterable[str]) -> Iterator[list[str]]:
    """``tokenize`` of each text, lazily: loads jieba's whole dictionary (half a second) and then runs much faster."""
    # Official texts repeat themselves: four runs of characters in ten have been cut before.
    cut = lru_cache(maxsize=1 << 15)(full_segmenter().all_words)
    for text in texts:
        yield _tokens(fold_text(text), cut)


def _tokens(folded: str, cut: Callable[[str], list[str]]) -> list[str]:
    tokens: list[str] = []
    position = 0
    while match := _TOKEN.search(folded, position):
        position = match.end()
        if run := match["han"]:
            tokens += cut(run)
            tokens += [_BIGRAM_MARK + run[i : i + 2] for i in range(len(run) - 1)]
        elif figure := match["figure"]:
            value = _value(figure, match["scale"])
            tokens.append(value)
            if unit := match["unit"]:
                tokens.append(value + unit)
                if unit not in "%‰":
                    position -= 1  # the unit also begins the words after the figure
        else:
            tokens.append(match["word"][:_LONGEST])
    return tokens


def _value(figure: str, scale: str | None) -> str:
    """2.5万 and 25000 are one token, so are 007 and 7; figures beyond counting stay as they are, cut to a length."""
    whole, _, fraction = figure.partition(".")
    zeros = _ZEROS[scale]
    moved = fraction[:zeros].ljust(zeros, "0")
    rest = fraction[zeros:].rstrip("0")
    whole = (whole + moved).lstrip("0") or "0"
    return (f"{whole}.{rest}" if rest else whole)[:_LONGEST]
