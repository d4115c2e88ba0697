"""Numbers with their units, read from a sentence: 1186万人, 百分之十五以上, 300万至350万吨, 近八百斤, 九成八.

A number is read where a unit, 万 or 亿, or a sign shows that it measures or counts. Dates, ordinals, names (十三五),
manners of speech (两个方面) and vague numbers (几千万) are left out; what exactly counts as a figure is written down in
``tests/data/figures.md``. Offsets are those of the text that was given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from npcbot.lookups.counted import Quantity, told
from npcbot.lookups.grammar import (
    ARABIC,
    DASH,
    HAN,
    LASTING,
    LOOSE,
    MYRIADS,
    NO_SIGN,
    NOT_UNIT,
    PATTERN,
    PREFIX,
    SAME,
    SPLIT,
    SUFFIX,
    THOUSANDS,
    TIMES,
    UNIT,
    VAGUE,
    Number,
    clean,
)
from npcbot.numerals import parse_numeral
from npcbot.types import Span


def quantities(text: str, start: int, end: int, spans: Sequence[Span] | None = None) -> list[Quantity]:
    """The figures of one sentence, ``text[start:end]``, in order; with ``spans`` only what stands inside them is read.

    The words that say what is counted are looked for in this sentence alone.
    """
    pieces = [(start, end)] if spans is None else [(max(s, start), min(e, end)) for s, e in spans]
    cleaned = clean(text, [(s, e) for s, e in pieces if s < e])
    return told(cleaned, numbers(cleaned.text))


def numbers(text: str) -> list[Number]:
    """The figures of a cleaned text, without what they count."""
    found: list[Number] = []
    position = 0
    while match := PATTERN.search(text, position):
        number = _read(text, match)
        if number is None and match.lastgroup == "range":
            # What is no range may still begin with a figure.
            one = SPLIT.match(text, match.start())
            number = _one(text, match.start(), one) if one else None
            position = one.end() if one else match.end()
        else:
            position = max(number.end if number else match.end(), match.start() + 1)
        if number is not None and (not found or number.start >= found[-1].end):
            found.append(number)
            position = max(position, number.end)
    return found


def _read(text: str, match: re.Match[str]) -> Number | None:
    start, end = match.span()
    kind = match.lastgroup
    if kind == "share":
        return _signed(text, start, end, *_share(match[0]))
    if kind == "tenths":
        return _signed(text, start, end, *_tenths(match[0]), "%")
    if kind == "part":
        return _part(text, match)
    if kind == "between":
        return _between(text, match)
    if kind == "range":
        return _range(text, match)
    one = SPLIT.match(text, start)
    return _one(text, start, one) if one else None


def _share(said: str) -> tuple[Decimal, Decimal, str]:
    unit = "%" if said[0] == "百" else "‰"
    values = [_value(part) for part in re.split(f"{DASH}|、|[百千]分之", said) if part]
    known = [value for value in values if value is not None]
    return (known[0], known[-1], unit) if known else (Decimal(100), Decimal(100), unit)


def _tenths(said: str) -> tuple[Decimal, Decimal]:
    whole, _, rest = said.partition("成")
    value = Decimal((parse_numeral(whole) or 0) * 10 + (5 if rest == "半" else parse_numeral(rest) or 0))
    return value, value


def _part(text: str, match: re.Match[str]) -> Number | None:
    said = match[0]
    if said == "一半":
        value = Decimal("0.5")
    elif "/" in said:
        above, _, below = said.partition("/")
        value = Decimal(above) / Decimal(below)
    else:
        under, _, over = said.partition("分之")
        value = Decimal(parse_numeral(over) or 0) / Decimal(parse_numeral(under) or 1)
    return _signed(text, *match.span(), value, value, "")


def _between(text: str, match: re.Match[str]) -> Number | None:
    """二三百亿度: from 二百亿 to 三百亿."""
    said = re.sub("[、,]", "", match[0])
    number = re.match(f"{HAN}+", said)
    run = number[0] if number else ""
    low, high = parse_numeral(run[0] + run[2:]), parse_numeral(run[1:])
    unit = said[len(run) :]
    if low is None or high is None or low >= high or VAGUE.search(text, 0, match.start()):
        return None
    end = match.end() - len(unit)
    unit, stop = _unit(text, end)
    return _signed(text, match.start(), stop, Decimal(low), Decimal(high), unit)


def _range(text: str, match: re.Match[str]) -> Number | None:
    left = SPLIT.match(text, match.start(), match.end())
    if left is None or VAGUE.search(text, 0, match.start()) or re.search("[从由自]$", text[: match.start()]):
        return None
    dash = re.compile(DASH).match(text, left.end())
    right = SPLIT.match(text, dash.end()) if dash else None
    if right is None:
        return None
    low, high = _value(left["number"]), _value(right["number"])
    unit, end = _unit(text, right.end("number"))
    if low is None or high is None or unit in TIMES or (left["unit"] and left["unit"] != unit) or not unit:
        return None
    if low >= high or not _scaled(left["number"]):
        low = next((low * scale for scale in _scales(right["number"]) if low * scale < high), low)
    if low >= high:
        return None
    return _signed(text, match.start(), end, low, high, unit)


def _one(text: str, start: int, match: re.Match[str]) -> Number | None:
    said = match["number"]
    stop = match.end("number")
    if text.startswith("分之", stop) or VAGUE.search(text, 0, start):
        return None
    unit, end = _unit(text, stop)
    value = _value(said)
    if value is None or re.search(r"几", text[stop : stop + 1]) or not _counts(text, start, said, unit, stop):
        return None
    if unit == "倍" and text.startswith("半", end):
        value, end = value + Decimal("0.5"), end + 1
    return _signed(text, start, end, value, value, unit)


def _counts(text: str, start: int, said: str, unit: str, stop: int) -> bool:
    """Whether the number measures or counts something."""
    han = said[0] not in "0123456789"
    if han and said[0] in "百千万亿零〇○":
        return False  # 千家万户, 百件 are words
    if unit in TIMES:
        return bool(LASTING.search(text, max(0, start - 10), start)) and said not in ("一",)
    if not unit:
        return _large(said) and not re.match("[一二三四五六七八九]", text[stop : stop + 1])
    if said == "一":
        return unit in ("倍", "%")
    return len(said) > 1 or not han or unit not in LOOSE


def _large(said: str) -> bool:
    """Whether 万 or 亿 shows that a number without a unit is one: 1753万, 十一亿, and not 十二."""
    return bool(re.search("[0-9一二三四五六七八九十百千多余两][多余]?[万亿]", said)) and not said.endswith("万一")


def _unit(text: str, at: int) -> tuple[str, int]:
    match = re.compile(UNIT).match(text, at)
    if match is None or NOT_UNIT.match(text, at):
        return "", at
    return SAME.get(match[0], match[0]), match.end()


def _signed(text: str, start: int, end: int, low: Decimal, high: Decimal, unit: str) -> Number:
    """With the sign words around it, and what they mean."""
    bound = ""
    if re.search("[多余]", text[start:end]):
        bound = "over"
    if (before := PREFIX.search(text, max(0, start - 8), start)) and not NO_SIGN.search(text, 0, start):
        start, bound = before.start(), before.lastgroup or ""
    if after := SUFFIX.match(text, end):
        end, bound = after.end(), after.lastgroup or ""
    return Number(start, end, low, high, unit, bound)


def _scaled(said: str) -> bool:
    return said[-1] in "万亿"


def _scales(said: str) -> list[int]:
    """What a number before it may be of: thousands of 亿 of 3千亿, or 亿."""
    match = re.search(f"([百千]?)({MYRIADS})$", said)
    return [THOUSANDS[match[1]] * THOUSANDS[match[2]], THOUSANDS[match[2]]] if match else []


def _value(said: str) -> Decimal | None:
    """The value of a number as ``_NUMBER`` finds it, None where it is none."""
    said = re.sub("[多余]", "", said)
    if said[:1] and said[0] in "0123456789":
        total = below = Decimal(0)
        for number, place, myriads in re.findall(rf"({ARABIC})([百千]?)({MYRIADS}?)", said):
            below += Decimal(number.replace(",", "")) * THOUSANDS[place]
            if myriads:  # 2千3百亿 is so many of them
                total, below = total + below * THOUSANDS[myriads], Decimal(0)
        return total + below
    if "点" in said:
        whole, _, rest = said.partition("点")
        places = re.search("(?:万亿|亿万|[万亿])$", rest)
        digits = rest[: places.start()] if places else rest
        value, behind = parse_numeral(whole), [parse_numeral(char) for char in digits]
        if value is None or None in behind:
            return None
        return Decimal(f"{value}.{''.join(map(str, behind))}") * THOUSANDS[places[0] if places else ""]
    value = parse_numeral(said)
    return None if value is None else Decimal(value)
