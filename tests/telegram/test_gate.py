"""No handler but those of the bot's own standing sees what comes from a chat that is not served."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram import Update
from telegram.ext import (
    ApplicationBuilder,
    BaseHandler,
    ChatMemberHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
)

from npcbot.config import load_settings
from npcbot.telegram.access import Access
from npcbot.telegram.app import _handlers
from npcbot.telegram.handlers.gate import Gate
from npcbot.telegram.state import State
from npcbot.telegram.words import Words

PRIVATE, GROUP = {"id": 7, "type": "private", "first_name": "A"}, {"id": -100, "type": "supergroup", "title": "G"}
TEXTS = ("问？", *(f"/{name} 甲" for name in ("verify", "count", "diff", "figures", "trace", "no_such_command")))
PRESSES = {"a": True, "set:public": False, "doc:no": False, "watch:1": False, "of no button": False}


def updates(chat: dict[str, Any], commands: list[str]) -> Iterator[Update]:
    """One for every handler. A handler that is reached by nothing here needs another one."""
    person = {"id": 7, "is_bot": False, "first_name": "A"}
    said = {"message_id": 1, "date": 1, "chat": chat, "from": person}
    here = {"chat": chat, "from": person, "date": 1}
    found: list[dict[str, Any]] = [{"message": {**said, "text": text}} for text in TEXTS]
    for command in commands:
        entity = {"type": "bot_command", "offset": 0, "length": len(command) + 1}
        found.append({"message": {**said, "text": f"/{command}", "entities": [entity]}})
    for data in PRESSES:
        press = {"id": "1", "from": person, "chat_instance": "1", "data": data}
        found.append({"callback_query": {**press, "message": {**said, "text": "答"}}})
    found += [
        {"message": {**said, "document": {"file_id": "1", "file_unique_id": "1"}}},
        {"message": {**said, "migrate_to_chat_id": -101}},
        {"edited_message": {**said, "text": "问？"}},
        {"guest_message": {**said, "text": "@TestBot 问？"}},
        {"inline_query": {"id": "1", "from": person, "query": "问？", "offset": ""}},
    ]
    member = {"status": "member", "user": person}
    for kind in ("my_chat_member", "chat_member"):
        found.append({kind: {**here, "old_chat_member": member, "new_chat_member": member}})
    for number, one in enumerate(found):
        update = Update.de_json({"update_id": number, **one}, SimpleNamespace(username="TestBot"))  # type: ignore[arg-type]
        assert update is not None
        yield update


class Ran:
    """What ran, of all handlers of the bot, each with nothing to do but to be noted; what was said to presses."""

    def __init__(self, home: Path, **lists: tuple[int, ...]) -> None:
        settings = load_settings()
        settings = replace(settings, telegram=replace(settings.telegram, **lists))  # type: ignore[arg-type]
        self.state = State(home / "state.sqlite")
        self.presses: list[tuple[str, bool]] = []
        services: Any = SimpleNamespace(
            access=Access(None, self.state, settings),  # type: ignore[arg-type]
            acknowledge=self.acknowledge,
            words=lambda *_: Words("en"),
            username="TestBot",
        )
        groups = _handlers(services)
        self.all: list[BaseHandler[Any, Any, None]] = list(itertools.chain(*groups))
        self.app = ApplicationBuilder().token("1:x").build()
        self.app._initialized = True  # without asking Telegram who it is
        for number, group in enumerate(groups):
            self.app.add_handlers(group, number)
        self.gate = next(number for number, handler in enumerate(self.all) if isinstance(handler, Gate))
        self.ran: set[int] = set()
        for number, handler in enumerate(self.all):
            if number != self.gate:
                handler.callback = self.noting(number)

    def noting(self, number: int) -> Any:
        async def callback(update: Update, context: Any) -> None:
            self.ran.add(number)

        return callback

    async def acknowledge(self, query: Any, text: str, *, alert: bool = False) -> None:
        self.presses.append((text, alert))

    def handles(self, *chats: dict[str, Any]) -> set[int]:
        """The numbers of the handlers that ran for everything that may come from these chats."""
        named = (one.commands for one in self.all if isinstance(one, CommandHandler))
        commands = sorted(itertools.chain.from_iterable(named))
        self.ran.clear()

        async def run() -> None:
            for update in itertools.chain(*(updates(chat, commands) for chat in chats)):
                await self.app.process_update(update)

        asyncio.run(run())
        return self.ran


@pytest.mark.parametrize("lists", [{"block": (7, -100)}, {"allow": (8,)}])
def test_no_handler_runs_for_a_chat_that_is_not_served(tmp_path: Path, lists: dict[str, tuple[int, ...]]) -> None:
    bot = Ran(tmp_path, **lists)
    assert bot.handles(PRIVATE, GROUP) == set(range(bot.gate))
    before = [type(handler) for handler in bot.all[: bot.gate]]
    assert before == [TypeHandler, ChatMemberHandler, ChatMemberHandler, MessageHandler], "counting; its own standing"
    assert bot.presses == 2 * [("This answer is too old. Please ask again.", alert) for alert in PRESSES.values()]


def test_every_handler_runs_for_one_that_is(tmp_path: Path) -> None:
    bot = Ran(tmp_path, block=(8,))
    assert bot.handles(PRIVATE, GROUP) == set(range(len(bot.all))) - {bot.gate}, "or the updates here lack a kind"
    assert bot.presses == []


@pytest.mark.parametrize("broken", [False, True])
def test_a_group_that_has_put_the_bot_out(tmp_path: Path, broken: bool) -> None:
    """Nor where it cannot be told whether it has."""
    bot = Ran(tmp_path)
    bot.state.change(-100, disabled="left")
    if broken:
        bot.state.close()
    inline = {number for number, handler in enumerate(bot.all) if isinstance(handler, InlineQueryHandler)}
    assert bot.handles(GROUP) == {*range(bot.gate), *inline}, "inline the person counts, who is served"
