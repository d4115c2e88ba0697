"""Numerals of Chinese official documents: 第一千零四十三条, 一九九○年, １０４３ and back.

``NUMERAL_CLASS`` is the inside of a regular expression's character class, to be used as ``f"第[{NUMERAL_CLASS}]+条"``.
"""

from __future__ import annotations

import re
from typing import Final

NUMERAL_CLASS: Final = "0-9０-９〇○零一二三四五六七八九十百千万萬亿億两兩廿卅"

_DIGITS: Final = {
    **{c: i for i, c in enumerate("0123456789")},
    **{c: i for i, c in enumerate("０１２３４５６７８９")},
    **{c: i for i, c in enumerate("零一二三四五六七八九")},
    # The zero of years is set as 〇 (a numeral), ○ (a circle) or, by careless typists, 0.
    **{"〇": 0, "○": 0, "两": 2, "兩": 2},
}
_SMALL_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_LARGE_UNITS: Final = (("亿億", 10**8), ("万萬", 10**4))
_ZERO: Final = "零〇○"
_PLAIN: Final = re.compile(r"[0-9０-９〇○零一二三四五六七八九]+\Z")
_NUMERAL: Final = re.compile(f"[{NUMERAL_CLASS}]+\\Z")
_TENS: Final = str.maketrans({"廿": "二十", "卅": "三十"})
_ROMAN: Final = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


def parse_numeral(s: str) -> int | None:
    """The value of a whole numeral, or None where ``s`` is none (empty, other characters, units out of order).

    Positional (一九九○, 1043, １０４３) and multiplicative (一千零四十三, 百二十, 廿一, 两百) numerals are read, also
    with 零 left out; a bare last digit counts the next lower unit, as in speech (一百二 is 120, 一百零二 is 102).
    """
    if not _NUMERAL.match(s):
        return None
    if _PLAIN.match(s):
        return int("".join(str(_DIGITS[c]) for c in s))
    return _multiplicative(s.translate(_TENS).replace("万万", "亿"))


def _multiplicative(s: str, large: tuple[tuple[str, int], ...] = _LARGE_UNITS, unit_before: int = 10) -> int | None:
    """Splits at the largest unit (亿, then 万): 三万亿 is (三万) of 亿, 一百零一万二千 is (一百零一) of 万 and 二千."""
    if not large:
        return _section(s, unit_before)
    (chars, unit), smaller = large[0], large[1:]
    position = max(s.find(c) for c in chars)
    if position < 0:
        return _multiplicative(s, smaller, unit_before)
    count, rest = _multiplicative(s[:position], smaller), s[position + 1 :]
    if not count:
        return None
    below = _multiplicative(rest, smaller, unit) if rest else 0
    return None if below is None else count * unit + below


def _section(s: str, unit_before: int) -> int | None:
    """A numeral under 10,000. ``unit_before`` is the unit on its left, which a bare last digit follows (一万二)."""
    total, digit, zero, last_unit, bare_scale = 0, -1, False, 10**4, unit_before // 10
    if s.isdecimal() and 1 < len(s) <= 4:
        return int(s)  # 12万: Arabic digits before a Chinese unit
    for char in s:
        if char in _SMALL_UNITS:
            unit = _SMALL_UNITS[char]
            if unit >= last_unit or (zero and digit < 0 and not total):
                return None
            total += max(digit, 1) * unit
            digit, zero, last_unit, bare_scale = -1, False, unit, unit // 10
        elif char in _ZERO:
            if zero or digit >= 0 or last_unit == 10:
                return None
            zero = True
        else:
            if digit >= 0 or char not in _DIGITS or _DIGITS[char] == 0:
                return None
            digit = _DIGITS[char]
    if digit < 0:
        return None if zero or not s else total
    return total + (digit if zero else digit * max(bare_scale, 1))


def to_chinese(n: int) -> str:
    """``n`` as a statute would print it: 1043 is 一千零四十三, 12 is 十二, 0 is 零. ValueError from 10**16 on."""
    if not 0 <= n < 10**16:
        raise ValueError(f"no Chinese numeral for {n}")
    if n == 0:
        return "零"
    text = _compose(n)
    return text[1:] if text.startswith("一十") else text


def _compose(n: int) -> str:
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if n >= unit:
            high, low = divmod(n, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return _compose(high) + name + gap + (_compose(low) if low else "")
    out = ""
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, n_rest = divmod(n, unit)
        if digit:
            out += "零一二三四五六七八九"[digit] + name
        elif out and n_rest and not out.endswith("零"):
            out += "零"
        n = n_rest
    return out


def to_roman(n: int) -> str:
    """Capitals: 14 is XIV; 0 is ``""``."""
    text = ""
    for value, letters in _ROMAN:
        repeat, n = divmod(n, value)
        text += letters * repeat
    return text
