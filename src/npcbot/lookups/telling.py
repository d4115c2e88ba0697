"""What a figure is told of: whether it counts the term asked for, is a plan or an outcome, of one year or of several.

All texts here are letters: cleaned (``npcbot.lookups.grammar.clean``) and folded one by one, so offsets stay.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from npcbot.folding import fold_character
from npcbot.numerals import parse_numeral
from npcbot.types import Span


class Relation(IntEnum):
    """How near a figure is to the term, the nearest highest. Only from ``NEAR`` on a row is made of it."""

    NONE = 0
    #: The term is named, but something else is counted: 单位国内生产总值能耗 for 国内生产总值.
    OTHER = 1
    NEAR = 2
    #: A part or kind of it: 中央财政赤字 for 财政赤字.
    PART = 3
    EXACT = 4


_GAP: Final = 16
_DIGITS: Final = "〇○零一二三四五六七八九"
#: Words around a term that leave it what it is.
_OPENING: Final = re.compile(
    "^(?:[和与及、，的,]|全国|我国|全年|全社会|国家|去年|上年|今年|当年|本年|实现|完成|保持|使|其中|年末|年底|预计|约|的|拟|安排|力争|争取|再|新|共|已|全部|到|[0-9]{4}年|年(?!均))+"
)
_CLOSING: Final = re.compile(
    "^(?:人数|人员|人口|岗位|劳动力|总数|总量|总额|总产量|产量|总水平|水平|规模|指数|里程|运营里程|营业里程|通车里程|总里程|涨幅|增速|增幅|增长率?|率|数|的?金额|目标|安排|预算(?!支出|收入)|也|又|则|净)*$"
)
#: What a share is of is not what is counted.
_OF: Final = re.compile("占|相当于|低于|高于|快于|[与和同].{0,6}之比|每(?!年)|单位|人均")
_TARGET: Final = re.compile(
    "(?<!主要)目标(?![，。任])|主要(?:预期)?目标(?![，。任])|(?<!好于)(?<!高于)(?<!超出)预期(?!目标)"
    "|计划(?!生育|经济|单列|体制|的(?:百分之|[0-9]))|规划|拟|力争|争取|安排|预算(?!支出|收入)|(?<![主重需只首纲])要(?![求素闻点领道])"
    "|将(?!近|军|士)|必须|确保|应当|应该|打算|力求|预计|指标(?!体系)"
)
_OUTCOME: Final = re.compile("已经?|了|去年|上年(?!初)|一年来|超额|累计|超过计划|完成计划|[五四三十]年来|过去|实际")
#: What something is compared with, and the old value of a rise, tell neither of a plan nor of an outcome.
_BASE: Final = re.compile(
    "[比较](?:去年|上年|[12][0-9]{3}年)|于(?:去年|上年)|[从由](?:去年|上年|[12][0-9]{3}年)(?=[底末初]?的)"
)
#: Behind a figure: that it is a target, unless the words before or behind that say that it was reached.
_CALLED: Final = re.compile("[^，；。达超]{0,40}?[的等][^，；。、]{0,6}(?:指标|目标)(?![^，；。]{0,4}(?:实现|完成))")
_DONE: Final = re.compile("(?<!没有)(?<!为)(?<!为了)(?:实现|完成|达到)")
_SEVERAL: Final = re.compile(
    "[两三四五六七八九十]年[来间共合累]|(?:过去|这|近|前|头|最近)的?[几两三四五六七八九十]年|年均|平均每年|每年平均|累计|五年合计|五年(?!计划|规划|前)"
    "|“?[一二三四五六七八九十]+五”?时期|“?[一二三四五六七八九十]+五”?(?:计划)?期间|“[一二三四五六七八九十]五”|第[一二三四五六七八九十]+个五年计划|规划期"
)
_ONE_YEAR: Final = re.compile(
    "过去的?一年|去年|上年末?|今年|当年|本年|全年|一年来|[12][0-9]{3}年(?!到|至|[—~-])|[一二][九〇○零][〇○零一二三四五六七八九]{2}年(?!到|至)"
)
_YEAR: Final = re.compile("(?<![0-9])([12][0-9]{3})年(?!代)")
_NAMED: Final = re.compile(
    f"(?<![0-9{_DIGITS}])(?:([12][0-9]{{3}}|[一二][{_DIGITS}]{{3}})年(?!代)|(今年|本年)|(去年|上年|过去的?一年))"
)
_COMPARED: Final = re.compile("[比较于]$")
_SINCE: Final = re.compile("[比较]([12][0-9]{3})年(?:末|底)?(?!代)")
#: A level, whenever it was reached.
_REACHED: Final = re.compile(
    "(?:增加到|提高到|上升到|扩大到|增长到|增至|升至|提高至|降到|降至|下降到|减少到|达到|达|超过|突破)(?:了|约|近|超过)*$"
)
_SUM: Final = re.compile("累计|合计|总共|共|年均|平均")
_PLANS: Final = re.compile("今年|任务|部署|总体要求|建议|安排|目标|规划")


def folded(text: str) -> str:
    """Character by character, so that offsets stay; punctuation stays, and what stands for several characters."""
    made = [fold_character(char) if char.isalnum() else char for char in text]
    return "".join(new if len(new) == 1 else old for new, old in zip(made, text, strict=True))


def relation(letters: str, words: Sequence[str], number: Span, counts: Span | None) -> Relation:
    """How the figure at ``number`` is related to a term of these words, in the letters of its sentence."""
    named = letters[counts[0] : counts[1]] if counts else ""
    if counts and (found := _place(letters, words, counts, number)):
        return _headed(letters, found, counts)
    if named and len(words) > 1 and all(word in named for word in words):
        return Relation.OTHER if _OF.search(named) else Relation.PART
    if counts is None and (near := _before(letters, words, number)):
        return Relation.OTHER if _OF.search(letters[near[0] : number[0]]) else Relation.NEAR
    return Relation.OTHER if all(word in letters for word in words) else Relation.NONE


def _place(letters: str, words: Sequence[str], counts: Span, number: Span) -> Span | None:
    """Where a term of one word stands, if that overlaps what is counted."""
    if len(words) > 1:
        return None
    at = letters.rfind(words[0], 0, max(counts[1] + len(words[0]) - 1, 0))
    while at >= 0:
        if at < counts[1] and at + len(words[0]) > counts[0] and not at <= number[0] < at + len(words[0]):
            return at, at + len(words[0])
        at = letters.rfind(words[0], 0, at)
    return None


def _headed(letters: str, term: Span, counts: Span) -> Relation:
    before = letters[counts[0] : term[0]] if counts[0] < term[0] else ""
    after = letters[term[1] : counts[1]] if term[1] < counts[1] else ""
    if _OF.search(letters[max(counts[0] - 3, 0) : term[0]]) or not _CLOSING.match(after):
        return Relation.OTHER
    if opening := _OPENING.match(before):
        before = before[opening.end() :]
    return Relation.PART if before else Relation.EXACT


def _before(letters: str, words: Sequence[str], number: Span) -> Span | None:
    """Where the words stand close before a number that names nothing of its own."""
    start = max([0, *(m.end() for m in re.compile("[；;。，,：:]").finditer(letters, 0, number[0]))])
    places = [letters.rfind(word, start, number[0]) for word in words]
    if min(places) < 0:
        return None
    end = max(at + len(word) for at, word in zip(places, words, strict=True))
    return (min(places), end) if number[0] - end <= _GAP else None


def year_told(before: str, year: int) -> int:
    """The year that the words before a figure last name, but to compare with it; 0 where they name none.

    ``year`` is that of the document: it tells what 今年 and 去年 are.
    """
    told = 0
    for match in _NAMED.finditer(before):
        if not _COMPARED.search(before[: match.start()]):
            told = (parse_numeral(match[1]) or 0) if match[1] else year if match[2] else year - 1
    return max(told, 0)


def is_target(before: str, behind: str, section: str, year: int) -> bool:
    """Whether the words of the sentence before and behind the figure, or the headings above it, tell of a plan.

    ``year`` is that of the document, 0 where it is not known: what was in a year before it is no plan.
    """
    if _CALLED.match(behind) and not _DONE.search(before):
        return True
    told = _BASE.sub("", before)
    years = [(m.start(), int(m[1])) for m in _YEAR.finditer(told)] if year else []
    plan = max([-1, *(m.start() for m in _TARGET.finditer(told)), *(at for at, said in years if said > year)])
    fact = max([-1, *(m.start() for m in _OUTCOME.finditer(told)), *(at for at, said in years if said < year)])
    if plan >= 0 or fact >= 0:
        return plan > fact
    if re.search("达到|比上年|比去年|比[0-9]{4}年", before):
        return False
    return bool(_PLANS.search(section)) and not re.search("回顾|成就|去年|过去|五年来", section)


def is_of_several_years(paragraph: str, clause: str, section: str, year: int) -> bool:
    """Whether the paragraph up to the figure last spoke of several years together; else its headings.

    A growth since a year long before that of the document is of several years; what is reached at the end of several
    years (从26.6万亿元增加到51.9万亿元) is not.
    """
    if _REACHED.search(clause) and not _SUM.search(clause):
        return False
    if year and any(int(since[1]) < year - 2 for since in _SINCE.finditer(clause)):
        return True
    several = max((m.end() for m in _SEVERAL.finditer(paragraph)), default=-1)
    one = max((m.end() for m in _ONE_YEAR.finditer(paragraph)), default=-1)
    if several >= 0 or one >= 0:
        return several > one
    return bool(re.search("[五四三十]年", section)) and not re.search("[0-9]年|五年(?:计划|规划)", section)
