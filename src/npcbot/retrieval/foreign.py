"""Questions about the law of another country: no Chinese law answers them, however near its words are.

「德国民法典规定的诉讼时效」 names no law that is here, and the civil code does not say at what age Japanese marry. What
is unclear counts as a question about China: none of 6,700 on Chinese law is taken for one about the law of another
country.
"""

from __future__ import annotations

import re
from typing import Final

from npcbot.folding import fold_text

#: A country a line: its names in folded Chinese; what must not stand around them, as they are no names in 宪法国家,
#: 每日本金 and 朝鲜族; its names in English.
_COUNTRIES: Final = r"""
美国|美利坚	(?!家(?!庭)|际|土)	u\.s\.(?:a\.)?|usa|united states|americans?|us(?= (?:constitution|congress|law))
英国|英格兰	(?!家(?!庭)|际|土)	u\.k\.|united kingdom|britain|british|england
法国|法兰西	(?<![宪立刑民商税依执违司守合非办方各]法国)(?!家(?!庭)|际|土|务院)	france|french
德国	(?<!道德国)(?!家(?!庭)|际|土)	germany?
日本	(?<![每当同即次今近翌昨末首前后假作息生节工交0-9]日本)(?![市级条款次月金息院]|单位|机关)	japan(?:ese)?
韩国	(?!家(?!庭)|际)	south korea|korean?
朝鲜	(?![族语文])	north korea
俄国|俄罗斯|苏联	(?!族)	russian?|soviet(?: union)?
乌克兰		ukraine|ukrainian
欧盟|欧洲联盟		european union
加拿大		canada|canadian
墨西哥		mexico|mexican
巴西	(?!龟)	brazil(?:ian)?
阿根廷		argentin(?:a|e|ian)
意大利		ital(?:y|ian)
西班牙		spain|spanish
葡萄牙		portugal|portuguese
荷兰	(?![豆猪])	netherlands|dutch
比利时		belgium|belgian
瑞士		switzerland|swiss
瑞典		sweden|swedish
挪威		norway|norwegian
丹麦		denmark|danish
芬兰		finland|finnish
奥地利		austrian?
波兰		poland
捷克		czech
匈牙利		hungar(?:y|ian)
希腊		greece|greek
爱尔兰		ireland|irish
土耳其		turkish
以色列		israeli?
伊朗		iran(?:ian)?
伊拉克		iraqi?
沙特		saudi
阿联酋		emirates
印度	(?<!烙印度)(?![洋教]|尼西亚)	indian?
印尼|印度尼西亚		indonesian?
巴基斯坦		pakistani?
泰国	(?!家(?!庭)|际)	thai(?:land)?
越南	(?<![超穿跨翻]越南)	vietnam(?:ese)?
柬埔寨		cambodian?
老挝		laos
缅甸		myanmar|burma
马来西亚		malaysian?
新加坡		singapore
菲律宾		philippines?|filipino
蒙古国|外蒙古		mongolian?
哈萨克斯坦		kazakhstan
澳大利亚|澳洲		australian?
新西兰		new zealand
南非	(?<![东西云海河湖江越]南非)(?!法(?!律))	south african?
埃及		egypt(?:ian)?
"""
_NAMES: Final = [line.split("\t") for line in _COUNTRIES.strip().splitlines()]
_CHINESE: Final = "|".join(f"(?:{chinese}){apart}" for chinese, apart, _ in _NAMES)
_ENGLISH: Final = "|".join(english for _, _, english in _NAMES)
#: They have laws of their own too, but Chinese ones speak of them in many words (内地, 港澳台).
_REGIONS: Final = "香港|澳门|台湾"
_OF: Final = r"(?:联邦|王国|共和国|国|地区|特别行政区)?(?:的|现行|新)*"
_BEFORE_A_NAME: Final = re.compile(rf"(?:{_CHINESE}|{_REGIONS}){_OF}\s*[《<〈]?\s*$")

#: Here, or of the one who asks: 我 has bought what is foreign, or has come from there.
_HERE: Final = re.compile(
    r"中国|我国|国内|境内|内地|大陆|中华|[来在]华|中[美英法德日韩俄欧]|(?<![给诉帮])我(?!想[知问了查看])|咱"
    r"|\b(?:china|chinese|prc|mainland|domestic|i|my|we|our)\b"
)
#: Who or what has come from there, on which Chinese law has its say.
_CAME: Final = (
    r"人(?![权工身])|籍|(?:公司|企业)(?!法)|公民|国民|居民|侨|客|学|商[品人家店]|进口|产[的于自地]|生产|品|货|车|料理|菜|酒(?![驾后])|旅|游|签"
    r"|护照|驾照|文件|判决|法院|团|投资|代购|使领?馆|领事"
)
#: What only a law settles, or the offices of a state.
_SETTLED: Final = (
    r"(?<![办方做书无说语用写])法(?![国院人官定])|[宪刑罪罚税]|条例|规定|制度|年龄|岁|时效|期限|[产年婚]假|[任刑静]期"
    r"|工资|权|义务|自由|兵役|退休|允许|禁止|总统|总理|首相|[议国]会|参议院|众议院|选举"
)
_ASKED: Final = re.compile(
    rf"(?<![从去到往赴飞回自由对向与和跟同给])(?:{_CHINESE}){_OF},?(?:(?!{_CAME})[^,.。?!;:、]){{0,6}}?(?:{_SETTLED})"
)
_ASKED_IN_ENGLISH: Final = re.compile(
    rf"(?<!\bfrom )(?<!\bwith )(?<!\band )(?<!\bbetween )\b(?:{_ENGLISH})(?![a-z])"
    r"(?!\W*(?:compan|firm|citizen|national|people|person|m[ae]n\b|wom[ae]n|student|tourist|invest|passport|visa|born"
    r"|product|goods|cars?\b|wife|husband|spouse))"
)
_SETTLED_IN_ENGLISH: Final = re.compile(
    r"\b(?:laws?|legal|illegal|constitution(?:al)?|codes?|acts?|amendments?|statutes?|penalt(?:y|ies)|crimes?|criminal"
    r"|tax(?:es)?|minimum|age|limitations?|president|parliament|congress|prime minister|punished|prohibited|allowed)\b"
)
#: A passage that has any of these may speak of that country without naming it.
_ABROAD: Final = "外国|境外|国外|海外|涉外|对外|外[商资籍]|国际|条约|协定|[出入进]境|[进出]口|华侨|领事"


def behind_a_country(folded: str, start: int) -> bool:
    """Whether the name at ``start`` of a folded text stands right behind that of another country, or of a region that
    has laws of its own, and so is that of a law there."""
    return _BEFORE_A_NAME.search(folded, 0, start) is not None


def law_elsewhere(question: str, said: str) -> bool:
    """Whether a question asks for the law of another country and what was ``said``, a passage with all that stands
    above it, has nothing of that country, nor of any abroad."""
    folded = fold_text(question)
    if _HERE.search(folded) or not (
        _ASKED.search(folded) or (_ASKED_IN_ENGLISH.search(folded) and _SETTLED_IN_ENGLISH.search(folded))
    ):
        return False
    named = [
        chinese
        for chinese, apart, english in _NAMES
        if re.search(rf"(?:{chinese}){apart}|\b(?:{english})(?![a-z])", folded)
    ]
    return not re.search("|".join([_ABROAD, *named]), fold_text(said))
