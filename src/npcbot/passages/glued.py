"""Headings, run-in paragraphs and source notes that stand in one line with the paragraph before or after them."""

from __future__ import annotations

import re
from typing import Final

from npcbot.passages import headings as h
from npcbot.passages.lines import Line, Role, finished
from npcbot.passages.statute import cut_line
from npcbot.types import Kind

_CN: Final = "[一二三四五六七八九十]{1,3}"
_GLUED_LABEL: Final = re.compile(rf"(?<=[。！？”])[\s\u3000]*(?=(?:{_CN}、|[（(]{_CN}[）)])[^。；：！？]{{4,45}}$)")
_TITLE_BEFORE_TEXT: Final = re.compile(rf"{_CN}、\s*[^\s。；：！？]{{4,40}}(?P<gap>[ \u3000]+)(?=[^\s]{{20}})")
_GLUED_PARAGRAPH: Final = re.compile(rf"(?<=[。！？”])(?P<gap>[ \u3000]+)(?=(?:{_CN}、|[（(]{_CN}[）)])\S{{4}})")
_GLUED_SOURCE: Final = re.compile(
    r"(?<=[。！？”）!])[\s\u3000]*(?=(?:(?:[（(]\s*《人民日报》[^（）()]{0,40}|[（(]新华社[^（）()]{1,30}[电讯])[）)]\s*)+$)"
)


def cut_glued(lines: list[Line], kind: Kind) -> list[Line]:
    """Cuts off a heading or a source note that is glued to the end of a paragraph, or a heading to its beginning."""
    cut: list[Line] = []
    counted: dict[str, int] = {}
    for line in lines:
        if line.role is not Role.BODY or line.level or line.article:
            cut.append(line)
            continue
        if first := h.label(line.text):
            counted[first.style] = first.number
        places = []
        if match := _GLUED_SOURCE.search(line.text):
            places = [(match.start(), match.end())]
        elif match := _GLUED_LABEL.search(line.text):
            found = h.label(line.text[match.end() :])
            # 「……：（一）甲。（二）乙」 is a list inside a paragraph.
            if found and not any(other in line.text[: match.start()] for other in _earlier(found)):
                places = [(match.start(), match.end())]
        for match in _GLUED_PARAGRAPH.finditer(line.text) if kind is not Kind.LAW and not places else ():
            found = h.label(line.text[match.end() :])
            # 「…… （三）以保障……」 goes on with the series of the lines that begin with （一） and （二）.
            if found and counted.get(found.style) == found.number - 1 and not (first and first.style == found.style):
                places.append(match.span("gap"))
                counted[found.style] = found.number
        if kind is not Kind.LAW and finished(line.text) and (title := _TITLE_BEFORE_TEXT.match(line.text)):
            places.insert(0, title.span("gap"))
        parts = cut_line(line, places)
        for part in parts[1:]:
            if match and match.re is _GLUED_SOURCE and part is parts[-1]:
                part.role = Role.FURNITURE
        cut += parts
    return cut


def _earlier(found: h.Label) -> list[str]:
    numerals = "一二三四五六七八九十"
    if not 1 < found.number <= 10:
        return []
    previous = numerals[found.number - 2]
    return [f"{previous}、"] if found.style == "cn" else [f"（{previous}）", f"({previous})"]
