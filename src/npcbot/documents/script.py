"""Traditional characters of front matter and headings, so that one set of patterns reads both scripts."""

from __future__ import annotations

import re
from typing import Final

#: Only what the patterns of this folder name; the index has a complete table of its own.
_PAIRS: Final = (
    "過过佈布發发頒颁實实國国務务總总會会議议報报長长條条錄录關关於于決决員员級级選选舉举憲宪屆届開开執执號号領领導导記记"
    "攝摄處处監监檢检審审辦办則则節节編编華华產产點点復复釋释細细規规標标準准軍军銷销廢废進进單单據据訂订應应"
    "轉转載载續续繼继屬属構构黨党歲岁聯联經经濟济財财項项預预調调專专業业負负責责務务當当權权補补與与為为個个從从後后時时"
    "對对學学習习樹树種种護护環环勞动動动們们這这謝谢現现將将還还種种類类區区縣县鎮镇鄉乡製制"
)
_SIMPLE: Final = str.maketrans(dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True)))


_TRADITIONAL: Final = frozenset(_PAIRS[::2])
_LOOKED_AT: Final = 2000


def simplified(text: str) -> str:
    """``text`` with the traditional characters that the patterns name in simplified form, character for character.

    The same text where its beginning has none of them.
    """
    return text.translate(_SIMPLE) if not _TRADITIONAL.isdisjoint(text[:_LOOKED_AT]) else text


def original(text: str, plain: str, part: str) -> str:
    """``part``, which was read from ``plain``, as it stands in ``text``; white space between characters may differ."""
    if text == plain or not part:
        return part
    pattern = r"\s*".join(map(re.escape, "".join(part.split())))
    found = re.search(pattern, plain)
    return _as_spaced(part, text[found.start() : found.end()]) if found else part


def _as_spaced(part: str, written: str) -> str:
    letters = iter("".join(written.split()))
    return "".join(c if c.isspace() else next(letters) for c in part)
