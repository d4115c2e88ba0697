"""The tables of the bot's state, and the steps from one version of them to the next.

A step is never changed once it has been released: another is added behind it.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Final

from npcbot.errors import NpcbotError

#: ``STEPS[n]`` leads from version n to version n + 1; ``PRAGMA user_version`` holds the version of a file.
STEPS: Final = (
    """
    CREATE TABLE chats (chat_id INTEGER PRIMARY KEY, facts TEXT NOT NULL);
    CREATE TABLE sent (
        chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, question_message_id INTEGER NOT NULL,
        at REAL NOT NULL, facts TEXT NOT NULL, PRIMARY KEY (chat_id, message_id));
    CREATE INDEX sent_by_question ON sent (chat_id, question_message_id);
    CREATE TABLE votes (
        chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, user_id INTEGER NOT NULL, value INTEGER NOT NULL,
        passage_id TEXT NOT NULL, question TEXT NOT NULL, at REAL NOT NULL,
        PRIMARY KEY (chat_id, message_id, user_id));
    CREATE TABLE reports (
        report INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, user_id INTEGER NOT NULL, at REAL NOT NULL,
        facts TEXT NOT NULL);
    CREATE TABLE updates (
        update_id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, json TEXT NOT NULL, arrived REAL NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0, done REAL);
    CREATE INDEX unfinished ON updates (update_id) WHERE done IS NULL;
    CREATE TABLE steps (
        update_id INTEGER NOT NULL, step INTEGER NOT NULL, chat_id INTEGER NOT NULL, message_id INTEGER,
        PRIMARY KEY (update_id, step)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE watches (
        watch INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL, thread INTEGER, user_id INTEGER NOT NULL,
        text TEXT NOT NULL, language TEXT NOT NULL, after INTEGER NOT NULL, at REAL NOT NULL);
    CREATE INDEX watches_of_chat ON watches (chat_id);
    CREATE TABLE told (
        watch INTEGER NOT NULL, passage_id TEXT NOT NULL, chat_id INTEGER NOT NULL,
        PRIMARY KEY (watch, passage_id)) WITHOUT ROWID;
    CREATE TABLE seen (
        number INTEGER PRIMARY KEY AUTOINCREMENT, collection TEXT NOT NULL, document_id TEXT NOT NULL,
        sha256 TEXT NOT NULL, UNIQUE (collection, document_id, sha256));
    """,
)
#: Every table whose rows belong to a chat.
OF_A_CHAT: Final = ("chats", "sent", "votes", "reports", "updates", "steps", "watches", "told")


def connect(path: Path) -> sqlite3.Connection:
    """The file opened, made or brought up to the present version.

    Raises:
        NpcbotError: it cannot be written, is no such file, or was written by a newer npcbot.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        # An update is told to Telegram as received once it is in here, so it must survive a loss of power.
        db.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216;")
        migrate(db, path)
    except (OSError, sqlite3.Error) as error:
        raise NpcbotError(
            f"{path}: the bot's state cannot be used: {error}",
            "Make the folder writable, free the disk, or restore the file from a backup.",
        ) from error
    return db


def migrate(db: sqlite3.Connection, path: Path) -> None:
    """Takes the steps that a file lacks, each in a transaction of its own. NpcbotError for a newer file."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > len(STEPS):
        raise NpcbotError(
            f"{path}: written by a newer npcbot (version {version} of the state; this one knows {len(STEPS)}).",
            "Install that npcbot again, or restore a backup made before it.",
        )
    for number, step in enumerate(STEPS[version:], version + 1):
        db.executescript(f"BEGIN IMMEDIATE; {step} PRAGMA user_version = {number}; COMMIT;")
