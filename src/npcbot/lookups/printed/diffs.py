"""How two versions are printed: the sums, then what changed, each article or paragraph with its difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from npcbot.answer.citation import titled
from npcbot.lookups.compare import Change
from npcbot.lookups.diff import Comparison, Entry, Kind, Side
from npcbot.lookups.printed.verdicts import bar, marked
from npcbot.visible import visible

_LABELS: Final = {Kind.UNCHANGED: "未改", Kind.CHANGED: "修改", Kind.ADDED: "新增", Kind.REPEALED: "删去"}
#: Characters of an unchanged stretch inside a changed article, above which only its ends are shown.
_LONG: Final = 80
_KEPT: Final = 24
#: Characters of a heading above a paragraph.
_HEADING: Final = 16


def lines(comparison: Comparison, *, colour: bool, width: int, everything: bool = False) -> Iterator[str]:
    """``everything`` lists what did not change too."""
    old, new = comparison.old, comparison.new
    yield visible(f"{titled(old.title, old.date)} → {titled(new.title, new.date)}")
    yield summary(comparison)
    yield ""
    for entry in comparison.entries:
        if entry.kind is Kind.UNCHANGED and not everything and not entry.out_of_order:
            continue
        yield from _entry(entry, colour, width)


def summary(comparison: Comparison) -> str:
    articles = [f"{label}{comparison.count(kind)}条" for kind, label in _LABELS.items()]
    paragraphs = [f"{label}{comparison.paragraphs(kind)}段" for kind, label in _LABELS.items()]
    if not any(entry.in_articles for entry in comparison.entries):
        return "，".join(paragraphs)
    outside = "" if all(entry.in_articles for entry in comparison.entries) else "；条文以外" + "，".join(paragraphs)
    return "，".join(articles) + f"；改了条号的{comparison.moved}条{outside}"


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
    if entry.kind is Kind.UNCHANGED:
        return
    if entry.old is not None and entry.new is not None:
        text, shifted = shortened(entry.old.text, entry.changes)
        yield from bar(marked(text, shifted, colour=colour), width)
    else:
        side = entry.old or entry.new
        assert side is not None
        yield from bar(side.text, width)
    ids = " → ".join(side.passage_id for side in (entry.old, entry.new) if side is not None)
    yield f"   {ids}"
    yield ""


def shortened(text: str, changes: tuple[Change, ...]) -> tuple[str, tuple[Change, ...]]:
    """Long stretches without a change are cut to their ends, 「……」 between; the changes move with them."""
    shown, moved, at = "", [], 0
    edges = [*((change.quotation[0], change.quotation[1], change) for change in changes), (len(text), len(text), None)]
    for start, end, change in edges:
        same = text[at:start]
        if len(same) > _LONG:
            head = same[:_KEPT] if at else same[: _KEPT // 2]
            tail = same[-_KEPT:] if change is not None else ""
            same = f"{head}……{tail}"
        shown += same
        if change is not None:
            place = (len(shown), len(shown) + end - start)
            moved.append(Change(change.kind, place, change.original, change.said, change.stands))
            shown += text[start:end]
        at = end
    return shown, tuple(moved)
