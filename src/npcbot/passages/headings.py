"""What the beginning of a line says: 第三章, 一、, （一）, 1., 第一，, Chapter II; and what a heading looks like."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from npcbot.numerals import NUMERAL_CLASS, parse_numeral, to_chinese, to_roman
from npcbot.passages.lines import CLOSERS, finished, width

_CN: Final = "〇○零一二三四五六七八九十百廿卅"
_N: Final = NUMERAL_CLASS

#: Structural words of statutes by rank, the highest first.
STRUCTURE: Final = {"编": 1, "分编": 2, "部分": 2, "章": 3, "节": 4, "目": 5}
#: Enumerators by rank, the highest first: what encloses what where a text does not say otherwise.
ENUMERATORS: Final = ("cn", "cnp", "ord", "ar", "arp", "upper", "latin", "roman", "circle")
#: Styles that count by Latin letters: A., a), iv.
LETTERS: Final = ("upper", "latin", "roman")

_STRUCTURE: Final = re.compile(
    rf"[第笫]\s*(?P<n>[{_N}\s]{{1,10}}?)\s*(?P<unit>分编|部分|[编章节])(?P<gap>[\s\u3000:：]*)(?P<title>.*)", re.DOTALL
)
_ENGLISH: Final = re.compile(
    r"(?P<unit>Part|Chapter|Section)\s+(?P<n>\d+|[IVXLC]+)\b[\s.:：—–-]*(?P<title>.*)", re.IGNORECASE
)
_LETTER_END: Final = r"(?:[)）]|[.．、](?![A-Za-z0-9.．]))\s*"
#: No list in roman numerals is longer.
_ROMAN: Final = {to_roman(n): n for n in range(1, 40)}
_ENGLISH_UNITS: Final = {"part": "编", "chapter": "章", "section": "节"}
_PATTERNS: Final = (
    ("cn", re.compile(rf"(?P<n>[{_CN}]{{1,4}})\s*[、．.]\s*(?![{_CN}]+[、，])")),
    ("cn", re.compile(rf"(?P<n>[{_CN}]{{1,3}})[\u3000 ]+(?=\S)")),
    ("cnp", re.compile(rf"[（(]\s*(?P<n>[{_CN}]{{1,4}})\s*[）)]\s*")),
    ("ord", re.compile(rf"第(?P<n>[{_CN}]{{1,3}})[，、：,]\s*")),
    ("arp", re.compile(r"[（(]\s*(?P<n>[0-9０-９]{1,3})\s*[）)]\s*|(?P<m>[0-9]{1,3})[)）]\s*")),
    ("ar", re.compile(r"(?P<n>[0-9０-９]{1,3})\s*(?:[、．]|\.(?!\d))\s*(?![0-9０-９](?![0-9]?[—，,]))")),
    ("latin", re.compile(rf"[（(]?(?P<l>[a-z]){_LETTER_END}")),
    ("upper", re.compile(rf"[（(]?(?P<l>[A-Z]){_LETTER_END}")),
    ("roman", re.compile(rf"[（(]?(?P<r>[ivx]{{2,7}}|[IVX]{{2,7}}){_LETTER_END}")),
    ("circle", re.compile(r"(?P<c>[①-⑳])\s*")),
    ("ar", re.compile(r"(?P<c>[⒈-⒛])\s*")),
    ("arp", re.compile(r"(?P<c>[⑴-⒇])\s*")),
    ("cnp", re.compile(r"(?P<c>[㈠-㈩])\s*")),
)
_BARE: Final = re.compile(rf"(?P<n>[{_CN}]{{1,3}})")
_ANNEX: Final = re.compile(
    r"附\s*(?:件|录|表|图|文|注|：|:)\s*(?:[一二三四五六七八九十\d０-９]{0,3})\s*(?:[：:].{0,60}|[\s\u3000].{0,60})?"
)
_ANNEX_BEGINS: Final = re.compile(r"附\s*[件录表图]\s*[一二三四五六七八九十\d]{0,3}[\s：:]")
_SALUTATION: Final = re.compile(
    r"(?:[^。，；]{2,24}?)?(?:尊敬的)?各位[\u4e00-\u9fff、，·]{1,20}[：:！!]?|(?:同志们|朋友们|女士们[、，]先生们)(?:[、，]朋友们|[、，]同志们)*[：:！!]?"
    r"|(?:委员长|主任|主席|议长)[、，][^。；]{1,30}[：:！!]"
    r"|(?:Fellow|Distinguished) [Dd]eputies[:,!]?|Deputies[:,!]"
)
_ADDRESSEE: Final = re.compile(
    r"(?:各|全国各)[^。；！？“]{2,120}[：:]|.{2,60}(?:法院|检察院|政府|委员会|厅|局|部)[：:]"
)
_BYLINE: Final = re.compile(
    r"[（(]?[\u4e00-\u9fff、]{0,24}(?:[省市区县州旗盟乡镇院部局厅行]长|检察长|秘书长|委员长|主任|主席|总理)"
    r"[\s\u3000]+[\u4e00-\u9fff](?:[\s\u3000]?[\u4e00-\u9fff·]){1,3}[）)]?"
)
_DATELINE: Final = re.compile(
    r"[（(]?\s*新华社[^。]{0,30}[电讯]\s*[）)]?"
    rf"|[（(]?\s*[{_N}\s]{{4,8}}年[^。，；、]{{1,12}}[日月]\s*[）)]?"
)
_CAPTION: Final = re.compile(r".{0,160}(?:记者|摄影|新华社)[^。；]{0,20}[摄攝影]\s*[）)]?")
_NOTES: Final = re.compile(r"(?:(?P<end>注\s*释|附\s*注|名词解释)|注|说明)\s*[：:]?")
_FOOTNOTE: Final = re.compile(r"[①-⑳]|\[\d{1,3}\]|〔\d{1,3}〕|［\d{1,3}］|※|〔注〕|\*\s|[（(]?注\s*\d*\s*[：:]")
_CONTENTS: Final = re.compile(r"目\s*[录次錄]|(?:table of )?contents", re.IGNORECASE)
#: A line that ends in one of these words cannot be whole.
_LEFT_OPEN: Final = re.compile(r"(?:[，、,（(“‘《〈「『—]|[的与及或把被]|依照|按照|根据|关于|对于|由于)$")
_CARRIED_ON: Final = re.compile(r"[，。、；：,;:！!？?）)”’》〉」』】\]％%]|[的了们]|[件部项个次人倍位名]。")
_FIRST_PERSON: Final = re.compile(r"我[受代宣向就作]|现在[，,]|请予审议")


@dataclass(frozen=True, slots=True)
class Label:
    """An enumerator: its style, its number, its characters, and the offset in the line at which its text begins."""

    style: str
    number: int
    printed: str
    end: int


def structure(text: str) -> tuple[int, str] | None:
    """(rank, title) of a line 第X编/章/节 …, None where the line is none (第七节相应改为第八节，… is a sentence)."""
    if match := _STRUCTURE.fullmatch(text):
        title = match["title"].strip()
        compact = re.sub(r"\s", "", match["n"])
        if parse_numeral(compact) is None or len(title) > 50 or finished(title) or re.search("[。；！？，]", title):
            return None
        if not match["gap"] and re.match(r"[的规所至和与、第中]|相应|改为|增加|删", title):
            return None
        return STRUCTURE[match["unit"]], title
    if (match := _ENGLISH.fullmatch(text)) and len(text) <= 100 and not text.endswith((".", ",", ";")):
        return STRUCTURE[_ENGLISH_UNITS[match["unit"].lower()]], match["title"]
    return None


def label(text: str) -> Label | None:
    """The enumerator at the beginning of the line, an opening quotation mark before it aside."""
    quote = 1 if text[:1] in "“「『" else 0
    for style, pattern in _PATTERNS:
        if match := pattern.match(text, quote):
            number = _number(match)
            if number is not None and number > 0:
                return Label(style, number, match[0].strip(), match.end())
    return None


def is_dotted_letter(found: Label) -> bool:
    """a., B、 and iv., unlike a)."""
    return found.style in LETTERS and found.printed[-1] not in ")）"


def among(found: Label, others: Sequence[Label]) -> Label:
    """A letter as the roman numeral that it is among the enumerators open before it: i. and no h., v. behind iv."""
    last = {other.style: other.number for other in others}
    value = _ROMAN.get(chr(ord("A") - 1 + found.number)) if found.style in ("upper", "latin") else None
    if value in (1, last.get("roman", 0) + 1) and found.number != last.get(found.style, 0) + 1:
        return replace(found, style="roman", number=value)
    return found


def printed(found: Label) -> str:
    """The enumerator as a locator shows it, its blanks and widths made even: 一、, （一）, 1., （1）."""
    if found.style == "cn":
        return f"{to_chinese(found.number)}、"
    if found.style == "cnp":
        return f"（{to_chinese(found.number)}）"
    return {"ar": f"{found.number}.", "arp": f"（{found.number}）"}.get(found.style, found.printed)


def _number(match: re.Match[str]) -> int | None:
    groups = match.groupdict()
    if digits := groups.get("n") or groups.get("m"):
        return parse_numeral(digits)
    if letter := groups.get("l"):
        return ord(letter.lower()) - ord("a") + 1
    if roman := groups.get("r"):
        return _ROMAN.get(roman.upper())
    return int(unicodedata.numeric(groups["c"]))


def is_bare_number(text: str) -> bool:
    """A line that is nothing but 一, 二, …: a heading without words."""
    return _BARE.fullmatch(text) is not None


def is_annex(text: str) -> bool:
    return _ANNEX.fullmatch(text) is not None and not re.search("[。；]", text)


def begins_annex(text: str) -> bool:
    """附件一 …… in a line too long for a heading."""
    return _ANNEX_BEGINS.match(text) is not None


def is_notes_heading(text: str) -> bool:
    """注释：, 说明： over what explains the text before."""
    return _NOTES.fullmatch(text) is not None


def is_end_notes(text: str) -> bool:
    """注释：, which explains the whole document, unlike 说明： under a table."""
    match = _NOTES.fullmatch(text)
    return match is not None and match["end"] is not None


def is_footnote(text: str) -> bool:
    return _FOOTNOTE.match(text) is not None


def is_contents(text: str) -> bool:
    return _CONTENTS.fullmatch(text) is not None


def is_salutation(text: str) -> bool:
    return len(text) <= 40 and _SALUTATION.fullmatch(text) is not None


def is_addressee(text: str) -> bool:
    """各省、自治区、直辖市人民政府： before the text begins."""
    return _ADDRESSEE.fullmatch(text) is not None and not re.search("如下|下列|规定|应当|解释", text)


def is_byline(text: str) -> bool:
    """市长 李某 between the title and the text."""
    return _BYLINE.fullmatch(text) is not None


def is_dateline(text: str) -> bool:
    return len(text) <= 40 and _DATELINE.fullmatch(text) is not None


def is_caption(text: str) -> bool:
    return _CAPTION.fullmatch(text) is not None


def is_left_open(text: str) -> bool:
    """The line stops where no sentence can: after a comma, an opening bracket, 的, 和 …, or inside a bracket."""
    if text.endswith("的") and "是" in re.split("[，；：]", text)[-1]:
        return False  # 「……是不可避免的」 is whole.
    return _LEFT_OPEN.search(text) is not None or _unbalanced(text)


def is_carried_on(text: str) -> bool:
    """The line begins as no sentence does: with closing punctuation, 的 …"""
    return _CARRIED_ON.match(text) is not None


def _unbalanced(text: str) -> bool:
    # Quotation marks do not count: a quoted article runs over several paragraphs.
    pairs = (("（", "）"), ("(", ")"), ("《", "》"), ("〈", "〉"))
    return any(text.count(a) > text.count(b) for a, b in pairs)


def looks_like_title(text: str, longest: int) -> bool:
    """An unnumbered line that could be a heading by its looks alone: short, unfinished, and no torn sentence.

    ``longest`` counts Chinese characters; two Latin letters are as wide.
    """
    if width(text) > 2 * longest or finished(text) or is_left_open(text) or is_carried_on(text):
        return False
    if not re.search(r"[^\W\d_]\S*?[^\W\d_]", text) or _FIRST_PERSON.search(text):
        return False
    if text[0] in "（(" and text[-1] in CLOSERS:
        return False
    # 「现在，我受……」: no heading has a first clause of two characters.
    first = re.split("[，,]", text, maxsplit=1)[0]
    return len(first) >= 3 or first == text
