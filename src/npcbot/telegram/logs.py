"""One JSON object a line on standard error: one line a question. No token at any level, no text of any message."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
import secrets
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from telegram.error import TelegramError

_questions: Final = logging.getLogger("npcbot.question")
#: Chats are few enough to be guessed from a plain hash; a key of this process's own prevents that, and still lets one
#: chat be followed through one run.
_KEY: Final = secrets.token_bytes(16)
_TOKEN: Final = re.compile(r"\d+:[\w-]{30,}")
#: Libraries that write addresses with the token, or whole messages, to their logs below this level.
_TALKATIVE: Final = ("httpx", "httpcore", "telegram", "apscheduler", "asyncio", "tornado")


class Lines(logging.Formatter):
    """Whatever looks like a token, or is one of the secrets, is taken out of the finished line."""

    def __init__(self, hidden: Sequence[str]) -> None:
        super().__init__()
        self._hidden = [text for text in hidden if text]

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "said": record.getMessage(),
        }
        line |= getattr(record, "facts", {})
        if record.exc_info:
            # An exception's words may repeat what somebody wrote; Telegram's do not.
            kind, error, trace = record.exc_info
            line["error"] = kind.__name__ if kind else ""
            if isinstance(error, TelegramError):
                line["error"] += f": {error.message}"
            line["trace"] = traceback.format_tb(trace)
        text = json.dumps(line, ensure_ascii=False)
        for secret in self._hidden:
            text = text.replace(secret, "…")
        return _TOKEN.sub("…", text)


def set_up(level: str, hidden: Sequence[str], stream: TextIO | None = None) -> None:
    """Sends everything that is logged to standard error, as ``Lines``.

    The libraries that talk to Telegram are heard from WARNING on, whatever the level: below it they write the messages
    themselves.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines(hidden))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def chat_hash(chat_id: int) -> str:
    """Tells chats apart within one run; cannot be turned back into an id."""
    return hmac.new(_KEY, str(chat_id).encode(), hashlib.sha256).hexdigest()[:12]


def question(*, chat: int, took_ms: float, answered: bool, confidence: float, text: str | None) -> None:
    """The line of one question; ``text`` only where the settings want it."""
    facts: dict[str, Any] = {
        "chat": chat_hash(chat),
        "took_ms": round(took_ms, 1),
        "answered": answered,
        "confidence": round(confidence, 3),
    }
    if text is not None:
        facts["question"] = text
    _questions.info("question", extra={"facts": facts})
