"""References into laws: 「立法法第七十二条第二款」, 「民法典 1043」, 「宪法第三章」, 「第三十至三十二条」.

They are read from folded text, where numerals are Arabic. A reference is structure, not words: 第八百二十三条 is the
article of that number and never one that ends like it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
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

_TO: Final = r"\s*(?:至|到|[-–—~])\s*"
_AND: Final = r"\s*(?:、|,|和|及|与|或者?|以及|以及第)\s*"
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
_PART: Final = r"第?\(?(?:\d{1,2}|[一二三四五六七八九十])\)?"
_CLAUSES, _ITEMS = (re.compile(rf"\s*{_PART}(?:(?:{_TO}|{_AND}){_PART})*{unit}") for unit in "款项")
_FIGURE: Final = re.compile(rf"({_TO})?[第(]*(\d{{1,2}}|[一二三四五六七八九十])")
_LINK: Final = re.compile(rf"({_TO})|{_AND}")
#: What may stand beside a reference when the reference is all that is asked.
_ONLY: Final = re.compile(
    r"[\s?？。.!！,，、:：;；《》<>〈〉\"'“”「」()]|我国|现行|新|请问|请|查一?下?|看一?下?|显示|全文|原文|原话|条文|法条|内容|具体|规定|是|什么|怎么|如何|有|哪些|了|的"
    r"|写|说|讲|呢|吗|里|中|给我|我要|[根依]据|[依按参]照|违反|适用|关于|what|does|say|is|show|text|of|the"
)
_LONGEST_RANGE: Final = 200
#: Before a name its year and what opens its brackets are looked for among so many characters.
_BACK: Final = 100
#: 该法第三条, and how far it points back; what is quoted in between, what ends a sentence, what may be another law.
_THAT: Final = re.compile("该(法|条例|规定|办法|细则|规则|解释)(?=第)")
_FAR: Final = 1000
_QUOTED: Final = re.compile("“[^”]*”|「[^」]*」|『[^』]*』")
_STOP: Final = re.compile("[。!?\\n]")
_ANOTHER: Final = re.compile("[《<〈法]|条例|细则")
#: 款 and 项 that a reference names together.
_Parts = tuple[tuple[int, ...], tuple[int, ...]]
_ALL: Final[_Parts] = ((), ())
#: What may stand in brackets before a name: 《2015年中华人民共和国立法法》; behind anything else the name is another's.
_OPENED: Final = re.compile(r"[《<〈]([^《》<>〈〉]*)$")
_BEFORE: Final = re.compile(r"\s*(?:(?:19|20)\d{2}年?)?(?:版|修正|修订|修改)?的?(?:中华人民共和国)?\s*")


@dataclass(frozen=True, slots=True)
class Target:
    """``article`` is numbered as in ``Passage.article``; ``to`` the end of a range; ``clauses`` (款) and ``items``
    (项), ``()`` for all; or, without an article, ``headings`` as (number, unit) or ("", 序言)."""

    article: str = ""
    to: str = ""
    clauses: tuple[int, ...] = ()
    items: tuple[int, ...] = ()
    headings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """``span`` in the text read; ``named`` are the documents of that name as (collection, document), none where the
    text names none or no document has the ``name``; ``targets`` what of them is meant, ``()`` for a whole report;
    ``when`` the day or year that it asks for, ``""`` for the present."""

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
    documents; spans in ``text``. A bare name is none; 该法第三条 is of the law of the reference before it."""
    folded = fold(text)
    found: list[tuple[Span, Reference]] = []
    for name, named, when, start, place in _names(folded.text, catalogue):
        targets, end = _targets(folded.text, place, bare=bool(named))
        if targets:
            start -= folded.text[start - 1 : start] in ("《", "<", "〈")
            found.append(((start, end), Reference(folded.original(start, end), name, named, targets, when)))
    for start, stop, place in law_names.within(folded.text):
        targets, end = _targets(folded.text, place, bare=False)
        number = _begun(found, end)
        if targets and not (number and found[number - 1][0][1] > start):
            start_ = start - (folded.text[start - 1 : start] in ("《", "<", "〈"))
            reference = Reference(folded.original(start_, end), folded.text[start:stop], (), targets)
            found.insert(number, ((start_, end), reference))
    for that in _THAT.finditer(folded.text):
        targets, end = _targets(folded.text, that.end(), bare=False)
        number = _begun(found, that.start())
        if targets and number and _means(that, *found[number - 1]):
            reference = replace(found[number - 1][1], span=folded.original(that.start(), end), targets=targets)
            found.insert(number, ((that.start(), end), reference))
    return [reference for _, reference in found]


def _begun(found: Sequence[tuple[Span, Reference]], place: int) -> int:
    """How many begin before a place."""
    return bisect_left(found, place, key=lambda one: one[0][0])


def _means(that: re.Match[str], before: Span, law: Reference) -> bool:
    """Whether 该法 is the law of the reference before it: that is in its sentence or the one before, and nothing
    between may be another law; what is quoted there is passed over."""
    if that.start() - before[1] > _FAR or not law.name.endswith((that[1], f"{that[1]}典")):
        return False
    between = _QUOTED.sub("", that.string[before[1] : that.start()])
    return len(_STOP.findall(between)) < 2 and _ANOTHER.search(between) is None


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
        far = max(0, start - _BACK)
        opened = _OPENED.search(text, far, start)
        if opened is not None and not _BEFORE.fullmatch(opened[1]):
            continue
        before = _YEAR_BEFORE.search(text, far, start)
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
        (part, *further), at = _parts(text, at) if closed else ([_ALL], at)
        if ranged:
            first = targets.pop()
            targets.append(Target(first.article, number, *part))
        else:
            targets.append(Target(number, "", *part))
        targets += [Target(number, "", *one) for one in further]
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


def _parts(text: str, at: int) -> tuple[list[_Parts], int]:
    """``第1款第(1)项、第(3)项和第2款``: the 款 and 项 behind an article, and where they end; ``_ALL`` where none is."""
    found = [_ALL]
    start, link = at, None
    while True:
        clauses, end = _numbers(_CLAUSES, text, start)
        items, end = _numbers(_ITEMS, text, end)
        if end == start or (link and not clauses and text[start] not in "第("):  # 第2款和3项制度
            return found, at
        last, ranged = found[-1], link is not None and link[1] is not None
        if not last[1] and not items:
            found[-1] = (_joined(last[0], clauses, ranged), ())
        elif last[1] and not clauses:
            found[-1] = (last[0], _joined(last[1], items, ranged))
        else:
            found[-1:] = [*([last] if last != _ALL else []), (clauses, items)]
        at = end
        link = _LINK.match(text, at)
        if link is None:
            return found, at
        start = link.end()


def _numbers(pattern: re.Pattern[str], text: str, at: int) -> tuple[tuple[int, ...], int]:
    """``第1、2款`` or ``第(1)至(3)项`` at ``at``, and where it ends."""
    match = pattern.match(text, at)
    numbers: tuple[int, ...] = ()
    for ranged, figure in _FIGURE.findall(match[0]) if match is not None else ():
        numbers = _joined(numbers, (parse_numeral(figure) or 0,), bool(ranged))
    return numbers, match.end() if match is not None else at


def _joined(numbers: tuple[int, ...], more: tuple[int, ...], ranged: bool) -> tuple[int, ...]:
    between = range(numbers[-1] + 1, more[0]) if ranged and numbers else ()
    return (*numbers, *between, *more)


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
