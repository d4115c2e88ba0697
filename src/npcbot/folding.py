"""Folding: the form of a text in which different writings of the same words are the same characters.

It is made for the index only; what is shown is always the original, to which every folded offset maps back.

1. Character by character: Unicode compatibility forms (NFKC), case, accents of Latin letters, traditional to
   simplified (opencc's ``t2s``, asked one character at a time so that offsets survive), other white space to a plain
   space; zero-width, private-use and control characters vanish. Phrase rules of opencc are thus not used: 乾 is always
   干 (乾隆, 乾燥), and 著 stays 著 (著作, 看著), since opencc itself gives these for the bare character. Question and
   document are folded alike, so a merger of two characters costs next to nothing; a miss would cost a match.
2. Spaces inside figures and between a figure and its Chinese unit (``1 9 9 3 年``, ``2.5 万``) and inside words set
   wide (``目 录``) vanish, and so do thousands separators (``27,203``).
3. Chinese numerals become Arabic where the context shows that they are numerals (see ``_numeral``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from npcbot.numerals import parse_numeral
from npcbot.types import Span

FOLDING_VERSION: Final = "1"

_Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; ``starts[i]:ends[i]`` is where character ``i`` came from, ``None`` where all stayed in place."""

    text: str
    original_length: int
    starts: _Offsets | None = None
    ends: _Offsets | None = None

    def original(self, start: int, end: int) -> Span:
        """The span of the original that ``text[start:end]`` was made of.

        Monotone in both arguments; a piece of a rewritten numeral maps to the whole numeral, and the whole folded text
        to the whole original, with what vanished at its ends. IndexError unless ``0 <= start <= end <= len(text)``.
        """
        length = len(self.text)
        if not 0 <= start <= end <= length:
            raise IndexError(f"no span {start}:{end} in a text of {length} characters")
        if start == end:
            place = self.original_length if start == length else self._start(start)
            return place, place
        return self._start(start), self.original_length if end == length else self._end(end - 1)

    def _start(self, i: int) -> int:
        if i == 0:
            return 0
        return i if self.starts is None else int(self.starts[i])

    def _end(self, i: int) -> int:
        return i + 1 if self.ends is None else int(self.ends[i])


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


def fold(text: str) -> Folded:
    """Folds ``text``, keeping the way back. Folding a folded text changes nothing."""
    folded = text.translate(_TABLE)
    starts, ends = _character_offsets(text)
    for edits in _passes(folded):
        folded = _apply(folded, edits)
        if starts is None or ends is None:
            starts = np.arange(len(text), dtype=np.int64)
            ends = starts + 1
        starts, ends = _apply_offsets(starts, ends, edits)
    return Folded(folded, len(text), starts, ends)


def fold_text(text: str) -> str:
    """``fold(text).text`` without the cost of the offsets."""
    folded = text.translate(_TABLE)
    for edits in _passes(folded):
        folded = _apply(folded, edits)
    return folded


def fold_unspaced(text: str) -> str:
    """The folded text without any white space: equal for words that differ in script, breaks and spaces only."""
    return "".join(fold_text(text).split())


def fold_character(char: str) -> str:
    """What the first rule makes of one character: none, one or several. Depends on no neighbour."""
    return _TABLE[ord(char)]


# --- character by character -------------------------------------------------------------------------------------------

# Kept whole, since their compatibility form is more than one figure and would run into the figures beside it.
_UNTOUCHED: Final = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅟↉"
# opencc leaves these characters alone, because in simplified script they have uses of their own; 笫 (a mat) is what
# scanners make of 第.
_MORE_VARIANTS: Final = {"瞭": "了", "藉": "借", "妳": "你", "牠": "它", "祂": "他", "嚐": "尝", "彷": "仿", "笫": "第"}
_LINE_ENDS: Final = "\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"


@cache
def _simplifier() -> Callable[[str], str]:
    import opencc

    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


class _Table(dict[int, str]):
    """A translation table that works out a character when it first meets it."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = folded = self._fold(char)
        return folded

    def _fold(self, char: str) -> str:
        if char in _LINE_ENDS:
            return "\n"
        if char in _UNTOUCHED:
            return char
        category = unicodedata.category(char)
        if char == "\t" or category == "Zs":
            return " "
        if category in ("Cc", "Cf", "Co", "Cs") or 0xFE00 <= ord(char) <= 0xFE0F or 0xE0100 <= ord(char) <= 0xE01EF:
            return ""
        if category == "No" and (circled := _circled(char)):
            return circled
        return self._settle(char)

    @staticmethod
    def _settle(text: str) -> str:
        """Repeats the rules until they change nothing: a compatibility form may itself be traditional or a capital."""
        while True:
            after = unicodedata.normalize("NFKC", text).casefold()
            after = "".join(c for c in unicodedata.normalize("NFD", after) if not "\u0300" <= c <= "\u036f")
            after = unicodedata.normalize("NFC", after)
            after = "".join(_simplify(c) if c >= "\u2e80" else c for c in after)
            if after == text:
                return after
            text = after


def _simplify(char: str) -> str:
    return _MORE_VARIANTS.get(char) or _simplifier()(char)


def _circled(char: str) -> str:
    """① as (1): a bare 1 would run into the figures beside it, as note marks do."""
    value = unicodedata.numeric(char, None)
    is_circled = "CIRCLED" in unicodedata.name(char, "")
    return f"({value:.0f})" if is_circled and value is not None else ""


_TABLE: Final = _Table()


def _character_offsets(text: str) -> tuple[_Offsets, _Offsets] | tuple[None, None]:
    odd = "".join(c for c in set(text) if len(_TABLE[ord(c)]) != 1)
    if not odd:
        return None, None
    lengths = np.ones(len(text), dtype=np.int64)
    for match in re.finditer(f"[{re.escape(odd)}]", text):
        lengths[match.start()] = len(_TABLE[ord(match.group())])
    starts = np.repeat(np.arange(len(text), dtype=np.int64), lengths)
    return starts, starts + 1


# --- rewriting --------------------------------------------------------------------------------------------------------


def _apply(text: str, edits: list[_Edit]) -> str:
    pieces: list[str] = []
    position = 0
    for start, end, replacement in edits:
        pieces += (text[position:start], replacement)
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _apply_offsets(starts: _Offsets, ends: _Offsets, edits: list[_Edit]) -> tuple[_Offsets, _Offsets]:
    """Every character of a replacement comes from the whole of what it replaces."""
    first = np.fromiter((e.start for e in edits), np.int64, len(edits))
    stop = np.fromiter((e.end for e in edits), np.int64, len(edits))
    edges = np.zeros(len(starts) + 1, dtype=np.int64)
    edges[first] += 1
    np.subtract.at(edges, stop, 1)
    counts = 1 - np.cumsum(edges[:-1])
    counts[first] = [len(e.text) for e in edits]
    new_ends = ends.copy()
    new_ends[first] = ends[stop - 1]
    return np.repeat(starts, counts), np.repeat(new_ends, counts)


def _passes(text: str) -> Iterator[list[_Edit]]:
    """The edits of one rule after another, until no rule finds anything; the caller's text follows the same steps.

    Each edit takes away a space, a separator or a Chinese numeral and adds none, so this ends; most texts need one
    round and a second that finds nothing.
    """
    changed = True
    while changed:
        changed = False
        for rule in (_spaces, _separators, _percentages, _numerals):
            if edits := list(rule(text)):
                yield edits
                text, changed = _apply(text, edits), True


_HAN: Final = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
_SPACED: Final = re.compile(
    rf"(?<=[0-9]) +(?=[{_HAN}%‰])"  # 2.5 万
    rf"|(?<=[{_HAN}]) +(?=[0-9])"  # 自 2020
    r"|(?<=[0-9]) +(?=\.[0-9])|(?<=[0-9]\.) +(?=[0-9])"  # 1 .5
)
_SPACED_DIGITS: Final = re.compile(rf"(?<![0-9.,] )(?<![0-9.,])[0-9](?: [0-9])+(?= ?\.? ?[0-9{_HAN}%‰])(?![0-9])")
_SPACED_HAN: Final = re.compile(rf"(?<![{_HAN}])[{_HAN}](?: +[{_HAN}])+(?![{_HAN}])")
_THOUSANDS: Final = re.compile(r"(?<![0-9.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?![0-9]|,[0-9])")


def _spaces(text: str) -> Iterable[_Edit]:
    if " " not in text:
        return ()
    edits = [_Edit(m.start(), m.end(), "") for m in _SPACED.finditer(text)]
    for pattern in (_SPACED_DIGITS, _SPACED_HAN):
        for match in pattern.finditer(text):
            edits += (_Edit(s.start(), s.end(), "") for s in re.compile(" +").finditer(text, *match.span()))
    return sorted(set(edits))


def _separators(text: str) -> Iterator[_Edit]:
    for match in _THOUSANDS.finditer(text):
        for place in range(*match.span()):
            if text[place] == ",":
                yield _Edit(place, place + 1, "")


# --- numerals ---------------------------------------------------------------------------------------------------------

_DIGIT: Final = "〇○零一二三四五六七八九"
_CLASS: Final = f"{_DIGIT}十百千万亿两廿卅"
_PERCENTAGE: Final = re.compile(f"([百千])分之([{_CLASS}]+)(?:点([{_DIGIT}]+))?")
_RUN: Final = re.compile(f"[{_CLASS}]+")
_PLAIN: Final = re.compile(f"[{_DIGIT}]+")
_YEAR: Final = re.compile(f"(?:一[五六七八九]|二[〇○零])[{_DIGIT}]{{2}}")
# What a single numeral after 第 must count; others are words (第一书记, 第三产业, 第三者).
_ORDINAL: Final = re.compile("[编篇章节条款项目段号届次季期批卷页册集回轮]")
# What a single numeral may count: words that are hardly ever the second half of an idiom.
_MEASURE: Final = re.compile(
    "年|月|日|天|件|部(?!分|门|委)|个|项|次|人(?!民)|名|倍|岁|元(?!化|结|论)|户|吨|亩|届|批(?!准|评|示)|小时|分钟"
    "|周[岁年]|公里|公斤|平方|立方|万|亿|%|票|条|章(?!程)"
)
_MEASURE_OF_ONE: Final = re.compile("年|月|日(?!三秋)|个月|小时|周[岁年]|倍|元(?!化|结|论)|岁")
_DECIMAL_MEASURE: Final = re.compile("[万亿%‰倍元吨米克亩斤担户度千]|个百分点|公[里斤顷]|平方|立方")
_AFTER_KILO: Final = frozenset("瓦克米伏卡焦赫帕")
# The last 一 of a run belongs to the word after it: 五十一致通过, 二十一些.
_WORD_OF_ONE: Final = "致般定些样起直切旦并带律向再"
_VAGUE: Final = re.compile("十[万亿]*")  # after 几 or 数: no numeral, 几十万
_ARABIC: Final = frozenset("0123456789.")
_LARGE: Final = ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"))


def _percentages(text: str) -> Iterator[_Edit]:
    for match in _PERCENTAGE.finditer(text):
        value = 100 if match[2] == "百" else parse_numeral(match[2])
        if value is not None and not text.startswith("分之", match.end()):
            sign = "%" if match[1] == "百" else "‰"
            yield _Edit(match.start(), match.end(), f"{value}{_fraction(match[3])}{sign}")


def _fraction(digits: str | None) -> str:
    return "." + "".join(str(parse_numeral(c)) for c in digits) if digits else ""


def _numerals(text: str) -> Iterator[_Edit]:
    position = 0
    for match in _RUN.finditer(text):
        start, end = match.span()
        if start >= position and (edit := _numeral(text, start, end)):
            position = edit.end
            yield edit


def _numeral(text: str, start: int, end: int) -> _Edit | None:
    """Reads the run of numeral characters ``text[start:end]``, if what stands around it shows that it counts something.

    第十二条, （十二）, 一九九○年, 三十件, 一百零八, 二点五万 are numerals; 一些, 一致, 十分, 三农, 万一, 一带一路,
    千方百计, 十二五, 三四十, 几十万, 十九大 are not. One character alone is one only in 第三条, （三）, 三年, 三件 and
    the like.
    """
    before, after = text[start - 1 : start], text[end : end + 1]
    if end - start > 1 and text[end - 1] == "一" and after and after in _WORD_OF_ONE:
        end, after = end - 1, "一"
    elif end - start > 1 and text[end - 1] == "千" and after in _AFTER_KILO:  # 三百万千瓦
        end, after = end - 1, "千"
    elif _YEAR.fullmatch(text, start, end - 1) and text[end - 1] == "两":  # 一九五三、一九五四两年
        end, after = end - 1, "两"
    run = text[start:end]
    if before == "第":
        counts = len(run) > 1 or _ORDINAL.match(text, end) is not None
    elif before == "(" and after == ")":
        counts = True
    elif before == "之":
        counts = len(run) < 3 and text.endswith("条", 0, start - 1)
    elif before in _ARABIC or text.startswith("分之", end) or (before in ("几", "数") and _VAGUE.fullmatch(run)):
        counts = False
    elif after == "点" and (decimal := _decimal(text, start, end)):
        return decimal
    elif len(run) == 1:
        measure = _MEASURE_OF_ONE if run == "一" else _MEASURE
        counts = run in "一二三四五六七八九十两" and measure.match(text, end) is not None
    elif _PLAIN.fullmatch(run):
        counts = _YEAR.fullmatch(run) is not None or "〇" in run or "○" in run
    elif run == "十一":  # else the holiday
        counts = _MEASURE.match(text, end) is not None
    else:  # 千万, 百万 are words; 十大, 十九大 are names
        counts = run[0] not in "百千万亿零〇○" and after != "大"
    value = parse_numeral(run) if counts else None
    return None if value is None else _Edit(start, end, _arabic(run, value))


def _decimal(text: str, start: int, end: int) -> _Edit | None:
    match = re.compile(f"点([{_DIGIT}]+)").match(text, end)
    if not match or not _DECIMAL_MEASURE.match(text, match.end()):
        return None
    value = parse_numeral(text[start:end])
    return None if value is None else _Edit(start, match.end(), f"{value}{_fraction(match[1])}")


def _arabic(run: str, value: int) -> str:
    """三十万 as 30万, the way it is also printed, but 三万五千 as 35000."""
    if not _PLAIN.fullmatch(run):
        for unit, name in _LARGE:
            if value >= unit and value % unit == 0:
                return f"{value // unit}{name}"
    return str(value)
