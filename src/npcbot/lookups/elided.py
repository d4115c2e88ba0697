"""The parts of one quotation (甲……乙) where they stand in one document, one behind another."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Container, Iterator, Sequence
from typing import TypeVar

from npcbot.lookups import align
from npcbot.lookups.scan import Scan
from npcbot.types import Span

_P = TypeVar("_P")
#: A stretch of letters, with the number of its file in the edition.
_Stretch = tuple[int, Span]
#: Places where a part is looked for whose numerals may be written otherwise.
_NEAR = 50


def rows(
    scan: Scan,
    parts: Sequence[str],
    claimed: Sequence[Span],
    old: Container[str],
    place: Callable[[int, Span], _P | None],
) -> Iterator[tuple[_P, ...]]:
    """Of each edition that has all parts in their order the row that has most of them in ``claimed``, of those the
    closest; editions that are claimed come first, those of ``old`` documents last.

    ``parts`` are letters, spans are of ``scan.letters``. ``place`` makes of a part, by its number, and a stretch what
    is yielded, ``None`` where the two do not say the same.
    """
    near = {part: _near(scan, part, claimed) for part in parts if part not in scan.letters}
    rarest = min(parts, key=lambda part: len(near[part]) if part in near else scan.letters.count(part))
    spans = near[rarest] if rarest in near else [(one.start, one.end) for one in align.exact(scan, rarest)]
    named = {_document(scan, span) for span in claimed}
    seen: set[int] = set()
    for number in sorted(
        {_document(scan, span) for span in spans}, key=lambda one: (one not in named, scan.info(one).document_id in old)
    ):
        if number in seen:
            continue
        edition = scan.edition(number)
        seen.update(edition)
        found = [
            [
                (file, span)
                for file, one in enumerate(edition)
                for span in _within(scan, part, near.get(part), scan.extent(one))
            ]
            for part in parts
        ]
        while row := _closest(found, claimed):
            places = [place(part, span) for part, (_, span) in enumerate(row)]
            good = tuple(one for one in places if one is not None)
            if len(good) == len(row):
                yield good
                break
            for there, one, made in zip(found, row, places, strict=True):
                if made is None:
                    there.remove(one)


def _document(scan: Scan, span: Span) -> int:
    return scan.document_at(span[0], letters=True)[0]


def _near(scan: Scan, part: str, claimed: Sequence[Span]) -> list[Span]:
    found = {(one.start, one.end) for one in align.nearest(scan, part, _NEAR)}
    for start, end in claimed:
        if (one := align.nearest_in(scan.letters[start:end], part)) is not None:
            found.add((start + one.start, start + one.end))
    return sorted(found)


def _within(scan: Scan, part: str, near: Sequence[Span] | None, extent: Span) -> Iterator[Span]:
    """The stretches of a part in one file, in order."""
    if near is not None:
        yield from (span for span in near if extent[0] <= span[0] < extent[1])
        return
    start = scan.letters.find(part, *extent)
    while start >= 0:
        yield start, start + len(part)
        start = scan.letters.find(part, start + 1, extent[1])


def _closest(found: Sequence[Sequence[_Stretch]], claimed: Sequence[Span]) -> list[_Stretch]:
    """One stretch of each part, each behind the one before; empty where there is no such row."""
    best: list[_Stretch] = []
    least = (0, 0, 0)
    for first in found[0]:
        row = [first]
        for there in found[1:]:
            file, (_, end) = row[-1]
            at = bisect_left(there, (file, (end, 0)))
            if at == len(there):
                return best  # what begins later lacks this part too
            row.append(there[at])
        (one, (start, _)), (other, (_, end)) = row[0], row[-1]
        outside = sum(not any(s <= at < e for s, e in claimed) for _, (at, _) in row)
        cost = (outside, other - one, end - start)
        if not best or cost < least:
            best, least = row, cost
    return best
