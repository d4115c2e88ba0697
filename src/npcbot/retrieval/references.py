"""References into laws: 「立法法第七十二条第二款」, 「民法典 1043」, 「宪法第三章」, 「第三十至三十二条」.

They are read from folded text, where numerals are Arabic. A reference is structure, not words: 第八百二十三条 is the
article of that number and never one that ends like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from npcbot.errors import QuestionError
from npcbot.folding import fold, fold_text
from npcbot.index.records import DocumentInfo
from npcbot.numerals import parse_numeral
from npcbot.retrieval import law_names
from npcbot.retrieval.english_names import in_chinese
from npcbot.retrieval.narrowing import Catalogue
from npcbot.retrieval.versions import AT, as_of, version
from npcbot.types import Kind, Span

_SPACE: Final = r"\s*"
_TO: Final = r"\s*(?:至|到|[-–—~])\s*"
_AND: Final = r"\s*(?:、|,|和|及|与|以及|以及第)\s*"
_YEAR_BEFORE: Final = re.compile(r"((?:19|20)\d{2})年?(?:版|修正|修订|修改)?的?\s*[《<〈]?\s*$")
_EDITION: Final = re.compile(
    r"\s*[》>〉]?\s*(?:\(((?:19|20)\d{2})年?(?:版|修正|修订|修改|修正版|修正本)?\)|@((?:19|20)\d{2}(?:-\d{2}){0,2}))?\s*[》>〉]?"
)
_INTO: Final = re.compile(r"\s*(?:[里中内]的?|的)?\s*")
_HEADINGS: Final = re.compile(r"\s*第(\d{1,3})(分编|编|章|节)")
# The civil code is the one that has books with names and no numbers, in files of their own.
_NAMED_PART: Final = re.compile(
    r"\s*《?(序言|总纲|总则编?|分则|附则|(?:物权|合同|人格权|婚姻家庭|继承|侵权责任)编)》?的?"
)
# A single numeral before 至 or 、 is not folded: 第二至三条.
_NUMBER: Final = r"(\d{1,4}|[一二三四五六七八九十])"
_ARTICLE: Final = re.compile(rf"\s*第?{_NUMBER}(条)?(?:之(\d{{1,2}}))?")
_CLAUSE: Final = re.compile(rf"{_SPACE}第?(\d{{1,2}})(?:{_AND}第?(\d{{1,2}}))*款")
_ITEM: Final = re.compile(r"\s*第?\(?(\d{1,2})\)?项")
_LINK: Final = re.compile(rf"({_TO})|{_AND}")
#: What may stand beside a reference when the reference is all that is asked.
_ONLY: Final = re.compile(
    r"[\s?？。.!！,，、:：;；《》<>〈〉\"'“”「」()]|我国|现行|新|请问|请|查一?下?|看一?下?|显示|全文|原文|原话|条文|法条|内容|具体|规定|是|什么|怎么|如何|有|哪些|了|的"
    r"|写|说|讲|呢|吗|里|中|给我|我要|[根依]据|[依按参]照|违反|适用|关于|what|does|say|is|show|text|of|the"
)
_LONGEST_RANGE: Final = 200
#: What may stand in brackets before a name: 《2015年中华人民共和国立法法》; behind anything else the name is another's.
_OPENED: Final = re.compile(r"[《<〈]([^《》<>〈〉]*)$")
_BEFORE: Final = re.compile(r"\s*(?:(?:19|20)\d{2}年?)?(?:版|修正|修订|修改)?的?(?:中华人民共和国)?\s*")


@dataclass(frozen=True, slots=True)
class Target:
    """``articles`` in order, numbered as in ``Passage.article``; ``to`` the end of a range; ``clauses`` (款) and
    ``item`` (项), ``()`` and 0 for all; or, without articles, ``headings`` as (number, unit) or ("", 序言)."""

    article: str = ""
    to: str = ""
    clauses: tuple[int, ...] = ()
    item: int = 0
    headings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """``span`` in the text read; ``named`` are the documents of that name as (collection, document), none where the
    text names none or no document has the ``name``; ``when`` the day or year that it asks for, ``""`` for the
    present."""

    span: Span
    name: str
    named: tuple[tuple[str, DocumentInfo], ...]
    targets: tuple[Target, ...]
    when: str = ""


class Ambiguous(QuestionError):
    """A name that fits several documents; ``choices`` are their titles."""

    def __init__(self, name: str, choices: Sequence[str], hint: str = "Say which one is meant.") -> None:
        super().__init__(f"「{name}」 fits {len(choices)} documents: {'、'.join(choices[:8])}", hint)
        self.name, self.choices = name, tuple(choices)


class NotInForce(QuestionError):
    """A law that had no version on a day, as far as these documents go; ``first`` is the date of the earliest."""

    def __init__(self, title: str, day: str, first: str) -> None:
        super().__init__(
            f"《{title}》 had no version in force on {day} among these documents.", f"The earliest is of {first}."
        )
        self.title, self.day, self.first = title, day, first


def references(text: str, catalogue: Catalogue) -> list[Reference]:
    """Every reference to articles or chapters of a named law, in order, and to articles of laws that are none of the
    documents; spans in ``text``. A bare name is none."""
    folded = fold(text)
    known: list[tuple[Span, Reference]] = []
    for name, named, when, start, place in _names(folded.text, catalogue):
        targets, end = _targets(folded.text, place, bare=bool(named))
        if targets:
            start -= folded.text[start - 1 : start] in ("《", "<", "〈")
            known.append(((start, end), Reference(folded.original(start, end), name, named, targets, when)))
    found = [reference for _, reference in known]
    for start, stop, place in law_names.within(folded.text):
        targets, end = _targets(folded.text, place, bare=False)
        if targets and not any(start < last and first < end for (first, last), _ in known):
            start_ = start - (folded.text[start - 1 : start] in ("《", "<", "〈"))
            found.append(Reference(folded.original(start_, end), folded.text[start:stop], (), targets))
    return sorted(found, key=lambda one: one.span)


def only_reference(question: str, catalogue: Catalogue) -> Reference | None:
    """The reference, where the question is nothing but one, or begins with one into a law that is not there."""
    text = in_chinese(fold_text(question))
    candidates = [*_names(text, catalogue), ("", (), "", 0, 0)]
    for name, named, when, start, place in candidates:
        if not named:
            match = re.search(r"第\d", text)
            if match is None:
                continue
            start = place = match.start()
        targets, end = _targets(text, place, bare=bool(named), last=True)
        dated = AT.search(text, end)
        if targets and not _ONLY.sub("", text[:start]) and _alone(text[end:]):
            return Reference((start, end), name, named, targets, when or (dated[1] if dated is not None else ""))
    return _other(text, catalogue)


def _other(text: str, catalogue: Catalogue) -> Reference | None:
    """Where the text begins with a law that is none of the documents, of which more may be asked, if of no other law;
    or is a reference into what is called no more than 条例."""
    first = law_names.leading(text)
    if first is None:
        return None
    name = text[first.start : first.end]
    targets, end = _targets(text, first.place, bare=True, last=True)
    known = [(start, stop) for start, stop, _ in catalogue.named(text)]
    # 劳动合同法 alone does not make 劳动合同法实施条例 known, but 劳动合同法的规定 is of it.
    if not targets or any(
        start == first.start and (stop == first.end or text[stop] in "的里中内上规") for start, stop in known
    ):
        return None
    common = law_names.COMMON.fullmatch(name)
    if not _alone(text[end:]) and (common or known or not targets[0].article):
        return None
    dated = AT.search(text, end)
    return Reference(
        (0, end), name, catalogue.ending(name) if common else (), targets, dated[1] if dated is not None else ""
    )


def _alone(rest: str) -> bool:
    """Whether nothing else is asked behind a reference."""
    return not _ONLY.sub("", AT.sub("", rest))


def _names(
    text: str, catalogue: Catalogue
) -> Iterator[tuple[str, tuple[tuple[str, DocumentInfo], ...], str, int, int]]:
    """Name, documents, date, where the name begins and where what it points at may begin."""
    for start, end, named in catalogue.named(text):
        opened = _OPENED.search(text, 0, start)
        if opened is not None and not _BEFORE.fullmatch(opened[1]):
            continue
        before = _YEAR_BEFORE.search(text, 0, start)
        edition = _EDITION.match(text, end)
        assert edition is not None
        when = edition[1] or edition[2] or (before[1] if before else "")
        into = _INTO.match(text, edition.end())
        yield text[start:end], tuple(named), when, before.start() if before else start, into.end() if into else end


def _targets(text: str, place: int, *, bare: bool, last: bool = False) -> tuple[tuple[Target, ...], int]:
    """What is pointed at from ``place`` on, and where that ends. ``bare`` takes 民法典1043 too."""
    headings: list[tuple[str, str]] = []
    at = place
    while True:
        if match := _HEADINGS.match(text, at):
            headings.append((match[1], match[2]))
        elif (bare or headings) and (match := _NAMED_PART.match(text, at)):
            headings.append(("", match[1]))
        else:
            break
        at = match.end()
    targets, end = _articles(text, at, bare=bare and not headings, last=last)
    if targets:
        return targets, end
    return ((Target(headings=tuple(headings)),), at) if headings else ((), place)


def _articles(text: str, at: int, *, bare: bool, last: bool) -> tuple[tuple[Target, ...], int]:
    """``第30条第2款、第31条至第33条``: numbers that a 条 closes, each with its 款 and 项."""
    targets: list[Target] = []
    end, closed, linked = at, True, False
    ranged = False
    while match := _ARTICLE.match(text, at):
        explicit = match[0].lstrip().startswith("第") or match[2]
        if not targets and not explicit and not bare:
            break
        if linked and closed and not explicit:
            break  # 第30条,2023年
        whole = parse_numeral(match[1])
        number = f"{whole}-{int(match[3])}" if match[3] else str(whole)
        at = match.end()
        closed = bool(match[2])
        clauses: tuple[int, ...] = ()
        item = 0
        if closed:
            if clause := _CLAUSE.match(text, at):
                clauses = tuple(int(figure) for figure in re.findall(r"\d+", clause[0]))
                at = clause.end()
            if one := _ITEM.match(text, at):
                item, at = int(one[1]), one.end()
        if ranged:
            first = targets.pop()
            targets.append(Target(first.article, number, clauses, item))
        else:
            targets.append(Target(number, "", clauses, item))
        if closed:
            end = at
        link = _LINK.match(text, at)
        if link is None or not _ARTICLE.match(text, link.end()):
            break
        ranged, linked, at = link[1] is not None, True, link.end()
    if not closed:
        # 民法典1043 at the end of what is asked; else numbers that no 条 follows count something else.
        if last and bare and len(targets) == 1 and not _ONLY.sub("", text[at:]):
            return tuple(targets), at
        return (), end
    return tuple(targets), end


def expand(target: Target, articles: Sequence[str]) -> list[str]:
    """The articles meant, of those that the document has, in its order.

    Raises:
        QuestionError: a range that runs backwards or is longer than 200 articles.
    """
    if not target.to:
        return [target.article] if target.article in articles else []
    low, high = _key(target.article), _key(target.to)
    if not low <= high or high[0] - low[0] > _LONGEST_RANGE:
        raise QuestionError(
            f"第{target.article}条 to 第{target.to}条 is no range that can be shown.",
            f"Ask for at most {_LONGEST_RANGE} articles, the lower number first.",
        )
    return [number for number in dict.fromkeys(articles) if number and low <= _key(number) <= high]


def _key(number: str) -> tuple[int, int]:
    whole, _, part = number.partition("-")
    return int(whole), int(part or 0)


def chosen(reference: Reference, today: str) -> tuple[str, list[DocumentInfo]]:
    """The collection and the files of the one version meant.

    A year names the version of that year where there is one, else the one in force at its end. Versions may lie in
    several collections; of one that lies in two, the first counts.

    Raises:
        Ambiguous: the name fits several works, or files without a date that say different things.
        NotInForce: no version held on the day.
    """
    laws = [(collection, one) for collection, one in reference.named if one.kind is Kind.LAW]
    works: dict[str, str] = {}
    for _, one in laws:
        works.setdefault(one.work, one.title)
    if len(titles := dict.fromkeys(works.values())) > 1:
        raise Ambiguous(reference.name, [f"《{title}》" for title in titles])
    editions = [one for _, one in laws]
    day = as_of(reference.when) if reference.when else today
    of_year = [one for one in editions if len(reference.when) == 4 and one.date[:4] == reference.when]
    info = max(of_year, key=lambda one: one.date) if of_year else version(editions, day)
    if info is None:
        first = min(editions, key=lambda one: one.date)
        raise NotInForce(first.title, day, first.date)
    same = {*info.parts, *info.same_text}
    undated = [one for one in editions if not one.date and one.sha256 != info.sha256 and one.document_id not in same]
    if not info.date and undated:
        raise Ambiguous(
            reference.name,
            [f"《{one.title}》（{one.document_id}）" for one in (info, *undated)],
            "They have no dates: give each its date in a sidecar (NAME.toml), or remove one.",
        )
    name = next(collection for collection, one in laws if one is info)
    by_id = {one.document_id: one for collection, one in laws if collection == name}
    return name, [by_id[part] for part in info.parts if part in by_id] or [info]
