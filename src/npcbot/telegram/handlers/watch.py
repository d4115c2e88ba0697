"""``/watch`` a term or question in documents to come, ``/watches`` lists and removes."""

from __future__ import annotations

import logging
import re
from typing import Final

from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Keyboard
from telegram import Message as Received
from telegram import Update
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from npcbot.errors import NpcbotError, QuestionError
from npcbot.retrieval.question import checked
from npcbot.telegram.compose import Message
from npcbot.telegram.handlers.addressed import from_person
from npcbot.telegram.limits import Verdict
from npcbot.telegram.outbox import standing
from npcbot.telegram.services import Context, Handlers, Services, person, thread
from npcbot.telegram.watches import MOST
from npcbot.telegram.watching import is_question
from npcbot.telegram.words import Words

_log: Final = logging.getLogger(__name__)
#: Characters of a watch, and of one on a button.
_LONGEST: Final = 200
_BUTTON: Final = 40


def handlers(services: Services) -> Handlers:
    watch = _Watch(services)
    new = filters.UpdateType.MESSAGE
    return [
        CommandHandler("watch", watch.add, new),
        CommandHandler("watches", watch.list, new),
        CallbackQueryHandler(watch.press, r"^watch:\d{1,12}\Z"),
    ]


class _Watch:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def add(self, update: Update, context: Context) -> None:
        message, services = _message(update), self._services
        if (words := await self._managing(update, message)) is None:
            return
        try:
            text = checked(re.sub(r"^/\S+\s*", "", message.text or ""), _LONGEST)
        except QuestionError:
            await services.reply(update, message, words["watch_what"])
            return
        try:
            await services.watching.baseline(services.access.collections(message.chat.id))
        except NpcbotError as error:
            _log.error("a watch could not be added: %s", error)
            await services.reply(update, message, words["unavailable"])
            return
        language = message.from_user.language_code if message.from_user and message.from_user.language_code else ""
        user = message.from_user.id if message.from_user else 0
        added = services.watches.add(message.chat.id, thread(message), user, text, language)
        if added is None:
            await services.reply(update, message, words.say("watch_too_many", most=MOST))
            return
        kind = words["watch_question" if is_question(text) else "watch_term"]
        await services.reply(update, message, words.say("watch_added", text=text, kind=kind))

    async def list(self, update: Update, context: Context) -> None:
        message, services = _message(update), self._services
        if (words := await self._managing(update, message)) is not None:
            text, keyboard = self._listed(message.chat.id, words)
            await services.reply(update, message, text, keyboard)

    async def press(self, update: Update, context: Context) -> None:
        query, services = update.callback_query, self._services
        assert query is not None and query.data is not None
        message = query.message
        words = services.words(message.chat.id if message is not None else None, query.from_user)
        if not isinstance(message, Received):
            await services.acknowledge(query, words["too_old"])
            return
        if services.presses.allow(query.from_user.id, message.chat.id) is not Verdict.YES:
            await services.acknowledge(query, words["slow_down"])
            return
        if not await services.access.is_admin(message.chat.id, query.from_user.id):
            await services.acknowledge(query, words["admins_only"], alert=True)
            return
        await services.acknowledge(query)
        services.watches.remove(message.chat.id, int(query.data.removeprefix("watch:")))
        text, keyboard = self._listed(message.chat.id, words)
        await services.outbox.edit(message.chat.id, standing(message), Message.said(text), keyboard)

    def _listed(self, chat_id: int, words: Words) -> tuple[str, Keyboard | None]:
        watches = self._services.watches.of(chat_id)
        if not watches:
            return words["watch_none"], None
        rows = [[Button(f"✕ {watch.text[:_BUTTON]}", callback_data=f"watch:{watch.watch}")] for watch in watches]
        return "\n".join([words["watch_list"], *(f"• {watch.text}" for watch in watches)]), Keyboard(rows)

    async def _managing(self, update: Update, message: Received) -> Words | None:
        """Who may change things here, within the limits."""
        services = self._services
        if not from_person(message, services.me):
            return None
        words = services.words(message.chat.id, message.from_user)
        verdict = services.limits.allow(person(message), message.chat.id)
        if verdict is Verdict.SAY_ONCE:
            await services.reply(update, message, words["slow_down"])
        if verdict is not Verdict.YES:
            return None
        if not await services.access.may_manage(message):
            await services.reply(update, message, words["admins_only"])
            return None
        return words


def _message(update: Update) -> Received:
    assert update.message is not None
    return update.message
