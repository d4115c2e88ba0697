"""Looks at new generations of the index and tells chats what they watch for."""

from __future__ import annotations

import asyncio
import logging
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
from npcbot.telegram.compose import Link, watch_message
from npcbot.telegram.outbox import Outbox
from npcbot.telegram.watches import Seen, Watch, Watches, step_id
from npcbot.telegram.words import Words

_log: Final = logging.getLogger(__name__)
#: Seconds between two looks at the index.
_PERIOD: Final = 3.0
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

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self.look()
            except NpcbotError as error:
                _log.warning("new documents could not be looked through: %s", error)
            await asyncio.sleep(_PERIOD)

    async def look(self) -> None:
        """Sees what is new and serves every watch."""
        watches = self._watches.all()
        names = {name: None for watch in watches for name in self._access.collections(watch.chat_id)}
        names.update(dict.fromkeys(self._access.public()))
        changed = await self._asking.run(self._see, list(names))
        # A watch may still lack what was seen before the bot was stopped.
        if not changed and all(not self._watches.new(watch, list(names)) for watch in watches):
            return
        for watch in watches:
            await self._serve(watch)

    async def baseline(self, names: Sequence[str]) -> None:
        """What there is now is not new."""
        await self._asking.run(self._see, names)

    def _see(self, names: Sequence[str]) -> bool:
        changed = False
        for name in names:
            with self._asking.library.collections([name]) as (collection,):
                if self._generations.get(name) == collection.generation:
                    continue
                self._watches.see(name, ((info.document_id, info.sha256) for info in collection.documents()))
                self._generations[name] = collection.generation
                changed = True
        return changed

    async def _serve(self, watch: Watch) -> None:
        """Document after document, so that a restart goes on where this one stopped."""
        for seen in self._watches.new(watch, self._access.collections(watch.chat_id) or [""]):
            told = self._watches.told(watch.watch)
            citations = [one for one in await self._asking.run(self._found, watch, seen) if one.passage_id not in told]
            if citations:
                words = Words.of(self._language(watch.chat_id) or watch.language)
                message = watch_message(watch.text, citations[:_TOLD], words, self._link)
                number = step_id(watch, seen.number)
                await self._outbox.answer(number, watch.chat_id, message, thread=watch.thread)
            self._watches.served(watch, seen.number, [one.passage_id for one in citations])

    def _found(self, watch: Watch, seen: Seen) -> list[Citation]:
        """The passages of one document that match, each quoted and checked; none where it is gone or another by now."""
        with self._asking.library.answerer([seen.collection]) as answerer:
            (collection,) = answerer.engine.collections
            info = next((one for one in collection.documents() if one.document_id == seen.document_id), None)
            if info is None or info.sha256 != seen.sha256:
                return []
            if is_question(watch.text):
                narrowing = Narrowing(frozenset({(collection.name, seen.document_id)}), (info.title,))
                found = answerer.engine.search(watch.text, _TOLD, only=narrowing)
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
