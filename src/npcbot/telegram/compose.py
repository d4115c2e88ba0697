"""Answers and passages as messages. A quotation stands in a block quotation, everything else outside of one; each
message is parsed back and compared with what was to be quoted before it may be sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from npcbot.answer import Answer, Citation
from npcbot.answer.citation import ELISION, titled
from npcbot.errors import QuoteRefused
from npcbot.telegram.markup import MOST_ENTITIES, MOST_UNITS, cut, escape, read, units
from npcbot.telegram.words import Words
from npcbot.types import Span
from npcbot.visible import visible

#: UTF-16 units of a message that a page of a section takes; a message of 4,096 is a wall of text.
_PAGE: Final = 3000
#: Of the other passages of an answer, of titles, headings and remarks, at most.
_BRIEF, _TITLE, _REMARK = 280, 160, 120
#: A whole paragraph is not worth unfolding below this.
_LEAST: Final = 120
#: Passages with the same text that are named, and sentences of a quotation that are set in bold.
_NAMED, _BOLD = 3, 8
#: Remarks above an answer.
_NOTES: Final = 3
_NONE: Final[tuple[Span, ...]] = ()

Link = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: HTML, and the plain text that stands in for it where Telegram refuses the markup. ``shown`` counts
    the passages quoted."""

    html: str
    plain: str
    shown: int = 0

    @classmethod
    def said(cls, text: str) -> Message:
        """The bot's own words; nothing in them is markup."""
        text = cut(visible(text), MOST_UNITS)
        return cls(escape(text), text)


@dataclass(frozen=True, slots=True)
class Block:
    """``text`` is what the reader sees of it, ``source`` what it is quoted from, empty where it is no quotation."""

    html: str
    text: str
    source: str = ""


def answer_message(answer: Answer, words: Words, link: Link, understood: str = "") -> Message:
    """The first passage with its whole paragraph folded below it, then the others, shorter.

    Raises:
        QuoteRefused: what would be shown is not what is quoted.
    """
    first, *others = answer.citations
    head = _head(answer, words, understood)
    room = MOST_UNITS - length_of(head)
    numbered = bool(others)
    quote = quoted(first.excerpt, first.highlights, room // 2, answers=first.answers)
    place = _place(first, words, link, 1 if numbered else None)
    opening = [quote, place, *_remarks(first, words, link)]
    room -= length_of(opening)
    rest: list[list[Block]] = []
    for number, citation in enumerate(others, 2):
        blocks = [_brief(citation), _place(citation, words, link, number)]
        if (taken := length_of(blocks) + 1) <= room:
            rest.append(blocks)
            room -= taken
        else:
            break
    if first.paragraph != first.excerpt and room >= _LEAST:
        opening.append(quoted(first.paragraph, _NONE, room - 1, expandable=True))
    return assembled([head, opening, *rest], 1 + len(rest))


def unanswered_message(answer: Answer, words: Words, link: Link, understood: str = "") -> Message:
    """One line; what came nearest stands behind a button."""
    return assembled(
        [[*_head(answer, words, understood), said_block(words["unanswered" if answer.nearest else "nothing"])]], 0
    )


def nearest_message(answer: Answer, words: Words, link: Link) -> Message:
    """The passages that came nearest, as what they are."""
    return _listed(answer.nearest, words, link, [said_block(words["nearest_are"])])


def more_message(citations: Sequence[Citation], words: Words, link: Link) -> Message:
    """Further passages of an answer, as many as a message holds."""
    return _listed(citations, words, link, [])


def watch_message(text: str, citations: Sequence[Citation], words: Words, link: Link, more: int = 0) -> Message:
    """Passages of a new document that somebody watched for, each whole as far as there is room; how many ``more`` the
    document has, and how they are asked for."""
    head = [said_block(words.say("watch_hit", text=short(text, _TITLE)))]
    title = short(citations[0].title, _TITLE)
    tail = [said_block(words.say("watch_more", n=more, title=title, text=short(text, _TITLE)))] if more else []
    room = (MOST_UNITS - length_of(head) - length_of(tail) - 1) // len(citations) - 2
    groups = []
    for citation in citations:
        place = [_place(citation, words, link, None), *_remarks(citation, words, link)]
        groups.append([quoted(citation.excerpt, _NONE, room - length_of(place)), *place])
    return assembled([head, *groups, tail], len(groups))


def passage_message(citation: Citation, words: Words, link: Link) -> Message:
    """A passage by itself, whole, and the article or paragraph that it is a part of."""
    place = [_place(citation, words, link, None), *_remarks(citation, words, link)]
    room = MOST_UNITS - length_of(place) - 1
    blocks = [quoted(citation.excerpt, citation.highlights, room, answers=citation.answers), *place]
    room = MOST_UNITS - length_of(blocks) - 1
    if citation.paragraph != citation.excerpt and room >= _LEAST:
        blocks.append(quoted(citation.paragraph, _NONE, room, expandable=True))
    return assembled([blocks], 1)


def section_page(citations: Sequence[Citation], page: int, words: Words, link: Link) -> tuple[Message, int]:
    """One page, counted from 0, of passages that stand under the same headings, and how many pages there are. A page
    beyond the last is the last."""
    pages = list(_pages(citations))
    page = min(page, len(pages) - 1)
    chosen = pages[page]
    first = chosen[0]
    counted = f"  {page + 1}/{len(pages)}" if len(pages) > 1 else ""
    title = _line([_titled(first), *(short(heading, _TITLE) for heading in first.section)])
    head = [Block(f"<b>{escape(title)}</b>{counted}", title + counted)]
    room = MOST_UNITS - length_of(head) - 2
    blocks: list[list[Block]] = []
    for citation in chosen:
        where = citation.locator or citation.passage_id
        place = Block(f'<a href="{link(citation.passage_id)}">{escape(visible(where))}</a>', visible(where))
        quote = quoted(citation.excerpt, _NONE, room - length_of([place]) - 1)
        blocks.append([place, quote])
        room -= length_of(blocks[-1]) + 1
    return assembled([head, *blocks], len(chosen)), len(pages)


def _pages(citations: Sequence[Citation]) -> Iterator[list[Citation]]:
    page: list[Citation] = []
    room = _PAGE
    for citation in citations:
        length = units(citation.excerpt) + units(citation.locator or citation.passage_id) + 3
        if page and (length > room or len(page) >= MOST_ENTITIES // 3):
            yield page
            page, room = [], _PAGE
        page.append(citation)
        room -= length
    if page:
        yield page


def _listed(citations: Sequence[Citation], words: Words, link: Link, head: list[Block]) -> Message:
    room = MOST_UNITS - length_of(head) - 1
    groups: list[list[Block]] = []
    for citation in citations:
        blocks = [_brief(citation), _place(citation, words, link, citation.rank)]
        if length_of(blocks) + 1 > room:
            break
        groups.append(blocks)
        room -= length_of(blocks) + 1
    return assembled([head, *groups], len(groups))


def _head(answer: Answer, words: Words, understood: str) -> list[Block]:
    lines = [understood] if understood else []
    if answer.narrowed:
        lines.append(words.say("narrowed", what=words["and"].join(answer.narrowed)))
    if answer.as_of:
        lines.append(words.say("as_of", day=answer.as_of))
    lines += [words.say("incomplete", why=note) for note in answer.notes[:_NOTES]]
    return [Block(f"<i>{escape(line)}</i>", line) for line in (cut(visible(line), 400) for line in lines)]


def said_block(text: str) -> Block:
    return Block(escape(text), text)


def quoted(
    text: str, bold: Sequence[Span], most: int, *, answers: Sequence[Span] = (), expandable: bool = False
) -> Block:
    """At most ``most`` units of the text, quoted; ``answers`` are underlined within what is bold."""
    shown = visible(text)
    kept = cut(shown, most)
    # Telegram hands a quotation on without the white space around it.
    end = len(kept.rstrip())
    html, at = "", 0
    for start, stop in sorted(bold)[:_BOLD]:
        start, stop = max(start, at), min(stop, end)
        if kept != shown:
            stop = min(stop, _common(kept, shown))
        if start < stop:
            html += f"{escape(kept[at:start])}<b>{_underlined(kept, start, stop, answers)}</b>"
            at = stop
    html += escape(kept[at:end])
    tag = "blockquote expandable" if expandable else "blockquote"
    return Block(f"<{tag}>{html}</blockquote>", kept[:end], shown)


def _underlined(text: str, start: int, end: int, answers: Sequence[Span]) -> str:
    html = ""
    for first, last in sorted(answers):
        first, last = max(first, start), min(last, end)
        if first < last:
            html += f"{escape(text[start:first])}<u>{escape(text[first:last])}</u>"
            start = last
    return html + escape(text[start:end])


def _common(a: str, b: str) -> int:
    return next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def _brief(citation: Citation) -> Block:
    """The sentence that answers, or the beginning of the passage."""
    if citation.highlights:
        start, end = citation.highlights[0]
        return quoted(citation.excerpt[start:end], [(0, end - start)], _BRIEF)
    return quoted(citation.excerpt, _NONE, _BRIEF)


def _place(citation: Citation, words: Words, link: Link, number: int | None) -> Block:
    """Where it stands: document and date, headings, paragraph or article, page, status, and the id that opens it."""
    parts = [_titled(citation), *(short(heading, _REMARK) for heading in citation.section)]
    if citation.locator:
        parts.append(short(citation.locator, _REMARK))
    line = _line(parts, 4 * _TITLE)
    facts = [words.say("page", page=citation.page)] if citation.page is not None else []
    if citation.status:
        facts.append(short(citation.status, _REMARK))
    start = f"{number}. " if number is not None else "— "
    before = "".join((start, " · ".join((line, *facts)), " · "))
    return Block(f"{escape(before)}{anchor(citation.passage_id, link)}", before + citation.passage_id)


def _remarks(citation: Citation, words: Words, link: Link) -> list[Block]:
    """Where the same text stands too, and that the document is not whole."""
    blocks = []
    if citation.same_text:
        label = words["same_text"]
        named = citation.same_text[:_NAMED]
        more = words["and_more"].format(n=len(citation.same_text) - _NAMED) if len(citation.same_text) > _NAMED else ""
        html = words["and"].join(anchor(passage_id, link) for passage_id in named)
        blocks.append(Block(f"{escape(label)}{html}{escape(more)}", label + words["and"].join(named) + more))
    if citation.incomplete:
        blocks.append(said_block(words.say("incomplete", why=short(citation.incomplete, _TITLE))))
    return blocks


def anchor(passage_id: str, link: Link) -> str:
    return f'<a href="{link(passage_id)}">{passage_id}</a>'


def _titled(citation: Citation) -> str:
    return titled(short(citation.title, _TITLE), citation.date)


def _line(parts: Sequence[str], most: int = 4 * _TITLE) -> str:
    return cut(" › ".join(parts), most)


def short(text: str, most: int) -> str:
    return cut(" ".join(visible(text).split()), most)


def length_of(blocks: Sequence[Block]) -> int:
    """With a line break behind each."""
    return sum(units(block.text) + 1 for block in blocks)


def entities_of(blocks: Sequence[Block]) -> int:
    return sum(read(block.html).entities for block in blocks)


def assembled(groups: Sequence[Sequence[Block]], shown: int) -> Message:
    """Blocks on lines of their own, an empty line between groups.

    Raises:
        QuoteRefused: what the message reads is not what was to be quoted, or Telegram would not take it.
    """
    groups = [group for group in groups if group]
    html = "\n\n".join("\n".join(block.html for block in group) for group in groups)
    found = read(html)
    text = "\n\n".join("\n".join(block.text for block in group) for group in groups)
    sources = [block.source for group in groups for block in group if block.source]
    faithful = len(found.quotations) == len(sources) and all(map(_quotes, found.quotations, sources))
    if not faithful or found.text != text:
        raise QuoteRefused("What would be shown is not what is quoted.", "Nothing is shown. Please report this.")
    if units(found.text) > MOST_UNITS or found.entities > MOST_ENTITIES:
        raise QuoteRefused("The message is longer than Telegram takes.", "Nothing is shown. Please report this.")
    return Message(html, cut(found.plain, MOST_UNITS), shown)


def _quotes(quotation: str, source: str) -> bool:
    """Whether it is the source, or its beginning with the mark of an omission."""
    if quotation == source.rstrip():
        return True
    begun = quotation.removesuffix(ELISION)
    return begun != quotation and begun != "" and source.startswith(begun)
