"""What chats watch for, and which documents have been looked through for them: in the bot's state.

Documents are numbered as they are first seen, by collection, id and hash. A watch knows up to which number it has been
served, and which passages it was told: whatever is indexed again or restarted, nothing is sent twice or missed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from npcbot.telegram.state import State

#: Watches that a chat may have.
MOST: Final = 20


@dataclass(frozen=True, slots=True)
class Watch:
    """``after`` is the number of the last document that it was served."""

    watch: int
    chat_id: int
    thread: int | None
    user_id: int
    text: str
    language: str
    after: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as it was first seen."""

    number: int
    collection: str
    document_id: str
    sha256: str


class Watches:
    """Every method is one short transaction."""

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, chat_id: int, thread: int | None, user_id: int, text: str, language: str) -> Watch | None:
        """From now on; ``None`` where the chat has too many. The same text twice is one watch."""
        with self._state.transaction() as db:
            known = db.execute(
                "SELECT count(*), sum(text = ?) FROM watches WHERE chat_id = ?", (text, chat_id)
            ).fetchone()
            if known[0] >= MOST and not known[1]:
                return None
            if not known[1]:
                (last,) = db.execute("SELECT coalesce(max(number), 0) FROM seen").fetchone()
                db.execute(
                    "INSERT INTO watches (chat_id, thread, user_id, text, language, after, at)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (chat_id, thread, user_id, text, language, last, time.time()),
                )
        return next(watch for watch in self.of(chat_id) if watch.text == text)

    def of(self, chat_id: int) -> list[Watch]:
        """The watches of a chat, oldest first."""
        return self._select("WHERE chat_id = ?", (chat_id,))

    def all(self) -> list[Watch]:
        return self._select("", ())

    def remove(self, chat_id: int, watch: int) -> bool:
        """Whether the chat had such a watch."""
        with self._state.transaction() as db:
            gone = db.execute("DELETE FROM watches WHERE watch = ? AND chat_id = ?", (watch, chat_id)).rowcount
            if gone:
                db.execute("DELETE FROM told WHERE watch = ?", (watch,))
        return bool(gone)

    def see(self, collection: str, documents: Iterable[tuple[str, str]]) -> None:
        """Numbers the documents (id and hash) that were not seen before, in their order."""
        with self._state.transaction() as db:
            db.executemany(
                "INSERT OR IGNORE INTO seen (collection, document_id, sha256) VALUES (?, ?, ?)",
                ((collection, *document) for document in documents),
            )

    def new(self, watch: Watch, collections: Sequence[str]) -> list[Seen]:
        """The documents of these collections that the watch was not served yet, in the order they were seen."""
        marks = ",".join("?" * len(collections))
        with self._state.reading() as db:
            rows = db.execute(
                f"SELECT number, collection, document_id, sha256 FROM seen WHERE number > ? AND collection IN ({marks})"
                " ORDER BY number",
                (watch.after, *collections),
            ).fetchall()
        return [Seen(*row) for row in rows]

    def told(self, watch: int) -> set[str]:
        """The passages that it was told."""
        with self._state.reading() as db:
            return {row[0] for row in db.execute("SELECT passage_id FROM told WHERE watch = ?", (watch,))}

    def served(self, watch: Watch, number: int, passages: Iterable[str], *, through: bool = True) -> None:
        """It was told these passages of the document of this number, and is ``through`` with all up to there."""
        with self._state.transaction() as db:
            db.executemany(
                "INSERT OR IGNORE INTO told VALUES (?, ?, ?)", ((watch.watch, one, watch.chat_id) for one in passages)
            )
            if through:
                db.execute("UPDATE watches SET after = max(after, ?) WHERE watch = ?", (number, watch.watch))
            db.execute("DELETE FROM steps WHERE update_id = ?", (step_id(watch, number),))

    def _select(self, where: str, values: tuple[object, ...]) -> list[Watch]:
        with self._state.reading() as db:
            rows = db.execute(
                f"SELECT watch, chat_id, thread, user_id, text, language, after FROM watches {where} ORDER BY watch",
                values,
            ).fetchall()
        return [Watch(*row) for row in rows]


def step_id(watch: Watch, number: int) -> int:
    """What the outbox knows the message of a watch about a document by: below 0, where no update is."""
    return -(watch.watch * 10**9 + number)
