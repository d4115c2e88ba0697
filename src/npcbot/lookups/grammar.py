"""How numbers with units are written in Chinese official prose: the patterns of ``npcbot.lookups.quantities``.

They are meant for text without white space, its digits, full stops and signs in their narrow form (``clean``).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from npcbot.types import Span

_WIDE: Final = str.maketrans(
    "０１２３４５６７８９．，％／－～﹪萬億兩個",
    "0123456789.,%/-~%万亿两个",
)
DIGIT: Final = "〇○零一二三四五六七八九"
HAN: Final = f"(?:[{DIGIT}十百万亿两廿卅]|千(?![瓦克米伏卡焦赫帕]))"
HAN_CLASS: Final = f"{DIGIT}十百千万亿两廿卅"
ARABIC: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
MYRIADS: Final = "(?:万亿|亿万|[万亿])"
PLACES: Final = f"(?:(?:[百千][多余]?)?{MYRIADS}|百|千(?![瓦克米伏卡焦赫帕]))"
#: A number and what is left out of it: 8400多万, 4亿零700多万, 1.3万亿, 127亿6000万, 2千亿, 三千二百, 十二点八.
_NUMBER: Final = (
    rf"(?:{ARABIC}[多余]?{PLACES}?(?:{ARABIC}[多余]?{PLACES})?(?:[多余](?!样|种|元化))?"
    rf"|{HAN}+(?:点[{DIGIT}]+{PLACES}?)?(?:[多余]{PLACES}?)?)"
)
_UNITS: Final = (
    "个百分点 百分点 % ‰ 美元 港元 日元 欧元 英镑 卢布 法郎 元 人次 人 期 件次 件 "
    "标准箱 平方公里 平方米 立方米 公里 海里 毫米 厘米 米 公顷 千瓦小时 千瓦时 千瓦 千克 "
    "千米 公斤 斤 吨 担 亩 度 倍 岁 小时 分钟 年 个月 天 户 名 套 台 只 辆 艘 架 "
    "座 处 起 家 所 次 个 种 项 位 条 部 篇 册 份 张 场 头 株 箱 匹 枚 颗 桶 "
    "门 间 支 对 双 批 类 宗 例 款 微克 毫克 克 升 步 "
)
UNIT: Final = "(?:" + "|".join(sorted(_UNITS.split(), key=len, reverse=True)) + ")"
DASH: Final = "(?:到|至|—+|-+|~|–|―)"
_FRACTION: Final = rf"[百千]分之(?:{HAN}+|[0-9]+)(?:[点.][{DIGIT}0-9]+)?"

PATTERN: Final = re.compile(
    # Shares: 百分之五到百分之六, 百分之二到三.
    rf"(?P<share>{_FRACTION}(?:(?:{DASH}|、)(?:百分之)?{HAN}+(?:点[{DIGIT}]+)?)?)"
    # 九成八.
    rf"|(?P<tenths>(?<![{DIGIT}十百千0-9.年])[一二三四五六七八九两1-9]成[{DIGIT}半]?(?![{HAN_CLASS}立为果功员绩就效本分品套交份熟长年人都因型]))"
    # 四分之一, 1/4, 一半.
    rf"|(?P<part>[一二三四五六七八九十]分之[一二三四五六七八九]|(?<![0-9./])[1-9]/[1-9][0-9]?(?![0-9/])|(?<![多])一半(?!以来))"
    # 二三百亿度.
    rf"|(?P<between>(?<![{HAN_CLASS}第])[一二三四五六七八][、,]?[二三四五六七八九](?=[十百千万亿])[十百千万亿]+{UNIT}?)"
    # 300万至350万, 3-5%.
    rf"|(?P<range>(?<![0-9./])(?<![0-9],){_NUMBER}{UNIT}?{DASH}{_NUMBER}{UNIT})"
    rf"|(?P<one>(?<![0-9./])(?<![0-9],){_NUMBER}{UNIT}?)"
)
SPLIT: Final = re.compile(rf"(?P<number>{_NUMBER})(?P<unit>{UNIT})?")
NOT_UNIT: Final = re.compile(
    "元(?=[化首素旦件老凶帅]|结构|论)|部(?=[分门委队署长落位])|人(?=大|均|帮|次?民主|[类才权工心员])|件(?=[数大好实]?事|数)|次(?=[要级序年日])|度(?=过)"
    "|处(?=[理于在境分长罚])|家(?=[庭乡属长])|起(?=[来到草步点源])|所(?=[有以得在谓需属])|位(?=[于置居列])|条(?=[件约例])|门(?=[类])"
    "|对(?=[外内于口])|份(?=额)|类(?=[型似别])|张(?=家)|头(?=[号等])|名(?=[义列牌称])|步(?=[骤伐])|支(?=[持出援农])|项(?=目)|年(?=[代级度均初末底])"
    "|克(?=服)|升(?=级)|户(?=均)|天(?=然)|款(?=项)|倍(?=增)|例(?=如)|米(?=[面粉])|担(?=[保负])|间(?=[接])|岁(?=末)|双(?=[边方])|期(?=[间望限货待])"
)
#: Units of ordinary speech: after one Chinese character they tell a story, no statistics (三个方面, 五项原则).
LOOSE: Final = frozenset("期个种项位条次家所座处起场批类份张门间支对双头款步例宗台册篇")
TIMES: Final = frozenset(("年", "个月", "天"))
#: What goes on for years, or is so many years long.
LASTING: Final = re.compile(
    "(?:连续|试行|工期|学制|期限|任期|有效期|延长|缩短|提前|推迟)(?:了|至|到|为|近|约|已有?|达)*$"
)
VAGUE: Final = re.compile(r"(?:[几数第]|[A-Za-z]|[0-9][.,])$")
SAME: Final = {"千瓦小时": "千瓦时", "百分点": "个百分点", "千米": "公里", "千克": "公斤"}
_BEFORE: Final = (
    ("under", "接近|将近|近|不到|不足|低于|少于|略低于|不超过|不高于|不多于|至多|最多"),
    ("over", "不低于|不少于|不小于|至少|最少|超过|突破|超|高于|多于|大于|达到或略高于|达到或超过"),
    ("about", "大约|约为|约占|约|大体|大致"),
)
PREFIX: Final = re.compile(
    "(?:" + "|".join(f"(?P<{bound}>(?<!最)(?<!附)(?:{words}))" for bound, words in _BEFORE) + ")了?$"
)
SUFFIX: Final = re.compile(
    "(?P<about>左右|上下|以?内外)|(?P<over>以上|[多余强](?![种样次元媒项数个])|开外)|(?P<under>以下|以内|之内)"
)
NO_SIGN: Final = re.compile("(?:节|合|条|契|公|特|签|制|预|违|大)约$")
THOUSANDS: Final = {"万": 10**4, "亿": 10**8, "万亿": 10**12, "亿万": 10**12, "千": 1000, "百": 100, "": 1}
_COMMA: Final = re.compile(",(?![0-9])|(?<![0-9]),")


@dataclass(frozen=True, slots=True)
class Clean:
    """A text without white space, signs in their narrow form; ``places[i]`` is where character ``i`` stood."""

    text: str
    places: tuple[int, ...]

    def original(self, start: int, end: int) -> Span:
        """The place of ``text[start:end]``, which must not be empty."""
        return self.places[start], self.places[end - 1] + 1

    def cleaned(self, offset: int) -> int:
        """The place of the first character that stood at ``offset`` or after it."""
        return bisect_left(self.places, offset)


def clean(text: str, spans: Sequence[Span]) -> Clean:
    """The characters of the spans, in order, with what a page tears apart joined again."""
    places = [at for start, end in spans for at in range(start, end) if not text[at].isspace()]
    narrow = "".join(text[at] for at in places).translate(_WIDE)
    # Only inside a number is a comma a separator.
    return Clean(_COMMA.sub("，", narrow), tuple(places))


@dataclass(frozen=True, slots=True)
class Number:
    """A figure at ``text[start:end]``, its sign words included: ``low`` to ``high`` (the same number where it is no
    range) of a ``unit`` without 万 and 亿. ``bound`` is ``about``, ``over`` (以上, 多, 超过), ``under`` (近, 不到) or
    empty."""

    start: int
    end: int
    low: Decimal
    high: Decimal
    unit: str
    bound: str
