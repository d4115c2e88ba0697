"""A quotation and a stretch of a document, compared: what differs, character by character.

The letters of both, folded one by one, are aligned by edit distance (rapidfuzz). Between two letters that are the same
lies what is not: other words, or only another form of them (punctuation, script, layout, numerals written otherwise).
Always: the changes, applied to the quotation, give the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from rapidfuzz.distance import Levenshtein

from npcbot.answer.verify import quoted
from npcbot.errors import QuoteRefused
from npcbot.folding import fold_text
from npcbot.index import StoredPassage
from npcbot.lookups.align import LEFT_OUT
from npcbot.lookups.scan import Places, Scanned, scanned
from npcbot.passages import clip, display, strip_breaks
from npcbot.types import Span

_BREAK: Final = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
#: Characters on either side that tell whether a numeral is only written otherwise.
_AROUND: Final = 6


class Form(StrEnum):
    WORDS = "words"
    PUNCTUATION = "punctuation"
    SCRIPT = "script"
    LAYOUT = "layout"
    NUMERALS = "numerals"


@dataclass(frozen=True, slots=True)
class Change:
    """``said`` at ``quotation`` (offsets of the quotation) stands as ``stands`` at ``original`` (offsets of the
    original)."""

    kind: Form
    quotation: Span
    original: Span
    said: str
    stands: str

    @property
    def form(self) -> bool:
        """Whether the words are the same."""
        return self.kind is not Form.WORDS

    @property
    def cost(self) -> int:
        """How much it changes: words left out in one place count for no more than a few characters."""
        return max(len(self.said), min(len(self.stands), len(self.said) + LEFT_OUT))


class _Step(NamedTuple):
    """Letters ``a`` to ``b`` of the quotation and ``c`` to ``d`` of the original; ``same`` where they are equal."""

    same: bool
    a: int
    b: int
    c: int
    d: int


def compare(text: str, where: Places, made: Scanned, start: int, end: int) -> tuple[Span, str, tuple[Change, ...]]:
    """A quotation and the letters ``start`` to ``end`` of a document, ``made`` with ``letters``.

    Returns the span in the document, the original as shown (breaks of the page left out, others kept as one line
    break), and what turns ``text`` into it.

    Raises:
        QuoteRefused: what would be shown is not the text at its span.
    """
    quoted = scanned(text, letters=True)
    there = made.text[start:end]
    span = _widened(text, quoted, where, int(made.places[start]), int(made.places[end - 1]) + 1)
    original, places = _shown(where, span)
    index = {place: at for at, place in enumerate(places)}
    anchors = [
        (int(quoted.places[step.a + k]), index[int(made.places[start + step.c + k])])
        for step in steps(quoted.text, there)
        if step.same
        for k in range(step.b - step.a)
    ]
    changes = tuple(_changes(text, original, anchors))
    if applied(text, changes) != original:
        raise QuoteRefused(
            "A quotation and its original could not be compared.", "Nothing is shown. Please report this."
        )
    return span, original, changes


def differences(before: str, after: str) -> tuple[Change, ...]:
    """What turns one text into another; ``quotation`` are offsets of ``before``, ``original`` of ``after``."""
    one, two = scanned(before, letters=True), scanned(after, letters=True)
    anchors = [
        (int(one.places[step.a + k]), int(two.places[step.c + k]))
        for step in steps(one.text, two.text)
        if step.same
        for k in range(step.b - step.a)
    ]
    return tuple(_changes(before, after, anchors))


def applied(text: str, changes: Sequence[Change]) -> str:
    """The quotation with the changes made."""
    shown, at = [], 0
    for change in changes:
        shown += [text[at : change.quotation[0]], change.stands]
        at = change.quotation[1]
    return "".join([*shown, text[at:]])


def cut_out(text: str, stored: StoredPassage, start: int, end: int) -> tuple[tuple[Span, ...], str]:
    """``text[start:end]`` of a passage: where it stands, without the breaks of the page, and how it is shown.

    Raises:
        QuoteRefused: what would be shown is not the text at its spans.
    """
    spans, shown = clip(text, stored.passage, start, end), display(text, start, end, stored.passage)
    if strip_breaks(shown) != strip_breaks("\n".join(text[s:e] for s, e in spans)) or not quoted(text, spans):
        raise QuoteRefused(f"{stored.passage_id} is not the text at its spans.", "Check the index: npcbot doctor")
    return spans, shown


def steps(source: str, there: str) -> list[_Step]:
    """The alignment with the fewest edits; of those, stretches are kept together and a swap is one."""
    found = [
        _Step(one.tag == "equal", one.src_start, one.src_end, one.dest_start, one.dest_end)
        for one in Levenshtein.opcodes(source, there)
    ]
    while (joined := _joined(source, there, found)) is not None:
        found = joined
    return found


def _joined(source: str, there: str, found: Sequence[_Step]) -> list[_Step] | None:
    """Two edits about a few equal letters as one, where that costs no more; ``None`` where there are none such."""
    for i in range(len(found) - 2):
        one, same, two = found[i : i + 3]
        if one.same or not same.same or two.same or same.b - same.a > 2:
            continue
        before, after = source[one.a : two.b], there[one.c : two.d]
        middle = same.b - same.a
        new = None
        if sorted(before) == sorted(after) and len(before) <= 4:  # a swap
            new = [_Step(False, one.a, two.b, one.c, two.d)]
        elif one.a == one.b and two.a == two.b:  # left out in two places
            kept = source[same.a : same.b]
            if after.startswith(kept):
                new = [
                    _Step(True, same.a, same.b, one.c, one.c + middle),
                    _Step(False, same.b, same.b, one.c + middle, two.d),
                ]
            elif after.endswith(kept):
                new = [
                    _Step(False, same.a, same.a, one.c, two.d - middle),
                    _Step(True, same.a, same.b, two.d - middle, two.d),
                ]
        elif one.c == one.d and two.c == two.d:  # put in in two places
            kept = there[same.c : same.d]
            if before.startswith(kept):
                new = [
                    _Step(True, one.a, one.a + middle, same.c, same.d),
                    _Step(False, one.a + middle, two.b, same.d, same.d),
                ]
            elif before.endswith(kept):
                new = [
                    _Step(False, one.a, two.b - middle, same.c, same.c),
                    _Step(True, two.b - middle, two.b, same.c, same.d),
                ]
        if new is not None:
            return _merged([*found[:i], *new, *found[i + 3 :]])
    return None


def _merged(found: Sequence[_Step]) -> list[_Step]:
    merged: list[_Step] = []
    for step in found:
        if merged and merged[-1].same is step.same:
            merged[-1] = _Step(step.same, merged[-1].a, step.b, merged[-1].c, step.d)
        else:
            merged.append(step)
    return merged


def _changes(text: str, original: str, anchors: Sequence[tuple[int, int]]) -> Iterator[Change]:
    """What lies between letters that are the same, and letters that are the same in another script."""
    last = (-1, -1)
    held: Change | None = None
    for here in [*anchors, (len(text), len(original))]:
        found = []
        gap = _gap(text, original, (last[0] + 1, here[0]), (last[1] + 1, here[1]))
        if gap is not None:
            found.append(gap)
        if here[0] < len(text) and text[here[0]] != original[here[1]]:
            a, b = (here[0], here[0] + 1), (here[1], here[1] + 1)
            found.append(Change(Form.SCRIPT, a, b, text[a[0] : a[1]], original[b[0] : b[1]]))
        for change in found:
            follows = held is not None and (held.quotation[1], held.original[1]) == (
                change.quotation[0],
                change.original[0],
            )
            if held is not None and follows and held.kind is change.kind:
                a, b = (held.quotation[0], change.quotation[1]), (held.original[0], change.original[1])
                held = Change(held.kind, a, b, text[a[0] : a[1]], original[b[0] : b[1]])
            else:
                if held is not None:
                    yield held
                held = change
        last = here
    if held is not None:
        yield held


def _gap(text: str, original: str, a: Span, b: Span) -> Change | None:
    """The difference of ``text[a]`` and ``original[b]``, without what is the same at its edges."""
    start = 0
    while start < min(a[1] - a[0], b[1] - b[0]) and text[a[0] + start] == original[b[0] + start]:
        start += 1
    a, b = (a[0] + start, a[1]), (b[0] + start, b[1])
    end = 0
    while end < min(a[1] - a[0], b[1] - b[0]) and text[a[1] - 1 - end] == original[b[1] - 1 - end]:
        end += 1
    a, b = (a[0], a[1] - end), (b[0], b[1] - end)
    said, stands = text[a[0] : a[1]], original[b[0] : b[1]]
    if said == stands:
        return None
    return Change(_kind(text, original, a, b), a, b, said, stands)


def _kind(text: str, original: str, a: Span, b: Span) -> Form:
    said, stands = text[a[0] : a[1]], original[b[0] : b[1]]
    if not (said + stands).strip():
        return Form.LAYOUT
    if scanned(said, letters=True).text == scanned(stands, letters=True).text and not _in_number(
        text, a, said + stands
    ):
        return Form.LAYOUT if "".join(said.split()) == "".join(stands.split()) else Form.PUNCTUATION
    # 第三八条 for 第三十八条 is a slip, though it reads as the same number; 第38条 is another way of writing.
    if not (any("0" <= char <= "9" for char in said + stands) or set(said + stands) <= set("〇○零")):
        return Form.WORDS
    around = [fold_text(whole[max(0, s - _AROUND) : e + _AROUND]) for whole, (s, e) in ((text, a), (original, b))]
    return Form.NUMERALS if around[0] == around[1] else Form.WORDS


def _in_number(text: str, span: Span, changed: str) -> bool:
    """Whether a point, a colon or a dash between two figures was touched: that changes what is said."""
    before, after = text[: span[0]].rstrip()[-1:], text[span[1] :].lstrip()[:1]
    return before.isdigit() and after.isdigit() and bool(changed.strip())


def _widened(text: str, quoted: Scanned, where: Places, start: int, end: int) -> Span:
    """With the punctuation that the quotation has at its ends too; where another stands there, with that."""
    source = where.text
    for char in text[int(quoted.places[-1]) + 1 :]:
        if char.isspace():
            continue
        place = end
        while place < len(source) and source[place].isspace():
            place += 1
        if place >= len(source) or source[place].isalnum():
            break
        same = source[place] == char
        if not same and source[place] in "“‘「『（(《〈":
            break
        end = place + 1
        if not same:
            break
    for char in reversed(text[: int(quoted.places[0])]):
        if char.isspace():
            continue
        place = start - 1
        while place >= 0 and source[place].isspace():
            place -= 1
        if place < 0 or source[place] != char:
            break
        start = place
    return start, end


def _shown(where: Places, span: Span) -> tuple[str, list[int]]:
    """A span of the document without the breaks of the page; for each character where it stands in the document."""
    text = where.text
    dropped = [(s, e) for s, e in where.skipped if s < span[1] and e > span[0]]
    places = [place for place in range(*span) if not any(s <= place < e for s, e in dropped)]
    bare = "".join(text[place] for place in places)
    shown: list[str] = []
    kept: list[int] = []
    at = 0
    for match in _BREAK.finditer(bare):
        shown += bare[at : match.start()]
        kept += places[at : match.start()]
        at = match.end()
        if match.start() == 0 or at == len(bare):
            continue
        if not where.together(places[match.start()] - 1, places[at - 1] + 2):
            shown.append("\n")
            kept.append(-1 - places[match.start()])
        elif (
            _latin(bare[match.start() - 1]) and _latin(bare[at]) and not (bare[match.start() - 1] + bare[at]).isdigit()
        ):
            shown.append(" ")
            kept.append(-1 - places[match.start()])
    shown += bare[at:]
    kept += places[at:]
    return "".join(shown), kept


def _latin(char: str) -> bool:
    return char.isascii() and not char.isspace()
