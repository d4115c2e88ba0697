"""The quotations in a text: what stands in quotation marks or in a block quotation, and the references beside it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from npcbot.index import DocumentInfo
from npcbot.retrieval import report_names
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
_TURNED: Final = {mark: closing for mark, closing in _PAIRS.items() if mark != closing}
_TURNED_MARK: Final = re.compile(f"[{''.join({*_TURNED, *_TURNED.values()})}]")
#: What does not stand behind a mark that opens.
_GOES_ON: Final = re.compile(r"[\s，。；：、！？,.;:!?）)]|$")
_PARAGRAPH: Final = re.compile(r"[^\n]*(?:\n\s*[（(][一二三四五六七八九十]+[）)][^\n]*)*")
_BLOCK: Final = re.compile(r"(?m)^[ \t]*(?:>|＞|┃|│|&gt;)[ \t]?(.*)$")
#: What stands for words left out.
ELISION: Final = re.compile(r"…+|\.{3,}|。{3,}|[\[［【（(]\s*(?:…+|\.{3,}|略|中略|下略)\s*[\]］】）)]|\*{3,}")
_SENTENCE: Final = re.compile(r"[。！？!?\n]")
#: Characters between a quotation and the reference that it is of.
_NEAR: Final = 60
#: Between a quotation and the reference behind it.
_BEHIND: Final = re.compile(r"[”」』\"’。，,.\s]*(?:[（(—–-]{1,2}\s*)?(?:见|参见|引自)?《?\s*")
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


def quotations(text: str, catalogue: Catalogue, reports: Sequence[tuple[str, DocumentInfo]] = ()) -> list[Quotation]:
    """The quotations of a text, in order, each with the reference that it is claimed to be of, an article or one of the
    ``reports``, as (collection, document); references to articles without one; the whole text where there is neither.
    """
    spans = sorted([*_blocks(text), *_marked(text)])
    outer: list[Span] = []
    for span in spans:
        if not outer or span[0] >= outer[-1][1]:
            outer.append(span)
    found = [Quotation(span, _cleaned(text[span[0] : span[1]])) for span in outer]
    found = [one for one in found if sum(map(str.isalnum, one.text)) > 1]
    named = references(text, catalogue)
    if found:
        named = sorted([*named, *report_names.cited(text, reports)], key=lambda one: one.span)
    named = [one for one in named if not _within(outer, one.span[0])]
    if not found and not named:
        start = len(text) - len(text.lstrip())
        return [Quotation((start, len(text.rstrip())), text.strip(), quoted=False)] if text.strip() else []
    return sorted(_paired(text, found, named), key=lambda one: one.span)


def _within(spans: Sequence[Span], place: int) -> bool:
    """Whether one of some spans, which are in order and apart, has a place."""
    number = bisect_right(spans, place, key=lambda span: span[0])
    return number > 0 and place < spans[number - 1][1]


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
        if place not in taken and reference.targets:  # a report as a whole is no quotation
            start, end = reference.span
            yield Quotation(reference.span, text[start:end], reference, quoted=False)


def _claimed(text: str, span: Span, named: Sequence[Reference], taken: set[int]) -> int | None:
    """The reference that leads up to a quotation in its sentence, else the one in brackets right behind it."""
    before = bisect_right(named, span[0], key=lambda one: one.span[1]) - 1
    if before >= 0 and before not in taken:
        end = named[before].span[1]
        if span[0] - end <= _NEAR and not _SENTENCE.search(text, end, span[0]):
            return before
    behind = bisect_left(named, span[1], key=lambda one: one.span[0])
    if behind < len(named) and _BEHIND.fullmatch(text, span[1], named[behind].span[0]):
        return behind
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
    """What stands between outermost marks, the marks left out. A mark that looks the same on both sides and is not
    closed opens nothing."""
    ends = _ends(text)
    position = 0
    while position < len(text):
        closing = _PAIRS.get(text[position])
        if closing is not None and not _apostrophe(text, position):
            end = ends.get(position, -1) if text[position] in _TURNED else text.find(closing, position + 1)
            if end > position + 1:
                yield position + 1, end
                position = end if text.startswith(closing, end) else end - 1
        position += 1


def _ends(text: str) -> dict[int, int]:
    """Where what each mark opens ends, of those that do not look the same on both sides. What is not closed ends with
    its line and the 项 below, or where the next one opens: of several paragraphs each is opened and the last one alone
    closed."""
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {mark: [] for mark in _TURNED}
    for match in _TURNED_MARK.finditer(text):
        if match[0] in opened:
            opened[match[0]].append(match.start())
            continue
        for mark, places in opened.items():
            if _TURNED[mark] == match[0] and places:
                ends[places.pop()] = match.start()
    for mark, places in opened.items():
        for place in places:
            if not _GOES_ON.match(text, place + 1):  # “……“，: the second was to close
                following = text.find(mark, place + 1)
                paragraph = _PARAGRAPH.match(text, place, following if following >= 0 else len(text))
                assert paragraph is not None
                ends[place] = paragraph.end()
    return ends


def _apostrophe(text: str, position: int) -> bool:
    before = text[position - 1 : position]
    return text[position] in "‘'" and before.isascii() and before.isalpha()


def _cleaned(text: str) -> str:
    """Without the signs of a block quotation."""
    return _BLOCK.sub(lambda match: match[1], text).strip()
