"""Headings that a file has lost, in part (their 第三章, their sign) or whole: nothing may stand under a wrong one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from npcbot.passages import headings as h
from npcbot.passages.lines import CLOSERS, Line, Role, is_row

#: Before a title without its number stands the end of a sentence.
_CLOSED: Final = re.compile(rf"[。！？][{re.escape(CLOSERS)}]*$")
#: After it an article, or the first 节 of its own.
_FIRST_PART: Final = re.compile(r"第一[章节]")
#: A formula, or a sentence without its stop.
_NO_TITLE: Final = re.compile(r"[＝=÷×＋：:，]|应当|可以|不得|必须")
_LONGEST: Final = 40
_MOST_LINES: Final = 2


def mark_lost(body: Sequence[Line]) -> None:
    """Sets role and key of titles that stand as paragraphs of an article, and ``closes`` where one is missing."""
    for i, line in enumerate(body):
        if line.article or (line.role is Role.HEADING and _FIRST_PART.match(line.text)):
            _mark_title(body, i)
    _close_before_missing(body)


def _mark_title(body: Sequence[Line], follower: int) -> None:
    """The title that ends before ``follower``, if one does: of the level of the heading before, or of the one that its
    own 二、 goes on from; 附则 of the highest."""
    first = follower
    while first and first > follower - _MOST_LINES and _may_be_title(body[first - 1], last=first == follower):
        first -= 1
    if first in (0, follower) or not _CLOSED.search(body[first - 1].text):
        return
    above = [line for line in body[:first] if line.key.startswith(("mark", "part", "cn"))]
    if found := h.label(body[first].text):
        own = max(i for i, line in enumerate(body[:first]) if line.article or line.role is Role.HEADING)
        items = [item for line in body[own + 1 : first] if (item := h.label(line.text)) and item.style == found.style]
        is_item = bool(items) and items[-1].number + 1 == found.number
        above = [line for line in above if _precedes(line, found) and not is_item]
    elif body[follower].key:
        above = [line for line in above if line.key < body[follower].key]
    elif re.sub(r"\s", "", body[first].text) == "附则":
        above = above[:1]
    for k, title in enumerate(body[first:follower] if above else ()):
        title.role, title.in_article = Role.HEADING, False
        title.key = above[-1].key if k == 0 else f"plain:{k - 1}"


def _may_be_title(line: Line, last: bool) -> bool:
    text = re.sub(r"\s", "", line.text)
    if not line.in_article or line.article or is_row(line.text) or len(text) > _LONGEST or _NO_TITLE.search(text):
        return False
    return h.looks_like_title(text, _LONGEST) or (not last and text.endswith("、"))


def _precedes(heading: Line, found: h.Label) -> bool:
    before = h.label(heading.text)
    return before is not None and (before.style, before.number + 1) == (found.style, found.number)


def _close_before_missing(body: Sequence[Line]) -> None:
    """Where 三、 follows 一、, the 二、 between them is missing: a （一） that begins once more is not under 一、."""
    headings = [(i, line.key, found) for i, line in enumerate(body) if line.key and (found := h.label(line.text))]
    for key in {key for _, key, _ in headings}:
        for (i, _, one), (j, _, other) in pairwise(heading for heading in headings if heading[1] == key):
            if other.style != one.style or other.number != one.number + 2:
                continue
            begun: set[str] = set()
            for line in body[i + 1 : j]:
                inner = h.label(line.text) if line.key or line.run_in else None
                if inner is None or inner.number != 1:
                    continue
                if inner.style in begun:
                    line.closes, body[j].closes = key, line.key
                    break
                begun.add(inner.style)
