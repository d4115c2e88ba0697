"""A mention in a chat that the bot has not joined: one inline result, from the public collections."""

from __future__ import annotations

import logging
from typing import Final

from telegram import InlineQueryResultArticle, InputTextMessageContent, LinkPreviewOptions, Update
from telegram import Message as Received
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.ext import MessageHandler, filters

from npcbot.errors import NpcbotError, QuestionError
from npcbot.telegram.compose import Message
from npcbot.telegram.handlers.addressed import addressed
from npcbot.telegram.handlers.ask import render
from npcbot.telegram.limits import Verdict
from npcbot.telegram.services import Context, Handlers, Services, person
from npcbot.telegram.words import Words

_log: Final = logging.getLogger(__name__)
#: Passages of one answer.
_PASSAGES: Final = 2


def handlers(services: Services) -> Handlers:
    guest = _Guest(services)
    return [MessageHandler(filters.UpdateType.GUEST_MESSAGE & filters.TEXT, guest.answer)]


class _Guest:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def answer(self, update: Update, context: Context) -> None:
        message = update.guest_message
        assert message is not None
        services = self._services
        said = addressed(message, services.me)
        if said is None or not message.guest_query_id:
            return
        if services.queue.stale(update):
            return
        if services.limits.allow(person(message), message.chat.id) is not Verdict.YES:
            services.metrics.limited()
            return
        words = services.words(None, message.from_user)
        shown = await self._shown(said.question, words)
        result = InlineQueryResultArticle(
            id=str(update.update_id),
            title=words["open"],
            input_message_content=InputTextMessageContent(
                shown.html, parse_mode=ParseMode.HTML, link_preview_options=LinkPreviewOptions(is_disabled=True)
            ),
        )
        await self._give(message, result)

    async def _shown(self, question: str, words: Words) -> Message:
        services = self._services
        names = services.access.public()
        if not question:
            return Message.said(words["ask_what"])
        if not names:
            return Message.said(words["nothing_to_search"])
        try:
            answer = await services.asking.answer(names, question[: services.settings.answer.max_question], _PASSAGES)
            return render(answer, "", words, services)
        except QuestionError:
            return Message.said(words["no_words"])
        except NpcbotError as error:
            _log.error("a guest's question could not be answered: %s", error)
            return Message.said(words["unavailable"])

    async def _give(self, message: Received, result: InlineQueryResultArticle) -> None:
        try:
            await message.get_bot().answer_guest_query(message.guest_query_id or "", result)
        except BadRequest as error:
            _log.info("a guest was answered too late, or twice: %s", error.message)
        except TelegramError as error:
            _log.warning("a guest was not answered: %s", type(error).__name__)
