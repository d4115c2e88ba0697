"""Real sentences with slips of a known place, for checking what ``npcbot verify`` says of them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from npcbot.index import Collection
from npcbot.lookups.scan import scanned
from npcbot.passages import sentences, strip_breaks

HAN = "民国会法人大常务委员主任代表决定规划预算监督审查报告经济社会发展改革教育科技文化卫生农村城市企业安全"
_FIGURE = re.compile(r"[0-9]+|[一二三四五六七八九十百千万亿]{2,}(?=[件部个万亿元人年条日])")


@dataclass(frozen=True)
class Slip:
    """``said`` was made of ``original``; each of ``sites`` is a span of ``said`` that was touched."""

    kind: str
    document_id: str
    original: str
    said: str
    sites: tuple[tuple[int, int], ...]


def originals(
    collection: Collection, random_: random.Random, least: int = 12, most: int = 60
) -> Iterator[tuple[str, str]]:
    """Sentences drawn at random, document after document, without end: the id and the sentence in one line."""
    infos = [info for info in collection.documents() if info.end_row > info.first_row]
    while True:
        info = random_.choice(infos)
        stored = collection.passages([random_.randrange(info.first_row, info.end_row)])[0]
        text = collection.document(info.document_id).text
        unit = random_.choice(stored.passage.units)
        spans = [s for s in sentences(text, unit.start, unit.end) if least <= s[1] - s[0] <= most]
        if len(unit.spans) == 1 and spans:
            start, end = random_.choice(spans)
            sentence = strip_breaks(text[start:end]).strip('。；：，！？…“”"、 ')
            if len(scanned(sentence, letters=True).text) >= least - 2 and "…" not in sentence and "..." not in sentence:
                yield info.document_id, sentence


def slips(document_id: str, original: str, random_: random.Random) -> Iterator[Slip]:
    """Every kind of slip once, where the sentence has room for it. A slip is never at the very ends: what is missing
    there is no slip."""
    han = [i for i in range(2, len(original) - 2) if "\u4e00" <= original[i] <= "\u9fff"]
    if len(han) < 8:
        return
    for count in (1, 2, 3):
        at = sorted(random_.sample(han, count))
        if min((b - a for a, b in pairwise(at)), default=9) < 3:
            continue
        dropped = "".join(char for i, char in enumerate(original) if i not in at)
        yield Slip(f"drop {count}", document_id, original, dropped, tuple((i - k, i - k) for k, i in enumerate(at)))
        said = list(original)
        for i in at:
            said[i] = random_.choice([char for char in HAN if char != original[i]])
        yield Slip(f"replace {count}", document_id, original, "".join(said), tuple((i, i + 1) for i in at))
    i = random_.choice(han[:-1])
    if original[i] != original[i + 1] and "\u4e00" <= original[i + 1] <= "\u9fff":
        said = original[:i] + original[i + 1] + original[i] + original[i + 2 :]
        yield Slip("swap", document_id, original, said, ((i, i + 2),))
    if figures := [m for m in _FIGURE.finditer(original) if m.start() > 0]:
        match = random_.choice(figures)
        digit = random_.randrange(match.start(), match.end())
        pool = "123456789" if original[digit].isascii() else "一三五六七八九"
        if original[digit] not in "百千万亿十":
            other = random_.choice([char for char in pool if char != original[digit]])
            yield Slip(
                "number", document_id, original, original[:digit] + other + original[digit + 1 :], ((digit, digit + 1),)
            )
    if (i := original.find("应当")) > 0:
        yield Slip("应当", document_id, original, original[:i] + "可以" + original[i + 2 :], ((i, i + 2),))


def letters(text: str) -> str:
    """What is compared, worked out here by itself: letters and figures only."""
    return "".join(char for char in text if char.isalnum())


def touches(span: tuple[int, int], site: tuple[int, int], room: int = 2) -> bool:
    """Whether two spans meet; a character dropped from a run of equal ones may have been any of them."""
    return span[0] <= site[1] + room and span[1] >= site[0] - room
