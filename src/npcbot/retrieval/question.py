"""What may be asked, and the language it is asked in."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from npcbot.errors import QuestionError

_HAN: Final = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af]")
_EXAMPLE: Final = "Ask in a sentence, for example: npcbot ask 五年来制定了多少部法律？"


def checked(question: str, longest: int) -> str:
    """The question without surrounding white space, line breaks as spaces.

    Raises:
        QuestionError: empty, longer than ``longest`` characters, one character, only punctuation, control characters.
    """
    asked = " ".join(question.split())
    if not asked:
        raise QuestionError("The question is empty.", _EXAMPLE)
    if len(asked) > longest:
        raise QuestionError(
            f"The question has {len(asked):,} characters; at most {longest:,} are taken.",
            "Ask the point in a sentence or two, or raise answer.max_question in the settings.",
        )
    if bad := [c for c in asked if unicodedata.category(c) in ("Cc", "Cs")]:
        raise QuestionError(f"The question holds a control character (U+{ord(bad[0]):04X}).", "Type it again.")
    words = [c for c in asked if c.isalnum()]
    if not words:
        raise QuestionError("The question holds only punctuation.", _EXAMPLE)
    if len(words) == 1:
        raise QuestionError(f"One character ({words[0]}) is too little to search for.", _EXAMPLE)
    return asked


def is_chinese(text: str) -> bool:
    """Whether Han characters carry the text; a name or a book title in brackets does not make English Chinese."""
    han = len(_HAN.findall(text))
    words = len(re.findall(r"[A-Za-z]{2,}", text))
    return han > 0 and han >= 2 * words
