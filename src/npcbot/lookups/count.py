"""How often a term stands in the documents: every occurrence, each with its place; and where it never does.

Counting is exhaustive: the whole text is scanned, headings and front matter too. A term is found in every script and
width, torn by a line or a page or not; one that holds a numeral also where the numeral is written the other way
(第12条, 第十二条). Occurrences inside a longer word (法制 in 立法制度) or a longer number (五年 in 十五年) are counted
and told apart.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any, Final

from npcbot.answer.citation import display_heading, titled
from npcbot.errors import QuestionError
from npcbot.folding import fold_text
from npcbot.index import Collection, DocumentInfo
from npcbot.index.segmenting import light_segmenter
from npcbot.lookups import chart
from npcbot.lookups.scan import Places, Scan, scan_of, scanned
from npcbot.numerals import NUMERAL_CLASS, to_chinese
from npcbot.types import Kind, Span

#: Han characters on either side that jieba sees of an occurrence.
_CONTEXT: Final = 12
#: Occurrences of a term, after which longer words are no longer told apart: jieba would take seconds.
MOST_TOLD_APART: Final = 20_000
_HAN_RUN: Final = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]+")
_NUMERAL: Final = re.compile(f"[{NUMERAL_CLASS}]")
_FIGURE: Final = re.compile(r"[0-9]+")
_BREAK: Final = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_TWO: Final = re.compile(r"(?<![0-9])2(?![0-9])")
_LONGEST: Final = 200


class By(StrEnum):
    DOCUMENT = "document"
    YEAR = "year"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """``span`` in the document's text. ``inside`` is the longer word or number that it is a part of, ``""`` where it
    stands for itself or where that was not looked at."""

    document: int
    span: Span
    inside: str


@dataclass(frozen=True, slots=True)
class Searched:
    """One document that was searched; ``collection`` is its collection's name."""

    collection: str
    info: DocumentInfo

    @property
    def year(self) -> str:
        return self.info.date[:4]


@dataclass(frozen=True, slots=True)
class Row:
    """``counts`` of each term in one document, year or section."""

    label: str
    counts: tuple[int, ...]
    documents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """``occurrences[i]`` are those of ``terms[i]``, in the order of the documents searched."""

    terms: tuple[str, ...]
    searched: tuple[Searched, ...]
    occurrences: tuple[tuple[Occurrence, ...], ...]
    told_apart: tuple[bool, ...]

    @property
    def totals(self) -> tuple[int, ...]:
        return tuple(len(found) for found in self.occurrences)

    @property
    def inside(self) -> tuple[int, ...]:
        """Of the totals, those inside a longer word or number."""
        return tuple(sum(1 for one in found if one.inside) for found in self.occurrences)

    def longer(self, term: int) -> list[tuple[str, int]]:
        """The longer words that a term is a part of, the most frequent first."""
        return Counter(one.inside for one in self.occurrences[term] if one.inside).most_common()

    def years(self) -> list[Row]:
        """A row a year that has a document, in order; documents without a date come last."""
        numbers: dict[str, list[int]] = {}
        for number, one in enumerate(self.searched):
            numbers.setdefault(one.year, []).append(number)
        return [
            self._row(year or "无日期", numbers[year]) for year in sorted(numbers, key=lambda year: (not year, year))
        ]

    def documents(self) -> list[Row]:
        """A row a document that has one of the terms, in order of date."""
        dates = [one.info.date for one in self.searched]
        order = sorted(
            {one.document for found in self.occurrences for one in found}, key=lambda i: (not dates[i], dates[i])
        )
        names = [titled(one.info.title, one.info.date) for one in self.searched]
        return [self._row(names[number], [number]) for number in order]

    def years_without_document(self) -> list[str]:
        """Years between the first and the last that no document searched is of."""
        years = {int(one.year) for one in self.searched if one.year}
        return [str(year) for year in range(min(years), max(years)) if year not in years] if years else []

    def incomplete(self) -> list[Searched]:
        """Documents whose text is known not to be whole: an absence there proves less."""
        return [one for one in self.searched if one.info.incomplete]

    def superseded(self) -> int:
        """Documents searched that are versions no longer in force."""
        return sum(1 for one in self.searched if one.info.superseded_by)

    def _row(self, label: str, numbers: Sequence[int]) -> Row:
        chosen = set(numbers)
        return Row(
            label, tuple(sum(one.document in chosen for one in found) for found in self.occurrences), tuple(numbers)
        )


def count(
    collections: Sequence[Collection],
    terms: Sequence[str],
    *,
    kind: Kind | None = None,
    wanted: Callable[[DocumentInfo], bool] = lambda info: True,
) -> Counts:
    """Every occurrence of each term in the documents of that kind that are ``wanted``.

    Raises:
        QuestionError: a term without a letter or figure, or too long; no document to search.
        IndexDamaged: a text is not the one that was indexed.
    """
    needles = [_variants(term) for term in terms]
    searched: list[Searched] = []
    numbers: list[dict[int, int]] = []
    for collection in collections:
        chosen: dict[int, int] = {}
        for number, info in enumerate(collection.documents()):
            if (kind is None or info.kind is kind) and wanted(info):
                chosen[number] = len(searched)
                searched.append(Searched(collection.name, info))
        numbers.append(chosen)
    if not searched:
        raise QuestionError("No document is searched.", "List them: npcbot docs; widen --kind or --document.")
    occurrences, told = [], []
    for needle in needles:
        places = [
            (scan_of(collection), numbers[i], list(_places(scan_of(collection), needle, numbers[i])))
            for i, collection in enumerate(collections)
        ]
        few = sum(len(found) for _, _, found in places) <= MOST_TOLD_APART
        occurrences.append(tuple(one for part in places for one in _occurrences(*part, few)))
        told.append(few)
    return Counts(tuple(terms), tuple(searched), tuple(occurrences), tuple(told))


def _variants(term: str) -> dict[str, bool]:
    """The strings to search for, and whether each is the term itself or the same with its numerals written otherwise.

    Raises:
        QuestionError: see ``count``.
    """
    own = scanned(term).text
    if not any(char.isalnum() for char in own) or len(own) > _LONGEST:
        raise QuestionError(
            f"{term!r} cannot be counted.", f"Give a word or phrase of at most {_LONGEST} characters, for example 人大."
        )
    found = {own: True}
    arabic = fold_text(term)
    if arabic != term.casefold() or _FIGURE.search(arabic):
        writings: list[Callable[[int], str]] = [to_chinese, *(partial(_digits, zero) for zero in "〇○零")]
        others = [arabic, *(_FIGURE.sub(partial(_written, write), arabic) for write in writings)]
        if _TWO.search(arabic):
            others.append(_TWO.sub("两", arabic))
        for other in others:
            found.setdefault(scanned(other).text, False)
    return found


def _written(write: Callable[[int], str], figure: re.Match[str]) -> str:
    return write(int(figure[0])) if len(figure[0]) <= 15 else figure[0]


def _digits(zero: str, number: int) -> str:
    """1990 as 一九九〇, the way of years; other numbers are not written so."""
    if not 1000 <= number <= 2999:
        return str(number)
    return "".join(to_chinese(int(digit)) if digit != "0" else zero for digit in str(number))


def _places(scan: Scan, needle: dict[str, bool], chosen: dict[int, int]) -> Iterator[tuple[int, int, int, bool]]:
    """Document, place in all texts, length and whether it is the term itself, in order, none overlapping."""
    hits = sorted((place, -len(text), own) for text, own in needle.items() for place in scan.find(text))
    end = -1
    for place, length, own in hits:
        if place < end:
            continue
        number = scan.document_at(place)[0]
        if number in chosen:
            end = place - length
            yield number, place, -length, own


def _occurrences(
    scan: Scan, chosen: dict[int, int], places: Iterable[tuple[int, int, int, bool]], apart: bool
) -> Iterator[Occurrence]:
    current, where = -1, None
    for number, place, length, own in places:
        if number != current:
            current, where = number, None
        longer_number = _number_goes_on(scan.text, place, place + length)
        if longer_number and not own:
            continue  # 五年 is not in 1995年, though 5年 is
        start, end = scan.span(place, place + length)
        # White space was left out everywhere; of line breaks only those inside a paragraph are the page's.
        if end - start > length:
            where = where or Places(scan.collection, scan.info(number))
            if _BREAK.search(where.text, start, end) and not where.together(start, end):
                continue
        inside = longer_number or (_longer_word(scan.text, place, place + length) if apart else "")
        yield Occurrence(chosen[number], (start, end), inside)


def _number_goes_on(text: str, start: int, end: int) -> str:
    """The longer number that a numeral at the edge of ``text[start:end]`` is a part of."""
    first, last = start, end
    if _NUMERAL.match(text, start):
        while first > 0 and (_NUMERAL.match(text, first - 1) or _point(text, first - 1)):
            first -= 1
    if _NUMERAL.match(text, end - 1):
        while last < len(text) and (_NUMERAL.match(text, last) or _point(text, last)):
            last += 1
    return text[first:last] if (first, last) != (start, end) else ""


def _point(text: str, place: int) -> bool:
    """A decimal point, not a stop."""
    return text[place] == "." and text[place - 1 : place].isdigit() and text[place + 1 : place + 2].isdigit()


def _longer_word(text: str, start: int, end: int) -> str:
    """The words that jieba cuts around an occurrence, where the cuts do not fall on its edges."""
    left, right = start, end
    while left > max(0, start - _CONTEXT) and _HAN_RUN.match(text, left - 1):
        left -= 1
    while right < min(len(text), end + _CONTEXT) and _HAN_RUN.match(text, right):
        right += 1
    position, begun = left, -1
    for word in _words(text[left:right]):
        position += len(word)
        if position > start and begun < 0:
            begun = position - len(word)
        if position >= end:
            cut = begun == start and position == end
            return "" if cut else text[begun:position]
    return ""


@lru_cache(maxsize=1 << 14)
def _words(run: str) -> tuple[str, ...]:
    words: list[str] = []
    position = 0
    for match in _HAN_RUN.finditer(run):
        words += [*run[position : match.start()], *light_segmenter().words(match[0])]
        position = match.end()
    return (*words, *run[position:])


@dataclass(frozen=True, slots=True)
class Found:
    """An occurrence with what a person needs to look it up."""

    collection: str
    document_id: str
    title: str
    date: str
    span: Span
    text: str
    locator: str
    section: tuple[str, ...]
    passage_id: str
    inside: str


def located(collections: Sequence[Collection], counts: Counts, term: int) -> Iterator[Found]:
    """Every occurrence of a term with its locator and the words as they stand there."""
    by_name = {collection.name: collection for collection in collections}
    current, where = -1, None
    for one in counts.occurrences[term]:
        searched = counts.searched[one.document]
        if one.document != current:
            current, where = one.document, Places(by_name[searched.collection], searched.info)
        assert where is not None
        start, end = one.span
        stored = where.at(start)
        yield Found(
            collection=searched.collection,
            document_id=searched.info.document_id,
            title=searched.info.title,
            date=searched.info.date,
            span=one.span,
            text=where.text[start:end],
            locator=where.locator(start, end),
            section=tuple(display_heading(where.text, span) for span in where.section(start)),
            passage_id=stored.passage_id if stored is not None else "",
            inside=one.inside,
        )


def sections(collections: Sequence[Collection], counts: Counts) -> list[Row]:
    """A row a section (a document's innermost heading) that has one of the terms, in their order."""
    tables: dict[tuple[int, str], list[int]] = {}
    firsts: dict[tuple[int, str], int] = {}
    numbers = {(one.collection, one.info.document_id): i for i, one in enumerate(counts.searched)}
    for term in range(len(counts.terms)):
        for one in located(collections, counts, term):
            number = numbers[one.collection, one.document_id]
            label = " › ".join((titled(one.title, one.date), *(one.section or (one.locator,))))
            tables.setdefault((number, label), [0] * len(counts.terms))[term] += 1
            firsts[number, label] = min(one.span[0], firsts.get((number, label), one.span[0]))
    order = sorted(tables, key=lambda key: (key[0], firsts[key]))
    return [Row(label, tuple(tables[number, label]), (number,)) for number, label in order]


def as_json(collections: Sequence[Collection], counts: Counts, by: By) -> dict[str, Any]:
    """The object that ``npcbot count --json`` prints: the table, every occurrence, and what was searched."""
    rows = sections(collections, counts) if by is By.SECTION else table(counts, by)
    return {
        "terms": list(counts.terms),
        "totals": list(counts.totals),
        "inside_longer_words": [dict(counts.longer(i)) if told else None for i, told in enumerate(counts.told_apart)],
        "by": by.value,
        "rows": [{"label": row.label, "counts": list(row.counts)} for row in rows],
        "searched": [
            {
                "collection": one.collection,
                "document_id": one.info.document_id,
                "title": one.info.title,
                "date": one.info.date,
                "text_sha256": one.info.sha256,
                "incomplete": one.info.incomplete,
                "superseded_by": one.info.superseded_by,
            }
            for one in counts.searched
        ],
        "years_without_document": counts.years_without_document(),
        "occurrences": [
            [
                {
                    "collection": one.collection,
                    "document_id": one.document_id,
                    "span": list(one.span),
                    "text": one.text,
                    "locator": one.locator,
                    "section": list(one.section),
                    "passage_id": one.passage_id,
                    "inside": one.inside,
                }
                for one in located(collections, counts, term)
            ]
            for term in range(len(counts.terms))
        ],
    }


def picture(counts: Counts) -> bytes:
    """A chart by year, PNG."""
    rows = counts.years()
    labels = [row.label if row.label.isdigit() else "?" for row in rows]
    return chart.bars(labels, [[row.counts[number] for row in rows] for number in range(len(counts.terms))])


def table(counts: Counts, by: By) -> list[Row]:
    """By year or document; see ``sections`` for the other."""
    return counts.years() if by is By.YEAR else counts.documents()
