"""Names of laws by their form, in brackets or by how they end, whether or not a document has them: 「月球法第三条」.

They are read from folded text and count only where an article, a chapter or the like follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

#: What names end with; of words in 法 that name none (违法, 做法) those that articles may follow.
_ENDING: Final = r"(?:(?<![办方做书说看想立执守违合犯依非])法|法典|条例|规定|办法|细则|规则|解释|修正案)"
_SHORT: Final = r"(?:[宪刑民税商消]法|民法典)"
_BRACKETED: Final = r"[《<〈](?P<title>[^《》<>〈〉\n]{2,60})[》>〉]"
#: 《…法》（试行）, 修正案（二）, 修正案十一.
_BEHIND: Final = r"\s*(?:\([^()]{1,12}\)|[一二三四五六七八九十])?\s*"
#: What many go by: it means those whose names end so.
COMMON: Final = re.compile(r"(?:实施)?(?:条例|细则|办法|规定|规则)|(?:司法)?解释")
#: What looks like a name and is none.
_NONE: Final = re.compile(
    r".*(?:(?<![基样标资版文])本|[这该此那哪何]|其(?!他)|什么|任何|有关|相关|上述|前述|下列|以下|前款|法律)"
    r"(?:实施)?(?:法|条例|规定|办法|细则|规则|解释)"
    rf"|(?:一般|特别|其他|共同|程序|通行|执业|单行|法律|基本|具体).{{2}}|.|(?!{_SHORT}$)..|.的.."
)
#: What leads up to a name at the beginning of a question: 根据宪法第三条.
_LEAD: Final = (
    r"(?:\s|请问?|麻烦|帮我|我[想要]|想|知道|了解|查[看询]?(?:一下)?(?!处)|看(?:一下)?(?!守)|我国|现行"
    r"|[根依]据|[依按参]照|按|违反|触犯|适用|援引|关于|对于)*+"
)
_FIRST: Final = re.compile(
    rf"{_LEAD}(?:{_BRACKETED}|(?P<name>{_SHORT}|{COMMON.pattern}"
    rf"|(?:(?![这该此那其哪何]|什么|[根依]据|[依按]照|违反|触犯|应当|可以|是否)[\u4e00-\u9fff]){{2,40}}?{_ENDING}))"
    rf"{_BEHIND}(?=第?\d|序言|总纲|[总分附]则)"
)
_ANY: Final = re.compile(rf"(?:{_BRACKETED}|(?<!\d)(?P<name>[\u4e00-\u9fff]{{1,40}}?{_ENDING})){_BEHIND}(?=第\d+条)")
#: What leads up to a name in a sentence: all before 中华人民共和国, else another law, words that take one as their
#: object, particles; but not where these are parts of names (所有, 涉外, 经济, 法律适用法). Of 3,850 references to
#: laws outside a half of 1,618 documents 96% are left with a title or a short form of one.
_UP_TO: Final = re.compile(
    r".*(?=中华人民共和国)|.*(?:^(?:以及|或者|[和与及或])"
    rf"|(?:{_ENDING}|条(?![例约])|款(?!项)|项(?!目)|罪)(?:以及|或者|[和与及或])"
    r"|条(?![例约])|款(?!项)|项(?!目)|的(?!规定$)|了|(?<!特别)(?<!若干)规定(?!$)|根据|[依按比]照|依据|违反|触犯|适用(?!法)"
    r"|参[照见]|引[自用]|见|我国|现行|属于|符合|构成|认定|视为|主张|遵守|履行|审理|实施(?!条例|细则|办法)|修[正改订][前后]?"
    r"|包括|超过|达到|具备|提交|受理|确定|界定|涉及|行使|执行|承担|不受|隐瞒|犯(?!罪)|于|指(?!导)|以(?!外)|但|为(?!税)"
    r"|应当|可以|是否|[除在因对按依](?!外)|经(?![营济纪])|其(?!他)|[这该此那是将被把由]|未(?!成年|来)|就(?!业)"
    r"|有(?![关害价毒限线机色期效])(?<![国所公享具]有)|[具享]有|有无|与(?=[^监计]{2,6}法$))(?=.)"
)


class LawName(NamedTuple):
    """``text[start:end]`` is the name, without brackets; what it points at begins at ``place``."""

    start: int
    end: int
    place: int


def leading(text: str) -> LawName | None:
    """The name that the folded text begins with, but for what leads up to it (请问, 根据)."""
    match = _FIRST.match(text)
    if match is None or (match["name"] and not COMMON.fullmatch(match["name"]) and _NONE.fullmatch(match["name"])):
        return None
    return LawName(*match.span("title" if match["title"] else "name"), match.end())


def within(text: str) -> Iterator[LawName]:
    """The names in running folded text that an article follows, in order; what many go by (条例) is none here."""
    for match in _ANY.finditer(text):
        if match["title"]:
            yield LawName(*match.span("title"), match.end())
            continue
        start, end = match.span("name")
        up_to = _UP_TO.match(match["name"])
        start += up_to.end() if up_to is not None else 0
        name = text[start:end]
        if not _NONE.fullmatch(name) and not COMMON.fullmatch(name):
            yield LawName(start, end, match.end())
