"""Which 第X条 at the beginning of a line (or inside one) are articles of the document, by their running numbers.

A line of a statute may begin with an article that is only cited (依照第三十一条……, wrapped by the page); a
constitutional amendment quotes articles of the constitution, a case note those of another law. Articles are the chain
of candidates that runs on by one (or 之一, 之二); the best chain is found by dynamic programming.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from npcbot.numerals import NUMERAL_CLASS, parse_numeral, to_chinese
from npcbot.passages.headings import Label, is_annex, is_left_open, label, structure
from npcbot.passages.lines import Line, Role, finished, is_row
from npcbot.types import Kind

Number = tuple[int, int]

_N: Final = NUMERAL_CLASS
# 笫 (a bamboo mat) is a common misprint of 第.
_ARTICLE: Final = re.compile(
    rf"(?:[第笫][\s\u3000]*(?P<n>[{_N}](?:[{_N}\s]{{0,10}}[{_N}])?)[\s\u3000]*条"
    rf"(?:[\s\u3000]*之[\s\u3000]*(?P<sub>[一二三四五六七八九十]{{1,3}}))?"
    rf"|(?:Article|ARTICLE)\s+(?P<e>\d{{1,4}})\b[.:]?)(?P<next>.?)",
    re.DOTALL,
)
_INLINE: Final = re.compile(rf"(?<=[。；：！？”）.])[\s\u3000]+(?=[第笫][{_N}]{{1,9}}条(?:之[{_N}]{{1,3}})?[\s\u3000])")
_GLUED_STRUCTURE: Final = re.compile(
    rf"(?<=[。！？”])[\s\u3000]*(?=[第笫][{_N}]{{1,4}}(?:分编|[编章节])[\s\u3000]?[^。，；：]{{2,30}}$)"
)
# What follows a number that is only cited.
_CITING: Final = "的规、和至或及，,与所第款项》”之）)到以等中"
_REACH: Final = 60
_NEVER: Final = 10.0**6


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: int
    number: Number
    reward: float
    # Follows running text of the document; begins a sequence only at a price.
    preceded: bool
    inline: bool
    announced: bool


def article_number(text: str) -> tuple[Number, bool] | None:
    """((number, 之 number), whether white space or a bracket sets the number off) of a line that begins with 第X条."""
    match = _ARTICLE.match(text)
    if not match:
        return None
    digits = match["e"] or re.sub(r"\s", "", match["n"])
    number = parse_numeral(digits)
    sub = parse_numeral(match["sub"]) if match["sub"] else 0
    if number is None or sub is None or number == 0:
        return None
    following = match["next"]
    set_off = not following or following.isspace() or following in "【［[（(：:.　"
    if not set_off and following in _CITING:
        return None
    return (number, sub), set_off


def article_locator(number: Number) -> str:
    """第一百零八条之一 for (108, 1)."""
    return f"第{to_chinese(number[0])}条" + (f"之{to_chinese(number[1])}" if number[1] else "")


def article_id(number: Number) -> str:
    """``"108-1"`` for (108, 1), ``"12"`` for (12, 0)."""
    return f"{number[0]}-{number[1]}" if number[1] else str(number[0])


def find_articles(lines: list[Line], kind: Kind) -> list[Line]:
    """Marks the lines that begin articles; a line that holds several is cut into one line each. Returns the lines."""
    lines = _cut_glued(lines)
    candidates = _candidates(lines)
    for index in _best_chain(candidates, kind):
        candidate = candidates[index]
        lines[candidate.line].article = candidate.number
    return _mend_cuts(lines)


def _cut_glued(lines: list[Line]) -> list[Line]:
    cut: list[Line] = []
    for line in lines:
        if line.role is not Role.BODY or line.level:
            cut.append(line)
            continue
        found = {m.start(): m.end() for p in (_INLINE, _GLUED_STRUCTURE) for m in p.finditer(line.text)}
        cut += cut_line(line, sorted(found.items()))
    return cut


def cut_line(line: Line, places: list[tuple[int, int]]) -> list[Line]:
    """The line cut at ``(end of one part, start of the next)``, offsets in the line."""
    parts: list[Line] = []
    begin = 0
    for stop, resume in [*places, (len(line.text), len(line.text))]:
        part = line.text[begin:stop]
        if part:
            first = begin == 0
            parts.append(
                Line(
                    line.start + begin,
                    line.start + stop,
                    part,
                    line.gap if first else 0,
                    line.indent if first else False,
                    line.level,
                    glued=not first or line.glued,
                    role=line.role,
                )
            )
        begin = resume
    return parts


def _candidates(lines: list[Line]) -> list[_Candidate]:
    found: list[_Candidate] = []
    preceded, previous = False, ""
    for i, line in enumerate(lines):
        if line.role is not Role.BODY or is_row(line.text):
            continue
        if line.level or structure(line.text) or is_annex(line.text):
            previous = ""
            continue
        if parsed := article_number(line.text):
            number, set_off = parsed
            announced = previous.endswith(("：", ":")) or (not finished(previous) and is_left_open(previous))
            found.append(_Candidate(i, number, 1.0 if set_off else 0.6, preceded, line.glued, announced))
        preceded = True
        previous = line.text
    return found


def _best_chain(candidates: list[_Candidate], kind: Kind) -> list[int]:
    """Indices of the candidates that are articles: the chain of the highest sum of rewards less the prices paid."""
    best: list[float] = []
    back: list[int] = []
    for j, candidate in enumerate(candidates):
        score, origin = candidate.reward - _price_of_start(candidate, kind), -1
        for i in range(max(0, j - _REACH), j):
            reached = best[i] + candidate.reward - _price(candidates[i], candidate)
            if reached > score:
                score, origin = reached, i
        best.append(score)
        back.append(origin)
    if not best or max(best) <= 0:
        return []
    chain = [best.index(max(best))]
    while back[chain[-1]] >= 0:
        chain.append(back[chain[-1]])
    return chain[::-1]


def _price_of_start(candidate: _Candidate, kind: Kind) -> float:
    price = 0.0
    if candidate.number != (1, 0) and candidate.preceded:
        price += 4.0 if kind is Kind.LAW else 9.0
    elif candidate.preceded and kind is not Kind.LAW:
        price += 1.0
    # 「现解释如下：」 before 第一条 announces the articles themselves.
    price += 2.0 if candidate.announced and candidate.number != (1, 0) else 0.0
    return price + (3.0 if candidate.inline else 0.0)


def _price(before: _Candidate, after: _Candidate) -> float:
    (n, sub), (m, next_sub) = before.number, after.number
    if (m, next_sub) in ((n + 1, 0), (n, sub + 1)):
        return 0.0
    price = (3.0 if after.announced else 0.0) + (2.0 if after.inline else 0.0)
    if (m, next_sub) == (1, 0):
        return price + 2.5
    if n < m <= n + 5:
        return price + 0.7
    return price + 9.0 if m > n else _NEVER


def _mend_cuts(lines: list[Line]) -> list[Line]:
    """Joins again what was cut at a 第X条 that turned out to be no article."""
    mended: list[Line] = []
    for line in lines:
        before = mended[-1] if mended else None
        if before and line.glued and line.article is None and not structure(line.text) and not line.level:
            before.text += " " * (line.start - before.end) + line.text
            before.end = line.end
        else:
            mended.append(line)
    return mended


def in_line_paragraphs(lines: list[Line]) -> list[Line]:
    """Where several articles stand in one line their 款 and 项 do too, set off by a blank after the full stop."""
    result: list[Line] = []
    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else None
        shared = line.glued or (following is not None and following.glued and following.article is not None)
        if line.article is None or not shared:
            result.append(line)
            continue
        places = []
        for match in re.finditer(r"(?<=[。；：！？”])[ \u3000]+(?=\S)", line.text):
            rest = line.text[match.end() :]
            if line.text[match.start() - 1] in "。！？”" or label(rest):
                places.append((match.start(), match.end()))
        parts = cut_line(line, places)
        parts[0].article = line.article
        parts[0].glued = line.glued
        result += parts
    return result


def item_locator(found: Label) -> str:
    """第（三）项 for （三） and (三), 第3项 for 3. and （3）."""
    number = str(found.number)
    if found.style in ("cn", "cnp"):
        return f"第（{to_chinese(found.number)}）项"
    return f"第{number}项"
