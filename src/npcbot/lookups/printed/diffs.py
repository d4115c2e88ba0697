"""How two versions are printed: the sums, then what changed, each article or paragraph with its difference."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from npcbot.answer.citation import titled
from npcbot.lookups.diff import Comparison, Entry, Fate, Side
from npcbot.lookups.printed.verdicts import SAID, STANDS, bar, marked
from npcbot.visible import visible

_LABELS: Final = {
    Fate.UNCHANGED: "未改",
    Fate.FORM: "仅形式不同",
    Fate.CHANGED: "修改",
    Fate.ADDED: "新增",
    Fate.REPEALED: "删去",
}
#: A mark that a line break parts from what is marked.
_OPENED: Final = re.compile(f"({re.escape(SAID[0])}|{re.escape(STANDS[0])})(\n+)")
_CLOSED: Final = re.compile(f"(\n+)({re.escape(SAID[1])}|{re.escape(STANDS[1])})")
#: Characters of a heading above a paragraph.
_HEADING: Final = 16


def lines(comparison: Comparison, *, colour: bool, width: int, everything: bool = False) -> Iterator[str]:
    """``everything`` lists what did not change too."""
    old, new = comparison.old, comparison.new
    yield visible(f"{titled(old.title, old.date)} → {titled(new.title, new.date)}")
    yield summary(comparison)
    yield ""
    for entry in comparison.entries:
        if entry.kind is Fate.UNCHANGED and not everything and not entry.out_of_order:
            continue
        yield from _entry(entry, colour, width)


def summary(comparison: Comparison) -> str:
    articles, paragraphs = _sums(comparison.count, "条"), _sums(comparison.paragraphs, "段")
    if not any(entry.in_articles for entry in comparison.entries):
        return paragraphs
    outside = "" if all(entry.in_articles for entry in comparison.entries) else f"；条文以外{paragraphs}"
    return f"{articles}；改了条号的{comparison.moved}条{outside}"


def _sums(count: Callable[[Fate], int], unit: str) -> str:
    """Those of which only the form differs are told where there are any."""
    told = [fate for fate in _LABELS if count(fate) or fate is not Fate.FORM]
    return "，".join(f"{_LABELS[fate]}{count(fate)}{unit}" for fate in told)


def heading(entry: Entry) -> str:
    """修改 第七十二条 → 第八十一条（移到别处）"""
    places = " → ".join(dict.fromkeys(_place(side) for side in (entry.old, entry.new) if side is not None))
    return f"{_LABELS[entry.kind]} {places}" + ("（移到别处）" if entry.out_of_order else "")


def _place(side: Side) -> str:
    """A paragraph stands under the outermost and the innermost of its headings: 附件二 › 二、名录 › 第3段."""
    if side.article:
        return side.locator
    headings = dict.fromkeys([*side.headings[:1], *side.headings[-1:]])
    short = (text if len(text) <= _HEADING else text[:_HEADING] + "……" for text in headings)
    return visible(" › ".join([*short, side.locator]))


def _entry(entry: Entry, colour: bool, width: int) -> Iterator[str]:
    yield f"{heading(entry)}"
    if entry.kind is Fate.UNCHANGED:
        return
    if entry.old is not None and entry.new is not None:
        yield from bar(_by_line(marked(entry.old.text, entry.changes)), width, colour=colour)
    else:
        side = entry.old or entry.new
        assert side is not None
        yield from bar(side.text, width)
    ids = " → ".join(side.passage_id for side in (entry.old, entry.new) if side is not None)
    yield f"   {ids}"
    yield ""


def _by_line(shown: str) -> str:
    """With each mark in the line of what it marks, and a paragraph that is only parted or joined marked by a ↵."""
    shown = shown.replace("\n".join(STANDS), "↵".join(STANDS) + "\n").replace("\n".join(SAID), "↵".join(SAID))
    return _CLOSED.sub(r"\2\1", _OPENED.sub(r"\2\1", shown))
