"""Paragraphs out of lines: what a page, a column or a margin has torn apart is one paragraph again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from npcbot.passages import headings as h
from npcbot.passages.lines import Line, Role, finished, is_row, width
from npcbot.types import Span

#: An unfinished line of at least so many characters is a torn paragraph where empty lines part the paragraphs …
_LONG: Final = 45
#: … and of so many where every line is a paragraph: there a missing full stop is likelier than a torn page.
_LONG_WITHOUT_GAPS: Final = 100
_TORN_SHARE: Final = 0.04
_FORMULA: Final = re.compile(r"[＝=÷×＋]")


@dataclass(slots=True)
class Paragraph:
    """One stitched paragraph, one heading, or one line kept out of the passages: its lines in order."""

    lines: list[Line] = field(default_factory=list)

    @property
    def first(self) -> Line:
        return self.lines[0]

    @property
    def start(self) -> int:
        return self.lines[0].start

    @property
    def end(self) -> int:
        return self.lines[-1].end

    @property
    def last_text(self) -> str:
        return self.lines[-1].text

    def spans(self, text: str) -> tuple[Span, ...]:
        """Where it stands: one span, or several where furniture lies between its lines."""
        spans = [(self.lines[0].start, self.lines[0].end)]
        for line in self.lines[1:]:
            if is_void(text[spans[-1][1] : line.start]):
                spans[-1] = (spans[-1][0], line.end)
            else:
                spans.append((line.start, line.end))
        return tuple(spans)


def is_void(text: str) -> bool:
    """Nothing but white space between two lines."""
    return not text or text.isspace()


def stitch(lines: Sequence[Line], margin: int) -> list[Paragraph]:
    """The lines that are no furniture as paragraphs; ``margin`` is ``lines.is_wrapped``'s."""
    kept = [line for line in lines if line.role is not Role.FURNITURE]
    torn = _torn_share(kept)
    indented = _uses_indents(kept)
    paragraphs: list[Paragraph] = []
    interrupted = False
    previous: Line | None = None
    for line in lines:
        if line.role is Role.FURNITURE:
            interrupted = True
            continue
        if previous is not None and _continues(previous, line, paragraphs[-1], margin, torn, indented, interrupted):
            paragraphs[-1].lines.append(line)
        else:
            paragraphs.append(Paragraph([line]))
        previous, interrupted = line, False
    return paragraphs


def _torn_share(lines: Sequence[Line]) -> float:
    long = [line for line in lines if line.role is Role.BODY and len(line.text) >= _LONG_WITHOUT_GAPS]
    return sum(not finished(line.text) for line in long) / len(long) if long else 0.0


def _uses_indents(lines: Sequence[Line]) -> bool:
    body = [line for line in lines if line.role is Role.BODY and not line.glued]
    return len(body) > 3 and sum(line.indent for line in body) >= 0.2 * len(body)


def _continues(
    a: Line, b: Line, paragraph: Paragraph, margin: int, torn: float, indented: bool, interrupted: bool
) -> bool:
    """True where ``b`` goes on with the sentence (at a margin: the paragraph) that ``a`` breaks off."""
    if a.role is not Role.BODY or b.role is not Role.BODY or b.article or b.glued:
        return False
    if is_row(a.text) or is_row(b.text):
        return False
    if b.text[0] in "”’，。、；）)》」』" and not b.text.startswith("“"):
        return not (b.indent and indented)
    if (b.indent and indented) or h.label(b.text) or h.is_footnote(b.text):
        return False
    full_line = bool(margin) and width(a.text) >= 0.92 * margin
    if finished(a.text):
        # At a margin a sentence may end exactly where the line does.
        return full_line and b.gap == 0 and not a.text.endswith(("：", ":")) and not interrupted
    if margin and (b.gap == 0 or interrupted):
        return width(a.text) >= 0.6 * margin or h.is_left_open(a.text) or h.is_carried_on(b.text)
    if h.is_left_open(a.text) or h.is_carried_on(b.text):
        return True
    if _FORMULA.search(a.text[-40:]):
        return False  # 应纳税额＝……
    if a.in_article:
        # Inside an article every paragraph is a sentence; formulas and lists without stops are short.
        if a.text[:2] == b.text[:2]:
            return False  # 「获得硕士学位的」 and 「获得博士学位的」 are parallel, not one sentence.
        torn_item = b.text.endswith(("；", ";")) and h.label(a.text) is not None
        return finished(b.text) and len(a.text) >= (8 if torn_item else 20) and not b.text.startswith(("注", "公式"))
    if h.looks_like_title(b.text, _LONG):
        return False
    first = paragraph.first.text
    if h.label(first) and not any("。" in line.text for line in paragraph.lines):
        return len(a.text) >= _LONG_WITHOUT_GAPS
    loose = b.gap > 0 or interrupted or torn >= _TORN_SHARE
    return loose and len(a.text) >= (_LONG if b.gap or interrupted else _LONG_WITHOUT_GAPS)
