"""The library behind a pool of threads: searching and reading never hold up the event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from npcbot.answer import Answer, Citation, Library
from npcbot.answer.show import show
from npcbot.index import Collection, Lost, StoredPassage
from npcbot.retrieval.narrowing import Narrowing

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Opened:
    """A passage shown by itself; ``before`` and ``after`` are the ids of its neighbours in the document, if any."""

    citation: Citation
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Covered:
    """What a collection holds: ``first`` and ``last`` are dates, ``newest`` dates and titles, newest first."""

    name: str
    documents: int
    passages: int
    first: str
    last: str
    newest: Sequence[tuple[str, str]]
    generation: int


class Asking:
    """``workers`` 0 takes as many threads as the machine has processors."""

    def __init__(self, library: Library, workers: int = 0) -> None:
        self.library = library
        self._pool = ThreadPoolExecutor(workers or os.cpu_count() or 1, "asking")

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)

    async def run(self, work: Callable[..., _Result], *arguments: object) -> _Result:
        """In a thread of the pool."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    async def answer(self, names: Sequence[str], question: str, k: int | None = None, cited: str = "") -> Answer:
        """See ``Answerer.ask``. ``cited``, the id of a passage cited before, narrows to its section, then to its
        document."""
        return await self.run(self._answer, names, question, k, cited)

    async def warm(self, names: Sequence[str]) -> None:
        """Opens what is asked most, so that the first question waits for nothing."""
        if names:
            await self.answer(names, "人民代表大会")

    async def open(self, names: Sequence[str], passage_id: str) -> Opened | Lost:
        """The passage from the first of these collections that knows it, or why there is none."""
        return await self.run(self._open, names, passage_id)

    async def covered(self, names: Sequence[str]) -> list[Covered]:
        return await self.run(self._covered, names)

    async def holds(self, name: str, passage_id: str) -> bool:
        """Whether this collection has the passage, in this or in an earlier form."""
        return await self.run(self._holds, name, passage_id)

    async def section(self, names: Sequence[str], passage_id: str) -> list[Citation] | Lost:
        """All passages under the same headings as this one, in the order of the text."""
        return await self.run(self._section, names, passage_id)

    def _answer(self, names: Sequence[str], question: str, k: int | None, cited: str) -> Answer:
        with self.library.answerer(names) as answerer:
            within = _cited(answerer.engine.collections, cited) if cited else ()
            return answerer.ask(question, k, within=within)

    def _open(self, names: Sequence[str], passage_id: str) -> Opened | Lost:
        with self.library.collections(names) as opened:
            found = find(opened, passage_id)
            if isinstance(found, Lost):
                return found
            collection, stored = found
            around = collection.neighbours(stored.row, 1, 1)
            before = [other.passage_id for other in around if other.row < stored.row]
            after = [other.passage_id for other in around if other.row > stored.row]
            return Opened(show(collection, [stored])[0], "".join(before), "".join(after))

    def _covered(self, names: Sequence[str]) -> list[Covered]:
        with self.library.collections(names) as opened:
            return [_covered(collection) for collection in opened]

    def _holds(self, name: str, passage_id: str) -> bool:
        with self.library.collections([name]) as opened:
            return find(opened, passage_id) is not Lost.MISSING

    def _section(self, names: Sequence[str], passage_id: str) -> list[Citation] | Lost:
        with self.library.collections(names) as opened:
            found = find(opened, passage_id)
            if isinstance(found, Lost):
                return found
            collection, stored = found
            first, end = _section_rows(collection, stored)
            return show(collection, collection.passages(range(first, end)))


def _covered(collection: Collection) -> Covered:
    infos = collection.documents()
    dates = sorted(info.date for info in infos if info.date)
    newest = sorted(((info.date, info.title) for info in infos), reverse=True)[:10]
    return Covered(
        name=collection.name,
        documents=len(infos),
        passages=collection.n,
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
        newest=newest,
        generation=collection.generation,
    )


def find(opened: Sequence[Collection], passage_id: str) -> tuple[Collection, StoredPassage] | Lost:
    """The passage and the first of the collections that knows it, or why there is none."""
    lost = Lost.MISSING
    for collection in opened:
        found = collection.find(passage_id)
        if not isinstance(found, Lost):
            return collection, found
        lost = found if found is Lost.CHANGED else lost
    return lost


def _cited(opened: Sequence[Collection], passage_id: str) -> tuple[Narrowing, ...]:
    """The section of the passage cited before, then its document."""
    found = find(opened, passage_id)
    if isinstance(found, Lost):
        return ()
    collection, stored = found
    info = collection.info(stored.document_id)
    documents = frozenset({(collection.name, stored.document_id)})
    first, end = _section_rows(collection, stored)
    title = f"《{info.title}》"
    text = collection.document(stored.document_id).text
    heading = " › ".join(" ".join(text[start:stop].split()) for start, stop in stored.passage.section)
    return (
        Narrowing(documents, (title, heading) if heading else (title,), rows=((collection.name, first, end),)),
        Narrowing(documents, (title,)),
    )


def _section_rows(collection: Collection, stored: StoredPassage) -> tuple[int, int]:
    """First and end row of the passages around this one that stand under the same headings."""
    info = collection.info(stored.document_id)
    rows = collection.passages(range(info.first_row, info.end_row))
    at = stored.row - info.first_row
    first = at
    while first > 0 and rows[first - 1].passage.section == stored.passage.section:
        first -= 1
    end = at + 1
    while end < len(rows) and rows[end].passage.section == stored.passage.section:
        end += 1
    return info.first_row + first, info.first_row + end
