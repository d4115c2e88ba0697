"""The numbers that a browser draws before the items of a list and that are not written in them: 1., b., iv., 三、"""

from __future__ import annotations

import re
from typing import Any

from npcbot.numerals import to_chinese, to_roman

LISTS = frozenset(["ol", "ul", "menu", "dir"])
_OF_TYPE = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
_BULLETS = frozenset(["none", "disc", "circle", "square"])
_DIGITS = frozenset(["decimal", "decimal-leading-zero"])
_LETTERS = frozenset(["lower-alpha", "upper-alpha", "lower-latin", "upper-latin"])
_ROMAN = frozenset(["lower-roman", "upper-roman"])
_CHINESE = frozenset(["cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal"])
_DRAWN = _DIGITS | _LETTERS | _ROMAN | _CHINESE
_STYLE = re.compile(r"(?<![\w-])list-style(?:-type)?\s*:\s*([^;]*)", re.IGNORECASE)
_NO_ITEM = re.compile(r"(?<![\w-])display\s*:\s*(?!list-item)", re.IGNORECASE)
# Of more digits a browser takes none.
_INTEGER = re.compile(r"\s*([+-]?[0-9]{1,9})(?![0-9])")


class Numbers:
    """Counts the items of one list."""

    def __init__(self, element: Any) -> None:
        self._ordered = element.tag == "ol"
        self._kind = _kind(element, "decimal" if self._ordered else "")
        backwards = self._ordered and element.get("reversed") is not None
        self._step = -1 if backwards else 1
        self._next = 1
        if self._ordered and (start := integer(element.get("start"))) is not None:
            self._next = start
        elif backwards:
            self._next = sum(1 for item in element if item.tag == "li" and _counts(item))

    def label(self, item: Any) -> str:
        """What is drawn before the next item, ``""`` for a bullet or nothing."""
        if not _counts(item):
            return ""
        if (said := integer(item.get("value"))) is not None:
            self._next = said
        count, self._next = self._next, self._next + self._step
        kind = _kind(item, self._kind)
        return _drawn(count, kind) if kind else ""


def _kind(element: Any, default: str) -> str:
    """The name of the number format; ``""`` where it is none, or one that is not known here."""
    kind, said = default, element.get("type") or ""
    if element.tag in ("ol", "li"):
        kind = _OF_TYPE.get(said, default)
    if element.tag == "li" and said.lower() in _BULLETS:
        kind = ""
    for value in _STYLE.findall(element.get("style") or ""):
        words = value.lower().replace("!important", "").split()
        kind = next((word for word in words if word in _DRAWN), "") if words else kind
    return kind


def _counts(item: Any) -> bool:
    return item.get("hidden") is None and not _NO_ITEM.search(item.get("style") or "")


def integer(text: str | None) -> int | None:
    match = _INTEGER.match(text or "")
    return int(match[1]) if match else None


def _drawn(count: int, kind: str) -> str:
    if kind in _CHINESE and 0 < count < 10_000:
        return f"{to_chinese(count)}、"
    text = ""
    if kind in _LETTERS:
        while count > 0:
            count, letter = divmod(count - 1, 26)
            text = chr(ord("a") + letter) + text
    elif kind in _ROMAN and 0 < count < 4_000:
        text = to_roman(count)
    if text:
        return f"{text.upper() if kind.startswith('upper') else text.lower()}. "
    return f"{count:02d}. " if kind == "decimal-leading-zero" else f"{count}. "
