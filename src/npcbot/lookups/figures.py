"""A figure followed through the documents: what each says of it, in order of date, with the sentence that says it.

Nothing is computed: every value is read from a sentence that is quoted word for word. Of several figures of one kind
in a document that comes first which counts the term itself, tells what was and not what is planned, and tells of one
year; all others are kept beside it.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from typing import Any, Final

from npcbot.answer.citation import Citation, cite, display_heading
from npcbot.answer.show import StoredTexts, block_of, status_of
from npcbot.answer.verify import verify_citation
from npcbot.errors import QuestionError
from npcbot.index import Collection, DocumentInfo, StoredPassage
from npcbot.lookups import chart
from npcbot.lookups.count import Searched
from npcbot.lookups.counted import Quantity
from npcbot.lookups.grammar import Clean, clean
from npcbot.lookups.quantities import quantities
from npcbot.lookups.telling import Relation, folded, is_of_several_years, is_target, relation, year_told
from npcbot.passages import display, sentences, strip_breaks
from npcbot.types import Document, Kind, Span, Unit

#: Figures that tell a change, or the sum or average of several years, are series of their own.
_CHANGE: Final = "change"
_YEARS: Final = "over years"
_PEOPLE: Final = re.compile("(?:人口|人数|人员|职工|劳动力|学生|居民|农民|群众|毕业生)$")
_COLUMNS: Final = [
    "date",
    "title",
    "collection",
    "document_id",
    "passage_id",
    "section",
    "locator",
    "series",
    "figure",
    "low",
    "high",
    "unit",
    "bound",
    "change",
    "counts",
    "target",
    "several_years",
    "nearness",
    "sentence",
    "start",
    "end",
    "text_sha256",
]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of one document.

    ``figure`` is the number as it stands in the text at ``span``, ``counts`` the words that say what it counts, empty
    where none were found. ``target`` tells a plan from an outcome, ``several_years`` a sum or an average of years.
    ``year`` is the
    year that its words name last, 0 where they name none. ``citation`` quotes the whole sentence.
    """

    citation: Citation
    quantity: Quantity
    figure: str
    counts: str
    relation: Relation
    target: bool
    several_years: bool
    year: int

    @property
    def outdated(self) -> bool:
        """Whether the words tell of a year long before that of the document."""
        at = self.citation.date[:4]
        return bool(self.year and at.isdecimal() and self.year < int(at) - 2)

    @property
    def span(self) -> Span:
        return self.quantity.start, self.quantity.end

    @property
    def unit(self) -> str:
        """That of the figure; 人 where it has none and counts people (贫困人口减少1240万)."""
        return self.quantity.unit or ("人" if _PEOPLE.search(self.counts) else "")

    @property
    def series(self) -> str:
        """The unit, and whether the figure tells a change, and of several years: ``人``, ``% change over years``."""
        words = [self.unit, _CHANGE if self.quantity.change else "", _YEARS if self.several_years else ""]
        return " ".join(word for word in words if word)

    @property
    def value(self) -> Decimal:
        """The number, that of a fall below zero; of a range its middle."""
        middle = (self.quantity.low + self.quantity.high) / 2
        return -middle if self.quantity.change == "fall" else middle

    def as_json(self) -> dict[str, Any]:
        quantity = self.quantity
        return {
            "date": self.citation.date,
            "series": self.series,
            "figure": self.figure,
            "low": _number(quantity.low),
            "high": _number(quantity.high),
            "unit": self.unit,
            "bound": quantity.bound,
            "change": quantity.change,
            "base": quantity.base,
            "counts": self.counts,
            "span": list(self.span),
            "year": self.year or None,
            "outdated": self.outdated,
            "target": self.target,
            "several_years": self.several_years,
            "nearness": self.relation.name.lower(),
            "citation": asdict(self.citation),
        }


@dataclass(frozen=True, slots=True)
class Figures:
    """``rows`` hold the best figure of each document and series, in order of date, ``others`` what was not chosen.

    ``searched`` are the documents that were read.
    """

    term: str
    rows: tuple[Row, ...]
    others: tuple[Row, ...]
    searched: tuple[Searched, ...]

    def series(self) -> list[tuple[str, int]]:
        """The series with the number of their rows, the most frequent first."""
        return Counter(row.series for row in self.rows).most_common()

    def of(self, series: str) -> list[Row]:
        return [row for row in self.rows if row.series == series]

    def only(self, unit: str) -> Figures:
        """Only the figures of a unit, in all its series, or of one series by its name (``% change``)."""
        rows = [tuple(row for row in one if unit in (row.series, row.unit)) for one in (self.rows, self.others)]
        return Figures(self.term, rows[0], rows[1], self.searched)

    def without(self, rows: Sequence[Row]) -> list[Searched]:
        """The documents that were searched and have none of these rows, in order of date."""
        have = {(row.citation.collection, row.citation.document_id) for row in rows}
        missing = [one for one in self.searched if (one.collection, one.info.document_id) not in have]
        return sorted(missing, key=lambda one: one.info.date)

    def as_json(self) -> dict[str, Any]:
        return {
            "term": self.term,
            "series": [{"series": name, "rows": count} for name, count in self.series()],
            "rows": [row.as_json() for row in self.rows],
            "others": [row.as_json() for row in self.others],
            "no_figure_in": [
                {
                    "collection": one.collection,
                    "document_id": one.info.document_id,
                    "date": one.info.date,
                    "title": one.info.title,
                }
                for one in self.without(self.rows)
            ],
            "searched": len(self.searched),
        }

    def as_csv(self) -> str:
        """A line a row, with a head, as RFC 4180 has it; the sentences without the breaks of the page."""
        out = io.StringIO()
        writer = csv.DictWriter(out, _COLUMNS)
        writer.writeheader()
        writer.writerows(_flat(row) for row in self.rows)
        return out.getvalue()


def drawn(rows: Sequence[Row]) -> bytes:
    """A line through the rows of one series, PNG; empty where there are not two. Rows of years long before are left
    out."""
    kept = [row for row in rows if not row.outdated]
    if len(kept) < 2:
        return b""
    return chart.bars([row.citation.date[:4] for row in kept], [[float(row.value) for row in kept]], lines=True)


def follow(collections: Sequence[Collection], term: str, kind: Kind | None = Kind.REPORT) -> Figures:
    """The figures that count the term, of every document of the kind (of all documents where it is None).

    Raises:
        QuestionError: the term is empty.
        QuoteRefused, IndexDamaged: an index does not hold what it should.
    """
    words = folded("".join(char if char.strip() else " " for char in term)).split()
    if not words:
        raise QuestionError("No term is given.", "Name what is counted: npcbot figures 城镇新增就业")
    rows: list[Row] = []
    others: list[Row] = []
    searched: list[Searched] = []
    for collection in collections:
        for info in collection.documents():
            if (kind is not None and info.kind is not kind) or info.superseded_by:
                continue
            searched.append(Searched(collection.name, info))
            chosen, left = _chosen(_rows(collection, info, words))
            rows += chosen
            others += left
    return Figures(term, tuple(sorted(rows, key=_order)), tuple(sorted(others, key=_order)), tuple(searched))


def _order(row: Row) -> tuple[object, ...]:
    citation = row.citation
    return citation.date, citation.collection, citation.document_id, row.span


def _chosen(rows: Iterator[Row]) -> tuple[list[Row], list[Row]]:
    """The best row of each series, and all others."""
    best: dict[str, Row] = {}
    others: list[Row] = []
    for row in rows:
        if row.relation < Relation.NEAR or row.quantity.base:
            others.append(row)
        elif row.series not in best:
            best[row.series] = row
        elif _rank(row) > _rank(best[row.series]):
            others.append(best[row.series])
            best[row.series] = row
        else:
            others.append(row)
    return list(best.values()), others


def _rank(row: Row) -> tuple[int, ...]:
    """The higher the better; the first of equals stays."""
    recent = row.year if row.outdated else 9999
    return recent, row.relation is Relation.EXACT, not row.target, row.relation, -len(row.counts)


def _rows(collection: Collection, info: DocumentInfo, words: Sequence[str]) -> Iterator[Row]:
    document = collection.document(info.document_id)
    for stored in collection.passages(range(info.first_row, info.end_row)):
        letters = folded(clean(document.text, stored.passage.spans).text)
        if all(word in letters for word in words):
            for unit in stored.passage.units:
                yield from _unit_rows(collection, info, document, stored, unit, words)


def _unit_rows(
    collection: Collection,
    info: DocumentInfo,
    document: Document,
    stored: StoredPassage,
    unit: Unit,
    words: Sequence[str],
) -> Iterator[Row]:
    text = document.text
    section = "".join(display_heading(text, span) for span in stored.passage.section)
    year = int(info.date[:4]) if info.date[:4].isdecimal() else 0
    for start, end in sentences(text, unit.start, unit.end):
        spans = [(max(s, start), min(e, end)) for s, e in unit.spans if s < end and e > start]
        cleaned = clean(text, spans)
        letters = folded(cleaned.text)
        if not all(word in letters for word in words):
            continue
        citation: Citation | None = None
        for quantity in quantities(text, start, end, spans):
            near = _relation(cleaned, letters, words, quantity)
            if near is Relation.NONE:
                continue
            opening = letters[: cleaned.cleaned(quantity.start)]
            paragraph = clean(text, [(s, min(e, start)) for s, e in unit.spans if s < start]).text + opening
            citation = citation or _cited(collection, info, document, stored, (start, end))
            yield Row(
                _marked(citation, text, stored, start, quantity),
                quantity,
                strip_breaks(text[quantity.start : quantity.end]),
                strip_breaks(text[slice(*quantity.counts)]) if quantity.counts else "",
                near,
                not quantity.base and is_target(opening, letters[cleaned.cleaned(quantity.end) :], section, year),
                is_of_several_years(paragraph, _clause(opening, text[quantity.start : quantity.end]), section, year),
                year_told(opening, year),
            )


def _clause(opening: str, figure: str) -> str:
    """The words of the clause up to the digits of its figure."""
    sign = re.match("(?:超过|突破|接近|约|近)*", figure)
    return re.split("[，；]", opening)[-1] + (sign[0] if sign else "")


def _relation(cleaned: Clean, letters: str, words: Sequence[str], quantity: Quantity) -> Relation:
    number = cleaned.cleaned(quantity.start), cleaned.cleaned(quantity.end)
    counts = quantity.counts
    return relation(
        letters, words, number, (cleaned.cleaned(counts[0]), cleaned.cleaned(counts[1])) if counts else None
    )


def _cited(
    collection: Collection, info: DocumentInfo, document: Document, stored: StoredPassage, sentence: Span
) -> Citation:
    """The sentence and nothing else, compared with the text."""
    citation = cite(
        1,
        1.0,
        collection.name,
        info,
        stored,
        block_of(collection, stored),
        document,
        sentence,
        room=0,
        status=status_of(collection, info),
        same_text=tuple(collection.same_text(stored.row)),
    )
    verify_citation(asdict(citation), StoredTexts(collection))
    return citation


def _marked(citation: Citation, text: str, stored: StoredPassage, start: int, quantity: Quantity) -> Citation:
    """With the figure marked in the sentence, which begins at ``start``, instead of the whole of it."""
    shown = display(text, quantity.start, quantity.end, stored.passage)
    at = citation.excerpt.find(shown, len(display(text, start, quantity.start, stored.passage)))
    return replace(citation, highlights=((at, at + len(shown)),)) if shown and at >= 0 else citation


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _flat(row: Row) -> dict[str, Any]:
    facts, citation = row.as_json(), row.citation
    flat = {name: facts[name] for name in _COLUMNS if name in facts}
    flat |= {
        "title": citation.title,
        "collection": citation.collection,
        "document_id": citation.document_id,
        "passage_id": citation.passage_id,
        "section": " › ".join(citation.section),
        "locator": citation.locator,
        "sentence": re.sub(r"\s*\n\s*", "", citation.excerpt),
        "start": row.span[0],
        "end": row.span[1],
        "text_sha256": citation.text_sha256,
    }
    return flat
