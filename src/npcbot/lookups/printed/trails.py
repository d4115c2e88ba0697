"""How a trail is printed: a year each, the sentence behind its bar, and what changed from the one before."""

from __future__ import annotations

from collections.abc import Iterator

from npcbot.lookups.printed.verdicts import bar, marked
from npcbot.lookups.trace import Link, Trail
from npcbot.visible import visible


def lines(trail: Trail, *, colour: bool, width: int) -> Iterator[str]:
    """The documents in order of date; those in a row that say nothing like it in one line."""
    if trail.sentences > 1:
        yield f"这里有{trail.sentences}句话，追踪的是各年报告里最多见的一句；要追踪另一句，请只给那一句。"
    yield visible(f"「{trail.asked}」")
    yield ""
    silent: list[Link] = []
    before = ""
    for link in trail.links:
        if not link.text:
            silent.append(link)
            continue
        yield from _silent(silent)
        silent = []
        yield visible(f"{link.info.date or '无日期'} 《{link.info.title}》 › {link.locator} · {link.passage_id}")
        yield from bar(link.text, width)
        if before and link.text != before:
            alike = _alike(link, before)
            yield "   与上一次相比：" + ("" if alike else "多半不同，不逐字比较。")
            yield from bar(marked(before, link.changes), width, colour=colour) if alike else ()
        yield ""
        before = link.text
    yield from _silent(silent)


def _alike(link: Link, before: str) -> bool:
    """Whether the difference is worth reading: half of the shorter of the two sentences is the same."""
    same = len(before) - sum(len(change.said) for change in link.changes)
    return same >= min(len(before), len(link.text)) / 2


def _silent(links: list[Link]) -> Iterator[str]:
    if links:
        years = [link.info.date[:4] for link in links]
        label = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}（{len(years)}份）"
        yield f"{label}  没有找到相应的话"
        yield ""
