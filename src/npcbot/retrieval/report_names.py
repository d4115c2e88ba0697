"""Reports cited by their year: 《2022年政府工作报告》, 李克强总理2015年政府工作报告, 全国人大常委会工作报告（2023年）.

They are read from folded text. A report without a year is none here: nothing says which one is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from npcbot.folding import fold, fold_text
from npcbot.index.records import DocumentInfo
from npcbot.retrieval.references import Reference

_HAN: Final = r"[\u4e00-\u9fff]"
_YEAR: Final = r"(?:19|20)\d{2}"
_TO: Final = r"\s*(?:至|到|[-–—~])\s*"
_YEARS: Final = rf"{_YEAR}年?(?:(?:{_TO}|\s*[、,和及与]\s*){_YEAR}年?)*"
_ONE_YEAR: Final = re.compile(rf"({_TO})?({_YEAR})")
#: A place that has a report of its own; what leads up to its name (据, 在) is no part of it.
_PLACE: Final = re.compile(
    rf"(?!国务院|全国|最高|[根据依按参照在从见比]){_HAN}{{1,8}}?[省市县区州盟旗乡镇]"
    "|北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州"
    "|云南|陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|台湾"
)
_WHOSE: Final = (
    "(?:国务院|中央|中国|我国|全国人(?:大|民代表大会)|最高(?:人民)?"
    rf"|(?:{_PLACE.pattern})(?:人(?:大|民代表大会|民))?)"
)
_WHO: Final = rf"(?:{_HAN}{{2,4}}(?:总理|委员长)|(?:国务院)?总理{_HAN}{{2,4}}?)(?:所?作的)?"
_OPEN: Final = r"\s*[《<〈]?\s*"
_REPORT: Final = re.compile(
    # A standing committee of a congress, not of the political consultative conference or the party.
    r"(?P<kind>政府|(?<!政协)(?<!委员会)(?<!委)常(?:委|务委员)会|法院|检察院|(?<=最高)[法检])"
    rf"的?(?:(?P<year>{_YEARS})的?)?工作报告\s*[》>〉]?(?:\s*\((?P<behind>{_YEARS})[^()]{{0,12}}\)\s*[》>〉]?)?"
)
_BEFORE: Final = re.compile(
    rf"(?P<of>{_WHOSE})?的?{_OPEN}(?:(?P<year>{_YEARS})度?(?:\d{{1,2}}月(?:\d{{1,2}}日)?)?的?)?{_OPEN}"
    rf"(?:{_WHO})?(?P<whose>{_WHOSE})?的?{_OPEN}$"
)
#: Characters before the kind that the rest of a name may have.
_BACK: Final = 40
#: What a name without a beginning may follow; another character may be of the name of somebody else's.
_LEAD: Final = re.compile(rf"(?:^|[据照在从按见比的和与及出到]|(?!{_HAN}).)$", re.DOTALL)


class _Known(NamedTuple):
    """A report that there is: ``kind`` as the first character of whoever reports, ``whose`` as its title or its issuer
    says."""

    collection: str
    info: DocumentInfo
    kind: str
    years: frozenset[str]
    whose: str


def cited(text: str, reports: Sequence[tuple[str, DocumentInfo]]) -> Iterator[Reference]:
    """The reports that a text names with their years, in order; spans in ``text``. ``reports`` are those that there
    are, as (collection, document); where none of them is meant, no documents are named."""
    folded = fold(text)
    known: list[_Known] | None = None
    for match in _REPORT.finditer(folded.text):
        before = _BEFORE.search(folded.text, max(0, match.start() - _BACK), match.start())
        assert before is not None  # it may be empty
        said = match["year"] or before["year"] or match["behind"]
        if not said or not (before[0] or _LEAD.search(folded.text, max(0, match.start() - 1), match.start())):
            continue
        if known is None:
            known = [one for collection, info in reports if (one := _known(collection, info)) is not None]
        years, whose = _years(said), before["whose"] or before["of"] or ""
        named = tuple(
            (one.collection, one.info)
            for one in known
            if one.kind == match["kind"][0] and one.years & set(years) and _same(whose, one.whose)
        )
        name = f"{'、'.join(years)}年{whose}{match['kind']}工作报告"
        yield Reference(folded.original(before.start(), match.end()), name, named, ())


def _known(collection: str, info: DocumentInfo) -> _Known | None:
    title = fold_text(info.title)
    found = _REPORT.search(title)
    if found is None:
        return None
    before = title[: found.start()]
    years = frozenset((info.date[:4], *re.findall(_YEAR, before)))
    return _Known(collection, info, found["kind"][0], years, re.sub(r"\d+年", "", before) or fold_text(info.issuer))


def _years(said: str) -> list[str]:
    """2013年、2014年; 2013至2015年."""
    years: list[int] = []
    for ranged, figure in _ONE_YEAR.findall(said):
        years += [*(range(years[-1] + 1, int(figure)) if ranged and years else ()), int(figure)]
    return list(map(str, years))


def _same(cited: str, own: str) -> bool:
    """Whether a report of ``own`` may be cited as one of ``cited``: of the nation, of a place, or without saying so."""
    one, other = _PLACE.search(cited), _PLACE.search(own)
    if one is not None and other is not None:
        return one[0] in own or other[0] in cited
    return (one is None and other is None) or not cited
