"""``/start``: welcome, or the passage that a link leads to. Any other command in private that there is not."""

from __future__ import annotations

import logging
import re
from typing import Final

from telegram import Message as Received
from telegram import Update
from telegram.ext import CommandHandler, MessageHandler, filters

from npcbot.errors import NpcbotError
from npcbot.index import Lost
from npcbot.telegram.compose import passage_message
from npcbot.telegram.handlers.addressed import from_person
from npcbot.telegram.handlers.buttons import readable
from npcbot.telegram.handlers.keyboards import passage_keyboard
from npcbot.telegram.limits import Verdict
from npcbot.telegram.services import Context, Handlers, Services
from npcbot.telegram.words import Words

_log: Final = logging.getLogger(__name__)
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")


def handlers(services: Services) -> Handlers:
    start = _Start(services)
    return [CommandHandler("start", start.start, filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE)]


def unknown(services: Services) -> Handlers:
    """Behind all other commands. In groups a command that is not known is somebody else's."""

    async def say(update: Update, context: Context) -> None:
        message = update.message
        assert message is not None
        if from_person(message, services.me):
            await services.reply(update, message, services.words(message.chat.id, message.from_user)["unknown_command"])

    only = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.Regex(r"^/(?!ask(?![A-Za-z0-9_]))")
    return [MessageHandler(only, say)]


class _Start:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def start(self, update: Update, context: Context) -> None:
        message = update.message
        assert message is not None and message.from_user is not None
        services = self._services
        words = services.words(message.chat.id, message.from_user)
        wanted = " ".join(context.args or ())
        if wanted == "help":
            await services.reply(update, message, words.say("help", me=services.username))
        elif not _ID.fullmatch(wanted):
            await services.reply(update, message, words["welcome"])
        elif services.limits.allow(f"u{message.from_user.id}", message.chat.id) is Verdict.YES:
            await self._open(update, message, wanted, words)

    async def _open(self, update: Update, message: Received, passage_id: str, words: Words) -> None:
        services = self._services
        assert message.from_user is not None
        try:
            names = await readable(services, message.chat.id, message.from_user.id, passage_id)
            opened = await services.asking.open(names, passage_id)
        except NpcbotError as error:
            _log.error("a passage could not be opened: %s", error)
            await services.reply(update, message, words["unavailable"])
            return
        if isinstance(opened, Lost):
            await services.reply(update, message, words["changed" if opened is Lost.CHANGED else "missing"])
            return
        shown = passage_message(opened.citation, words, services.link)
        await services.reply(update, message, shown, passage_keyboard(opened, words, back=False))
