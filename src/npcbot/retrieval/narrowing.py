"""Years, titles and kinds named in a question narrow the search; what was narrowed is told and can be undone.

Fifty-three reports say nearly the same thing: 「2015年政府工作报告」 must mean that one. A law's name narrows where the
question points into it (《民法典》, 民法典里, 民法典规定, 民法典第五条), not where it only mentions it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from npcbot.folding import fold_text, fold_unspaced
from npcbot.index.collection import Collection
from npcbot.index.records import DocumentInfo
from npcbot.passages.works import aliases
from npcbot.retrieval.english_names import pointing
from npcbot.retrieval.foreign import behind_a_country
from npcbot.types import Kind

# Every pattern reads folded text: simplified, lower case, half width, Arabic figures.
_Y: Final = "(?:19|20)[0-9]{2}"
_FIGURE: Final = re.compile(rf"(?<![0-9.])({_Y})(?![0-9])")
_UNIT: Final = (
    r"(?:[kcm]?m|km2|[kmt]?g|[kmgt]?wh?|cny|rmb|usd|yuan|dollars?|[mb]illion|trillion|thousand|hundred|people|persons?"
    r"|workers?|jobs|households?|kilo\w+|met(?:er|re)s?|miles?|mu|tons?|tonnes?|hectares?|acres?|percent|times)\b"
)
#: What follows a figure that is a year, or the first of several (2014至2015年): 年, a report's name, the end, no letter
#: of its own. 2000万人, 2008亿元 and 2010 km are amounts, and so is each of 2000至2500元.
_AS_YEAR: Final = re.compile(
    r"(?:[-–—~/.至到和与及或、][0-9]+)*+\s*(?:[年的版修第至到和与]|[两2]会|规定|政府|国务院|总理|工作报告|常委会|常务委员会"
    rf"|(?:全国)?(?:人大|人民代表大会)|[^\w\s%‰℃°]|$|(?!{_UNIT})[a-z])"
)
_REPORT: Final = re.compile(r"工作报告|work report|government report|report on the work")
_STATE_COUNCIL: Final = re.compile(r"政府工作报告|government work report|report on the work of the government")
_STANDING_COMMITTEE: Final = re.compile(
    r"常委会(?:的)?工作报告|常务委员会(?:的)?工作报告|standing committee.{0,20}report"
)
#: A report of a year, not what some report says of it: 1966年政府工作报告, 政府工作报告(1966年).
_REPORT_OF: Final = re.compile(
    rf"(?<![0-9至到–—~-])(?:{_Y}年?(?:、|,|和|与|及))*{_Y}(?:年度?|版)?的?(?:[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?的?)?\s*"
    r"[《<〈]?(?:中国|我国)?(?:国务院|中央|全国人大|全国人民代表大会)?(?:的|常委会|常务委员会|政府)*工作报告"
    rf"|工作报告[》>〉]?\s*(?:\({_Y}年?\)|{_Y}年?\W*$)"
    rf"|\b{_Y} (?:(?:chinese|npc|state council|standing committee|government) )*(?:work|government) report"
    rf"|report (?:of|for|from) {_Y}\b(?!\s*(?:to|-|–)\s*[0-9])"
)
_ARTICLE: Final = re.compile(r"第([0-9]{1,5})条(?:之([0-9]{1,2}))?|\b(?:article|art\.)\s*([0-9]{1,5})\b")
# Without 第 only behind a law's name: 47条意见 are counted, and 民法典共有1260条 asks for none of them.
_BARE_ARTICLE: Final = re.compile(
    r"\s*[》>]?\s*(?:\([0-9]{4}年?(?:版|修正|修订|修改)?\))?\s*[里中内上]?的?\s*([0-9]{1,5})(?:条(?:之([0-9]{1,2}))?|\W*$)"
)
_POINTS_IN: Final = re.compile(
    r"\s*[》>]?\s*(?:\(?[0-9]{4}年?(?:版|修正|修订|修改)?\)?)?\s*(?:里|中|内|上|第|规定|关于|对|明确|要求|如何|怎|有哪|有多|的|是|[0-9])"
)
_POINTS_BEFORE: Final = re.compile(r"(?:根据|依照|按照|依据|按|在|《|<|查|看)\s*(?:(?:19|20)[0-9]{2}年?(?:的)?)?$")
_OF_IT: Final = re.compile(r"[^，。？?]{0,30}(?:解释|草案|修正案|决定)")
_SHORTEST: Final = 3
_PLACE: Final = re.compile(
    r"\s*[》>]?\s*(?:\([0-9]{4}[^)]{0,4}\)|@[0-9-]+)?[》>]?\s*[里中]?的?(?:第?[0-9]|序言|总纲|总则|分则|附则)"
)


class Article(NamedTuple):
    """An article named in a question, its number as in ``Passage.article``."""

    number: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The documents that the question names, as ``(collection, document_id)``, and the words that say so.

    ``article`` is set where one of their articles is named; ``year`` where a year chose among versions; ``rows`` keeps
    to passages of these documents, as ``(collection, first row, end row)``.
    """

    documents: frozenset[tuple[str, str]]
    words: tuple[str, ...]
    article: Article | None = None
    year: str = ""
    rows: tuple[tuple[str, int, int], ...] = ()

    def rows_of(self, collection: Collection) -> npt.NDArray[np.bool_]:
        """Which passages of a collection are searched, ``(n,)``."""
        rows = np.zeros(collection.n, dtype=np.bool_)
        if self.rows:
            for name, first, end in self.rows:
                if name == collection.name:
                    rows[first:end] = True
            return rows
        for name, document_id in self.documents:
            if name == collection.name:
                info = collection.info(document_id)
                rows[info.first_row : info.end_row] = True
        return rows


@dataclass(frozen=True, slots=True)
class Missing:
    """Reports of a ``kind`` of which there are none of the ``years`` asked for; ``near`` are the years before and after
    of which there is one."""

    kind: str
    years: tuple[str, ...]
    near: tuple[str, ...]


class Catalogue:
    """The names of all documents of some collections, folded once, to be recognised in questions."""

    def __init__(self, documents: Iterable[tuple[str, DocumentInfo]]) -> None:
        self._names: dict[str, list[tuple[str, DocumentInfo]]] = {}
        self._reports: list[tuple[str, DocumentInfo]] = []
        for collection, info in documents:
            if info.kind is Kind.REPORT:
                self._reports.append((collection, info))
            elif info.kind is Kind.LAW:
                names = {*map(fold_unspaced, (*aliases(info.title), info.title)), fold_text(info.title)}
                for folded in names:
                    if len(folded) > 1:
                        self._names.setdefault(folded, []).append((collection, info))
        ordered = sorted(self._names, key=len, reverse=True)
        self._pattern = _any_of(name for name in ordered if len(name) >= _SHORTEST)
        self._all = _any_of(ordered)

    def named(self, folded: str) -> Iterator[tuple[int, int, list[tuple[str, DocumentInfo]]]]:
        """Where folded text names laws, from where to where, and the documents of that name. A name of two characters
        (刑法) only where an article or a chapter follows."""
        for match in self._all.finditer(folded) if self._all is not None else ():
            if len(match[0]) >= _SHORTEST or _PLACE.match(folded, match.end()):
                yield match.start(), match.end(), self._names[match[0]]

    def ending(self, folded: str) -> tuple[tuple[str, DocumentInfo], ...]:
        """The laws that have a name which ends so."""
        found = (one for name, named in self._names.items() if name.endswith(folded) for one in named)
        return tuple(dict.fromkeys(found))

    def narrow(self, question: str) -> Narrowing | None:
        """What the question names; ``None`` where nothing points into particular documents."""
        folded = pointing(fold_text(question))
        years = self._years(folded)
        return self._laws(folded, years) or self._report(folded, years)

    def missing(self, question: str) -> Missing | None:
        """The report that a question asks for by its year, where there are such reports but none of that year; ``None``
        too where one of them has no year."""
        folded = fold_text(question)
        asked = _REPORT_OF.search(folded)
        kind, reports = self._of_kind(folded)
        if asked is None or not reports or self.narrow(question) is not None:
            return None
        years = [info.date[:4] or _named_year(info.title) for _, info in reports]
        wanted = tuple(dict.fromkeys(re.findall(_Y, asked[0])))
        # What a title tells of, the report of another year may tell of too.
        if not all(years) or any(year in fold_text(info.title) for _, info in reports for year in wanted):
            return None
        before = max((year for year in years if year < min(wanted)), default="")
        after = min((year for year in years if year > max(wanted)), default="")
        return Missing(kind, wanted, tuple(filter(None, (before, after))))

    def _years(self, folded: str) -> list[str]:
        """The years named, in order."""
        return [
            match[1]
            for match in _FIGURE.finditer(folded)
            if _AS_YEAR.match(folded, match.end()) or (self._all is not None and self._all.match(folded, match.end()))
        ]

    def _laws(self, folded: str, years: Sequence[str]) -> Narrowing | None:
        if self._pattern is None:
            return None
        # 《民法典》的解释 and 德国民法典 name other documents, whose own titles were not recognised.
        matches = [
            match
            for match in self._pattern.finditer(folded)
            if not _OF_IT.match(folded, match.end()) and not behind_a_country(folded, match.start())
        ]
        article = _article(folded, [match.end() for match in matches], years)
        # Where the question points into one law, another that it mentions may hold the answer too.
        if article is None and not any(
            _POINTS_IN.match(folded, match.end()) or _POINTS_BEFORE.search(folded[: match.start()]) for match in matches
        ):
            return None
        found: dict[tuple[str, str], None] = {}
        words: list[str] = []
        year = ""
        for match in matches:
            named = self._names[match[0]]
            if of_year := [item for item in named if any(item[1].date.startswith(y) for y in years)]:
                named, year = of_year, of_year[0][1].date[:4]
            for collection, info in named:
                found[(collection, info.document_id)] = None
                for part in info.parts:
                    found[(collection, part)] = None
            words.append(_title(named[0][1], year))
        if not found:
            return None
        return Narrowing(frozenset(found), tuple(dict.fromkeys(words)), article, year)

    def _report(self, folded: str, years: Sequence[str]) -> Narrowing | None:
        if not _REPORT.search(folded):
            return None
        chosen = self._of_kind(folded)[1] or self._reports
        if years:
            chosen = [item for item in chosen if item[1].date[:4] in years or _named_year(item[1].title) in years]
        elif len(chosen) == len(self._reports):
            return None
        if not chosen:
            return None
        words = [f"{info.title}（{info.date[:4]}）" for _, info in chosen] if len(chosen) <= 3 else []
        kinds = {info.title.split("（")[0] for _, info in chosen}
        label = words or ["、".join(years) + (kinds.pop() if len(kinds) == 1 else "工作报告")]
        documents = frozenset((collection, info.document_id) for collection, info in chosen)
        return Narrowing(documents, tuple(label), None, years[0] if years else "")

    def _of_kind(self, folded: str) -> tuple[str, list[tuple[str, DocumentInfo]]]:
        """The kind of report that is named, and the reports of that kind."""
        if _STATE_COUNCIL.search(folded):
            of_it = [item for item in self._reports if "政府工作" in item[1].title or "国务院" in item[1].issuer]
            return "政府工作报告", of_it
        if _STANDING_COMMITTEE.search(folded):
            of_it = [item for item in self._reports if "常务委员会" in item[1].title or "常委会" in item[1].title]
            return "常委会工作报告", of_it
        return "工作报告", self._reports


def _any_of(names: Iterable[str]) -> re.Pattern[str] | None:
    pattern = "|".join(map(re.escape, names))
    return re.compile(pattern) if pattern else None


def _title(info: DocumentInfo, year: str) -> str:
    return f"《{info.title}》" + (f"（{info.date}）" if year else "")


def _named_year(title: str) -> str:
    return match[1] if (match := re.match(r"((?:19|20)\d\d)年", title)) else ""


def _article(folded: str, ends: Iterable[int], years: Sequence[str]) -> Article | None:
    """The article named, ``ends`` being where the names of laws end."""
    match = _ARTICLE.search(folded)
    if match is None:
        bare = (_BARE_ARTICLE.match(folded, end) for end in ends)
        match = next((found for found in bare if found is not None and found[1] not in years), None)
    if match is None:
        return None
    figure, part = match[1] or match[3], match[2]
    return Article(f"{int(figure)}-{int(part)}" if part else str(int(figure)))
