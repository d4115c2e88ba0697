"""No token, no text, no guessable chat in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from telegram.error import BadRequest

from npcbot.telegram import logs

TOKEN = "7000000001:AAEtestTESTtestTESTtestTESTtestTESTte"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    logs.set_up("debug", [TOKEN, "a-secret"], stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def test_tokens_and_secrets_are_taken_out(lines: io.StringIO) -> None:
    log = logging.getLogger("npcbot.test")
    log.warning("GET https://api.telegram.org/bot%s/getMe with %s", TOKEN, "a-secret")
    log.warning("another's: 123456789:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", extra={"facts": {"url": f"/bot{TOKEN}"}})
    words = f"somebody's words and {TOKEN}"
    try:
        raise ValueError(words)
    except ValueError:
        log.exception("failed")
    text = lines.getvalue()
    assert "AAE" not in text and "AAAA" not in text and "a-secret" not in text and "words and" not in text
    assert [json.loads(line)["level"] for line in text.splitlines()] == ["warning", "warning", "error"]


def test_telegrams_own_words_are_kept(lines: io.StringIO) -> None:
    try:
        raise BadRequest("Chat not found")
    except BadRequest:
        logging.getLogger("npcbot.test").exception("failed")
    assert json.loads(lines.getvalue())["error"] == "BadRequest: Chat not found"


def test_a_question_without_its_text(lines: io.StringIO) -> None:
    logs.question(chat=-1001234, took_ms=12.34, answered=True, confidence=0.98765, text=None)
    logs.question(chat=-1001234, took_ms=12.34, answered=True, confidence=0.98765, text="问？")
    first, second = (json.loads(line) for line in lines.getvalue().splitlines())
    assert first["chat"] == second["chat"] and "1001234" not in first["chat"]
    assert {"took_ms": 12.3, "answered": True, "confidence": 0.988}.items() <= first.items()
    assert "question" not in first and second["question"] == "问？"


def test_libraries_that_write_messages_are_kept_quiet(lines: io.StringIO) -> None:
    for name in ("httpx", "httpcore.http11", "telegram.ext.ExtBot", "telegram.ext.Application"):
        logging.getLogger(name).info("a question")
    assert lines.getvalue() == ""
