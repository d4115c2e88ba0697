"""What a question asks for: a number, a date, a person…, and which of its words stand nearest to the asking."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from npcbot.folding import fold_text

#: Kinds of answer by the words that ask for them, in folded text.
_KINDS: Final = {
    "number": r"多少|几[^乎何]|多[大高长久远重]|how (?:many|much|long|old|high|far|often|large|big)",
    "date": r"何时|什么时|哪一?[年天日月]|几[年月日号时]|时间|年份|日期|年代|\bwhen\b|(?:what|which) (?:year|date|day)",
    "person": r"谁|何人|哪位|什么人|哪个人|\bwho",
    "place": r"哪[里儿]|何[处地]|什么地方|哪(?:个|座)?(?:国家|城市|省|市|县|地区|地方|州)|位于|\bwhere",
    "cause": r"为什么|为何|原因|\bwhy",
    "name": r"名字|叫什么|称为|别名|名称|又[称名]|称作|俗称|本名|\bname",
    "list": r"哪些|哪几|包括|what (?:are|kinds|measures|laws)|which (?:\w+ )?\w+s\b",
    "definition": r"是什么|什么是|是谁|是哪|属于|指的?是|何谓|什么[样类]|what is",
}
#: What a sentence of that kind has in it, in folded text.
_SIGNS: Final = {
    "number": r"[0-9]",
    "date": r"[0-9]{1,4}(?:年|月|日|世纪)|1[0-9]{3}|20[0-9]{2}|年间|时期",
    "person": r"\w·\w|先生|教授|博士|将军|总[统理书]|主[席任]|委员长|部长|同志",
    "place": r"位于|地处|[省市县区州国镇村]",
    "cause": r"因|由于|所以|导致|为了|使得|鉴于",
    "name": r"又称|又名|称为|名为|原名|本名|简称|俗称|别名|叫做|被称|称作|[《「“(]",
    "list": r"、.*、",
}
_ASKS: Final = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
SIGNS: Final = {kind: re.compile(pattern) for kind, pattern in _SIGNS.items()}
#: Kinds that a few words answer.
_QUOTABLE: Final = frozenset({"number", "date", "person", "place", "name"})
_INTERROGATIVE: Final = re.compile(
    r"多少|几|多[大高长久远重]|何[时人地处种]|什么|谁|哪[里儿些个一位年天日月几种座]?|为[何什]|怎[么样]|如何|何|吗"
    r"|how \w+|what|which|who|where|when|why"
)
_COUNTED: Final = re.compile(r"(?:几|多少)([\u4e00-\u9fff])")
#: Characters over which a word's part in the question fades by e with its distance from the interrogative.
_REACH: Final = 5.0
_FARTHEST: Final = 9.0


@dataclass(frozen=True, slots=True)
class Asked:
    """``text`` is folded; ``kinds`` what is asked for; ``at`` where the interrogative stands, in characters;
    ``counted`` the measure word after 几 or 多少; ``before`` the two characters in front of the interrogative."""

    text: str
    kinds: frozenset[str]
    at: float
    counted: str
    before: str

    @property
    def quotable(self) -> bool:
        """Whether a few words answer."""
        return not _QUOTABLE.isdisjoint(self.kinds)

    def nearness(self, token: str) -> float:
        """exp(-distance / 5) of the token to the interrogative."""
        distances = (
            abs(found.start() + len(token) / 2 - self.at) for found in re.finditer(re.escape(token), self.text)
        )
        return float(2.718281828 ** (-min(distances, default=_FARTHEST) / _REACH))


def understand(question: str) -> Asked:
    text = fold_text(question)
    kinds = frozenset(kind for kind, pattern in _ASKS.items() if pattern.search(text))
    found = _INTERROGATIVE.search(text)
    counted = _COUNTED.search(text)
    return Asked(
        text,
        kinds,
        (found.start() + found.end()) / 2 if found else float(len(text)),
        counted[1] if counted else "",
        text[max(0, found.start() - 2) : found.start()] if found else "",
    )
