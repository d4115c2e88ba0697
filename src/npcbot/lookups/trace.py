"""One sentence through the years: what the document of each year says in its place, or that none does.

Sentences are compared by the pairs of characters that they share, rare pairs counting more (cosine of idf-weighted
bigrams); figures are all alike to it, since a figure changes where the sentence stays. From the year of the sentence
the trail goes on in both directions, and each find is looked for too: wording drifts from year to year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from npcbot.errors import QuestionError
from npcbot.folding import fold_text
from npcbot.index import Collection, DocumentInfo, Lost, StoredPassage
from npcbot.lookups import align
from npcbot.lookups.compare import Change, cut_out, differences
from npcbot.lookups.scan import scan_of, scanned
from npcbot.passages import display, sentences
from npcbot.types import Kind, Span

#: From this likeness on a sentence corresponds; read on real trails.
CORRESPONDS: Final = 0.43
#: How much it counts that all that was asked stands there, beside that nothing else does.
_HELD: Final = 0.6
_CLAUSE: Final = re.compile("[；;]")
#: Where no clause corresponds to the whole, one does that holds so much of a part between commas that has a figure:
#: what stands beside it changes from year to year. Phrases without a figure go with anything. The pairs that such a
#: part has at least, and its share of the weight.
_PART_HELD: Final = 0.75
_PART: Final = (8, 0.4)
_COMMA: Final = re.compile("[，；;：。]|[,:](?![0-9])")
#: What is planned is another thing than what was done; what is more than was expected was done.
_PLANNED: Final = re.compile(
    "以上|以内|左右|以下|控制在|(?<!超过)(?<!好于)(?<!高于)预期|(?<!预期)目标|力争|计划|确保|不超过|拟|今年.{0,12}要"
)
_OTHERWISE: Final = 0.75
_FIGURE: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_SHORTEST: Final = 6


@dataclass(frozen=True, slots=True)
class Link:
    """What one document says: ``text`` as shown, ``spans`` where it stands, ``likeness`` 0..1 to what was asked or
    found next to it, ``changes`` from the sentence of the document before it on the trail. Empty text: nothing
    corresponds."""

    collection: str
    info: DocumentInfo
    passage_id: str = ""
    locator: str = ""
    spans: tuple[Span, ...] = ()
    text: str = ""
    likeness: float = 0.0
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Trail:
    """``links`` in order of date, one a document of the series. ``asked`` is the sentence that was followed, of
    ``sentences`` that were given."""

    asked: str
    links: tuple[Link, ...]
    sentences: int = 1

    def as_json(self) -> dict[str, Any]:
        """The object that ``npcbot trace --json`` prints."""
        return {
            "asked": self.asked,
            "sentences": self.sentences,
            "links": [
                {
                    "collection": link.collection,
                    "document_id": link.info.document_id,
                    "title": link.info.title,
                    "date": link.info.date,
                    "text_sha256": link.info.sha256,
                    "passage_id": link.passage_id,
                    "locator": link.locator,
                    "spans": [list(span) for span in link.spans],
                    "text": link.text,
                    "likeness": round(link.likeness, 3),
                    "changes": [
                        {"before": change.said, "after": change.stands, "kind": change.kind.value}
                        | {"old": list(change.quotation), "new": list(change.original)}
                        for change in link.changes
                    ],
                }
                for link in self.links
            ],
        }


class _Said(NamedTuple):
    stored: StoredPassage
    span: Span


class _Series:
    """The clauses of some reports (the sentences, where ``whole``) as rows of unit length over pairs of characters."""

    def __init__(self, reports: Sequence[tuple[Collection, DocumentInfo]], whole: bool) -> None:
        self.said: list[_Said] = []
        #: Where the clauses of each report begin, and where the last end.
        self.firsts = [0]
        #: Of each clause, whether it plans.
        self.planned: list[bool] = []
        columns: dict[str, int] = {}
        rows: list[list[int]] = []
        for collection, info in reports:
            for said, pairs in _clauses(collection, info, whole):
                self.said.append(said)
                self.planned.append(_plans(collection, info, said))
                rows.append([columns.setdefault(pair, len(columns)) for pair in pairs])
            self.firsts.append(len(self.said))
        self._columns = columns
        counts = np.bincount(np.concatenate([[], *rows]).astype(np.int64), minlength=len(columns))
        #: What a pair weighs; the last is for pairs that no report has.
        self._weights = np.log(1 + len(rows) / np.append(np.maximum(counts, 1), 1))
        ends = np.cumsum([0, *map(len, rows)])
        flat = np.concatenate([[], *rows]).astype(np.int64)
        self._matrix = csr_matrix((self._weights[flat], flat, ends), shape=(len(rows), len(columns) + 1))
        self._norms = np.sqrt(np.asarray(self._matrix.multiply(self._matrix).sum(axis=1)).ravel())

    def vector(self, pairs: frozenset[str]) -> npt.NDArray[np.float64]:
        """``(pairs + 1,)``, not of unit length."""
        made = np.zeros(len(self._weights))
        unknown = 0
        for pair in pairs:
            if pair in self._columns:
                made[self._columns[pair]] = self._weights[self._columns[pair]]
            else:
                unknown += 1
        made[-1] = self._weights[-1] * np.sqrt(unknown)
        return made

    def row(self, number: int) -> npt.NDArray[np.float64]:
        return np.asarray(self._matrix[number].todense()).ravel()

    def likeness(self, vector: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Of every clause, 0..1: how much of the vector it holds, and how much of it is the vector."""
        held = self._held(vector)
        cosine = held * float(np.linalg.norm(vector)) / np.maximum(self._norms, 1e-9)
        return np.asarray(_HELD * held + (1 - _HELD) * cosine)

    def part(self, words: str) -> npt.NDArray[np.float64]:
        """Of every clause, its likeness by the first part of the words between commas that is enough; zeros where none
        is."""
        shortest, least = _PART
        parts = [(pairs, self.vector(pairs)) for pairs in map(_pairs, _COMMA.split(words))]
        whole = sum(float(vector @ vector) for _, vector in parts)
        for pairs, vector in parts:
            if any("0" in pair for pair in pairs) and len(pairs) >= shortest and least <= vector @ vector / whole < 1:
                return self._held(vector) * CORRESPONDS / _PART_HELD
        return np.zeros(len(self.said))

    def _held(self, vector: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """How much of the vector each clause holds, 0..1."""
        return np.asarray(self._matrix @ np.append(vector[:-1], 0.0) / (float(np.linalg.norm(vector)) ** 2 or 1.0))

    def best(self, number: int, likeness: npt.NDArray[np.float64]) -> tuple[int, float] | None:
        """The clause of a report that corresponds, and how well."""
        begin, end = self.firsts[number : number + 2]
        if begin == end:
            return None
        row = begin + int(likeness[begin:end].argmax())
        return (row, float(likeness[row])) if likeness[row] >= CORRESPONDS else None

    def asked(self, words: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], float]:
        """Of every clause, what it counts beside the words as a plan or a result, and its likeness to them; and how
        much all reports have that corresponds."""
        fits = np.where(np.array(self.planned, dtype=np.bool_) == bool(_PLANNED.search(words)), 1.0, _OTHERWISE)
        likeness = self.likeness(self.vector(_pairs(words)))
        bests = [self.best(number, fits * likeness) for number in range(len(self.firsts) - 1)]
        return fits, likeness, sum(best[1] for best in bests if best)


def trace(collections: Sequence[Collection], asked: str) -> Trail:
    """``asked`` is the id of a passage or words; reports of the kind that has it are searched, all reports where none
    has.

    Raises:
        QuestionError: too short, no such passage, or no reports.
        QuoteRefused, IndexDamaged: the index does not hold what it should.
    """
    given, source = _source(collections, asked.strip())
    if source is not None and source[1].kind is not Kind.REPORT:
        raise QuestionError(
            f"That passage is of 《{source[1].title}》, which is no report; only reports are followed.",
            "Compare two versions of a law: npcbot diff 立法法@2015 立法法@2023",
        )
    reports = _series(collections, source)
    if not reports:
        raise QuestionError("There is no series of reports to follow it through.", "Index reports of several years.")
    given = [words for words in given if len(_pairs(words)) >= _SHORTEST - 1]
    if not given:
        raise QuestionError("That is too short to be followed.", "Give a sentence, or the id of a passage.")
    # A sentence with parts between ； is compared with whole sentences, any other with those parts too.
    series = {whole: _Series(reports, whole) for whole in {_is_whole(words) for words in given}}
    words = max(given, key=lambda words: series[_is_whole(words)].asked(words)[2])
    chosen = series[_is_whole(words)]
    fits, first, _ = chosen.asked(words)
    part = np.where(fits == 1, chosen.part(words), 0)
    dates = [info.date for _, info in reports]
    start = dates.index(source[1].date) if source is not None and source[1].date in dates else len(reports) - 1
    found: dict[int, tuple[int, float]] = {}
    for order in (range(start, len(reports)), range(start - 1, -1, -1)):
        trail = chosen.likeness(chosen.row(found[start][0])) if start in found else first
        for number in order:
            if best := chosen.best(number, fits * np.maximum(first, (first + trail) / 2)):
                found[number] = best
                trail = chosen.likeness(chosen.row(best[0]))
            elif best := chosen.best(number, part):
                found[number] = best
    links: list[Link] = []
    before = ""
    for number, (collection, info) in enumerate(reports):
        if number not in found:
            links.append(Link(collection.name, info))
            continue
        row, value = found[number]
        links.append(_link(collection, info, chosen.said[row], min(1.0, value), before))
        before = links[-1].text
    return Trail(words, tuple(links), len(given))


def _is_whole(words: str) -> bool:
    return _CLAUSE.search(words.rstrip("；;")) is not None


def _source(collections: Sequence[Collection], asked: str) -> tuple[list[str], tuple[Collection, DocumentInfo] | None]:
    """The sentences to choose from, and the document that they are of, if one has them."""
    if re.fullmatch(r"[a-z0-9]{8}-[a-z0-9]{12}", asked):
        for collection in collections:
            stored = collection.find(asked)
            if not isinstance(stored, Lost):
                info = collection.info(stored.document_id)
                text = collection.document(stored.document_id).text
                spans = [span for unit in stored.passage.units for span in sentences(text, unit.start, unit.end)]
                return [display(text, *span, stored.passage) for span in spans], (collection, info)
        raise QuestionError(f"No passage has the id {asked}.", "Copy the id as it stands below an answer.")
    said = [asked[start:end] for start, end in sentences(asked)]
    letters = scanned(asked, letters=True).text
    for collection in collections:
        scan = scan_of(collection)
        numbers = {scan.document_at(match.start, letters=True)[0] for match in align.exact(scan, letters) if letters}
        reports = [scan.info(number) for number in sorted(numbers) if scan.info(number).kind is Kind.REPORT]
        if reports:
            return said, (collection, max(reports, key=lambda info: info.date))
    return said, None


def _series(
    collections: Sequence[Collection], source: tuple[Collection, DocumentInfo] | None
) -> list[tuple[Collection, DocumentInfo]]:
    """All reports of the kind of the source, by date."""
    of = None if source is None else _kind(source[1])
    found = [
        (collection, info)
        for collection in collections
        for info in collection.documents()
        if info.kind is Kind.REPORT and info.date and (of is None or _kind(info) == of)
    ]
    return sorted(found, key=lambda pair: (pair[1].date, pair[1].document_id))


def _kind(info: DocumentInfo) -> str:
    """Whose report it is: of a government, of a standing committee, or of whom its title names."""
    for name in ("政府工作报告", "常务委员会工作报告", "法院工作报告", "检察院工作报告"):
        if name in info.title:
            return name
    return re.sub(r"[\d〇○零一二三四五六七八九十]+年?", "", info.title)


def _clauses(collection: Collection, info: DocumentInfo, whole: bool) -> Iterator[tuple[_Said, frozenset[str]]]:
    """Sentences, or their parts between ；: reports list in one sentence what has little to do with each other."""
    text = collection.document(info.document_id).text
    for stored in collection.passages(range(info.first_row, info.end_row)):
        for unit in stored.passage.units:
            for start, end in sentences(text, unit.start, unit.end):
                at = start
                stops = [] if whole else [match.end() for match in _CLAUSE.finditer(text, start, end)]
                for stop in [*stops, end]:
                    if len(pairs := _pairs(text[at:stop])) >= _SHORTEST - 1:
                        yield _Said(stored, (at, stop)), pairs
                    at = stop


def _plans(collection: Collection, info: DocumentInfo, said: _Said) -> bool:
    text = collection.document(info.document_id).text
    return _PLANNED.search(text, *said.span) is not None


def _pairs(text: str) -> frozenset[str]:
    """Pairs of neighbouring characters, figures all as one, punctuation aside."""
    bare = "".join(char for char in _FIGURE.sub("0", fold_text(text)) if char.isalnum() or char in "%")
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1))


def _link(collection: Collection, info: DocumentInfo, said: _Said, likeness: float, before: str) -> Link:
    passage = said.stored.passage
    start, end = said.span
    spans, shown = cut_out(collection.document(info.document_id).text, said.stored, start, end)
    locators = [unit.locator for unit in passage.units if unit.start < end and unit.end > start]
    return Link(
        collection=collection.name,
        info=info,
        passage_id=said.stored.passage_id,
        locator=locators[0] if locators else passage.locator,
        spans=spans,
        text=shown,
        likeness=likeness,
        changes=differences(before, shown) if before else (),
    )
