"""Every character of a collection, in the form in which exact searches compare: folded one by one, white space out.

A search here is exhaustive and exact. Each character is folded by itself (script, width, case: ``npcbot.folding``, the
rules that look at no neighbour), so that a string is found wherever it stands, whatever stands around it. White space
is left out, but for one space between Latin words; what a page left between two halves of a paragraph too.
"""

from __future__ import annotations

import sys
import weakref
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt

from npcbot.folding import fold_character
from npcbot.index import Collection, DocumentInfo, StoredPassage
from npcbot.types import Span

_Codes = npt.NDArray[np.uint32]
_Places = npt.NDArray[np.int64]
#: Between two documents; no folded text has it.
_END: Final = "\0"
#: Formats whose pages leave furniture inside paragraphs.
_PAGED: Final = frozenset(("txt", "pdf"))
#: Between two digits these are part of the number or keep two numbers apart; elsewhere they are punctuation.
_IN_NUMBER: Final = 1
_ALWAYS: Final = 2
#: What turns what is said into something else: ≥5 is not ≤5.
_SIGNS: Final = "%‰‱+±×÷≥≤≠≈℃℉°$¥€£"
_SPACE: Final = 0x20


class _Tables:
    """What each character becomes and what it is, worked out when it is first met. Grows only: safe between threads."""

    def __init__(self) -> None:
        size = sys.maxunicode + 1
        self.known = np.zeros(size, dtype=np.bool_)
        self.folded = np.zeros(size, dtype=np.uint32)
        #: Of the folded character: 0 punctuation, ``_ALWAYS`` a letter, digit or sign that counts.
        self.letter = np.zeros(size, dtype=np.uint8)
        self.digit = np.zeros(size, dtype=np.bool_)
        self.latin = np.zeros(size, dtype=np.bool_)

    def learn(self, codes: _Codes) -> None:
        unknown = codes[~self.known[codes]]
        for code in np.unique(unknown).tolist():
            folded = fold_character(chr(code))
            # A sign that stands for several characters stands for itself: the same on both sides.
            char = folded if len(folded) == 1 else "" if not folded else chr(code)
            self.folded[code] = ord(char) if char else 0
            if char:
                self.letter[code] = _ALWAYS if char.isalnum() or char in _SIGNS else _IN_NUMBER
                self.digit[code] = "0" <= char <= "9"
                self.latin[code] = char.isalnum() and ord(char) < 0x2E80
                if char.isspace():
                    self.folded[code], self.letter[code] = _SPACE, 0
            self.known[code] = True


_tables: Final = _Tables()


@dataclass(frozen=True, slots=True)
class Scanned:
    """``text[i]`` was made of the character at ``places[i]`` of the original."""

    text: str
    places: _Places

    def original(self, start: int, end: int) -> Span:
        """The span of the original from the first to the last character of ``text[start:end]``, which is not empty."""
        return int(self.places[start]), int(self.places[end - 1]) + 1


def scanned(text: str, *, letters: bool = False, without: Sequence[Span] = ()) -> Scanned:
    """A text as it is searched; with ``letters``, what is said alone: no punctuation but inside numbers (5.5, 3:1).

    ``without`` are spans to leave out (page furniture).
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    _tables.learn(codes)
    folded = _tables.folded[codes]
    kept = folded != 0
    for start, end in without:
        kept[start:end] = False
    places = np.flatnonzero(kept & (folded != _SPACE))
    if not letters:
        places = _with_spaces(codes, folded, places)
        return Scanned(_decoded(folded[places]), places)
    kinds = _tables.letter[codes[places]]
    digits = _tables.digit[codes[places]]
    between = np.zeros(len(places), dtype=np.bool_)
    between[1:-1] = digits[:-2] & digits[2:]
    places = places[(kinds == _ALWAYS) | ((kinds == _IN_NUMBER) & between)]
    return Scanned(_decoded(folded[places]), places)


def _with_spaces(codes: _Codes, folded: _Codes, places: _Places) -> _Places:
    """One space comes back where white space parts two Latin words."""
    latin = _tables.latin[codes[places]]
    gaps = np.flatnonzero(latin[:-1] & latin[1:] & (np.diff(places) > 1))
    if not len(gaps):
        return places
    spaces = []
    for gap in gaps.tolist():
        inside = np.flatnonzero(folded[places[gap] + 1 : places[gap + 1]] == _SPACE)
        # Two figures torn apart by a page are one, as everywhere (``npcbot.passages.display``).
        both = _tables.digit[codes[places[gap]]] and _tables.digit[codes[places[gap + 1]]]
        if len(inside) and not both:
            spaces.append(int(places[gap]) + 1 + int(inside[0]))
    return np.sort(np.concatenate([places, np.array(spaces, dtype=np.int64)]))


def _decoded(codes: _Codes) -> str:
    return codes.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")


class Scan:
    """The texts of one opened collection, one after another, ready to be searched."""

    def __init__(self, collection: Collection) -> None:
        self._infos = collection.documents()
        self._skipped = [_furniture(collection, info) if info.format in _PAGED else () for info in self._infos]
        # The collection holds its scan, not the other way round.
        self._collection = weakref.ref(collection)

    @cached_property
    def _whole(self) -> tuple[str, list[int], npt.NDArray[np.int32]]:
        """All texts, where each begins, and where in its document each character stands."""
        parts = list(self._parts(letters=False))
        gap = np.zeros(1, dtype=np.int32)
        places = [array for part in parts for array in (part.places.astype(np.int32), gap)]
        return *_together(parts), np.concatenate([*places, gap])

    @cached_property
    def _letters(self) -> tuple[str, list[int]]:
        return _together(list(self._parts(letters=True)))

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {info.document_id: number for number, info in enumerate(self._infos)}

    def _parts(self, *, letters: bool) -> Iterator[Scanned]:
        for text, skipped in zip(self.collection.texts(), self._skipped, strict=True):
            yield scanned(text, letters=letters, without=skipped)

    @property
    def collection(self) -> Collection:
        collection = self._collection()
        assert collection is not None
        return collection

    @property
    def characters(self) -> int:
        """Characters searched, white space aside."""
        return len(self._whole[0]) - len(self._infos)

    @property
    def letters(self) -> str:
        """What is said in all documents, one after another, a NUL behind each."""
        return self._letters[0]

    def find(self, needle: str) -> Iterator[int]:
        """Where a scanned string stands in the whole text, one occurrence after another, none overlapping."""
        return found(self._whole[0], needle)

    @property
    def text(self) -> str:
        """All documents, one after another, a NUL behind each."""
        return self._whole[0]

    def span(self, start: int, end: int) -> Span:
        """Where ``text[start:end]``, which is not empty and of one document, stands in that document."""
        places = self._whole[2]
        return int(places[start]), int(places[end - 1]) + 1

    def document_at(self, place: int, *, letters: bool = False) -> tuple[int, int]:
        """The number of the document that a place of the whole text (of the letters) is in, and the place in it."""
        firsts = (self._letters if letters else self._whole)[1]
        number = bisect_right(firsts, place) - 1
        return number, place - firsts[number]

    def extent(self, number: int) -> Span:
        """Where the letters of a document begin and end."""
        firsts = self._letters[1]
        return firsts[number], firsts[number + 1] - 1

    def letters_of(self, document_id: str, spans: Sequence[Span]) -> Span:
        """Where the letters of a document from the first to the last of ``spans`` begin and end."""
        number = self._numbers[document_id]
        places, first = self.scanned(number, letters=True).places, self.extent(number)[0]
        return first + int(places.searchsorted(spans[0][0])), first + int(places.searchsorted(spans[-1][1]))

    def edition(self, number: int) -> tuple[int, ...]:
        """The files of the version that a document is of, in their order."""
        parts = self._infos[number].parts
        return tuple(self._numbers[part] for part in parts if part in self._numbers) or (number,)

    def info(self, number: int) -> DocumentInfo:
        return self._infos[number]

    def scanned(self, number: int, *, letters: bool = False) -> Scanned:
        """One document with the places of its characters."""
        text = self.collection.document(self._infos[number].document_id).text
        return scanned(text, letters=letters, without=self._skipped[number])


def _together(parts: Sequence[Scanned]) -> tuple[str, list[int]]:
    firsts = [0]
    for part in parts:
        firsts.append(firsts[-1] + len(part.text) + 1)
    return _END.join([*(part.text for part in parts), ""]), firsts


def found(text: str, needle: str) -> Iterator[int]:
    """Every place of ``needle`` in ``text``, none overlapping."""
    place = text.find(needle) if needle else -1
    while place >= 0:
        yield place
        place = text.find(needle, place + len(needle))


_scans: weakref.WeakKeyDictionary[Collection, Scan] = weakref.WeakKeyDictionary()
_lock: Final = Lock()


def scan_of(collection: Collection) -> Scan:
    """Made once for an opened collection: half a second for ten million characters."""
    with _lock:
        if collection not in _scans:
            _scans[collection] = Scan(collection)
        return _scans[collection]


def _furniture(collection: Collection, info: DocumentInfo) -> tuple[Span, ...]:
    return _gaps(collection.passages(range(info.first_row, info.end_row)))


def _gaps(passages: Iterable[StoredPassage]) -> tuple[Span, ...]:
    """What lies between the halves of paragraphs and is not white space only."""
    gaps = []
    for stored in passages:
        for unit in stored.passage.units:
            for (_, before), (after, _) in zip(unit.spans, unit.spans[1:], strict=False):
                if after - before > 2:
                    gaps.append((before, after))
    return tuple(gaps)


class Places:
    """Where in a document an offset lies: its passage and unit, or a heading, or the matter before the text."""

    def __init__(self, collection: Collection, info: DocumentInfo) -> None:
        self.collection, self.info = collection, info
        self.passages = collection.passages(range(info.first_row, info.end_row))
        #: Page furniture inside paragraphs.
        self.skipped = _gaps(self.passages) if info.format in _PAGED else ()
        self._starts = [stored.passage.start for stored in self.passages]

    @cached_property
    def text(self) -> str:
        return self.collection.document(self.info.document_id).text

    def at(self, offset: int) -> StoredPassage | None:
        """The passage that an offset lies in."""
        number = bisect_right(self._starts, offset) - 1
        if number >= 0 and offset < self.passages[number].passage.end:
            return self.passages[number]
        return None

    def below(self, offset: int) -> StoredPassage | None:
        """The passage of an offset, or the first one after it: the one that a heading is of."""
        after = bisect_right(self._starts, offset)
        return self.at(offset) or (self.passages[after] if after < len(self.passages) else None)

    def together(self, start: int, end: int) -> bool:
        """Whether a span lies in one paragraph, 款, 项 or heading, so that breaks in it are the page's."""
        stored = self.below(start)
        if stored is None:
            return False
        hulls = [(unit.start, unit.end) for unit in stored.passage.units] + list(stored.passage.section)
        return any(first <= start and end <= last for first, last in hulls)

    def locator(self, start: int, end: int) -> str:
        """第三条第二款, 第5段; 标题 in a heading, 文首 before the first passage, 文中 elsewhere."""
        stored = self.at(start)
        if stored is not None:
            units = [unit for unit in stored.passage.units if unit.start < end and unit.end > start]
            names = list(dict.fromkeys(unit.locator for unit in units))
            return names[0] if len(names) == 1 and names[0] else stored.passage.locator
        below = self.below(start)
        if below is not None and any(first <= start < last for first, last in below.passage.section):
            return "标题"
        return "文首" if not self._starts or start < self._starts[0] else "文中"

    def section(self, offset: int) -> tuple[Span, ...]:
        stored = self.at(offset)
        return stored.passage.section if stored is not None else ()
