"""How checked quotations are printed: the verdict, the original behind a bar, and what differs in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from npcbot.answer.citation import titled
from npcbot.lookups.check import Checked, Part, Place, Verdict
from npcbot.lookups.compare import Change
from npcbot.visible import visible
from npcbot.wrapping import FIRST, NEXT, wrapped

_INDENT: Final = "   "
_RED, _GREEN, _BOLD, _DIM, _RESET = "\x1b[31m", "\x1b[32m", "\x1b[1m", "\x1b[2m", "\x1b[0m"
#: What is in the quotation only, and in the document only.
SAID: Final = ("［-", "-］")
STANDS: Final = ("｛+", "+｝")
_MARKED: Final = re.compile("|".join(f"{re.escape(one)}.*?{re.escape(two)}" for one, two in (SAID, STANDS)), re.DOTALL)
SAY: Final = {
    Verdict.EXACT: "✓ 一字不差",
    Verdict.FORM: "✓ 文字相同，标点、字体、版面或数字写法不同",
    Verdict.VERSION: "△ 与旧版一致，现行版本已有改动",
    Verdict.DIFFERS: "✗ 与这份文本不同",
    Verdict.SPLICED: "✗ 拼接：每一段都有，但没有一份文件依次有这些话",
    Verdict.ABSENT: "— 这些文件里没有",
    Verdict.FOUND: "→ 有这一条",
}
_KINDS: Final = {"words": "文字", "punctuation": "标点", "script": "字体", "layout": "版面", "numerals": "数字写法"}


def lines(checked: Sequence[Checked], *, colour: bool, width: int) -> Iterator[str]:
    """A block a quotation."""
    for number, one in enumerate(checked, 1):
        quoted = visible(" ".join(one.quotation.text.split()))
        shown = quoted if len(quoted) <= 60 else quoted[:40] + "……" + quoted[-16:]
        yield f"{number}. 「{shown}」"
        yield _INDENT + _tinted(_label(one), _BOLD, colour)
        if one.claimed is False:
            named = "条文里没有这句话；它在下面的地方，条文附后" if one.articles else "报告里没有这句话；它在下面的地方"
            yield _INDENT + f"所引的{named}。"
        for part in one.parts:
            label = f"{SAY[part.verdict]}：" if len(one.parts) > 1 else ""
            # The parts of what was joined from several places are not marked as right.
            yield from _part(part, label.removeprefix("✓ ") if one.verdict is Verdict.SPLICED else label, colour, width)
        if one.articles and (one.verdict is Verdict.FOUND or one.claimed is not True):
            for citation in one.articles:
                yield from bar(citation.excerpt, width)
                where = f"{titled(citation.title, citation.date)} › {citation.locator}"
                yield _INDENT + _tinted(visible(where), _DIM, colour)
                yield _INDENT + _tinted(visible(f"{citation.passage_id} · {citation.document_id}"), _DIM, colour)
        if one.note:
            yield _INDENT + f"注意：{visible(one.note)}"
        yield ""


def _label(one: Checked) -> str:
    reference = one.quotation.reference
    if reference is None or one.quotation.quoted or one.articles:
        return SAY[one.verdict]
    return "— 没有找到这一条" if reference.named else "— 这些文件里没有这部法律"


def _part(part: Part, label: str, colour: bool, width: int) -> Iterator[str]:
    if label:
        yield _INDENT + f"{label}「{visible(part.text[:30])}{'……' if len(part.text) > 30 else ''}」"
    if part.place is None:
        return
    yield from _place(part.place, part.text, colour, width, part.elsewhere)
    if part.verdict is Verdict.VERSION:
        if part.current is None:
            yield _INDENT + "现行版本中没有相应的文字。"
        else:
            yield _INDENT + "现行版本："
            yield from _place(part.current, part.text, colour, width, 0)


def _place(place: Place, text: str, colour: bool, width: int, elsewhere: int) -> Iterator[str]:
    if place.changes and not all(change.form for change in place.changes):
        yield from bar(marked(text, place.changes), width, colour=colour)
    yield from bar(place.original, width) if not place.changes or place.verdict is Verdict.FORM else ()
    if place.verdict is Verdict.FORM:
        kinds = dict.fromkeys(_KINDS[change.kind.value] for change in place.changes)
        yield _INDENT + f"不同的只是：{'、'.join(kinds)}（{len(place.changes)}处）"
    old = "（已有新版本）" if place.info.superseded_by else ""
    old += f"（自{place.info.repealed_on}起废止）" if place.info.repealed_on else ""
    more = f"，另有{elsewhere}处相同" if elsewhere else ""
    where = f"{titled(place.info.title, place.info.date)}{old} › {place.locator}{more}"
    yield _INDENT + _tinted(visible(where), _DIM, colour)
    yield _INDENT + _tinted(visible(f"{place.passage_id} · {place.info.document_id}".lstrip(" ·")), _DIM, colour)


def marked(text: str, changes: Sequence[Change]) -> str:
    """The quotation with what it has too much and what it lacks."""
    shown, at = [], 0
    for change in changes:
        shown.append(text[at : change.quotation[0]])
        if change.said:
            shown.append(SAID[0] + change.said + SAID[1])
        if change.stands:
            shown.append(STANDS[0] + change.stands + STANDS[1])
        at = change.quotation[1]
    return "".join([*shown, text[at:]])


def bar(text: str, width: int, *, colour: bool = False) -> Iterator[str]:
    """A text behind its bar, indented; with ``colour`` what is marked in it is red or green."""
    text = visible(text)
    tints: dict[int, str] = {}
    for match in _MARKED.finditer(text) if colour else ():
        tints |= dict.fromkeys(range(*match.span()), _RED if match[0].startswith(SAID[0]) else _GREEN)
    for bar, offsets in wrapped(text, max(20, width - len(_INDENT) - 2)):
        runs = groupby(offsets, key=lambda at: tints.get(at, ""))
        line = "".join(_tinted("".join(text[at] for at in run), tint, bool(tint)) for tint, run in runs)
        yield _INDENT + (FIRST if bar == FIRST else NEXT) + line


def _tinted(text: str, tint: str, colour: bool) -> str:
    return f"{tint}{text}{_RESET}" if colour else text
