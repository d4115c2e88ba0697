"""Two versions of a document, aligned article by article, and paragraph by paragraph where there are no articles.

What an article says decides, not its number: first the alignment in order that keeps most of the text (dynamic
programming over ``rapidfuzz.fuzz.ratio``), then, among what is left, articles that went elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from npcbot.answer.articles import Articles
from npcbot.answer.citation import display_heading
from npcbot.errors import QuestionError, QuoteRefused
from npcbot.index import Collection, DocumentInfo, StoredPassage
from npcbot.lookups.compare import Change, applied, cut_out, differences
from npcbot.types import Passage, Span

#: From this share of equal characters on, of 100, two articles in their order are one that was changed. Read on pairs
#: of real versions: below it they share turns of phrase, not content.
SAME: Final = 55.0
#: The same for an article that went elsewhere: more is needed, as any two may be compared.
MOVED: Final = 75.0
#: The share of the shorter of two articles that stands in the longer, from which it is the same that grew or shrank;
#: the shortest that this is said of, in characters; and what it counts for beside the share of equal characters.
HELD: Final = 0.8
_ENOUGH: Final = 30
_GROWN: Final = 0.9
#: What counts in the alignment beside the likeness: the same number.
_SAME_NUMBER: Final = 3.0


class Fate(StrEnum):
    """What became of an article."""

    UNCHANGED = "unchanged"
    #: The same words: punctuation, script, layout or the writing of numerals is another.
    FORM = "form"
    CHANGED = "changed"
    ADDED = "added"
    REPEALED = "repealed"


@dataclass(frozen=True, slots=True)
class Side:
    """An article of one version, or a paragraph outside the articles: its ``article`` is empty.

    ``text`` is it whole, as shown, its number included; ``spans`` where it stands; ``headings`` those above it.
    """

    document_id: str
    passage_id: str
    article: str
    headings: tuple[str, ...]
    locator: str
    spans: tuple[Span, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """``moved`` tells that the number is another, ``out_of_order`` that it stands elsewhere among the others. The
    ``changes`` turn the old text into the new one, the number included."""

    kind: Fate
    old: Side | None
    new: Side | None
    moved: bool = False
    out_of_order: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def in_articles(self) -> bool:
        return any(side.article for side in (self.old, self.new) if side is not None)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The entries in the order of the new version, what was repealed where it stood."""

    old: DocumentInfo
    new: DocumentInfo
    entries: tuple[Entry, ...]

    def count(self, kind: Fate) -> int:
        """The articles of a kind."""
        return sum(entry.kind is kind and entry.in_articles for entry in self.entries)

    def paragraphs(self, kind: Fate) -> int:
        """The paragraphs of a kind outside the articles: of a preamble, an annex, a whole report."""
        return sum(entry.kind is kind and not entry.in_articles for entry in self.entries)

    @property
    def moved(self) -> int:
        return sum(entry.moved for entry in self.entries)

    def as_json(self) -> dict[str, Any]:
        """The object that ``npcbot diff --json`` prints."""
        return {
            "old": _info(self.old),
            "new": _info(self.new),
            "counts": {kind.value: self.count(kind) for kind in Fate} | {"moved": self.moved},
            "paragraphs": {kind.value: self.paragraphs(kind) for kind in Fate},
            "entries": [
                {
                    "kind": entry.kind.value,
                    "moved": entry.moved,
                    "out_of_order": entry.out_of_order,
                    "old": _side(entry.old),
                    "new": _side(entry.new),
                    "changes": [
                        {
                            "kind": change.kind.value,
                            "old": list(change.quotation),
                            "new": list(change.original),
                            "before": change.said,
                            "after": change.stands,
                        }
                        for change in entry.changes
                    ],
                }
                for entry in self.entries
            ],
        }


class _Piece(NamedTuple):
    side: Side
    #: Without number and white space: what is compared.
    bare: str


def compare_versions(
    old: tuple[Collection, Sequence[DocumentInfo]], new: tuple[Collection, Sequence[DocumentInfo]]
) -> Comparison:
    """Two versions, each as its collection and its files in order.

    Raises:
        QuestionError: one has no text to compare.
        QuoteRefused, IndexDamaged: the index does not hold what it should.
    """
    before, after = _pieces(*old), _pieces(*new)
    if not before or not after:
        raise QuestionError("One of the two has no text to compare.", "Name two versions of one document.")
    pairs, crossed = _aligned(before, after)
    by_new = {j: i for i, j in pairs}
    kept = {i for i, _ in pairs}
    entries: list[Entry] = []
    told = 0
    in_order = sorted(pair for pair in pairs if pair not in crossed)
    after_of = {j: i for i, j in in_order}
    for j, piece in enumerate(after):
        if j in after_of:
            entries += [_gone(before[i]) for i in range(told, after_of[j]) if i not in kept]
            told = after_of[j] + 1
        if j in by_new:
            entries.append(_pair(before[by_new[j]], piece, (by_new[j], j) in crossed))
        else:
            entries.append(Entry(Fate.ADDED, None, piece.side))
    entries += [_gone(before[i]) for i in range(told, len(before)) if i not in kept]
    return Comparison(old[1][0], new[1][0], tuple(entries))


def _gone(piece: _Piece) -> Entry:
    return Entry(Fate.REPEALED, piece.side, None)


def _pair(before: _Piece, after: _Piece, crossed: bool) -> Entry:
    changes = () if before.side.text == after.side.text else differences(before.side.text, after.side.text)
    if applied(before.side.text, changes) != after.side.text:
        raise QuoteRefused("Two versions could not be compared.", "Nothing is shown. Please report this.")
    if before.bare == after.bare:
        kind = Fate.UNCHANGED
    else:
        only_form = all(change.form for change in differences(before.bare, after.bare))
        kind = Fate.FORM if only_form else Fate.CHANGED
    numbers = {before.side.article, after.side.article}
    return Entry(kind, before.side, after.side, "" not in numbers and len(numbers) > 1, crossed, changes)


def _pieces(collection: Collection, infos: Sequence[DocumentInfo]) -> list[_Piece]:
    """The articles, and what stands outside them, in the order of the text. An article of a number that there was
    already (of an appended decision) stands outside."""
    articles = Articles(collection, infos)
    firsts = {number: one for number in articles.numbers if (one := articles.article(number)) is not None}
    pieces = []
    for info in infos:
        text = collection.document(info.document_id).text
        for stored in collection.passages(range(info.first_row, info.end_row)):
            number, block = stored.passage.article, stored.passage.block
            first = firsts.get(number)
            if first is not None and first.info is info and first.stored.passage.block == block:
                if stored.row == first.stored.row:
                    pieces.append(_piece(collection, info, first.stored, articles.text(number)))
                continue
            for unit in stored.passage.units:
                passage = Passage((unit,), stored.passage.section, unit.locator, unit.spans, "", stored.passage.page)
                part = StoredPassage(stored.row, stored.passage_id, stored.document_id, passage)
                pieces.append(_piece(collection, info, part, text[unit.start : unit.end]))
    return pieces


def _piece(collection: Collection, info: DocumentInfo, stored: StoredPassage, said: str) -> _Piece:
    text, passage = collection.document(info.document_id).text, stored.passage
    spans, shown = cut_out(text, stored, passage.start, passage.end)
    headings = tuple(display_heading(text, span) for span in passage.section)
    side = Side(info.document_id, stored.passage_id, passage.article, headings, passage.locator, spans, shown)
    return _Piece(side, "".join(said.split()))


def _aligned(before: Sequence[_Piece], after: Sequence[_Piece]) -> tuple[list[tuple[int, int]], set[tuple[int, int]]]:
    """The pairs, and those of them that cross the others."""
    likeness = _likeness([piece.bare for piece in before], [piece.bare for piece in after])
    had, has = (np.array([piece.side.article for piece in pieces]) for pieces in (before, after))
    numbers = had[:, None] == has[None]
    if (had != "").any() and (has != "").any():
        # A paragraph that quotes an article (an appended decision) is not that article.
        likeness = np.where((had != "")[:, None] == (has != "")[None], likeness, 0)
    scores = np.where(likeness > 0, likeness - SAME + 1 + _SAME_NUMBER * numbers, 0.0).astype(np.float64)
    pairs = _in_order(scores)
    rest = np.where(likeness >= MOVED, likeness, 0.0)
    for i, j in pairs:
        rest[i, :] = rest[:, j] = 0.0
    crossed = set()
    while rest.size and rest.max() > 0:
        i, j = (int(at) for at in np.unravel_index(int(rest.argmax()), rest.shape))
        crossed.add((i, j))
        rest[i, :] = rest[:, j] = 0.0
    return sorted([*pairs, *crossed]), crossed


def _likeness(before: Sequence[str], after: Sequence[str]) -> npt.NDArray[np.float32]:
    """The share of equal characters, of 100; or, where more of it, how much of the shorter text stands in the longer,
    for an article that grew is still that article. 0 below ``SAME``."""

    def table(scorer: Any, **options: Any) -> npt.NDArray[np.float32]:
        made = process.cdist(before, after, scorer=scorer, dtype=np.float32, workers=-1, **options)
        return np.asarray(made, dtype=np.float32)

    shorter = np.minimum.outer([len(text) for text in before], [len(text) for text in after])
    held = table(LCSseq.similarity) / np.maximum(shorter, 1)
    grown = np.where((held >= HELD) & (shorter >= _ENOUGH), 100 * _GROWN * held, 0).astype(np.float32)
    return np.maximum(table(fuzz.ratio, score_cutoff=SAME), grown)


def _in_order(scores: npt.NDArray[np.float64]) -> list[tuple[int, int]]:
    """The pairs, both indices rising, whose scores have the greatest sum."""
    n, m = scores.shape
    best = np.zeros((n + 1, m + 1))
    for i in range(n):
        best[i + 1, 1:] = np.maximum.accumulate(np.maximum(best[i, 1:], best[i, :-1] + scores[i]))
    pairs = []
    i, j = n, m
    while i and j:
        if best[i, j] == best[i - 1, j]:
            i -= 1
        elif best[i, j] == best[i, j - 1]:
            j -= 1
        else:
            i, j = i - 1, j - 1
            pairs.append((i, j))
    return pairs[::-1]


def _info(info: DocumentInfo) -> dict[str, str]:
    return {"document_id": info.document_id, "title": info.title, "date": info.date, "text_sha256": info.sha256}


def _side(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "document_id": side.document_id,
        "passage_id": side.passage_id,
        "article": side.article,
        "headings": list(side.headings),
        "locator": side.locator,
        "spans": [list(span) for span in side.spans],
        "text": side.text,
    }
