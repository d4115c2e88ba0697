"""How an answer is printed, and how what was printed is read back and checked before it goes out.

A quotation stands behind a bar: ┃ begins a paragraph, │ continues it where the line was too narrow. The sentence that
answers is bold, or between ⟦ and ⟧ where there are no colours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from npcbot.answer import Answer, Citation
from npcbot.answer.citation import titled
from npcbot.errors import QuoteRefused
from npcbot.passages import strip_breaks
from npcbot.retrieval.question import is_chinese
from npcbot.terminal.plain import RESET, dim
from npcbot.visible import visible
from npcbot.wrapping import FIRST, NEXT, wrapped

_OPEN, _CLOSE = "⟦", "⟧"
_BOLD, _BOLD_UNDERLINED = "\x1b[1m", "\x1b[1;4m"
#: How a character of a quotation is shown: as it is, in the sentence that answers, in the words that do.
_PLAIN, _SENTENCE, _ANSWER = range(3)
#: What stands before the bar of a quotation.
_NUMBER: Final = re.compile(r"^(?:\d+\.)?\s*")
INDENT: Final = "   "
_SGR: Final = re.compile(r"\x1b\[[0-9;]*m")
_WORDS: Final = {
    True: {
        "no": "文件中没有找到答案。以下是最接近的段落，并非回答：",
        "nothing": "文件中没有找到相关内容。",
        "narrowed": "只查了：{}（--no-narrow 可查全部）",
        "same": "同文另见：{}",
        "incomplete": "注意：{}",
        "page": "第{}页",
        "sure": "把握 {:.0%}",
        "as_of": "{}时有效的文本：",
    },
    False: {
        "no": "The documents do not answer this. The nearest passages, which are not an answer:",
        "nothing": "Nothing in the documents comes near this.",
        "narrowed": "Searched only: {} (--no-narrow searches everything)",
        "same": "The same text stands in: {}",
        "incomplete": "Note: {}",
        "page": "p. {}",
        "sure": "confidence {:.0%}",
        "as_of": "As in force on {}:",
    },
}


def render(answer: Answer, *, colour: bool, width: int) -> str:
    """The answer as printed, ``width`` columns wide, checked.

    Raises:
        QuoteRefused: what would be printed is not what is quoted.
    """
    words = _WORDS[is_chinese(answer.question)]
    lines: list[str] = []
    if answer.narrowed:
        lines += [dim(words["narrowed"].format("、".join(answer.narrowed)), colour), ""]
    if answer.as_of:
        lines += [dim(words["as_of"].format(answer.as_of), colour), ""]
    shown = answer.citations or answer.nearest
    if not shown:
        return "\n".join(visible(note) for note in answer.notes) or words["nothing"]
    if not answer.answered:
        lines += [words["no"], ""]
    for citation in shown:
        lines += [*citation_lines(citation, colour=colour, width=width, chinese=is_chinese(answer.question)), ""]
    lines += [words["incomplete"].format(visible(note)) for note in answer.notes]
    if answer.confidence < 1:
        lines.append(dim(words["sure"].format(answer.confidence), colour))
    printed = "\n".join(lines)
    check(printed, shown)
    return printed


def render_citations(citations: Sequence[Citation], *, colour: bool, width: int) -> str:
    """Citations without a question, checked like an answer."""
    lines: list[str] = []
    for citation in citations:
        lines += [*citation_lines(citation, colour=colour, width=width, chinese=True), ""]
    printed = "\n".join(lines).rstrip("\n")
    check(printed, citations)
    return printed


def citation_lines(citation: Citation, *, colour: bool, width: int, chinese: bool) -> Iterator[str]:
    """The quotation, then where it stands."""
    words = _WORDS[chinese]
    number = f"{citation.rank}.".ljust(len(INDENT))
    room = max(20, width - len(INDENT) - 2)
    lit = _lit(citation)
    for number_of_line, (bar, piece) in enumerate(wrapped(citation.excerpt, room)):
        start = number if number_of_line == 0 else INDENT
        text, style = "", _PLAIN
        for offset in piece:
            if (wanted := lit.get(offset, _PLAIN)) != style:
                text += _turn(style, wanted, colour)
                style = wanted
            text += visible(citation.excerpt[offset])
        yield start + bar + text + _turn(style, _PLAIN, colour)
    for line in _place(citation, words):
        yield INDENT + dim(line, colour)


def _place(citation: Citation, words: dict[str, str]) -> Iterator[str]:
    parts = [titled(citation.title, citation.date), *citation.section, citation.locator]
    if citation.page is not None:
        parts.append(words["page"].format(citation.page))
    yield visible(" › ".join(part for part in parts if part))
    facts = [citation.passage_id, citation.document_id]
    if citation.status:
        facts.append(citation.status)
    yield visible(" · ".join(facts))
    if citation.same_text:
        yield words["same"].format("、".join(citation.same_text[:5])) + (" …" if len(citation.same_text) > 5 else "")
    if citation.incomplete:
        yield visible(words["incomplete"].format(citation.incomplete))


def check(printed: str, citations: Sequence[Citation]) -> None:
    """Reads the quotations back out of the printed lines and compares them, one by one.

    Raises:
        QuoteRefused: one differs, is missing or is too many.
    """
    if list(read_back(printed)) != [_compared(visible(citation.excerpt)) for citation in citations]:
        raise QuoteRefused("What would be printed is not what is quoted.", "Nothing is shown. Please report this.")


def read_back(printed: str) -> Iterator[str]:
    """The quotations in printed lines, in the form in which they are compared."""
    current: list[str] | None = None
    for line in printed.split("\n"):
        plain = _SGR.sub("", line)
        body = _NUMBER.sub("", plain, count=1)
        if not body.startswith((FIRST, NEXT)):
            if current is not None:
                yield _compared("".join(current))
            current = None
            continue
        text = body[len(FIRST) :]
        if current is None:
            current = [text]
        else:
            current.append(("\n" if body.startswith(FIRST) else "") + text)
    if current is not None:
        yield _compared("".join(current))


def _lit(citation: Citation) -> dict[int, int]:
    """How the offsets are marked; none where the text has the marks for characters of its own."""
    if _OPEN in citation.excerpt or _CLOSE in citation.excerpt:
        return {}
    lit = {offset: _SENTENCE for start, end in citation.highlights for offset in range(start, end)}
    return lit | {offset: _ANSWER for start, end in citation.answers for offset in range(start, end)}


def _turn(before: int, after: int, colour: bool) -> str:
    """From one style to another. Without colour the sentence alone is marked."""
    if colour:
        return (RESET if before else "") + ("", _BOLD, _BOLD_UNDERLINED)[after]
    return _OPEN if after and not before else _CLOSE if before and not after else ""


def _compared(text: str) -> str:
    """Without marks first: one at the end of a paragraph would hide whether Latin words meet at its break."""
    return strip_breaks(text.replace(_OPEN, "").replace(_CLOSE, ""))
