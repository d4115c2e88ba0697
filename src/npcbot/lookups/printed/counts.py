"""How counts are printed: a table with bars, and what was searched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from npcbot.answer.citation import titled
from npcbot.index import Collection
from npcbot.lookups.count import By, Counts, Row, located, sections, table
from npcbot.visible import visible
from npcbot.wrapping import columns

_BAR: Final = "█"
_LONGEST_BAR: Final = 30
#: Years without an occurrence that are shown one by one; more of them in a row are shown as one.
_ZEROS: Final = 3
#: Occurrences that are listed; all of them are in the JSON.
_LISTED: Final = 5
#: Documents searched that are named; of more the JSON has the list.
NAMED: Final = 12


def lines(collections: Sequence[Collection], counts: Counts, by: By) -> Iterator[str]:
    """The sum of each term, the table, the first occurrences, then what was searched and what that leaves open."""
    for number, (term, total, inside) in enumerate(zip(counts.terms, counts.totals, counts.inside, strict=True)):
        longer = counts.longer(number)
        more = "、".join(f"{word} {times}" for word, times in longer[:6]) + ("……" if len(longer) > 6 else "")
        apart = f"，其中在更长的词或数里 {inside} 次（{visible(more)}）" if inside else ""
        yield f"「{visible(term)}」 {total} 次{apart}"
        if not counts.told_apart[number]:
            yield "  次数太多，没有区分更长的词。"
    yield ""
    rows = sections(collections, counts) if by is By.SECTION else table(counts, by)
    yield from _rows(rows, counts)
    if sum(counts.totals):
        yield ""
        yield from _first(collections, counts)
    yield ""
    yield from searched(counts)


def _rows(rows: Sequence[Row], counts: Counts) -> Iterator[str]:
    most = max((max(row.counts) for row in rows), default=0)
    figures = len(str(most))
    if len(counts.terms) > 1:
        yield "  " + " ".join(f"[{i}] {visible(term)}" for i, term in enumerate(counts.terms, 1))
    # What has no date is no year.
    for (some, _), group in groupby(rows, key=lambda row: (any(row.counts), row.label.isdecimal())):
        alike = list(group)
        if some:
            for row in alike:
                yield from _bars(row, most, figures)
        elif len(alike) > _ZEROS:
            yield f"{alike[0].label}–{alike[-1].label}  {'0'.rjust(figures)}  （{len(alike)}个年份都是0次）"
        else:
            yield from (f"{row.label}  {'0'.rjust(figures)}" for row in alike)


def _bars(row: Row, most: int, figures: int) -> Iterator[str]:
    """A line a term."""
    for number, value in enumerate(row.counts):
        label = visible(row.label)
        label = label if number == 0 else " " * sum(map(columns, label))
        bar = _BAR * round(_LONGEST_BAR * value / most) if value * _LONGEST_BAR >= most else "▏" if value else ""
        yield f"{label}  {str(value).rjust(figures)}  {bar}"


def _first(collections: Sequence[Collection], counts: Counts) -> Iterator[str]:
    for number, term in enumerate(counts.terms):
        total = counts.totals[number]
        if not total:
            continue
        yield f"「{visible(term)}」的出处" + (f"（前{_LISTED}处，全部见 --json）：" if total > _LISTED else "：")
        for one, _ in zip(located(collections, counts, number), range(_LISTED), strict=False):
            inside = f" · 在「{one.inside}」里" if one.inside else ""
            yield "  " + visible(" › ".join([titled(one.title, one.date), *one.section, one.locator]) + inside)
            yield "  " + visible(f"  {one.passage_id or '—'} · {one.document_id} · {one.span[0]}–{one.span[1]}")


def searched(counts: Counts) -> Iterator[str]:
    """What the numbers are of: documents, years without one, texts that are not whole, versions no longer in force."""
    dates = sorted(one.info.date for one in counts.searched if one.info.date)
    named = "、".join(titled(one.info.title, one.info.date) for one in counts.searched[:NAMED])
    which = f"：{named}" if len(counts.searched) <= NAMED else ""
    yield visible(f"查了{len(counts.searched)}份文件的全文" + (f"，{dates[0]}至{dates[-1]}" if dates else "") + which)
    if gaps := counts.years_without_document():
        yield f"没有文件的年份：{_ranges(gaps)}"
    if incomplete := counts.incomplete():
        yield visible(
            "文本不完整："
            + "、".join(
                f"{titled(one.info.title, one.info.date)}（{one.info.incomplete}）" for one in incomplete[:NAMED]
            )
        )
    if old := counts.superseded():
        yield f"其中{old}份是已有新版本的旧文本。"


def documents(counts: Counts) -> Iterator[str]:
    """The documents that were searched, one a line, in order of date: what an absence is of."""
    yield f"查了的{len(counts.searched)}份文件："
    for one in sorted(counts.searched, key=lambda one: (not one.info.date, one.info.date, one.info.title)):
        incomplete = f"（{one.info.incomplete}）" if one.info.incomplete else ""
        yield visible(f"  {titled(one.info.title, one.info.date)}{incomplete}")


def _ranges(years: Sequence[str]) -> str:
    """1961–1963、1965"""
    groups: list[list[str]] = []
    for year in years:
        if groups and int(year) == int(groups[-1][-1]) + 1:
            groups[-1].append(year)
        else:
            groups.append([year])
    return "、".join(group[0] if len(group) == 1 else f"{group[0]}–{group[-1]}" for group in groups)
