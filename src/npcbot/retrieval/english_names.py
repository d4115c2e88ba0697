"""Laws and their articles by their English names, in Chinese: "Labor Contract Law Article 82" is 劳动合同法第82条."""

from __future__ import annotations

import re
from typing import Final

_LAWS: Final = {
    "administrative compulsion law": "行政强制法",
    "administrative licensing law": "行政许可法",
    "administrative litigation law": "行政诉讼法",
    "administrative penalty law": "行政处罚法",
    "administrative procedure law": "行政诉讼法",
    "administrative reconsideration law": "行政复议法",
    "anti-monopoly law": "反垄断法",
    "arbitration law": "仲裁法",
    "budget law": "预算法",
    "civil code": "民法典",
    "civil procedure law": "民事诉讼法",
    "company law": "公司法",
    "constitution": "宪法",
    "consumer protection law": "消费者权益保护法",
    "copyright law": "著作权法",
    "criminal law": "刑法",
    "criminal procedure law": "刑事诉讼法",
    "cybersecurity law": "网络安全法",
    "data security law": "数据安全法",
    "education law": "教育法",
    "environmental protection law": "环境保护法",
    "food safety law": "食品安全法",
    "foreign investment law": "外商投资法",
    "individual income tax law": "个人所得税法",
    "insurance law": "保险法",
    "labor contract law": "劳动合同法",
    "labor law": "劳动法",
    "legislation law": "立法法",
    "patent law": "专利法",
    "personal information protection law": "个人信息保护法",
    "road traffic safety law": "道路交通安全法",
    "securities law": "证券法",
    "social insurance law": "社会保险法",
    "state compensation law": "国家赔偿法",
    "trademark law": "商标法",
}
_NUMBER: Final = r"\b(?:article|art\.?)\s*(\d+)"
_ANY: Final = rf"({'|'.join(_LAWS)})\b"
_NAME: Final = rf"(?:the\s+)?\b{_ANY}"
_REFERENCE: Final = re.compile(rf"{_NUMBER},?\s*(?:of\s+)?{_NAME}|{_NAME},?\s*{_NUMBER}")
#: A law that a question points into, or asks what it says; "the US constitution" is none.
_INTO: Final = re.compile(
    r"\b(?:under|in|by|of|does|per|according to|pursuant to)\s+(?:the\s+)?(?:(?:prc|chinese|china's)\s+)?"
    rf"{_ANY}(?:\s+of\s+(?:the\s+)?(?:prc|china|people's republic of china))?"
)


def in_chinese(folded: str) -> str:
    """Folded text with such references as Chinese has them; all else as it is."""

    def chinese(match: re.Match[str]) -> str:
        return f"{_LAWS[match[2] or match[3]]}第{match[1] or match[4]}条"

    return _REFERENCE.sub(chinese, folded.replace("labour", "labor"))


def pointing(folded: str) -> str:
    """The same, and laws that are pointed into without an article ("under the Company Law") as 根据公司法 too."""

    def chinese(match: re.Match[str]) -> str:
        law = _LAWS[match[1]]
        # A name of two characters is no name in a question, but its full form is.
        return f"根据{law if len(law) > 2 else f'中华人民共和国{law}'}"

    return _INTO.sub(chinese, in_chinese(folded))
