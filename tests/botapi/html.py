"""Telegram's HTML parse mode: a strict parser into text and entities, with Telegram's words for what it refuses.

Stricter than Telegram in one thing: a blockquote in a blockquote is an error here, where Telegram quietly drops one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .errors import ApiError, bad_request

Entity = dict[str, Any]

TAGS = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "code": "code",
    "pre": "pre",
    "a": "text_link",
    "blockquote": "blockquote",
}
#: These give way to code: what they share with it is cut out of them.
SPLITTABLE = {"bold", "italic", "underline", "strikethrough", "spoiler"}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot)(?![A-Za-z]));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_SPACE = " \t\r\n\0\v"
_LINK = re.compile(
    r"(?:https?|tg|ftp|mailto):(?://)?[^\s/?#]+\S*|[^\s/?#:@]+\.[^\W\d]{2,}(?:[/?#:]\S*)?", re.IGNORECASE
)


def units(text: str) -> int:
    """Length in UTF-16 units, as Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(slots=True)
class _Open:
    """A tag not yet closed: its name, where its text begins in units and in characters, its attribute."""

    tag: str
    offset: int
    begin: int
    argument: str


def parse(source: str) -> tuple[str, list[Entity]]:
    """Text, and its entities in order of offset, longer ones first.

    :raises ApiError: 400 "can't parse entities", with the byte offset where Telegram gives one.
    """
    return _Parser(source).run()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source, self._at = source, 0
        self._text: list[str] = []
        self._offset = 0
        self._length = 0
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def run(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._source):
            if self._source[self._at] != "<":
                self._plain()
            elif self._source.startswith("/", self._at + 1):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise self._error(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        text = "".join(self._text)
        if any("\ud800" <= char <= "\udfff" for char in text):
            raise self._error(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return text, sorted(_settled(self._entities), key=lambda one: (one["offset"], -one["length"]))

    def _error(self, text: str, at: int | None = None) -> ApiError:
        place = "" if at is None else f" at byte offset {len(self._source[:at].encode())}"
        return bad_request(f"can't parse entities: {text}{place}")

    def _plain(self) -> None:
        end = self._source.find("<", self._at)
        run = _decoded(self._source[self._at : end if end >= 0 else len(self._source)])
        self._text.append(run)
        self._offset += units(run)
        self._length += len(run)
        self._at = end if end >= 0 else len(self._source)

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _skip(self, stop: str) -> str:
        """Onward to the first of ``stop``; what was passed over."""
        begin = self._at
        while self._at < len(self._source) and self._source[self._at] not in stop:
            self._at += 1
        return self._source[begin : self._at]

    def _space(self) -> None:
        while self._peek() and self._peek() in _SPACE:
            self._at += 1

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        tag = self._skip(_SPACE + ">").lower()
        if not self._peek():
            raise self._error("Unclosed start tag", begin)
        if tag not in TAGS:
            raise self._error(f'Unsupported start tag "{tag}"', begin)
        argument = ""
        while True:
            self._space()
            if self._peek() == ">":
                break
            name, value = self._attribute(tag, begin)
            if (tag, name) in (("a", "href"), ("blockquote", "expandable")):
                argument = value
            elif (tag, name) == ("code", "class") and value.startswith("language-"):
                argument = value.removeprefix("language-")
            elif (tag, name) == ("span", "class"):
                argument = value
        self._at += 1
        if tag == "span" and argument != "tg-spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        if tag == "blockquote" and any(one.tag == tag for one in self._open):
            raise self._error("Blockquotes can't be nested", begin)
        self._open.append(_Open(tag, self._offset, self._length, argument))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        """Name and value of the next attribute; only ``expandable`` may stand without a value."""
        name = self._skip(_SPACE + "=>")
        if not name and self._peek():
            raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
        self._space()
        if self._peek() != "=":
            if (tag, name) == ("blockquote", "expandable") and self._peek():
                return name, name
            if not self._peek():
                raise self._error("Unclosed start tag", begin)
            raise self._error(f'Expected equal sign in declaration of an attribute of the tag "{tag}"', begin)
        self._at += 1
        self._space()
        quote = self._peek()
        if quote in ("'", '"') and quote:
            self._at += 1
            value = _decoded(self._skip(quote))
            self._at += 1
        else:
            token = self._at
            value = self._skip(_SPACE + ">").lower()
            if not re.fullmatch(r"[a-z0-9.-]*", value):
                raise self._error("Unexpected end of name token", token)
        if not self._peek():
            raise self._error("Unclosed start tag", begin)
        return name, value

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._error("Unexpected end tag", begin)
        self._at += 2
        name = self._skip(_SPACE + ">").lower()
        self._space()
        if self._peek() != ">":
            raise self._error("Unclosed end tag", begin)
        self._at += 1
        top = self._open.pop()
        if name and name != top.tag:
            raise self._error(f'Unmatched end tag at byte offset {begin}, expected "</{top.tag}>", found "</{name}>"')
        if self._offset > top.offset:
            self._close(top)

    def _close(self, top: _Open) -> None:
        entity: Entity = {"type": TAGS[top.tag], "offset": top.offset, "length": self._offset - top.offset}
        last = self._entities[-1] if self._entities else {}
        same = (last.get("offset"), last.get("length")) == (entity["offset"], entity["length"])
        if top.tag == "a":
            url = top.argument or "".join(self._text)[top.begin :]
            # Telegram drops what is no address, and keeps the words.
            if not _LINK.fullmatch(url):
                return
            entity["url"] = url if ":" in url.split("/")[0] else f"http://{url}"
        elif top.tag == "blockquote" and top.argument:
            entity["type"] = "expandable_blockquote"
        elif top.tag == "pre" and same and last["type"] == "code":
            if "language" in last:
                entity["language"] = last["language"]
            self._entities.pop()
        elif top.tag == "code" and top.argument:
            entity["language"] = top.argument
        self._entities.append(entity)


def _decoded(text: str) -> str:
    def one(match: re.Match[str]) -> str:
        hexadecimal, decimal, name = match.groups()
        if name:
            return _NAMED[name]
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        return chr(code) if 0 < code < 0x10FFFF and len(match[0].rstrip(";")) < 10 else match[0]

    return _REFERENCE.sub(one, text)


def _settled(entities: list[Entity]) -> list[Entity]:
    """Code contains nothing and lies in no link; bold and its like are united where they touch and leave code out."""
    for one in entities:
        if one["type"] == "code":
            one.pop("language", None)
    ranges = {id(one): (one["offset"], one["offset"] + one["length"]) for one in entities}

    def inside(at: int, kinds: set[str]) -> bool:
        low, high = ranges[id(entities[at])]
        # An inner entity is closed, and so listed, before the one around it.
        outer = [ranges[id(one)] for one in entities[at + 1 :] if one["type"] in kinds]
        return any(start <= low and high <= end for start, end in outer)

    firm = [
        one
        for at, one in enumerate(entities)
        if one["type"] not in SPLITTABLE
        and not inside(at, {"pre", "code"} if "quote" in one["type"] else {"pre", "code", "text_link"})
    ]
    holes = sorted(ranges[id(one)] for one in firm if one["type"] in ("pre", "code"))
    loose = []
    for kind in sorted(SPLITTABLE):
        for low, high in _united([ranges[id(one)] for one in entities if one["type"] == kind]):
            for start, end in holes:
                if low < start < high:
                    loose.append({"type": kind, "offset": low, "length": start - low})
                if start < high and end > low:
                    low = max(low, end)
            if low < high:
                loose.append({"type": kind, "offset": low, "length": high - low})
    return firm + loose


def _united(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    united: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if united and low <= united[-1][1]:
            united[-1] = (united[-1][0], max(high, united[-1][1]))
        else:
            united.append((low, high))
    return united
