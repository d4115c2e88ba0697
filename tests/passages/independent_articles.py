"""A second count of a statute's article numbers, simple on purpose and owing nothing to the parser.

Every 「第…条」 that opens a line, or follows the end of a sentence and a space, is a candidate. The articles are the
chain of candidates, in the order of the text, that scores best: one for each article, less for each number that it
skips and for one whose place looks like a quotation. What is not on the chain (quoted articles, adoption notes) is no
article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = "[〇○零一二三四五六七八九十百千两]+|[0-9０-９]+"
_PLACE = r"(?:^[ \t\u3000\u2002*#“\"]*|(?<=[。；：）”]) )"
_NO_HEAD = "(?![一二三四五六七八九十第、，的规])"  # 第三十一条的决定, 第十条、第十一条
_CANDIDATE = re.compile(
    rf"{_PLACE}[第笫]\s?({_NUMBER})\s?条(?:之([一二三四五六七八九十]+))?{_NO_HEAD}",
    re.MULTILINE,
)
_FIGURES = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_QUOTED = 0.6  # what a candidate in quotation marks or without a gap after its number costs
_SKIPPED = 0.4  # what each number left out costs

Key = tuple[int, int]


def value(text: str) -> int:
    if text[0] not in "〇○零一二三四五六七八九十百千两":
        return int(text)
    if not set(text) & set("十百千"):  # 一○二
        return int("".join(str(_FIGURES[c]) for c in text))
    total = figure = 0
    for c in text:
        if c in "十百千":
            total += (figure or 1) * 10 ** ("十百千".index(c) + 1)
            figure = 0
        else:
            figure = _FIGURES[c]
    return total + figure


def candidates(text: str) -> Iterator[tuple[int, Key, float]]:
    """(offset, (number, 之), cost) in the order of the text."""
    for m in _CANDIDATE.finditer(text):
        gap = text[m.end() : m.end() + 1] in " \u3000\u2002\u00a0\n【〔（"
        cost = _QUOTED * ((not gap) + ("“" in m[0] or '"' in m[0]))
        yield m.start(), (value(m[1]), value(m[2]) if m[2] else 0), cost


def distance(before: Key, after: Key) -> int | None:
    """How many numbers lie between two neighbours on the chain; None where the second cannot follow the first."""
    if after <= before:
        return None
    if after[0] == before[0]:
        return after[1] - before[1] - 1
    return after[0] - before[0] - 1 + (max(after[1] - 1, 0) if after[1] else 0)


def articles(text: str) -> list[str]:
    """The article numbers of a statute in order: ``"12"``, ``"108-1"`` for 第一百零八条之一."""
    found = list(candidates(text))
    best: list[tuple[float, int]] = []
    for i, (_, key, cost) in enumerate(found):
        score, previous = 1 - cost, -1
        for j in range(i):
            if (gap := distance(found[j][1], key)) is None:
                continue
            through = best[j][0] + 1 - cost - _SKIPPED * gap
            if through > score:
                score, previous = through, j
        best.append((score, previous))
    if not best:
        return []
    chain = []
    at = max(range(len(best)), key=lambda i: best[i][0])
    while at >= 0:
        number, sub = found[at][1]
        chain.append(f"{number}-{sub}" if sub else str(number))
        at = best[at][1]
    return chain[::-1]
