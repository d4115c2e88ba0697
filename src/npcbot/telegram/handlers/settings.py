"""``/settings``: what a chat may set, by buttons; in groups for administrators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram import Message as Received
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from npcbot.telegram.compose import Message
from npcbot.telegram.handlers.addressed import from_person
from npcbot.telegram.limits import Verdict
from npcbot.telegram.outbox import standing
from npcbot.telegram.services import Context, Handlers, Services
from npcbot.telegram.state import Chat
from npcbot.telegram.words import Words

#: What each setting can be; a press takes the next one.
_VALUES: Final[dict[str, Sequence[object]]] = {
    "language": ("", "hans", "hant", "en"),
    "passages": (1, 2, 3, 4, 5),
    "public": (True, False),
    "askers": ("all", "admins"),
    "uploaders": ("admins", "all"),
    "quiet": (False, True),
}
_OF_GROUPS: Final = ("askers", "uploaders", "quiet")
_LANGUAGES: Final = {"hans": "简体中文", "hant": "繁體中文", "en": "English"}


def handlers(services: Services) -> Handlers:
    settings = _Settings(services)
    return [
        CommandHandler("settings", settings.show, filters.UpdateType.MESSAGE),
        CallbackQueryHandler(settings.press, rf"^set:(?:{'|'.join(_VALUES)})$"),
    ]


class _Settings:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def show(self, update: Update, context: Context) -> None:
        message = update.message
        assert message is not None
        services = self._services
        if not from_person(message, services.me):
            return
        words = services.words(message.chat.id, message.from_user)
        if await services.access.may_manage(message):
            await services.reply(update, message, words["settings"], self._keyboard(message, words))
        else:
            await services.reply(update, message, words["admins_only"])

    async def press(self, update: Update, context: Context) -> None:
        query = update.callback_query
        assert query is not None and query.data is not None
        services, message = self._services, query.message
        if not isinstance(message, Received):
            await services.acknowledge(query, services.words(None, query.from_user)["too_old"])
            return
        chat_id = message.chat.id
        words = services.words(chat_id, query.from_user)
        if services.presses.allow(query.from_user.id, chat_id) is not Verdict.YES:
            await services.acknowledge(query, words["slow_down"])
            return
        if not await services.access.is_admin(chat_id, query.from_user.id):
            await services.acknowledge(query, words["admins_only"], alert=True)
            return
        name = query.data.removeprefix("set:")
        values = _VALUES[name]
        present = getattr(services.state.chat(chat_id), name)
        at = values.index(present) if present in values else -1
        services.state.change(chat_id, **{name: values[(at + 1) % len(values)]})
        words = services.words(chat_id, query.from_user)
        await services.outbox.edit(
            chat_id, standing(message), Message.said(words["settings"]), self._keyboard(message, words)
        )
        await services.acknowledge(query)

    def _keyboard(self, message: Received, words: Words) -> InlineKeyboardMarkup:
        chat = self._services.state.chat(message.chat.id)
        group = message.chat.id < 0
        return InlineKeyboardMarkup(
            [
                [InlineKeyboardButton(_shown(chat, name, words), callback_data=f"set:{name}")]
                for name in _VALUES
                if group or name not in _OF_GROUPS
            ]
        )


def _shown(chat: Chat, name: str, words: Words) -> str:
    value = getattr(chat, name)
    if name == "language":
        said = _LANGUAGES.get(value, words["language_own"])
    elif isinstance(value, bool):
        said = words["value_on" if value else "value_off"]
    else:
        said = words[f"value_{value}"] if isinstance(value, str) else str(value)
    return words.say(f"set_{name}", value=said)
