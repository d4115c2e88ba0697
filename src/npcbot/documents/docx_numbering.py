"""The numbers that Word draws before paragraphs and does not store in them: 第一条, （一）, 1.2."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from npcbot.numerals import to_chinese, to_roman

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_COUNTING = frozenset([
    "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
    "japaneseCounting", "koreanCounting", "ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand",
])  # fmt: skip
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_STEMS = {
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
    "decimalEnclosedCircle": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedCircleChinese": "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
}
_WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
# A label that ends in one of these needs no blank after it.
_CLOSED = "、）)．。：】〕"
_MAX = 100_000
# Deeper than any level: Word has nine.
_ANY = 9


@dataclass(slots=True)
class _Level:
    kind: str = "decimal"
    pattern: str = ""
    start: int = 1
    suffix: str = "tab"
    arabic: bool = False
    #: It begins anew after one of so many levels above it.
    restart: int = _ANY


@dataclass(slots=True)
class Numbering:
    """Counts the paragraphs of each list in document order, as ``word/numbering.xml`` says they count.

    ``drawn`` counts the labels given out; ``unknown`` holds the number formats that were drawn as plain digits.
    """

    drawn: int = 0
    unknown: set[str] = field(default_factory=set)
    _lists: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _list_of: dict[str, str] = field(default_factory=dict)
    _overrides: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _restarts: dict[str, dict[int, int]] = field(default_factory=dict)
    _style_levels: dict[tuple[str, str], int] = field(default_factory=dict)
    _style_links: dict[str, str] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def load(self, root: Any) -> None:
        """Take in the root element of ``word/numbering.xml``."""
        linked: dict[str, str] = {}
        for abstract in root.iterfind(f"{W}abstractNum"):
            name = abstract.get(f"{W}abstractNumId", "")
            self._lists[name] = dict(map(_level, abstract.iterfind(f"{W}lvl")))
            for level in abstract.iterfind(f"{W}lvl"):
                if style := value(level, "pStyle"):
                    self._style_levels[name, style] = _level(level)[0]
            if link := value(abstract, "styleLink"):
                self._style_links[link] = name
            if link := value(abstract, "numStyleLink"):
                linked[name] = link
        for name, link in linked.items():
            self._lists[name] = self._lists.get(self._style_links.get(link, ""), self._lists[name])
        for num in root.iterfind(f"{W}num"):
            name = num.get(f"{W}numId", "")
            self._list_of[name] = value(num, "abstractNumId")
            for override in num.iterfind(f"{W}lvlOverride"):
                depth = number(override.get(f"{W}ilvl"), 0)
                for level in override.iterfind(f"{W}lvl"):
                    self._overrides.setdefault(name, {})[depth] = _level(level)[1]
                if restart := value(override, "startOverride"):
                    self._restarts.setdefault(name, {})[depth] = number(restart, 1)

    def level_of_style(self, num_id: str, style: str) -> int:
        return self._style_levels.get((self._list_of.get(num_id, ""), style), 0)

    def label(self, num_id: str, depth: int) -> str:
        """The label of the next paragraph of list ``num_id`` at ``depth``, with what stands between it and the text."""
        levels = self._lists.get(self._list_of.get(num_id, ""), {}) | self._overrides.get(num_id, {})
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(self._list_of[num_id], {})
        if num_id not in self._begun:
            self._begun.add(num_id)
            for at, start in self._restarts.get(num_id, {}).items():
                counts[at] = start - 1
        counts[depth] = min(counts.get(depth, level.start - 1) + 1, _MAX)
        for deeper in [at for at in counts if at > depth and depth < levels.get(at, level).restart]:
            del counts[deeper]
        if level.kind in ("bullet", "none"):
            return ""
        text = level.pattern
        for at in range(depth + 1):
            if f"%{at + 1}" in text:
                other = levels.get(at, level)
                count = counts.get(at, other.start)
                text = text.replace(f"%{at + 1}", self._drawn(count, "decimal" if level.arabic else other.kind))
        if not text.strip():
            return ""
        self.drawn += 1
        return text + ("" if level.suffix == "nothing" or text[-1] in _CLOSED else " ")

    def _drawn(self, count: int, kind: str) -> str:
        if kind in _COUNTING:
            return to_chinese(count)
        if kind.startswith("chineseLegal") or kind.startswith("ideographLegal"):
            return to_chinese(count).translate(_LEGAL)
        if stems := _STEMS.get(kind):
            return stems[count - 1] if 0 < count <= len(stems) else str(count)
        if kind.endswith("Letter") and count > 0:
            letters = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, 10)
            return letters.upper() if kind.startswith("upper") else letters
        if kind.endswith("Roman") and count > 0:
            letters = to_roman(count)
            return letters if kind.startswith("upper") else letters.lower()
        if kind == "none":
            return ""
        if kind.startswith("decimalFullWidth"):
            return str(count).translate(_WIDE_DIGITS)
        if kind == "decimalZero":
            return f"{count:02d}"
        if kind != "decimal":
            self.unknown.add(kind)
        return str(count)


def value(element: Any, name: str) -> str:
    """``w:val`` of a child element, ``""`` without the child."""
    child = element.find(f"{W}{name}")
    return "" if child is None else str(child.get(f"{W}val") or "")


def number(text: str | None, default: int) -> int:
    try:
        return int(text or default)
    except ValueError:
        return default


def _level(element: Any) -> tuple[int, _Level]:
    legal = element.find(f"{W}isLgl")
    return number(element.get(f"{W}ilvl"), 0), _Level(
        kind=value(element, "numFmt") or "decimal",
        pattern=value(element, "lvlText")[:100],
        start=number(value(element, "start"), 1),
        suffix=value(element, "suff") or "tab",
        arabic=legal is not None and legal.get(f"{W}val") not in ("0", "false"),
        restart=number(value(element, "lvlRestart"), _ANY),
    )
