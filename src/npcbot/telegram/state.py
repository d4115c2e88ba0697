"""What the bot remembers: chats and their settings, answers that stand in them, votes, reports. One SQLite file."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from threading import RLock
from typing import Any, Final

from npcbot.errors import NpcbotError
from npcbot.telegram import schema

#: Answers kept a chat: older ones can no longer be followed up, paged or voted on.
KEPT: Final = 500
NAME: Final = "telegram/state.sqlite"


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat's settings. ``language`` empty means each user's own; ``collection`` empty that it has no documents;
    ``disabled`` says why nothing is sent there."""

    chat_id: int
    kind: str = ""
    title: str = ""
    language: str = ""
    passages: int = 3
    public: bool = True
    askers: str = "all"
    uploaders: str = "admins"
    quiet: bool = False
    onboarded: bool = False
    disabled: str = ""
    collection: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer that stands in a chat. ``passages`` are ids in the order of their ranks; ``cited`` is the passage that
    a follow-up was narrowed by, ``understood`` what was said of that; ``at`` is in seconds since 1970."""

    chat_id: int
    message_id: int
    question_message_id: int
    thread: int | None
    user_id: int
    question: str
    understood: str
    cited: str
    passages: tuple[str, ...]
    answered: bool
    at: float


@dataclass(frozen=True, slots=True)
class Vote:
    """``value`` is 1 or -1."""

    chat_id: int
    message_id: int
    user_id: int
    value: int
    passage_id: str
    question: str
    at: float


class State:
    """Every method is one short transaction; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._db = schema.connect(path)
        self._lock = RLock()

    @classmethod
    def kept(cls, home: Path) -> State:
        """The state of a bot that has run; NpcbotError where none has, and nothing is made."""
        if not (home / NAME).is_file():
            raise NpcbotError(f"{home}: no bot has run with this NPCBOT_HOME.", "Set NPCBOT_HOME, or run: npcbot serve")
        return cls(home / NAME)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """For what belongs together; nests nowhere."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            yield self._db

    def backup(self, to: Path) -> None:
        """A whole copy, made while others write."""
        copy = sqlite3.connect(to)
        try:
            with self._lock:
                self._db.backup(copy)
        finally:
            copy.close()

    def chat(self, chat_id: int) -> Chat:
        """As it was set, defaults where nothing was."""
        with self.reading() as db:
            row = db.execute("SELECT facts FROM chats WHERE chat_id = ?", (chat_id,)).fetchone()
        return _chat(chat_id, row[0]) if row else Chat(chat_id)

    def chats(self) -> list[Chat]:
        with self.reading() as db:
            return [_chat(*row) for row in db.execute("SELECT chat_id, facts FROM chats ORDER BY chat_id")]

    def change(self, chat_id: int, **changes: Any) -> Chat:
        """Sets some of a chat's settings. TypeError for one that there is not."""
        with self.transaction() as db:
            row = db.execute("SELECT facts FROM chats WHERE chat_id = ?", (chat_id,)).fetchone()
            changed = replace(_chat(chat_id, row[0]) if row else Chat(chat_id), **changes)
            _put_chat(db, changed)
        return changed

    def collection(self, chat_id: int) -> str:
        """The name of the chat's own collection, made up when first asked for."""
        return (
            self.chat(chat_id).collection or self.change(chat_id, collection=f"chat-{secrets.token_hex(8)}").collection
        )

    def rekey(self, old: int, new: int) -> None:
        """A group became a supergroup: everything of the old id belongs to the new one. Done twice, it changes nothing.

        Settings made under the new id since then stand, but for a collection: the old one holds the documents. Answers
        are let go: the messages of the new chat are numbered from one again.
        """
        with self.transaction() as db:
            rows = dict(db.execute("SELECT chat_id, facts FROM chats WHERE chat_id IN (?, ?)", (old, new)))
            if old in rows:
                before = _chat(new, rows[old])
                after = _chat(new, rows[new]) if new in rows else before
                db.execute("DELETE FROM chats WHERE chat_id = ?", (old,))
                _put_chat(
                    db, replace(after, collection=before.collection or after.collection, disabled="", onboarded=True)
                )
            db.execute("DELETE FROM sent WHERE chat_id = ?", (old,))
            for table in schema.OF_A_CHAT:
                if table != "chats":
                    db.execute(f"UPDATE OR REPLACE {table} SET chat_id = ? WHERE chat_id = ?", (new, old))

    def forget(self, chat_id: int) -> None:
        """Every row of the chat, in every table; updates that are being worked on stay known by their number alone."""
        with self.transaction() as db:
            for table in schema.OF_A_CHAT:
                if table == "updates":
                    db.execute("UPDATE updates SET json = '', chat_id = 0 WHERE chat_id = ?", (chat_id,))
                else:
                    db.execute(f"DELETE FROM {table} WHERE chat_id = ?", (chat_id,))

    def unsee(self, collection: str, document_id: str | None = None) -> None:
        """A document that was removed, or all: its name is forgotten, and watches take it for new should it come again.
        ``seen`` has no chat to forget it by."""
        with self.transaction() as db:
            db.execute(
                "DELETE FROM seen WHERE collection = ? AND document_id = coalesce(?, document_id)",
                (collection, document_id),
            )

    def remember(self, sent: Sent) -> None:
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?, ?)",
                (sent.chat_id, sent.message_id, sent.question_message_id, sent.at, json.dumps(asdict(sent))),
            )
            db.execute(
                "DELETE FROM sent WHERE chat_id = ? AND at < (SELECT at FROM sent WHERE chat_id = ?"
                " ORDER BY at DESC LIMIT 1 OFFSET ?)",
                (sent.chat_id, sent.chat_id, KEPT),
            )

    def sent(self, chat_id: int, message_id: int) -> Sent | None:
        """The answer that stands in this message."""
        return self._sent("message_id", chat_id, message_id)

    def answer_to(self, chat_id: int, question_message_id: int) -> Sent | None:
        """The answer that was given to this message."""
        return self._sent("question_message_id", chat_id, question_message_id)

    def _sent(self, column: str, chat_id: int, value: int) -> Sent | None:
        with self.reading() as db:
            row = db.execute(
                f"SELECT facts, message_id FROM sent WHERE chat_id = ? AND {column} = ? ORDER BY at DESC LIMIT 1",
                (chat_id, value),
            ).fetchone()
        if row is None:
            return None
        facts = json.loads(row[0])
        return Sent(**{**facts, "passages": tuple(facts["passages"])})

    def vote(self, chat_id: int, message_id: int, user_id: int, value: int, passage_id: str, question: str) -> None:
        """A person has one vote on an answer; the last one counts."""
        with self.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO votes VALUES (?, ?, ?, ?, ?, ?, ?)",
                (chat_id, message_id, user_id, value, passage_id, question, time.time()),
            )

    def feedback(self, chat_id: int | None = None) -> list[Vote]:
        """The votes of a chat, or of all, oldest first."""
        where, values = ("WHERE chat_id = ?", (chat_id,)) if chat_id is not None else ("", ())
        with self.reading() as db:
            return [Vote(*row) for row in db.execute(f"SELECT * FROM votes {where} ORDER BY at", values)]

    def report(self, chat_id: int, user_id: int, facts: dict[str, Any]) -> int:
        """Keeps that somebody holds a quotation to be wrong; returns the report's number. ``facts`` are its passages,
        documents, spans and hashes."""
        with self.transaction() as db:
            kept = db.execute(
                "INSERT INTO reports (chat_id, user_id, at, facts) VALUES (?, ?, ?, ?)",
                (chat_id, user_id, time.time(), json.dumps(facts, ensure_ascii=False)),
            )
        return int(kept.lastrowid or 0)

    def reports(self) -> list[tuple[int, float, dict[str, Any]]]:
        """The number, time and facts of each report, the newest first."""
        with self.reading() as db:
            rows = db.execute("SELECT report, at, facts FROM reports ORDER BY at DESC, report DESC").fetchall()
        return [(number, at, json.loads(facts)) for number, at, facts in rows]


def _chat(chat_id: int, facts: str) -> Chat:
    """Settings that a later npcbot added are left out, so that one can go back."""
    known = {field.name for field in fields(Chat)}
    kept = {key: value for key, value in json.loads(facts).items() if key in known}
    return Chat(**{**kept, "chat_id": chat_id})


def _put_chat(db: sqlite3.Connection, chat: Chat) -> None:
    db.execute("INSERT OR REPLACE INTO chats VALUES (?, ?)", (chat.chat_id, json.dumps(asdict(chat))))
