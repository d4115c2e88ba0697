"""What a figure counts, and whether it tells how much there is or by how much it changed.

Official prose names the thing first (城镇新增就业1186万人, 粮食产量比上年增长5.1%) or right behind the unit
(18个沿海城市). A clause that names nothing goes on about the thing before it (…达到1220元，增长5%), and a list with
分别 gives each number its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from npcbot.lookups.grammar import Clean, Number
from npcbot.types import Span

_CLAUSE: Final = re.compile("[，,；;：:。！？“”—]|——")
_HARD: Final = re.compile("[；;。！？]|——")
_RISE: Final = "增长率?|增加|新增|提高|上升|上涨|增多|扩大|涨幅|增幅|增速|提升|超过|多|高|涨|升|增"
_FALL: Final = "下降|减少|降低|下跌|压缩|压减|缩减|精简|回落|减|降|少|低|裁减"
_CHANGE: Final = re.compile(
    f"(?:(?P<rise>{_RISE})|(?P<fall>{_FALL}))(?P<degree>了|约|近|将|幅度?|率)*(?:控制在|(?P<level>到|至|为))?(?:了|近|约)*$"
)
#: What is measured in per cent and is a growth itself.
_PACE: Final = re.compile("(?:涨幅|增幅|增速|增长率)$")
#: Before the thing: 新增高速铁路4100公里, 减少税费2000亿元.
_VERB: Final = re.compile("(?:(?P<rise>新增|增加|净增|新建|新建改建|多增)|(?P<fall>减少|削减|压缩|压减|再减少))了?$")
#: What stands between the thing and its number; taken away from the end of the clause, again and again.
_TAIL: Final = re.compile(
    "(?:[分各]别|比上年同?期?|比去年|同比|比[^，]{1,14}?|较[^，]{1,10}?|平均每年|年均|每年|实际|累计|合计|总计|已经|已|将|要|预计|估计|计划|可以?|大约|约|近"
    "|达到|完成|实现|增长率?|增加|提高|上升|上涨|扩大|提升|下降|减少|降低|压缩|压减|精简|缩减|下跌|回落|突破|控制在|保持在|稳定在|安排|拟|按|不|再"
    "|由|从|的|到|至|为|达|占|是|有|共|只|了|在|均|都|各|也|还|就|超过|超|以内|高于|低于|多|用|幅度|应当|一般|应|当年|每亩|大概"
    "|[（(][^）)]{0,12}[）)]|[0-9〇○零一二三四五六七八九十]+年(?:底|末|初)?|五年前|扣除[^，]{0,6}因素|按可比价格|所|现|即|今年|去年|上年|本年)$"
)
_LEAD: Final = re.compile(
    "^(?:(?:[^，]{1,8}方面|根据[^，]*统计|[0-9〇○零一二三四五六七八九十]+年(?:[0-9]+月)?(?:底|末|初)?(?:同[0-9]+年相比)?|去年|今年|上年|本年|全年|全国|我国|目前|现在|同时|其中|到|截至|预计|计划|安排"
    "|五年[来间内]?|来|过去|上半年|下半年|主要|在|以|对|将|把|实现|完成|建成|增加|新增|新建|建设|解决|生产|减少|削减|压缩|压减|拟|力争|争取|再|使(?!用)|和|与|及|、|同|,|就是|但是?(?!其中)|而且|不过|因此|从而|尽管|提出了)的?)+"
)
#: The old value: 由1980年的15%, 比上年的548亿元.
_FROM: Final = re.compile("(?:由|从)[^，；。由从到]{0,16}$")
_TO: Final = re.compile("[^；。]{0,30}?(?:到|至|为|升|降)")
_AGAINST: Final = re.compile("(?:比|较)[^，；。比较]{1,12}的$")
_LIST: Final = re.compile("、|和|及|与|以及")
#: Where a noun behind the unit ends.
_STOP: Final = re.compile(
    "[，,；;：:。！？、（）()“”—0-9]|和|及|与|实现|得到|达到|转为|参加|已|在|将|被|占|的|进行|落户|增长|下降|上升|减少|以|其|比|是|为|都|均|有|试办"
)
_LONGEST: Final = 24
#: Nouns are told apart by the unit only where it is a measure; after a classifier the noun follows.
_MEASURES: Final = frozenset(
    [
        "%",
        "‰",
        "个百分点",
        "元",
        "美元",
        "港元",
        "日元",
        "欧元",
        "英镑",
        "卢布",
        "人次",
        "吨",
        "公斤",
        "斤",
        "担",
        "亩",
        "公顷",
        "平方米",
        "平方公里",
        "立方米",
        "公里",
        "海里",
        "米",
        "千瓦",
        "千瓦时",
        "度",
        "倍",
        "岁",
        "年",
        "个月",
        "天",
        "小时",
        "分钟",
    ]
)


@dataclass(frozen=True, slots=True)
class Quantity(Number):
    """A figure, and what it tells of. ``counts`` is the place of the words that say what is counted, as far as they
    were found. ``change`` is ``rise`` or ``fall`` where the figure tells by how much something changed, empty where it
    tells how much there is. ``base`` marks the old value beside a new one (由15%提高到20%, 比上年的548亿元增长19%).
    """

    counts: Span | None = None
    change: str = ""
    base: bool = False


def told(cleaned: Clean, numbers: Sequence[Number]) -> list[Quantity]:
    """The figures of one sentence with what they count, in the offsets of its text."""
    text = cleaned.text
    before: list[Span | None] = [_named(text, numbers, at) for at in range(len(numbers))]
    spans = _distributed(text, numbers, before)
    changes = _changes(text, numbers, spans)
    return [
        Quantity(
            *cleaned.original(number.start, number.end),
            number.low,
            number.high,
            number.unit,
            number.bound,
            None if span is None else cleaned.original(*span),
            change,
            base,
        )
        for number, span, change, base in zip(numbers, spans, changes, _bases(text, numbers), strict=True)
    ]


def _named(text: str, numbers: Sequence[Number], at: int) -> Span | None:
    number = numbers[at]
    if number.unit not in _MEASURES and (behind := _behind(text, number)):
        return behind
    return _ahead(text, numbers[at - 1].end if at else 0, number.start)


def _behind(text: str, number: Number) -> Span | None:
    """The noun that follows the number or its classifier: 18个沿海城市, 600多万下岗职工."""
    start = number.end
    if text.startswith("的", start):
        start += 1
    stop = _STOP.search(text, start)
    end = min(stop.start() if stop else len(text), start + _LONGEST)
    if number.unit in ("人", "户") and not text.startswith(("口", "民"), start):
        return None
    return (start, end) if end - start > 1 else None


def _ahead(text: str, position: int, end: int) -> Span | None:
    """The noun before the number in its clause, without time words and verbs; None where there is none."""
    start = max([position, *(m.end() for m in _CLAUSE.finditer(text, position, end))])
    while end > start and (tail := _TAIL.search(text[start:end])) and tail.end():
        end = start + tail.start()
    if lead := _LEAD.match(text[start:end]):
        start += lead.end()
    return (start, end) if end > start else None


def _distributed(text: str, numbers: Sequence[Number], named: Sequence[Span | None]) -> list[Span | None]:
    """Clauses that name nothing take over what was named before; the items of a list with 分别 their own names."""
    spans: list[Span | None] = []
    for at, (number, span) in enumerate(zip(numbers, named, strict=True)):
        gap = text[numbers[at - 1].end : number.start] if at else ""
        if span is None and at and not _HARD.search(gap):
            span = spans[-1]
        elif span is None and not at:
            span = _earlier(text, number.start)
        spans.append(span)
    for first, names in _lists(text, numbers, spans):
        spans[first : first + len(names)] = names
    return spans


def _earlier(text: str, end: int) -> Span | None:
    """The clause before the one of the first number, where that names nothing."""
    breaks = [m for m in _CLAUSE.finditer(text, 0, end)]
    if not breaks or _HARD.match(breaks[-1][0]):
        return None
    stop = breaks[-1].start()
    start = breaks[-2].end() if len(breaks) > 1 else 0
    return _ahead(text, start, stop)


def _lists(text: str, numbers: Sequence[Number], spans: Sequence[Span | None]) -> list[tuple[int, list[Span | None]]]:
    found: list[tuple[int, list[Span | None]]] = []
    for at, number in enumerate(numbers):
        span = spans[at]
        if span is None or "分别" not in text[span[1] : number.start]:
            continue
        last = at
        while last + 1 < len(numbers) and _LIST.fullmatch(text[numbers[last].end : numbers[last + 1].start]):
            last += 1
        start = max([0, *(m.end() for m in _CLAUSE.finditer(text, 0, span[1]))])
        start = max(start, numbers[at - 1].end if at else 0)
        names = _names(text, start, span[1])
        if len(names) == last - at + 1 > 1:
            found.append((at, list(names)))
    return found


def _names(text: str, start: int, end: int) -> list[Span]:
    if lead := _LEAD.match(text[start:end]):
        start += lead.end()
    edges = [start, *(edge for m in _LIST.finditer(text, start, end) for edge in m.span()), end]
    return [(a, b) for a, b in list(pairwise(edges))[::2] if b > a]


def _bases(text: str, numbers: Sequence[Number]) -> list[bool]:
    """Which numbers are only what another is compared with."""
    bases: list[bool] = []
    for at, number in enumerate(numbers):
        position = numbers[at - 1].end if at else 0
        before = text[max(position, number.start - 20) : number.start]
        if at and bases[-1] and before.startswith("、"):
            bases.append(True)
        else:
            bases.append(bool(_FROM.search(before) and _TO.match(text, number.end)) or bool(_AGAINST.search(before)))
    return bases


def _changes(text: str, numbers: Sequence[Number], spans: Sequence[Span | None]) -> list[str]:
    changes: list[str] = []
    for at, (number, span) in enumerate(zip(numbers, spans, strict=True)):
        position = numbers[at - 1].end if at else 0
        if at and _LIST.fullmatch(text[position : number.start]):
            changes.append(changes[-1])
        elif span and number.unit == "%" and _PACE.search(text[span[0] : span[1]]):
            changes.append("rise")
        else:
            changes.append(_change(text, max(position, number.start - 12), number.start, span))
    return changes


def _change(text: str, start: int, end: int, span: Span | None) -> str:
    """``新增高速铁路4100公里`` tells a change as well as ``高速铁路增加4100公里``."""
    match = _CHANGE.search(text[start:end])
    if match is None and span and span[1] <= end:
        match = _VERB.search(text[max(0, span[0] - 4) : span[0]])
    elif match is not None and match["level"]:
        return ""
    return "" if match is None else "rise" if match["rise"] else "fall"
