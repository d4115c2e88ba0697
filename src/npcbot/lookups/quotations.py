"""The quotations in a text: what stands in quotation marks or in a block quotation, and the references beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from npcbot.retrieval.narrowing import Catalogue
from npcbot.retrieval.references import Reference, references
from npcbot.types import Span

_PAIRS: Final = {
    "“": "”",
    "「": "」",
    "『": "』",
    "〝": "〞",
    "‘": "’",
    "«": "»",
    "＂": "＂",
    '"': '"',
    "〟": "〞",
    "'": "'",
    "＇": "＇",
    "‹": "›",
}
_BLOCK: Final = re.compile(r"(?m)^[ \t]*(?:>|＞|┃|│|&gt;)[ \t]?(.*)$")
#: What stands for words left out.
ELISION: Final = re.compile(r"…+|\.{3,}|。{3,}|[\[［【（(]\s*(?:…+|\.{3,}|略|中略|下略)\s*[\]］】）)]|\*{3,}")
_SENTENCE: Final = re.compile(r"[。！？!?\n]")
#: Characters between a quotation and the reference that it is of.
_NEAR: Final = 60
#: Between two quotations of one article.
_AND: Final = re.compile(r"[，,、；;和及与并且以”」』’\"\s“「『‘]*")


@dataclass(frozen=True, slots=True)
class Quotation:
    """``span`` in the text that was read; ``reference`` says where it is claimed to stand. ``quoted`` is false of a
    reference without a quotation, and of a text that has no marks and is taken as a whole."""

    span: Span
    text: str
    reference: Reference | None = None
    quoted: bool = True


def quotations(text: str, catalogue: Catalogue) -> list[Quotation]:
    """The quotations of a text, in order, each with the reference that it is claimed to be of; references without one;
    the whole text where there is neither."""
    spans = sorted([*_blocks(text), *_marked(text)])
    outer: list[Span] = []
    for span in spans:
        if not outer or span[0] >= outer[-1][1]:
            outer.append(span)
    found = [Quotation(span, _cleaned(text[span[0] : span[1]])) for span in outer]
    found = [one for one in found if sum(map(str.isalnum, one.text)) > 1]
    named = [one for one in references(text, catalogue) if not any(s <= one.span[0] < e for s, e in outer)]
    if not found and not named:
        start = len(text) - len(text.lstrip())
        return [Quotation((start, len(text.rstrip())), text.strip(), quoted=False)] if text.strip() else []
    return sorted(_paired(text, found, named), key=lambda one: one.span)


def parts(quotation: str) -> list[str]:
    """The stretches of a quotation between the marks of words left out."""
    return [part for part in ELISION.split(quotation) if any(map(str.isalnum, part))]


def _paired(text: str, found: Sequence[Quotation], named: Sequence[Reference]) -> Iterator[Quotation]:
    taken: set[int] = set()
    last: tuple[int | None, int] = (None, 0)
    for one in found:
        place = _claimed(text, one.span, named, taken)
        if place is None and _AND.fullmatch(text, last[1], one.span[0]):
            place = last[0]  # 第三条规定“……”和“……”: both are of it
        last = (place, one.span[1])
        if place is None:
            yield one
        else:
            taken.add(place)
            yield replace(one, reference=named[place])
    for place, reference in enumerate(named):
        if place not in taken:
            start, end = reference.span
            yield Quotation(reference.span, text[start:end], reference, quoted=False)


def _claimed(text: str, span: Span, named: Sequence[Reference], taken: set[int]) -> int | None:
    """The reference that leads up to a quotation in its sentence, else the one in brackets right behind it."""
    before = [i for i, one in enumerate(named) if one.span[1] <= span[0] and span[0] - one.span[1] <= _NEAR]
    if before and not _SENTENCE.search(text, named[before[-1]].span[1], span[0]) and before[-1] not in taken:
        return before[-1]
    for i, one in enumerate(named):
        between = text[span[1] : one.span[0]]
        if one.span[0] >= span[1] and re.fullmatch(
            r"[”」』\"’。，,.\s]*(?:[（(—–-]{1,2}\s*)?(?:见|参见|引自)?《?\s*", between
        ):
            return i
    return None


def _blocks(text: str) -> Iterator[Span]:
    """Lines that begin with the sign of a block quotation, those that follow each other as one."""
    start = end = -1
    for match in _BLOCK.finditer(text):
        if start >= 0 and match.start() > end + 1:
            yield start, end
            start = -1
        if start < 0:
            start = match.start()
        end = match.end()
    if start >= 0:
        yield start, end


def _marked(text: str) -> Iterator[Span]:
    """What stands between outermost marks, the marks left out. A mark that is not closed opens nothing."""
    position = 0
    while position < len(text):
        closing = _PAIRS.get(text[position])
        if closing is not None and not _apostrophe(text, position):
            end = _closed(text, position, closing)
            if end > position + 1:
                yield position + 1, end
                position = end
        position += 1


def _closed(text: str, position: int, closing: str) -> int:
    opening, depth = text[position], 0
    for place in range(position, len(text)):
        if text[place] == closing and place > position:
            depth -= 1
            if depth <= 0:
                return place
        elif text[place] == opening:
            depth += 1
    return -1


def _apostrophe(text: str, position: int) -> bool:
    before = text[position - 1 : position]
    return text[position] in "‘'" and before.isascii() and before.isalpha()


def _cleaned(text: str) -> str:
    """Without the signs of a block quotation."""
    return _BLOCK.sub(lambda match: match[1], text).strip()
