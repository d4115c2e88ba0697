"""Looks at new generations of the index and tells chats what they watch for."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from npcbot.answer import Citation
from npcbot.answer.show import show
from npcbot.errors import NpcbotError
from npcbot.index import Collection
from npcbot.lookups.count import count
from npcbot.lookups.scan import Places
from npcbot.retrieval.asking import understand
from npcbot.retrieval.narrowing import Narrowing
from npcbot.telegram.access import Access
from npcbot.telegram.asking import Asking
from npcbot.telegram.compose import Link, Message, watch_message
from npcbot.telegram.outbox import Outbox
from npcbot.telegram.watches import Seen, Watch, Watches, step_id
from npcbot.telegram.words import Words

_log: Final = logging.getLogger(__name__)
#: Seconds between two looks at the index.
_PERIOD: Final = 3.0
#: Seconds for which a collection or a watch is left alone after it failed.
_REST: Final = 60.0
#: Passages of one document that one message tells.
_TOLD: Final = 3


class Watching:
    """Runs beside the handlers; a look takes nothing where no generation is new."""

    def __init__(
        self,
        watches: Watches,
        asking: Asking,
        access: Access,
        outbox: Outbox,
        link: Link,
        language: Callable[[int], str],
    ) -> None:
        self._watches, self._asking, self._access = watches, asking, access
        self._outbox, self._link, self._language = outbox, link, language
        self._generations: dict[str, int] = {}
        self._resting: dict[str, float] = {}

    async def run(self) -> None:
        """Until it is cancelled. Nobody would see it end before, so whatever fails, there is a next look."""
        while True:
            try:
                await self.look()
            except Exception as error:
                self._failed("all watches", error)
            await asyncio.sleep(_PERIOD)

    async def look(self) -> None:
        """Sees what is new and serves every watch; one that fails holds up no other, and is tried again later."""
        watches = [watch for watch in self._watches.all() if self._access.served(watch.chat_id)]
        names = {name: None for watch in watches for name in self._access.collections(watch.chat_id)}
        names.update(dict.fromkeys(self._access.public()))
        # What comes again under the name of a collection that is gone counts its generations from one again.
        self._generations = {name: number for name, number in self._generations.items() if name in names}
        changed = await self._asking.run(self._see_what_can_be, list(names))
        # A watch may still lack what was seen before the bot was stopped.
        if not changed and all(not self._watches.new(watch, list(names)) for watch in watches):
            return
        for watch in watches:
            if self._rests(named := f"watch {watch.watch}"):
                continue
            try:
                await self._serve(watch)
            except Exception as error:
                self._failed(named, error)

    async def baseline(self, names: Sequence[str]) -> None:
        """What there is now is not new.

        Raises:
            IndexMissing, IndexMismatch, IndexDamaged: a collection cannot be opened.
        """
        await self._asking.run(lambda: [self._see(name) for name in names])

    def _see_what_can_be(self, names: Sequence[str]) -> bool:
        changed = False
        for name in names:
            if self._rests(named := f"collection {name}"):
                continue
            try:
                changed |= self._see(name)
            except Exception as error:
                self._failed(named, error)
        return changed

    def _see(self, name: str) -> bool:
        """Whether there was a new generation."""
        with self._asking.library.collections([name]) as (collection,):
            if self._generations.get(name) == collection.generation:
                return False
            self._watches.see(name, ((info.document_id, info.sha256) for info in collection.documents()))
            self._generations[name] = collection.generation
            return True

    def _rests(self, named: str) -> bool:
        return time.monotonic() < self._resting.get(named, 0.0)

    def _failed(self, named: str, error: Exception) -> None:
        """Logged by its kind: what it says may repeat what a chat watches for."""
        self._resting[named] = time.monotonic() + _REST
        _log.warning("new documents: %s: %s; tried again later", named, type(error).__name__)

    async def _serve(self, watch: Watch) -> None:
        """Document after document, so that a restart goes on where this one stopped. One that cannot be read stays to
        be told; those behind it are told all the same."""
        through = True
        for seen in self._watches.new(watch, self._access.collections(watch.chat_id) or [""]):
            try:
                citations = await self._untold(watch, seen)
                message = self._message(watch, citations) if citations else None
            except NpcbotError as error:
                self._failed(f"watch {watch.watch}", error)
                through = False
                continue
            if message is not None:
                number = step_id(watch, seen.number)
                await self._outbox.answer(number, watch.chat_id, message, thread=watch.thread)
            self._watches.served(watch, seen.number, [one.passage_id for one in citations], through=through)

    async def _untold(self, watch: Watch, seen: Seen) -> list[Citation]:
        told = self._watches.told(watch.watch)
        return [one for one in await self._asking.run(self._found, watch, seen) if one.passage_id not in told]

    def _message(self, watch: Watch, citations: Sequence[Citation]) -> Message:
        words = Words.of(self._language(watch.chat_id) or watch.language)
        return watch_message(watch.text, citations[:_TOLD], words, self._link, len(citations[_TOLD:]))

    def _found(self, watch: Watch, seen: Seen) -> list[Citation]:
        """The passages of one document that match, each quoted and checked; none where it is gone or another by now."""
        with self._asking.library.answerer([seen.collection]) as answerer:
            (collection,) = answerer.engine.collections
            info = next((one for one in collection.documents() if one.document_id == seen.document_id), None)
            if info is None or info.sha256 != seen.sha256:
                return []
            if is_question(watch.text):
                narrowing = Narrowing(frozenset({(collection.name, seen.document_id)}), (info.title,))
                found = answerer.engine.search(watch.text, _TOLD, only=narrowing, threshold=answerer.threshold)
                if not found.hits or found.confidence < answerer.threshold:
                    return []
                return show(collection, [hit.stored for hit in found.hits[:1]])
            return passages_with(collection, watch.text, seen.document_id)


def passages_with(collection: Collection, term: str, document_id: str) -> list[Citation]:
    """The passages that have the term; of a heading that has it, the first below."""
    counts = count([collection], [term], wanted=lambda info: info.document_id == document_id)
    where = Places(collection, collection.info(document_id))
    found = [where.below(one.span[0]) for one in counts.occurrences[0]]
    return show(collection, list({one.row: one for one in found if one is not None}.values()))


def is_question(text: str) -> bool:
    """A question is searched for, anything else is a term that must stand there."""
    return text.rstrip().endswith(("?", "？", "吗", "呢")) or bool(understand(text).kinds)
