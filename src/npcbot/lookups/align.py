"""Where a quotation stands in the documents, or what comes nearest to it, character by character.

Candidates come from pieces of the quotation that are found as they stand: of a quotation with ``e`` slips, cut into
more than ``e`` pieces, one piece is unharmed. Alignment is the edit distance (rapidfuzz), never a likeness of meaning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Final

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq, Levenshtein, Opcode

from npcbot.lookups.scan import Scan
from npcbot.types import Span

#: Places of one string that are looked at; a common phrase stands in thousands.
_MOST: Final = 20_000
#: Pieces looked for, their shortest and longest, in characters.
_PIECES: Final = 24
_PIECE: Final = (3, 8)
#: Candidates whose distance is measured.
_CANDIDATES: Final = 60
#: Places within so many characters of each other are one candidate.
_SLACK: Final = 6
#: Letters that may be left out in one place, and for how many of them that counts.
_GAP: Final = 400
LEFT_OUT: Final = 4


@dataclass(frozen=True, slots=True)
class Match:
    """``scan.letters[start:end]``; ``cost`` is the edit distance from the quotation's letters, but that words left out
    in one place count for no more than a few; ``share`` of its letters stand there, in their order."""

    start: int
    end: int
    cost: int
    share: float


def exact(scan: Scan, letters: str) -> list[Match]:
    """Where the letters stand as they are."""
    return [Match(at, at + len(letters), 0, 1.0) for at in islice(_overlapping(scan.letters, letters), _MOST)]


def nearest(scan: Scan, letters: str, most: int) -> list[Match]:
    """The places nearest to the letters, at most so many, nearest first."""
    found: dict[tuple[int, int], Match] = {}
    for start, end in _candidates(scan, letters):
        match = _settled(scan.letters, letters, start, end)
        if match is not None:
            found.setdefault((match.start, match.end), match)
    kept: list[Match] = []
    for match in sorted(found.values(), key=lambda one: (one.cost, one.start)):
        if all(match.end <= other.start or match.start >= other.end for other in kept):
            kept.append(match)
    return kept[:most]


def nearest_in(text: str, letters: str) -> Match | None:
    """The stretch of one text, given by its letters, that is nearest to the letters."""
    best = fuzz.partial_ratio_alignment(letters, text)
    if best is None or not text:
        return None
    start = best.dest_start if len(letters) <= len(text) else 0
    return _settled(text, letters, start, start + len(letters))


def _candidates(scan: Scan, letters: str) -> list[Span]:
    """Where the quotation would begin and end, going by its pieces; those first that most pieces agree on.

    Pieces that agree on two beginnings not far apart are of one quotation with words left out or put in.
    """
    starts = [
        np.fromiter((place - offset for place in islice(_overlapping(scan.letters, piece), _MOST)), np.int64)
        for offset, piece in _pieces(letters)
    ]
    if not sum(map(len, starts)):
        return []
    # A rare piece tells more than a common one.
    weights = np.concatenate([np.full(len(places), 1.0 / (1.0 + np.log1p(len(places)))) for places in starts])
    places = np.concatenate(starts)
    order = np.argsort(places, kind="stable")
    places, weights = places[order], weights[order]
    groups = np.cumsum(np.concatenate([[0], (np.diff(places) > _SLACK).astype(np.int64)]))
    votes = np.bincount(groups, weights)
    firsts = places[np.searchsorted(groups, np.arange(len(votes)))]
    best = np.sort(np.argsort(-votes, kind="stable")[:_CANDIDATES])
    length = len(letters)
    found = {(int(firsts[group]), int(firsts[group]) + length): float(votes[group]) for group in best}
    for one, other in combinations(best.tolist(), 2):
        gap = int(firsts[other] - firsts[one])
        if gap <= _GAP:
            both = float(votes[one] + votes[other])
            found[int(firsts[one]), int(firsts[other]) + length] = both  # words left out
            if gap < length:
                found[int(firsts[other]), int(firsts[one]) + length] = both  # words put in
    return sorted(found, key=lambda span: (-found[span], span))[:_CANDIDATES]


def _pieces(letters: str) -> Iterator[tuple[int, str]]:
    shortest, longest = _PIECE
    size = min(longest, max(shortest, len(letters) // 5))
    step = max(1, size // 2, (len(letters) - size) // _PIECES)
    seen = set()
    for offset in [*range(0, len(letters) - size, step), len(letters) - size]:
        piece = letters[offset : offset + size]
        if offset >= 0 and piece not in seen:
            seen.add(piece)
            yield offset, piece


def _settled(text: str, letters: str, start: int, end: int) -> Match | None:
    """The stretch of one document about ``start`` and ``end`` that is nearest to the letters."""
    slack = _SLACK + len(letters) // 8
    middle = min(max(0, (start + end) // 2), len(text) - 1)
    low = max(0, start - slack, text.rfind("\0", 0, middle + 1) + 1)
    high = min(len(text), end + slack)
    closed = text.find("\0", middle, high)
    window = text[low : high if closed < 0 else closed]
    if not window or low > middle:
        return None
    first, last = _refined(letters, window, *_trimmed(letters, window))
    operations = Levenshtein.opcodes(letters, window[first:last])
    same = sum(one.src_end - one.src_start for one in operations if one.tag == "equal")
    cost = sum(_cost(one) for one in operations)
    return Match(low + first, low + last, cost, same / len(letters))


def _cost(one: Opcode) -> int:
    source, there = one.src_end - one.src_start, one.dest_end - one.dest_start
    return 0 if one.tag == "equal" else max(source, min(there, source + LEFT_OUT))


def _trimmed(letters: str, window: str) -> Span:
    """The window without what stands before and behind the quotation."""
    operations = [one for one in Levenshtein.opcodes(letters, window) if one.tag != "insert"]
    return operations[0].dest_start, max(operations[-1].dest_end, operations[0].dest_start + 1)


def _refined(letters: str, window: str, first: int, last: int) -> Span:
    """Moves both edges a little, as long as that comes nearer; of equals the one that has more of the quotation's
    letters (（二）受 of （二）因受), then the one of its own length."""

    def cost(start: int, end: int) -> tuple[int, int, int, int]:
        there = window[start:end]
        held = LCSseq.similarity(letters, there)
        return Levenshtein.distance(letters, there), -held, abs(end - start - len(letters)), abs(start - first)

    edge = _SLACK
    for _ in range(2):
        last = min(
            range(max(first + 1, last - edge), min(len(window), last + edge) + 1), key=lambda end: cost(first, end)
        )
        begin, stop = max(0, first - edge), min(last - 1, first + edge)
        first = min(range(begin, stop + 1), key=lambda start: cost(start, last)) if begin <= stop else first
    return first, last


def _overlapping(text: str, needle: str) -> Iterator[int]:
    place = text.find(needle)
    while place >= 0:
        yield place
        place = text.find(needle, place + 1)
