"""Which lines are headings, and of what level: declared ones, 第X章, 一、 （一） 1., run-in ones, unnumbered ones.

An enumerated line is a heading, a paragraph with a run-in heading, or an item of a list; its siblings (the run of lines
with the same style of number) decide, for a single line does not show it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from itertools import takewhile
from typing import Final

from npcbot.passages import headings as h
from npcbot.passages.lines import CLOSERS, Line, Role, finished, is_row, width
from npcbot.passages.lost_headings import mark_lost
from npcbot.types import Document, Kind, Span

_TITLE_LONGEST: Final = 60
_SIGNATURES: Final = 6
#: Key of a table's title after the last article, which stands there without 附件.
_TABLE: Final = "annex:1"
_RUN_IN_LONGEST: Final = 45
_SENTENCE_LONGEST: Final = 80
_ANNEX_NOUN: Final = re.compile(
    r"(?:表|样式|名单|名录|目录|清单|说明|标准|范围|图案|式样|格式|细目|品种|规定)"
    r"[一二三四五六七八九十\d]*(?:（[^）]*）)?$"
)
_SENTENCE_END: Final = re.compile(rf"[。！？；：!?;:][{re.escape(CLOSERS)}]*")
_OCCASION: Final = re.compile(r".{0,60}(?:——|－－|--|—)[^。]{0,30}年[^。]{2,50}(?:会议|大会)上[）)]?")
#: 关于教育改革问题。 alone in its line.
_TOPIC: Final = re.compile(r"关于[^，。；：]{2,20}。")
_RESUMED: Final = re.compile(r"[^，。；]{1,3}。")


class _Shape(Enum):
    TITLE = auto()  # 一、实际损失的赔偿范围
    SENTENCE = auto()  # 第一，基本建设规模的大小问题。
    RUN_IN = auto()  # （一）完善宪法及宪法相关法。十三届……
    PARAGRAPH = auto()


@dataclass(slots=True)
class _Member:
    line: int
    label: h.Label
    shape: _Shape
    #: The next line is the next of the series: nothing stands under this one.
    adjacent: bool
    first_end: int


@dataclass(slots=True)
class Outline:
    """The stack of headings that are open at a point of the text."""

    stack: list[tuple[str, Span]] = field(default_factory=list)

    def open(self, line: Line) -> None:
        """Closes what the heading ends and puts it on the stack. A key is ``kind:rank``."""
        key = line.key
        kind, rank = key.split(":")
        keys = [k for k, _ in self.stack]
        if kind == "annex":
            self.stack.clear()
        elif kind in ("mark", "part"):
            while self.stack and not _encloses(self.stack[-1][0], kind, int(rank)):
                self.stack.pop()
        elif key in keys and not (_restarts(line) and keys[-1] != key):
            del self.stack[keys.index(key) :]
        self.stack.append((key, (line.start, line.end)))

    def close(self, key: str) -> None:
        """Ends the heading of that key and what it encloses; ``"*"`` ends all."""
        keys = [k for k, _ in self.stack]
        if key == "*":
            self.stack.clear()
        elif key in keys:
            del self.stack[keys.index(key) :]

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(span for _, span in self.stack)


def _encloses(key: str, kind: str, rank: int) -> bool:
    other, level = key.split(":")
    if other == "annex":
        return kind == "part" or rank > 1
    if other == kind:
        return int(level) < rank
    return other == "mark" and kind == "part"


def _restarts(line: Line) -> bool:
    found = h.label(line.text)
    return found is not None and found.number == 1


def mark_outline(document: Document, lines: Sequence[Line], margin: int) -> None:
    """Sets ``key``, ``run_in``, ``in_article`` and the role of every line of the body."""
    _mark_asides(document, lines)
    _mark_declared(lines)
    _mark_contents(lines)
    body = [line for line in lines if line.role in (Role.BODY, Role.HEADING)]
    _mark_article_context(body)
    _mark_enumerated(document, body, margin)
    _mark_plain(document, body, margin)
    _level_with_declared(body)
    mark_lost(body)
    _mark_tail(body)


def _mark_asides(document: Document, lines: Sequence[Line]) -> None:
    started = False
    previous: Line | None = None
    title = re.sub(r"\s", "", document.title)
    for line in lines:
        if line.role is not Role.BODY or line.level:
            continue
        text = line.text
        aside = h.is_salutation(text) or h.is_dateline(text) or h.is_caption(text) or _OCCASION.fullmatch(text)
        if _OCCASION.fullmatch(text):
            # The title again, over or before the occasion: the text is printed twice.
            line.closes = "*"
            if previous is not None and h.looks_like_title(previous.text, 60):
                previous.role = Role.ASIDE
        # A title repeated in the text begins the same text again.
        repeated = bool(title) and len(title) >= 6 and re.sub(r"\s", "", text) == title
        signed = not started and (h.is_addressee(text) or h.is_byline(text))
        if aside or repeated or signed or text in ("续表", "续表："):
            line.role = Role.ASIDE
        started = started or line.role is Role.BODY
        previous = line if line.role is Role.BODY else None


def _mark_declared(lines: Sequence[Line]) -> None:
    previous = ""
    for line in lines:
        if line.role is not Role.BODY:
            continue
        if line.level:
            line.key = f"mark:{line.level}"
        elif line.article is None and not previous.endswith(("：", ":", "“")):
            if found := h.structure(line.text):
                line.key = f"part:{found[0]}"
            elif h.is_annex(line.text) or h.is_end_notes(line.text):
                line.key = "annex:0"
        if line.key:
            line.role = Role.HEADING
        previous = line.text


def _mark_contents(lines: Sequence[Line]) -> None:
    """A table of contents: 目录 and the lines after it that come again as headings; also without the word."""
    count = Counter(_bare_heading(line.text) for line in lines if line.role is Role.HEADING)
    text = [line for line in lines if line.role in (Role.BODY, Role.HEADING)]
    listed = list(takewhile(lambda line: count[_bare_heading(line.text)] > 1, text))
    for entry in listed if len(listed) > 2 else ():
        entry.role, entry.key = Role.FURNITURE, ""
    for i, line in enumerate(lines):
        if line.role in (Role.BODY, Role.HEADING) and h.is_contents(line.text):
            seen: list[Line] = []
            for entry in lines[i + 1 :]:
                bare = _bare_heading(entry.text)
                if any(_bare_heading(s.text) == bare for s in seen) or finished(entry.text) or len(entry.text) > 60:
                    break
                seen.append(entry)
            count = Counter(_bare_heading(other.text) for other in lines[i + 1 :])
            repeated = sum(count[_bare_heading(entry.text)] > 1 for entry in seen)
            if repeated >= max(2, len(seen) // 2):
                for entry in [line, *seen]:
                    entry.role, entry.key = Role.FURNITURE, ""
            return


def _bare_heading(text: str) -> str:
    return re.sub(r"[\s\u3000.…·]+\d*$|[\s\u3000]", "", text)


def _mark_article_context(body: Sequence[Line]) -> None:
    numbered = [i for i, line in enumerate(body) if line.article]
    last = numbered[-1] if numbered else -1
    inside = False
    for i, line in enumerate(body):
        if line.role is Role.HEADING:
            inside = False
        elif line.article:
            inside = True
        elif inside and i > last >= 0:
            if h.is_footnote(line.text) or is_row(line.text) or h.begins_annex(line.text):
                inside = False
            elif h.looks_like_title(line.text, 40) and _ANNEX_NOUN.search(line.text) and not h.label(line.text):
                line.role, line.key = Role.HEADING, _TABLE
                inside = False
        line.in_article = inside and line.role is not Role.HEADING


def _shape(text: str, found: h.Label, next_text: str, margin: int) -> tuple[_Shape, int]:
    rest = text[found.end :]
    end = _SENTENCE_END.search(rest)
    if not end:
        broken = (
            h.is_left_open(text)
            or h.is_carried_on(next_text)
            or _RESUMED.match(next_text) is not None
            or (margin and width(text) > 0.85 * margin)
        )
        return (_Shape.PARAGRAPH if broken or len(rest) > _TITLE_LONGEST else _Shape.TITLE), len(rest)
    first_end = end.start()
    if not rest[end.end() :].strip():
        short = end[0].startswith("。") and first_end <= _SENTENCE_LONGEST
        return (_Shape.SENTENCE if short else _Shape.PARAGRAPH), first_end
    if end[0] == "。" and 2 <= first_end <= _RUN_IN_LONGEST:
        return _Shape.RUN_IN, first_end
    return _Shape.PARAGRAPH, first_end


def _mark_enumerated(document: Document, body: Sequence[Line], margin: int) -> None:
    for series in _series(body, margin):
        _decide(document, body, series)


def _series(body: Sequence[Line], margin: int) -> list[list[_Member]]:
    """Runs of lines with one style of number that count on by one; each is a series of siblings."""
    open_series: dict[str, list[_Member]] = {}
    done: list[list[_Member]] = []
    for i, line in enumerate(body):
        if line.key.startswith(("part", "annex")) or (line.key.startswith("mark") and not h.label(line.text)):
            open_series.clear()
            continue
        if line.in_article:
            continue
        found = _label_of(line)
        if not found:
            continue
        following = body[i + 1] if i + 1 < len(body) else None
        next_label = _label_of(following) if following else None
        adjacent = next_label is not None and (next_label.style, next_label.number) == (found.style, found.number + 1)
        shape, first_end = _shape(line.text, found, following.text if following else "", margin)
        member = _Member(i, found, shape, adjacent, first_end)
        series = open_series.get(found.style)
        if series and _continues(series[-1], found, line.text == body[series[-1].line].text):
            series.append(member)
            # What was opened inside the last sibling ends with it: 第二， closes the 一、 under 第一，.
            styles = list(open_series)
            for style in styles[styles.index(found.style) + 1 :]:
                del open_series[style]
        else:
            open_series.pop(found.style, None)
            open_series[found.style] = [member]
            done.append(open_series[found.style])
    return done


def _continues(last: _Member, found: h.Label, repeated: bool) -> bool:
    return found.number == last.label.number + 1 or (repeated and found.number == last.label.number)


def _label_of(line: Line) -> h.Label | None:
    if h.is_bare_number(line.text) and not line.in_article:
        found = h.label(line.text + "、")
        return h.Label("bare", found.number, line.text, len(line.text)) if found else None
    found = h.label(line.text)
    # A. Overview is a heading or none by its looks.
    return None if found and h.is_dotted_letter(found) else found


def _decide(document: Document, body: Sequence[Line], series: Sequence[_Member]) -> None:
    listed = sum(m.adjacent for m in series) * 2 >= len(series) > 1
    titles = sum(m.shape is _Shape.TITLE or (m.shape is _Shape.SENTENCE and m.first_end <= 45) for m in series)
    # 二、 with a heading 一、 of the same style under it: the ones that end in a full stop are the lower.
    depth = int(sum(m.shape is _Shape.SENTENCE for m in series) * 2 > len(series))
    run_ins = sum(m.shape is _Shape.RUN_IN for m in series)
    headed, declared = False, ""
    for member in series:
        line = body[member.line]
        if line.role is not Role.BODY:
            declared = line.key if line.key.startswith("mark") else declared
            continue
        followed = member.line + 1 < len(body)
        if member.shape is _Shape.TITLE:
            heading = followed and not listed and not member.adjacent
        elif member.shape is _Shape.SENTENCE:
            heading = followed and not listed and not member.adjacent and document.kind is not Kind.LAW
            heading = heading and titles >= 0.6 * len(series) and len(series) > 1
        else:
            heading = False
        if heading and member.label.style in (*h.ENUMERATORS[:4], "bare"):
            line.role, line.key = Role.HEADING, f"{member.label.style}:{depth}"
            headed = True
        elif (
            member.shape is _Shape.RUN_IN
            and document.kind is not Kind.LAW
            and (
                (member.label.style in ("cn", "cnp") and run_ins >= 2 and run_ins * 2 >= len(series))
                or (titles >= 0.6 * len(series) and not listed)
            )
        ):
            line.run_in = line.start + member.label.end + member.first_end
        if (headed or declared) and not line.key:
            line.closes = declared or f"{member.label.style}:{depth}"


def _mark_plain(document: Document, body: Sequence[Line], margin: int) -> None:
    """Headings without a number: short unfinished lines with text under them, no more than three in a row."""
    gaps = sum(line.gap > 0 for line in body)
    longest = 45 if gaps * 2 > len(body) else 80
    candidate: list[bool] = []
    listing = False
    for i, line in enumerate(body):
        title = _is_plain_candidate(body, i, longest, margin, topics=document.kind is not Kind.LAW)
        # After 由下列各界人士组成： come entries of a list, not headings.
        announced = i > 0 and body[i - 1].role is Role.BODY and body[i - 1].text.endswith(("：", ":"))
        listing = not finished(line.text) and (listing or announced)
        candidate.append(title and (not listing or h.is_notes_heading(line.text)))
    i, annex = 0, ""
    while i < len(body):
        annex = body[i].key if body[i].key.startswith("annex") else annex
        if not candidate[i]:
            i += 1
            continue
        stop = i
        while stop < len(body) and candidate[stop]:
            stop += 1
        under = body[stop] if stop < len(body) else None
        if stop - i <= 3 and under is not None:
            for k in range(i, stop):
                body[k].role, body[k].key = Role.HEADING, f"plain:{k - i}"
            if stop - i == 1 and _ANNEX_NOUN.search(body[i].text) and annex == _TABLE:
                body[i].key = _TABLE
        i = stop


def _is_plain_candidate(body: Sequence[Line], i: int, longest: int, margin: int, topics: bool) -> bool:
    line = body[i]
    if line.role is not Role.BODY or line.in_article or line.article or is_row(line.text):
        return False
    if h.is_notes_heading(line.text) or (topics and _TOPIC.fullmatch(line.text)):
        return True
    if _label_of(line) or not h.looks_like_title(line.text, longest):
        return False
    before = body[i - 1] if i else None
    after = body[i + 1] if i + 1 < len(body) else None
    if before is not None and before.role is Role.BODY:
        if before.text.endswith(("：", ":")):
            return False
        if margin and not finished(before.text) and not line.gap:
            return False
    if after is not None and (h.is_carried_on(after.text) or _RESUMED.match(after.text)):
        return False
    return not (margin and after is not None and not after.gap and width(line.text) > 0.75 * margin)


def _level_with_declared(body: Sequence[Line]) -> None:
    """A heading that the format forgot to declare is of the level of its declared siblings (第三章 among ## 第二章)."""
    declared: dict[str, str] = {}
    for line in body:
        kinds = _kinds(line)
        if line.key.startswith("mark"):
            declared.update(dict.fromkeys(kinds, line.key))
        elif line.key and not line.key.startswith(("annex", "plain")):
            line.key = next((declared[kind] for kind in kinds if kind in declared), line.key)


def _kinds(line: Line) -> list[str]:
    found, part = h.label(line.text), h.structure(line.text)
    return ([f"part:{part[0]}"] if part else []) + ([f"{found.style}:label"] if found else [])


def _mark_tail(body: Sequence[Line]) -> None:
    """Signatures at the end: a few short lines without a full stop after the last sentence."""
    tail: list[Line] = []
    for line in reversed(body):
        short = line.role is Role.BODY and not line.article and not finished(line.text) and len(line.text) <= 30
        if not short or is_row(line.text) or h.label(line.text):
            break
        tail.append(line)
    if len(tail) <= _SIGNATURES and len(tail) < len(body):
        for line in tail:
            line.role = Role.ASIDE
