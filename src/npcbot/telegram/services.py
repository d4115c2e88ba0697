"""What every handler works with, made once by ``npcbot.telegram.app``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from telegram import CallbackQuery, InlineKeyboardMarkup, Update, User
from telegram import Message as Received
from telegram.error import TelegramError
from telegram.ext import BaseHandler, CallbackContext

from npcbot.config import Settings
from npcbot.telegram.access import Access
from npcbot.telegram.asking import Asking
from npcbot.telegram.compose import Message
from npcbot.telegram.limits import Limits
from npcbot.telegram.metrics import Metrics
from npcbot.telegram.outbox import Outbox
from npcbot.telegram.state import State
from npcbot.telegram.updates import DurableQueue
from npcbot.telegram.uploads import Uploads
from npcbot.telegram.watches import Watches
from npcbot.telegram.watching import Watching
from npcbot.telegram.words import Words

_log: Final = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
Handlers = list[BaseHandler[Update, Context, None]]


@dataclass(frozen=True, slots=True)
class Services:
    """``me`` is the bot itself; ``limits`` count questions, ``presses`` buttons and inline queries."""

    settings: Settings
    me: User
    state: State
    queue: DurableQueue
    outbox: Outbox
    asking: Asking
    access: Access
    limits: Limits
    presses: Limits
    metrics: Metrics
    uploads: Uploads
    watches: Watches
    watching: Watching

    @property
    def username(self) -> str:
        return self.me.username or ""

    def words(self, chat_id: int | None, user: User | None) -> Words:
        """The language of the chat where it has set one, else that of the user."""
        chosen = self.state.chat(chat_id).language if chat_id is not None else ""
        return Words.of(chosen or (user.language_code if user is not None else None))

    def link(self, passage_id: str) -> str:
        """Opens the passage in a private chat with the bot."""
        return passage_link(self.me)(passage_id)

    async def reply(
        self, update: Update, to: Received, message: Message | str, keyboard: InlineKeyboardMarkup | None = None
    ) -> int | None:
        """Answers a message where it stands; see ``Outbox.answer``."""
        return await self.outbox.answer(
            update.update_id,
            to.chat.id,
            Message.said(message) if isinstance(message, str) else message,
            reply_to=to.message_id,
            thread=thread(to),
            keyboard=keyboard,
        )

    async def acknowledge(self, query: CallbackQuery, text: str = "", *, alert: bool = False) -> None:
        """Ends the waiting of a button; one that was pressed too long ago needs no end."""
        try:
            await query.answer(text[:200] or None, show_alert=alert)
        except TelegramError as error:
            _log.info("a button was not acknowledged: %s", type(error).__name__)


def passage_link(me: User) -> Callable[[str], str]:
    """Where a passage is opened: in a private chat with the bot."""
    return lambda passage_id: f"https://t.me/{me.username or ''}?start={passage_id}"


def thread(message: Received) -> int | None:
    """The topic of a forum that a message stands in."""
    return message.message_thread_id if message.is_topic_message else None


def person(message: Received) -> str:
    """Who is counted: an anonymous administrator or a channel is known by its chat, its user being made up."""
    if message.sender_chat is not None:
        return f"c{message.sender_chat.id}"
    return f"u{message.from_user.id}" if message.from_user else f"c{message.chat.id}"
