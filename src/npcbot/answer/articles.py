"""The articles of one version of a law, found by number and followed by content into another version."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import Final, NamedTuple

from rapidfuzz import fuzz, process

from npcbot.answer.citation import display_heading, whole
from npcbot.folding import fold_text
from npcbot.index import Collection, DocumentInfo, StoredPassage
from npcbot.numerals import to_chinese
from npcbot.passages import joined, strip_breaks
from npcbot.retrieval.references import Target, expand
from npcbot.types import Span, Unit

#: Below this share of equal characters (``rapidfuzz.fuzz.ratio``, of 100) two articles are not one followed through.
SAME_CONTENT: Final = 60.0
_PARTS: Final = re.compile(r"第[0-9]+条(?:之[0-9]+)?(?:第([0-9]+)款)?(?:第\(?([0-9]+)\)?项)?")


class Article(NamedTuple):
    """A whole article as one passage under the id of its first; ``blocks`` are the passages that it is stored in."""

    info: DocumentInfo
    stored: StoredPassage
    blocks: list[StoredPassage]


class Articles:
    """Of the files ``infos``, the parts of one version in their order."""

    def __init__(self, collection: Collection, infos: Sequence[DocumentInfo]) -> None:
        self.collection, self.infos = collection, tuple(infos)

    @cached_property
    def _passages(self) -> list[tuple[DocumentInfo, StoredPassage]]:
        return [
            (info, stored)
            for info in self.infos
            for stored in self.collection.passages(range(info.first_row, info.end_row))
        ]

    @cached_property
    def _by_number(self) -> dict[str, list[tuple[DocumentInfo, StoredPassage]]]:
        found: dict[str, list[tuple[DocumentInfo, StoredPassage]]] = {}
        for info, stored in self._passages:
            if number := stored.passage.article:
                found.setdefault(number, []).append((info, stored))
        return found

    @property
    def numbers(self) -> list[str]:
        """``"1043"``, ``"120-1"``, in the order of the text."""
        return list(self._by_number)

    def article(self, number: str) -> Article | None:
        """The article of a number; of several (an appended decision counts anew) the first."""
        passages = self._by_number.get(number)
        if not passages:
            return None
        info, first = passages[0]
        blocks = [stored for other, stored in passages if other is info and stored.passage.block == first.passage.block]
        return Article(info, replace(first, passage=whole(blocks)), blocks)

    def text(self, number: str) -> str:
        """What an article says, without its number; ``""`` where there is none."""
        found = self.article(number)
        if found is None:
            return ""
        text = self.collection.document(found.info.document_id).text
        said = strip_breaks(joined(text, found.stored.passage.spans)).lstrip()
        return re.sub("^第[^条條]*[条條]", "", said).strip()

    def meant(self, target: Target) -> list[Article]:
        """The articles of a target; for a chapter or a preamble all passages under its heading."""
        if target.headings:
            return [Article(info, stored, [stored]) for info, stored in self._under(target.headings)]
        return [found for number in expand(target, self.numbers) if (found := self.article(number)) is not None]

    def _under(self, headings: Sequence[tuple[str, str]]) -> list[tuple[DocumentInfo, StoredPassage]]:
        chosen = []
        for info, stored in self._passages:
            text = self.collection.document(info.document_id).text
            names = [fold_text(display_heading(text, span)) for span in stored.passage.section]
            names += self._file_headings(info)
            if all(any(_is_heading(name, *heading) for name in names) for heading in headings):
                chosen.append((info, stored))
        return chosen

    def _file_headings(self, info: DocumentInfo) -> list[str]:
        """The headings before the text, where the law stands in several files: each is a book of it."""
        if len(self.infos) < 2:
            return []
        document = self.collection.document(info.document_id)
        front = fold_text(document.text[: document.body_start])
        return [line.lstrip("# ") for line in front.splitlines() if line.startswith("#")]

    def follow(self, number: str, into: Articles) -> str:
        """The number under which the content of an article stands in another version, ``""`` where it does not."""
        said = self.text(number)
        others = {other: into.text(other) for other in into.numbers}
        if others.get(number) == said:
            return number
        best = process.extractOne(said, others, scorer=fuzz.ratio, score_cutoff=SAME_CONTENT)
        return str(best[2]) if best is not None else ""


def _is_heading(folded: str, number: str, unit: str) -> bool:
    """第3章 国家机构 is chapter 3; a named part (序言, 总则) is one by its words."""
    if number:
        return folded.startswith(f"第{number}{unit}")
    return "".join(folded.split()).removesuffix("编").endswith(unit.removesuffix("编"))


def parts_of(article: Article, target: Target) -> tuple[list[tuple[Span, str]], str]:
    """The 款 or 项 of a target in its article: each stretch of them that nothing else parts, from its first to its last
    character with its locator; of a 项 that several 款 have, each. None where the whole article is meant. And what of
    the target the article does not have.
    """
    if not target.clauses and not target.items:
        return [], ""
    units = [(unit, *_place(unit.locator)) for unit in article.stored.passage.units]
    if not any(clause for _, clause, _ in units):  # an article of one 款 does not count it
        units = [(unit, 1, item) for unit, _, item in units]

    def kind(one: tuple[Unit, int, int]) -> tuple[bool, int]:
        _, clause, item = one
        wanted = clause in (target.clauses or (clause,)) and item in (target.items or (item,))
        return wanted, clause if target.items else 0

    found: list[tuple[Span, str]] = []
    had: list[tuple[int, int]] = []
    counted = 2 if target.items else 1
    for (wanted, _), run in groupby(units, key=kind):
        if wanted:
            some = list(run)
            first, end = some[0], some[-1]
            last = next(one for one in some if one[counted] == end[counted])
            more = last[0].locator.removeprefix(article.stored.passage.locator)
            name = first[0].locator + (f"至{more}" if last is not first else "")
            found.append(((first[0].start, end[0].end), name))
            had += [(clause, item) for _, clause, item in some]
    missing = [
        (f"第{to_chinese(clause)}款" if clause else "") + (f"第（{to_chinese(item)}）项" if item else "")
        for clause in target.clauses or (0,)
        for item in target.items or (0,)
        if not any(clause in (0, one) and item in (0, other) for one, other in had)
    ]
    return found, "、".join(missing)


def _place(locator: str) -> tuple[int, int]:
    """The 款 and the 项 of a locator, 0 where it names none: 第七十八条第一款第（三）项, 第十二条之一第3项."""
    match = _PARTS.match(fold_text(locator))
    return (int(match[1] or 0), int(match[2] or 0)) if match else (0, 0)
