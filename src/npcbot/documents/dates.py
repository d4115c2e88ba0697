"""Dates of Chinese official texts: how they are written, and what the words beside them say they are dates of."""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Final, NamedTuple

from npcbot.numerals import parse_numeral
from npcbot.types import DateKind, Source, TypedDate

_DIGIT: Final = "[0-9０-９]"
_YEAR: Final = rf"(?:{_DIGIT}[ \u3000]*){{4}}|[一二三四五六七八九〇○零Ｏ]{{4}}"
_NUMBER: Final = rf"{_DIGIT}[ \u3000]*(?:{_DIGIT}[ \u3000]*)?|[一二三四五六七八九十]{{1,3}}"
_DATE: Final = re.compile(
    rf"(?<!{_DIGIT})(?P<y>{_YEAR})[ \u3000]*年[ \u3000]*"
    rf"(?:(?P<m>{_NUMBER})[ \u3000]*月[ \u3000]*(?:(?P<d>{_NUMBER})[ \u3000]*日)?)?"
)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_ENGLISH_DATE: Final = re.compile(
    rf"\b(?:(?P<m1>{'|'.join(_MONTHS)})\s+(?P<d1>\d{{1,2}}),?|(?P<d2>\d{{1,2}})\s+(?P<m2>{'|'.join(_MONTHS)}),?)"
    r"\s+(?P<y>\d{4})\b",
    re.IGNORECASE,
)
_ENGLISH_WORDS: Final = (
    (re.compile(r"delivered", re.IGNORECASE), DateKind.DELIVERED),
    (re.compile(r"amended|revised", re.IGNORECASE), DateKind.AMENDED),
    (re.compile(r"adopted|passed|approved", re.IGNORECASE), DateKind.ADOPTED),
    (re.compile(r"promulgated|published|issued", re.IGNORECASE), DateKind.PUBLISHED),
    (re.compile(r"effective|in(?:to)? force", re.IGNORECASE), DateKind.IN_FORCE),
)
_MONTH_DAY: Final = re.compile(rf"(?P<m>{_NUMBER})[ \u3000]*月[ \u3000]*(?P<d>{_NUMBER})[ \u3000]*日")
_NUMERIC_LINE: Final = re.compile(r"[（(]?(\d{4})[-./](\d{1,2})[-./](\d{1,2})[)）]?")
_QUOTED: Final = re.compile(r"《[^《》]*(?:》|$)|〈[^〈〉]*〉|<[^<>]*>")
_PASSED_AMENDMENT: Final = re.compile(r"通过的?《")
_AMENDED: Final = re.compile(r"修正|修订|修改")
_ADOPTED: Final = re.compile(r"通过|批准")
_PUBLISHED: Final = re.compile(r"公布|发布|颁布|印发|公告|令第|号令|〔")
_IN_FORCE: Final = re.compile(r"施行|实施|生效|执行")
#: 本法自……起施行: the text's own rule of its commencement, wherever it stands (annexes may follow).
_COMMENCES: Final = re.compile(
    rf"(?<!《)本[^\s，。；《》“”]{{1,12}}?，?(?:于|自|从)(?P<date>(?:{_YEAR})[ \u3000]*年[^，。；自起]{{2,16}}?日?)"
    r"[ \u3000]*起?(?:正式)?(?:施行|实施|生效|执行)"
)


class Dated(NamedTuple):
    """A date as written: its place in the text and its value in ISO 8601, as exact as it stands there."""

    start: int
    end: int
    value: str


def find_dates(text: str) -> list[Dated]:
    """Every date with a year, in order: full-width, spaced and Chinese figures alike; impossible ones left out.

    Of English dates those with a day: March 5, 2024 and 5 March 2024.
    """
    found = []
    for match in _ENGLISH_DATE.finditer(text):
        month = str(_MONTHS.index((match["m1"] or match["m2"]).lower()) + 1)
        if value := _iso(match["y"], month, match["d1"] or match["d2"]):
            found.append(Dated(match.start(), match.end(), value))
    for match in _DATE.finditer(text):
        if value := _iso(match["y"], match["m"], match["d"]):
            found.append(Dated(match.start(), match.end(), value))
    return sorted(found)


def numeric_date(line: str) -> str:
    """``2024-03-07`` of a line that is nothing but 2024-3-7, 2024.3.7 or 2024/3/7; ``""`` otherwise."""
    match = _NUMERIC_LINE.fullmatch(unicodedata.normalize("NFKC", line.strip()))
    return _iso(match[1], match[2], match[3]) if match else ""


def month_and_day(text: str, year: str) -> str:
    """The first 3月5日 of ``text`` as a date of ``year``; ``""`` where there is none."""
    match = _MONTH_DAY.search(text)
    value = _iso(year, match["m"], match["d"]) if match else ""
    return value if len(value) == len("2000-01-01") else ""


def typed_dates(note: str) -> list[TypedDate]:
    """The dates of a note of adoption (``2000年3月15日 第九届……会议通过``) with what each is a date of.

    A note may hold several; one without a word of its own is of the kind of the next (``1月3日甲会、3月2日乙会通过``).
    """
    # A date inside a quoted name (《2019年……的决定》) is part of the name.
    bare = _QUOTED.sub(lambda quoted: "《" + "＿" * (len(quoted[0]) - 2) + "》" if len(quoted[0]) > 1 else "《", note)
    if value := numeric_date(bare):
        return [TypedDate(DateKind.PUBLISHED, value, Source.TEXT)]
    dates = find_dates(bare)
    # 2021年第20次会议 beside the day on which it was held: a number, no date.
    dates = [dated for dated in dates if len(dated.value) > len("2021")] or dates
    if re.search(r"[a-z]{4}", bare, re.IGNORECASE):
        return _english_dates(bare, dates)
    if len(dates) == 1 and not (bare[: dates[0].start] + bare[dates[0].end :]).strip("（）() "):
        # A day alone under the title is the day on which it was made known.
        return [TypedDate(DateKind.PUBLISHED, dates[0].value, Source.TEXT)]
    found: list[TypedDate] = []
    kinds: set[DateKind] = set()
    for i, dated in reversed(list(enumerate(dates))):
        words = bare[dated.end : dates[i + 1].start if i + 1 < len(dates) else len(bare)]
        kinds = _kinds_of(words) or kinds
        found += [TypedDate(kind, dated.value, Source.TEXT) for kind in sorted(kinds)]
    return found[::-1]


def _english_dates(note: str, dates: list[Dated]) -> list[TypedDate]:
    """Adopted at the third session on March 15, 2000; amended on March 13, 2023: the words stand before their date."""
    found = []
    for i, dated in enumerate(dates):
        words = note[dates[i - 1].end if i else 0 : dated.start]
        kinds = [kind for pattern, kind in _ENGLISH_WORDS if pattern.search(words)]
        found += [TypedDate(kind, dated.value, Source.TEXT) for kind in kinds[:1]]
    return found


def _kinds_of(words: str) -> set[DateKind]:
    """One date may be two: ``公布施行``, but what was amended by a decree was not published by it."""
    kinds: set[DateKind] = set()
    if _AMENDED.search(words) or _PASSED_AMENDMENT.search(words):
        kinds.add(DateKind.AMENDED)
    elif _ADOPTED.search(words):
        kinds.add(DateKind.ADOPTED)
    elif _PUBLISHED.search(words):
        kinds.add(DateKind.PUBLISHED)
    elif "会议" in words and not words.rstrip().endswith("、"):
        kinds.add(DateKind.ADOPTED)
    own = words.rstrip().removesuffix("自").removesuffix("于")
    if _IN_FORCE.search(own):
        kinds.add(DateKind.IN_FORCE)
    return kinds


def commencement(text: str) -> str:
    """The date of the last ``本法自……起施行``, ISO 8601; ``""`` where the text gives none (自公布之日起)."""
    value = ""
    for match in _COMMENCES.finditer(text):
        dates = find_dates(match["date"])
        value = dates[0].value if dates else value
    return value


def _iso(year: str, month: str | None, day: str | None) -> str:
    y = _figure(year)
    m, d = _figure(month), _figure(day)
    if y is None or not 1000 <= y <= 2999:
        return ""
    if m is None:
        return f"{y:04d}"
    try:
        datetime.date(y, m, d or 1)
    except ValueError:
        return ""
    return f"{y:04d}-{m:02d}" + (f"-{d:02d}" if d else "")


def _figure(written: str | None) -> int | None:
    if written is None:
        return None
    plain = "".join(unicodedata.normalize("NFKC", written).split()).replace("○", "〇").replace("O", "〇")
    return int(plain) if plain.isdecimal() else parse_numeral(plain)
