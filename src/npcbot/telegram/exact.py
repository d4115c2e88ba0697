"""The results of exact look-ups as messages: the gist; what does not fit goes into a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from npcbot.answer.citation import titled
from npcbot.index import Collection
from npcbot.lookups.check import Checked, Checker, Part, Place, Verdict
from npcbot.lookups.count import By, Counts, count, picture
from npcbot.lookups.diff import Fate, compare_versions
from npcbot.lookups.figures import drawn, follow
from npcbot.lookups.naming import named_document
from npcbot.lookups.printed import counts as printed_counts
from npcbot.lookups.printed import diffs, trails, verdicts
from npcbot.lookups.trace import trace
from npcbot.telegram.compose import (
    Block,
    Link,
    Message,
    anchor,
    assembled,
    entities_of,
    length_of,
    quoted,
    said_block,
    short,
)
from npcbot.telegram.markup import MOST_ENTITIES, MOST_UNITS, cut, escape
from npcbot.telegram.words import Words
from npcbot.visible import visible

#: UTF-16 units of one quotation in a message, of the words that were checked, and of a difference.
_ORIGINAL, _CHECKED, _DIFFERENCE = 700, 90, 700
#: Columns of a text file, and lines of a table that a message shows.
_WIDTH, _ROWS = 80, 25
#: What is set aside for saying that there is more.
_MORE: Final = 60


@dataclass(frozen=True, slots=True)
class Result:
    """``file`` is the whole as text, empty where the message holds all; ``picture`` a PNG, if there is one."""

    message: Message
    file: str = ""
    filename: str = ""
    picture: bytes = b""


def verified(collections: Sequence[Collection], text: str, words: Words, link: Link) -> Result:
    """Raises QuestionError for a text that cannot be checked."""
    checked = Checker(collections).check(text)
    groups: list[list[Block]] = []
    room, marks = MOST_UNITS - _MORE, MOST_ENTITIES
    for number, one in enumerate(checked, 1):
        group = _verdict(number, one, words, link)
        room -= length_of(group) + 1
        marks -= entities_of(group)
        if room < 0 or marks < 0:
            break
        groups.append(group)
    whole = len(groups) == len(checked)
    if not whole:
        groups.append([said_block(words["rest_in_file"])])
    file = "" if whole else "\n".join(verdicts.lines(checked, colour=False, width=_WIDTH))
    return Result(assembled(groups, len(groups)), file, "npcbot-verify.txt")


def _verdict(number: int, one: Checked, words: Words, link: Link) -> list[Block]:
    said = short(one.quotation.text, _CHECKED)
    label = words[f"verdict_{one.verdict.value}"]
    blocks = [
        Block(f"{number}. 「{escape(said)}」", f"{number}. 「{said}」"),
        Block(f"<b>{escape(label)}</b>", label),
    ]
    if one.claimed is False:
        blocks.append(said_block(words["not_where_claimed" if one.articles else "not_in_the_report"]))
    for part in one.parts[:3]:
        blocks += _part(part, words, link)
    if one.articles and (one.verdict is Verdict.FOUND or one.claimed is not True):
        for citation in one.articles[:2]:
            blocks.append(quoted(citation.excerpt, (), _ORIGINAL))
            where = short(f"{titled(citation.title, citation.date)} › {citation.locator}", 200) + " · "
            blocks.append(
                Block(f"— {escape(where)}{anchor(citation.passage_id, link)}", f"— {where}{citation.passage_id}")
            )
    if one.note:
        blocks.append(said_block(words.say("incomplete", why=short(one.note, 200))))
    return blocks


def _part(part: Part, words: Words, link: Link) -> list[Block]:
    if part.place is None:
        return []
    blocks = _place(part.place, part, words, link)
    if part.current is not None:
        blocks += [said_block(words["now"]), *_place(part.current, part, words, link)]
    elif part.verdict is Verdict.VERSION:
        blocks.append(said_block(words["not_now"]))
    return blocks


def _place(place: Place, part: Part, words: Words, link: Link) -> list[Block]:
    blocks = [quoted(place.original, (), _ORIGINAL)]
    if place.verdict is Verdict.DIFFERS:
        shown = cut(visible(verdicts.marked(part.text, place.changes)), _DIFFERENCE)
        blocks.append(said_block(f"{words['difference']}\n{shown}"))
    where = short(f"{titled(place.info.title, place.info.date)} › {place.locator}", 200)
    if place.info.superseded_by:
        where += f"（{words['superseded']}）"
    if place.info.repealed_on:
        where += f"（{words.say('repealed', day=place.info.repealed_on)}）"
    if part.elsewhere and place is part.place:
        where += "（" + words.say("elsewhere", n=part.elsewhere) + "）"
    if not place.passage_id:
        return [*blocks, said_block(f"— {where}")]
    return [*blocks, Block(f"— {escape(where)} · {anchor(place.passage_id, link)}", f"— {where} · {place.passage_id}")]


def counted(collections: Sequence[Collection], terms: Sequence[str], words: Words) -> Result:
    """Raises QuestionError for a term that cannot be counted."""
    counts = count(collections, terms)
    lines = []
    for number, term in enumerate(counts.terms):
        line = words.say("count_total", term=term, total=counts.totals[number])
        if counts.inside[number]:
            longer = words["and"].join(f"{word} {times}" for word, times in counts.longer(number)[:4])
            line += words.say("count_inside", inside=counts.inside[number], longer=longer)
        lines.append(line)
    years = [row for row in counts.years() if any(row.counts)]
    lines += ["", *(f"{row.label}  {' · '.join(map(str, row.counts))}" for row in years[-_ROWS:])] if years else []
    lines += ["", *printed_counts.searched(counts)]
    text = visible("\n".join(lines))
    whole = list(printed_counts.lines(collections, counts, By.YEAR))
    if not all(counts.totals):
        whole += ["", *printed_counts.documents(counts)]
    return Result(Message.said(text), "\n".join(whole), "npcbot-count.txt", _picture(counts))


def compared(collections: Sequence[Collection], old: str, new: str, words: Words) -> Result:
    """Two versions, named as for ``npcbot diff``: the sums and the numbers of what changed, the rest in a file.

    Raises QuestionError where one of them is not known.
    """
    comparison = compare_versions(named_document(collections, old), named_document(collections, new))
    lines = list(diffs.lines(comparison, colour=False, width=_WIDTH))
    named = [diffs.heading(entry) for entry in comparison.entries if entry.kind is not Fate.UNCHANGED]
    shown = words["and"].join(named[:_ROWS]) + ("……" if len(named) > _ROWS else "")
    text = visible("\n".join([*lines[:2], "", shown]))
    return Result(Message.said(text), "\n".join(lines), "npcbot-diff.txt")


def traced(collections: Sequence[Collection], text: str, words: Words, link: Link) -> Result:
    """The newest finds as a message, all of them in a file.

    Raises QuestionError for what cannot be followed.
    """
    trail = trace(collections, text)
    groups: list[list[Block]] = []
    room = MOST_UNITS - _MORE
    for found in reversed([one for one in trail.links if one.text]):
        where = short(f"{titled(found.info.title, found.info.date)} › {found.locator}", 160) + " · "
        place = Block(f"— {escape(where)}{anchor(found.passage_id, link)}", f"— {where}{found.passage_id}")
        group = [quoted(found.text, (), _ORIGINAL // 2), place]
        if length_of(group) + 1 > room or len(groups) >= _ROWS // 3:
            break
        groups.append(group)
        room -= length_of(group) + 1
    if not groups:
        return Result(Message.said(words["trace_none"]))
    groups.append([said_block(words["rest_in_file"])])
    file = "\n".join(trails.lines(trail, colour=False, width=_WIDTH))
    return Result(assembled(groups, len(groups) - 1), file, "npcbot-trace.txt")


def figured(collections: Sequence[Collection], term: str, words: Words) -> Result:
    """What the reports of each year say of a figure: the most frequent series as rows and a chart, all as CSV."""
    found = follow(collections, term)
    series = found.series()
    if not series:
        return Result(Message.said(words.say("figures_none", term=term, documents=len(found.searched))))
    rows = found.of(series[0][0])
    lines = [words.say("figures_head", term=term, series=series[0][0], documents=len(rows)), ""]
    for row in rows[-_ROWS:]:
        flags = f"（{words['figures_target']}）" if row.target else ""
        lines.append(
            f"{row.citation.date[:4]}  {row.figure}{flags}  {row.citation.locator} · {row.citation.passage_id}"
        )
    # A spreadsheet takes UTF-8 for what it is only with this mark before it.
    return Result(Message.said("\n".join(lines)), "\ufeff" + found.as_csv(), "npcbot-figures.csv", drawn(rows))


def _picture(counts: Counts) -> bytes:
    """None where there is nothing to compare."""
    return picture(counts) if sum(any(row.counts) for row in counts.years()) > 1 else b""
