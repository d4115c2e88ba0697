"""Order within a chat, chats side by side: one busy chat, or one slow upload, holds up nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Hashable
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from npcbot.telegram.updates import DurableQueue


class ByChat(BaseUpdateProcessor):
    """Handles the updates of a chat one after the other, those of at most ``chats`` chats at once.

    Uploads of a chat have a line of their own, and so have its buttons and a person's inline queries.
    """

    def __init__(self, queue: DurableQueue, chats: int, backlog: int) -> None:
        # The queue bounds what is in memory; the base class must not hold up one chat for another.
        super().__init__(max_concurrent_updates=backlog + 1)
        self._queue = queue
        self._lines: dict[Hashable, tuple[asyncio.Lock, int]] = {}
        self._room = {False: asyncio.Semaphore(chats), True: asyncio.Semaphore(max(1, chats // 4))}
        self._stopping = False

    def stop(self) -> None:
        """Begins nothing more: what waits stays unfinished in the queue, for the next start."""
        self._stopping = True

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        if not isinstance(update, Update):
            await coroutine
            return
        async with self._line(line(update)), self._room[_is_upload(update)]:
            if self._stopping:
                coroutine.close()  # type: ignore[attr-defined]
                return
            self._queue.begun(update.update_id)
            await coroutine
            self._queue.done(update.update_id)

    async def initialize(self) -> None:
        return

    async def shutdown(self) -> None:
        return

    @asynccontextmanager
    async def _line(self, key: Hashable) -> AsyncIterator[None]:
        if key is None:
            yield
            return
        lock, waiting = self._lines.get(key, (asyncio.Lock(), 0))
        self._lines[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._lines[key]
            if waiting == 1:
                del self._lines[key]
            else:
                self._lines[key] = (lock, waiting - 1)


def line(update: Update) -> Hashable:
    """Updates of the same line stay in order; ``None`` is no line."""
    if update.inline_query is not None:
        return ("inline", update.inline_query.from_user.id)
    chat = update.effective_chat
    if chat is None:
        return None
    if update.callback_query is not None:
        return ("button", chat.id)
    return ("upload" if _is_upload(update) else "message", chat.id)


def _is_upload(update: Update) -> bool:
    message = update.effective_message
    return getattr(message, "document", None) is not None
