"""The durable queue: an update is on disk before Telegram is told that it arrived, and stays until it was handled.

The updater confirms what it has put with its next request, so ``put`` writes before it returns. What a killed process
left unfinished is put again at the next start.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import Any, Final

from telegram import Bot, Message, Update

from npcbot.telegram.state import State

_log: Final = logging.getLogger(__name__)
#: Seconds for which the number of a finished update is known, so that Telegram's repetitions are dropped.
_KNOWN: Final = 3 * 86_400.0
#: An update that was begun so often and never ended takes the process down with it; it is set aside. Others are under
#: way with it each time, and none of those may be lost to a process that is merely killed often.
_ATTEMPTS: Final = 50
#: Finished updates are swept out once in so many.
_SWEEP: Final = 1000


class DurableQueue(asyncio.Queue[object]):
    """Give it to ``ApplicationBuilder.update_queue``. ``backlog`` updates may wait in memory; ``put`` waits beyond
    that, and Telegram keeps what comes after. ``max_age`` in seconds."""

    def __init__(self, state: State, max_age: float, backlog: int = 2000) -> None:
        super().__init__()
        self._state = state
        self._max_age = max_age
        self._backlog = backlog
        self._waiting: set[int] = set()
        self._room = asyncio.Event()
        self._room.set()
        self._ended = 0

    @property
    def oldest(self) -> float:
        """Seconds that the oldest unfinished update has been here; 0 where there is none."""
        with self._state.reading() as db:
            (arrived,) = db.execute("SELECT MIN(arrived) FROM updates WHERE done IS NULL").fetchone()
        return max(0.0, time.time() - arrived) if arrived is not None else 0.0

    async def put(self, item: object) -> None:
        """Writes an update down and queues it; one that is known already is dropped."""
        if isinstance(item, Update):
            if not self._write(item):
                return
            await self._room.wait()
            self._hold(item)
        await super().put(item)

    async def replay(self, bot: Bot) -> int:
        """Queues what an earlier process left unfinished, in the order of the updates; returns how many."""
        with self._state.reading() as db:
            rows = db.execute(
                "SELECT update_id, json, attempts FROM updates WHERE done IS NULL ORDER BY update_id"
            ).fetchall()
        replayed = 0
        for update_id, text, attempts in rows:
            if update_id in self._waiting:
                continue
            update = Update.de_json(json.loads(text), bot) if text and attempts < _ATTEMPTS else None
            if update is None:
                _log.error("update %d was begun %d times and never ended; it is set aside", update_id, attempts)
                self.done(update_id)
                continue
            self._hold(update)
            await super().put(update)
            replayed += 1
        return replayed

    def begun(self, update_id: int) -> None:
        """Counts an attempt."""
        with self._state.transaction() as db:
            db.execute("UPDATE updates SET attempts = attempts + 1 WHERE update_id = ?", (update_id,))

    def done(self, update_id: int) -> None:
        """Handled: its text is wiped, its number kept for a while."""
        now = time.time()
        self._ended += 1
        with self._state.transaction() as db:
            db.execute("UPDATE updates SET json = '', done = ? WHERE update_id = ?", (now, update_id))
            if self._ended % _SWEEP == 0:
                db.execute("DELETE FROM updates WHERE done < ?", (now - _KNOWN,))
                # Steps below 0 are of watches, which see to them.
                db.execute("DELETE FROM steps WHERE update_id > 0 AND update_id NOT IN (SELECT update_id FROM updates)")
        self._waiting.discard(update_id)
        if len(self._waiting) < self._backlog:
            self._room.set()

    def stale(self, update: Update) -> bool:
        """Whether it was sent so long ago that its answer would surprise."""
        message = update.effective_message
        if not isinstance(message, Message) or update.callback_query is not None:
            return False
        written = message.edit_date or message.date
        return time.time() - written.timestamp() > self._max_age

    def _hold(self, update: Update) -> None:
        self._waiting.add(update.update_id)
        if len(self._waiting) >= self._backlog:
            self._room.clear()

    def _write(self, update: Update) -> bool:
        chat = update.effective_chat
        values: tuple[Any, ...] = (update.update_id, chat.id if chat else 0, update.to_json(), time.time())
        with self._state.transaction() as db:
            added = db.execute(
                "INSERT OR IGNORE INTO updates (update_id, chat_id, json, arrived) VALUES (?, ?, ?, ?)", values
            )
            return added.rowcount == 1
