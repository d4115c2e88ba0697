"""Bytes to text without guessing in silence: signatures, then UTF-8, then the encoding whose text reads as Chinese.

Almost any bytes decode as GB18030 *and* as Big5, so success of a codec says little. What tells them apart is how much
of the result consists of frequent characters: about three quarters in real Chinese, a few hundredths otherwise.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from npcbot.errors import DocumentError

# The most frequent characters of Chinese prose in both scripts; they cover about 75% of running text.
_SIMPLIFIED = """
的人年一国在为中有和是大以行于业法地部时第不生政上作用定发民会工后成务公对日出关理及月学区其条主当个了要情市者应等十与可保家分经本员方机之或产位通物防由事他
加全期进管三动到自长下开名疫税制所同新合实并院二资重建被体规西内任企门得前高设海多来现南力而外控军过代利提北间场入线东立化安金文能至台度电子斯面最道品府办四小
路教各这特单运因相处也使省共将治平性施世式系交车亚种称级组服明战权次尔此社持医原受球统信水数联展报基元责收目山复接口赛构正约天都证总支委但里起量五据队美向局取表
城件华改从点计科布查纳费程形决司马两就议港依州项强直心书护供指王德职准常活格结广病无克达如标商照号类县专营米监记站申求列具请传好型影罗色属比确导案调集流包款们士
义万意解则六已告认领需知拉岛香视按农备湾界首语济状检龙策未然英江审近该网息律居参百增冠造放少选织巴林术手助还更予境食卫别做河非落尼源反育财著协校纪九障质根太果采
兰严给际况除转措节群古例毒说推七效批离阿技执康限族我八始续先身史响举消域置武完险督头变
"""
_TRADITIONAL = """
國爲為於業時發會後務對關學區條當個應與經員機產進動長開稅實並資體規內門設來現軍過間場線東臺電辦這單運處將車亞種稱級組戰權爾醫統數聯報責復賽構約證總裏據隊華從點
計納費決馬兩議項強書護職準結廣無達標號類縣專營監記請傳羅屬確導調們義萬則認領島視農備灣語濟狀檢龍審該網參選織術還衛別財協紀質採蘭嚴給際況轉節說離執續響舉險頭變
帝朝黨星土些爭洲皇漢維擊帶卡歐派命宗張空即清陸論曾石許歷邦攻很團亦鐵較早風福又易言功韓劉繼官字夫仍初再京且普隨沒獲氣只它失興令光今周圖連回修樂題率印研引
"""
_PUNCTUATION = "，。、；：？！（）《》〈〉「」『』“”‘’【】〔〕—…·〇○　％０１２３４５６７８９"
_FREQUENT = frozenset((_SIMPLIFIED + _TRADITIONAL).replace("\n", "") + _PUNCTUATION)
# What wrong readings are full of and documents are not: private use, kana, bopomofo, Greek, Cyrillic, rare Han.
_SUSPECT = re.compile(
    "[\u0080-\u009f\u0370-\u052f\u2500-\u259f\u3040-\u312f\u3400-\u4dbf\ue000-\uf8ff\uff61-\uffdc\ufffd]"
)

_SIGNATURES = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its first two bytes are the signature of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_FAMILIES = (("gb18030",), ("cp950", "big5hkscs"), ("utf-16-le",), ("utf-16-be",))
_CHINESE = tuple(encoding for family in _FAMILIES for encoding in family)
_OTHERS = ["cp1252", "latin_1", "cp932", "euc_jp", "cp949"]
_NAMES = {"cp950": "Big5", "big5hkscs": "Big5-HKSCS", "gb18030": "GB18030"}
# Four Chinese characters or marks in a row as UTF-8; in GB18030 or Big5 these bytes would be strings of rarities.
_UTF8_RUN = re.compile(rb"(?:[\xe3-\xe9\xef][\x80-\xbf]{2}){4}")
_SAMPLE = 200_000
_ENOUGH = 0.2
_MARGIN = 0.15
_CONVERT = "Save it as UTF-8 (for example: iconv -f GB18030 -t UTF-8 OLD > NEW) and index it again."


@dataclass(frozen=True, slots=True)
class Decoded:
    """``encoding`` is a name for people; ``guessed`` is false when the bytes leave no other reading."""

    text: str
    encoding: str
    guessed: bool


def decode(data: bytes, path: Path, declared: str = "") -> Decoded:
    """Decode a whole file. A byte order mark is a signature of the encoding and is not part of the text.

    ``declared`` is the encoding that the file itself names (HTML); it wins when the bytes agree with it.

    Raises:
        DocumentError: binary data, a mixture of encodings, damage, or an encoding that cannot be told.
    """
    for signature, encoding in _SIGNATURES:
        if data.startswith(signature):
            return Decoded(_strictly(data[len(signature) :], encoding, path), _NAMES.get(encoding, encoding), False)
    if b"\0" in data:
        return _decode_wide(data, path)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", False)
    except UnicodeDecodeError as error:
        if run := _UTF8_RUN.search(data):
            raise DocumentError(
                f"{path}: a mixture of encodings, or damaged: byte {error.start + 1} in {_line(data, error.start)} is "
                f"not UTF-8, while {_line(data, run.start())} is",
                "Convert the file as a whole to UTF-8, or get an undamaged copy.",
            ) from None
    if declared and (text := _attempt(data, declared)) is not None:
        codec = codecs.lookup(declared).name
        if codec not in _CHINESE or likeness(text) >= _ENOUGH:
            return Decoded(text, _NAMES.get(codec, codec), False)
    return _decode_legacy(data, path)


def likeness(text: str) -> float:
    """How much a text looks like Chinese, -1 to 1: the share of frequent characters less that of suspect ones.

    ASCII says nothing about the encoding and is left out; a text of ASCII alone scores 0.
    """
    telling = [char for char in text[:_SAMPLE] if char > "\x7f"]
    if not telling:
        return 0.0
    frequent = sum(char in _FREQUENT for char in telling)
    suspect = len(_SUSPECT.findall("".join(telling))) + sum(char > "\uffff" for char in telling)
    return (frequent - suspect) / len(telling)


def _decode_legacy(data: bytes, path: Path) -> Decoded:
    ranked = sorted(
        ((likeness(text), -order, encoding, text) for order, encoding, text in _readings(data)), reverse=True
    )
    if ranked and ranked[0][0] >= _ENOUGH and all(ranked[0][0] - rival[0] >= _MARGIN for rival in ranked[1:]):
        encoding = ranked[0][2]
        return Decoded(data.decode(encoding), _NAMES.get(encoding, encoding), True)
    _refuse_damaged(data, path)
    if found := _ask_charset_normalizer(data):
        return found
    raise DocumentError(
        f"{path}: its encoding cannot be told (not UTF-8, UTF-16, GB18030 or Big5)", _CONVERT, "not_text"
    )


def _readings(data: bytes) -> Iterator[tuple[int, str, str]]:
    """Of each family the encoding that the whole file decodes in, with the beginning of its text.

    Big5 is first read as Windows writes it; its Hong Kong extension gives a few signs another meaning.
    """
    for order, family in enumerate(_FAMILIES):
        for encoding in family:
            if (text := _attempt(data, encoding)) is not None:
                yield order, encoding, text[:_SAMPLE]
                break


def _refuse_damaged(data: bytes, path: Path) -> None:
    """Say where a file stops being what it begins as, rather than "cannot be told"."""
    for encoding in ("gb18030", "cp950"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            # The damage shows where decoding fails, which is seldom at the first wrong byte; hence a long, good prefix.
            prefix = data[: error.start].decode(encoding)
            if sum(char > "\x7f" for char in prefix) >= 20 and likeness(prefix) >= 2 * _ENOUGH:
                raise DocumentError(
                    f"{path}: damaged or cut off: {_NAMES[encoding]} up to byte {error.start} "
                    f"({_line(data, error.start)}), and not after it",
                    "Get an undamaged copy, or convert the file to UTF-8.",
                ) from None


def _ask_charset_normalizer(data: bytes) -> Decoded | None:
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=_OTHERS, enable_fallback=False).best()
    if best is None or (text := _attempt(data, best.encoding)) is None:
        return None
    return Decoded(text, best.encoding, True)


def _decode_wide(data: bytes, path: Path) -> Decoded:
    """UTF-16 and UTF-32 without a signature; everything else that holds NUL bytes is no text."""
    for encoding in _WIDE:
        text = _attempt(data, encoding)
        if text is None or "\0" in text:
            continue
        sample = text[:_SAMPLE]
        plain = sum("\x20" <= char <= "\x7e" or char in "\t\n\r" or char in _FREQUENT for char in sample)
        if plain >= 0.5 * len(sample):
            return Decoded(text, encoding, True)
    raise DocumentError(
        f"{path}: binary data, not text (NUL bytes)", "Remove it from the folder, or convert it to text."
    )


def _strictly(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        place = _line(data, error.start, encoding)
        raise DocumentError(
            f"{path}: marked as {encoding}, but damaged at byte {error.start + 1} ({place})",
            "Get an undamaged copy, or convert the file to UTF-8.",
        ) from None


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _line(data: bytes, offset: int, encoding: str = "ascii") -> str:
    return f"line {data.count(chr(10).encode(encoding), 0, offset) + 1}"
